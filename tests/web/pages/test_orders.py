"""Orders that stand: a change as a new version, the answer to a question, hold, resume and stop, and the list."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from calculations.quantity import Quantity
from compounding.orders.importing import import_orders
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Clarify
from compounding.reviewing.record import ORDER
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, NOON, act_of, do
from tests.support.flow import TOMAS, accepted_order, described_patient, dose_now, placed_order, released
from tests.support.ordering import MARA, VANCOMYCIN, order_of, placed, state
from tests.support.visiting import find, send

MESSAGES = Path(__file__).parents[2] / "conformance" / "messages" / "fhir_r4"


@pytest.fixture
def tomas(cast_store) -> None:
    described_patient(cast_store, TOMAS)


def test_a_change_is_a_new_version_and_what_becomes_of_doses_is_said(at_desk, cast_store, tomas):
    browser = at_desk(CASTELL)
    placed(cast_store, browser, **VANCOMYCIN)
    number = "260414-0001"
    accepted_order(cast_store, number)
    page = browser.get(f"/orders/{number}/change").text
    assert re.search(r"\d doses? not begun: cancelled", page)
    assert 'value="15"' in page
    path, fields = f"/orders/{number}/change", VANCOMYCIN | {"dose": "12", "version": "1", "key": "one-press"}
    answer, twice = (send(browser, path, path, **fields) for _ in range(2))
    assert answer.status_code == twice.status_code == 303
    assert answer.headers["Location"] == twice.headers["Location"]
    now = state(cast_store, number)
    assert (now.current.number, now.status, now.versions[0].status) == (2, "clinical_review", "superseded")
    assert order_of(cast_store, number).dose == Quantity(12, "mg/kg", of="vancomycin")
    assert dose_now(cast_store, "260414-0001-01-" + "0123456789"[_check("260414-0001-01")]).status == "cancelled"


def _check(body: str) -> int:
    from compounding.preparing.numbering import check_digit

    return int(check_digit(body.replace("-", "")))


def test_a_change_of_nothing_and_a_change_of_an_older_version_are_refused(at_desk, cast_store, tomas):
    browser = at_desk(CASTELL)
    placed(cast_store, browser, **VANCOMYCIN)
    path = "/orders/260414-0001/change"
    assert "Nothing was changed" in send(browser, path, path, **VANCOMYCIN, version="1").text
    assert send(browser, path, path, **VANCOMYCIN | {"dose": "12", "version": "1"}).status_code == 303
    late = send(browser, path, path, **VANCOMYCIN | {"dose": "18", "version": "1"})
    assert late.status_code == 409
    assert "A newer version has arrived" in late.text
    assert len(state(cast_store, "260414-0001").versions) == 2


def test_a_change_never_moves_an_order_to_another_patient(at_desk, cast_store, tomas):
    described_patient(cast_store, MARA)
    browser = at_desk(CASTELL)
    placed(cast_store, browser, **VANCOMYCIN)
    path = "/orders/260414-0001/change"
    answer = send(browser, path, path, **VANCOMYCIN | {"patient": "DEMO-3358", "version": "1"})
    assert answer.status_code == 422
    assert "A new version is for the same patient" in answer.text


def test_the_old_vancomycin_message_gets_its_answer_and_proceeds(at_desk, cast_store, tomas):
    text = (MESSAGES / "MedicationRequest-medrx0318.json").read_text(encoding="utf-8")
    (outcome,) = import_orders(cast_store, text, act_of(DUARTE))
    assert outcome.result == "waits for an answer"
    browser = at_desk(MARLOW)
    path = f"/orders/{outcome.number}/answer?kind=intermittent"
    page = browser.get(path).text
    for kept in ("500mg IV q6h x 3 days", 'value="500"', 'value="Patrick Pump"', "no field says when it starts"):
        assert kept in page, kept
    fields = VANCOMYCIN | {
        "dose": "500", "dose_unit": "mg", "volume": "100", "infuse_over": "60", "every": "6", "doses": "12", "version": "1",
        "prescriber": "Patrick Pump", "remark_1": "yes",
    }  # fmt: skip
    unanswered = send(browser, path, path, **fields)
    assert unanswered.status_code == 422
    assert 'href="#answered_by"' in unanswered.text
    told = fields | {"answered_by": "Patrick Pump", "answer": "three days, in 100 mL", "key": "one-press"}
    answered, twice = (send(browser, path, f"/orders/{outcome.number}", **told) for _ in range(2))
    assert answered.status_code == twice.status_code == 303
    version = state(cast_store, outcome.number).current
    assert (version.status, version.answer) == ("clinical_review", "Patrick Pump: three days, in 100 mL")
    assert version.order is not None
    assert version.order.source == "fhir"
    assert version.order.remarks == ("only the text says that it goes on for 3 days",)
    assert "500mg IV q6h" in version.order.original
    accepted_order(cast_store, outcome.number, by=DUARTE)
    assert state(cast_store, outcome.number).status == "verified"


def test_an_answer_where_nothing_is_asked_is_no_page(at_desk, cast_store):
    number = placed_order(cast_store)
    answer = at_desk(MARLOW).get(f"/orders/{number}/answer")
    assert answer.status_code == 409
    assert "No question is open" in answer.text


def test_a_question_about_a_complete_order_is_answered_with_the_form_filled(at_desk, cast_store):
    number = placed_order(cast_store)
    do(cast_store, MARLOW, ORDER, order_record(number), Clarify("Every 12 h?"), NOON, station="desk-2")
    page = at_desk(DUARTE).get(f"/orders/{number}/answer").text
    for text in ("Every 12 h?", 'value="50"', "cefTRIAXone", 'value="14:30"'):
        assert text in page, text


def test_hold_resume_and_stop_say_what_becomes_of_open_doses(at_desk, cast_store):
    number = placed_order(cast_store)
    accepted_order(cast_store, number)
    browser, page = at_desk(MARLOW), f"/orders/{number}"
    shown = browser.get(page).text
    assert re.search(r"\d doses? in the queue: on hold", shown)
    assert re.search(r"\d doses? not begun: cancelled", shown)
    assert send(browser, f"{page}/hold", page, hold_reason="").status_code == 422
    assert send(browser, f"{page}/hold", page, hold_reason="fever").status_code == 303
    assert state(cast_store, number).status == "held"
    assert "fever" in browser.get(page).text
    assert send(browser, f"{page}/resume", page).status_code == 303
    assert state(cast_store, number).status == "verified"
    assert send(browser, f"{page}/stop", page, stop_reason="discharged").status_code == 303
    assert state(cast_store, number).status == "discontinued"
    late = send(browser, f"{page}/hold", page, hold_reason="again")
    assert late.status_code == 409
    assert "that is not possible now" in late.text


def test_a_released_dose_must_be_fetched_back_when_its_order_stops(at_desk, cast_store):
    number = released(cast_store)
    shown = at_desk(MARLOW).get(f"/orders/{number[:11]}").text
    assert "1 dose already released: must be fetched back." in shown


def test_the_list_finds_orders_by_patient_drug_and_number(at_desk, cast_store, tomas):
    placed(cast_store, at_desk(CASTELL), **VANCOMYCIN)
    browser = at_desk(HALLORAN)
    for text in ("specimen", "vanco", "260414-0001", "DEMO-2093"):
        assert "260414-0001" in find(browser, "/orders/find", text).text, text
    assert "No order fits" in find(browser, "/orders/find", "nobody").text


def test_a_start_far_in_the_past_is_offered_again_when_an_order_is_changed(at_desk, cast_store, tomas, clock):
    browser = at_desk(CASTELL)
    placed(cast_store, browser, **VANCOMYCIN)
    clock.now = NOON + timedelta(days=3)
    page = at_desk(CASTELL).get("/orders/260414-0001/change").text
    assert '<option value="2026-04-14" selected>' in page
