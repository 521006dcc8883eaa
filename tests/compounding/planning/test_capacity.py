"""Never more than the bag holds: refused where its capacity is known, said where it is not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.quantity import Quantity
from compounding.planning.capacity import capacity_findings
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from formulary.loading import assemble
from formulary.model import Formulary, SolutionBag
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

SHARE = Quantity("0.1", "one")
NOTHING = Quantity(0, "mL")


def mL(number: object) -> Quantity:
    return Quantity(str(number), "mL")


def bag(**changes: Any) -> SolutionBag:
    """A 25 mL bag of normal saline with 2.5 mL overfill; its capacity is not known."""
    found = formulary().item("bag_sodium_chloride_0_9_25")
    assert isinstance(found, SolutionBag)
    return replace(found, **changes)


def house_with(capacity: Quantity) -> Formulary:
    """The house's formulary, where every bag has that capacity."""
    of = formulary()
    rows = tuple(replace(row, capacity=capacity, capacity_source=row.source) for row in of.supplies.bags)
    return assemble(of.version, of.site, replace(of.supplies, bags=rows), of.drugs)


def ceftriaxone(house: Formulary) -> Planned:
    """460 mg, 4.6 mL, into a 25 mL bag that has 27.5 mL in it already."""
    order = demonstration_order("ceftriaxone")
    return plan_order(Situation(order, patient_of(order.patient), house, NOON, 0))


def about_the_bag(found: Planned) -> list[Finding]:
    return [f for f in found.findings if f.code == "bag_capacity" or f.code.endswith("over_capacity")]


def test_an_order_that_overfills_a_bag_of_known_capacity_is_refused_and_no_plan_is_made() -> None:
    found = ceftriaxone(house_with(mL(32)))
    assert found.plan is None
    (refused,) = about_the_bag(found)
    assert (refused.code, refused.grade) == ("cannot_compute.over_capacity", Grade.ABSOLUTE)
    assert "32.1 mL" in refused.title and "32 mL" in refused.title and refused.mend


def test_a_bag_that_is_filled_to_its_capacity_and_no_further_is_planned_without_a_word() -> None:
    found = ceftriaxone(house_with(mL("32.1")))
    assert found.plan is not None
    assert about_the_bag(found) == []


def test_where_no_source_states_the_capacity_the_plan_says_so() -> None:
    (told,) = about_the_bag(ceftriaxone(formulary()))
    assert told.grade is Grade.INFO
    assert "its capacity is not recorded" in told.title and told.mend


def test_no_bag_of_the_files_claims_a_capacity_that_no_source_states() -> None:
    assert [row.id for row in formulary().supplies.bags if row.capacity is not None] == []


def test_what_the_house_adds_to_any_bag_is_not_talked_about() -> None:
    assert capacity_findings(bag(), mL("2.5"), NOTHING, SHARE) == ()
    assert capacity_findings(bag(), mL("2.51"), NOTHING, SHARE) != ()


def test_more_than_the_label_volume_into_a_bag_of_unknown_capacity_takes_two_pharmacists() -> None:
    (hard,) = capacity_findings(bag(), mL("25.1"), NOTHING, SHARE)
    assert hard.grade is Grade.HARD


def test_as_much_as_was_taken_out_before_needs_no_room() -> None:
    assert capacity_findings(bag(capacity=mL(28)), mL(20), mL(20), SHARE) == ()
    with pytest.raises(CannotCompute) as refused:
        capacity_findings(bag(capacity=mL(28)), mL(20), mL(19), SHARE)
    assert refused.value.code == "over_capacity"


def test_a_bag_whose_overfill_is_unknown_is_refused_by_what_is_sure_and_else_said() -> None:
    unknown = bag(capacity=mL(40), overfill=None, overfill_source=None)
    with pytest.raises(CannotCompute):
        capacity_findings(unknown, mL(16), NOTHING, SHARE)
    (told,) = capacity_findings(unknown, mL(15), NOTHING, SHARE)
    assert "its overfill is not recorded" in told.title


@given(st.integers(1, 400), st.integers(0, 400), st.integers(275, 900))
def test_never_more_than_the_container_holds(added: int, removed: int, capacity: int) -> None:
    """In tenths of a millilitre: what is not refused fits."""
    into, out = mL(added) / 10, mL(min(added, removed)) / 10
    try:
        found = capacity_findings(bag(capacity=mL(capacity) / 10), into, out, SHARE)
    except CannotCompute:
        assert 275 + added - min(added, removed) > capacity
    else:
        assert found == () and 275 + added - min(added, removed) <= max(capacity, 275)
