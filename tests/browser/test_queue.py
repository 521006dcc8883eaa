"""The wall board in a real browser: live, narrowed without losing the focus, readable from the wall and on a phone."""

from datetime import timedelta

import pytest

from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Discontinue
from compounding.reviewing.record import ORDER
from tests.browser.conftest import serious
from tests.support.cast import CASTELL, MARLOW, NOON, OKONJO, do
from tests.support.flow import ORDER_NUMBER, completed, paired, queued_dose
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser
WALL = {"width": 1920, "height": 1080}


def test_the_board_holds_at_every_width(hospital: Hospital):
    paired(hospital.store)
    do(hospital.store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("oral now"))
    board = hospital.at_desk(MARLOW, "desk-1", "/queue", WALL)
    for width in (390, 1280, 1920):
        board.page.set_viewport_size({"width": width, "height": 1080})
        assert serious(board.page) == [], width
        assert board.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_a_due_time_on_another_day_stays_short_and_the_table_holds(hospital: Hospital):
    queued_dose(hospital.store)
    hospital.clock.now = NOON - timedelta(days=1)
    board = hospital.at_desk(MARLOW, "desk-1", "/queue", WALL)
    for width in (390, 1280, 1920):
        board.page.set_viewport_size({"width": width, "height": 800})
        due = board.page.locator(".q-due").first
        assert due.inner_text().split() == ["14:30", "14", "Apr"]
        assert board.page.locator(".board__table").evaluate("(part) => part.scrollWidth - part.clientWidth") <= 0, width
        if width > 900:
            assert due.bounding_box()["width"] <= width * 0.2


def test_a_dose_that_is_finished_appears_without_loading_the_page(hospital: Hospital):
    number = queued_dose(hospital.store)
    board = hospital.at_desk(OKONJO, "desk-2", "/queue", WALL)
    board.sees("To make")
    board.page.locator("#show-to_check").focus()
    completed(hospital.store, number)
    board.sees("made by T. Okonjo")
    board.sees("Live, updated")
    assert board.page.evaluate("document.activeElement.id") == "show-to_check"


def test_a_counter_narrows_the_list_and_stays_so_while_it_is_live(hospital: Hospital):
    number = queued_dose(hospital.store)
    board = hospital.at_desk(OKONJO, "desk-2", "/queue", WALL)
    board.page.locator("#show-to_check").click()
    board.sees("Nothing in this state now")
    completed(hospital.store, number)
    board.sees("nothing differs from the plan")
    assert board.page.url.endswith("show=to_check")
