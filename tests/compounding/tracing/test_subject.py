"""What a trace may start from: complete, the right way round, and never wider than it was meant."""

from datetime import UTC, datetime, timedelta

import pytest

from calculations.errors import Faults
from compounding.preparing.states import DoseStatus
from compounding.tracing.next_steps import BLOCKED_OUT, GROUPS, STEPS, next_step, standing_of, statuses
from compounding.tracing.subject import KINDS, NEEDED, subject_of

AT = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_names_what_it_lacks(kind):
    with pytest.raises(Faults) as faults:
        subject_of({"kind": kind})
    assert {fault.field for fault in faults.value.faults} >= set(NEEDED[kind])


@pytest.mark.parametrize("told", [{}, {"kind": "patient"}])
def test_an_unknown_kind_is_refused(told):
    with pytest.raises(Faults, match="kind"):
        subject_of(told)


def test_a_lot_without_its_product_is_refused_because_two_makers_may_use_one_number():
    with pytest.raises(Faults) as faults:
        subject_of({"kind": "hood", "hood": "hood-1", "lot": "A1"})
    assert [fault.field for fault in faults.value.faults] == ["product"]


def test_a_failed_test_says_whose_it_was():
    told = {"kind": "test", "test": "media fill"}
    with pytest.raises(Faults, match="a batch, a hood or a person"):
        subject_of(told, AT, AT)
    assert subject_of(told | {"person": "person-okonjo"}, AT, AT).person == "person-okonjo"


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(Faults, match="after the first one"):
        subject_of({"kind": "time"}, AT, AT - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("status", "place", "standing"),
    [("quarantined", "7 West", BLOCKED_OUT), ("quarantined", "on its way", BLOCKED_OUT), ("quarantined", "hood-1", "quarantined"),
     ("quarantined", "check desk", "quarantined"), ("delivered", "7 West", "delivered")],
)  # fmt: skip
def test_what_is_in_quarantine_on_a_ward_is_out_of_the_pharmacy(status, place, standing):
    assert standing_of(status, place, "hood-1") == standing


def test_every_state_of_a_dose_says_what_to_do_and_stands_in_one_group():
    assert set(STEPS) == set(DoseStatus)
    assert all(step.todo for step in STEPS.values())
    assert sorted(status for group in GROUPS for status in statuses(group)) == sorted([*DoseStatus, BLOCKED_OUT])
    with pytest.raises(ValueError, match="lost"):
        next_step("lost")
