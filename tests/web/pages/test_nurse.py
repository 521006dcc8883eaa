"""The ward: everything about a dose without a phone call, and what happens to it there."""

from datetime import timedelta

import pytest

from compounding.preparing.actions import (
    AnswerLabelInHand,
    PairLabels,
    PrintLabel,
    Receive,
    ReportMissing,
    StartAdministration,
)
from compounding.preparing.guards_returning import REUSE_CONDITIONS
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.reviewing.actions import Discontinue, HoldOrder
from compounding.reviewing.record import ORDER
from tests.support.cast import AMARI, DUARTE, HALLORAN, MARLOW, NOON, NOVAK, OKONJO, do
from tests.support.flow import ADA, ORDER_NUMBER, completed, described_patient, dose_now, paired, queued_dose, released
from tests.support.visiting import find, of_patient, send


def delivered(store) -> str:
    number = paired(store)
    received = Receive("Peds medication room")
    do(store, HALLORAN, DOSE, dose_record(number), received, NOON + timedelta(minutes=20), station="ward-peds")
    return number


def ask(browser, number, what, **fields):
    return send(browser, f"/ward/dose/{number}/{what}", f"/ward/dose/{number}", **fields)


def test_a_dose_that_is_here_says_all_that_is_needed(at_desk, cast_store):
    page = at_desk(HALLORAN).get(f"/ward/dose/{delivered(cast_store)}").text
    for words in (
        "EXAMPLE, Ada", "cefTRIAXone", "Peds medication room", "delivered 13:20", "due 14:30", "Thu 16 Apr, 13:04", "59.2 mL/h",
        "over 30 min", "29.6 mL", "15.54 mg/mL", "peripheral", "20 to 25 °C", "not with", "others: no data",
        "Started on the patient",
    ):  # fmt: skip
        assert words in page, words


def test_a_scan_of_a_label_that_was_replaced_says_so_and_what_to_do(at_desk, cast_store):
    number, at = released(cast_store), NOON + timedelta(minutes=11)
    for action in (
        PrintLabel("0" * 64, issue=1), AnswerLabelInHand(True), PrintLabel("1" * 64, "torn", issue=2), AnswerLabelInHand(True),
        PairLabels(f"92{number}", f"91{number}C2"),
    ):  # fmt: skip
        do(cast_store, OKONJO, DOSE, dose_record(number), action, at, station="desk-1")
    nurse = at_desk(HALLORAN)
    for code, warned in ((f"91{number}C1", True), (f"91{number}", True), (f"]d291{number}C2", False), (f"92{number}", False)):
        page = nurse.get(send(nurse, "/ward/scan", "/ward", code=code).headers["Location"]).text
        assert ("This label was replaced by copy 2. Do not start anything from this one" in page) is warned, code
        assert ("call the pharmacy" in page) is warned


def test_no_data_is_never_compatible(at_desk, cast_store):
    page = at_desk(HALLORAN).get(f"/ward/dose/{delivered(cast_store)}").text
    assert "no data" in page
    assert "compatible with others" not in page


def test_what_is_not_ready_says_when(at_desk, cast_store):
    queued_dose(cast_store)
    page = at_desk(HALLORAN).get(of_patient(cast_store, "/ward/patient")).text
    assert "To make" in page
    assert "ready by 14:30" in page

SOUND = dict.fromkeys(REUSE_CONDITIONS, "yes")


@pytest.mark.parametrize("text", ["EXAMPLE", "peds 12", "DEMO-4417"])
def test_a_patient_is_found_by_name_bed_or_number(at_desk, cast_store, text):
    described_patient(cast_store, ADA)
    answer = find(at_desk(HALLORAN), "/ward/find", text)
    assert answer.headers["Location"] == of_patient(cast_store, "/ward/patient")


def test_a_search_without_an_answer_says_so(at_desk):
    assert "No patient, bed or number is like" in find(at_desk(HALLORAN), "/ward/find", "nobody").text


