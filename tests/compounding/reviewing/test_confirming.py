"""Who confirms a hard finding: a registered prescriber, or somebody on the telephone whose words were read back."""

from dataclasses import replace

import pytest

from batch_records.store import Store
from compounding.documents.dose_documents import Clock
from compounding.reviewing.actions import Confirmation
from compounding.reviewing.record import ORDER
from compounding.views.review import review_page
from tests.compounding.test_orders import RECORD, acceptance
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OFFSET, do, refused
from tests.support.flow import ADA, ORDER_NUMBER, described_patient, placed_order


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Confirmation(HALLORAN.person), "no_prescriber"),
        (Confirmation("person-nobody"), "no_prescriber"),
        (Confirmation("", "Dr. A. Other", "", "14:05", True), "telephone_incomplete"),
        (Confirmation("", "Dr. A. Other", "consultant", "2 pm", True), "telephone_time"),
        (Confirmation("", "Dr. A. Other", "consultant", "14:05"), "not_read_back"),
    ],
)
def test_a_hard_finding_is_confirmed_by_a_prescriber_or_on_the_telephone_with_a_read_back(
    cast_store: Store, given: Confirmation, code: str
) -> None:
    placed_order(cast_store, patient=ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]})
    action = acceptance(cast_store, reasons={"allergy": "tolerated last year"}, confirmation=given)
    assert refused(cast_store, MARLOW, ORDER, RECORD, action, signed=True) == code
    heard = replace(action, confirmation=Confirmation("", "Dr. A. Other", "consultant", "14:05", True))
    state = do(cast_store, MARLOW, ORDER, RECORD, heard, signed=True)
    assert state.current.prescriber_confirmed == "Dr. A. Other, consultant, by telephone at 14:05, read back"


def test_a_name_that_was_only_typed_confirms_nothing(cast_store: Store) -> None:
    placed_order(cast_store, patient=ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]})
    typed = acceptance(cast_store, reasons={"allergy": "tolerated"}, prescriber_confirmed="Dr. R. Castell")
    assert refused(cast_store, MARLOW, ORDER, RECORD, typed, signed=True) == "prescriber_missing"


def test_two_pharmacists_who_name_each_other_are_no_prescriber(cast_store: Store) -> None:
    placed_order(cast_store, patient=ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]})
    reason = {"allergy": "tolerated last year"}
    duarte = Confirmation("", "K. Duarte, RPh", "consultant", "14:05", True)
    first = acceptance(cast_store, reasons=reason, confirmation=duarte)
    do(cast_store, MARLOW, ORDER, RECORD, first, signed=True)
    silent = acceptance(cast_store, reasons=reason)
    assert refused(cast_store, DUARTE, ORDER, RECORD, silent, signed=True) == "own_confirmation"


def test_a_prescriber_who_confirmed_another_plan_has_not_confirmed_this_one(cast_store: Store) -> None:
    """Between the first and the second pharmacist the weight changed: reason and confirmation were for the plan before."""
    allergic = ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]}
    placed_order(cast_store, patient=allergic)
    reason, confirmed = {"allergy": "tolerated last year"}, Confirmation(CASTELL.person)
    do(cast_store, MARLOW, ORDER, RECORD, acceptance(cast_store, reasons=reason, confirmation=confirmed), signed=True)
    heavier = ADA["measures"][0] | {"amount": {"value": "9.9", "unit": "kg"}}
    described_patient(cast_store, allergic | {"measures": [heavier]})
    with cast_store.read() as uow:
        page = review_page(uow, ORDER_NUMBER, MARLOW.person, MARLOW.name, NOON, Clock(OFFSET))
    assert page is not None
    assert (page.anew, page.own) == (True, "")
    silent = acceptance(cast_store)
    assert refused(cast_store, DUARTE, ORDER, RECORD, silent, signed=True) == "reason_missing"
    unconfirmed = acceptance(cast_store, reasons=reason)
    assert refused(cast_store, DUARTE, ORDER, RECORD, unconfirmed, signed=True) == "prescriber_missing"
    anew = acceptance(cast_store, reasons=reason, confirmation=confirmed)
    assert do(cast_store, DUARTE, ORDER, RECORD, anew, signed=True).status == "second_review"
    assert do(cast_store, MARLOW, ORDER, RECORD, acceptance(cast_store), signed=True).status == "verified"
