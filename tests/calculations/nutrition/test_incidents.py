"""What happened to patients elsewhere, as orders here: each is refused or stopped. Numbers as in the incident list."""

from copy import deepcopy
from itertools import combinations
from typing import Any

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute, Fault, Faults, UnitMismatch
from calculations.findings import Grade
from calculations.nutrition.calcium_phosphate import Plan, assess_calcium_phosphate
from calculations.nutrition.curve import Stage
from calculations.nutrition.limits import check_limits
from calculations.nutrition.mixing import MixingOrder, mixing_steps
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.product import Role, SourceProduct
from calculations.nutrition.suspicion import suspicions
from calculations.nutrition.totals import totals_of
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    HIGH_ALERT,
    MIXING,
    NAMES,
    POTASSIUM_PHOSPHATES,
    POTASSIUM_PHOSPHATES_OTHER,
    PRETERM,
    PRODUCTS,
    SIZES,
    SYRINGES,
    USUAL_PRETERM,
    bag_of,
    changed_order,
    curve,
    ions,
    row,
    upper,
    with_products,
)

TWOFOLD = Quantity(2, "one")
STOPS = (Grade.HARD, Grade.ABSOLUTE)
LIMITS = (
    upper("sodium per kg per day", "10", "mEq/kg/day"), upper("sodium per litre", "155", "mEq/L"),
    upper("potassium per kg per day", "5", "mEq/kg/day"), upper("calcium per kg per day", "5", "mEq/kg/day"),
    upper("magnesium per kg per day", "1", "mEq/kg/day"), upper("phosphate per kg per day", "3", "mmol/kg/day"),
    upper("glucose infusion rate", "18", "mg/kg/min"), upper("potassium per kg per hour", "0.5", "mEq/kg/h"),
    upper("lipid per kg per hour", "0.15", "g/kg/h"), upper("osmolarity", "2300", "mOsm/L"),
    upper("osmolarity", "900", "mOsm/L", line="peripheral"), upper("dextrose per litre", "300", "g/L"),
    upper("zinc per kg per day", "500", "mcg/kg/day", upper_absolute=Quantity(5000, "mcg/kg/day")),
    upper("selenium per kg per day", "6", "mcg/kg/day"), upper("heparin per litre", "2000", "units/L"),
)  # fmt: skip


def stopped(data: dict[str, Any], products: Any = PRODUCTS) -> bool:
    """Whether an order goes no further: faults, no answer, or a finding that is at least hard."""
    try:
        order = NutritionOrder.parse(data)
        bag = bag_of(data, products)
    except (Faults, Fault, CannotCompute):
        return True
    found = suspicions(order, bag.volume, USUAL_PRETERM, high_alert=HIGH_ALERT, basis_factor=TWOFOLD)
    found += check_limits(bag, totals_of(bag), LIMITS, high_alert=HIGH_ALERT, nutrients=NAMES)
    return any(finding.grade in STOPS for finding in found)


def test_the_order_that_the_incidents_start_from_is_not_stopped() -> None:
    assert not stopped(PRETERM)


@pytest.mark.parametrize("amount", ["400 mg", "4 mg", "40 mg", "4000 mcg"])
def test_i1_i2_zinc_in_milligrams_is_stopped(amount: str) -> None:
    assert stopped(changed_order(PRETERM, row("zinc", amount)))


def test_i1_an_absolute_ceiling_has_no_way_past() -> None:
    bag = bag_of(changed_order(PRETERM, row("zinc", "40 mg"), total_fluid="200 mL/kg/day"))
    found = check_limits(bag, totals_of(bag), LIMITS, high_alert=(), nutrients=NAMES)
    assert Grade.ABSOLUTE in {finding.grade for finding in found}


def test_i2_without_a_limit_nothing_high_alert_passes() -> None:
    bag = bag_of(PRETERM)
    for name in HIGH_ALERT:
        others = [limit for limit in LIMITS if limit.nutrient != name and limit.figure != "glucose infusion rate"]
        found = check_limits(bag, totals_of(bag), others, high_alert=[name], nutrients=NAMES)
        assert f"no_limit_{name}" in {finding.code for finding in found}


def test_i3_milligrams_of_calcium_do_not_fit_the_sodium_field() -> None:
    with pytest.raises(Faults, match="sodium"):
        NutritionOrder.parse(changed_order(PRETERM, row("sodium", "982 mg", "per day")))
    assert stopped(changed_order(PRETERM, row("sodium", "982 mEq", "per day")))