def test_a_scanned_label_opens_its_dose(at_desk, cast_store):
    number = delivered(cast_store)
    browser = at_desk(HALLORAN)
    assert send(browser, "/ward/scan", "/ward", code=f"]d291{number}C1").headers["Location"].endswith(f"/ward/dose/{number}")
    strange = send(browser, "/ward/scan", "/ward", code="0100399999010214")
    assert strange.status_code == 422
    assert "Find the patient instead" in strange.text


def test_received_then_started(at_desk, cast_store):
    number = paired(cast_store)
    nurse = at_desk(HALLORAN)
    assert ask(nurse, number, "receive", place="Peds room, bin 12").status_code == 303
    assert dose_now(cast_store, number).place == "Peds room, bin 12"
    assert ask(nurse, number, "start").status_code == 303
    assert dose_now(cast_store, number).status is S.ADMINISTERED


def test_received_without_a_place_keeps_the_page(at_desk, cast_store):
    number = paired(cast_store)
    answer = ask(at_desk(HALLORAN), number, "receive", place=" ")
    assert answer.status_code == 422
    assert "where it lies now" in answer.text


def test_started_twice_with_one_key_is_started_once(at_desk, cast_store):
    number = delivered(cast_store)
    nurse = at_desk(HALLORAN)
    for _ in range(2):
        assert ask(nurse, number, "start", key="same").status_code == 303
    with cast_store.read() as uow:
        assert [e.kind for e in uow.entries(dose_record(number))].count("start_administration") == 1


def test_past_its_time_it_is_not_started(at_desk, cast_store, clock):
    number = delivered(cast_store)
    clock.now = NOON + timedelta(days=3)
    nurse = at_desk(HALLORAN)
    page = nurse.get(f"/ward/dose/{number}").text
    assert "Its time has passed" in page
    assert "Started on the patient" not in page
    answer = ask(nurse, number, "start")
    assert answer.status_code == 409
    assert "beyond-use time has passed" in answer.text


@pytest.mark.parametrize(
    ("action", "words"),
    [(HoldOrder("allergy"), "The order is on hold"), (Discontinue("oral now"), "The order was stopped")],
)
def test_an_order_that_waits_or_stopped_says_so(at_desk, cast_store, action, words):
    number = delivered(cast_store)
    do(cast_store, MARLOW, ORDER, order_record(ORDER_NUMBER), action)
    nurse = at_desk(HALLORAN)
    page = nurse.get(f"/ward/dose/{number}").text
    assert words in page
    assert "Started on the patient" not in page
    assert ask(nurse, number, "start").status_code == 409


def test_a_missing_dose_shows_its_last_place_and_asks_for_another(at_desk, cast_store):
    number = delivered(cast_store)
    nurse = at_desk(HALLORAN)
    assert "Look there first: <b>Peds medication room</b>" in nurse.get(f"/ward/dose/{number}").text
    assert ask(nurse, number, "missing", looked="").status_code == 422
    assert ask(nurse, number, "missing", looked="room, fridge, bed").status_code == 303
    assert "A pharmacist is asked for another one" in nurse.get(f"/ward/dose/{number}").text
    pharmacist = at_desk(MARLOW)
    assert "Replacement asked" in pharmacist.get("/check").text
    assert send(pharmacist, f"/check/{number}/remake", f"/check/{number}").status_code == 303
    assert dose_number(ORDER_NUMBER, 2) in nurse.get(f"/ward/dose/{number}").text


def test_what_was_missing_is_not_given_when_it_turns_up(at_desk, cast_store):
    number = delivered(cast_store)
    do(cast_store, HALLORAN, DOSE, dose_record(number), ReportMissing("everywhere"))
    nurse = at_desk(HALLORAN)
    assert "Found it? It is not given any more" in nurse.get(f"/ward/dose/{number}").text
    assert ask(at_desk(OKONJO), number, "find", place="behind the fridge").status_code == 303
    assert dose_now(cast_store, number).status is S.RETURNED
    assert "It was reported missing" in nurse.get(f"/ward/dose/{number}").text
    reuse = send(at_desk(MARLOW), f"/check/{number}/reuse", f"/check/{number}", reason="sealed", **SOUND, secret=MARLOW.password)
    assert reuse.status_code == 409


