"""What cannot be measured from the stock can be from an intermediate, and every volume of that can be measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.concentration import amount_in, volume_of_dose
from calculations.errors import CannotCompute
from calculations.intermediate_dilution import intermediate_dilution
from calculations.quantity import Quantity
from calculations.syringes import CannotMeasure, SyringeRules, SyringeSize, measure


def ml(number: int | str) -> Quantity:
    return Quantity(number, "mL")


def share(number: int | str) -> Quantity:
    return Quantity(number, "one")


SIZES = [
    SyringeSize(f"{capacity} mL", ml(capacity), ml(line), ml("0.1"))
    for capacity, line in ((1, "0.01"), (3, "0.1"), (5, "0.2"), (10, "0.2"), (20, 1), (30, 1), (60, 1))
]
RULES = SyringeRules(share("0.2"), share("0.8"), share("0.02"), Quantity("0.05", "mL"))


def test_a_tenth_of_the_strength_makes_a_microdose_measurable() -> None:
    dose, stock = Quantity("0.3", "mg", "morphine"), Quantity(10, "mg/mL", "morphine")
    with pytest.raises(CannotMeasure):
        measure(volume_of_dose(dose, stock), SIZES, RULES)
    found = intermediate_dilution(dose, stock, SIZES, RULES, Quantity(1, "mg/mL", "morphine"))
    assert found.concentration == Quantity(1, "mg/mL", "morphine")
    assert found.dose_volume == ml("0.3")
    assert found.take + found.add == found.final_volume
    assert found.measured.error == share(0)


def test_a_target_stronger_than_the_stock_is_refused() -> None:
    with pytest.raises(CannotCompute) as refused:
        intermediate_dilution(Quantity(1, "mg"), Quantity(1, "mg/mL"), SIZES, RULES, Quantity(2, "mg/mL"))
    assert refused.value.code == "not_a_dilution"


def test_a_dose_too_small_for_any_intermediate_is_refused() -> None:
    with pytest.raises(CannotMeasure):
        intermediate_dilution(Quantity("0.001", "mcg"), Quantity(10, "mg/mL"), SIZES, RULES)


@given(st.integers(1, 19))
def test_every_intermediate_conserves_the_drug_and_holds_the_dose(hundredths: int) -> None:
    stock, dose = Quantity(10, "mg/mL"), Quantity(hundredths, "mg") / 10
    found = intermediate_dilution(dose, stock, SIZES, RULES)
    assert amount_in(stock, found.take) == amount_in(found.concentration, found.final_volume)
    assert amount_in(found.concentration, found.dose_volume) == dose
    assert found.dose_volume <= found.final_volume
    for volume in (found.take, found.add):
        assert measure(volume, SIZES, RULES).error == share(0)
    assert found.measured.error <= RULES.max_rounding
