"""Attacks with secrets: guessing them, shutting others out by guessing, and taking an account over through a reset."""

from batch_records.guesses import LOCK_AFTER, PER_MINUTE
from batch_records.people import load_person
from batch_records.people_tables import ATTEMPTS
from batch_records.person_secrets import PIN
from tests.support.cast import ADEYEMI, MARLOW, NOVAK, OKONJO
from tests.support.records import rows_of
from tests.support.visiting import send

OKONJO_PAGE = f"/people/person/{OKONJO.person}"
WAY = "/people/choose-secrets"
TAKEN = {"password": "the attacker's phrase", "repeated": "the attacker's phrase", "pin": "8264", "pin_repeated": "8264"}
STATIONS = ("hood-1", "hood-2", "hood-3", "bench-1", "desk-1", "desk-2", "store-1", "ward-7w", "ward-icu", "ward-peds")


def by_badge(client, pin, station):
    return send(client, "/sign-on", way="badge", badge=OKONJO.badge, pin=pin, station=station, next="/")


def half_in(page):
    return page.split('id="one-time">')[1].split("<")[0]


def ask_for_reset(browser, page=OKONJO_PAGE, reason="PIN forgotten"):
    return send(browser, f"{page}/reset", page, reason=reason)


def confirm(browser, store, secret, person=OKONJO.person):
    with store.read() as uow:
        number = load_person(uow, person).reset.number
    return send(browser, f"/people/person/{person}/reset/confirm", "/people/resets", number=str(number), secret=secret)


def looked_at(store, account):
    with store.read() as uow:
        return sum(row.account == account and row.result == "bad" for row in rows_of(ATTEMPTS, uow))


def test_guessing_from_every_station_at_once_gets_no_more_guesses_a_minute(office, cast_store):
    for station in STATIONS:
        for _ in range(LOCK_AFTER):
            assert by_badge(office.test_client(), "9999", station).status_code == 403
    assert looked_at(cast_store, f"{OKONJO.person}/{PIN}") <= PER_MINUTE


def test_the_person_with_badge_and_right_pin_signs_on_elsewhere_while_somebody_guesses(office):
    for _ in range(4 * LOCK_AFTER):
        by_badge(office.test_client(), "9999", "hood-1")
    assert by_badge(office.test_client(), OKONJO.pin, "hood-1").status_code == 403
    assert by_badge(office.test_client(), OKONJO.pin, "hood-2").status_code == 303


def test_a_browser_that_claims_to_be_a_hood_does_not_shut_that_hood(office, clock):
    hood = office.test_client()
    assert by_badge(hood, OKONJO.pin, "hood-1").status_code == 303
    send(hood, "/sign-off", "/this-station")
    for _ in range(4 * LOCK_AFTER):
        by_badge(office.test_client(), "9999", "hood-1")
    assert by_badge(hood, OKONJO.pin, "hood-1").status_code == 303


def test_guesses_at_the_sign_on_never_stop_an_open_session(office, at_desk):
    technician = at_desk(OKONJO)
    for station in STATIONS:
        for _ in range(LOCK_AFTER):
            by_badge(office.test_client(), "9999", station)
    form = {"method": PIN, "secret": OKONJO.pin, "fresh": "9517", "repeated": "9517"}
    assert send(technician, "/people/me/secret", "/people/me", **form).status_code == 303


def test_guesses_at_a_locked_screen_do_not_keep_its_person_from_signing_on_there(office, at_desk):
    technician = at_desk(OKONJO)
    send(technician, "/lock", "/people/me", next="/")
    for _ in range(LOCK_AFTER + 1):
        answer = send(technician, "/locked", "/locked", secret="9999", next="/")
    assert "Too many wrong tries" in answer.text
    fields = {"way": "password", "name": OKONJO.sign_on_name, "password": OKONJO.password, "next": "/"}
    assert send(technician, "/sign-on", **fields).status_code == 303


def test_many_wrong_names_and_a_right_one_are_answered_in_the_same_words(office):
    fields = {"way": "password", "password": "a wrong long phrase", "station": "desk-1", "next": "/"}
    said = {
        name: [send(office.test_client(), "/sign-on", name=name, **fields).text.count("Too many wrong tries") for _ in range(7)]
        for name in ("t.okonjo", "nobody.here")
    }
    assert said["t.okonjo"] == said["nobody.here"]


def test_an_administrator_alone_takes_no_account_over(at_desk, cast_store, office):
    administrator = at_desk(NOVAK)
    first = half_in(ask_for_reset(administrator).text)
    assert confirm(administrator, cast_store, NOVAK.password).status_code == 403
    for code in (first, first + first, f"{first}-2222-2222-2222"):
        assert send(office.test_client(), WAY, WAY, one_time=code, **TAKEN).status_code == 403
    assert by_badge(office.test_client(), OKONJO.pin, "hood-1").status_code == 303


def test_an_administrator_makes_no_second_person_of_their_own(at_desk, cast_store, office):
    administrator = at_desk(NOVAK)
    form = {"name": "G. Host", "sign_on_name": "g.host", "credentials": "RPh", "roles": "pharmacist"}
    ghost = send(administrator, "/people/new", "/people/new", **form).headers["Location"]
    first = half_in(ask_for_reset(administrator, ghost, "first secrets").text)
    assert confirm(administrator, cast_store, NOVAK.password, ghost.rsplit("/", 1)[1]).status_code == 403
    assert send(office.test_client(), WAY, WAY, one_time=first, **TAKEN).status_code == 403


def test_the_second_person_alone_takes_no_account_over(at_desk, cast_store, office):
    lead = at_desk(ADEYEMI)
    assert ask_for_reset(at_desk(NOVAK)).status_code == 200
    second = half_in(confirm(lead, cast_store, ADEYEMI.password).text)
    assert send(lead, f"{OKONJO_PAGE}/reset", "/people/me", reason="mine").status_code == 403
    assert send(office.test_client(), WAY, WAY, one_time=second, **TAKEN).status_code == 403
    with cast_store.read() as uow:
        assert load_person(uow, OKONJO.person).secrets == {}


def test_a_confirmation_in_the_name_of_a_session_left_open_needs_that_persons_secret(at_desk, cast_store):
    ask_for_reset(at_desk(NOVAK))
    left_open = at_desk(MARLOW)
    for secret in ("", "0000", NOVAK.password):
        assert confirm(left_open, cast_store, secret).status_code == 403
    with cast_store.read() as uow:
        assert load_person(uow, OKONJO.person).secrets != {}


def test_a_code_that_is_guessed_at_stays_unguessed_and_a_used_one_opens_nothing(at_desk, cast_store, office):
    code = half_in(ask_for_reset(at_desk(NOVAK)).text) + half_in(confirm(at_desk(MARLOW), cast_store, MARLOW.password).text)
    stranger = office.test_client()
    for wrong in ("", "-", code[:-1], code[1:], code[::-1], "2" * 24):
        assert send(stranger, WAY, WAY, one_time=wrong, **TAKEN).status_code == 403
    own = {"password": "three green lanterns", "repeated": "three green lanterns", "pin": "", "pin_repeated": ""}
    assert send(stranger, WAY, WAY, one_time=code, **own).status_code == 303
    assert send(stranger, WAY, WAY, one_time=code, **TAKEN).status_code == 403
