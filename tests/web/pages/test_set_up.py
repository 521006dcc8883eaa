"""First start of a new hospital: one-time secret, administrator, site, hood; every page closed until then."""

import pytest

from batch_records.acting import load
from batch_records.people import people
from batch_records.resets import first_administrator_secret
from formulary.repository import formulary_in_force
from formulary.site_record import SITE, SITE_RECORD, Place
from tests.support.cast import ADEYEMI, NOON, NOVAK
from tests.support.visiting import an_app, send, token_in

PASSWORD = "a long enough phrase"
ADMINISTRATOR = {"name": "A. Novak", "sign_on_name": "a.novak", "password": PASSWORD, "repeated": PASSWORD}
THE_SITE = {
    "name": "St. Example", "phone": "555-0199", "zone": "America/Chicago",
    "places": "desk: Check desk\nward: 7 West\nstore: Store room", "bag_width": "4", "bag_height": "6",
    "minibag_width": "4", "minibag_height": "3", "syringe_width": "4", "syringe_height": "2",
}  # fmt: skip
HOOD = {"hood": "hood-1", "name": "Hood 1", "room": "Room A", "category": "2", "service": "yes"}


@pytest.fixture
def new(store, clock, tmp_path):
    """A new hospital: an empty database, no demonstration."""
    clock.now = NOON
    return an_app(store, clock, tmp_path, demonstration=False)


@pytest.fixture
def secret(store, clock):
    """What the server prints at its first start."""
    return first_administrator_secret(store, NOON)


@pytest.fixture
def administrator(new, secret):
    """A browser of the first administrator, signed on, with nothing else set up."""
    browser = new.test_client()
    assert send(browser, "/set-up", "/set-up", one_time=secret, **ADMINISTRATOR).status_code == 303
    fields = {"way": "password", "name": "a.novak", "password": PASSWORD, "station": "desk-1", "next": "/"}
    assert send(browser, "/sign-on", **fields).status_code == 303
    return browser


def site_now(store):
    with store.read() as uow:
        return load(uow, SITE, SITE_RECORD)


@pytest.mark.parametrize("path", ["/", "/lots", "/sign-on", "/people/choose-secrets", "/formulary", "/no-such-page"])
def test_before_anybody_is_registered_every_page_leads_to_the_set_up(new, path):
    answer = new.test_client().get(path)
    assert answer.status_code == (404 if path == "/no-such-page" else 303)
    assert path == "/no-such-page" or answer.headers["Location"] == "/set-up"


def test_nothing_can_be_sent_before(new, store):
    browser = new.test_client()
    token = token_in(browser.get("/set-up").text)
    assert browser.post("/sign-on", data={"csrf_token": token, "key": "k1"}).status_code == 403
    assert browser.post("/lots/receive", data={"csrf_token": token, "key": "k2"}).status_code == 403


def test_there_is_no_default_account_and_a_wrong_secret_makes_none(new, store, secret):
    browser = new.test_client()
    for wrong in ("", "admin", "x" * 24):
        answer = send(browser, "/set-up", "/set-up", one_time=wrong, **ADMINISTRATOR)
        assert answer.status_code == 403
        assert 'value="a.novak"' in answer.text
        assert PASSWORD not in answer.text
    with store.read() as uow:
        assert people(uow) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("repeated", "another phrase"), ("password", "short"), ("sign_on_name", "A Novak"), ("name", " ")],
)
def test_a_wrong_entry_does_not_use_up_the_secret(new, store, secret, field, wrong):
    browser = new.test_client()
    typed = {**ADMINISTRATOR, field: wrong}
    if field == "password":
        typed["repeated"] = wrong
    assert send(browser, "/set-up", "/set-up", one_time=secret, **typed).status_code == 422
    assert send(browser, "/set-up", "/set-up", one_time=secret, **ADMINISTRATOR).status_code == 303


def test_the_secret_works_once(administrator, new, store, secret):
    answer = send(new.test_client(), "/set-up", "/sign-on", one_time=secret, **{**ADMINISTRATOR, "sign_on_name": "b.other"})
    assert answer.status_code == 409
    with store.read() as uow:
        assert [person.sign_on_name for _, person in people(uow)] == ["a.novak"]


