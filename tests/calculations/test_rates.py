"""Pump rates both ways, running time, drops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.drops import drop_rate, rate_of_drops, whole_drops
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.quantity import Quantity
from calculations.rates import (
    dose_rate_from_rate,
    dose_rate_over,
    rate_from_dose_rate,
    rate_from_volume_rate,
    rate_over,
    run_time,
    volume_given,
)

POSITIVE = st.fractions(min_value="1/1000", max_value=1000)


def rate(number: object) -> Quantity:
    return Quantity(number, "mL/h")  # type: ignore[arg-type]


def kg(number: object) -> Quantity:
    return Quantity(number, "kg_bw")  # type: ignore[arg-type]


def test_a_rate_from_volume_and_time() -> None:
    assert rate_over(Quantity("29.6", "mL"), Quantity(30, "min")) == rate("59.2")
    with pytest.raises(OutOfRange):
        rate_over(Quantity(100, "mL"), Quantity(0, "h"))


@pytest.mark.parametrize(
    ("dose", "strength", "weight", "expected"),
    [
        (Quantity("0.1", "mcg/kg/min"), Quantity(16, "mcg/mL"), kg(70), "26.25"),
        (Quantity(18, "units/kg/h", "heparin"), Quantity(100, "units/mL", "heparin"), kg(80), "14.4"),
        (Quantity(5, "mcg/kg/min"), Quantity(800, "mcg/mL"), kg(3), "1.125"),
        (Quantity(2, "milliunits/min", "oxytocin"), Quantity("0.06", "units/mL", "oxytocin"), None, "2"),
        (Quantity(1500, "units/h", "heparin"), Quantity(50, "units/mL", "heparin"), None, "30"),
        (Quantity(1, "mg/min"), Quantity("1.8", "mg/mL"), None, "100/3"),
    ],
)
def test_a_rate_from_a_dose_rate_and_back(
    dose: Quantity, strength: Quantity, weight: Quantity | None, expected: str
) -> None:
    found = rate_from_dose_rate(dose, strength, weight)
    assert found == rate(expected)
    assert dose_rate_from_rate(found, strength, dose.unit.name, weight) == dose


def test_per_minute_and_per_hour_differ_by_sixty() -> None:
    minute = rate_from_dose_rate(Quantity(1, "mcg/kg/min"), Quantity(10, "mcg/mL"), kg(3))
    hour = rate_from_dose_rate(Quantity(1, "mcg/kg/h"), Quantity(10, "mcg/mL"), kg(3))
    assert minute == hour * 60


def test_a_dose_rate_per_weight_without_the_weight_is_refused() -> None:
    for attempt in (
        lambda: rate_from_dose_rate(Quantity(1, "mcg/kg/min"), Quantity(10, "mcg/mL")),
        lambda: dose_rate_from_rate(rate(1), Quantity(10, "mcg/mL"), "mcg/kg/min"),
        lambda: dose_rate_over(Quantity(1, "mg"), Quantity(1, "h"), "mg/kg/h"),
    ):
        with pytest.raises(CannotCompute) as refused:
            attempt()
        assert refused.value.code == "weight_missing"


@pytest.mark.parametrize(
    ("dose", "strength"),
    [
        (Quantity(1, "mcg/min"), Quantity(1, "mEq/mL")),
        (Quantity(1, "mmol/h"), Quantity(1, "mEq/mL")),
        (Quantity(1, "mg"), Quantity(1, "mg/mL")),
        (Quantity(1, "mL/h"), Quantity(1, "mg/mL")),
        (Quantity(1, "mcg/min", "a"), Quantity(1, "mcg/mL", "b")),
    ],
)
def test_what_does_not_fit_the_strength_gives_no_rate(dose: Quantity, strength: Quantity) -> None:
    with pytest.raises(UnitMismatch):
        rate_from_dose_rate(dose, strength)


def test_a_volume_rate_per_weight() -> None:
    assert rate_from_volume_rate(Quantity(6, "mL/kg/day"), kg("3.5")) == rate("0.875")


def test_running_time_and_what_has_run_in() -> None:
    assert run_time(Quantity("0.5", "L"), rate(50)) == Quantity(10, "h")
    assert volume_given(rate(50), Quantity(90, "min")) == Quantity(75, "mL")
    with pytest.raises(OutOfRange):
        run_time(Quantity(500, "mL"), rate(0))


def test_a_dose_over_a_time_as_a_dose_rate() -> None:
    assert dose_rate_over(Quantity(20, "mEq"), Quantity(30, "min"), "mEq/h") == Quantity(40, "mEq/h")
    assert dose_rate_over(Quantity(1, "g"), Quantity(1, "h"), "mg/kg/min", kg(10)) == Quantity("5/3", "mg/kg/min")


def test_drops_are_counted_half_up() -> None:
    fifteen = Quantity(15, "drop/mL")
    assert drop_rate(rate(50), fifteen) == Quantity("12.5", "drop/min")
    assert whole_drops(rate(50), fifteen) == Quantity(13, "drop/min")
    assert rate_of_drops(Quantity(40, "drop/min"), Quantity(10, "drop/mL")) == rate(240)


@given(POSITIVE, POSITIVE, st.fractions(min_value="3/10", max_value=300))
def test_rate_and_dose_rate_undo_each_other(dose: object, strength: object, weight: object) -> None:
    ordered = Quantity(dose, "mcg/kg/min")  # type: ignore[arg-type]
    concentration = Quantity(strength, "mg/mL")  # type: ignore[arg-type]
    found = rate_from_dose_rate(ordered, concentration, kg(weight))
    assert dose_rate_from_rate(found, concentration, "mcg/kg/min", kg(weight)) == ordered


@given(POSITIVE, POSITIVE)
def test_rate_times_running_time_is_the_volume(volume: object, speed: object) -> None:
    whole = Quantity(volume, "mL")  # type: ignore[arg-type]
    assert volume_given(rate(speed), run_time(whole, rate(speed))) == whole
    assert rate_over(whole, run_time(whole, rate(speed))) == rate(speed)
