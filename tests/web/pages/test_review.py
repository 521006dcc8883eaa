"""The review desk: list by urgency, findings by grade, and the decisions that a pharmacist may take."""

import re
from typing import Any

import pytest

from batch_records.acting import load
from compounding.orders.order import Order, order_as_data
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Place
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER
from tests.support.cast import CASTELL, DUARTE, HALLORAN, IBARRA, LINDQVIST, MARLOW, NOON, OKONJO, do
from tests.support.flow import ADA, CEFTRIAXONE, TOMAS, described_patient, placed_order
from tests.support.visiting import send

IN_SALINE = {
    "order_type": "intermittent", "route": "IV infusion", "line": "peripheral", "diluent": "NS", "prescriber": "Dr. R. Castell",
}  # fmt: skip
LOW = IN_SALINE | {
    "patient": "DEMO-2093", "drug": "vancomycin", "dose": "500 mg", "volume": "100 mL", "infuse_over": "60 min",
    "start": "2026-04-14T16:00:00-04:00", "frequency": {"every": "12 h"},
}  # fmt: skip
FAR_TOO_MUCH = IN_SALINE | {
    "patient": "DEMO-2093", "drug": "meropenem", "dose": "4 g", "volume": "100 mL", "infuse_over": "30 min",
    "start": "2026-04-14T16:30:00-04:00", "frequency": {"every": "8 h"},
}  # fmt: skip
PUSHED = {
    "order_type": "push", "patient": "DEMO-2093", "drug": "vincristine", "dose": "2 mg", "route": "IV push",
    "start": "2026-04-14T16:00:00-04:00", "frequency": {"once": True}, "prescriber": "Dr. P. Lindqvist",
}  # fmt: skip


def state(store, number: str) -> OrderRecord:
    with store.read() as uow:
        return load(uow, ORDER, order_record(number))


def fields_of(browser, number: str) -> dict[str, str]:
    """What the page itself sends: version and digest, and a reason for every finding that asks for one."""
    page = browser.get(f"/review/{number}").text
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("version", "digest")}
    return hidden | dict.fromkeys(re.findall(r'name="(reason\.[^"]+)"', page), "agreed with the team")


def accept(browser, number: str, by, **more: str):
    fields = fields_of(browser, number) | {"secret": by.password} | more
    return send(browser, f"/review/{number}/accept", f"/review/{number}", **fields)


@pytest.fixture
def soft(cast_store) -> str:
    return placed_order(cast_store, LOW, TOMAS, "260414-0150")


@pytest.fixture
def hard(cast_store) -> str:
    return placed_order(cast_store, FAR_TOO_MUCH, TOMAS, "260414-0151")


def test_a_clean_order_is_accepted_and_its_doses_are_queued(at_desk, cast_store):
    number = placed_order(cast_store)
    browser = at_desk(MARLOW)
    page = browser.get(f"/review/{number}").text
    assert "cefTRIAXone" in page
    assert "460 mg" in page
    assert "EXAMPLE, Ada" in page
    assert "Show working" in page
    answer = accept(browser, number, MARLOW)
    assert answer.status_code == 303
    assert state(cast_store, number).status == "verified"
    assert state(cast_store, number).doses >= 1
    assert "accepted" in browser.get(answer.headers["Location"]).text


def test_accepting_twice_with_one_key_signs_once(at_desk, cast_store):
    number = placed_order(cast_store)
    browser = at_desk(MARLOW)
    fields = fields_of(browser, number) | {"secret": MARLOW.password, "key": "one-press"}
    first = send(browser, f"/review/{number}/accept", f"/review/{number}", **fields)
    again = send(browser, f"/review/{number}/accept", f"/review/{number}", **fields)
    assert (first.status_code, again.status_code) == (303, 303)
    assert state(cast_store, number).current.accepted_by == (MARLOW.person,)


def test_a_wrong_secret_accepts_nothing(at_desk, cast_store):
    number = placed_order(cast_store)
    browser = at_desk(MARLOW)
    answer = accept(browser, number, MARLOW, secret="not the phrase")
    assert answer.status_code in (401, 403)
    assert state(cast_store, number).status == "clinical_review"


def test_urgent_orders_stand_first_with_their_worst_finding(at_desk, cast_store, soft, hard):
    urgent = CEFTRIAXONE | {"priority": "stat", "start": "2026-04-14T20:00:00-04:00"}
    placed_order(cast_store, urgent, ADA, "260414-0160")
    page = at_desk(MARLOW).get("/review/list").text
    places = [page.index(text) for text in ("STAT", "vancomycin 500 mg", "meropenem 4 g")]
    assert places == sorted(places)
    assert "1 soft" in page
    assert re.search(r"\d hard", page)


