"""Signing on at a hood and at a desk, walking away, handing over, and cookies that were copied."""

import re
from datetime import timedelta

import pytest

from batch_records.acting import perform
from batch_records.acts import Act
from batch_records.people import PERSON, Disable
from tests.support.records import EIGHT
from tests.support.staff import BADGE, OKONJO_PASSWORD, OKONJO_PIN
from tests.support.visiting import send, sign_on_novak, sign_on_okonjo, token_in


def test_badge_and_pin_open_a_session_and_register_the_browser(client):
    assert sign_on_okonjo(client).status_code == 303
    page = client.get("/this-station").text
    assert "Hood 1, IV room A" in page
    assert client.get("/").status_code in {200, 303}


def test_name_and_password_open_a_session(client):
    assert sign_on_novak(client).status_code == 303
    assert client.get("/this-station").status_code == 200


def test_the_badge_alone_opens_nothing(client):
    assert send(client, "/sign-on", way="badge", badge=BADGE, pin="", station="hood-1", next="/").status_code == 403
    assert client.get("/this-station").status_code == 303


def test_a_wrong_pin_brings_the_page_again_without_a_session(client):
    answer = send(client, "/sign-on", way="badge", badge=BADGE, pin="9999", station="hood-1", next="/")
    assert answer.status_code == 403
    assert "Not done." in answer.text
    assert 'data-scan-into="pin"' in answer.text
    assert "9999" not in re.findall(r"\w+", answer.text)
    assert client.get("/this-station").status_code == 303


def test_a_wrong_password_keeps_the_name_that_was_typed_and_never_the_password(client):
    answer = send(
        client, "/sign-on", way="password", name="t.okonjo", password="a wrong long phrase", station="desk-1", next="/"
    )
    assert answer.status_code == 403
    assert 'value="t.okonjo"' in answer.text
    assert "a wrong long phrase" not in answer.text


def test_an_unknown_person_is_answered_like_a_wrong_password(client):
    wrong = [
        send(client, "/sign-on", way="password", name=name, password="a wrong long phrase", station="desk-1", next="/")
        for name in ("t.okonjo", "nobody.here")
    ]
    assert [answer.status_code for answer in wrong] == [403, 403]
    assert all("That is not right" in answer.text for answer in wrong)


def test_five_wrong_pins_lock_out_even_the_right_one(client, clock):
    for _ in range(5):
        send(client, "/sign-on", way="badge", badge=BADGE, pin="9999", station="hood-1", next="/")
    answer = sign_on_okonjo(client)
    assert answer.status_code == 403
    assert "Too many wrong tries" in answer.text
    clock.advance(minutes=16)
    assert sign_on_okonjo(client).status_code == 303


def test_a_browser_that_is_no_station_yet_must_say_where_it_stands(client):
    answer = send(client, "/sign-on", way="badge", badge=BADGE, pin=OKONJO_PIN, next="/")
    assert answer.status_code == 422
    assert "where this screen stands" in answer.text


def test_a_registered_browser_cannot_be_another_station_by_a_field(okonjo):
    send(okonjo, "/sign-off", page="/this-station")
    sign_on_okonjo(okonjo, station="desk-1")
    assert "Hood 1, IV room A" in okonjo.get("/this-station").text


def test_a_forged_station_mark_counts_as_none(client):
    client.set_cookie("station", "Imhvb2QtMSI.forged")
    assert "Where does this screen stand?" in client.get("/sign-on").text


def test_a_cookie_copied_before_sign_off_is_dead_after_it(app, okonjo):
    thief = app.test_client()
    for name in ("sufficit", "station"):
        thief.set_cookie(name, okonjo.get_cookie(name).value)
    assert thief.get("/this-station").status_code == 200
    send(okonjo, "/sign-off", page="/this-station")
    assert thief.get("/this-station").status_code == 303
    assert okonjo.get("/this-station").status_code == 303


def test_a_person_who_is_disabled_is_out_at_the_next_request(okonjo, staff):
    perform(staff.store, PERSON, "person-okonjo", Disable("left"), Act(staff.novak, "desk-1", EIGHT, "off"))
    assert okonjo.get("/this-station").status_code == 303


