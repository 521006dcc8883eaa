"""The label's concentration counts; the powder has a volume of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.concentration import amount_in
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.reconstitution import (
    diluent_to_reach,
    displacement_of,
    reconstituted_by_displacement,
    reconstituted_by_label,
)


def mg(number: object) -> Quantity:
    return Quantity(number, "mg")  # type: ignore[arg-type]


def ml(number: object) -> Quantity:
    return Quantity(number, "mL")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "strength", "diluent", "final"),
    [(1000, 330, "2.5", "100/33"), (500, 225, 2, "20/9"), (500, 50, 10, 10), (2000, 250, "7.2", 8)],
)
def test_by_the_label_the_final_volume_follows_from_the_labels_concentration(
    content: int, strength: int, diluent: object, final: object
) -> None:
    found = reconstituted_by_label(mg(content), Quantity(strength, "mg/mL"), ml(diluent))
    assert found.concentration == Quantity(strength, "mg/mL")
    assert found.final_volume == ml(final)


def test_a_label_that_makes_volume_vanish_is_refused() -> None:
    with pytest.raises(CannotCompute) as refused:
        reconstituted_by_label(mg(1000), Quantity(500, "mg/mL"), ml("2.5"))
    assert refused.value.code == "displacement_negative"


def test_by_displacement_the_powder_counts() -> None:
    found = reconstituted_by_displacement(mg(10000), ml(45), ml(6))
    assert found.final_volume == ml(51)
    assert found.concentration == Quantity("10000/51", "mg/mL")


def test_diluent_for_a_wanted_concentration() -> None:
    assert diluent_to_reach(mg(500), Quantity(50, "mg/mL"), ml("0.2")) == ml("9.8")
    with pytest.raises(CannotCompute) as refused:
        diluent_to_reach(mg(500), Quantity(5000, "mg/mL"), ml("0.2"))
    assert refused.value.code == "too_concentrated"


VOLUMES = st.fractions(min_value="1/100", max_value=100)


@given(VOLUMES, VOLUMES, VOLUMES)
def test_the_whole_content_is_in_the_final_volume(content: object, diluent: object, powder: object) -> None:
    found = reconstituted_by_displacement(mg(content), ml(diluent), ml(powder))
    assert amount_in(found.concentration, found.final_volume) == mg(content)
    assert displacement_of(found.final_volume, ml(diluent)) == ml(powder)
    assert diluent_to_reach(mg(content), found.concentration, ml(powder)) == ml(diluent)