def test_a_soft_finding_needs_a_reason_and_what_was_typed_stays(at_desk, cast_store, soft):
    browser = at_desk(MARLOW)
    fields = {name: "" for name in fields_of(browser, soft) if name.startswith("reason.")}
    answer = accept(browser, soft, MARLOW, question="Is 500 mg meant?", **fields)
    assert answer.status_code == 422
    assert "Say why this may stand" in answer.text
    assert "Is 500 mg meant?" in answer.text
    assert MARLOW.password not in answer.text
    assert accept(browser, soft, MARLOW).status_code == 303
    assert "agreed with the team" in state(cast_store, soft).current.reasons.values()


def test_a_finding_shows_figure_limit_margin_source_and_the_way_out(at_desk, hard):
    page = at_desk(MARLOW).get(f"/review/{hard}").text
    assert "4,000 mg" in page
    assert "Maximum" in page
    assert "Over by" in page
    assert "To mend:" in page
    assert "high confidence" in page
    assert "Not while a hard finding is open." in page
    assert "two pharmacists" in page.lower()


def test_a_hard_finding_needs_two_pharmacists_and_the_prescriber_by_name(at_desk, cast_store, hard):
    first = at_desk(MARLOW)
    assert accept(first, hard, MARLOW).status_code == 422
    assert state(cast_store, hard).status == "clinical_review"
    assert accept(first, hard, MARLOW, prescriber=CASTELL.person).status_code == 303
    assert state(cast_store, hard).status == "second_review"
    assert "You have accepted it already" in first.get(f"/review/{hard}").text
    assert accept(first, hard, MARLOW).status_code == 403
    second = at_desk(DUARTE)
    page = second.get(f"/review/{hard}").text
    assert "J. Marlow, RPh accepted it" in page
    assert "Dr. R. Castell confirmed it" in page
    assert accept(second, hard, DUARTE).status_code == 303
    current = state(cast_store, hard).current
    assert (current.status, current.accepted_by) == ("verified", (MARLOW.person, DUARTE.person))
    assert current.prescriber_confirmed == "Dr. R. Castell"


def test_there_is_no_way_past_an_absolute_finding(at_desk, cast_store):
    number = placed_order(cast_store, PUSHED, TOMAS, "260414-0152")
    browser = at_desk(MARLOW)
    page = browser.get(f"/review/{number}").text
    assert "no way past an absolute finding" in page
    assert "/accept" not in page
    answer = accept(browser, number, MARLOW, prescriber=LINDQVIST.person)
    assert answer.status_code == 409
    assert "There is no way past this" in answer.text
    assert state(cast_store, number).status == "clinical_review"


def test_a_pharmacist_never_reviews_an_order_of_their_own(at_desk, cast_store):
    number = placed_order(cast_store, CEFTRIAXONE, ADA, "260414-0153", by=IBARRA)
    browser = at_desk(IBARRA)
    assert "Nobody reviews an order of their own" in browser.get(f"/review/{number}").text
    assert accept(browser, number, IBARRA).status_code == 403
    assert state(cast_store, number).status == "clinical_review"


def test_the_question_is_made_from_the_findings_and_holds_the_order(at_desk, cast_store, hard):
    browser = at_desk(MARLOW)
    page = browser.get(f"/review/{hard}").text
    prefilled = re.search(r'<textarea[^>]*id="question"[^>]*>([^<]*)', page)[1]
    assert "Ask for 2,000 mg." in prefilled
    fields = fields_of(browser, hard) | {"question": "Is 1 g meant?"}
    assert send(browser, f"/review/{hard}/ask", f"/review/{hard}", **fields).status_code == 303
    current = state(cast_store, hard).current
    assert (current.status, current.question) == ("clarify", "Is 1 g meant?")
    assert "Record the answer" in browser.get(f"/review/{hard}").text


def test_an_order_is_rejected_only_with_a_reason(at_desk, cast_store, soft):
    browser = at_desk(MARLOW)
    empty = send(browser, f"/review/{soft}/reject", f"/review/{soft}", version="1", reject_reason=" ")
    assert (empty.status_code, state(cast_store, soft).status) == (422, "clinical_review")
    done = send(browser, f"/review/{soft}/reject", f"/review/{soft}", version="1", reject_reason="ordered twice")
    assert done.status_code == 303
    assert (state(cast_store, soft).status, state(cast_store, soft).current.reason) == ("rejected", "ordered twice")


