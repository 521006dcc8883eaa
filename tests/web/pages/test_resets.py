"""Resets: one administrator asks, a second person confirms, the person concerned chooses with both halves of the code."""

import pytest

from batch_records.people import load_person
from batch_records.person_secrets import PASSWORD, PIN
from tests.support.cast import ADEYEMI, AMARI, HALLORAN, IBARRA, MARLOW, NOVAK, OKONJO
from tests.support.visiting import send, token_in

OKONJO_PAGE = f"/people/person/{OKONJO.person}"
CONFIRM = f"{OKONJO_PAGE}/reset/confirm"
WAY = "/people/choose-secrets"
CHOSEN = {"password": "seven blue kettles", "repeated": "seven blue kettles", "pin": "8264", "pin_repeated": "8264"}


def known(store, person=OKONJO.person):
    with store.read() as uow:
        return load_person(uow, person)


def half_in(page: str) -> str:
    return page.split('id="one-time">')[1].split("<")[0]


def start(browser, reason="PIN forgotten", page=OKONJO_PAGE):
    return send(browser, f"{page}/reset", page, reason=reason)


def confirm(browser, store, member, secret="", way=CONFIRM):
    number = known(store).reset.number
    return send(browser, way, "/people/resets", number=str(number), secret=secret or member.password)


def test_a_reset_by_two_people_and_the_person_concerned(at_desk, cast_store, office):
    technician, administrator, lead = at_desk(OKONJO), at_desk(NOVAK), at_desk(ADEYEMI)
    asked = start(administrator)
    assert asked.status_code == 200
    assert technician.get("/people/me").status_code == 200
    assert "PIN forgotten" in lead.get("/people/resets").text
    confirmed = confirm(lead, cast_store, ADEYEMI)
    assert technician.get("/people/me").status_code == 303
    assert known(cast_store).secrets == {}
    visitor = office.test_client()
    code = f"{half_in(asked.text)} {half_in(confirmed.text)}"
    assert send(visitor, WAY, WAY, one_time=code, **{**CHOSEN, "pin_repeated": "8265"}).status_code == 422
    assert send(visitor, WAY, WAY, one_time=code, **CHOSEN).status_code == 303
    assert set(known(cast_store).secrets) == {PIN, PASSWORD}
    assert send(visitor, WAY, WAY, one_time=code, **CHOSEN).status_code == 403
    told = administrator.get(OKONJO_PAGE).text
    assert "A. Novak" in told
    assert "B. Adeyemi" in told


def test_each_half_is_shown_once_to_one_person(at_desk, cast_store):
    administrator, pharmacist = at_desk(NOVAK), at_desk(MARLOW)
    first = half_in(start(administrator).text)
    second = half_in(confirm(pharmacist, cast_store, MARLOW).text)
    assert first != second
    for browser in (administrator, pharmacist):
        for path in ("/people/resets", "/people/me"):
            assert first not in browser.get(path).text
            assert second not in browser.get(path).text
    assert first not in administrator.get(OKONJO_PAGE).text


@pytest.mark.parametrize("member", [ADEYEMI, MARLOW, IBARRA])
def test_a_lead_or_a_pharmacist_finds_the_reset_and_confirms_it(at_desk, cast_store, member):
    start(at_desk(NOVAK))
    browser = at_desk(member)
    assert "Resets that wait for a second person: 1" in browser.get("/people/me").text
    assert confirm(browser, cast_store, member).status_code == 200
    assert known(cast_store).secrets == {}


def test_who_asked_is_refused_in_words_and_nothing_ends(at_desk, cast_store):
    administrator = at_desk(NOVAK)
    start(administrator)
    assert "You asked for it: somebody else confirms." in administrator.get("/people/resets").text
    answer = confirm(administrator, cast_store, NOVAK)
    assert answer.status_code == 403
    assert "A second person confirms it." in answer.text
    assert set(known(cast_store).secrets) == {PIN, PASSWORD}


def test_the_person_concerned_cannot_confirm_their_own(at_desk, cast_store):
    page = f"/people/person/{ADEYEMI.person}"
    start(at_desk(NOVAK), page=page)
    lead = at_desk(ADEYEMI)
    assert "It is your own" in lead.get("/people/resets").text
    number = known(cast_store, ADEYEMI.person).reset.number
    form = {"number": str(number), "secret": ADEYEMI.password}
    assert send(lead, f"{page}/reset/confirm", "/people/resets", **form).status_code == 403


