"""The wall board: late and STAT first, live, narrowed by state, and what must be fetched back."""

from datetime import timedelta

import pytest

from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Clarify, Discontinue, HoldOrder
from compounding.reviewing.record import ORDER
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OKONJO, do
from tests.support.flow import (
    CEFTRIAXONE,
    ORDER_NUMBER,
    TOMAS,
    completed,
    dose_now,
    paired,
    placed_order,
    queued_dose,
    staged,
    started,
)
from tests.support.visiting import sign_on_as

OTHER = {**CEFTRIAXONE, "patient": "DEMO-2093", "dose": "1 g", "volume": "50 mL", "frequency": {"once": True}}


def board(office, member=OKONJO, show=""):
    browser = sign_on_as(office.test_client(), member)
    answer = browser.get(f"/queue?show={show}" if show else "/queue")
    assert answer.status_code == 200
    return answer.text


def test_an_empty_queue_says_so(office):
    assert "Nothing to make, check or fetch now." in board(office)


def test_each_state_says_where_it_is_and_who_has_it(office, cast_store):
    number = queued_dose(cast_store)
    assert "next free hood" in board(office)
    staged(cast_store, number)
    assert "scanned by T. Okonjo, CPhT" in board(office)
    started(cast_store, number)
    page = board(office)
    assert "Hood 1" in page
    assert "step 1 of 3" in page


def test_the_check_says_what_differs(office, cast_store):
    completed(cast_store)
    page = board(office)
    assert "nothing differs from the plan" in page
    assert "made by T. Okonjo, CPhT, 13:09" in page


def test_late_and_stat_come_first(office, cast_store, clock):
    queued_dose(cast_store)
    late = queued_dose(cast_store, {**OTHER, "start": "2026-04-14T17:30:00-04:00", "priority": "stat"}, TOMAS, "260414-0150")
    clock.now = NOON + timedelta(minutes=45)
    page = board(office, MARLOW)
    assert page.index(late) < page.index("260414-0140")
    assert "STAT" in page
    assert "in 45 min" in page
    clock.now = NOON + timedelta(minutes=95)
    assert "5 min late" in board(office)


def test_what_is_too_early_says_when(office, cast_store):
    order = {**OTHER, "drug": "meropenem", "start": "2026-04-14T18:00:00-04:00"}
    queued_dose(cast_store, order, TOMAS, "260414-0150")
    page = board(office)
    assert "Wait" in page
    assert "make after" in page


def test_the_counters_narrow_the_list(office, cast_store):
    number = queued_dose(cast_store)
    completed(cast_store, queued_dose(cast_store, OTHER, TOMAS, "260414-0150"))
    page = board(office, MARLOW, "to_check")
    assert "260414-0150" in page
    assert number not in page
    assert "show all" in page
    assert "queue/rows?show=to_check" in page
    assert "Nothing in this state now." in board(office, MARLOW, "on_hold")


def test_holds_and_questions_stand_in_their_own_group(office, cast_store):
    queued_dose(cast_store)
    do(cast_store, DUARTE, ORDER, order_record(ORDER_NUMBER), HoldOrder("allergy to be asked"))
    placed_order(cast_store, OTHER, TOMAS, "260414-0150")
    do(cast_store, DUARTE, ORDER, order_record("260414-0150"), Clarify("1 g or 2 g?"))
    page = board(office)
    assert "On hold" in page
    assert "Question asked" in page
    assert "1 g or 2 g?" in page
    assert "SPECIMEN, Tomas" in page


def test_what_is_on_hold_when_it_is_due_is_an_alarm(office, cast_store, clock):
    number = queued_dose(cast_store)
    do(cast_store, DUARTE, ORDER, order_record(ORDER_NUMBER), HoldOrder("allergy to be asked"))
    assert 'class="tally__ink"' not in board(office)
    clock.now = dose_now(cast_store, number).due + timedelta(minutes=5)
    page = " ".join(board(office).split())
    assert '<li class="tally__ink"><a href="/queue?show=on_hold"' in page and "5 min late" in page


def test_a_dose_that_is_out_when_its_order_stops_is_fetched_back(office, cast_store):
    paired(cast_store)
    do(cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("switched to oral"))
    page = board(office)
    assert "Fetch back" in page
    assert "on its way" in page


def test_the_board_is_sent_again_only_when_it_changed(office, cast_store):
    number = queued_dose(cast_store)
    browser = sign_on_as(office.test_client(), OKONJO)
    first = browser.get("/queue/rows")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert browser.get("/queue/rows", headers=tag).status_code == 304
    staged(cast_store, number)
    assert browser.get("/queue/rows", headers=tag).status_code == 200


def test_looking_at_the_board_keeps_no_empty_station_open(office, cast_store):
    page = board(office)
    assert 'data-live="/queue/rows"' in page


@pytest.mark.parametrize("member", [OKONJO, MARLOW, HALLORAN])
def test_who_works_with_doses_sees_the_board(office, member):
    assert "Queue" in board(office, member)


def test_the_board_takes_no_orders(office):
    browser = sign_on_as(office.test_client(), OKONJO)
    assert browser.put("/queue").status_code in (400, 405)
    assert sign_on_as(office.test_client(), CASTELL).get("/queue").status_code == 403
