"""A held order resumes only as it was reviewed; an unchanged one is reviewed again with the patient as now."""

from datetime import timedelta
from typing import Any

import pytest

from batch_records.store import Store
from compounding.preparing.actions import Complete, Receive, RecordVolume, StartAdministration, StartPreparation
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Confirmation, HoldOrder, RejectOrder, ResumeOrder, ReviewAgain
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.views.queue import to_fetch_back
from tests.compounding.test_orders import acceptance, doses, order_now
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import (
    A_PICTURE,
    ADA,
    CEFTRIAXONE,
    ORDER_NUMBER,
    accepted_order,
    described_patient,
    dose_now,
    paired,
    queued_dose,
    released,
    staged,
    started,
)

RECORD = order_record(ORDER_NUMBER)
LATER = NOON + timedelta(minutes=20)
ALLERGIC = ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]}
FLAT = CEFTRIAXONE | {"dose": "460 mg"}
CONFIRMED: dict[str, Any] = {"reasons": {"allergy": "tolerated last year"}, "confirmation": Confirmation(CASTELL.person)}


def weighing(kilograms: str) -> dict[str, Any]:
    return ADA | {"measures": [ADA["measures"][0] | {"amount": {"value": kilograms, "unit": "kg"}}]}


def held(store: Store, **queued: Any) -> str:
    number = queued_dose(store, **queued)
    do(store, HALLORAN, ORDER, RECORD, HoldOrder("in surgery"))
    return number


def sent_again(store: Store) -> None:
    do(store, MARLOW, ORDER, RECORD, ReviewAgain("the allergy was asked about"), LATER)


@pytest.mark.parametrize("now", [ALLERGIC, weighing("9.6"), weighing("12")])
def test_a_held_order_is_not_resumed_against_what_became_known_but_goes_back_to_review(
    cast_store: Store, now: dict[str, Any]
) -> None:
    number = held(cast_store)
    described_patient(cast_store, now)
    state = do(cast_store, MARLOW, ORDER, RECORD, ResumeOrder(), LATER)
    assert [v.status for v in state.versions] == [OrderStatus.SUPERSEDED, OrderStatus.CLINICAL_REVIEW]
    assert state.current.again_reason
    assert dose_now(cast_store, number).status == "held"


def test_a_held_order_is_resumed_when_nothing_that_decides_changed(cast_store: Store) -> None:
    number = held(cast_store)
    described_patient(cast_store, ADA | {"location": "Peds 14"})
    assert do(cast_store, MARLOW, ORDER, RECORD, ResumeOrder(), LATER).status is OrderStatus.VERIFIED
    assert dose_now(cast_store, number).status == "queued"


def test_a_new_weight_that_the_order_uses_stops_the_start_until_it_is_reviewed_again(cast_store: Store) -> None:
    number = staged(cast_store)
    start = StartPreparation("hood-1")
    described_patient(cast_store, weighing("12"))
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), start) == "changed_since_review"
    sent_again(cast_store)
    accepted_order(cast_store, ORDER_NUMBER, LATER)
    assert [(d.order_version, d.status) for d in doses(cast_store)] == [(1, "cancelled"), (2, "queued")]
    assert doses(cast_store)[1].planned.actives[0].amount > doses(cast_store)[0].planned.actives[0].amount