def test_a_wrong_secret_confirms_nothing_and_does_not_come_back(at_desk, cast_store):
    start(at_desk(NOVAK))
    answer = confirm(at_desk(ADEYEMI), cast_store, ADEYEMI, secret="a wrong long phrase")
    assert answer.status_code == 403
    assert "a wrong long phrase" not in answer.text
    assert known(cast_store).secrets != {}


@pytest.mark.parametrize("member", [OKONJO, AMARI, HALLORAN])
def test_others_neither_see_nor_confirm_a_reset(at_desk, cast_store, member):
    start(at_desk(NOVAK))
    browser = at_desk(member)
    assert browser.get("/people/resets").status_code == 403
    form = {"number": str(known(cast_store).reset.number), "secret": member.password}
    assert send(browser, CONFIRM, "/people/me", **form).status_code == 403
    assert "Resets that wait" not in browser.get("/people/me").text


@pytest.mark.parametrize("member", [ADEYEMI, MARLOW])
def test_only_an_administrator_starts_one(at_desk, cast_store, member):
    assert send(at_desk(member), f"{OKONJO_PAGE}/reset", "/people/me", reason="x").status_code == 403
    assert known(cast_store).reset is None


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("  ", 422), ("x" * 201, 422)])
def test_a_reset_needs_a_reason_of_a_usual_length(at_desk, cast_store, reason, status):
    answer = start(at_desk(NOVAK), reason=reason)
    assert answer.status_code == status
    assert "Start a reset" in answer.text
    assert known(cast_store).reset is None


@pytest.mark.parametrize("number", ["", "one", "²", "-1", "9" * 30])
def test_a_number_that_the_page_never_sent_is_named(at_desk, number):
    start(at_desk(NOVAK))
    answer = send(at_desk(ADEYEMI), CONFIRM, "/people/resets", number=number, secret=ADEYEMI.password)
    assert answer.status_code == 422


def test_the_same_start_twice_is_one_reset_with_one_half(at_desk, cast_store):
    browser = at_desk(NOVAK)
    form = {"csrf_token": token_in(browser.get(OKONJO_PAGE).text), "key": "reset-1", "reason": "PIN forgotten"}
    halves = {half_in(browser.post(f"{OKONJO_PAGE}/reset", data=form).text) for _ in range(2)}
    assert len(halves) == 1


@pytest.mark.parametrize("way", ["reset", "reset/confirm"])
def test_nothing_is_changed_by_a_get(at_desk, way):
    assert at_desk(NOVAK).get(f"{OKONJO_PAGE}/{way}").status_code == 405


def test_nobody_unknown_is_reset(at_desk):
    page = "/people/person/person-nobody"
    assert send(at_desk(NOVAK), f"{page}/reset", "/people", reason="x").status_code == 404
    form = {"number": "1", "secret": NOVAK.password}
    assert send(at_desk(NOVAK), f"{page}/reset/confirm", "/people", **form).status_code == 404


def test_a_disabled_person_is_not_let_in_by_a_reset(at_desk, cast_store, office):
    administrator = at_desk(NOVAK)
    asked = start(administrator)
    confirmed = confirm(at_desk(ADEYEMI), cast_store, ADEYEMI)
    send(administrator, f"{OKONJO_PAGE}/disable", OKONJO_PAGE, reason="left")
    code = half_in(asked.text) + half_in(confirmed.text)
    assert send(office.test_client(), WAY, WAY, one_time=code, **CHOSEN).status_code == 403


def test_the_new_secrets_sign_on_and_the_old_do_not(at_desk, cast_store, office):
    code = half_in(start(at_desk(NOVAK)).text) + half_in(confirm(at_desk(MARLOW), cast_store, MARLOW).text)
    assert send(office.test_client(), WAY, WAY, one_time=code.upper(), **CHOSEN).status_code == 303
    fields = {"way": "password", "name": OKONJO.sign_on_name, "station": "desk-1", "next": "/"}
    old = send(office.test_client(), "/sign-on", password=OKONJO.password, **fields)
    assert old.status_code == 403
    new = send(office.test_client(), "/sign-on", password=CHOSEN["password"], **fields)
    assert new.status_code == 303


def test_guessing_is_told_on_the_page_of_the_people(at_desk, office):
    assert "Somebody may be guessing" not in at_desk(ADEYEMI).get("/people").text
    fields = {"way": "password", "password": "a wrong long phrase", "station": "desk-1", "next": "/"}
    for name in ("t.okonjo", "n.obody"):
        for _ in range(10):
            send(office.test_client(), "/sign-on", name=name, **fields)
    page = at_desk(ADEYEMI).get("/people").text
    assert "Somebody may be guessing" in page
    assert "T. Okonjo, password" in page
    assert "A name or badge that nobody has, password" in page
    assert "n.obody" not in page


