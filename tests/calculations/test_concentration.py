"""Amount, volume and concentration, and dilution in one step or several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.concentration import amount_in, concentration_of, volume_of_dose
from calculations.dilution import diluent_for, dilute, diluted, final_volume, serial, stock_volume
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.formula import recheck, recording
from calculations.quantity import Quantity

POSITIVE = st.fractions(min_value="1/1000", max_value=1000)


def ml(number: object) -> Quantity:
    return Quantity(number, "mL")  # type: ignore[arg-type]


def test_the_volume_that_holds_a_dose() -> None:
    assert volume_of_dose(Quantity(460, "mg", "ceftriaxone"), Quantity(100, "mg/mL", "ceftriaxone")) == ml("4.6")
    assert volume_of_dose(Quantity(80, "mcg"), Quantity("0.06", "mg/mL")) == ml("4/3")
    assert volume_of_dose(Quantity(5000, "units", "heparin"), Quantity(1000, "units/mL", "heparin")) == ml(5)


def test_units_of_one_drug_are_not_drawn_from_another() -> None:
    with pytest.raises(UnitMismatch):
        volume_of_dose(Quantity(10, "units", "insulin regular"), Quantity(1000, "units/mL", "heparin"))


@pytest.mark.parametrize(
    "strength", [Quantity(4, "mEq/mL"), Quantity(4, "mmol/mL"), Quantity(4, "units/mL", "heparin")]
)
def test_a_dose_in_mg_is_not_drawn_from_a_strength_that_counts_something_else(strength: Quantity) -> None:
    with pytest.raises(UnitMismatch):
        volume_of_dose(Quantity(10, "mg"), strength)


def test_a_concentration_of_zero_and_a_volume_of_zero_are_refused() -> None:
    with pytest.raises(OutOfRange):
        volume_of_dose(Quantity(1, "mg"), Quantity(0, "mg/mL"))
    with pytest.raises(OutOfRange):
        concentration_of(Quantity(1, "mg"), ml(0))


def test_a_negative_dose_is_refused() -> None:
    with pytest.raises(OutOfRange):
        volume_of_dose(Quantity(-1, "mg"), Quantity(1, "mg/mL"))


def test_the_step_is_recorded_and_gives_the_same_fraction_again() -> None:
    with recording() as noted:
        found = volume_of_dose(Quantity(750, "mg"), Quantity(330, "mg/mL"))
    (step,) = noted.steps
    assert step.id == "volume.from_dose"
    assert recheck(step.as_data()) == found == ml("25/11")


def test_stock_and_diluent_of_a_dilution() -> None:
    found = dilute(Quantity(40, "mg/mL"), Quantity(10, "mg/mL"), ml(4))
    assert (found.stock_volume, found.diluent) == (ml(1), ml(3))
    assert stock_volume(Quantity(70, "%"), Quantity(25, "%"), ml(1000)) == ml("2500/7")
    assert final_volume(Quantity(20, "%"), ml(1500), Quantity(8, "%")) == ml(3750)


def test_a_dilution_to_a_higher_strength_is_refused() -> None:
    with pytest.raises(CannotCompute) as refused:
        stock_volume(Quantity(10, "mg/mL"), Quantity(20, "mg/mL"), ml(10))
    assert refused.value.code == "not_a_dilution"
    with pytest.raises(CannotCompute):
        final_volume(Quantity(10, "mg/mL"), ml(1), Quantity(20, "mg/mL"))


def test_no_more_stock_than_the_final_volume() -> None:
    with pytest.raises(CannotCompute) as refused:
        diluent_for(ml(10), ml("10.1"))
    assert refused.value.code == "over_full"
    with pytest.raises(CannotCompute):
        diluted(Quantity(10, "mg/mL"), ml(11), ml(10))


def test_a_serial_dilution_keeps_every_intermediate() -> None:
    first, second = serial(Quantity(5, "mg/mL"), [(ml("0.1"), ml(10)), (ml(1), ml(10))])
    assert first.concentration == Quantity(50, "mcg/mL")
    assert first.diluent == ml("9.9")
    assert second.concentration == Quantity(5, "mcg/mL")


@given(POSITIVE, POSITIVE)
def test_volume_and_dose_undo_each_other(amount: object, strength: object) -> None:
    dose, concentration = Quantity(amount, "mg"), Quantity(strength, "mg/mL")  # type: ignore[arg-type]
    volume = volume_of_dose(dose, concentration)
    assert amount_in(concentration, volume) == dose
    assert concentration_of(dose, volume) == concentration


@given(POSITIVE, st.fractions(min_value="1/1000", max_value=1), POSITIVE)
def test_a_dilution_conserves_the_drug_and_the_volume(stock: object, share: object, volume: object) -> None:
    strong = Quantity(stock, "mg/mL")  # type: ignore[arg-type]
    weak = strong * share  # type: ignore[operator]
    found = dilute(strong, weak, ml(volume))
    assert amount_in(strong, found.stock_volume) == amount_in(weak, ml(volume))
    assert found.stock_volume + found.diluent == ml(volume)
    assert diluted(strong, found.stock_volume, ml(volume)) == weak


@given(POSITIVE, POSITIVE, st.integers(1, 1000))
def test_ten_times_the_dose_is_ten_times_the_volume(amount: object, strength: object, factor: int) -> None:
    dose, concentration = Quantity(amount, "mg"), Quantity(strength, "mg/mL")  # type: ignore[arg-type]
    assert volume_of_dose(dose * factor, concentration) == volume_of_dose(dose, concentration) * factor
