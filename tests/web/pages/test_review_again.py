"""Review again and resume on the order's page."""

import re

from batch_records.acting import load
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import HoldOrder
from compounding.reviewing.record import ORDER
from tests.support.cast import DUARTE, HALLORAN, MARLOW, OKONJO, do
from tests.support.flow import ADA, ORDER_NUMBER, described_patient, dose_now, queued_dose
from tests.support.visiting import send

AT = f"/orders/{ORDER_NUMBER}"


def version_now(store):
    with store.read() as uow:
        return load(uow, ORDER, order_record(ORDER_NUMBER)).current


def test_an_order_is_sent_to_review_again_once_with_its_reason_by_a_pharmacist(at_desk, cast_store):
    queued_dose(cast_store)
    marlow = at_desk(MARLOW)
    assert "Review it again" in marlow.get(AT).text
    assert "Review it again" not in at_desk(HALLORAN).get(AT).text
    assert send(at_desk(OKONJO), f"{AT}/review-again", AT, again_reason="x").status_code == 403
    assert send(marlow, f"{AT}/review-again", AT, again_reason=" ").status_code == 422
    assert marlow.get(f"{AT}/review-again").status_code == 405
    assert send(marlow, f"{AT}/review-again", AT, again_reason="the allergy was asked about").status_code == 303
    assert "the allergy was asked about" in marlow.get(AT).text
    shown = at_desk(DUARTE).get(f"/review/{ORDER_NUMBER}").text
    assert "the allergy was asked about" in shown
    assert re.search(r"Reviewed again", shown)
    assert send(marlow, f"{AT}/review-again", AT, again_reason="twice").status_code == 409
    assert (version_now(cast_store).number, version_now(cast_store).status) == (2, "clinical_review")


def test_a_resume_that_goes_back_to_review_says_why(at_desk, cast_store):
    number = queued_dose(cast_store)
    do(cast_store, HALLORAN, ORDER, order_record(ORDER_NUMBER), HoldOrder("in surgery"))
    described_patient(cast_store, ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]})
    marlow = at_desk(MARLOW)
    assert send(marlow, f"{AT}/resume", AT).status_code == 303
    page = marlow.get(AT).text
    assert "new: Allergic to cephalosporins" in page
    assert version_now(cast_store).status == "clinical_review"
    assert dose_now(cast_store, number).status == "held"
