"""Hoods: described, in and out of service with a reason, by lead and administrator."""

import pytest

from batch_records.acting import load
from compounding.rooms import HOOD, Hood, hood_record
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, NOVAK, OKONJO
from tests.support.visiting import send, token_in

NEW = {"hood": "hood-4", "name": "Hood 4", "room": "IV room B", "category": "2", "service": "yes"}
ONE = "/rooms/hood/hood-1"


def hood_now(store, hood="hood-1"):
    with store.read() as uow:
        return load(uow, HOOD, hood_record(hood))


def test_a_new_hood_is_described_and_becomes_a_station(at_desk, cast_store):
    browser = at_desk(NOVAK)
    assert send(browser, "/rooms", "/rooms", **NEW, hazardous="yes").status_code == 303
    assert hood_now(cast_store, "hood-4") == Hood("Hood 4", "IV room B", "2", True, True)
    assert "Hood 4, IV room B" in browser.get("/this-station").text


def test_the_same_form_sent_twice_describes_once(at_desk, cast_store):
    browser = at_desk(NOVAK)
    token = token_in(browser.get("/rooms").text)
    first, second = (browser.post("/rooms", data={"csrf_token": token, "key": "one", **NEW}) for _ in range(2))
    assert first.status_code == 303
    assert second.status_code == 303
    with cast_store.read() as uow:
        assert len(uow.entries(hood_record("hood-4"))) == 1


def test_a_hood_goes_out_of_service_and_back_with_a_reason(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    form = {"name": "Hood 1", "room": "IV room A", "category": "2", "service": "no"}
    assert send(browser, ONE, ONE, **form, reason=" ").status_code == 422
    assert hood_now(cast_store).in_service
    assert send(browser, ONE, ONE, **form, reason="airflow alarm").status_code == 303
    assert not hood_now(cast_store).in_service
    assert "airflow alarm" in browser.get("/rooms").text
    assert send(browser, ONE, ONE, **{**form, "service": "yes"}, reason="repaired, smoke test passed").status_code == 303
    assert hood_now(cast_store).in_service


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("hood", "Hood 4"), ("hood", ""), ("hood", "hood-1"), ("name", " "), ("room", "x" * 61), ("category", "4"),
     ("category", ""), ("service", "maybe")],
)  # fmt: skip
def test_a_wrong_entry_is_named_and_what_was_typed_stays(at_desk, cast_store, field, wrong):
    answer = send(at_desk(NOVAK), "/rooms", "/rooms", **{**NEW, field: wrong})
    assert answer.status_code in (409, 422)
    assert ('value="IV room B"' if field != "room" else 'value="Hood 4"') in answer.text
    assert hood_now(cast_store, "hood-4") == Hood()
    assert hood_now(cast_store) == Hood("Hood 1", "IV room A", "2", False, True)


def test_a_service_field_that_is_missing_is_named(at_desk):
    fields = {name: value for name, value in NEW.items() if name != "service"}
    answer = send(at_desk(NOVAK), "/rooms", "/rooms", **fields)
    assert answer.status_code == 422


def test_pharmacist_and_technician_look_and_change_nothing(at_desk, cast_store):
    for member in (MARLOW, OKONJO):
        browser = at_desk(member)
        assert "Describe a hood" not in browser.get("/rooms").text
        assert send(browser, "/rooms", "/rooms", **NEW).status_code == 403
    assert at_desk(HALLORAN).get("/rooms").status_code == 403
    assert hood_now(cast_store, "hood-4") == Hood()


def test_a_hood_that_nobody_described_has_no_page(at_desk):
    assert at_desk(NOVAK).get("/rooms/hood/hood-9").status_code == 404
