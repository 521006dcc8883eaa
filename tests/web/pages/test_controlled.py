"""The pages of controlled drugs: what is held, the vials of a dose, waste before a witness, blind counts, discrepancies."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from batch_records.acting import load
from compounding.controlled.cases import CASE, CLOSED, case_record
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Quarantine
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.lot import LOT, lot_record
from compounding.views.controlled_sheet import count_sheet
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, CASTELL, DUARTE, HALLORAN, MARLOW, OFFSET, OKONJO, do
from tests.support.controlled import (
    LOT_NUMBER,
    PLACE,
    SOON,
    VIAL,
    made_of_vials,
    received,
    release_of,
    second_check,
    staged_vials,
)
from tests.support.flow import dose_now
from tests.support.visiting import send

HOME = "/controlled"


def register_of(browser, place=PLACE):
    answer = browser.get(f"/controlled/register/{VIAL}/file?location={place}&since=2026-04-01&until=2026-04-30")
    return list(csv.DictReader(StringIO(answer.text)))


def where(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_vial_is_wasted_before_a_witness_and_the_register_tells_it(at_desk, cast_store, clock):
    number = made_of_vials(cast_store)
    clock.now = SOON
    browser, page = at_desk(OKONJO), f"/controlled/dose/{number}"
    assert "20 mL − 10 mL drawn = 10 mL" in browser.get(page).text
    assert number in browser.get(HOME).text
    typed = {"slot": "drug-2", "stream": "controlled", "reason": "", "volume": "10"}
    assert send(browser, f"{page}/waste", page, **typed, secret="0000").status_code == 403
    short = send(browser, f"{page}/waste", page, **{**typed, "volume": "8"}, secret=OKONJO.pin)
    assert (short.status_code, "a case is opened" in short.text, 'value="8"' in short.text) == (422, True, True)
    shown = where(send(browser, f"{page}/waste", page, **typed, secret=OKONJO.pin))
    text = browser.get(shown).text
    assert all(words in text for words in ("10 mL (500 mcg)", "T. Okonjo, CPhT", "fentaNYL 50 mcg/mL", "L. Amari"))
    assert '<option value="person-okonjo"' not in text
    own = send(browser, f"{shown}/witness", shown, witness=OKONJO.person, witness_secret=OKONJO.pin)
    assert (own.status_code, "You waste it yourself" in own.text) == (403, True)
    wrong = send(browser, f"{shown}/witness", shown, witness=AMARI.person, witness_secret=OKONJO.pin)
    assert wrong.status_code == 403
    answers = [
        send(browser, f"{shown}/witness", shown, witness=AMARI.person, witness_secret=AMARI.pin, key="the-same")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "Accounted for" in browser.get(page).text
    assert number not in browser.get(HOME).text
    second_check(cast_store, number)
    do(cast_store, MARLOW, DOSE, dose_record(number), release_of(cast_store, number), SOON, signed=True)
    rows = register_of(browser)
    assert [row["Containers after"] for row in rows][:3] == ["10", "9", "8"]
    last = rows[-1]
    told = (last["What"], last["Volume"], last["Who"], last["Witness or second person"], last["Opened volume after"])
    assert told == ("wasted", "−10 mL", "T. Okonjo, CPhT", "L. Amari, CPhT", "0 mL")
    assert "T. Okonjo" in rows[1]["Who"]
    assert "Wasted" in browser.get(f"/controlled/register/{VIAL}?location={PLACE}").text


def test_a_waste_is_taken_back_and_another_one_is_of_stock(at_desk, cast_store):
    received(cast_store)
    browser, page = at_desk(AMARI), f"/controlled/waste?product={VIAL}&lot={LOT_NUMBER}"
    typed = {"stream": "controlled", "reason": "fell", "location": PLACE, "count": "1", "cause": "broken"}
    assert send(browser, page, page, **{**typed, "count": "x"}, secret=AMARI.pin).status_code == 422
    shown = where(send(browser, page, page, **typed, secret=AMARI.pin))
    assert "1 container" in browser.get(shown).text
    assert send(browser, f"{shown}/take-back", shown, reason="").status_code == 422
    where(send(browser, f"{shown}/take-back", shown, reason="it was whole"))
    shown = where(send(browser, page, page, **typed, secret=AMARI.pin))
    where(send(browser, f"{shown}/witness", shown, witness=HALLORAN.person, witness_secret=HALLORAN.pin))
    with cast_store.read() as uow:
        assert load(uow, LOT, lot_record(VIAL, LOT_NUMBER)).on_hand == 9
    assert register_of(browser)[-1]["Witness or second person"] == "N. Halloran, RN"
    assert "before a witness" in browser.get(f"/lots/lot/{VIAL}/{LOT_NUMBER}").text
    assert browser.get("/controlled/waste?product=ceftriaxone_500mg_vial&lot=1").status_code == 404


def test_a_blind_count_that_differs_is_a_case_that_two_others_close(at_desk, cast_store):
    received(cast_store)
    browser = at_desk(OKONJO)
    count = where(send(browser, f"{HOME}/counts", HOME, location=PLACE))
    assert "Expected</th>" not in browser.get(count).text
    assert send(browser, f"{count}/enter", count, count_1="9", person="", secret="").status_code == 422
    where(send(browser, f"{count}/enter", count, count_1="9", person=OKONJO.person, secret=OKONJO.pin))
    text = browser.get(count).text
    assert "Count as the second person" in text
    assert "Expected</th>" not in text
    where(send(browser, f"{count}/enter", count, count_1="9", person=AMARI.person, secret=AMARI.pin))
    case = f"{HOME}/discrepancies/C{count.rsplit('/', 1)[-1]}-1"
    assert case in browser.get(count).text
    assert "Somebody else closes the case" in browser.get(case).text
    pharmacist = at_desk(MARLOW)
    typed = {"outcome": "loss", "reason": "not found anywhere", "reported": ""}
    refused = send(pharmacist, f"{case}/answer", case, **typed, secret=MARLOW.pin)
    assert (refused.status_code, "1 business day" in refused.text) == (422, True)
    where(send(pharmacist, f"{case}/answer", case, **{**typed, "reported": "DEA office, now"}, secret=MARLOW.pin))
    second = at_desk(DUARTE)
    assert send(second, f"{case}/send-back", case, reason="").status_code == 422
    where(send(second, f"{case}/confirm", case, secret=DUARTE.pin))
    text = second.get(case).text
    assert all(words in text for words in ("Closed", "lost, without a sign of theft", "21 CFR 1301.76(b)"))
    assert "Closed" in second.get(f"{HOME}/discrepancies").text
    assert register_of(second)[-1]["Witness or second person"] == "K. Duarte, RPh"
    with cast_store.read() as uow:
        assert load(uow, CASE, case_record(case.rsplit("/", 1)[-1])).status == CLOSED


def test_what_is_overdue_stands_on_top_and_a_case_opened_by_hand_keeps_what_was_typed(at_desk, cast_store, clock):
    received(cast_store)
    browser, page = at_desk(MARLOW), f"{HOME}/discrepancies"
    typed = {"product": VIAL, "lot": LOT_NUMBER, "location": PLACE, "way": "missing", "count": "1", "reason": "box open"}
    wrong = send(browser, page, page, **{**typed, "count": "0", "reason": " "})
    assert (wrong.status_code, f'value="{LOT_NUMBER}"' in wrong.text) == (422, True)
    case = where(send(browser, page, page, **typed))
    assert "1 container missing" in browser.get(case).text.replace("1 Container", "1 container")
    assert "Overdue" not in browser.get(HOME).text
    clock.now += timedelta(hours=13)
    text = at_desk(MARLOW).get(HOME).text
    assert "not closed in the shift" in text
    assert "<b>1 overdue</b>" in at_desk(ADEYEMI).get("/lots").text


def test_the_count_sheet_is_printed_and_a_blind_one_names_no_expected_count(at_desk, cast_store):
    received(cast_store)
    browser = at_desk(MARLOW)
    answer = browser.get(f"{HOME}/counts/sheet.pdf?location={PLACE}&expected=yes")
    assert (answer.status_code, answer.data[:4]) == (200, b"%PDF")
    with cast_store.read() as uow:
        formulary = formulary_in_force(uow)
        sheets = [count_sheet(uow, formulary, PLACE, expected, SOON, Clock(OFFSET)) for expected in (False, True)]
    assert [[row["expected"] for row in sheet["rows"]] for sheet in sheets] == [[""], ["10"]]
    assert browser.get(f"{HOME}/counts/sheet.pdf?location=nowhere").status_code == 422


def test_the_vials_of_a_dose_quarantined_before_it_was_begun_are_put_back_on_its_page(at_desk, cast_store, clock):
    received(cast_store)
    number = staged_vials(cast_store)
    do(cast_store, ADEYEMI, DOSE, dose_record(number), Quarantine("alarm of the room"), SOON, station="desk-1")
    clock.now = SOON
    browser, page = at_desk(OKONJO), f"/controlled/dose/{number}"
    for slot in ("drug-1", "drug-2"):
        assert "Waste the whole preparation" not in browser.get(page).text
        typed = {"slot": slot, "stream": "back", "reason": "seal intact", "secret": OKONJO.pin}
        shown = where(send(browser, f"{page}/waste", page, **typed))
        where(send(browser, f"{shown}/witness", shown, witness=AMARI.person, witness_secret=AMARI.pin))
    text = at_desk(ADEYEMI).get(page).text
    assert "Nothing was mixed, and every vial is accounted for" in text
    lead, whole = at_desk(ADEYEMI), {"slot": "", "stream": "controlled", "reason": "", "secret": ADEYEMI.pin}
    shown = where(send(lead, f"{page}/waste", page, **whole))
    where(send(lead, f"{shown}/witness", shown, witness=AMARI.person, witness_secret=AMARI.pin))
    assert dose_now(cast_store, number).status == "wasted"


def test_side_by_side_is_for_lead_and_quality_alone_and_says_what_is_not_compared(at_desk, cast_store):
    assert "No controlled drug was drawn" in at_desk(ADEYEMI).get(f"{HOME}/persons").text
    made_of_vials(cast_store)
    browser = at_desk(ADEYEMI)
    text = browser.get(f"{HOME}/persons?since=2026-04-01&until=2026-04-30").text
    expected = ("T. Okonjo, CPhT", "30 mL", "not compared: fewer than 10 doses", "far off from 3.5 on")
    assert all(words in text for words in expected)
    assert browser.get(f"{HOME}/persons?since=2026-05-01&until=2026-04-01").status_code == 200
    for member in (OKONJO, MARLOW):
        assert at_desk(member).get(f"{HOME}/persons").status_code == 403


@pytest.mark.parametrize("member", [HALLORAN, CASTELL])
def test_the_pages_are_not_for_the_ward(at_desk, cast_store, member):
    assert at_desk(member).get(HOME).status_code == 403


def test_wrong_methods_roles_and_numbers_are_refused(at_desk, cast_store):
    number = made_of_vials(cast_store)
    browser = at_desk(MARLOW)
    assert browser.get(f"/controlled/dose/{number}/waste").status_code == 405
    for path in ("/controlled/waste/1", "/controlled/counts/1", "/controlled/discrepancies/1", "/controlled/register/x"):
        assert browser.get(path).status_code == 404
    lead, page = at_desk(ADEYEMI), f"/controlled/dose/{number}"
    typed = {"slot": "drug-2", "stream": "controlled", "reason": "", "volume": "10", "secret": ADEYEMI.pin}
    assert send(lead, f"{page}/waste", page, **typed).status_code == 403
    technician = at_desk(OKONJO)
    answer = {"outcome": "", "reason": "", "reported": "", "secret": ""}
    assert send(technician, f"{HOME}/discrepancies/1/answer", HOME, **answer).status_code == 403
    assert send(technician, f"{HOME}/counts/1/drop", HOME, reason="x").status_code == 403
    assert dose_now(cast_store, number).status == "awaiting_final_check"
