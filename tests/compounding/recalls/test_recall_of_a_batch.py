"""A recalled vial went into a batch made ahead: its units are held, and the patient who got one is found in both directions."""

from compounding.batches.actions import CancelBatch, CompleteBatch, FreeUnits, HoldUnits, MoveUnits
from compounding.batches.numbering import batch_record, unit_code
from compounding.batches.record import BATCH
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import AssignUnit, StartPreparation
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.recalls.actions import AskClearing, ConfirmClearing, OpenRecall
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL, parts_of
from compounding.tracing.finding import preparations, tally
from compounding.tracing.stock import units_of
from compounding.tracing.subject import Subject
from compounding.views.label_trace import label_trace
from tests.support.batches import COLD, LOT, WAITING, batch_now, made_batch, minutes, on_batch, staged_batch
from tests.support.cast import ADEYEMI, CASTELL, DUARTE, IBARRA, MARLOW, OFFSET, OKONJO, do, refused
from tests.support.flow import CEFTRIAXONE, TOMAS, dose_now, queued_dose

FOR_TOMAS = CEFTRIAXONE | {"patient": "DEMO-2093", "dose": "1 g", "volume": "50 mL"}
VIALS = Subject("lot", product="ceftriaxone_1000mg_vial", lot="MADE-1")
AT, LATER = minutes(10), minutes(20)
NUMBER = "R260414-01"


def given_out(store) -> str:
    """A released batch with one unit assigned to a patient."""
    number = queued_dose(store, FOR_TOMAS, TOMAS)
    do(store, DUARTE, DOSE, dose_record(number), AssignUnit(unit_code(LOT, 1)), AT, station="desk-1", signed=True)
    return number


def test_the_vials_lead_to_the_patient_and_the_patient_back_to_the_vials(released_store):
    number = given_out(released_store)
    with released_store.read() as uow:
        for subject in (VIALS, Subject("batch", batch=LOT.lower()), Subject("product", product=VIALS.product)):
            assert [one.number for one in preparations(uow, subject)] == [number], subject
            assert tally(uow, subject).patients == 1
            assert {units.number for units in units_of(uow, subject)} == {LOT}
        back = label_trace(uow, dose_now(released_store, number), AT, Clock(OFFSET))
    assert ("MADE-1", LOT) in {(one.lot, one.batch) for one in back.lots}
    signed = {(one.record.partition("-")[0], one.name, one.meaning) for one in back.signatures}
    assert {("batch", "J. Marlow, RPh", "Released"), ("order", "J. Marlow, RPh", "Reviewed and accepted")} <= signed
    assert {one.person for one in back.hands} >= {OKONJO.person, MARLOW.person, DUARTE.person, CASTELL.person}
    assert [(one.station, one.note[:4]) for one in back.hoods] == [("hood-1", "from")]
    assert back.figures


def test_units_and_the_dose_are_held_and_come_free_together(released_store):
    number = given_out(released_store)
    opening = OpenRecall(NUMBER, "lot", "vials", "glass", "supplier", product=VIALS.product, lot=VIALS.lot)
    do(released_store, ADEYEMI, RECALL, recall_record(NUMBER), opening, LATER)
    assert dose_now(released_store, number).status is S.QUARANTINED
    assert all(unit.held for unit in batch_now(released_store).units)
    free = FreeUnits("looks good")
    assert refused(released_store, IBARRA, BATCH, batch_record(LOT), free, LATER) == "in_recall"
    do(released_store, ADEYEMI, PART, part_record(NUMBER, 1), AskClearing((), "wrong lot"), LATER, signed=True)
    confirmed = do(released_store, IBARRA, PART, part_record(NUMBER, 1), ConfirmClearing((), "yes"), LATER, signed=True)
    assert all(task.settled for task in confirmed.tasks.values())
    assert not any(unit.held for unit in batch_now(released_store).units)
    assert dose_now(released_store, number).status is S.RELEASED
    with released_store.read() as uow:
        assert len(parts_of(uow, NUMBER)) == 1


def test_one_unit_that_was_held_already_leaves_no_other_unit_out_and_no_stop_of_our_own_gets_round_the_recall(released_store):
    given_out(released_store)
    on_batch(released_store, IBARRA, HoldUnits("a leak", (3,)), AT)
    opening = OpenRecall(NUMBER, "lot", "vials", "glass", "supplier", product=VIALS.product, lot=VIALS.lot)
    do(released_store, ADEYEMI, RECALL, recall_record(NUMBER), opening, LATER)
    assert all(unit.held.startswith(f"Recall {NUMBER}") for unit in batch_now(released_store).units)
    stop = HoldUnits("mine", (2,))
    assert refused(released_store, IBARRA, BATCH, batch_record(LOT), stop, LATER) == "in_recall"
    do(released_store, ADEYEMI, PART, part_record(NUMBER, 1), AskClearing((), "wrong lot named"), LATER, signed=True)
    do(released_store, DUARTE, PART, part_record(NUMBER, 1), ConfirmClearing((), "letter withdrawn"), LATER, signed=True)
    assert {unit.serial: unit.held for unit in batch_now(released_store).units if unit.held} == {3: "a leak"}


def test_a_warm_location_holds_the_units_that_lie_there_and_no_others(released_store):
    place = batch_now(released_store).unit(1).place
    on_batch(released_store, OKONJO, MoveUnits((2,), COLD), AT)
    opening = OpenRecall(NUMBER, "place", "warm", "12 °C over night", "logger", place=place)
    do(released_store, ADEYEMI, RECALL, recall_record(NUMBER), opening, LATER)
    units = {unit.serial: bool(unit.held) for unit in batch_now(released_store).units}
    assert not units[2]
    assert units[1]
    do(released_store, ADEYEMI, PART, part_record(NUMBER, 1), AskClearing((), "logger was broken"), LATER, signed=True)
    do(released_store, IBARRA, PART, part_record(NUMBER, 1), ConfirmClearing((), "yes"), LATER, signed=True)
    assert not any(unit.held for unit in batch_now(released_store).units)


def test_a_batch_that_is_being_made_at_a_failed_hood_goes_no_further_until_two_cleared_it(cast_store):
    made_batch(cast_store)
    opening = OpenRecall(NUMBER, "hood", "Hood 1", "its filter leaked", "certifier", hood="hood-1")
    do(cast_store, ADEYEMI, RECALL, recall_record(NUMBER), opening, minutes(4))
    complete = CompleteBatch(WAITING)
    assert refused(cast_store, OKONJO, BATCH, batch_record(LOT), complete, minutes(5), signed=True) == "in_recall"
    part = part_record(NUMBER, 1)
    do(cast_store, ADEYEMI, PART, part, AskClearing((), "the other hood was meant"), minutes(6), signed=True)
    do(cast_store, IBARRA, PART, part, ConfirmClearing((), "yes"), minutes(7), signed=True)
    on_batch(cast_store, OKONJO, complete, minutes(8), signed=True)


def test_a_batch_with_a_recalled_vial_is_not_begun_and_may_be_given_up(cast_store):
    staged_batch(cast_store)
    opening = OpenRecall(NUMBER, "lot", "vials", "glass", "supplier", product=VIALS.product, lot=VIALS.lot)
    do(cast_store, ADEYEMI, RECALL, recall_record(NUMBER), opening, minutes(4))
    start = StartPreparation("hood-1")
    assert refused(cast_store, OKONJO, BATCH, batch_record(LOT), start, minutes(5)) in ("in_recall", "lot_recalled")
    on_batch(cast_store, OKONJO, CancelBatch("its vials are recalled"), minutes(6))
