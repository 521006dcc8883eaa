"""When a thing that a recall touched is settled: given doses need both told, half-made ones are destroyed."""

import pytest

from compounding.preparing.states import DoseStatus
from compounding.recalls.tasks import CATEGORIES, OF_STATUS, WAYS, Outcome, Task
from tests.support.cast import NOON


def after(category, *ways, what="dose", **more):
    return Task("dose-1", what, category, outcomes=tuple(Outcome(way, "person-marlow", NOON) for way in ways), **more)


@pytest.mark.parametrize(
    ("task", "settled"),
    [
        (after("kept"), False),
        (after("kept", "retrieved"), False),
        (after("kept", "retrieved", "destroyed"), True),
        (after("kept", "not_found"), False),
        (after("kept", cleared=True), True),
        (after("kept", "found_used"), False),
        (after("kept", "found_used", "destroyed"), False),
        (after("kept", "found_used", "prescriber_told", "patient_told"), True),
        (after("given", "prescriber_told"), False),
        (after("given", "patient_told"), False),
        (after("given", "patient_told", "prescriber_told"), True),
        (after("making", "destroyed"), True),
        (after("apart", "taken_apart"), True),
        (after("missing", "not_found"), True),
        (after("bad"), False),
        (after("over"), True),
        (after("stock", "sent_back", what="lot"), True),
        (after("stock", "retrieved", what="opened"), False),
        (after("stock", "destroyed", what="opened"), True),
    ],
)
def test_a_task_is_settled_by_what_was_done(task, settled):
    assert task.settled is settled
    assert bool(task.left) is not settled


def test_every_state_of_a_dose_has_a_category_and_every_outcome_somebody_who_may_say_it():
    assert set(OF_STATUS) == set(DoseStatus)
    assert set(OF_STATUS.values()) < set(CATEGORIES)
    assert all(way.roles and way.things for way in WAYS.values())