def test_a_return_says_how_it_was_kept_and_may_be_used_again(at_desk, cast_store):
    number = delivered(cast_store)
    nurse = at_desk(HALLORAN)
    assert ask(nurse, number, "return", condition="", storage_history="").status_code == 422
    given = {"condition": "seal intact, clear", "storage_history": "room, 30 min"}
    assert ask(nurse, number, "return", **given).status_code == 303
    pharmacist, path = at_desk(MARLOW), f"/check/{number}"
    ends = dose_now(cast_store, number).beyond_use_at()
    assert send(pharmacist, f"{path}/reuse", path, reason="sealed", **SOUND, secret=MARLOW.password).status_code == 303
    again = dose_now(cast_store, number)
    assert (again.status, again.copies, again.beyond_use_at()) == (S.RELEASED, 0, ends)


def test_a_technician_wastes_it_and_a_nurse_does_not(at_desk, cast_store):
    number = delivered(cast_store)
    assert "Waste it" not in at_desk(HALLORAN).get(f"/ward/dose/{number}").text
    technician = at_desk(OKONJO)
    assert ask(technician, number, "waste", amount="", stream="sharps").status_code == 422
    assert ask(technician, number, "waste", amount="the whole bag", stream="nowhere").status_code == 422
    assert ask(technician, number, "waste", amount="the whole bag", stream="pharmaceutical").status_code == 303
    assert dose_now(cast_store, number).status is S.WASTED


def test_a_nurse_who_sends_the_form_of_the_technician_is_refused(at_desk, cast_store):
    number = delivered(cast_store)
    answer = ask(at_desk(HALLORAN), number, "waste", amount="all", stream="sharps")
    assert answer.status_code == 403
    assert dose_now(cast_store, number).status is S.DELIVERED


def test_only_a_nurse_starts_it(at_desk, cast_store):
    number = delivered(cast_store)
    technician = at_desk(AMARI)
    assert "Started on the patient" not in technician.get(f"/ward/dose/{number}").text
    assert ask(technician, number, "start").status_code == 403


def test_a_dose_that_is_not_there_yet_is_not_received(at_desk, cast_store):
    number = completed(cast_store)
    answer = ask(at_desk(HALLORAN), number, "receive", place="here")
    assert answer.status_code == 409
    assert "is not possible now" in answer.text


def test_only_a_continuous_infusion_has_a_next_bag(at_desk, cast_store):
    number = delivered(cast_store)
    do(cast_store, HALLORAN, DOSE, dose_record(number), StartAdministration(), NOON + timedelta(minutes=30))
    answer = ask(at_desk(HALLORAN), number, "next-bag", when="now")
    assert answer.status_code == 422
    assert "Only a continuous infusion" in answer.text


def test_the_doses_stay_live(at_desk, cast_store):
    delivered(cast_store)
    nurse = at_desk(DUARTE)
    live = of_patient(cast_store, "/ward/patient") + "/live"
    part = nurse.get(live)
    assert "cefTRIAXone" in part.text
    assert nurse.get(live, headers={"If-None-Match": part.headers["ETag"]}).status_code == 304


def test_who_has_nothing_to_do_with_doses_sees_none(at_desk, cast_store):
    number = delivered(cast_store)
    assert at_desk(NOVAK).get(f"/ward/dose/{number}").status_code == 403


def test_nothing_happens_by_looking(at_desk, cast_store):
    number = delivered(cast_store)
    assert at_desk(HALLORAN).get(f"/ward/dose/{number}/start").status_code == 405
    assert at_desk(HALLORAN).get(f"/ward/patient/{'0' * 24}").status_code == 404
