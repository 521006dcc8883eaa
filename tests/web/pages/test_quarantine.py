"""The pages of the quarantine: who may put a dose there, and the two who end it, each once and with their secret."""

import pytest

from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from tests.support.cast import ADEYEMI, CASTELL, DUARTE, HALLORAN, IBARRA, MARLOW, NOON, OKONJO, do
from tests.support.flow import completed, content_digest, dose_now, paired, queued_dose
from tests.support.visiting import send

WHY = "refrigerator of 7 West failed"


def blocked(store, number="", why=WHY):
    """A dose on its way, put in quarantine by the designated person."""
    number = number or paired(store)
    do(store, ADEYEMI, DOSE, dose_record(number), a.Quarantine(why), NOON)
    return number


def ended(browser, member, number, **fields):
    """Press the button that ends it, as the page that is shown asks for."""
    path = f"/quarantine/{number}"
    return send(browser, f"{path}/end", path, **({"reason": "log shows 4 °C", "secret": member.pin} | fields))


def entries_of(store, number):
    with store.read() as uow:
        return uow.entries(dose_record(number))


def test_the_designated_person_closes_then_a_pharmacist_releases_under_a_new_label(at_desk, cast_store):
    number = blocked(cast_store)
    lead = at_desk(ADEYEMI)
    page = lead.get("/quarantine").text
    for words in (number, WHY, "The designated person closes the investigation", "was on its way", "EXAMPLE, Ada"):
        assert words in page, words
    assert ended(lead, ADEYEMI, number).headers["Location"].endswith(f"/quarantine/{number}")
    assert dose_now(cast_store, number).status is S.QUARANTINED
    shown = at_desk(DUARTE).get(f"/quarantine/{number}").text
    assert "The investigation was closed by B. Adeyemi" in shown
    assert "log shows 4 °C" in shown
    answer = ended(at_desk(DUARTE), DUARTE, number, reason="unopened, in date")
    assert answer.headers["Location"].endswith(f"/labels/{number}")
    dose = dose_now(cast_store, number)
    assert (dose.status, dose.copies, dose.labels) == (S.RELEASED, 0, 1)
    told = [(e.who, e.payload["reason"]) for e in entries_of(cast_store, number) if e.kind == "end_quarantine"]
    signed = [e.payload["signature"]["meaning"] for e in entries_of(cast_store, number) if e.kind == "end_quarantine"]
    assert signed == ["Investigation closed by", "Released from quarantine by"]
    assert told == [(ADEYEMI.person, "log shows 4 °C"), (DUARTE.person, "unopened, in date")]
    assert "Nothing is in quarantine." in lead.get("/quarantine").text
    assert "The quarantine is over: it is released" in lead.get(f"/quarantine/{number}").text


def test_a_pharmacist_does_not_close_and_the_designated_person_does_not_release(at_desk, cast_store):
    number = blocked(cast_store)
    assert "Close the investigation</h2>" not in at_desk(MARLOW).get(f"/quarantine/{number}").text
    early = ended(at_desk(MARLOW), MARLOW, number)
    assert early.status_code == 403
    assert "The designated person closes the investigation first." in early.text
    ended(at_desk(ADEYEMI), ADEYEMI, number)
    again = ended(at_desk(ADEYEMI), ADEYEMI, number)
    assert again.status_code == 403
    assert "a pharmacist now decides on the release" in again.text
    assert dose_now(cast_store, number).status is S.QUARANTINED


def test_who_made_it_does_not_release_it(at_desk, cast_store):
    number = completed(cast_store, by=IBARRA)
    do(cast_store, MARLOW, DOSE, dose_record(number), a.Release(content_digest(cast_store, number)), NOON, signed=True)
    blocked(cast_store, number)
    ended(at_desk(ADEYEMI), ADEYEMI, number)
    assert "Release it again</h2>" not in at_desk(IBARRA).get(f"/quarantine/{number}").text
    assert ended(at_desk(IBARRA), IBARRA, number).status_code == 403


