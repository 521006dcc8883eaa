"""Limits, suspicions and changes since yesterday: nothing is skipped, and what cannot be assessed is a finding."""

from typing import Any

import pytest

from calculations.errors import UnitMismatch
from calculations.findings import Finding, Grade
from calculations.nutrition.changes import ChangeLimit, check_changes, compare
from calculations.nutrition.limits import Band, Limit, check_limits
from calculations.nutrition.order import Basis, NutritionOrder
from calculations.nutrition.suspicion import suspicions
from calculations.nutrition.totals import totals_of
from calculations.printing import show
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    ADULT,
    ANYBODY,
    HIGH_ALERT,
    NAMES,
    PRETERM,
    USUAL_PRETERM,
    bag_of,
    changed_order,
    nutrients,
    product,
    row,
    upper,
    usual,
    with_products,
)

TWOFOLD = Quantity(2, "one")


def limited(data: dict[str, Any], *limits: Limit, high_alert: Any = (), **more: Any) -> list[Finding]:
    bag = bag_of(data, **more)
    return check_limits(bag, totals_of(bag), limits, high_alert=high_alert, nutrients=NAMES)


def suspected(data: dict[str, Any], *ranges: Any, high_alert: Any = ()) -> dict[str, Grade]:
    order, volume = NutritionOrder.parse(data), bag_of(PRETERM).volume
    found = suspicions(order, volume, ranges or USUAL_PRETERM, high_alert=high_alert, basis_factor=TWOFOLD)
    return {finding.code: finding.grade for finding in found}


def test_a_figure_on_its_limit_passes_and_beyond_it_is_found_with_the_margin() -> None:
    assert limited(PRETERM, upper("sodium per kg per day", "3", "mEq/kg/day")) == []
    (found,) = limited(PRETERM, upper("sodium per kg per day", "2.5", "mEq/kg/day"))
    assert (found.code, found.grade) == ("limit_sodium_per_kg_per_day", Grade.HARD)
    assert found.title == "Sodium: 3 mEq/kg/day is above 2.5 mEq/kg/day."
    assert found.margin is not None
    assert show(found.margin) == "-0.5 mEq/kg/day"


def test_the_gravest_bound_counts() -> None:
    row_of_limits = upper("osmolarity", "950", "mOsm/L", upper_soft=Quantity(900, "mOsm/L"),
                          upper_absolute=Quantity(2300, "mOsm/L"))  # fmt: skip
    assert [found.grade for found in limited(PRETERM, row_of_limits)] == [Grade.HARD]


def test_a_lower_bound_is_one_too() -> None:
    at_least = Limit(
        figure="amino acids percent", band=ANYBODY, kind="3-in-1", source="test", lower_hard=Quantity(6, "%")
    )
    (found,) = limited(ADULT, at_least)
    assert found.title == "Amino acids percent: 5.25 % is below 6 %."
    assert limited(PRETERM, at_least) == []


def test_a_limit_of_the_peripheral_line_does_not_bind_the_central_one() -> None:
    peripheral = upper("osmolarity", "900", "mOsm/L", line="peripheral")
    assert limited(PRETERM, peripheral) == []
    assert [f.code for f in limited(changed_order(PRETERM, line="peripheral"), peripheral)] == ["limit_osmolarity"]


def test_a_band_holds_by_population_and_weight_as_ordered() -> None:
    band = Band(
        populations=("preterm", "term"), weight_from=Quantity(1, "kg_bw"), weight_below=Quantity("1.2", "kg_bw")
    )
    assert band.holds("preterm", Quantity(1, "kg_bw"))
    assert not band.holds("preterm", Quantity("1.2", "kg_bw"))
    assert not band.holds("adult", Quantity(1, "kg_bw"))
    assert not band.holds("term", Quantity("0.9", "kg_bw"))


def test_a_high_alert_ingredient_without_a_limit_cannot_be_assessed() -> None:
    codes = {f.code for f in limited(PRETERM, upper("sodium per litre", "300", "mEq/L"), high_alert=("sodium", "zinc"))}
    assert codes == {"no_limit_zinc"}
    only_lower = Limit(figure="zinc per day", band=ANYBODY, source="test", lower_soft=Quantity(1, "mcg/day"))
    assert {f.code for f in limited(PRETERM, only_lower, high_alert=("zinc",))} == {"no_limit_zinc"}