def test_a_weight_within_the_sites_share_stops_nothing(cast_store: Store) -> None:
    number = staged(cast_store)
    described_patient(cast_store, weighing("10.12"))
    do(cast_store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1"))


def test_an_allergy_accepted_in_a_new_review_lets_the_same_doses_go_on(cast_store: Store) -> None:
    number = staged(cast_store)
    described_patient(cast_store, ALLERGIC)
    start = StartPreparation("hood-1")
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), start) == "new_allergy"
    assert refused(cast_store, OKONJO, ORDER, RECORD, ReviewAgain("asked")) == "not_allowed"
    assert refused(cast_store, MARLOW, ORDER, RECORD, ReviewAgain(" ")) == "reason_missing"
    sent_again(cast_store)
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), start) == "order_not_active"
    unnamed = acceptance(cast_store, LATER, reasons=CONFIRMED["reasons"])
    assert refused(cast_store, DUARTE, ORDER, RECORD, unnamed, LATER, signed=True) == "prescriber_missing"
    do(cast_store, DUARTE, ORDER, RECORD, acceptance(cast_store, LATER, **CONFIRMED), LATER, signed=True)
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), start) == "order_not_active"
    do(cast_store, MARLOW, ORDER, RECORD, acceptance(cast_store, LATER, **CONFIRMED), LATER, signed=True)
    do(cast_store, OKONJO, DOSE, dose_record(number), start, LATER)
    assert [dose.status for dose in doses(cast_store)] == ["in_prep"]  # no second one for the same due time


def test_a_dose_being_made_is_finished_after_the_new_review_and_not_before(cast_store: Store) -> None:
    number = started(cast_store)
    described_patient(cast_store, ALLERGIC)
    sent_again(cast_store)
    while (step := dose_now(cast_store, number).current_step) is not None and step.volume is not None:
        do(cast_store, OKONJO, DOSE, dose_record(number), RecordVolume(step.number, step.volume, A_PICTURE))
    complete = Complete(f"92{number}", A_PICTURE)
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), complete, LATER, signed=True) == "order_not_active"
    for member in (DUARTE, MARLOW):
        do(cast_store, member, ORDER, RECORD, acceptance(cast_store, LATER, **CONFIRMED), LATER, signed=True)
    assert do(cast_store, OKONJO, DOSE, dose_record(number), complete, LATER, signed=True).completed_at == LATER


def test_what_is_out_is_given_after_the_new_review_and_not_fetched_back(cast_store: Store) -> None:
    number = paired(cast_store)
    do(cast_store, HALLORAN, DOSE, dose_record(number), Receive("Peds"))
    sent_again(cast_store)
    give = StartAdministration()
    assert refused(cast_store, HALLORAN, DOSE, dose_record(number), give, LATER) == "order_not_active"
    accepted_order(cast_store, ORDER_NUMBER, LATER)
    with cast_store.read() as uow:
        assert to_fetch_back(uow) == []
    do(cast_store, HALLORAN, DOSE, dose_record(number), give, LATER)
    assert len(doses(cast_store)) == 1


def test_what_is_out_and_would_be_made_otherwise_is_fetched_back(cast_store: Store) -> None:
    number = released(cast_store)
    described_patient(cast_store, weighing("12"))
    sent_again(cast_store)
    accepted_order(cast_store, ORDER_NUMBER, LATER)
    with cast_store.read() as uow:
        assert [row.number for row in to_fetch_back(uow)] == [number]
    assert [(d.order_version, str(d.status)) for d in doses(cast_store)] == [(1, "released"), (2, "queued")]


def test_an_order_rejected_at_its_new_review_makes_nothing(cast_store: Store) -> None:
    number = queued_dose(cast_store)
    sent_again(cast_store)
    assert dose_now(cast_store, number).status == "held"
    do(cast_store, DUARTE, ORDER, RECORD, RejectOrder("stop it"), LATER)
    assert dose_now(cast_store, number).status == "cancelled"


def test_whoever_typed_the_order_does_not_review_it_again(cast_store: Store) -> None:
    queued_dose(cast_store)
    sent_again(cast_store)
    assert order_now(cast_store).current.placed_by == order_now(cast_store).versions[0].placed_by


def test_what_no_figure_of_the_order_uses_stops_nothing(cast_store: Store) -> None:
    number = staged(cast_store)
    described_patient(cast_store, ADA | {"results": [RESULT]})
    assert isinstance(do(cast_store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1")), Dose)


RESULT = {"name": "creatinine", "amount": {"value": "3.1", "unit": "mg/dL"}, "at": "2026-04-14T12:00:00-04:00"}
