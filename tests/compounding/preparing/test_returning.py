"""A returned dose: what a pharmacist must have found before it is used again, and for how long it then lasts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compounding.preparing.actions import ReturnDose, Reuse
from compounding.preparing.guards_returning import REUSE_CONDITIONS, reuse_possible
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from tests.support.cast import HALLORAN, MARLOW, NOON, OKONJO, act_of, do, refused
from tests.support.flow import SOUND, dose_now, paired

LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def returned(cast_store):
    """A dose that came back unopened; gives its number."""
    number = paired(cast_store)
    do(cast_store, HALLORAN, DOSE, dose_record(number), ReturnDose("unopened", "room temperature"), LATER)
    return number


def no(store, number, action, member=MARLOW):
    return refused(store, member, DOSE, dose_record(number), action, LATER, signed=True)


def test_it_is_used_again_only_when_everything_about_it_is_sound(cast_store, returned):
    for left_out in REUSE_CONDITIONS:
        found = tuple(code for code in SOUND if code != left_out)
        assert no(cast_store, returned, Reuse("looked at it", sound=found)) == "reuse_not_sound"
    assert no(cast_store, returned, Reuse("", sound=SOUND)) == "reason_missing"
    assert no(cast_store, returned, Reuse("looked at it", sound=SOUND), OKONJO) == "not_allowed"
    dose = do(cast_store, MARLOW, DOSE, dose_record(returned), Reuse("looked at it", sound=SOUND), LATER, signed=True)
    assert (dose.status, dose.copies) == (DoseStatus.RELEASED, 0)


def test_its_time_stays_or_is_shorter_and_then_the_label_says_it(cast_store, returned):
    before = dose_now(cast_store, returned)

    def until(at):
        return {"at": at.isoformat(), "deciding": "set by the pharmacist", "reason": "warm for an hour", "source": "house rule"}

    longer = Reuse("sound", sound=SOUND, beyond_use_decided=until(before.beyond_use_at() + timedelta(minutes=1)))
    assert no(cast_store, returned, longer) == "reuse_longer"
    assert no(cast_store, returned, replace(longer, beyond_use_decided=until(LATER))) == "beyond_use_passed"
    early = replace(longer, beyond_use_decided=until(before.due - timedelta(minutes=1)))
    assert no(cast_store, returned, early) == "reuse_too_short"
    shorter = replace(longer, beyond_use_decided=until(NOON + timedelta(hours=6)))
    dose = do(cast_store, MARLOW, DOSE, dose_record(returned), shorter, LATER, signed=True)
    assert dose.beyond_use_at() == NOON + timedelta(hours=6)
    assert dose.label["beyond_use"]["at"] == "14 Apr 2026, 19:00"
    assert dose.label["checked_by"][0]["name"] == "J. Marlow, RPh"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"flags": ("controlled",)}, "reuse_controlled"), ({"storage": "freezer"}, "reuse_frozen"), ({}, "")],
)
def test_a_controlled_drug_and_what_was_frozen_are_never_used_again(cast_store, returned, changes, code):
    dose = dose_now(cast_store, returned)
    told = reuse_possible(replace(dose, plan=replace(dose.planned, **changes)), None, act_of(MARLOW), None)
    assert ("" if told is None else told.code) == code
    late = replace(dose, due=dose.beyond_use_at() + timedelta(minutes=1))
    assert reuse_possible(late, None, act_of(MARLOW), None).code == "reuse_too_old"
