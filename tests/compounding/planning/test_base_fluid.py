"""A base fluid outside the house's limits of osmolarity is a finding; the limits are those of its rules."""

from dataclasses import replace

import pytest

from calculations.findings import Grade
from calculations.quantity import Quantity
from compounding.planning.base_fluid import osmolarity_findings
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from formulary.loading import assemble
from formulary.model import Formulary, OrderType
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

VANCOMYCIN = demonstration_order("vancomycin")


def house_with(**values: str) -> Formulary:
    """The house with other limits in its rules."""
    of = formulary()
    rows = tuple(
        replace(row, value=Quantity(values[row.name], "mOsm/L")) if row.name in values else row for row in of.site.values
    )
    return assemble(of.version, replace(of.site, values=rows), of.supplies, of.drugs)


def situation(of: Formulary, line: str = "peripheral", route: str = "IV infusion") -> Situation:
    order = replace(VANCOMYCIN, line=line, route=route)
    return Situation(order, patient_of(VANCOMYCIN.patient), of, NOON, 0)


@pytest.mark.parametrize(
    ("osmolarity", "line", "code"),
    [
        ("0", "central", "osmolarity_low"), ("149", "peripheral", "osmolarity_low"), ("150", "peripheral", ""),
        ("900", "peripheral", ""), ("901", "peripheral", "osmolarity_peripheral"), ("901", "central", ""),
        ("901", "", "osmolarity_peripheral"),
    ],
)  # fmt: skip
def test_a_base_fluid_is_held_against_the_houses_limits(osmolarity: str, line: str, code: str) -> None:
    solution = replace(formulary().solution("sodium_chloride_0_9"), osmolarity=Quantity(osmolarity, "mOsm/L"))
    found = osmolarity_findings(situation(formulary(), line), solution)
    assert [one.code for one in found] == ([code] if code else [])
    assert all(one.grade is Grade.SOFT and one.limit is not None and one.source and one.mend for one in found)
    assert osmolarity_findings(situation(formulary(), line, "intramuscular"), solution) == []
    push = replace(situation(formulary(), line), order=replace(VANCOMYCIN, order_type=OrderType.PUSH, line=line))
    assert osmolarity_findings(push, solution) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [({"osmolarity_low_limit": "400"}, "osmolarity_low"), ({"osmolarity_peripheral_limit": "200"}, "osmolarity_peripheral")],
)
def test_the_plan_tells_it_by_the_limits_of_the_house(values: dict[str, str], code: str) -> None:
    assert code in {one.code for one in plan_order(situation(house_with(**values))).findings}
    assert code not in {one.code for one in plan_order(situation(formulary())).findings}