@pytest.mark.parametrize("decision", ["accept", "ask", "reject"])
def test_a_newer_version_since_the_page_was_shown_stops_every_decision_in_words(at_desk, cast_store, soft, decision):
    browser = at_desk(MARLOW)
    seen = fields_of(browser, soft)
    newer = order_as_data(Order.parse(LOW | {"dose": "1 g"}))
    do(cast_store, CASTELL, ORDER, order_record(soft), Place(soft, newer), NOON, station="desk-2")
    more: dict[str, Any] = {
        "accept": seen | {"secret": MARLOW.password},
        "ask": seen | {"question": "why?"},
        "reject": {"version": seen["version"], "reject_reason": "no"},
    }[decision]
    answer = send(browser, f"/review/{soft}/{decision}", f"/review/{soft}", **more)
    assert answer.status_code == 409
    assert "A newer version has arrived since this page was shown" in answer.text
    assert state(cast_store, soft).status == "clinical_review"


def test_a_patient_described_anew_since_the_page_was_shown_makes_it_stale(at_desk, cast_store, soft):
    browser = at_desk(MARLOW)
    seen = fields_of(browser, soft)
    lighter = [{"kind": "actual_weight", "amount": {"value": "60", "unit": "kg"}, "at": "2026-04-14T08:00:00-04:00"}]
    described_patient(cast_store, TOMAS | {"measures": [*TOMAS["measures"], *lighter]})
    answer = send(browser, f"/review/{soft}/accept", f"/review/{soft}", **seen, secret=MARLOW.password)
    assert answer.status_code == 409
    assert "Something changed since this page was shown" in answer.text


def test_the_history_shows_exactly_what_changed(at_desk, cast_store, soft):
    newer = order_as_data(Order.parse(LOW | {"dose": "15 mg/kg"}))
    do(cast_store, CASTELL, ORDER, order_record(soft), Place(soft, newer), NOON, station="desk-2")
    page = at_desk(MARLOW).get(f"/review/{soft}").text
    table = re.search(r"What changed in version 2.*?</table>", page, re.S)[0]
    assert re.findall(r'<th scope="row">(\w[^<]*)</th>', table) == ["Dose"]
    assert "500 mg" in table
    assert "15 mg/kg" in table


def test_what_was_not_recorded_or_not_asked_is_said(at_desk, cast_store):
    bare = {name: value for name, value in TOMAS.items() if name not in ("allergies_asked_at", "measures", "lines")}
    number = placed_order(cast_store, LOW | {"dose": "1 g"}, bare, "260414-0154")
    page = at_desk(MARLOW).get(f"/review/{number}").text
    assert "not asked" in page
    assert page.count("not recorded") >= 4


def test_the_list_answers_in_full_only_when_something_changed(at_desk, cast_store, soft):
    browser = at_desk(MARLOW)
    first = browser.get("/review/list", headers={"X-Live": "1"})
    same = browser.get("/review/list", headers={"X-Live": "1", "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, same.status_code) == (200, 304)
    placed_order(cast_store, FAR_TOO_MUCH, TOMAS, "260414-0159")
    other = browser.get("/review/list", headers={"X-Live": "1", "If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_without_orders_the_desk_says_so(at_desk):
    assert "No new order waits" in at_desk(MARLOW).get("/review").text


def test_an_unknown_number_is_no_page(at_desk):
    assert at_desk(MARLOW).get("/review/260414-9999").status_code == 404


@pytest.mark.parametrize("who", [OKONJO, HALLORAN, CASTELL], ids=lambda member: member.name)
def test_only_pharmacists_review(at_desk, soft, who):
    browser = at_desk(who)
    assert browser.get(f"/review/{soft}").status_code == 403
    assert send(browser, f"/review/{soft}/reject", "/sign-on", version="1", reject_reason="no").status_code == 403


@pytest.mark.parametrize("decision", ["accept", "ask", "reject"])
def test_a_decision_is_never_asked_for_by_its_address(at_desk, soft, decision):
    assert at_desk(MARLOW).get(f"/review/{soft}/{decision}").status_code == 405


def test_markup_in_a_name_is_shown_as_text(at_desk, cast_store):
    odd = TOMAS | {"given_name": "<script>alert(1)</script>", "family_name": "=cmd|' /C calc'!A0 ^XZ ‮"}
    number = placed_order(cast_store, LOW, odd, "260414-0155")
    page = at_desk(MARLOW).get(f"/review/{number}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
