"""A recall from its opening to its closing: it holds what it touched, on the wards too, until two persons decided all of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from batch_records.acting import Done, Refused, load, perform
from batch_records.verify import report_text, verify_records
from compounding.documents.dose_documents import Clock
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.recalls.actions import AskClearing, AskClosing, CloseRecall, ConfirmClearing, OpenRecall, RecordOutcome
from compounding.recalls.going_on import go_on
from compounding.recalls.numbering import part_record, recall_number, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL, parts_of
from compounding.rooms import HOOD, hood_record
from compounding.stock.lot import LOT, FreeLot, lot_record
from compounding.stock.opened import OPENED, KeepContainer, kept_as
from compounding.views.recalls import listed, recall_page
from tests.support.cast import (
    ADEYEMI,
    DUARTE,
    HALLORAN,
    IBARRA,
    MARLOW,
    NOON,
    OFFSET,
    OKONJO,
    act_of,
    acting,
    do,
    refused,
)
from tests.support.flow import CEFTRIAXONE, TOMAS, code_of, completed, dose_now, paired, queued_dose, started
from web.record_types import RECORD_TYPES

NUMBER = "R260414-01"
LATER = NOON + timedelta(minutes=30)
"""When recalls are opened: everything was made before."""
PART_ONE = part_record(NUMBER, 1)
FOR_TOMAS = CEFTRIAXONE | {"patient": "DEMO-2093", "dose": "500 mg", "volume": "50 mL"}


def opened(store, by=ADEYEMI, number=NUMBER, **subject):
    told = {"subject": "lot", "title": "a lot", "reason": "particles seen", "source": "supplier's letter"} | subject
    return do(store, by, RECALL, recall_record(number), OpenRecall(number, **told), LATER, station="desk-1")


def lot_of(store, number):
    scan = next(scan for scan in dose_now(store, number).scans if "ceftriaxone" in scan.product)
    return {"product": scan.product, "lot": scan.lot}


def tasks(store, number=NUMBER):
    with store.read() as uow:
        return {item: task for part in parts_of(uow, number) for item, task in part.tasks.items()}


def lot_now(store, of):
    with store.read() as uow:
        return load(uow, LOT, lot_record(of["product"], of["lot"]))


def said(store, by, way, *items, part=PART_ONE):
    return do(store, by, PART, part, RecordOutcome(way, items), LATER)


def test_a_recall_of_a_lot_holds_the_lot_and_the_dose_on_its_way_and_lets_both_go_when_two_clear_it(any_cast_store):
    number = paired(any_cast_store)
    lot = lot_of(any_cast_store, number)
    opened(any_cast_store, **lot)
    dose, held = dose_now(any_cast_store, number), lot_now(any_cast_store, lot)
    assert (dose.status, dose.recall, dose.place) == (S.QUARANTINED, NUMBER, "on its way")
    assert (held.state, held.reason) == ("recalled", f"Recall {NUMBER}: particles seen")
    assert refused(any_cast_store, HALLORAN, DOSE, dose_record(number), a.Receive("7 West"), LATER) == "wrong_state"
    assert refused(any_cast_store, MARLOW, LOT, lot_record(**lot), FreeLot("looks good"), LATER) == "in_recall"
    other = dose_record(queued_dose(any_cast_store, FOR_TOMAS, TOMAS, "260414-0141"))
    scan = a.ScanContainer(code_of(lot["product"], lot["lot"]))
    assert refused(any_cast_store, OKONJO, DOSE, other, scan, LATER) == "lot_recalled"
    end = a.EndQuarantine("fine")
    assert refused(any_cast_store, ADEYEMI, DOSE, dose_record(number), end, LATER, signed=True) == "in_recall"
    do(any_cast_store, ADEYEMI, PART, PART_ONE, AskClearing((), "wrong lot named"), LATER, signed=True)
    assert refused(any_cast_store, ADEYEMI, PART, PART_ONE, ConfirmClearing((), "yes"), LATER, signed=True) == "not_allowed"
    assert refused(any_cast_store, DUARTE, PART, PART_ONE, ConfirmClearing((), "yes"), LATER) == "secret_needed"
    do(any_cast_store, DUARTE, PART, PART_ONE, ConfirmClearing((), "letter withdrawn"), LATER, signed=True)
    assert dose_now(any_cast_store, number).status is S.DISPENSED
    assert lot_now(any_cast_store, lot).state == "available"
    assert all(task.settled for task in tasks(any_cast_store).values())
    do(any_cast_store, HALLORAN, DOSE, dose_record(number), a.Receive("7 West"), LATER)
    with any_cast_store.read() as uow:
        shown = recall_page(uow, NUMBER, acting(MARLOW), Clock(OFFSET), {}, "all", find="7 west")
        assert shown is not None
        assert ([line.number for line in shown.lines], shown.progress.percent) == ([number], 100)
        assert [row.progress for row in listed(uow, Clock(OFFSET))] == [shown.progress]
    report = verify_records(any_cast_store, RECORD_TYPES)
    assert report.clean, report_text(report)


def test_who_starts_a_dose_at_the_very_moment_of_the_recall_is_stopped_or_listed_as_given(any_cast_store):
    number = paired(any_cast_store)
    item, lot = dose_record(number), lot_of(any_cast_store, number)
    do(any_cast_store, HALLORAN, DOSE, item, a.Receive("7 West"), NOON)
    opening = OpenRecall(NUMBER, "lot", "a lot", "particles", "letter", **lot)
    with ThreadPoolExecutor(2) as both:
        start = both.submit(perform, any_cast_store, DOSE, item, a.StartAdministration(), act_of(HALLORAN, LATER))
        recall = both.submit(perform, any_cast_store, RECALL, recall_record(NUMBER), opening, act_of(MARLOW, LATER))
    assert isinstance(recall.result(), Done)
    given = isinstance(start.result(), Done)
    task = tasks(any_cast_store)[item]
    assert (task.category, task.held) == (("given", False) if given else ("kept", True))
    assert dose_now(any_cast_store, number).status is (S.ADMINISTERED if given else S.QUARANTINED)


def test_what_was_given_needs_the_prescriber_and_the_patient_told_and_closing_needs_all_and_two(cast_store):
    number = paired(cast_store)
    item = dose_record(number)
    do(cast_store, HALLORAN, DOSE, item, a.Receive("7 West"), LATER)
    do(cast_store, HALLORAN, DOSE, item, a.StartAdministration(), LATER)
    lot = lot_of(cast_store, number)
    opened(cast_store, by=MARLOW, **lot)
    record, lot_item = recall_record(NUMBER), lot_record(**lot)
    assert tasks(cast_store)[item].category == "given"
    assert (
        refused(cast_store, OKONJO, PART, PART_ONE, RecordOutcome("prescriber_told", (item,)), LATER) == "not_allowed"
    )
    said(cast_store, MARLOW, "prescriber_told", item)
    assert (
        refused(cast_store, MARLOW, PART, PART_ONE, RecordOutcome("prescriber_told", (item,)), LATER) == "said_already"
    )
    assert refused(cast_store, MARLOW, RECALL, record, AskClosing("done"), LATER, signed=True) == "not_settled"
    said(cast_store, ADEYEMI, "patient_told", item)
    said(cast_store, OKONJO, "sent_back", lot_item)
    do(cast_store, MARLOW, RECALL, record, AskClosing("done"), LATER, signed=True)
    assert refused(cast_store, MARLOW, RECALL, record, CloseRecall("done"), LATER, signed=True) == "same_person"
    do(cast_store, ADEYEMI, RECALL, record, CloseRecall("everybody told"), LATER, signed=True)
    assert (
        refused(cast_store, MARLOW, PART, PART_ONE, RecordOutcome("retrieved", (lot_item,)), LATER) == "recall_closed"
    )


def test_nothing_is_called_destroyed_that_is_still_there(cast_store):
    number = completed(cast_store)
    item = dose_record(number)
    opened(cast_store, subject="hood", hood="hood-1")
    assert refused(cast_store, OKONJO, PART, PART_ONE, RecordOutcome("destroyed", (item,)), LATER) == "not_gone"
    do(cast_store, ADEYEMI, DOSE, item, a.Waste("all of it", "pharmaceutical"), LATER)
    said(cast_store, OKONJO, "destroyed", item)
    assert tasks(cast_store)[item].settled


def test_a_hood_that_failed_is_out_of_service_and_what_is_made_elsewhere_later_is_not_touched(cast_store):
    number = completed(cast_store)
    opened(cast_store, subject="hood", hood="hood-1")
    assert dose_now(cast_store, number).status is S.QUARANTINED
    with cast_store.read() as uow:
        assert not load(uow, HOOD, hood_record("hood-1")).in_service
        assert load(uow, RECALL, recall_record(NUMBER)).subject.until == LATER


def test_what_was_stopped_half_made_is_never_cleared(cast_store):
    number = started(cast_store)
    opened(cast_store, subject="person", person=OKONJO.person)
    assert tasks(cast_store)[dose_record(number)].category == "making"
    ask = AskClearing((dose_record(number),), "fine")
    assert refused(cast_store, MARLOW, PART, PART_ONE, ask, LATER, signed=True) == "not_clearable"


def test_nothing_is_kept_of_what_a_recall_stopped(cast_store):
    number = completed(cast_store)
    opened(cast_store, subject="hood", hood="hood-1")
    keep = KeepContainer(number, "diluent-1", "crt", "shelf")
    assert refused(cast_store, OKONJO, OPENED, kept_as(number, "diluent-1"), keep, LATER) == "in_quarantine"


def test_two_recalls_of_one_thing_let_it_go_only_together(cast_store):
    number = paired(cast_store)
    lot = lot_of(cast_store, number)
    opened(cast_store, **lot)
    other = "R260414-02"
    opened(cast_store, number=other, subject="person", person=OKONJO.person)
    for recall, state in ((NUMBER, S.QUARANTINED), (other, S.DISPENSED)):
        part = part_record(recall, 1)
        do(cast_store, ADEYEMI, PART, part, AskClearing((), "looked at"), LATER, signed=True)
        do(cast_store, DUARTE, PART, part, ConfirmClearing((), "good"), LATER, signed=True)
        assert dose_now(cast_store, number).status is state


def test_a_person_with_a_hand_in_it_does_not_clear_it(cast_store):
    number = completed(cast_store, by=IBARRA)
    opened(cast_store, subject="person", person=IBARRA.person)
    do(cast_store, ADEYEMI, PART, PART_ONE, AskClearing((), "looked at"), LATER, signed=True)
    confirm = ConfirmClearing((dose_record(number),), "good")
    assert refused(cast_store, IBARRA, PART, PART_ONE, confirm, LATER, signed=True) == "own_work"


def test_a_lot_that_never_came_is_stopped_when_it_comes(cast_store):
    product = "ceftriaxone-500-vial"
    opened(cast_store, product=product, lot="never-seen")
    assert lot_now(cast_store, {"product": product, "lot": "NEVER-SEEN"}).state == "recalled"


@pytest.mark.parametrize("member", [OKONJO, HALLORAN])
def test_a_recall_is_opened_by_a_pharmacist_or_the_lead_with_reason_and_source(cast_store, member):
    action = OpenRecall(NUMBER, "hood", "", "why", "found by us", hood="hood-1")
    assert refused(cast_store, member, RECALL, recall_record(NUMBER), action, LATER) == "not_allowed"
    for wrong in ({"reason": " "}, {"source": ""}):
        told = {"reason": "why", "source": "us"} | wrong
        bare = OpenRecall(NUMBER, "hood", "", **told, hood="hood-1")
        assert refused(cast_store, MARLOW, RECALL, recall_record(NUMBER), bare, LATER) == "reason_missing"


def test_portions_go_on_where_they_stopped_and_list_each_thing_once(cast_store, monkeypatch):
    monkeypatch.setattr("compounding.recalls.listing.AT_ONCE", 1)
    first = paired(cast_store)
    second = completed(cast_store, queued_dose(cast_store, FOR_TOMAS, TOMAS, "260414-0141"))
    opened(cast_store, subject="person", person=OKONJO.person)
    assert len(tasks(cast_store)) == 1
    act = act_of(ADEYEMI, LATER)
    assert go_on(cast_store, NUMBER, act, most=1) == 0
    assert go_on(cast_store, NUMBER, act) == 0
    assert set(tasks(cast_store)) == {dose_record(first), dose_record(second)}
    assert dose_now(cast_store, second).status is S.QUARANTINED
    with cast_store.read() as uow:
        assert len(parts_of(uow, NUMBER)) == 2


def test_opening_twice_under_one_key_opens_one_and_the_number_belongs_to_the_key(cast_store):
    queued_dose(cast_store)
    act = act_of(MARLOW, LATER, key="once")
    numbers = {recall_number(cast_store, act.key, LATER, -240) for _ in range(2)}
    assert numbers == {NUMBER}
    action = OpenRecall(NUMBER, "hood", "Hood 1", "surface sample grew", "own finding", hood="hood-1")
    answers = [perform(cast_store, RECALL, recall_record(NUMBER), action, act) for _ in range(2)]
    assert all(isinstance(answer, Done) for answer in answers)
    assert answers[0].entry == answers[1].entry
    assert isinstance(perform(cast_store, RECALL, recall_record(NUMBER), action, act_of(MARLOW, LATER)), Refused)
