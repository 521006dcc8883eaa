"""A batch from its proposal to its units: what each step refuses, and what the records then say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from batch_records.acting import load
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.batches.actions import (
    CheckBatch,
    CompleteBatch,
    ExpireUnits,
    FreeUnits,
    HoldUnits,
    MoveUnits,
    PrintUnitLabels,
    ProposeBatch,
    ReconcileLabels,
    RecordTest,
    ReleaseBatch,
    WasteUnits,
)
from compounding.batches.numbering import batch_record
from compounding.batches.recalculated import recalculated_units
from compounding.batches.record import BATCH
from compounding.batches.states import BatchStatus, UnitState
from compounding.batches.sweeping import expire_units
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.preparing.actions import (
    AskInProcessCheck,
    CheckStaging,
    ConfirmStep,
    EnterSecondCheck,
    PassInProcess,
    RecordVolume,
    ScanContainer,
    StartPreparation,
    TakeApart,
)
from compounding.preparing.read_aloud import words_to_read
from compounding.preparing.tables import UsedRow
from compounding.stock.lot import LOT as STOCK_LOT
from compounding.stock.lot import HoldLot, lot_record
from tests.compounding.batches.examples import planned
from tests.support.batches import (
    LOT,
    PICTURE,
    SHELF,
    STOCK,
    WAITING,
    batch_digest,
    batch_now,
    completed_batch,
    labelled_batch,
    located,
    made_batch,
    minutes,
    on_batch,
    proposed,
    staged_batch,
)
from tests.support.cast import AMARI, DUARTE, HALLORAN, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import code_of
from web.record_types import RECORD_TYPES

RECORD = batch_record(LOT)
DESK = {"station": "desk-1", "signed": True}


def no(store, member, action, at=NOON, **act):
    return refused(store, member, BATCH, RECORD, action, at, **act)


def test_a_batch_is_made_checked_and_released_and_the_records_hold(released_store):
    batch = batch_now(released_store)
    assert [(u.state, u.place, u.beyond_use) for u in batch.units] == [
        (UnitState.AVAILABLE, SHELF, minutes(3) + timedelta(hours=48))
    ] * 3  # ceftriaxone in sodium chloride at room temperature: two days from the first dilution
    assert [one.found for one in recalculated_units(batch)] == [Quantity("1000", "mg", "ceftriaxone")] * 3
    with released_store.read() as uow:
        units = uow.session.execute(select(BatchUnitRow.serial, BatchUnitRow.lot, BatchUnitRow.state)).all()
        used = uow.session.execute(select(UsedRow.dose, UsedRow.patient).where(UsedRow.record == RECORD)).all()
        on_hand = load(uow, STOCK_LOT, lot_record("ceftriaxone_1000mg_vial", "MADE-1")).on_hand
        row = uow.session.execute(select(BatchRow.status, BatchRow.available, BatchRow.released_by)).one()
    assert [tuple(unit) for unit in units] == [(1, LOT, "available"), (2, LOT, "available"), (3, LOT, "available")]
    assert (set(used), len(used), on_hand) == ({(LOT, "")}, 9, -3)
    assert tuple(row) == ("released", 3, MARLOW.person)
    assert verify_records(released_store, RECORD_TYPES).problems == []


def test_more_than_history_uses_needs_a_reason_and_never_more_than_the_limit(cast_store):
    assert no(cast_store, OKONJO, ProposeBatch(LOT, **STOCK | {"reason": ""})) == "reason_missing"
    assert no(cast_store, OKONJO, ProposeBatch(LOT, **STOCK | {"units": 251})) == "too_many_units"
    assert no(cast_store, OKONJO, ProposeBatch(LOT, **STOCK | {"units": 245, "tested": True})) == "too_many_units"
    assert no(cast_store, HALLORAN, ProposeBatch(LOT, **STOCK)) == "not_allowed"
    assert no(cast_store, OKONJO, ProposeBatch(LOT, **STOCK | {"formulation": "morphine_infusion"})) == "not_made_ahead"
    assert no(cast_store, OKONJO, ProposeBatch("01-20260414-01-0", **STOCK)) == "number_wrong"


def test_a_wrong_or_stopped_container_is_refused_and_taking_apart_gives_everything_back(cast_store):
    proposed(cast_store)
    assert no(cast_store, OKONJO, ScanContainer(code_of("cefazolin_1000mg_vial"))) == "wrong_container"
    bare = ScanContainer(code_of("ceftriaxone_1000mg_vial", "-"))
    assert no(cast_store, OKONJO, bare) == "lot_needed"
    typed = replace(bare, lot="SEEN-1", expires="2026-12-31")
    assert no(cast_store, OKONJO, typed) == "picture_needed"
    assert no(cast_store, OKONJO, replace(typed, picture=PICTURE, expires="2026-04-13")) == "container_expired"
    held = HoldLot("held", "recall of the maker", "ceftriaxone_1000mg_vial", "STOPPED")
    do(cast_store, MARLOW, STOCK_LOT, lot_record("ceftriaxone_1000mg_vial", "STOPPED"), held)
    assert no(cast_store, OKONJO, ScanContainer(code_of("ceftriaxone_1000mg_vial", "STOPPED"))) == "lot_held"
    on_batch(cast_store, OKONJO, ScanContainer(code_of("ceftriaxone_1000mg_vial", "MADE-2")), NOON)
    assert no(cast_store, OKONJO, StartPreparation("hood-1")) == "wrong_state"
    on_batch(cast_store, OKONJO, TakeApart("changed my mind"), NOON)
    with cast_store.read() as uow:
        assert load(uow, STOCK_LOT, lot_record("ceftriaxone_1000mg_vial", "MADE-2")).on_hand == 0


def test_another_size_is_planned_for_from_the_scan_on(cast_store):
    proposed(cast_store, units=4)
    batch = on_batch(cast_store, OKONJO, ScanContainer(code_of("ceftriaxone_2000mg_vial")), NOON)
    drugs = [c.product for c in batch.work.drawing.components if c.role == "drug"]
    assert drugs == ["ceftriaxone_2000mg_vial"] * 2


def test_volumes_are_entered_in_order_inside_the_tolerance_by_the_preparer(cast_store):
    staged_batch(cast_store)
    batch = on_batch(cast_store, OKONJO, StartPreparation("hood-1"), NOON)
    step = batch.work.current_step
    assert no(cast_store, AMARI, RecordVolume(step.number, step.volume)) == "not_preparer"
    assert no(cast_store, OKONJO, RecordVolume(step.number + 1, step.volume)) == "wrong_step"
    assert no(cast_store, OKONJO, RecordVolume(step.number, step.volume / 2)) == "outside_tolerance"
    assert no(cast_store, OKONJO, RecordVolume(step.number, step.volume)) == "picture_needed"
    assert no(cast_store, OKONJO, CompleteBatch(WAITING), signed=True) == "steps_open"


def test_samples_and_rejected_units_are_counted_and_never_given(cast_store):
    made_batch(cast_store, tested=True, units=3, retained=1)  # one sample of three, and one kept back: five are made
    assert batch_now(cast_store).total == 5
    assert no(cast_store, OKONJO, CompleteBatch(WAITING, samples=(4,)), signed=True) == "samples_count"
    assert no(cast_store, OKONJO, CompleteBatch(WAITING, samples=(6,), retained=(5,)), signed=True) == "no_such_unit"
    assert no(cast_store, OKONJO, CompleteBatch(WAITING, (4,), (4,), (5,)), signed=True) == "unit_twice"
    assert no(cast_store, OKONJO, CompleteBatch(WAITING, (1,), (4,), (5,)), signed=True) == "reason_missing"
    assert no(cast_store, OKONJO, CompleteBatch(WAITING, (1,), (4,), (5,), "leaks"), minutes(5)) == "secret_needed"
    batch = on_batch(cast_store, OKONJO, CompleteBatch(WAITING, (1,), (4,), (5,), "leaks"), minutes(5), signed=True)
    assert [unit.state.value for unit in batch.units] == ["rejected", "quarantine", "quarantine", "sample", "retained"]
    assert (batch.finished, batch.total) == (2, 5)


def test_nobody_checks_what_they_made(cast_store):
    completed_batch(cast_store)
    check = CheckBatch(batch_digest(cast_store))
    assert no(cast_store, OKONJO, check, **DESK) == "not_allowed"
    assert no(cast_store, MARLOW, CheckBatch("another page"), **DESK) == "page_stale"
    assert no(cast_store, MARLOW, check, station="desk-1") == "secret_needed"
    on_batch(cast_store, MARLOW, check, minutes(6), **DESK)


def test_a_pharmacist_who_made_it_does_not_check_it(cast_store):
    proposed(cast_store)
    batch = batch_now(cast_store)
    first = batch.work.drawing.component(batch.work.open_slots[0]).product
    on_batch(cast_store, MARLOW, ScanContainer(code_of(first)), NOON)
    while (batch := batch_now(cast_store)).work.open_slots:
        product = batch.work.drawing.component(batch.work.open_slots[0]).product
        on_batch(cast_store, OKONJO, ScanContainer(code_of(product)), NOON)
    on_batch(cast_store, OKONJO, StartPreparation("hood-1"), NOON)
    while (step := batch_now(cast_store).work.current_step).kind == "measure":
        on_batch(cast_store, OKONJO, RecordVolume(step.number, step.volume, PICTURE), NOON)
    on_batch(cast_store, OKONJO, CompleteBatch(WAITING), NOON, signed=True)
    assert no(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), **DESK) == "own_work"
    on_batch(cast_store, DUARTE, CheckBatch(batch_digest(cast_store)), NOON, **DESK)


def test_labels_are_reconciled_before_the_release(cast_store):
    completed_batch(cast_store)
    on_batch(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), minutes(6), **DESK)

    def release():
        return ReleaseBatch(batch_digest(cast_store), SHELF)

    assert no(cast_store, MARLOW, release(), minutes(7), **DESK) == "no_labels"
    on_batch(cast_store, OKONJO, PrintUnitLabels("0" * 64, (1, 2, 3)), minutes(7))
    assert no(cast_store, OKONJO, PrintUnitLabels("0" * 64, (2,))) == "reprint_reason"
    on_batch(cast_store, OKONJO, PrintUnitLabels("0" * 64, (2,), "smeared"), minutes(7))
    assert no(cast_store, MARLOW, release(), minutes(7), **DESK) == "labels_open"
    assert no(cast_store, OKONJO, ReconcileLabels(3, 0, 0)) == "labels_differ"
    assert no(cast_store, OKONJO, ReconcileLabels(2, 2, 0)) == "labels_differ"
    on_batch(cast_store, OKONJO, ReconcileLabels(3, 1, 0), minutes(7))
    on_batch(cast_store, OKONJO, PrintUnitLabels("0" * 64, (3,), "torn"), minutes(7))
    assert no(cast_store, MARLOW, release(), minutes(7), **DESK) == "labels_open"
    on_batch(cast_store, OKONJO, ReconcileLabels(3, 1, 1), minutes(7))
    on_batch(cast_store, MARLOW, release(), minutes(8), **DESK)


def test_a_tested_batch_waits_for_its_result_and_a_failed_one_is_never_released(cast_store):
    labelled_batch(cast_store, done=CompleteBatch(WAITING, samples=(4,)), tested=True)

    def release():
        return ReleaseBatch(batch_digest(cast_store), SHELF)

    assert no(cast_store, MARLOW, release(), minutes(8), **DESK) == "test_open"
    assert no(cast_store, OKONJO, RecordTest("sterility", "passed", "LAB-1", "2026-04-14"), signed=True) == "not_allowed"
    assert no(cast_store, MARLOW, RecordTest("sterility", "passed", "", "2026-04-14"), **DESK) == "test_incomplete"
    assert no(cast_store, MARLOW, RecordTest("sterility", "passed", "LAB-1", "2026-04-20"), **DESK) == "date_wrong"
    on_batch(cast_store, MARLOW, RecordTest("sterility", "failed", "LAB-1", "2026-04-14"), minutes(8), **DESK)
    assert no(cast_store, MARLOW, release(), minutes(8), **DESK) == "test_failed"
    on_batch(cast_store, MARLOW, RecordTest("sterility", "passed", "LAB-2", "2026-04-14"), minutes(8), **DESK)
    assert no(cast_store, MARLOW, release(), minutes(8), **DESK) == "test_failed"


def test_a_lot_that_was_recalled_since_stops_the_release(cast_store):
    labelled_batch(cast_store)
    recalled = HoldLot("recalled", "glass in vials")
    do(cast_store, MARLOW, STOCK_LOT, lot_record("ceftriaxone_1000mg_vial", "MADE-1"), recalled)
    release = ReleaseBatch(batch_digest(cast_store), SHELF)
    assert no(cast_store, MARLOW, release, minutes(8), **DESK) == "lot_recalled"


def test_units_are_held_freed_expired_and_wasted(released_store):
    on_batch(released_store, MARLOW, HoldUnits("cracked shelf", (2,)), minutes(9))
    assert [unit.shown_state for unit in batch_now(released_store).units] == ["available", "held", "available"]
    assert no(released_store, OKONJO, FreeUnits("looked at"), minutes(9)) == "not_allowed"
    on_batch(released_store, MARLOW, FreeUnits("looked at"), minutes(9))
    assert no(released_store, OKONJO, WasteUnits((1,), "", "ordinary waste")) == "waste_incomplete"
    on_batch(released_store, OKONJO, WasteUnits((1,), "dropped", "ordinary waste"), minutes(9))
    assert no(released_store, OKONJO, WasteUnits((1,), "dropped", "ordinary waste")) == "unit_not_here"
    assert no(released_store, OKONJO, ExpireUnits()) == "not_allowed"
    located(released_store, ("Freezer 1", "satellite", "freezer"))
    assert no(released_store, OKONJO, MoveUnits((2,), "Freezer 1")) == "storage_not_stated"
    assert [unit.shown_state for unit in batch_now(released_store).units] == ["wasted", "available", "available"]


@pytest.mark.parametrize("units", [1, 250])
def test_one_and_two_hundred_and_fifty_units_are_planned_exactly(units):
    drawn = [step.volume for step in planned(units).work.drawing.measures if step.purpose == "draw"]
    assert (len(drawn), set(drawn)) == (units, {Quantity(10, "mL")})


def test_units_past_their_time_expire_by_the_clock_alone_and_once(released_store):
    on_batch(released_store, MARLOW, HoldUnits("cracked shelf", (2,)), minutes(9))
    over = minutes(3) + timedelta(hours=48)
    assert [expire_units(released_store, at, -240) for at in (over - timedelta(minutes=1), over, over)] == [0, 1, 0]
    assert [unit.shown_state for unit in batch_now(released_store).units] == ["expired"] * 3


def test_what_two_check_and_what_is_looked_at_before_mixing_is_so_in_a_batch_too(cast_store):
    rocuronium = {
        "formulation": "rocuronium_infusion", "amount": Quantity("100", "mg"), "units": 1,
        "solution": "sodium_chloride_0_9", "volume": Quantity(100, "mL"),
    }  # fmt: skip
    staged_batch(cast_store, **rocuronium)
    assert no(cast_store, OKONJO, StartPreparation("hood-1")) == "staging_check_needed"
    on_batch(cast_store, MARLOW, CheckStaging(), NOON, **DESK)
    batch = on_batch(cast_store, OKONJO, StartPreparation("hood-1"), NOON)
    while (step := batch.work.current_step).kind != "check":
        aloud = words_to_read(batch.work, step.number)
        if aloud:
            assert no(cast_store, OKONJO, RecordVolume(step.number, step.volume)) == "not_read_aloud"
        action = ConfirmStep(step.number)
        if step.volume is not None:
            action = RecordVolume(step.number, step.volume, PICTURE, confirmed=aloud)
        batch = on_batch(cast_store, OKONJO, action, NOON)
    assert no(cast_store, OKONJO, CompleteBatch(WAITING), signed=True) == "steps_open"
    on_batch(cast_store, OKONJO, AskInProcessCheck(), NOON)
    assert no(cast_store, MARLOW, PassInProcess()) == "secret_needed"
    batch = on_batch(cast_store, MARLOW, PassInProcess(), NOON, **DESK)
    while (step := batch.work.current_step).kind == "confirm":
        batch = on_batch(cast_store, OKONJO, ConfirmStep(step.number), NOON)
    on_batch(cast_store, OKONJO, CompleteBatch(WAITING), NOON, signed=True)
    batch = on_batch(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), NOON, **DESK)
    assert batch.status is BatchStatus.SECOND_CHECK
    plan, active = batch.plan, batch.plan.actives[0]
    right = EnterSecondCheck(plan.drug, {plan.drug: active.drawn_volume.as_data()}, plan.base_display, plan.final_volume)
    assert no(cast_store, MARLOW, right, **DESK) == "same_checker"
    batch = on_batch(cast_store, DUARTE, replace(right, final_volume=Quantity(7, "mL")), NOON, **DESK)
    assert (batch.status, batch.differences) == (BatchStatus.AWAITING_CHECK, ("final volume",))
    on_batch(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), NOON, **DESK)
    batch = on_batch(cast_store, DUARTE, right, NOON, **DESK)
    assert (batch.status, batch.second.person) == (BatchStatus.QUARANTINED, DUARTE.person)


def test_a_unit_outside_the_concentration_of_its_formulation_is_not_made_ahead(cast_store):
    strong = {"amount": Quantity("4", "g")}
    assert no(cast_store, OKONJO, ProposeBatch(LOT, **STOCK | strong)) == "concentration_outside"
