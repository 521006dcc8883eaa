"""What a warm location, or a failed hood, touched: by where things were in that time, not by where they are now."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_records.acting import load
from batch_records.verify import report_text, verify_records
from compounding.batches.actions import MoveUnits
from compounding.batches.numbering import batch_record, unit_code
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.recalls.actions import OpenRecall
from compounding.recalls.numbering import recall_record
from compounding.recalls.record import RECALL, parts_of
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, AdjustLot, ReceiveLot, TransferLot, lot_record
from compounding.stock.opened_state import opened_record
from compounding.tracing.finding import preparations, reach_of, tally
from compounding.tracing.next_steps import next_step
from compounding.tracing.places import lots_there
from compounding.tracing.stays import NOWHERE, followed, place_key, stays
from compounding.tracing.stock import opened_of
from compounding.tracing.subject import Subject
from compounding.tracing.touching import touches
from tests.compounding.stock.test_opened import BEN, FOR_BEN, kept
from tests.support.batches import FOR_TOMAS, batch_now, on_batch, released_batch
from tests.support.batches import LOT as BATCH_LOT
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, MARLOW, NOON, OKONJO, do
from tests.support.flow import A_PICTURE, TOMAS, code_of, dose_now, paired, queued_dose, staged, started, step_done
from web.record_types import RECORD_TYPES

VIAL = "ceftriaxone_500mg_vial"
COLD, STORED = "7 West refrigerator", ("fridge",)
NUMBER = "R260414-01"
START = datetime(2026, 4, 14, tzinfo=UTC)


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def at(place: str, since: int | None = None, until: int | None = None, kind: str = "place") -> Subject:
    moments = [None if one is None else minute(one) for one in (since, until)]
    named = {"place": place} if kind == "place" else {"hood": place}
    return Subject(kind, since=moments[0], until=moments[1], **named)


def found(store, subject: Subject) -> list[str]:
    """Numbers of the doses; each of them, and no other, is also found when it alone is asked for."""
    with store.read() as uow:
        numbers = [one.number for one in preparations(uow, subject)]
        assert all(touches(uow, subject, dose_record(number)) for number in numbers)
        return sorted(numbers)


MOVES = st.lists(st.tuples(st.sampled_from(["7 West", "7  west", "Hood 1", NOWHERE]), st.integers(0, 3)), max_size=8)


@given(MOVES)
def test_stays_follow_each_other_without_a_gap_and_tell_where_it_was_at_every_moment(moves):
    been, now, lay = (), 0, {}
    for place, minutes in moves:
        now += minutes
        been = followed(been, place, START + timedelta(minutes=now))
        lay[now] = place_key(place)
    told = stays(been)
    for moment in range(now + 1):
        expected = next((place for then, place in sorted(lay.items(), reverse=True) if then <= moment), NOWHERE)
        instant = START + timedelta(minutes=moment)
        there = [one for one in told if one.since <= instant and (one.until is None or instant < one.until)]
        assert [place_key(one.place) for one in there] == ([expected] if expected else [])


WINDOWS = (
    ((None, None), False, "now: it is back"),
    ((35, 40), True, "it lay there all the time"),
    ((20, 90), True, "it came and left within it"),
    ((50, 90), True, "it left within it"),
    ((20, 31), True, "it came within it"),
    ((0, 29), False, "it came later"),
    ((60, 90), False, "it had left"),
    ((None, 45), True, "at that moment"),
    ((None, 20), False, "at that moment it was elsewhere"),
    ((35, None), True, "since then"),
)


def test_a_dose_that_came_and_left_is_found_in_the_time_that_it_was_there_however_the_place_is_typed(cast_store):
    number = paired(cast_store)
    do(cast_store, HALLORAN, DOSE, dose_record(number), a.Receive("7 West"), minute(30))
    do(cast_store, HALLORAN, DOSE, dose_record(number), a.ReturnDose("sealed", "in the refrigerator"), minute(60))
    for (since, until), touched, why in WINDOWS:
        assert found(cast_store, at("7  WEST", since, until)) == ([number] if touched else []), why
    assert found(cast_store, at("returns")) == [number]


def test_a_failed_hood_finds_what_was_begun_before_its_time_and_still_made_in_it(cast_store):
    number = started(cast_store)
    assert found(cast_store, at("hood-1", 20, 30, "hood")) == [number]
    assert found(cast_store, Subject("time", since=minute(20), until=minute(30))) == [number]
    assert found(cast_store, Subject("person", person=OKONJO.person, since=minute(20), until=minute(30))) == [number]
    assert found(cast_store, at("hood-2", 20, 30, "hood")) == []
    do(cast_store, OKONJO, DOSE, dose_record(number), a.Abandon("the hood failed"), minute(40))
    do(cast_store, OKONJO, DOSE, dose_record(number), a.Waste("all", "pharmaceutical"), minute(45))
    assert found(cast_store, at("hood-1", 41, 50, "hood")) == [number]
    assert found(cast_store, at("hood-1", 46, 50, "hood")) == []


def received(store, lot: str, place: str, at: datetime, count: int = 5, product: str = VIAL) -> None:
    do(store, OKONJO, LOT, lot_record(product, lot), ReceiveLot(product, lot, "2028-05-31", count, place), at)


def moved(store, lot: str, count: int, source: str, target: str, at: datetime) -> None:
    do(store, MARLOW, LOT, lot_record(VIAL, lot), TransferLot(count, source, target, "needed"), at)


@pytest.fixture
def warm(cast_store):
    """A refrigerator with a lot that came and left, one that came later, and the shelf of a hood."""
    for name, kind, station in (("Fridge 2", "store_room", ""), ("Hood 1 shelf", "hood", "hood-1"), ("Store", "store_room", "")):
        do(cast_store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True, station))
    received(cast_store, "WAS", "Fridge 2", minute(-120))
    moved(cast_store, "WAS", 5, "Fridge 2", "Hood 1 shelf", minute(-30))
    received(cast_store, "LATER", "Fridge 2", minute(0))
    return cast_store


def test_lots_are_found_where_the_ledger_says_they_lay(warm):
    def there(subject: Subject) -> list[str]:
        with warm.read() as uow:
            lots = [record.rpartition("-")[2] for record in lots_there(uow, subject)]
            assert all(touches(uow, subject, lot_record(VIAL, lot)) for lot in lots)
            return lots

    assert there(at("fridge 2")) == ["LATER"]
    assert there(at("Fridge 2", -60, -40)) == ["WAS"]
    assert there(at("Fridge 2", -60, 10)) == ["LATER", "WAS"]
    assert there(at("Fridge 2", None, -40)) == ["WAS"]
    assert there(at("Fridge 2", -29, -1)) == []
    assert there(at("hood-1", -10, 0, "hood")) == ["WAS"]
    do(warm, MARLOW, LOT, lot_record(VIAL, "LATER"), AdjustLot(0, "none there", "Fridge 2"), minute(5))
    assert there(at("Fridge 2", 6, 20)) == []


def test_an_excursion_holds_what_was_made_of_the_vials_that_lay_there_and_that_is_on_the_ward_now(warm):
    dose = queued_dose(warm)
    scan = a.ScanContainer(code_of(VIAL, "WAS", "280531"))
    do(warm, OKONJO, DOSE, dose_record(dose), scan, minute(2), station="hood-1")
    paired(warm, dose)
    do(warm, HALLORAN, DOSE, dose_record(dose), a.Receive("7 West"), minute(30))
    subject = at("Fridge 2", -60, -40)
    assert found(warm, subject) == [dose]
    told = {name: getattr(subject, name) for name in ("place", "since", "until")}
    opening = OpenRecall(NUMBER, "place", "warm", "12 °C over night", "logger", **told)
    do(warm, ADEYEMI, RECALL, recall_record(NUMBER), opening, minute(50))
    assert (dose_now(warm, dose).status, dose_now(warm, dose).place) == (S.QUARANTINED, "7 West")
    with warm.read() as uow:
        reach = tally(uow, subject)
        assert (reach.groups["ward"], reach.groups["inside"]) == (1, 0)  # it is fetched back, not left where it is
        assert [next_step(one.status).todo for one in preparations(uow, subject, "ward")] == ["Fetch it back; it is blocked"]
        states = {lot: load(uow, LOT, lot_record(VIAL, lot)).state for lot in ("WAS", "LATER")}
        listed = {item for part in parts_of(uow, NUMBER) for item in part.tasks}
    assert states == {"WAS": "held", "LATER": "available"}
    assert listed == {lot_record(VIAL, "WAS"), dose_record(dose)}
    report = verify_records(warm, RECORD_TYPES)
    assert report.clean, report_text(report)


def test_an_opened_container_is_found_by_where_it_was_kept_and_leads_to_what_was_drawn_from_it(cast_store):
    container = kept(cast_store)
    place = at("HOOD 1 shelf", 12, 20)
    with cast_store.read() as uow:
        assert [row.number for row in opened_of(uow, place)] == [container]
        assert not opened_of(uow, at("hood 1 shelf", 0, 5))
        assert touches(uow, place, opened_record(container))
    assert found(cast_store, place) == []
    drawn = queued_dose(cast_store, FOR_BEN, BEN, "260414-0141")
    do(cast_store, OKONJO, DOSE, dose_record(drawn), a.ScanContainer(f"96{container}"), minute(31))
    staged(cast_store, drawn)
    do(cast_store, OKONJO, DOSE, dose_record(drawn), a.StartPreparation("hood-1"), minute(32))
    while step_done(cast_store, drawn, at=minute(33)):
        pass
    do(cast_store, OKONJO, DOSE, dose_record(drawn), a.Complete(f"92{drawn}", A_PICTURE), minute(34), signed=True)
    assert found(cast_store, place) == [drawn]
    assert found(cast_store, at("hood 1 shelf", 35, 40)) == []


def test_a_unit_that_was_there_is_held_although_it_lies_elsewhere_and_leads_to_the_patient_it_became(cast_store):
    released_batch(cast_store)
    place = batch_now(cast_store).unit(1).place
    on_batch(cast_store, OKONJO, MoveUnits((2,), COLD, *STORED), minute(12))
    number = queued_dose(cast_store, FOR_TOMAS, TOMAS)
    assign = a.AssignUnit(unit_code(BATCH_LOT, 2))
    do(cast_store, DUARTE, DOSE, dose_record(number), assign, minute(14), station="desk-1", signed=True)
    on_batch(cast_store, OKONJO, MoveUnits((1,), COLD, *STORED), minute(20))
    with cast_store.read() as uow:
        for window, serials in (((15, 19), (1, 3)), ((11, 13), (1, 2, 3)), ((21, 30), (3,))):
            reach = reach_of(uow, at(place, *window))
            assert reach.units == {batch_record(BATCH_LOT): serials}, window
    assert found(cast_store, at(place, 11, 13)) == [number]
    assert found(cast_store, at(place, 15, 19)) == []
    told = {"place": place, "since": minute(15), "until": minute(19)}
    opening = OpenRecall(NUMBER, "place", "warm", "12 °C over night", "logger", **told)
    do(cast_store, ADEYEMI, RECALL, recall_record(NUMBER), opening, minute(30))
    assert [bool(unit.held) for unit in batch_now(cast_store).units] == [True, False, True]


def test_a_person_in_a_time_is_found_by_what_they_checked_then_although_it_was_made_before(cast_store):
    number = paired(cast_store)  # begun at 3, completed at 9 and off the hood, released by J. Marlow at 10
    marlow = Subject("person", person=MARLOW.person, since=minute(10), until=minute(30))
    assert found(cast_store, marlow) == [number]
    assert found(cast_store, Subject("person", person=MARLOW.person, since=minute(12), until=minute(30))) == []
    assert found(cast_store, Subject("person", person=OKONJO.person, since=minute(12), until=minute(30))) == []
    assert found(cast_store, Subject("person", person=MARLOW.person, hood="hood-1", since=minute(10), until=minute(30))) == []
