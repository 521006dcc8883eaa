"""The packaged data in the engine: every starting order becomes a bag inside its limits."""

from dataclasses import replace
from itertools import pairwise

import pytest

from calculations.errors import UnitMismatch
from calculations.findings import Grade
from calculations.nutrition.bag import Bag, make_bag
from calculations.nutrition.calcium_phosphate import Assessment, assess_calcium_phosphate
from calculations.nutrition.limits import check_limits
from calculations.nutrition.mixing import MixStep, mixing_steps
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.refusals import NoSource
from calculations.nutrition.suspicion import suspicions
from calculations.nutrition.totals import totals_of
from calculations.quantity import Quantity
from calculations.syringes import SyringeRules, SyringeSize
from formulary.nutrition.checks_limits import high_alert
from formulary.nutrition.engine import (
    change_limits,
    engine_curves,
    engine_products,
    engine_profile,
    mixing_order,
    screening_rules,
    storage_plan,
)
from formulary.nutrition.engine_limits import engine_limits, nutrient_names, usual_ranges
from formulary.nutrition.model_rules import BOUNDS, Template
from formulary.nutrition.packaged import packaged_nutrition
from formulary.nutrition.templates import order_data
from formulary.packaged import packaged
from tests.support.nutrition import changed, faults_in

NUTRITION = packaged_nutrition()
WEIGHTS = {
    "preterm_below_1_kg": ("0.6", "0.99"), "preterm_1_to_3_kg": ("1.2", "2.5"), "term_central": ("3.2", "4"),
    "infant_central": ("6", "9.5"), "child_central": ("12", "35"), "adolescent_central": ("45", "60"),
    "adult_central": ("60", "85"), "adult_peripheral": ("60", "85"),
}  # fmt: skip
CASES = [(row, weight) for row in NUTRITION.templates for weight in WEIGHTS[row.id]]
EACH = pytest.mark.parametrize(("template", "weight"), CASES, ids=[f"{row.id}-{weight}" for row, weight in CASES])


def ordered(template: Template, weight: str) -> NutritionOrder:
    """The starting order for a patient."""
    return NutritionOrder.parse(order_data(template, Quantity(weight, "kg_bw")))


def made(order: NutritionOrder) -> Bag:
    """The bag from what the house stocks."""
    products = engine_products(NUTRITION, order.population)
    chosen = {product.id: product for product in products.values()}
    ready_made = order.row("ready_bag") is not None
    profile = engine_profile(NUTRITION, order.population, order.kind, ready_made=ready_made)
    return make_bag(order, tuple(chosen.values()), profile)


@EACH
def test_a_starting_order_is_a_bag_without_a_hard_finding(template: Template, weight: str) -> None:
    order = ordered(template, weight)
    bag = made(order)
    alert = high_alert(NUTRITION, order.population)
    found = check_limits(
        bag, totals_of(bag), engine_limits(NUTRITION), high_alert=alert, nutrients=nutrient_names(NUTRITION)
    )
    factor = NUTRITION.profile.value("basis_factor")
    found += suspicions(order, bag.volume, usual_ranges(NUTRITION), high_alert=alert, basis_factor=factor)
    assert [finding.title for finding in found if finding.grade in (Grade.HARD, Grade.ABSOLUTE)] == []


@EACH
def test_every_limit_can_be_held_against_its_figure(template: Template, weight: str) -> None:
    order = ordered(template, weight)
    figures = totals_of(made(order)).figures
    held = 0
    for row in NUTRITION.limits:
        if row.figure not in figures or not row.holds_for(
            order.population, order.dosing_weight, template.line, order.kind
        ):
            continue
        for bound in (getattr(row, name) for name in BOUNDS):
            if bound is not None:
                held += 1
                try:
                    assert figures[row.figure] != bound or figures[row.figure] >= bound
                except UnitMismatch as mismatch:
                    pytest.fail(f"{row.id}: {mismatch}")
    assert held > 20


@EACH
def test_what_cannot_be_given_is_only_what_a_label_does_not_tell(template: Template, weight: str) -> None:
    missing = totals_of(made(ordered(template, weight))).figures.missing
    assert {name.partition(" per ")[0] for name in missing} <= {"chloride"}