@pytest.mark.parametrize("pair", list(combinations(range(len(PRETERM["amounts"])), 2)))
def test_i3_a_swap_of_two_fields_is_stopped_or_changes_nothing(pair: tuple[int, int]) -> None:
    data = deepcopy(PRETERM)
    left, right = (data["amounts"][index] for index in pair)
    left["amount"], right["amount"] = right["amount"], left["amount"]
    if left["nutrient"] in HIGH_ALERT or right["nutrient"] in HIGH_ALERT:
        assert stopped(data) or _within_usual(data)


def _within_usual(data: dict[str, Any]) -> bool:
    """Whether every row lies within its usual range, so that no check of a single order can tell the swap."""
    bag = bag_of(data)
    ranges = {usual_range.nutrient for usual_range in USUAL_PRETERM}
    found = suspicions(bag.order, bag.volume, USUAL_PRETERM, high_alert=(), basis_factor=TWOFOLD)
    return not [f for f in found if f.code.rsplit("_", 1)[-1] in ranges]


def test_i4_a_concentrate_can_never_be_the_base() -> None:
    with pytest.raises(Faults, match="sterile water"):
        SourceProduct(id="w", display="23.4 %", role=Role.WATER, ions=ions(sodium="4", chloride="4"))
    with pytest.raises(CannotCompute, match="water"):
        bag_of(PRETERM, [one for one in PRODUCTS if one.role is not Role.WATER])


def test_i7_electrolytes_four_times_over_are_stopped() -> None:
    for ion in ("sodium", "potassium", "calcium", "magnesium", "phosphate"):
        data = deepcopy(PRETERM)
        one = next(r for r in data["amounts"] if r["nutrient"] == ion)
        number, unit = one["amount"].split()
        one["amount"] = f"{int(mpq(number) * 1000) * 4 / 1000:g} {unit}"
        assert stopped(data)


def test_i11_another_order_of_mixing_is_assessed_by_itself() -> None:
    plan = Plan(Stage("5", Quantity(24, "h")), Stage("25", Quantity(24, "h")))
    wide = curve(amino_acids=(Quantity(1, "%"), Quantity(9, "%")), dextrose=(Quantity(1, "%"), Quantity(40, "%")))
    good = assess_calcium_phosphate(mixing_steps(bag_of(PRETERM), MIXING, SIZES, SYRINGES), [wide], plan)
    assert good.findings == ()
    early = MixingOrder(
        order=("amino_acids", "dextrose", "phosphate", "calcium", "sodium", "potassium", "magnesium", "drug",
               "trace_elements", "vitamins", "water"),
        apart=frozenset(), by_compounder=frozenset(MIXING.order), pump_from=Quantity("0.01", "mL"),
        rinse=Quantity(1, "mL"), near_use={}, source="test",
    )  # fmt: skip
    bad = assess_calcium_phosphate(mixing_steps(bag_of(PRETERM), early, SIZES, SYRINGES), [wide], plan)
    assert [finding.code for finding in bad.findings] == ["calcium_phosphate_over"]


def test_i12_a_shifted_point_in_any_field_is_stopped() -> None:
    assert stopped(changed_order(PRETERM, row("sodium", "770 mEq", "per litre")))
    assert stopped(changed_order(PRETERM, row("sodium", "2.5 mEq", "per litre")))


def test_i13_phosphate_is_ordered_in_millimoles_and_tells_its_potassium() -> None:
    for amount in ("15 mL", "15 mEq"):
        with pytest.raises(Faults, match="phosphate"):
            NutritionOrder.parse(changed_order(PRETERM, row("phosphate", amount, "per day")))
    for product, brings in ((POTASSIUM_PHOSPHATES, "1.76"), (POTASSIUM_PHOSPHATES_OTHER, "1.88")):
        bag = bag_of(PRETERM, with_products(product))
        line = bag.line("potassium phosphates")
        assert (product.ions["potassium"] * line.ordered).number == mpq(brings)


@given(st.sampled_from(["potassium", "sodium"]), st.integers(1, 100))
def test_i13_millimoles_and_milliequivalents_are_never_added(cation: str, number: int) -> None:
    with pytest.raises(UnitMismatch):
        Quantity(number, "mmol", of="phosphate") + Quantity(number, "mEq", of=cation)


