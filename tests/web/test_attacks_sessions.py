"""Attacks on who is signed on: copied cookies, borrowed station marks, guessed PINs, forged tokens, links that lead away."""

from datetime import timedelta

import pytest

from batch_records.acting import Done, perform
from batch_records.people import PERSON, ChangeRoles, Disable
from compounding.preparing.numbering import dose_record
from compounding.sweeping import expire_doses
from compounding.views.check import REJECT_CODES
from tests.support.cast import AMARI, DUARTE, HALLORAN, MARLOW, NOON, NOVAK, OKONJO, act_of
from tests.support.flow import completed, dose_now, paired, queued_dose, released
from tests.support.visiting import send, sign_on_as, token_in
from web.sessions import local_path

ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example", "javascript:alert(1)",
    "/\t/evil.example", "/\n/evil.example", " //evil.example", "%2f%2fevil.example", "/\u2028/evil.example",
)  # fmt: skip


def copied(office, client):
    """Another browser that holds copies of all cookies of this one."""
    thief = office.test_client()
    for name in ("sufficit", "station"):
        thief.set_cookie(name, client.get_cookie(name).value)
    return thief


def administered(store, action, key):
    """An administrator does something to J. Marlow."""
    assert isinstance(perform(store, PERSON, MARLOW.person, action, act_of(NOVAK, NOON, key=key)), Done)


def test_a_copied_cookie_is_dead_after_the_sign_off_of_its_owner(office, at_desk):
    marlow = at_desk(MARLOW)
    thief = copied(office, marlow)
    assert thief.get("/check").status_code == 200
    assert send(marlow, "/sign-off", "/this-station").status_code == 303
    assert thief.get("/check").status_code == 303


def test_a_copied_cookie_loses_the_role_and_the_access_of_its_owner_at_the_next_request(office, at_desk, cast_store):
    thief = copied(office, at_desk(MARLOW))
    administered(cast_store, ChangeRoles(frozenset({"buyer"}), "moved"), "roles")
    assert thief.get("/check").status_code == 403
    administered(cast_store, Disable("left"), "disable")
    assert thief.get("/check").status_code == 303


def test_a_session_that_was_planted_before_the_sign_on_is_not_the_one_after_it(office):
    victim = office.test_client()
    victim.get("/sign-on")
    planted = victim.get_cookie("sufficit").value
    sign_on_as(victim, MARLOW)
    attacker = office.test_client()
    attacker.set_cookie("sufficit", planted)
    assert attacker.get("/check").status_code == 303


def test_the_session_before_an_unlock_is_dead_after_it(office, at_desk):
    marlow = at_desk(MARLOW)
    thief = copied(office, marlow)
    assert send(marlow, "/lock", "/this-station", next="/").status_code == 303
    assert send(marlow, "/locked", "/locked", secret=MARLOW.pin, next="/check").status_code == 303
    assert marlow.get("/check").status_code == 200
    assert thief.get("/check").status_code == 303


def test_a_locked_session_writes_nothing_not_even_with_the_right_secret(at_desk, cast_store):
    number = queued_dose(cast_store)
    okonjo = at_desk(OKONJO)
    token = token_in(okonjo.get("/this-station").text)
    fields = {"csrf_token": token, "key": "k", "code": "x", "secret": OKONJO.pin}
    send(okonjo, "/lock", "/this-station", next="/")
    for path in (f"/station/{number}/scan", f"/station/{number}/start", f"/check/{number}/pass", "/pictures", "/lots/receive"):
        assert okonjo.post(path, data=fields).status_code == 401, path
    assert dose_now(cast_store, number).scans == ()


def test_a_session_moved_to_the_mark_of_another_station_is_no_session(office, at_desk):
    marlow = at_desk(MARLOW)
    hood = sign_on_as(office.test_client(), AMARI, "hood-1")
    marlow.set_cookie("station", hood.get_cookie("station").value)
    assert marlow.get("/check").status_code == 303


def test_a_station_mark_made_by_hand_is_no_station(office):
    client = office.test_client()
    for forged in ("hood-1", "Imhvb2QtMSI.AAAA", "\x00", "x" * 4000):
        client.set_cookie("station", forged)
        assert "sign" in client.get("/sign-on").text.lower()


