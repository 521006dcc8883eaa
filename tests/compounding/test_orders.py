"""An order and its versions, with the doses that follow, through the records of both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from batch_records.acting import load, perform
from batch_records.entries import canonical, digest
from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient_record import PATIENT
from compounding.preparing import actions as a
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number, dose_record, order_record, patient_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import (
    Accept,
    Answer,
    AskNextBag,
    Clarify,
    Confirmation,
    Discontinue,
    HoldOrder,
    Place,
    ReceiveIncomplete,
    RejectOrder,
    ResumeOrder,
    YieldDoses,
)
from compounding.reviewing.record import ORDER, planned_for, review_content
from compounding.reviewing.states import OrderStatus
from formulary.repository import formulary_in_force
from tests.support.attempts import at_once
from tests.support.cast import (
    CASTELL,
    DUARTE,
    HALLORAN,
    IBARRA,
    MARLOW,
    NOON,
    OKONJO,
    act_of,
    do,
    refused,
)
from tests.support.dose_histories import second_entry
from tests.support.flow import (
    A_PICTURE,
    ADA,
    CEFTRIAXONE,
    ORDER_NUMBER,
    TOMAS,
    accepted_order,
    completed,
    content_digest,
    described_patient,
    dose_now,
    paired,
    placed_order,
    queued_dose,
    staged,
    started,
)

RECORD = order_record(ORDER_NUMBER)
VASOPRESSOR: dict[str, Any] = {
    "order_type": "continuous", "patient": "DEMO-2093", "drug": "norepinephrine", "dose_rate": "0.1 mcg/kg/min",
    "route": "IV infusion", "line": "central", "concentration": "16 mcg/mL",
    "purpose": "titration", "start": NOON.isoformat(), "prescriber": "Dr. R. Castell",
}  # fmt: skip
CENTRAL = TOMAS | {"lines": [{"name": "neck", "kind": "central"}]}


def order_now(store: Store, number: str = ORDER_NUMBER) -> Any:
    with store.read() as uow:
        return load(uow, ORDER, order_record(number))


def doses(store: Store, number: str = ORDER_NUMBER) -> list[Dose]:
    return [dose_now(store, dose_number(number, index)) for index in range(1, order_now(store, number).doses + 1)]


def changed(**more: Any) -> Place:
    return Place(ORDER_NUMBER, order_as_data(Order.parse(CEFTRIAXONE | more)))


def acceptance(store: Store, at: datetime = NOON, **fields: Any) -> Accept:
    """What a pharmacist who looked at the page sends."""
    state = order_now(store)
    with store.read() as uow:
        patient = load(uow, PATIENT, patient_record(state.current.order.patient)).patient
        assert patient is not None
        planned = planned_for(state.current.order, patient, formulary_in_force(uow), at, 0)
    shown = digest(canonical(review_content(planned)))
    return Accept(state.current.number, fields.pop("reasons", {}), content_digest=shown, **fields)


def test_one_order_yields_a_dose_for_every_due_time_ahead_and_each_once(any_cast_store: Store) -> None:
    placed_order(any_cast_store, CEFTRIAXONE | {"frequency": {"every": "6 h"}, "dose": "12.5 mg/kg"})
    accepted_order(any_cast_store, ORDER_NUMBER)
    dues = [dose.due for dose in doses(any_cast_store)]
    assert dues == [datetime.fromisoformat("2026-04-14T18:30:00+00:00") + timedelta(hours=6 * n) for n in range(4)]
    do(any_cast_store, MARLOW, ORDER, RECORD, YieldDoses(NOON + timedelta(hours=30)))
    do(any_cast_store, MARLOW, ORDER, RECORD, YieldDoses(NOON + timedelta(hours=30)))
    assert [dose.due for dose in doses(any_cast_store)] == [*dues, dues[-1] + timedelta(hours=6)]


def test_nobody_reviews_an_order_of_their_own_and_no_technician_reviews(any_cast_store: Store) -> None:
    placed_order(any_cast_store, by=MARLOW)
    action = acceptance(any_cast_store)
    assert refused(any_cast_store, MARLOW, ORDER, RECORD, action, signed=True) == "own_order"
    assert refused(any_cast_store, OKONJO, ORDER, RECORD, action, signed=True) == "not_allowed"
    assert refused(any_cast_store, CASTELL, ORDER, RECORD, action, signed=True) == "not_allowed"
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, action) == "secret_needed"
    assert do(any_cast_store, DUARTE, ORDER, RECORD, action, signed=True).status == OrderStatus.VERIFIED


def test_a_page_that_is_not_what_would_be_signed_is_refused(any_cast_store: Store) -> None:
    placed_order(any_cast_store)
    action = acceptance(any_cast_store)
    described_patient(
        any_cast_store, ADA | {"measures": [ADA["measures"][0] | {"amount": {"value": "12", "unit": "kg"}}]}
    )
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, action, signed=True) == "page_stale"


def test_findings_are_passed_by_grade_only(any_cast_store: Store) -> None:
    allergic = ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]}
    placed_order(any_cast_store, patient=allergic)
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, acceptance(any_cast_store), signed=True) == "reason_missing"
    reason = {"allergy": "tolerated last year"}
    unnamed = acceptance(any_cast_store, reasons=reason)
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, unnamed, signed=True) == "prescriber_missing"
    for own_name in ("k. duarte ", "K.Duarte, RPh", "K. Duarte RPh"):
        own = acceptance(any_cast_store, reasons=reason, confirmation=Confirmation("", own_name, "consultant", "14:05", True))
        assert refused(any_cast_store, DUARTE, ORDER, RECORD, own, signed=True) == "own_confirmation"
    named = acceptance(any_cast_store, reasons=reason, confirmation=Confirmation(CASTELL.person))
    assert do(any_cast_store, DUARTE, ORDER, RECORD, named, signed=True).status == OrderStatus.SECOND_REVIEW
    assert doses(any_cast_store) == []
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, named, signed=True) == "same_reviewer"
    state = do(any_cast_store, MARLOW, ORDER, RECORD, named, signed=True)
    assert (state.status, state.current.accepted_by) == (OrderStatus.VERIFIED, (DUARTE.person, MARLOW.person))
    assert len(doses(any_cast_store)) == 1


def test_a_second_reviewer_who_sees_another_plan_than_the_first_is_a_first_one_again(any_cast_store: Store) -> None:
    allergic = ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]}
    placed_order(any_cast_store, patient=allergic)
    more: dict[str, Any] = {"reasons": {"allergy": "tolerated last year"}, "confirmation": Confirmation(CASTELL.person)}
    do(any_cast_store, DUARTE, ORDER, RECORD, acceptance(any_cast_store, **more), signed=True)
    heavier = ADA["measures"][0] | {"amount": {"value": "9.6", "unit": "kg"}}
    described_patient(any_cast_store, allergic | {"measures": [heavier]})
    state = do(any_cast_store, MARLOW, ORDER, RECORD, acceptance(any_cast_store, **more), signed=True)
    assert (state.status, state.current.accepted_by) == (OrderStatus.SECOND_REVIEW, (MARLOW.person,))
    state = do(any_cast_store, DUARTE, ORDER, RECORD, acceptance(any_cast_store, **more), signed=True)
    assert state.status == OrderStatus.VERIFIED


def test_an_absolute_finding_has_no_way_past(any_cast_store: Store) -> None:
    push = CEFTRIAXONE | {"drug": "vincristine", "order_type": "push", "route": "intrathecal", "dose": "2 mg"}
    placed_order(any_cast_store, push)
    everything: dict[str, Any] = {"reasons": {"minibag_only": "asked for"}, "confirmation": Confirmation(CASTELL.person)}
    action = acceptance(any_cast_store, **everything)
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, action, signed=True) == "absolute_finding"


def test_a_question_is_answered_with_a_new_version_that_is_reviewed(any_cast_store: Store) -> None:
    placed_order(any_cast_store)
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, Clarify(" ")) == "reason_missing"
    do(any_cast_store, DUARTE, ORDER, RECORD, Clarify("50 or 75 mg/kg?"))
    assert refused(any_cast_store, MARLOW, ORDER, RECORD, acceptance(any_cast_store), signed=True) == "wrong_state"
    anew = order_as_data(Order.parse(CEFTRIAXONE | {"dose": "75 mg/kg"}))
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, Answer(" ", "Dr. R. Castell", anew)) == "answer_missing"
    do(any_cast_store, DUARTE, ORDER, RECORD, Answer("75 mg/kg", "Dr. R. Castell", anew))
    state = order_now(any_cast_store)
    assert [v.status for v in state.versions] == [OrderStatus.SUPERSEDED, OrderStatus.CLINICAL_REVIEW]
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, acceptance(any_cast_store), signed=True) == "own_order"
    accepted_order(any_cast_store, ORDER_NUMBER)
    assert doses(any_cast_store)[0].planned.actives[0].amount == Quantity(690, "mg", "ceftriaxone")


def test_hold_and_resume_stop_and_free_what_is_not_begun(any_cast_store: Store) -> None:
    number = queued_dose(any_cast_store)
    assert refused(any_cast_store, HALLORAN, ORDER, RECORD, HoldOrder("")) == "reason_missing"
    do(any_cast_store, HALLORAN, ORDER, RECORD, HoldOrder("in surgery"))
    assert dose_now(any_cast_store, number).status == "held"
    scan = a.ScanContainer("garbage")
    assert refused(any_cast_store, OKONJO, DOSE, dose_record(number), scan) == "wrong_state"
    assert refused(any_cast_store, HALLORAN, ORDER, RECORD, ResumeOrder()) == "not_allowed"
    do(any_cast_store, MARLOW, ORDER, RECORD, ResumeOrder())
    assert dose_now(any_cast_store, number).status == "queued"
    staged(any_cast_store, number)
    do(any_cast_store, HALLORAN, ORDER, RECORD, HoldOrder("in surgery"))
    assert dose_now(any_cast_store, number).status == "staged"
    assert (
        refused(any_cast_store, OKONJO, DOSE, dose_record(number), a.StartPreparation("hood-1")) == "order_not_active"
    )
    do(any_cast_store, CASTELL, ORDER, RECORD, Discontinue("cancelled"))
    assert dose_now(any_cast_store, number).status == "cancelled"


def test_a_new_version_supersedes_cancels_what_waits_and_leaves_what_was_given(any_cast_store: Store) -> None:
    number = paired(any_cast_store)
    do(any_cast_store, HALLORAN, DOSE, dose_record(number), a.Receive("Peds"))
    do(any_cast_store, HALLORAN, DOSE, dose_record(number), a.StartAdministration())
    do(any_cast_store, CASTELL, ORDER, RECORD, changed(dose="75 mg/kg"))
    accepted_order(any_cast_store, ORDER_NUMBER, NOON + timedelta(minutes=30))
    assert [dose.status for dose in doses(any_cast_store)] == ["administered"]  # one due time never has two doses
    do(any_cast_store, MARLOW, ORDER, RECORD, YieldDoses(NOON + timedelta(hours=30)))
    assert [(d.order_version, d.status) for d in doses(any_cast_store)] == [(1, "administered"), (2, "queued")]


@pytest.mark.parametrize("incomplete", [False, True])
def test_doses_of_the_old_version_are_cancelled_and_those_being_made_cannot_be_finished(
    any_cast_store: Store, incomplete: bool
) -> None:
    number = queued_dose(any_cast_store)
    missing = ReceiveIncomplete(ORDER_NUMBER, {"drug": "ceftriaxone", "patient": "DEMO-4417"}, ("dose",), "as it came")
    do(any_cast_store, MARLOW, ORDER, RECORD, missing if incomplete else changed(dose="75 mg/kg"))
    assert dose_now(any_cast_store, number).status == "cancelled"
    assert dose_now(any_cast_store, number).scans == ()


def test_a_dose_being_made_for_an_old_version_is_abandoned(any_cast_store: Store) -> None:
    number = started(any_cast_store)
    do(any_cast_store, CASTELL, ORDER, RECORD, changed(dose="75 mg/kg"))
    record = dose_record(number)
    while (step := dose_now(any_cast_store, number).current_step) is not None and step.kind == "measure":
        do(any_cast_store, OKONJO, DOSE, record, a.RecordVolume(step.number, step.volume, A_PICTURE))
    complete = a.Complete(f"92{number}", A_PICTURE)
    assert refused(any_cast_store, OKONJO, DOSE, record, complete, signed=True) == "order_not_active"
    accepted_order(any_cast_store, ORDER_NUMBER)
    assert refused(any_cast_store, OKONJO, DOSE, record, complete, signed=True) == "order_changed"
    assert do(any_cast_store, MARLOW, DOSE, record, a.Abandon("order changed")).status == "abandoned"


def test_a_version_is_for_the_same_order_and_the_same_patient(any_cast_store: Store) -> None:
    placed_order(any_cast_store)
    described_patient(any_cast_store, TOMAS)
    other = Place("260414-0999", order_as_data(Order.parse(CEFTRIAXONE)))
    assert refused(any_cast_store, CASTELL, ORDER, RECORD, other) == "other_order"
    assert refused(any_cast_store, CASTELL, ORDER, RECORD, changed(patient="DEMO-2093")) == "other_patient"
    nobody = Place("1", order_as_data(Order.parse(CEFTRIAXONE | {"patient": "X"})))
    assert refused(any_cast_store, CASTELL, ORDER, order_record("1"), nobody) == "patient_unknown"


def test_a_reason_is_asked_for_whatever_stops_an_order(any_cast_store: Store) -> None:
    placed_order(any_cast_store)
    assert refused(any_cast_store, DUARTE, ORDER, RECORD, RejectOrder(" ")) == "reason_missing"
    assert refused(any_cast_store, CASTELL, ORDER, RECORD, Discontinue("not needed")) == "wrong_state"
    state = do(any_cast_store, DUARTE, ORDER, RECORD, RejectOrder("duplicate"))
    assert state.status == OrderStatus.REJECTED


def test_nothing_is_made_or_given_after_the_end_of_the_order(any_cast_store: Store) -> None:
    stop = NOON + timedelta(hours=2)
    placed_order(any_cast_store, CEFTRIAXONE | {"stop": stop.isoformat()})
    accepted_order(any_cast_store, ORDER_NUMBER)
    number = staged(any_cast_store, dose_number(ORDER_NUMBER, 1))
    assert (
        refused(any_cast_store, OKONJO, DOSE, dose_record(number), a.StartPreparation("hood-1"), stop) == "order_over"
    )
    do(any_cast_store, MARLOW, DOSE, dose_record(number), a.Cancel("too late"))
    do(any_cast_store, MARLOW, ORDER, RECORD, YieldDoses(stop + timedelta(hours=24)), stop)
    assert len(doses(any_cast_store)) == 1


def running_bag(store: Store) -> str:
    """A vasopressor bag, started one hour after noon."""
    placed_order(store, VASOPRESSOR, CENTRAL)
    accepted_order(store, ORDER_NUMBER)
    number = dose_number(ORDER_NUMBER, 1)
    checked_twice(store, number)
    record, at = dose_record(number), NOON + timedelta(hours=1)
    do(store, MARLOW, DOSE, record, a.PrintLabel("0" * 64, issue=1), at)
    do(store, MARLOW, DOSE, record, a.AnswerLabelInHand(True), at)
    do(store, OKONJO, DOSE, record, a.PairLabels(f"92{number}", f"91{number}C1"), at)
    do(store, HALLORAN, DOSE, record, a.Receive("ICU"), at)
    do(store, HALLORAN, DOSE, record, a.StartAdministration(), at)
    return number


def checked_twice(store: Store, number: str) -> None:
    completed(store, number)
    record, at = dose_record(number), NOON + timedelta(minutes=20)
    do(store, MARLOW, DOSE, record, a.AskSecondCheck(content_digest(store, number)), at, signed=True)
    assert (
        refused(store, MARLOW, DOSE, record, second_entry(dose_now(store, number)), at, signed=True) == "same_checker"
    )
    do(store, DUARTE, DOSE, record, second_entry(dose_now(store, number)), at, signed=True)
    do(store, MARLOW, DOSE, record, a.Release(content_digest(store, number)), at, signed=True)


def test_the_next_bag_is_due_when_the_running_one_is_empty_and_a_changed_rate_moves_it(any_cast_store: Store) -> None:
    running_bag(any_cast_store)
    begun = NOON + timedelta(hours=1)
    first = doses(any_cast_store)[0]
    rate = first.planned.rate
    assert rate is not None
    hours = first.planned.final_volume.amount_in("mL") / rate.amount_in("mL/h")
    second = doses(any_cast_store)[1]
    assert abs((second.due - begun).total_seconds() - float(hours) * 3600) < 1
    twice = VASOPRESSOR | {"dose_rate": "0.2 mcg/kg/min"}
    do(any_cast_store, CASTELL, ORDER, RECORD, Place(ORDER_NUMBER, order_as_data(Order.parse(twice))), begun)
    changed_at = begun + timedelta(hours=2)
    accepted_order(any_cast_store, ORDER_NUMBER, changed_at)
    found = doses(any_cast_store)
    assert [(d.order_version, d.status) for d in found] == [(1, "administered"), (1, "cancelled"), (2, "queued")]
    expected = 2 + (float(hours) - 2) / 2
    assert abs((found[2].due - begun).total_seconds() - expected * 3600) < 1


def test_the_nurse_asks_for_the_next_bag_once(any_cast_store: Store) -> None:
    placed_order(any_cast_store, VASOPRESSOR, CENTRAL)
    accepted_order(any_cast_store, ORDER_NUMBER)
    ask = AskNextBag(NOON + timedelta(hours=1))
    assert refused(any_cast_store, HALLORAN, ORDER, RECORD, ask) == "bag_on_its_way"
    do(any_cast_store, MARLOW, DOSE, dose_record(dose_number(ORDER_NUMBER, 1)), a.Cancel("spiked already"))
    do(any_cast_store, HALLORAN, ORDER, RECORD, ask)
    assert [d.status for d in doses(any_cast_store)] == ["cancelled", "queued"]
    assert refused(any_cast_store, HALLORAN, ORDER, RECORD, ask) == "bag_on_its_way"


def test_only_a_continuous_infusion_has_a_next_bag(any_cast_store: Store) -> None:
    queued_dose(any_cast_store)
    assert refused(any_cast_store, HALLORAN, ORDER, RECORD, AskNextBag(NOON)) == "not_continuous"


def test_two_pharmacists_who_accept_at_once_accept_once(any_cast_store: Store) -> None:
    placed_order(any_cast_store)
    action = acceptance(any_cast_store)
    three = (MARLOW, DUARTE, IBARRA)
    calls = [lambda m=m: perform(any_cast_store, ORDER, RECORD, action, act_of(m, signed=True)) for m in three]
    kinds = sorted(type(answer).__name__ for answer in at_once(*calls))
    assert kinds == ["Done", "Refused", "Refused"]
    assert len(doses(any_cast_store)) == 1