def test_a_limit_that_names_no_figure_is_a_finding_and_one_of_an_absent_nutrient_is_not() -> None:
    assert [f.code for f in limited(PRETERM, upper("sodium per kilo", "3", "mEq/kg/day"))] == [
        "unknown_figure_sodium_per_kilo"
    ]
    assert limited(PRETERM, upper("cysteine per day", "3", "mg/day")) == []


def test_a_limit_whose_figure_cannot_be_worked_out_is_a_finding() -> None:
    silent = product("heparin", "drug", "0.3", None, None, nutrients=nutrients(heparin="100 units/mL"))
    found = limited(PRETERM, upper("expected mass", "1000", "g"), upper("aluminium per kg per day", "500", "mcg/kg/day"),
                    products=with_products(silent))  # fmt: skip
    assert [(f.code, f.grade) for f in found] == [
        ("cannot_assess_expected_mass", Grade.HARD), ("cannot_assess_aluminium_per_kg_per_day", Grade.SOFT),
    ]  # fmt: skip


def test_a_limit_of_another_dimension_is_refused_loudly() -> None:
    with pytest.raises(UnitMismatch):
        limited(PRETERM, upper("osmolarity", "900", "mOsm/kg_water"))


def test_an_order_within_the_usual_ranges_raises_no_suspicion() -> None:
    assert suspected(PRETERM, high_alert=HIGH_ALERT) == {}


@pytest.mark.parametrize("amount", ["30 mEq", "300 mEq", "3000 mEq", "0.3 mEq", "0.03 mEq", "0.003 mEq"])
def test_a_shifted_decimal_point_is_hard(amount: str) -> None:
    found = suspected(changed_order(PRETERM, row("sodium", amount)))
    assert found.get("tenfold_sodium") is Grade.HARD


def test_a_value_that_fits_another_basis_is_hard() -> None:
    # 3 meant per kg and written per day: 2.5 mEq/kg/day wished, 3 ÷ 1.2 = 2.5 would not show; 25 per litre does
    found = suspected(changed_order(PRETERM, row("sodium", "25 mEq", "per kg per day")))
    assert found["basis_suspicion_sodium"] is Grade.HARD
    adult = usual("sodium", "1", "2")
    big = changed_order(ADULT, row("sodium", "1.5 mEq", "per day"))
    found_adult = suspicions(
        NutritionOrder.parse(big), Quantity(2000, "mL"), [adult], high_alert=(), basis_factor=TWOFOLD
    )
    assert "basis_suspicion_sodium" in {finding.code for finding in found_adult}


def test_millimoles_written_as_milliequivalents_are_hard() -> None:
    found = suspected(changed_order(PRETERM, row("calcium", "1.5 mEq")))
    assert found["basis_suspicion_calcium"] is Grade.HARD


def test_what_is_merely_unusual_is_soft() -> None:
    assert suspected(changed_order(PRETERM, row("sodium", "5.5 mEq"))) == {"outside_usual_sodium": Grade.SOFT}


def test_a_high_alert_row_without_a_usual_range_is_a_finding() -> None:
    found = suspected(PRETERM, usual("sodium", "2", "5"), high_alert=("sodium", "zinc"))
    assert found == {"no_usual_range_zinc": Grade.HARD}


def test_a_row_ordered_as_a_salt_is_judged_by_the_ion_that_the_day_brings() -> None:
    ranges = [usual("calcium", "2", "4")]
    for mass, code in (("533 mg", None), ("4500 mg", "tenfold_calcium")):
        data = changed_order(PRETERM, row("calcium", mass, stated_as="calcium gluconate"), total_fluid="220 mL/kg/day")
        bag = bag_of(data)
        found = suspicions(bag.order, bag.volume, ranges, high_alert=(), basis_factor=TWOFOLD, totals=totals_of(bag))
        assert [finding.code for finding in found] == ([code] if code else [])
        blind = suspicions(bag.order, bag.volume, ranges, high_alert=(), basis_factor=TWOFOLD)
        assert [(finding.code, finding.grade) for finding in blind] == [("not_compared_calcium", Grade.HARD)]


