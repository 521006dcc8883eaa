"""Opened containers: what may be kept, until when, and what a dose that is drawn from one says and records."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from batch_records.acting import load
from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.preparing.actions import Abandon, Cancel, Complete, ScanContainer, StartPreparation, TakeApart
from compounding.preparing.completing import events
from compounding.preparing.keeping import keeping, rest_of
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.recorded import recalculation
from compounding.stock.lot import LOT, HoldLot, lot_record
from compounding.stock.opened import OPENED, DiscardContainer, KeepContainer, kept_as
from compounding.stock.opened_state import (
    barcode_of,
    container_number,
    is_container_number,
    number_scanned,
    opened_record,
)
from tests.support.cast import AMARI, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.flow import (
    A_PICTURE,
    ADA,
    CEFTRIAXONE,
    code_of,
    dose_now,
    formulary,
    queued_dose,
    scanned,
    staged,
    started,
    step_done,
)

GRAM = "ceftriaxone_1000mg_vial"
BEN: dict[str, Any] = {**ADA, "mrn": "DEMO-5520", "family_name": "FICTION", "given_name": "Omar"}
FOR_BEN: dict[str, Any] = {**CEFTRIAXONE, "patient": "DEMO-5520"}
LATER = NOON + timedelta(minutes=30)


def made(store, number: str = "") -> str:
    """A dose of 460 mg from a vial of 1 g, at the check; 540 mg are left in the vial. A dose that is named has its vial."""
    if not number:
        number = queued_dose(store)
        scanned(store, number, GRAM, at=NOON + timedelta(minutes=2))
    staged(store, number)
    do(store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1"), NOON + timedelta(minutes=3))
    while step_done(store, number):
        pass
    at = NOON + timedelta(minutes=9)
    do(store, OKONJO, DOSE, dose_record(number), Complete(f"92{number}", A_PICTURE), at, signed=True)
    return number


def kept(store) -> str:
    """The rest of that vial, kept; gives its number."""
    dose = made(store)
    slot = gram_slot(store, dose)
    keep = KeepContainer(dose, slot, "crt", "hood 1 shelf")
    do(store, OKONJO, OPENED, kept_as(dose, slot), keep, NOON + timedelta(minutes=10))
    return container_number(dose, slot)


def gram_slot(store, dose: str) -> str:
    return next(scan.slot for scan in dose_now(store, dose).scans if scan.product == GRAM)


def opened_now(store, number: str):
    with store.read() as uow:
        return load(uow, OPENED, opened_record(number))


def for_ben(store) -> str:
    return queued_dose(store, FOR_BEN, BEN, "260414-0150")


def scan_part(store, dose: str, number: str, at: datetime = LATER):
    do(store, OKONJO, DOSE, dose_record(dose), ScanContainer(barcode_of(number)), at)
    return dose_now(store, dose)


def part_refused(store, dose: str, number: str, at: datetime = LATER) -> str:
    return refused(store, OKONJO, DOSE, dose_record(dose), ScanContainer(barcode_of(number)), at)


def finish(store, dose: str, at: datetime = LATER) -> None:
    """Scan the rest, start and do every step, half an hour after noon."""
    while dose_now(store, dose).open_slots:
        state = dose_now(store, dose)
        scanned(store, dose, state.drawing.component(state.open_slots[0]).product, at=at)
    do(store, OKONJO, DOSE, dose_record(dose), StartPreparation("hood-1"), at)
    while step_done(store, dose, at=at):
        pass
    do(store, OKONJO, DOSE, dose_record(dose), Complete(f"92{dose}", A_PICTURE), at, signed=True)


def test_a_number_has_a_check_digit_and_is_read_from_its_label():
    number = container_number("260414-0140-01-5", "drug-2")
    assert number.startswith("260414-0140-01-02")
    assert is_container_number(number)
    assert number_scanned(barcode_of(number)) == number_scanned(f"]d296{number}") == number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert number_scanned(barcode_of(wrong)) == ""
    assert number_scanned("260414-0140-01-5") == ""


def test_what_is_kept_says_what_is_left_and_until_when(cast_store):
    found = opened_now(cast_store, kept(cast_store))
    assert found.left == Quantity("540", "mg", found.left.of)
    assert found.opened_at == NOON + timedelta(minutes=3)
    assert found.usable_until == found.opened_at + timedelta(hours=12)
    assert found.reconstituted_at == NOON + timedelta(minutes=4)
    assert (found.state, found.hood, found.iso_class) == ("available", "hood-1", 5)


def test_before_the_preparation_is_ended_nothing_is_kept(cast_store):
    number = started(cast_store)
    keep = KeepContainer(number, "drug-1", "crt", "shelf")
    assert refused(cast_store, OKONJO, OPENED, kept_as(number, "drug-1"), keep) == "not_ended"


def test_it_is_kept_once(cast_store):
    number = kept(cast_store)
    record = opened_record(number)
    assert (
        refused(cast_store, OKONJO, OPENED, record, KeepContainer("any", "drug-1", "crt", "x"), LATER) == "kept_already"
    )


def test_another_preparer_does_not_keep_it(cast_store):
    dose = made(cast_store)
    slot = gram_slot(cast_store, dose)
    keep = KeepContainer(dose, slot, "crt", "shelf")
    assert refused(cast_store, AMARI, OPENED, kept_as(dose, slot), keep, LATER) == "not_preparer"
    assert refused(cast_store, OKONJO, OPENED, "opened-1", keep, LATER) == "wrong_number"


def test_a_dose_is_drawn_from_what_is_left_and_dissolves_nothing_again(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    state = scan_part(cast_store, dose, number)
    assert [c.opened for c in state.drawing.components if c.role == "drug"] == [number]
    assert all(step.purpose != "reconstitute" for step in state.drawing.steps)
    assert opened_now(cast_store, number).reserved_for == dose
    finish(cast_store, dose)
    done = dose_now(cast_store, dose)
    assert all(row.inside for row in recalculation(done))
    left = opened_now(cast_store, number)
    assert left.left == Quantity("80", "mg", left.left.of)
    assert (left.state, left.reserved_for) == ("available", "")


def test_its_clocks_come_along_and_its_in_use_limit_does_not(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    scan_part(cast_store, dose, number)
    finish(cast_store, dose)
    done = dose_now(cast_store, dose)
    clocks = events(done)
    assert clocks["RECONSTITUTION"] == opened_now(cast_store, number).reconstituted_at
    assert clocks["FIRST_PUNCTURE"] == opened_now(cast_store, number).opened_at
    assert clocks["PREPARATION_START"] == LATER
    assert done.beyond_use_at() > opened_now(cast_store, number).usable_until


def test_what_is_left_is_used_first_and_a_new_vial_gives_the_rest(cast_store):
    number = kept(cast_store)
    first = for_ben(cast_store)
    scan_part(cast_store, first, number)
    finish(cast_store, first)
    second = queued_dose(cast_store, {**FOR_BEN, "patient": "DEMO-5521"}, {**BEN, "mrn": "DEMO-5521"}, "260414-0151")
    state = scan_part(cast_store, second, number)
    drugs = [c for c in state.drawing.components if c.role == "drug"]
    assert [c.opened for c in drugs] == [number, ""]
    assert sum(step.purpose == "reconstitute" for step in state.drawing.steps) == 1
    finish(cast_store, second)
    assert opened_now(cast_store, number).state == "empty"
    third = queued_dose(cast_store, {**FOR_BEN, "patient": "DEMO-5522"}, {**BEN, "mrn": "DEMO-5522"}, "260414-0152")
    assert part_refused(cast_store, third, number) == "opened_gone"


def test_its_lot_counts_the_container_once(cast_store):
    number = kept(cast_store)
    opened = opened_now(cast_store, number)
    dose = for_ben(cast_store)
    with cast_store.read() as uow:
        before = load(uow, LOT, lot_record(GRAM, opened.lot)).on_hand
    scan_part(cast_store, dose, number)
    do(cast_store, OKONJO, DOSE, dose_record(dose), TakeApart("another vial"), LATER)
    with cast_store.read() as uow:
        assert load(uow, LOT, lot_record(GRAM, opened.lot)).on_hand == before


def test_past_its_limit_it_stops_at_the_scan_at_the_start_and_at_the_draw(cast_store):
    number = kept(cast_store)
    until = opened_now(cast_store, number).usable_until
    dose = for_ben(cast_store)
    assert part_refused(cast_store, dose, number, until) == "opened_over"
    scan_part(cast_store, dose, number, until - timedelta(minutes=2))
    state = dose_now(cast_store, dose)
    for slot in state.open_slots:
        scanned(cast_store, dose, state.drawing.component(slot).product, at=until - timedelta(minutes=2))
    assert refused(cast_store, OKONJO, DOSE, dose_record(dose), StartPreparation("hood-1"), until) == "opened_over"
    do(cast_store, OKONJO, DOSE, dose_record(dose), StartPreparation("hood-1"), until - timedelta(minutes=1))
    step = dose_now(cast_store, dose).current_step
    while step.take != "drug-1":
        step_done(cast_store, dose, at=until - timedelta(minutes=1))
        step = dose_now(cast_store, dose).current_step
    with pytest.raises(AssertionError, match="past its time"):
        step_done(cast_store, dose, at=until)


def test_staged_for_one_dose_it_is_not_taken_for_another(cast_store):
    number = kept(cast_store)
    first = for_ben(cast_store)
    scan_part(cast_store, first, number)
    second = queued_dose(cast_store, {**FOR_BEN, "patient": "DEMO-5521"}, {**BEN, "mrn": "DEMO-5521"}, "260414-0151")
    assert part_refused(cast_store, second, number) == "reserved"
    assert part_refused(cast_store, first, number) == "scanned_already"
    no = DiscardContainer("dropped", "sharps")
    assert refused(cast_store, OKONJO, OPENED, opened_record(number), no, LATER) == "reserved"
    do(cast_store, MARLOW, DOSE, dose_record(first), Cancel("not needed"), LATER)
    scan_part(cast_store, second, number)
    assert opened_now(cast_store, number).reserved_for == second


def test_taken_apart_the_dose_is_planned_with_new_containers_again(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    scan_part(cast_store, dose, number)
    do(cast_store, OKONJO, DOSE, dose_record(dose), TakeApart("another vial"), LATER)
    state = dose_now(cast_store, dose)
    assert all(not c.opened for c in state.drawing.components)
    assert any(step.purpose == "reconstitute" for step in state.drawing.steps)
    assert opened_now(cast_store, number).state == "available"


def test_thrown_away_it_stops_and_its_disposal_says_why(cast_store):
    number = kept(cast_store)
    record = opened_record(number)
    assert refused(cast_store, OKONJO, OPENED, record, DiscardContainer("", "sharps"), LATER) == "reason_missing"
    do(cast_store, OKONJO, OPENED, record, DiscardContainer("end of the day", "sharps"), LATER)
    assert part_refused(cast_store, for_ben(cast_store), number) == "opened_gone"


def test_a_held_lot_stops_its_opened_container_too(cast_store):
    number = kept(cast_store)
    opened = opened_now(cast_store, number)
    dose = for_ben(cast_store)
    do(cast_store, MARLOW, LOT, lot_record(GRAM, opened.lot), HoldLot("recalled", "maker's notice"), LATER)
    assert part_refused(cast_store, dose, number) == "lot_recalled"


def test_an_unknown_number_is_refused_in_words(cast_store):
    dose = for_ben(cast_store)
    number = container_number("260101-0001-01-0", "drug-1")
    assert part_refused(cast_store, dose, number) == "code_unreadable"


def test_a_new_vial_is_not_taken_for_the_opened_one(cast_store):
    """While an opened one is planned, a new one is not needed, and it never slips into the place of the opened one."""
    number = kept(cast_store)
    dose = for_ben(cast_store)
    scan_part(cast_store, dose, number)
    assert refused(cast_store, OKONJO, DOSE, dose_record(dose), ScanContainer(code_of(GRAM)), LATER) == "cannot_replan"


def test_where_it_is_kept_decides_with_its_stability(cast_store):
    dose = dose_now(cast_store, made(cast_store))
    rest = rest_of(dose, gram_slot(cast_store, dose.number), formulary())
    at_room = keeping(rest, formulary(), "crt", NOON + timedelta(minutes=10), OFFSET)
    frozen = keeping(rest, formulary(), "freezer", NOON + timedelta(minutes=10), OFFSET)
    assert at_room.until == NOON + timedelta(hours=12, minutes=3)
    assert isinstance(frozen, Refusal)
    late = keeping(rest, formulary(), "crt", at_room.until, OFFSET)
    assert isinstance(late, Refusal)
    assert late.code == "opened_over"


def test_abandoned_nobody_knows_what_is_left_and_it_is_not_used_again(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    scan_part(cast_store, dose, number)
    state = dose_now(cast_store, dose)
    for slot in state.open_slots:
        scanned(cast_store, dose, state.drawing.component(slot).product, at=LATER)
    do(cast_store, OKONJO, DOSE, dose_record(dose), StartPreparation("hood-1"), LATER)
    do(cast_store, OKONJO, DOSE, dose_record(dose), Abandon("the bag leaks"), LATER)
    assert (opened_now(cast_store, number).state, opened_now(cast_store, number).left) == ("spent", None)
    again = queued_dose(cast_store, {**FOR_BEN, "patient": "DEMO-5521"}, {**BEN, "mrn": "DEMO-5521"}, "260414-0151")
    assert part_refused(cast_store, again, number) == "opened_gone"