def test_a_sign_on_never_leads_to_another_site(office):
    with office.test_request_context():
        assert {wanted: local_path(wanted) for wanted in ELSEWHERE} == dict.fromkeys(ELSEWHERE, "/")
    fields = {"way": "badge", "badge": OKONJO.badge, "pin": OKONJO.pin, "station": "hood-1"}
    answer = send(office.test_client(), "/sign-on", next="//evil.example", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_guessing_one_pin_locks_after_five_tries_wherever_they_are_made(office, clock):
    answers = []
    for number in range(8):
        client = office.test_client()
        station = ("hood-1", "hood-2", "desk-1", "ward-7w")[number % 4]
        fields = {"way": "badge", "badge": OKONJO.badge, "pin": f"{7000 + number}", "station": station, "next": "/"}
        answers.append(send(client, "/sign-on", **fields))
    assert {answer.status_code for answer in answers} == {403}
    assert "Too many wrong tries" in answers[-1].text
    right = {"way": "badge", "badge": OKONJO.badge, "pin": OKONJO.pin, "station": "hood-1", "next": "/"}
    assert send(office.test_client(), "/sign-on", **right).status_code == 403
    clock.advance(minutes=16)
    assert send(office.test_client(), "/sign-on", **right).status_code == 303


def test_guessing_the_password_does_not_lock_the_badge(office):
    for number in range(7):
        fields = {"way": "password", "name": OKONJO.sign_on_name, "password": f"guess {number} long enough"}
        send(office.test_client(), "/sign-on", station="desk-1", next="/", **fields)
    right = {"way": "badge", "badge": OKONJO.badge, "pin": OKONJO.pin, "station": "hood-1", "next": "/"}
    assert send(office.test_client(), "/sign-on", **right).status_code == 303


def test_an_unknown_name_is_answered_in_the_same_words_as_a_wrong_password(office):
    texts = []
    for name in (OKONJO.sign_on_name, "n.obody"):
        fields = {"way": "password", "name": name, "password": "a wrong long password", "station": "desk-1", "next": "/"}
        answer = send(office.test_client(), "/sign-on", **fields)
        texts.append((answer.status_code, "That is not right. Check it and try again." in answer.text))
    assert texts == [(403, True), (403, True)]


def test_a_pharmacist_does_not_sign_with_the_secret_of_another(at_desk, cast_store):
    number = completed(cast_store)
    answer = send(at_desk(DUARTE), f"/check/{number}/reject", "/check", code=REJECT_CODES[0][0], reason="x", secret=MARLOW.pin)
    assert answer.status_code == 403
    assert dose_now(cast_store, number).status == "awaiting_final_check"


def test_nobody_acts_in_the_name_of_somebody_else_by_a_field_of_the_form(at_desk, cast_store):
    number = queued_dose(cast_store)
    okonjo = at_desk(OKONJO)
    for field in ("person", "actor", "who", "by", "on_behalf_of", "roles", "station", "at"):
        answer = send(okonjo, f"/station/{number}/take-apart", "/this-station", reason="later", **{field: MARLOW.person})
        assert answer.status_code == 422, field
    assert dose_now(cast_store, number).moved_by != MARLOW.person


def test_a_nurse_who_knows_the_address_of_the_check_is_refused_on_the_server(at_desk, cast_store):
    number = released(cast_store)
    answer = send(at_desk(HALLORAN), f"/check/{number}/pass", "/this-station", content_digest="0" * 64, secret=HALLORAN.pin)
    assert answer.status_code == 403
    assert "not yours to do" in answer.text


def test_ending_a_session_that_is_not_ones_own_is_refused_in_words(at_desk):
    okonjo = at_desk(OKONJO)
    for session in ("", "é", "\u2028", "0" * 64, "x" * 10_000):
        assert send(okonjo, "/people/me/sessions/end", "/people/me", session=session).status_code == 409
    assert okonjo.get("/people/me").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 101, "a/0", "a+1", "a#b", "é", "a b", "a\nb"])
def test_a_key_that_could_be_one_of_the_servers_own_is_refused(office, at_desk, key):
    okonjo = at_desk(OKONJO)
    token = token_in(okonjo.get("/codes?code=1").text)
    answer = okonjo.post("/codes", data={"csrf_token": token, "key": key, "code": "99999", "says": "a vial"})
    assert answer.status_code == 422


def test_the_keys_of_the_sweep_cannot_be_used_up_by_a_client(cast_store):
    number = paired(cast_store)
    late = dose_now(cast_store, number).beyond_use_at() + timedelta(minutes=1)
    assert expire_doses(cast_store, late, -240) == 1
    with cast_store.read() as uow:
        assert "/" in uow.entries(dose_record(number))[-1].key