def steps_of(bag: Bag) -> tuple[MixStep, ...]:
    """How the bag is mixed with the house's syringes."""
    sizes = [SyringeSize(s.id, s.capacity, s.graduation, s.smallest_measurable) for s in packaged().supplies.syringes]
    rules = SyringeRules(Quantity("0.2", "one"), Quantity("0.8", "one"), Quantity("0.05", "one"), Quantity("0.05", "mL"))
    return mixing_steps(bag, mixing_order(NUTRITION), sizes, rules)


@EACH
def test_phosphate_goes_in_before_calcium_and_vitamins_last(template: Template, weight: str) -> None:
    steps = [
        step for step in steps_of(made(ordered(template, weight))) if step.product is not None and step.kind == "add"
    ]
    brought = [set(step.product.ions) if step.product is not None else set() for step in steps]
    salts = [
        index for index, step in enumerate(steps) if step.product is not None and step.product.role.value == "salt"
    ]
    phosphate = [index for index in salts if "phosphate" in brought[index]]
    calcium = [index for index in salts if "calcium" in brought[index]]
    assert max(phosphate) < min(calcium)
    assert steps[-1].product is not None
    assert steps[-1].product.role.value == "vitamins"
    assert steps[-1].near_use == Quantity(24, "h")


@EACH
def test_vitamins_never_follow_trace_elements_without_mixing_in_between(template: Template, weight: str) -> None:
    steps = steps_of(made(ordered(template, weight)))
    roles = [step.product.role.value if step.product is not None else step.kind for step in steps]
    assert ("trace_elements", "vitamins") not in list(pairwise(roles))
    assert roles.index("trace_elements") < roles.index("vitamins")


def assessed(template_id: str, weight: str, *, demonstration: bool) -> Assessment:
    """Calcium with phosphate along the real sequence."""
    template = next(row for row in NUTRITION.templates if row.id == template_id)
    order = ordered(template, weight)
    return assess_calcium_phosphate(
        steps_of(made(order)),
        engine_curves(NUTRITION, order.population),
        storage_plan(NUTRITION, order.population, order.hours),
        screening_rules(NUTRITION),
        population=order.population,
        demonstration=demonstration,
    )


def test_the_fictional_curve_judges_a_bag_in_the_demonstration_alone() -> None:
    shown = assessed("preterm_1_to_3_kg", "1.2", demonstration=True)
    assert shown.findings == ()
    assert shown.worst is not None
    assert shown.worst.curve == "fictional_trophamine"
    elsewhere = assessed("preterm_1_to_3_kg", "1.2", demonstration=False)
    assert [finding.code for finding in elsewhere.findings] == ["calcium_phosphate_cannot_assess"]


def test_without_a_curve_for_the_amino_acids_nothing_is_passed() -> None:
    assert [finding.code for finding in assessed("adult_central", "70", demonstration=True).findings] == [
        "calcium_phosphate_cannot_assess"
    ]


def test_a_ready_made_bag_is_ordered_by_its_volume_and_brings_what_its_text_says() -> None:
    fields = {
        "dosing_weight": "70 kg", "population": "adult", "kind": "3-in-1", "line": "peripheral",
        "amounts": [{"nutrient": "ready_bag", "amount": "2000 mL/day", "basis": "per day"}],
    }  # fmt: skip
    bag = made(NutritionOrder.parse(fields))
    figures = totals_of(bag).figures
    assert bag.volume == Quantity(2000, "mL")
    assert figures["sodium per day"].amount_in("mEq/day") == 80
    assert figures["calcium per day"].amount_in("mEq/day") == Quantity("9.6", "one").number
    assert figures["osmolarity"].amount_in("mOsm/L") == 840


@pytest.mark.parametrize(("ready_made", "stops"), [(True, False), (False, True)])
def test_the_least_concentrations_of_an_emulsion_are_for_bags_that_the_house_mixes(
    ready_made: bool, stops: bool
) -> None:
    """The packaged ready-made bag holds 3.2 % of amino acids and 6.4 % of dextrose, as its maker answers for."""
    amounts = [("ready_bag", "2000 mL/day")]
    if not ready_made:
        amounts = [("amino_acids", "64 g/day"), ("dextrose", "128 g/day"), ("lipid", "80 g/day")]
    fields = {
        "dosing_weight": "70 kg", "population": "adult", "kind": "3-in-1", "line": "peripheral",
        "amounts": [{"nutrient": name, "amount": amount, "basis": "per day"} for name, amount in amounts],
    } | ({} if ready_made else {"volume": "2000 mL/day"})  # fmt: skip
    bag = made(NutritionOrder.parse(fields))
    totals = totals_of(bag)
    assert totals.figures["amino acids percent"] < Quantity(4, "%").named("amino_acids")
    found = check_limits(
        bag, totals, engine_limits(NUTRITION), high_alert=(), nutrients=nutrient_names(NUTRITION)
    )
    low = {"limit_amino_acids_percent", "limit_dextrose_percent"}
    assert (low <= {row.code for row in found if row.grade is Grade.HARD}) is stops