def test_a_high_alert_ion_that_a_label_does_not_tell_is_a_finding_without_any_limit() -> None:
    silent = product("lipid 20 %", "lipid", "0.27", "0.99", "25", nutrients=nutrients(lipid="0.2 g/mL"),
                     unknown=("phosphate",))  # fmt: skip
    found = limited(PRETERM, high_alert=("phosphate",), products=with_products(silent))
    assert [(finding.code, finding.grade) for finding in found] == [("cannot_assess_phosphate", Grade.HARD)]


def test_volumes_are_compared_with_volumes() -> None:
    vitamins = usual("vitamins", "1.5", "5", "mL/day", Basis.PER_DAY)
    assert suspected(PRETERM, vitamins) == {}
    assert suspected(changed_order(PRETERM, row("vitamins", "32.5 mL", "per day")), vitamins) == {
        "tenfold_vitamins": Grade.HARD
    }


def test_changes_are_told_row_by_row() -> None:
    today = changed_order(
        PRETERM, row("sodium", "4 mEq"), row("cysteine", "40 mg"), without=("heparin",), line="peripheral"
    )
    found = {c.name: c for c in compare(NutritionOrder.parse(today), NutritionOrder.parse(PRETERM))}
    assert (found["sodium"].kind, found["cysteine"].kind, found["heparin"].kind, found["potassium"].kind) == (
        "changed", "added", "removed", "same",
    )  # fmt: skip
    assert (found["line"].kind, found["line"].before, found["line"].now) == ("changed", "central", "peripheral")
    assert found["dosing_weight"].kind == "same"
    assert found["sodium"].ratio == Quantity("4/3", "one")


def test_unlike_bases_are_compared_per_kg_and_day() -> None:
    today = NutritionOrder.parse(changed_order(PRETERM, row("sodium", "7.2 mEq", "per day")))
    found = compare(today, NutritionOrder.parse(PRETERM))
    assert next(c for c in found if c.name == "sodium").ratio == Quantity(2, "one")
    by_litre = NutritionOrder.parse(changed_order(PRETERM, row("sodium", "50 mEq", "per litre")))
    assert next(c for c in compare(by_litre, today) if c.name == "sodium").kind == "not comparable"
    volume = Quantity(144, "mL")
    known = compare(by_litre, today, today_volume=volume, yesterday_volume=volume)
    assert next(c for c in known if c.name == "sodium").ratio == Quantity(1, "one")


def test_a_change_beyond_its_ratio_is_a_finding_up_and_down() -> None:
    limits = [
        ChangeLimit("*", Quantity("1.5", "one"), Quantity(3, "one"), "test"),
        ChangeLimit("zinc", None, None, "test"),
    ]
    yesterday = NutritionOrder.parse(PRETERM)
    for amount, grade in (("4.4 mEq", None), ("5 mEq", Grade.SOFT), ("1.5 mEq", Grade.SOFT), ("10 mEq", Grade.HARD)):
        today = NutritionOrder.parse(changed_order(PRETERM, row("sodium", amount), row("zinc", "5000 mcg")))
        found = check_changes(compare(today, yesterday), limits)
        assert [f.grade for f in found] == ([] if grade is None else [grade])
    today = NutritionOrder.parse(changed_order(PRETERM, row("sodium", "25 mEq", "per litre")))
    (found,) = check_changes(compare(today, yesterday), limits)
    assert found.code == "change_not_compared_sodium"


STEPS = ChangeLimit(
    "dextrose", Quantity("1.4", "one"), Quantity(2, "one"), "test", Quantity(2, "mg/kg/min"), Quantity(4, "mg/kg/min")
)