@pytest.mark.parametrize("member", [OKONJO, HALLORAN, CASTELL])
def test_the_wrong_role_ends_nothing(at_desk, cast_store, member):
    number = blocked(cast_store)
    browser = at_desk(member)
    before = len(entries_of(cast_store, number))
    assert send(browser, f"/quarantine/{number}/end", "/people/me", reason="fine", secret=member.pin).status_code == 403
    assert send(browser, "/quarantine", "/people/me", number=number, reason="recall").status_code == 403
    assert len(entries_of(cast_store, number)) == before
    assert browser.get("/quarantine").status_code == (200 if member is OKONJO else 403)


def test_what_never_passed_its_check_can_only_be_wasted(at_desk, cast_store):
    number = blocked(cast_store, completed(cast_store))
    page = at_desk(ADEYEMI).get(f"/quarantine/{number}").text
    assert "It was not released before the quarantine: it can only be wasted." in page
    assert "Close the investigation" not in page
    assert ended(at_desk(ADEYEMI), ADEYEMI, number).status_code == 409


def test_a_reason_and_the_secret_are_needed_and_what_was_typed_is_kept(at_desk, cast_store):
    number = blocked(cast_store)
    lead = at_desk(ADEYEMI)
    assert ended(lead, ADEYEMI, number, reason=" ").status_code == 422
    wrong = ended(lead, ADEYEMI, number, secret="0000")
    assert wrong.status_code == 403
    assert "log shows 4 °C" in wrong.text
    assert dose_now(cast_store, number).investigation_closed is None


def test_pressing_twice_does_it_once(at_desk, cast_store):
    number = blocked(cast_store)
    lead = at_desk(ADEYEMI)
    for _ in range(2):
        assert ended(lead, ADEYEMI, number, key="same").status_code == 303
    assert [e.kind for e in entries_of(cast_store, number)].count("end_quarantine") == 1


@pytest.mark.parametrize("member", [ADEYEMI, MARLOW])
def test_a_dose_is_put_in_quarantine_with_its_reason(at_desk, cast_store, member):
    number, browser = paired(cast_store), at_desk(member)
    assert send(browser, "/quarantine", "/quarantine", number=number, reason=" ").status_code == 422
    answer = send(browser, "/quarantine", "/quarantine", number=number, reason=WHY)
    assert answer.headers["Location"].endswith(f"/quarantine/{number}")
    assert dose_now(cast_store, number).status is S.QUARANTINED
    again = send(browser, "/quarantine", "/quarantine", number=number, reason=WHY)
    assert again.status_code == 409
    assert "This dose is in quarantine" in again.text


@pytest.mark.parametrize("number", ["", "260414-0140-01-0", "<b>x", "260414-9999-01-3"])
def test_a_number_that_no_dose_has_is_named(at_desk, cast_store, number):
    answer = send(at_desk(MARLOW), "/quarantine", "/quarantine", number=number, reason=WHY)
    assert answer.status_code == 422
    assert ("is refused. Expected: " if number else "Number is missing: the number") in answer.text
    assert "<b>x" not in answer.text


def test_addresses_that_are_none_and_methods_that_are_wrong(at_desk, cast_store):
    number = queued_dose(cast_store)
    browser = at_desk(ADEYEMI)
    assert browser.get(f"/quarantine/{number}").status_code == 404
    assert browser.get("/quarantine/260414-0140-01-0").status_code == 404
    assert browser.get(f"/quarantine/{number}/end").status_code == 405


def test_the_check_desk_and_the_records_lead_there(at_desk, cast_store):
    number = blocked(cast_store)
    browser = at_desk(MARLOW)
    assert f'href="/quarantine/{number}"' in browser.get(f"/check/{number}").text
    for page in ("/check", "/records"):
        assert 'href="/quarantine"' in browser.get(page).text