def test_a_drug_outside_the_released_list_has_no_source() -> None:
    template = next(row for row in NUTRITION.templates if row.id == "adult_peripheral")
    data = order_data(template, Quantity(70, "kg_bw"))
    data["amounts"].append({"nutrient": "pantoprazole", "amount": "40 mg/day", "basis": "per day"})
    with pytest.raises(NoSource, match="pantoprazole"):
        made(NutritionOrder.parse(data))


def test_a_drug_that_is_released_for_others_is_not_handed_to_this_population() -> None:
    assert "insulin regular" in engine_products(NUTRITION, "adult")
    assert "insulin regular" not in engine_products(NUTRITION, "preterm")
    assert engine_products(NUTRITION, "preterm")["heparin"].id == "heparin_100"
    assert engine_products(NUTRITION, "adult")["heparin"].id == "heparin_1000"


def test_the_overfill_of_a_newborn_is_a_share_and_that_of_an_adult_a_volume() -> None:
    assert engine_profile(NUTRITION, "preterm", "2-in-1").overfill.share == Quantity("0.3", "one")
    assert engine_profile(NUTRITION, "adult", "2-in-1").overfill.fixed == Quantity(50, "mL")


def test_nothing_is_assumed_for_a_population_that_the_profile_leaves_out() -> None:
    fewer = replace(NUTRITION, profile=replace(NUTRITION.profile, overfill=(), storing=()))
    with pytest.raises(KeyError, match="no overfill for adult"):
        engine_profile(fewer, "adult", "2-in-1")
    with pytest.raises(KeyError, match="adult"):
        storage_plan(fewer, "adult", Quantity(24, "h"))


def test_each_population_has_its_limits_from_day_to_day() -> None:
    assert {row.nutrient for row in change_limits(NUTRITION, "preterm")} == {"*", "dextrose", "potassium"}


@pytest.mark.parametrize(
    ("file", "old", "new", "path"),
    [
        ("templates.toml", 'amount = "2 mEq/kg/day"', 'amount = "2 mg/kg/day"', "sodium"),
        ("templates.toml", 'title = "DRAFT: infant', 'title = "infant', "templates[3].title"),
        ("templates.toml", 'basis = "per litre"', 'basis = "per day"', "heparin"),
        ("templates.toml", 'amount = "1 mmol/kg/day"', 'amount = "1 mEq/kg/day"', "phosphate"),
        ("curves.toml", 'title = "FICTIONAL curve', 'title = "A curve', "curves[0].title"),
        ("curves.toml", 'phosphate = "33 mmol/L"', 'phosphate = "45 mmol/L"', "curves[0].curve fictional_trophamine"),
        ("curves.toml", 'amino_acids = "trophamine_10"', 'amino_acids = "dextrose_70"', "curves[0].amino_acids"),
        ("curves.toml", 'calcium = "22 mEq/L"', 'calcium = "22 mg/L"', "curves[0].curve fictional_trophamine"),
        ("non_nutrients.toml", 'products = ["famotidine_10"]', 'products = ["levocarnitine_200"]', "drugs[2].products"),
        ("non_nutrients.toml", '"famotidine per kg per day", "famotidine', '"famotidine', "drugs[2].figures"),
        ("non_nutrients.toml", 'units = ["mg/kg/day"]', 'units = ["milligrams"]', "drugs[3].units[0]"),
    ],
)  # fmt: skip
def test_a_contradiction_in_templates_curves_and_drugs_is_named(file: str, old: str, new: str, path: str) -> None:
    faults = [fault for fault in faults_in(changed(file, old, new)) if fault.file == file]
    assert any(path in fault.path for fault in faults), faults
