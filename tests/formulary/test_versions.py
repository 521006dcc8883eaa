"""What is in force at a moment follows from the entries and the moment alone. No store: entries are folded as they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from batch_records.entries import Entry
from batch_records.types import instant_text
from formulary.versions import ONLY, Stage, Versions, drafted, released, withdrawn

START = datetime(2026, 4, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """A moment, in days from the start."""
    return START + timedelta(days=number)


def entry(kind: str, at: datetime, who: str, **payload: Any) -> Entry:
    """An entry of the record, as far as folding looks at it."""
    return Entry(
        record="r", seq=1, kind=kind, version=1, who=who, station="desk-1", at=at, offset_minutes=0, payload=payload,
        key="k", previous="",
    )  # fmt: skip


def with_version(state: Versions, number: int, at: datetime, effective: datetime | None = None) -> Versions:
    """The record after this version was drafted and released by two."""
    state = drafted(state, entry("draft", at, "author", version=number, digest="d"), "x", "X", {ONLY: "text"})
    state = released(state, entry("release", at, "first", version=number))
    told = "" if effective is None else instant_text(effective)
    return released(state, entry("release", at, "second", version=number, effective=told))


def number_at(state: Versions, at: datetime) -> int:
    """The version in force; 0 for none."""
    found = state.in_force_at(at)
    return 0 if found is None else found.version


def test_a_version_is_in_force_from_its_time_and_the_one_before_until_then():
    state = with_version(with_version(Versions(), 1, day(0)), 2, day(1), day(3))
    assert [number_at(state, day(n)) for n in (-1, 0, 2.9, 3, 9)] == [0, 1, 1, 2, 2]
    assert {n: row.stage for n, row in state.at(day(2)).versions.items()} == {1: Stage.IN_FORCE, 2: Stage.SCHEDULED}
    assert {n: row.stage for n, row in state.at(day(3)).versions.items()} == {1: Stage.REPLACED, 2: Stage.IN_FORCE}


def test_what_was_to_come_and_is_withdrawn_never_comes_and_the_present_one_stays():
    state = with_version(with_version(Versions(), 1, day(0)), 2, day(1), day(3))
    state = withdrawn(state, entry("withdraw", day(2), "lead", version=2, reason="wrong"))
    assert [number_at(state, day(n)) for n in (1, 2, 4)] == [1, 1, 1]
    assert state.at(day(4)).versions[2].stage is Stage.WITHDRAWN


def test_what_is_withdrawn_while_in_force_leaves_nothing_until_the_next_takes_effect():
    state = with_version(with_version(Versions(), 1, day(0)), 2, day(1), day(5))
    state = withdrawn(state, entry("withdraw", day(2), "lead", version=1, reason="wrong"))
    assert [number_at(state, day(n)) for n in (1.9, 2, 4, 5)] == [1, 0, 0, 2]


def test_a_look_is_never_from_before_the_newest_entry():
    state = with_version(Versions(), 1, day(1))
    assert state.at(day(0)).in_force is not None  # a clock that was set back does not take a release away


def test_a_version_without_time_of_its_own_keeps_the_time_of_its_second_release():
    assert with_version(Versions(), 1, day(1)).versions[1].effective == day(1)
    assert with_version(Versions(), 1, day(1), day(0)).versions[1].effective == day(1)  # never in the past


@given(
    steps=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6), st.booleans()), max_size=6),
    moments=st.lists(st.integers(0, 60), min_size=1, max_size=5),
)
def test_what_was_in_force_in_the_past_never_changes(steps, moments):
    state, now, seen = Versions(), 0, {}
    for number, (wait, ahead, takes_out) in enumerate(steps, start=1):
        now += wait
        for moment in (one for one in moments if one < now):
            seen.setdefault(moment, number_at(state, day(moment)))
        state = with_version(state, number, day(now), day(now + ahead))
        if takes_out:
            state = withdrawn(state, entry("withdraw", day(now + 0.5), "lead", version=number, reason="r"))
    assert {moment: number_at(state, day(moment)) for moment in seen} == seen
