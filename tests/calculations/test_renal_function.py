"""Published test values of kidney function; absolute and indexed figures never meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations import renal_function
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.printing import show
from calculations.quantity import Quantity


def years(number: object) -> Quantity:
    return Quantity(number, "year")  # type: ignore[arg-type]


def kg(number: object) -> Quantity:
    return Quantity(number, "kg_bw")  # type: ignore[arg-type]


def creatinine(number: object) -> Quantity:
    return Quantity(number, "mg/dL")  # type: ignore[arg-type]


def test_cockcroft_and_gault() -> None:
    assert show(renal_function.cockcroft_gault("male", years(60), kg(70), creatinine(1)), 1) == "77.8 mL/min"
    assert show(renal_function.cockcroft_gault("female", years(60), kg(70), creatinine(1)), 1) == "66.1 mL/min"


def test_ckd_epi_2021() -> None:
    assert show(renal_function.ckd_epi_2021("female", years(55), creatinine("0.9")), 1) == "75.5 mL/min/1.73 m²"
    assert show(renal_function.ckd_epi_2021("male", years(40), creatinine(1)), 1) == "97.6 mL/min/1.73 m²"
    assert show(renal_function.ckd_epi_2021("male", years(80), creatinine("0.8")), 2) == "89.47 mL/min/1.73 m²"


def test_mdrd() -> None:
    assert show(renal_function.mdrd("male", years(60), creatinine("1.2")), 1) == "61.8 mL/min/1.73 m²"


def test_schwartz_by_the_bedside_and_with_a_factor_of_the_laboratory() -> None:
    bedside = renal_function.schwartz_bedside(years(5), Quantity(110, "cm"), creatinine("0.5"))
    assert bedside == Quantity("90.86", "mL/min/1.73m2")
    given = renal_function.schwartz(Quantity("0.45", "one"), Quantity(50, "cm"), creatinine("0.5"))
    assert given == Quantity(45, "mL/min/1.73m2")
    with pytest.raises(OutOfRange):
        renal_function.schwartz_bedside(years("0.5"), Quantity(50, "cm"), creatinine("0.5"))


def test_creatinine_in_micromoles_counts_by_the_convention() -> None:
    assert renal_function.in_mg_per_dl(Quantity("88.4", "mcmol/L")) == creatinine(1)
    assert renal_function.in_mcmol_per_l(creatinine(2)) == Quantity("176.8", "mcmol/L")
    one = renal_function.cockcroft_gault("male", years(60), kg(70), creatinine(1))
    assert renal_function.cockcroft_gault("male", years(60), kg(70), Quantity("88.4", "mcmol/L")) == one
    assert renal_function.cockcroft_gault("male", years(60), kg(70), Quantity(10, "mg/L")) == one


@pytest.mark.parametrize("age", [17, 121])
def test_ages_outside_the_formula_are_refused(age: int) -> None:
    with pytest.raises(OutOfRange):
        renal_function.cockcroft_gault("male", years(age), kg(70), creatinine(1))
    with pytest.raises(OutOfRange):
        renal_function.ckd_epi_2021("male", years(age), creatinine(1))


def test_no_creatinine_and_no_sex_give_no_clearance() -> None:
    with pytest.raises(OutOfRange):
        renal_function.cockcroft_gault("male", years(60), kg(70), creatinine(0))
    with pytest.raises(CannotCompute):
        renal_function.cockcroft_gault("", years(60), kg(70), creatinine(1))
    with pytest.raises(UnitMismatch):
        renal_function.cockcroft_gault("male", years(60), kg(70), Quantity(1, "mg"))


def test_indexed_and_absolute_are_turned_into_each_other_only_by_the_surface() -> None:
    surface = Quantity("2.076", "m2")
    own = renal_function.deindexed(Quantity(100, "mL/min/1.73m2"), surface)
    assert own == Quantity(120, "mL/min")
    assert renal_function.indexed(own, surface) == Quantity(100, "mL/min/1.73m2")
    with pytest.raises(UnitMismatch):
        renal_function.deindexed(own, surface)


def test_caps_and_floors_of_the_formulary_change_only_what_lies_beyond_them() -> None:
    cap, floor = Quantity(125, "mL/min"), creatinine("0.7")
    assert renal_function.capped_clearance(Quantity(150, "mL/min"), cap) == cap
    assert renal_function.capped_clearance(Quantity(90, "mL/min"), cap) == Quantity(90, "mL/min")
    assert renal_function.floored_creatinine(Quantity("44.2", "mcmol/L"), floor) == floor
    assert renal_function.floored_creatinine(creatinine("0.9"), floor) == creatinine("0.9")


@given(st.integers(18, 120), st.fractions(min_value=20, max_value=300), st.fractions(min_value="1/10", max_value=20))
def test_twice_the_creatinine_is_half_the_clearance(age: int, weight: object, level: object) -> None:
    once = renal_function.cockcroft_gault("female", years(age), kg(weight), creatinine(level))
    assert renal_function.cockcroft_gault("female", years(age), kg(weight), creatinine(level) * 2) * 2 == once
