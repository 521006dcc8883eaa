"""The close of a shift and the vials that are out for a preparation when it is counted."""

from datetime import timedelta

from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.controlled.cases import CASE, OpenCase, case_record
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    BeginControlledCount,
    Counted,
    EnterControlledCount,
    controlled_count_record,
)
from compounding.controlled.handling import HANDLING
from compounding.controlled.handling_state import OfferHandling, SecondHandling, handling_record
from compounding.controlled.inventory import INVENTORY, CountersignInventory, TakeInventory, inventory_record
from compounding.controlled.shift import SHIFT, CloseShift, last_closes, left_open, shift_record
from compounding.controlled.unsettled import unsettled
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Abandon, ScanContainer, TakeApart
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.in_hand import hand_at
from compounding.stock.opened import OPENED, KeepContainer, kept_as
from compounding.views.controlled_inventory import paper
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.controlled import (
    FENTANYL,
    LOT_NUMBER,
    PLACE,
    SOON,
    VIAL,
    made_of_vials,
    received,
    staged_vials,
)
from tests.support.flow import dose_now, queued_dose, started, step_done
from web.record_types import RECORD_TYPES

BEGUN = NOON - timedelta(hours=6)
"""07:00 on the site's clock."""


def counted(store, count, number="260414-001", product="", at=SOON):
    record = controlled_count_record(number)
    begun = do(store, OKONJO, CONTROLLED_COUNT, record, BeginControlledCount(number, PLACE, product), at)
    found = tuple(Counted(item.name, 1 if item.container else count) for item in begun.items)
    for member in (OKONJO, AMARI):
        do(store, member, CONTROLLED_COUNT, record, EnterControlledCount(found), at, signed=True)


def against(store, at=SOON):
    with store.read() as uow:
        return [one.kind for one in unsettled(uow, formulary_in_force(uow), BEGUN)]


def closes(store, number="260414-001", by=MARLOW, at=SOON):
    return do(store, by, SHIFT, shift_record(number), CloseShift(number), at, signed=True)


def no_close(store, by=MARLOW, signed=True, at=SOON, number="260414-009"):
    return refused(store, by, SHIFT, shift_record(number), CloseShift(number), at, signed=signed)


def test_a_shift_is_closed_when_everything_was_counted_and_nothing_waits(cast_store):
    received(cast_store)
    assert against(cast_store) == ["count"]
    counted(cast_store, 10, product=VIAL)
    assert against(cast_store) == ["count"], "one product alone is no count of the location"
    take = TakeInventory("260414-001", "2026-04-14", "close")
    assert refused(cast_store, MARLOW, INVENTORY, inventory_record("260414-001"), take, SOON, signed=True) == "not_counted"
    counted(cast_store, 10, "260414-002")
    assert (no_close(cast_store, OKONJO), no_close(cast_store, signed=False)) == ("not_allowed", "secret_needed")
    state = closes(cast_store)
    assert (state.closed_by, state.begun) == (MARLOW.person, BEGUN)
    assert no_close(cast_store, number="260414-001") == "number_taken"
    assert no_close(cast_store, at=NOON + timedelta(hours=7)) == "shift_open", "the next shift is counted anew"
    with cast_store.read() as uow:
        site = formulary_in_force(uow).site
        assert [one.number for one in last_closes(uow)] == ["260414-001"]
        nights = [left_open(uow, site, NOON + timedelta(hours=hours), OFFSET) for hours in (0, 7, 19)]
        changed = left_open(uow, site, NOON + timedelta(hours=8), OFFSET - 60)
    assert nights == [None, None, BEGUN + timedelta(hours=12)], "the night after was not closed"
    assert changed is None, "the clocks were set back since it was closed"
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_vials_in_hand_an_open_case_and_a_count_not_finished_stand_against_it(cast_store):
    received(cast_store)
    number = staged_vials(cast_store)
    counted(cast_store, 8)
    assert against(cast_store) == []
    with cast_store.read() as uow:
        late = unsettled(uow, formulary_in_force(uow), NOON + timedelta(hours=2))
    assert [one.about for one in late] == [PLACE, number], "a vial staged in an earlier shift is no hiding place"
    do(cast_store, OKONJO, DOSE, dose_record(number), TakeApart("later"), SOON)
    assert against(cast_store) == ["hand"]
    assert no_close(cast_store) == "shift_open"
    case = OpenCase("260414-001", VIAL, "fentaNYL", LOT_NUMBER, PLACE, -1, reason="a box was open")
    do(cast_store, OKONJO, CASE, case_record("260414-001"), case, SOON)
    do(cast_store, OKONJO, CONTROLLED_COUNT, controlled_count_record("260414-002"),
       BeginControlledCount("260414-002", PLACE), SOON)  # fmt: skip
    assert against(cast_store) == ["count", "hand", "case"]


