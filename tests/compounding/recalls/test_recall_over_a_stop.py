"""A recall of what the pharmacy had stopped already: nobody frees it without the recall, and our own stop outlives it."""

from datetime import timedelta

from batch_records.acting import load
from compounding.preparing.actions import EndQuarantine, Quarantine
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.recalls.actions import AskClearing, ConfirmClearing, OpenRecall
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL
from compounding.stock.lot import LOT, FreeLot, HoldLot, ReceiveLot, lot_record
from tests.support.cast import ADEYEMI, DUARTE, IBARRA, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import dose_now, paired

NUMBER, VIAL = "R260414-01", "ceftriaxone_500mg_vial"
RECORD, PART_ONE = lot_record(VIAL, "A1"), part_record(NUMBER, 1)


def lot_now(store):
    with store.read() as uow:
        return load(uow, LOT, RECORD)


def test_a_lot_that_was_held_already_is_recalled_too_and_stays_held_when_the_recall_clears_it(cast_store):
    do(cast_store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "A1", "2027-10-31", 5, "Shelf"))
    do(cast_store, MARLOW, LOT, RECORD, HoldLot("held", "cracked"))
    letter = OpenRecall(NUMBER, "lot", "a lot", "particles seen", "supplier's letter", product=VIAL, lot="A1")
    do(cast_store, MARLOW, RECALL, recall_record(NUMBER), letter)
    assert (lot_now(cast_store).state, lot_now(cast_store).recall) == ("recalled", NUMBER)
    assert refused(cast_store, ADEYEMI, LOT, RECORD, FreeLot("looks good")) == "in_recall"
    do(cast_store, ADEYEMI, PART, PART_ONE, AskClearing((), "wrong lot named"), signed=True)
    do(cast_store, DUARTE, PART, PART_ONE, ConfirmClearing((), "letter withdrawn"), signed=True)
    assert (lot_now(cast_store).state, lot_now(cast_store).reason) == ("held", "cracked")
    do(cast_store, MARLOW, LOT, RECORD, FreeLot("counted out the cracked ones"))
    assert lot_now(cast_store).state == "available"


def test_a_dose_in_quarantine_for_another_reason_does_not_leave_it_while_a_recall_lists_it(cast_store):
    number, later = paired(cast_store), NOON + timedelta(minutes=30)
    item, end = dose_record(number), EndQuarantine("the bag is tight")
    do(cast_store, MARLOW, DOSE, item, Quarantine("seems to leak"), later)
    asked = OpenRecall(NUMBER, "person", "a person", "fingertips grew", "laboratory", person=OKONJO.person)
    do(cast_store, ADEYEMI, RECALL, recall_record(NUMBER), asked, later)
    assert refused(cast_store, ADEYEMI, DOSE, item, end, later, signed=True) == "in_recall"
    do(cast_store, ADEYEMI, PART, PART_ONE, AskClearing((), "another person's plate"), later, signed=True)
    do(cast_store, DUARTE, PART, PART_ONE, ConfirmClearing((), "read again"), later, signed=True)
    assert dose_now(cast_store, number).status is DoseStatus.QUARANTINED
    for person in (ADEYEMI, IBARRA):
        do(cast_store, person, DOSE, item, end, later, signed=True)
    assert dose_now(cast_store, number).status is DoseStatus.RELEASED
