"""Published test values of body size, and what lies outside each formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations import body_size
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.printing import show
from calculations.quantity import Quantity


def kg(number: object) -> Quantity:
    return Quantity(number, "kg_bw")  # type: ignore[arg-type]


def cm(number: object) -> Quantity:
    return Quantity(number, "cm")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        (body_size.bsa_mosteller, "1.8181 m²"),
        (body_size.bsa_dubois, "1.8097 m²"),
        (body_size.bsa_haycock, "1.8257 m²"),
        (body_size.bsa_gehan_george, "1.8313 m²"),
        (body_size.bsa_boyd, "1.8347 m²"),
    ],
)
def test_the_body_surface_of_seventy_kilograms_and_one_metre_seventy(surface: object, expected: str) -> None:
    assert show(surface(kg(70), cm(170)), 4) == expected  # type: ignore[operator]
    assert show(surface(Quantity(70000, "g_bw"), Quantity("1.7", "m")), 4) == expected  # type: ignore[operator]


def test_the_ideal_weight_by_devine() -> None:
    assert show(body_size.ideal_body_weight("male", cm(178)), 2) == "73.18 kg"
    assert show(body_size.ideal_body_weight("female", cm(160)), 2) == "52.38 kg"
    assert body_size.ideal_body_weight("male", Quantity(60, "in")) == kg(50)


def test_the_ideal_weight_below_sixty_inches_is_refused() -> None:
    with pytest.raises(OutOfRange) as refused:
        body_size.ideal_body_weight("female", cm("152.3"))
    assert "60" in str(refused.value)


@pytest.mark.parametrize("sex", ["", "other", "Female", "unknown"])
def test_a_formula_by_sex_is_not_guessed_for_any_other_entry(sex: str) -> None:
    with pytest.raises(CannotCompute) as refused:
        body_size.ideal_body_weight(sex, cm(170))
    assert refused.value.code == "sex_needed"


def test_the_adjusted_weight_takes_four_tenths_of_the_excess_unless_told_otherwise() -> None:
    assert body_size.adjusted_body_weight(kg(60), kg(100)) == kg(76)
    assert body_size.adjusted_body_weight(kg(60), kg(100), Quantity("0.25", "one")) == kg(70)


def test_the_lean_weight_by_janmahasatian() -> None:
    assert show(body_size.lean_body_weight("male", kg(110), cm(178)), 2) == "71.92 kg"
    assert show(body_size.lean_body_weight("female", kg(80), cm(160)), 2) == "45.21 kg"


def test_the_mass_index() -> None:
    assert body_size.bmi(kg(81), cm(180)) == Quantity(25, "BMI")


@pytest.mark.parametrize(
    ("weight", "height"), [("0.2", "50"), ("301", "170"), ("70", "24"), ("70", "231"), ("170", "-70"), ("0", "170")]
)
def test_sizes_outside_the_windows_are_refused(weight: str, height: str) -> None:
    for formula in (body_size.bsa_mosteller, body_size.bsa_boyd, body_size.bmi):
        with pytest.raises(OutOfRange):
            formula(kg(weight), cm(height))


def test_height_and_weight_cannot_be_exchanged() -> None:
    with pytest.raises(UnitMismatch):
        body_size.bsa_mosteller(cm(170), kg(70))


@given(st.integers(3, 300), st.integers(30, 230))
def test_the_square_of_the_mosteller_surface_is_what_stands_under_the_root(weight: int, height: int) -> None:
    surface = body_size.bsa_mosteller(kg(weight), cm(height)).number
    assert (
        abs(surface * surface * 3600 - weight * height) < weight * height * Quantity("1/1000000000000000", "one").number
    )