def test_a_vial_that_is_not_accounted_for_and_a_dose_to_be_wasted_stand_against_it(cast_store):
    number = made_of_vials(cast_store)
    counted(cast_store, 8)
    assert against(cast_store) == ["dose"]
    do(cast_store, OKONJO, DOSE, dose_record(number), Abandon("spilled"), SOON)
    assert against(cast_store) == ["dose", "dose"]


def test_an_inventory_lists_the_vials_that_were_in_preparation_when_their_location_was_counted(cast_store):
    first = made_of_vials(cast_store)
    kept = do(cast_store, OKONJO, OPENED, kept_as(first, "drug-2"), KeepContainer(first, "drug-2", "crt", PLACE), SOON)
    staged = queued_dose(cast_store, FENTANYL, number="260414-0177")
    do(cast_store, OKONJO, DOSE, dose_record(staged), ScanContainer(f"96{kept.number}"), SOON)
    other = staged_vials(cast_store, "260414-0178")
    started(cast_store, other)
    drawn(cast_store, other)
    later = SOON + timedelta(minutes=30)
    counted(cast_store, 6, at=later)
    do(cast_store, OKONJO, DOSE, dose_record(other), Abandon("spilled"), later + timedelta(minutes=1))
    take, record = TakeInventory("260414-001", "2026-04-14", "close"), inventory_record("260414-001")
    taken = do(cast_store, MARLOW, INVENTORY, record, take, later + timedelta(minutes=5), signed=True)
    told = [(one.dose, one.container, one.state, one.place, one.opened, one.volume) for one in taken.in_preparation]
    full, rest = Quantity(20, "mL"), Quantity(10, "mL")
    assert told[0] == (staged, kept.number, "waiting to be made", "staging", 1, rest)
    assert [(dose, state, place) for dose, _, state, place, *_ in told[1:]] == [(other, "being made", "hood-1")] * 2
    assert [(opened, volume) for *_, opened, volume in told[1:]] == [(1, Quantity(0, "mL")), (0, full)]
    assert [line.container for line in taken.lines] == [""], "what is staged is not on its shelf"
    with cast_store.read() as uow:
        printed = paper(uow, formulary_in_force(uow), taken, later, Clock(OFFSET))
    rows = printed["parts"][1]["rows"]
    assert printed["parts"][1]["title"] == "Schedule II, in preparation when counted"
    assert (rows[0]["location"], rows[0]["found"]) == ("staging, from IV room A", "opened, 10 mL left by its record")
    assert rows[2]["found"] == "not opened, 20 mL"
    do(cast_store, ADEYEMI, INVENTORY, record, CountersignInventory(), later + timedelta(minutes=6), signed=True)
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_an_inventory_lists_what_is_in_hand_with_the_location_it_was_taken_from(cast_store):
    received(cast_store)
    number = staged_vials(cast_store)
    do(cast_store, OKONJO, DOSE, dose_record(number), TakeApart("later"), SOON)
    counted(cast_store, 8, at=SOON + timedelta(minutes=1))
    told = OfferHandling("260414-001", "back", VIAL, LOT_NUMBER, 2, source=hand_at("hood-1"), target=PLACE, dose=number)
    at, handled = SOON + timedelta(minutes=2), handling_record("260414-001")
    do(cast_store, OKONJO, HANDLING, handled, told, at, signed=True)
    do(cast_store, AMARI, HANDLING, handled, SecondHandling(), at, signed=True)
    take, record = TakeInventory("260414-001", "2026-04-14", "close"), inventory_record("260414-001")
    taken = do(cast_store, MARLOW, INVENTORY, record, take, SOON + timedelta(minutes=3), signed=True)
    assert [line.count for line in taken.lines] == [8]
    told = [(one.location, one.place, one.dose, one.opened, one.volume) for one in taken.in_preparation]
    assert told == [(PLACE, hand_at("hood-1"), number, 0, Quantity(20, "mL"))] * 2, "put back since, so in no count"


def drawn(store, number):
    """The first vial is drawn empty."""
    while not any(one.volume is not None for one in dose_now(store, number).records):
        step_done(store, number)