@pytest.mark.parametrize(
    ("before", "now", "grade", "words"),
    [
        ("6 mg/kg/min", "8 mg/kg/min", None, ""),
        ("6 mg/kg/min", "8.1 mg/kg/min", Grade.SOFT, "GIR is raised by 2.1 mg/kg/min since yesterday"),
        ("6 mg/kg/min", "10.1 mg/kg/min", Grade.HARD, "GIR is raised by 4.1 mg/kg/min"),
        ("8.64 g/kg/day", "8.1 mg/kg/min", Grade.SOFT, "GIR is raised by 2.1 mg/kg/min"),
        ("3 mg/kg/min", "6.1 mg/kg/min", Grade.HARD, "times yesterday's"),
        ("10 mg/kg/min", "7.5 mg/kg/min", None, ""),
        ("10 mg/kg/min", "7 mg/kg/min", Grade.SOFT, "times yesterday's"),
    ],
)
def test_a_rise_beyond_the_step_is_a_finding_and_the_graver_of_step_and_ratio_is_told(
    before: str, now: str, grade: Grade | None, words: str
) -> None:
    yesterday, today = (NutritionOrder.parse(changed_order(PRETERM, row("dextrose", amount))) for amount in (before, now))
    found = check_changes(compare(today, yesterday), [STEPS])
    assert [finding.grade for finding in found] == ([] if grade is None else [grade])
    assert all(words in finding.title for finding in found)


def test_a_step_that_cannot_be_told_in_its_unit_is_a_finding() -> None:
    yesterday = NutritionOrder.parse(changed_order(PRETERM, row("dextrose", "10 %", "per litre")))
    today = NutritionOrder.parse(changed_order(PRETERM, row("dextrose", "11 %", "per litre")))
    (found,) = check_changes(compare(today, yesterday), [STEPS])
    assert (found.code, found.grade) == ("change_not_compared_dextrose", Grade.SOFT)
    volume = Quantity(144, "mL")
    known = compare(today, yesterday, today_volume=volume, yesterday_volume=volume)
    assert check_changes(known, [STEPS]) == []


FALLS = ChangeLimit("*", Quantity("1.5", "one"), Quantity(3, "one"), "test")


def graded(today: dict[str, Any], yesterday: dict[str, Any], limit: ChangeLimit = FALLS) -> dict[str, Grade]:
    changes = compare(NutritionOrder.parse(today), NutritionOrder.parse(yesterday))
    return {finding.code: finding.grade for finding in check_changes(changes, [limit])}


def test_what_was_given_yesterday_and_is_left_out_or_ordered_as_zero_is_a_finding() -> None:
    stopped = {"day_to_day_change_potassium": Grade.SOFT}
    assert graded(changed_order(PRETERM, without=("potassium",)), PRETERM) == stopped
    assert graded(changed_order(PRETERM, row("potassium", "0 mEq")), PRETERM) == stopped
    assert graded(changed_order(PRETERM, without=("potassium",)), changed_order(PRETERM, row("potassium", "0 mEq"))) == {}
    unbounded = ChangeLimit("potassium", None, None, "test")
    assert graded(changed_order(PRETERM, without=("potassium",)), PRETERM, unbounded) == {}


def test_an_amount_that_is_ordered_as_a_salt_today_and_was_the_ion_yesterday_is_told_as_not_compared() -> None:
    salt = {**row("calcium", "2000 mg"), "stated_as": "calcium gluconate"}
    assert graded(changed_order(PRETERM, salt), PRETERM) == {"change_not_compared_calcium": Grade.SOFT}


@pytest.mark.parametrize(
    ("name", "role", "silent", "figure", "unit"),
    [
        ("lipid 20 %", "lipid", "potassium", "potassium per kg per hour", "mEq/kg/h"),
        ("lipid 20 %", "lipid", "dextrose", "glucose infusion rate", "mg/kg/min"),
        ("lipid 20 %", "lipid", "dextrose", "energy per kg per day", "kcal/kg/day"),
    ],
)
def test_a_limit_on_a_rate_of_what_a_label_does_not_tell_is_never_passed_over(
    name: str, role: str, silent: str, figure: str, unit: str
) -> None:
    told = product(name, role, "0.27", "0.99", "25", nutrients=nutrients(lipid="0.2 g/mL"), unknown=(silent,))
    bag = bag_of(PRETERM, with_products(told))
    found = check_limits(bag, totals_of(bag), [upper(figure, "0.001", unit)], high_alert=(), nutrients=NAMES)
    assert [one.code for one in found] == [f"cannot_assess_{figure.replace(' ', '_')}"]
