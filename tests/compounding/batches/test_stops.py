"""What stops a batch or one of its units for good, and what must not stop the rest: tests, labels, places, hoods, rejection."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from batch_records.acts import Refusal
from batch_records.store import Store
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.batches.actions import (
    CheckBatch,
    CompleteBatch,
    FreeUnits,
    HoldUnits,
    MoveUnits,
    PrintUnitLabels,
    ReconcileLabels,
    RecordTest,
    RejectBatch,
    ReleaseBatch,
    WasteUnits,
)
from compounding.batches.assigning import offered, unit_under_scanner
from compounding.batches.batch import Unit
from compounding.batches.guards import every_unit_holds_it, move_allowed
from compounding.batches.guards_labels import label_possible
from compounding.batches.history import units_on_hand
from compounding.batches.numbering import batch_record, unit_code
from compounding.batches.record import BATCH
from compounding.batches.states import BatchStatus, UnitState
from compounding.batches.sweeping import expire_units
from compounding.batches.unit_plan import Wanted, plan_unit
from compounding.batches.units import time_after_move
from compounding.documents.batch_documents import unit_labels_snapshot
from compounding.preparing.actions import (
    AssignUnit,
    ConfirmStep,
    MoveHood,
    RecordVolume,
    ScanContainer,
    StartPreparation,
)
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Recorded, Scanned
from compounding.preparing.finished_units import differences
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.tracing.tables import MakingRow
from formulary.drug_record import record_id
from formulary.model import Formulary
from formulary.releasing import DRUG, WithdrawDrug
from tests.compounding.batches.examples import completed
from tests.support.batches import (
    COLD,
    FOR_TOMAS,
    LOT,
    PICTURE,
    SHELF,
    WAITING,
    batch_digest,
    batch_now,
    completed_batch,
    labelled_batch,
    located,
    minutes,
    on_batch,
    proposed,
    staged_batch,
)
from tests.support.cast import DUARTE, MARLOW, NOON, OFFSET, OKONJO, act_of, do, refused
from tests.support.flow import TOMAS, code_of, dose_now, formulary, queued_dose
from web.record_types import RECORD_TYPES

RECORD = batch_record(LOT)
DESK: dict[str, Any] = {"station": "desk-1", "signed": True}
FAILED = RecordTest("sterility", "failed", "LAB-9", "2026-04-14")


def no(store: Store, member: Any, action: Any, at: Any = NOON, **act: Any) -> str:
    return refused(store, member, BATCH, RECORD, action, at, **act)


def test_a_test_that_fails_after_the_release_holds_every_unit_and_the_dose_that_one_became(released_store: Store) -> None:
    first, second = (queued_dose(released_store, FOR_TOMAS, TOMAS, f"260414-014{n}") for n in range(2))
    assign = AssignUnit(unit_code(LOT, 1))
    on = {"at": minutes(9), **DESK}
    assert refused(released_store, OKONJO, DOSE, dose_record(first), assign, **on) == "not_allowed"
    do(released_store, DUARTE, DOSE, dose_record(first), assign, **on)
    on_batch(released_store, MARLOW, FAILED, minutes(10), **DESK)
    assert [unit.held for unit in batch_now(released_store).units] == ["sterility failed, report LAB-9"] * 3
    assert no(released_store, MARLOW, FreeUnits("the laboratory erred"), minutes(11)) == "test_failed"
    other = AssignUnit(unit_code(LOT, 2))
    assert refused(released_store, DUARTE, DOSE, dose_record(second), other, minutes(11), **DESK) == "test_failed"
    with released_store.read() as uow:
        assert offered(uow, dose_now(released_store, second), minutes(11)) == ()
        assert dose_now(released_store, first).unit is not None
    assert verify_records(released_store, RECORD_TYPES).problems == []


def test_only_the_sterility_test_stands_for_the_sterility_test_and_none_is_read_before_the_batch_was_made(
    cast_store: Store,
) -> None:
    labelled_batch(cast_store, done=CompleteBatch(WAITING, samples=(4,)), tested=True)
    early = RecordTest("sterility", "passed", "LAB-1", "2026-04-13")
    assert no(cast_store, MARLOW, early, minutes(8), **DESK) == "date_wrong"
    on_batch(cast_store, MARLOW, RecordTest("endotoxin", "passed", "LAB-1", "2026-04-14"), minutes(8), **DESK)
    assert no(cast_store, MARLOW, ReleaseBatch(batch_digest(cast_store), SHELF), minutes(8), **DESK) == "test_open"
    on_batch(cast_store, MARLOW, RecordTest("Sterility <71>", "passed", "LAB-2", "2026-04-14"), minutes(8), **DESK)
    on_batch(cast_store, MARLOW, ReleaseBatch(batch_digest(cast_store), SHELF), minutes(8), **DESK)


def test_labels_are_printed_once_for_each_unit_that_is_still_there(cast_store: Store) -> None:
    completed_batch(cast_store, done=CompleteBatch(WAITING, (1,), reason="leaks"))
    on_batch(cast_store, OKONJO, WasteUnits((2,), "dropped", "ordinary waste"), minutes(6))
    assert no(cast_store, OKONJO, PrintUnitLabels("0" * 64, (1, 3)), minutes(6)) == "no_label_for_it"
    assert no(cast_store, OKONJO, PrintUnitLabels("0" * 64, (2, 3)), minutes(6)) == "no_label_for_it"
    assert no(cast_store, OKONJO, PrintUnitLabels("0" * 64, (3, 3)), minutes(6)) == "unit_twice"
    on_batch(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), minutes(6), **DESK)
    on_batch(cast_store, OKONJO, PrintUnitLabels("0" * 64, (3,)), minutes(7))
    assert no(cast_store, OKONJO, ReconcileLabels(0, 1, 0), minutes(7)) == "labels_differ"
    on_batch(cast_store, OKONJO, ReconcileLabels(1, 0, 0), minutes(7))
    on_batch(cast_store, MARLOW, ReleaseBatch(batch_digest(cast_store), SHELF), minutes(8), **DESK)
    assert [unit.state.value for unit in batch_now(cast_store).units] == ["rejected", "wasted", "available"]


def test_a_unit_without_a_label_stops_the_release(cast_store: Store) -> None:
    completed_batch(cast_store)
    on_batch(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), minutes(6), **DESK)
    on_batch(cast_store, OKONJO, PrintUnitLabels("0" * 64, (1, 2)), minutes(7))
    on_batch(cast_store, OKONJO, ReconcileLabels(2, 0, 0), minutes(7))
    assert no(cast_store, MARLOW, ReleaseBatch(batch_digest(cast_store), SHELF), minutes(8), **DESK) == "labels_open"


def test_a_label_printed_after_a_move_says_the_shorter_time_and_the_storage_of_now() -> None:
    batch = completed(2)
    until = minutes(2_880)
    moved = Unit(2, UnitState.AVAILABLE, COLD, "fridge", until - timedelta(hours=20))
    batch = replace(batch, units=(Unit(1, UnitState.AVAILABLE, SHELF, "crt", until), moved))
    together = label_possible(batch, PrintUnitLabels("", (1, 2)), act_of(OKONJO), DoseContext(formulary()))
    assert isinstance(together, Refusal) and together.code == "labels_apart"
    told = unit_labels_snapshot(batch, (2,), act_of(OKONJO), formulary(), room="IV room A", made_by="T. Okonjo")["beyond_use"]
    assert told["at"] == "15 Apr 2026, 17:00"
    assert told["keep"] == "2 to 8 °C"
    assert told["storage"].startswith("Refrigerate until 15 Apr 2026, 17:00")


def test_a_rejected_batch_is_on_nobodys_hands_and_the_clock_writes_nothing_into_it(cast_store: Store) -> None:
    completed_batch(cast_store)
    on_batch(cast_store, MARLOW, RejectBatch("cloudy"), minutes(6), **DESK)
    plan = batch_now(cast_store).plan
    with cast_store.read() as uow:
        assert units_on_hand(uow, plan, minutes(7)) == 0
        before = len(uow.entries(RECORD))
    for hours in (49, 50):
        assert expire_units(cast_store, NOON + timedelta(hours=hours), OFFSET) == 0
    with cast_store.read() as uow:
        assert len(uow.entries(RECORD)) == before


def test_units_in_another_diluent_are_not_on_hand(released_store: Store) -> None:
    saline = batch_now(released_store).plan
    dextrose = plan_unit(formulary(), Wanted(saline.formulation, Quantity("1", "g"), "dextrose_5", Quantity(50, "mL")))
    with released_store.read() as uow:
        assert (units_on_hand(uow, saline, minutes(9)), units_on_hand(uow, dextrose, minutes(9))) == (3, 0)


def test_a_unit_that_is_gone_holds_the_rest_up_no_more(cast_store: Store) -> None:
    labelled_batch(cast_store)
    on_batch(cast_store, MARLOW, HoldUnits("cracked", (2,)), minutes(8))
    assert no(cast_store, MARLOW, ReleaseBatch(batch_digest(cast_store), SHELF), minutes(8), **DESK) == "unit_held"
    on_batch(cast_store, OKONJO, WasteUnits((2,), "cracked", "sharps"), minutes(8))
    on_batch(cast_store, MARLOW, ReleaseBatch(batch_digest(cast_store), SHELF), minutes(8), **DESK)
    assert [unit.state.value for unit in batch_now(cast_store).units] == ["available", "wasted", "available"]


def test_a_batch_is_made_at_its_hood_and_a_move_is_said_with_its_reason(cast_store: Store) -> None:
    staged_batch(cast_store)
    step = on_batch(cast_store, OKONJO, StartPreparation("hood-1"), minutes(2)).work.current_step
    record = ConfirmStep(step.number) if step.volume is None else RecordVolume(step.number, step.volume, PICTURE)
    assert no(cast_store, OKONJO, record, minutes(3), station="hood-2") == "other_hood"
    assert no(cast_store, OKONJO, MoveHood(""), minutes(3), station="hood-2") == "reason_missing"
    assert no(cast_store, OKONJO, MoveHood("it failed"), minutes(3)) == "same_hood"
    on_batch(cast_store, OKONJO, MoveHood("it failed"), minutes(3), station="hood-2")
    on_batch(cast_store, OKONJO, record, minutes(4), station="hood-2")
    with cast_store.read() as uow:
        hoods = uow.session.execute(select(MakingRow.hood).where(MakingRow.record == RECORD)).scalars()
        assert set(hoods) == {"hood-1", "hood-2"}
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_a_batch_is_made_with_the_version_it_was_planned_with(cast_store: Store) -> None:
    component = batch_now(cast_store, proposed(cast_store)).work.drawing.components[-1]
    do(cast_store, DUARTE, DRUG, record_id("ceftriaxone"), WithdrawDrug(1, "wrong"), minutes(1))
    for product in (component.product, batch_now(cast_store).work.drawing.component("drug-1").product):
        on_batch(cast_store, OKONJO, ScanContainer(code_of(product)), minutes(2))
    assert len(batch_now(cast_store).work.scans) == 2


def test_where_units_wait_and_lie_is_a_location_in_use_that_keeps_them_as_they_are_labelled(cast_store: Store) -> None:
    located(cast_store, ("Cold quarantine", "quarantine", "fridge"))
    completed_batch(cast_store)
    on_batch(cast_store, MARLOW, CheckBatch(batch_digest(cast_store)), minutes(6), **DESK)
    on_batch(cast_store, OKONJO, PrintUnitLabels("0" * 64, (1, 2, 3)), minutes(7))
    on_batch(cast_store, OKONJO, ReconcileLabels(3, 0, 0), minutes(7))
    for place, code in (("under the desk", "place_unknown"), (WAITING, "place_quarantine"), (COLD, "storage_wrong")):
        release = ReleaseBatch(batch_digest(cast_store), place)
        assert no(cast_store, MARLOW, release, minutes(8), **DESK) == code
    assert no(cast_store, OKONJO, MoveUnits((1,), SHELF), minutes(8)) == "place_not_apart"
    assert no(cast_store, OKONJO, MoveUnits((1,), "Cold quarantine", "crt"), minutes(8)) == "storage_wrong"
    on_batch(cast_store, OKONJO, MoveUnits((1,), "Cold quarantine"), minutes(8))
    assert batch_now(cast_store).unit(1).storage == "fridge"
    release = ReleaseBatch(batch_digest(cast_store), SHELF)
    assert no(cast_store, MARLOW, release, minutes(8), **DESK) == "storage_wrong"


def test_what_lies_in_a_quarantine_location_is_not_assigned(released_store: Store) -> None:
    number = queued_dose(released_store, FOR_TOMAS, TOMAS)
    on_batch(released_store, OKONJO, MoveUnits((1,), WAITING), minutes(9))
    code = AssignUnit(unit_code(LOT, 1))
    assert refused(released_store, DUARTE, DOSE, dose_record(number), code, minutes(9), **DESK) == "unit_set_apart"
    with released_store.read() as uow:
        assert [one.serial for one in offered(uow, dose_now(released_store, number), minutes(9))] == [2, 3]


def test_nothing_is_frozen_later() -> None:
    wanted = Wanted("cefazolin_minibag_adult", Quantity("1", "g"), "sodium_chloride_0_9", Quantity(50, "mL"))
    plan = plan_unit(formulary(), wanted)
    rules = tuple(replace(rule, storage="freezer") for rule in plan.time_rules)
    plan = replace(plan, time_rules=(*plan.time_rules, *rules))
    thawed = Unit(1, UnitState.AVAILABLE, SHELF, "fridge", NOON + timedelta(days=9))
    told = time_after_move(plan, thawed, "freezer", NOON)
    assert isinstance(told, Refusal) and told.code == "not_frozen_later"


def test_a_retained_unit_is_moved_whenever_it_was_made(cast_store: Store) -> None:
    labelled_batch(cast_store, done=CompleteBatch(WAITING, retained=(4,)), retained=1)
    on_batch(cast_store, OKONJO, MoveUnits((4,), COLD), NOON + timedelta(days=30))
    assert batch_now(cast_store).unit(4).place == COLD


def test_what_two_check_is_not_given_out_of_a_batch_that_one_checked(released_store: Store) -> None:
    with released_store.read() as uow:
        unit = unit_under_scanner(uow, unit_code(LOT, 1), minutes(9))
    assert unit is not None
    assert differences(replace(unit.plan, second_check=True), unit) == (
        "checked by one pharmacist, and two check what was ordered",
    )


def test_more_than_a_container_holds_is_wasted_and_not_checked() -> None:
    batch, kept = completed(2), formulary()
    bag = next(item for item in kept.supplies.bags if item.id == batch.plan.base)
    small = replace(bag, capacity=Quantity(55, "mL"), capacity_source=bag.source)
    holds = _with_bag(kept, small)
    scans = tuple(
        Scanned(f"final-{serial}", bag.id, bag.display, "", "L", "2027-01-31", False, "", NOON) for serial in (1, 2)
    )
    records = tuple(Recorded(s.number, "", NOON, "typed", s.volume) for s in batch.work.drawing.measures)
    units = tuple(Unit(serial, UnitState.QUARANTINE, WAITING, "crt") for serial in (1, 2))
    batch = replace(batch, work=replace(batch.work, scans=scans, records=records), units=units)
    told = every_unit_holds_it(batch, None, act_of(MARLOW), DoseContext(holds))
    assert isinstance(told, Refusal) and told.text.startswith("Unit 1: 67 mL was measured into")
    gone = replace(batch, units=tuple(replace(unit, state=UnitState.WASTED) for unit in units))
    assert every_unit_holds_it(gone, None, act_of(MARLOW), DoseContext(holds)) is None


def _with_bag(kept: Formulary, bag: Any) -> Formulary:
    bags = tuple(bag if one.id == bag.id else one for one in kept.supplies.bags)
    return replace(kept, supplies=replace(kept.supplies, bags=bags))


@pytest.mark.parametrize("status", [BatchStatus.REJECTED, BatchStatus.CANCELLED])
def test_a_batch_that_is_over_prints_no_label(status: BatchStatus) -> None:
    assert move_allowed(replace(completed(1), status=status), "print_unit_labels") is not None