def test_i14_per_kg_numbers_entered_as_totals_are_stopped() -> None:
    data = changed_order(PRETERM, dosing_weight="72 kg", population="child", total_fluid="30 mL/kg/day",
                         without=("zinc", "trace_elements", "vitamins", "heparin"))  # fmt: skip
    for one in data["amounts"]:
        if one["nutrient"] != "dextrose":
            one.update(amount=one["amount"].replace("/kg", ""), basis="per day")
    order = NutritionOrder.parse(data)
    found = suspicions(order, Quantity(2000, "mL"), USUAL_PRETERM, high_alert=(), basis_factor=TWOFOLD)
    suspected = {finding.code for finding in found}
    assert {f"basis_suspicion_{ion}" for ion in ("sodium", "potassium", "calcium", "phosphate")} <= suspected


def test_i15_an_amount_per_litre_is_not_taken_for_the_bag() -> None:
    with pytest.raises(Faults, match="agree with 'per bag'"):
        NutritionOrder.parse(changed_order(PRETERM, row("sodium", "154 mEq/L", "per bag")))
    by_litre = bag_of(changed_order(PRETERM, row("sodium", "25 mEq", "per litre")))
    assert totals_of(by_litre).figures["sodium per bag"] == Quantity("3.6", "mEq", of="sodium")


FIELDS = {one.nutrient: one for one in USUAL_PRETERM if one.nutrient in HIGH_ALERT}
TIMES = st.sampled_from([mpq(10), mpq(100), mpq(1000), mpq(1, 10), mpq(1, 100), mpq(1, 1000)])


def order_with(nutrient: str, share: int, factor: mpq) -> dict[str, Any]:
    """The order with one high-alert row at a share (per mille) of its usual range, times a factor."""
    field = FIELDS[nutrient]
    number = (field.low.number + (field.high.number - field.low.number) * mpq(share, 1000)) * factor
    amount = Quantity(number, field.low.unit, of=nutrient).as_data()
    return changed_order(PRETERM, {"nutrient": nutrient, "amount": amount, "basis": field.basis.value})  # type: ignore[dict-item]


@given(st.sampled_from(sorted(FIELDS)), st.integers(0, 1000), TIMES)
def test_b5_a_tenfold_or_hundredfold_high_alert_amount_is_always_stopped(
    nutrient: str, share: int, factor: mpq
) -> None:
    assert stopped(order_with(nutrient, share, factor))


@given(st.sampled_from(["calcium", "magnesium"]), st.integers(0, 1000))
def test_b4_millimoles_where_milliequivalents_are_meant_are_doubled_and_stopped_outside_the_usual(
    ion: str, share: int
) -> None:
    data = order_with(ion, share, mpq(2))
    field = FIELDS[ion]
    value = (field.low.number + (field.high.number - field.low.number) * mpq(share, 1000)) * 2
    assert stopped(data) or value <= field.high.number


@pytest.mark.parametrize(
    ("nutrient", "amount", "basis"),
    [
        ("zinc", "400 mg/kg/day", "per kg per day"), ("sodium", "3 mg/kg/day", "per kg per day"),
        ("phosphate", "1 mEq/kg/day", "per kg per day"), ("sodium", "3 mEq/kg/h", "per kg per day"),
        ("dextrose", "10 mg/kg/h", "per kg per day"), ("sodium", "25 mEq/L", "per bag"), ("heparin", "0.5 mg/mL", "per litre"),
        ("potassium", "2 mEq/day", "per kg per day"),
    ],
)  # fmt: skip
def test_b4_another_unit_or_basis_is_stopped(nutrient: str, amount: str, basis: str) -> None:
    assert stopped(changed_order(PRETERM, {"nutrient": nutrient, "amount": amount, "basis": basis}))


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": (row("dextrose", "20 mg/kg/min"),)},
        {"rows": (row("lipid", "4 g"),)},
        {"rows": (row("potassium", "13 mEq"),), "fields": {"total_fluid": "200 mL/kg/day"}},
        {"rows": (row("magnesium", "1.2 mEq"),)},
        {"rows": (row("zinc", "600 mcg"),)},
        {"fields": {"line": "peripheral"}},
    ],
)
def test_b8_what_passes_a_ceiling_is_hard(changed: dict[str, Any]) -> None:
    assert stopped(changed_order(PRETERM, *changed.get("rows", ()), **changed.get("fields", {})))


def test_b8_the_usual_ranges_of_these_tests_are_narrower_than_tenfold() -> None:
    assert all(one.high < one.low * 10 for one in USUAL_PRETERM)
