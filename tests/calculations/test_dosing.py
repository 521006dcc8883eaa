"""Doses by weight, surface and AUC; per day and per dose; caps, rounding, reduction; what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations import dosing
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.formula import recording
from calculations.quantity import Quantity

POSITIVE = st.fractions(min_value="1/1000", max_value=1000)


def mg(number: object) -> Quantity:
    return Quantity(number, "mg")  # type: ignore[arg-type]


def kg(number: object) -> Quantity:
    return Quantity(number, "kg_bw")  # type: ignore[arg-type]


def share(text: str) -> Quantity:
    return Quantity(text, "one")


@pytest.mark.parametrize(
    ("per_weight", "weight", "dose"),
    [
        (Quantity(50, "mg/kg"), kg("9.2"), mg(460)),
        (Quantity(5, "mcg/kg"), Quantity(900, "g_bw"), Quantity("4.5", "mcg")),
        (Quantity(400, "units/kg", "epoetin"), kg("81.8"), Quantity(32720, "units", "epoetin")),
        (Quantity(2, "mEq/kg"), Quantity(132, "lb_bw"), Quantity("119.748385680", "mEq")),
        (Quantity(6, "mL/kg/day"), kg("3.5"), Quantity(21, "mL/day")),
        (Quantity(10, "mL/kg"), kg(3), Quantity(30, "mL")),
        (Quantity(100, "mg/kg/day"), kg("2.8"), Quantity(280, "mg/day")),
    ],
)
def test_a_dose_per_weight(per_weight: Quantity, weight: Quantity, dose: Quantity) -> None:
    assert dosing.dose_from_weight(per_weight, weight) == dose


def test_a_dose_comes_back_in_the_unit_it_was_ordered_in() -> None:
    assert dosing.dose_from_weight(Quantity(5, "mcg/kg"), kg(2)).unit.name == "mcg"
    assert dosing.dose_from_surface(Quantity("0.6", "g/m2"), Quantity("1.8", "m2")).unit.name == "g"
    assert dosing.dose_per_administration(Quantity(45, "mcg/kg/day"), 3).unit.name == "mcg/kg"


@pytest.mark.parametrize("weight", ["0.29", "300.1", "0", "700", "-3"])
def test_a_weight_outside_the_window_is_refused_and_the_window_is_named(weight: str) -> None:
    with pytest.raises(OutOfRange) as refused:
        dosing.dose_from_weight(Quantity(50, "mg/kg"), kg(weight))
    assert "0.3 to 300 kg" in str(refused.value)


@pytest.mark.parametrize("surface", ["0.04", "3.6"])
def test_a_surface_outside_the_window_is_refused(surface: str) -> None:
    with pytest.raises(OutOfRange):
        dosing.dose_from_surface(Quantity(50, "mg/m2"), Quantity(surface, "m2"))


@pytest.mark.parametrize(
    ("dose", "size"),
    [
        (Quantity(50, "mg/m2"), kg(70)),  # per surface, times weight
        (Quantity(50, "mg/kg"), Quantity("1.8", "m2")),  # per weight, times surface
        (Quantity(50, "mg/kg"), Quantity(70, "kg")),  # a mass is no body weight
        (Quantity(50, "mg/kg"), Quantity(170, "cm")),  # height as weight
        (Quantity(50, "mg"), kg(70)),  # not per weight at all
        (Quantity(50, "mg/L"), kg(70)),
    ],
)
def test_per_weight_per_surface_height_and_mass_are_never_mixed_up(dose: Quantity, size: Quantity) -> None:
    with pytest.raises(UnitMismatch):
        dosing.dose_from_weight(dose, size)


def test_carboplatin_by_calvert_is_in_mg() -> None:
    assert dosing.dose_from_auc(Quantity(5, "AUC"), Quantity(90, "mL/min")) == mg(575)
    with pytest.raises(UnitMismatch):
        dosing.dose_from_auc(Quantity(5, "AUC"), Quantity(90, "mL/min/1.73m2"))
    with pytest.raises(OutOfRange):
        dosing.dose_from_auc(Quantity(5, "AUC"), Quantity(301, "mL/min"))


@pytest.mark.parametrize(
    ("daily", "times", "single"),
    [
        (Quantity(280, "mg/day"), 3, mg("280/3")),
        (Quantity(45, "mg/kg/day"), 2, Quantity("22.5", "mg/kg")),
        (Quantity(2, "g/m2/day"), 4, Quantity(500, "mg/m2")),
        (Quantity(60, "mL/day"), 24, Quantity("2.5", "mL")),
    ],
)
def test_a_daily_dose_is_divided_by_the_doses_of_a_day(daily: Quantity, times: int, single: Quantity) -> None:
    assert dosing.dose_per_administration(daily, times) == single


def test_a_single_dose_is_not_divided_again() -> None:
    with pytest.raises(UnitMismatch):
        dosing.dose_per_administration(mg(300), 3)
    with pytest.raises(OutOfRange):
        dosing.dose_per_administration(Quantity(300, "mg/day"), 0)


def test_what_a_dose_comes_to_in_a_day_per_weight_and_per_surface() -> None:
    assert dosing.per_day(mg(240), 3) == Quantity(720, "mg/day")
    assert dosing.per_weight(dosing.per_day(mg(240), 3), kg(20)) == Quantity(36, "mg/kg/day")
    assert dosing.per_weight(mg(460), kg("9.2")) == Quantity(50, "mg/kg")
    assert dosing.per_surface(mg(108), Quantity("1.8", "m2")) == Quantity(60, "mg/m2")


def test_a_cap_holds_and_lets_smaller_doses_through() -> None:
    assert dosing.capped(mg("2.8"), mg(2)) == mg(2)
    assert dosing.capped(mg("1.9"), mg(2)) == mg("1.9")
    assert dosing.capped(Quantity(3000, "mcg", "vincristine"), mg(2)) == Quantity(2, "mg", "vincristine")


def test_a_dose_is_rounded_to_the_step_half_up_with_its_deviation() -> None:
    found = dosing.round_dose(mg(1050), mg(250), share("0.1"))
    assert (found.rounded, found.kept, found.deviation) == (mg(1000), False, share("-1/21"))
    assert dosing.round_dose(mg(1125), mg(250), share("0.2")).rounded == mg(1250)


def test_where_rounding_would_go_too_far_the_exact_dose_stands() -> None:
    found = dosing.round_dose(mg(330), mg(250), share("0.1"))
    assert (found.rounded, found.kept) == (mg(330), True)
    assert found.deviation == share("-8/33")


def test_a_rounding_of_exactly_the_allowed_share_is_allowed() -> None:
    assert not dosing.round_dose(mg(100), mg(95), share("0.05")).kept
    assert dosing.round_dose(mg("100.01"), mg(95), share("0.05")).kept


def test_a_dose_is_never_rounded_to_nothing() -> None:
    found = dosing.round_dose(mg(100), mg(250), share("0.5"))
    assert (found.rounded, found.kept) == (mg(100), True)
    with pytest.raises(CannotCompute):
        dosing.round_dose(mg(0), mg(250), share("0.1"))


def test_a_percentage_reduction() -> None:
    assert dosing.percent_reduction(mg(200), 25) == mg(150)
    assert dosing.percent_reduction(mg(200), "12.5") == mg(175)
    for percent in (-5, 101):
        with pytest.raises(OutOfRange):
            dosing.percent_reduction(mg(200), percent)


def test_a_deviation_is_signed_and_a_share() -> None:
    assert dosing.deviation(mg(95), mg(100)) == share("-1/20")
    assert dosing.deviation(kg(12), kg(10)) == share("1/5")
    with pytest.raises(OutOfRange):
        dosing.deviation(mg(95), mg(0))
    with pytest.raises(UnitMismatch):
        dosing.deviation(Quantity(95, "mL"), mg(95))


def test_every_step_is_recorded_with_its_statement() -> None:
    with recording() as noted:
        dosing.round_dose(dosing.dose_from_weight(Quantity(15, "mg/kg"), kg(70)), mg(250), share("0.1"))
    assert [step.id for step in noted.steps] == ["dose.per_weight", "dose.rounded", "check.deviation.amount"]


@given(POSITIVE, st.fractions(min_value="3/10", max_value=30))
def test_ten_times_the_weight_is_ten_times_the_dose_unless_capped(per_kg: object, weight: object) -> None:
    ordered = Quantity(per_kg, "mg/kg")  # type: ignore[arg-type]
    dose = dosing.dose_from_weight(ordered, kg(weight))
    assert dosing.dose_from_weight(ordered, kg(weight) * 10) == dose * 10
    assert dosing.per_weight(dose, kg(weight)) == ordered
    assert dosing.capped(dose * 10, dose) == dose


@given(POSITIVE, POSITIVE, st.fractions(min_value="1/1000", max_value="1/2"))
def test_a_rounded_dose_is_a_multiple_within_the_share_or_the_exact_one(
    amount: object, step: object, allowed: object
) -> None:
    found = dosing.round_dose(mg(amount), mg(step), Quantity(allowed, "one"))  # type: ignore[arg-type]
    if found.kept:
        assert found.rounded == mg(amount)
        assert abs(found.deviation) > Quantity(allowed, "one")  # type: ignore[arg-type]
    else:
        assert (found.rounded / mg(step)).number.denominator == 1
        assert abs(found.rounded - mg(amount)) <= mg(amount) * Quantity(allowed, "one")  # type: ignore[arg-type]


@given(POSITIVE, st.integers(1, 24))
def test_a_daily_dose_divided_and_added_up_again_is_the_daily_dose(amount: object, times: int) -> None:
    daily = Quantity(amount, "mg/day")  # type: ignore[arg-type]
    assert dosing.per_day(dosing.dose_per_administration(daily, times), times) == daily