def test_a_locked_station_shows_and_does_nothing_until_the_secret(okonjo):
    page = okonjo.get("/this-station").text
    token = token_in(page)
    assert (
        send(okonjo, "/lock", page="/this-station", next="/scanner-test").headers["Location"]
        == "/locked?next=/scanner-test"
    )
    assert okonjo.get("/scanner-test").headers["Location"] == "/locked?next=/scanner-test"
    assert okonjo.post("/scanner-test", data={"csrf_token": token, "key": "k", "code": "X"}).status_code == 401
    wrong = send(okonjo, "/locked", page="/locked", secret="9999", next="/scanner-test")
    assert wrong.status_code == 403
    assert "T. Okonjo, CPhT" in wrong.text
    right = send(okonjo, "/locked", page="/locked", secret=OKONJO_PIN, next="/scanner-test")
    assert right.headers["Location"] == "/scanner-test"
    assert okonjo.get("/scanner-test").status_code == 200


def test_a_part_asked_for_by_a_locked_page_loads_the_page_again_instead(okonjo):
    send(okonjo, "/lock", page="/this-station", next="/")
    answer = okonjo.get("/this-station", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Refresh"] == "true"


def test_unlocking_changes_the_cookie_and_kills_the_one_before(app, okonjo):
    copied = okonjo.get_cookie("sufficit").value
    send(okonjo, "/lock", page="/this-station", next="/")
    send(okonjo, "/locked", page="/locked", secret=OKONJO_PASSWORD, next="/")
    thief = app.test_client()
    thief.set_cookie("sufficit", copied)
    assert thief.get("/this-station").status_code == 303
    assert okonjo.get("/this-station").status_code == 200


def test_an_idle_hood_locks_and_the_page_asking_by_itself_does_not_keep_it_open(okonjo, clock):
    for _ in range(8):
        clock.advance(minutes=2)
        okonjo.get("/this-station", headers={"X-Live": "1"})
    assert okonjo.get("/this-station").headers["Location"].startswith("/locked")


def test_work_keeps_a_hood_open(okonjo, clock):
    for _ in range(8):
        clock.advance(minutes=2)
        assert okonjo.get("/this-station").status_code == 200


def test_a_session_ends_after_its_longest_time(okonjo, clock):
    for _ in range(73):
        clock.advance(minutes=10)
        okonjo.get("/this-station")
    assert okonjo.get("/this-station").headers["Location"].startswith("/sign-on")


def test_hand_over_ends_the_first_session_and_goes_on_with_the_step(app, okonjo):
    copied = okonjo.get_cookie("sufficit").value
    assert "Hand over" in okonjo.get("/sign-on?next=/scanner-test").text
    fields = {"way": "password", "name": "a.novak", "password": "a long enough phrase", "next": "/scanner-test"}
    assert send(okonjo, "/sign-on", **fields).headers["Location"] == "/scanner-test"
    thief = app.test_client()
    thief.set_cookie("sufficit", copied)
    assert thief.get("/this-station").status_code == 303
    assert "A. Novak" not in okonjo.get("/locked").text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_the_way_back_never_leaves_the_house(client, wanted):
    assert sign_on_okonjo(client, wanted=wanted).headers["Location"] == "/"


def test_changing_the_station_signs_off(okonjo):
    answer = send(okonjo, "/this-station", page="/this-station", station="desk-1")
    assert answer.headers["Location"] == "/sign-on"
    assert "Check desk" in okonjo.get("/sign-on").text
    assert okonjo.get("/this-station").status_code == 303


def test_an_unknown_station_is_refused_in_words(okonjo):
    answer = send(okonjo, "/this-station", page="/this-station", station="hood-99")
    assert answer.status_code == 422
    assert "one of the list" in answer.text


def test_the_kind_of_station_gives_density_and_idle_time(client):
    sign_on_okonjo(client, station="hood-1")
    page = client.get("/this-station").text
    assert 'data-density="glove"' in page
    assert f'data-idle-seconds="{int(timedelta(minutes=15).total_seconds())}"' in page
