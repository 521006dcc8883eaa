"""Bounds of the house that contradict each other are found before they are released."""

from dataclasses import replace

import pytest

from calculations.quantity import Quantity
from formulary.house.bounds import bounds_faults
from formulary.model import Formulary
from tests.support.flow import formulary


def with_value(name: str, number: str) -> Formulary:
    of = formulary()
    rows = tuple(replace(row, value=Quantity(number, row.value.unit)) if row.name == name else row for row in of.site.values)
    return replace(of, site=replace(of.site, values=rows))


def test_the_packaged_house_has_none() -> None:
    assert list(bounds_faults(formulary())) == []


@pytest.mark.parametrize(
    ("name", "number", "path"),
    [
        ("weight_high", "0.3", "values.weight_high"),
        ("height_low", "230", "values.height_high"),
        ("surface_low", "4", "values.surface_high"),
        ("smallest_measurable", "0.04", "values.smallest_measurable"),
        ("never_measured_below", "0.2", "syringes[0].smallest_measurable"),
    ],
)
def test_a_bound_against_another_is_named(name: str, number: str, path: str) -> None:
    assert path in {fault.path for fault in bounds_faults(with_value(name, number))}