def test_until_site_and_hood_are_described_every_other_page_stays_closed(administrator, store):
    assert administrator.get("/people").headers["Location"] == "/set-up"
    assert send(administrator, "/set-up/site", "/set-up/site", **THE_SITE).status_code == 303
    assert administrator.get("/people").headers["Location"] == "/set-up"
    assert send(administrator, "/rooms", "/rooms", **HOOD).status_code == 303
    assert administrator.get("/people").status_code == 200
    assert "The formulary is empty" in administrator.get("/formulary").text


def test_what_the_site_says_is_used_by_clock_places_and_labels(administrator, store):
    assert ">13:00<" in administrator.get("/set-up").text
    send(administrator, "/set-up/site", "/set-up/site", **{**THE_SITE, "bag_height": "5"})
    assert ">12:00<" in administrator.get("/set-up").text
    send(administrator, "/rooms", "/rooms", **HOOD)
    stations = administrator.get("/this-station").text
    assert 'value="ward-7-west"' in stations
    assert "NICU" not in stations
    with store.read() as uow:
        site = formulary_in_force(uow).site
    assert (site.name, site.phone, site.demonstration) == ("St. Example", "555-0199", False)
    heights = {row.container.value: row.height.amount_in("in") for row in site.label_stock}
    assert heights == {"bag": 5, "minibag": 3, "syringe": 2}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("name", " "), ("phone", ""), ("zone", "Chicago"), ("zone", "../etc/passwd"), ("zone", ""), ("places", "ward: 7 West"),
     ("places", "desk"), ("places", "hood: Hood 1\ndesk: A"), ("places", "desk: A\ndesk: A"), ("bag_width", "0"),
     ("bag_width", "four"), ("bag_width", "NaN"), ("syringe_height", "99")],
)  # fmt: skip
def test_a_wrong_entry_is_named_and_what_was_typed_stays(administrator, store, field, wrong):
    answer = send(administrator, "/set-up/site", "/set-up/site", **{**THE_SITE, field: wrong})
    assert answer.status_code == 422
    assert ('value="555-0199"' if field != "phone" else 'value="St. Example"') in answer.text
    assert site_now(store).name == ""


def test_the_site_changes_later_with_a_reason(administrator, store):
    send(administrator, "/set-up/site", "/set-up/site", **THE_SITE)
    changed = {**THE_SITE, "phone": "555-0200"}
    assert send(administrator, "/set-up/site", "/set-up/site", **changed).status_code == 422
    assert send(administrator, "/set-up/site", "/set-up/site", **changed, reason="new number").status_code == 303
    assert site_now(store).phone == "555-0200"
    assert site_now(store).places[1] == Place("ward-7-west", "7 West", "ward")


def test_the_same_form_sent_twice_is_done_once(administrator, store):
    token = token_in(administrator.get("/set-up/site").text)
    form = {"csrf_token": token, "key": "once", **THE_SITE}
    assert [administrator.post("/set-up/site", data=form).status_code for _ in range(2)] == [303, 303]
    with store.read() as uow:
        assert len(uow.entries(SITE_RECORD)) == 1


def test_the_demonstration_keeps_its_name_so_that_no_label_loses_its_banner(at_desk, cast_store):
    answer = send(at_desk(NOVAK), "/set-up/site", "/set-up/site", **THE_SITE)
    assert answer.status_code == 409
    assert site_now(cast_store).name == ""
    with cast_store.read() as uow:
        assert formulary_in_force(uow).site.demonstration


def test_nobody_else_describes_the_site(at_desk):
    assert at_desk(ADEYEMI).get("/set-up/site").status_code == 403
    assert send(at_desk(ADEYEMI), "/set-up/site", "/lots", **THE_SITE).status_code == 403


def test_health_and_files_answer_before(new):
    browser = new.test_client()
    assert browser.get("/health/alive").status_code == 200
    assert browser.get("/set-up").status_code == 200
