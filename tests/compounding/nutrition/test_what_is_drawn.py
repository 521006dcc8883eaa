"""What will really be in the bag: calcium with phosphate by the lines of the syringes, the weight with what is diluted first."""

from dataclasses import replace
from datetime import UTC, datetime

from calculations.quantity import Quantity
from compounding.nutrition.plan import NutritionPlan
from compounding.orders.order import Order
from compounding.orders.patient import parse_patient
from compounding.planning.plan import DrawUpPlan
from compounding.planning.planned import Planned
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.doses import formulary
from tests.support.nutrition_flow import BABY, preterm_order

HOUSE = replace(formulary(), nutrition=packaged_nutrition())
ML = Quantity(0, "mL")


def planned(**changes: str) -> Planned:
    at = datetime(2026, 4, 14, 16, 0, tzinfo=UTC)
    return plan_order(Situation(Order.parse(preterm_order(**changes)), parse_patient(BABY), HOUSE, at, -240))


def parts(found: Planned) -> tuple[NutritionPlan, DrawUpPlan]:
    assert found.plan is not None and found.plan.nutrition is not None and found.draw_up is not None
    return found.plan.nutrition, found.draw_up


def into_bag(plan: DrawUpPlan, slots: set[str]) -> Quantity:
    """mL that the steps of the work put into the bag from these slots."""
    steps = [step for step in plan.steps if step.put == "final" and step.take in slots and step.volume is not None]
    return sum((step.volume for step in steps if step.volume is not None), ML)


def test_calcium_with_phosphate_is_assessed_by_the_lines_that_are_drawn_and_not_by_exact_volumes() -> None:
    nutrition, draw_up = parts(planned(calcium="0.05 mEq/kg/day"))
    assert nutrition.calcium_phosphate is not None
    last = nutrition.calcium_phosphate.moments[-1]
    [calcium] = [draw for draw in nutrition.draws if draw.product == "calcium_gluconate_10"]
    assert calcium.dilution is not None
    really = into_bag(draw_up, {"mix-calcium_gluconate_10"}) * (calcium.dilution.take / calcium.dilution.final)
    everything = into_bag(draw_up, {step.take for step in draw_up.steps if step.put == "final"})
    rinses = nutrition.prepared_volume - sum(
        (d.drawn if d.dilution is None else d.dilution.draw for d in nutrition.draws), ML
    )
    assert calcium.by == "hand" and really != calcium.drawn
    assert last.calcium.amount_in("mEq/L") == really.number * Quantity("0.465", "one").number * 1000 / (
        everything + rinses
    ).amount_in("mL")


def test_a_bag_with_something_diluted_first_is_weighed_whole() -> None:
    nutrition, draw_up = parts(planned())
    [diluted] = [draw for draw in nutrition.draws if draw.dilution is not None]
    assert diluted.dilution is not None and nutrition.expected_mass is not None
    assert nutrition.mass_gap == ""
    assert any(step.kind == "weigh" and step.expected_mass == nutrition.expected_mass for step in draw_up.steps)
    held = HOUSE.nutrition
    assert held is not None
    grams, volume = Quantity(0, "g"), ML
    for draw in nutrition.draws:
        density = held.product(draw.product).density
        assert density is not None
        goes_in = draw.drawn if draw.dilution is None else draw.dilution.draw
        grams, volume = grams + draw.drawn * density, volume + goes_in
        if draw.dilution is not None:
            grams = grams + (goes_in - draw.drawn) * Quantity(1, "g/mL")
    rinses = (nutrition.prepared_volume - volume) * Quantity(1, "g/mL")
    assert nutrition.expected_mass == grams + rinses


def test_without_a_density_there_is_no_weighing_and_the_reason_names_the_product() -> None:
    assert HOUSE.nutrition is not None
    silent = tuple(
        replace(one, density=None, density_source=None, unknown=(*one.unknown, "density"))
        if one.id == "magnesium_sulfate_50"
        else one
        for one in HOUSE.nutrition.products
    )
    house = replace(HOUSE, nutrition=replace(HOUSE.nutrition, products=silent))
    at = datetime(2026, 4, 14, 16, 0, tzinfo=UTC)
    nutrition, _ = parts(plan_order(Situation(Order.parse(preterm_order()), parse_patient(BABY), house, at, -240)))
    assert nutrition.expected_mass is None
    assert "magnesium sulfate" in nutrition.mass_gap


def test_lipid_says_the_lines_of_its_label_and_without_one_the_line_that_was_ordered() -> None:
    assert HOUSE.nutrition is not None
    silent = tuple(replace(one, lines=(), lines_source=None) for one in HOUSE.nutrition.products)
    house = replace(HOUSE, nutrition=replace(HOUSE.nutrition, products=silent))
    for formulary_then, said in ((HOUSE, "CENTRAL OR PERIPHERAL LINE"), (house, "CENTRAL LINE ONLY")):
        at = datetime(2026, 4, 14, 16, 0, tzinfo=UTC)
        found = plan_order(Situation(Order.parse(preterm_order()), parse_patient(BABY), formulary_then, at, -240))
        assert found.plan is not None
        lines = [one.plan.nutrition.warnings for one in found.plan.companions if one.plan.nutrition is not None]
        assert lines == [(said,)] * 2
