"""Mass from volume and back, weighing by difference, and electrolytes by the label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations import gravimetry
from calculations.electrolytes import brought_along, remaining
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.quantity import Quantity

POSITIVE = st.fractions(min_value="1/100", max_value=1000)


def g(number: object) -> Quantity:
    return Quantity(number, "g")  # type: ignore[arg-type]


def test_an_addition_weighs_its_volume_times_its_density() -> None:
    assert gravimetry.expected_mass(Quantity(20, "mL"), Quantity("1.17", "g/mL")) == g("23.4")
    assert gravimetry.volume_from_mass(g("23.4"), Quantity("1.17", "g/mL")) == Quantity(20, "mL")


def test_a_density_of_zero_is_refused() -> None:
    with pytest.raises(OutOfRange):
        gravimetry.volume_from_mass(g(1), Quantity(0, "g/mL"))


def test_weighing_by_difference() -> None:
    assert gravimetry.mass_added(g("112.4"), g(100)) == g("12.4")
    with pytest.raises(CannotCompute) as refused:
        gravimetry.mass_added(g(99), g(100))
    assert refused.value.code == "lighter"


def test_the_deviation_of_a_weighing_is_signed() -> None:
    assert gravimetry.mass_deviation(g("9.5"), g(10)) == Quantity("-1/20", "one")


@pytest.mark.parametrize(("mass", "passes"), [("9.5", True), ("10.5", True), ("9.4999", False), ("10.5001", False)])
def test_a_weighing_on_the_very_edge_passes_and_a_hair_beyond_does_not(mass: str, passes: bool) -> None:
    assert gravimetry.within_tolerance(g(mass), g(10), Quantity("0.05", "one")) is passes


def test_specific_gravity_is_relative_to_water() -> None:
    assert gravimetry.specific_gravity(g(165), Quantity(150, "mL")) == Quantity("1.1", "one")
    assert gravimetry.density_of(Quantity("1.08", "one")) == Quantity("1.08", "g/mL")


def test_a_body_weight_is_not_weighed_on_the_balance() -> None:
    with pytest.raises(UnitMismatch):
        gravimetry.volume_from_mass(Quantity(70, "kg_bw"), Quantity(1, "g/mL"))


@given(POSITIVE, POSITIVE)
def test_mass_and_volume_undo_each_other(volume: object, density: object) -> None:
    drawn, per_ml = Quantity(volume, "mL"), Quantity(density, "g/mL")  # type: ignore[arg-type]
    assert gravimetry.volume_from_mass(gravimetry.expected_mass(drawn, per_ml), per_ml) == drawn


PHOSPHATE = Quantity(20, "mmol", "phosphate")


@pytest.mark.parametrize(("label", "brought"), [("4.7", "94/3"), ("4.4", "88/3")])
def test_the_label_decides_how_much_potassium_comes_with_the_phosphate(label: str, brought: str) -> None:
    found = brought_along(PHOSPHATE, Quantity(3, "mmol/mL", "phosphate"), Quantity(label, "mEq/mL", "potassium"))
    assert found == Quantity(brought, "mEq", "potassium")


def test_what_other_salts_bring_is_not_given_twice() -> None:
    ordered, brought = Quantity(80, "mEq", "potassium"), Quantity(44, "mEq", "potassium")
    assert remaining(ordered, brought) == Quantity(36, "mEq", "potassium")
    with pytest.raises(CannotCompute) as refused:
        remaining(brought, ordered)
    assert refused.value.code == "over_supplied"


def test_milliequivalents_of_phosphate_are_not_drawn_from_millimoles() -> None:
    with pytest.raises(UnitMismatch):
        brought_along(
            Quantity(20, "mEq", "phosphate"),
            Quantity(3, "mmol/mL", "phosphate"),
            Quantity("4.7", "mEq/mL", "potassium"),
        )
