"""The check desk in a real browser: readable at every width, Enter never passes, scans pair the labels."""

import re

import pytest

from compounding.preparing.states import DoseStatus as S
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, MARLOW, OKONJO
from tests.support.check_desk import two_checks
from tests.support.flow import completed, dose_now, released
from tests.support.hospital import Hospital, shown

pytestmark = pytest.mark.browser
WIDTHS = (390, 1280, 1920)


def fits(screen, *paths: str) -> None:
    """axe finds nothing, and nothing is cut off, at every width."""
    for width in WIDTHS:
        screen.page.set_viewport_size({"width": width, "height": 1080})
        for path in paths:
            screen.go(path)
            assert serious(screen.page) == [], (path, width)
            assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)


def test_the_check_page_and_its_list_hold_at_every_width(hospital: Hospital):
    number = completed(hospital.store)
    fits(hospital.at_desk(MARLOW, "desk-1", "/check"), "/check", f"/check/{number}")


def test_the_second_check_and_the_labels_hold_at_every_width(hospital: Hospital):
    number, label = two_checks(hospital.store), released(hospital.store)
    first = hospital.at_desk(MARLOW, "desk-1", f"/check/{number}")
    first.page.locator("#secret").fill(MARLOW.password)
    first.press("Pass, first check")
    first.heading("Another pharmacist checks this alone")
    fits(hospital.at_desk(DUARTE, "desk-1", "/labels"), f"/check/{number}", "/labels", f"/labels/{label}")


def test_all_that_decides_fits_a_wide_screen_without_a_scroll(hospital: Hospital):
    number = completed(hospital.store)
    desk = hospital.at_desk(MARLOW, "desk-1", f"/check/{number}", {"width": 1920, "height": 1080})
    assert desk.page.evaluate("document.documentElement.scrollHeight") <= 1080


def test_enter_never_passes(hospital: Hospital):
    number = completed(hospital.store)
    desk = hospital.at_desk(MARLOW, "desk-1", f"/check/{number}")
    desk.page.locator("#secret").fill(MARLOW.password)
    desk.page.locator("#secret").press("Enter")
    desk.keys.enter()
    desk.go(f"/check/{number}")
    desk.heading("Your decision on this one preparation")
    assert dose_now(hospital.store, number).status is S.AWAITING_FINAL_CHECK


def test_a_scan_while_the_password_is_typed_opens_the_other_dose_and_signs_nothing(hospital: Hospital):
    number = completed(hospital.store)
    desk = hospital.at_desk(MARLOW, "desk-1", "/check")
    desk.keys.scan(f"94{number}")
    desk.heading("Your decision on this one preparation")
    assert dose_now(hospital.store, number).status is S.AWAITING_FINAL_CHECK


def test_pass_print_and_pair_with_the_scanner(hospital: Hospital):
    number = completed(hospital.store)
    desk = hospital.at_desk(MARLOW, "desk-1", f"/check/{number}")
    desk.page.locator("#secret").fill(MARLOW.password)
    desk.press("Pass, print label")
    desk.heading("Label in hand")
    desk.press("Yes, in my hand")
    desk.heading("Scan both labels")
    shown(desk.page)
    desk.keys.scan(f"]d292{number}")
    desk.page.locator(".pairing .scan--ok").wait_for()
    desk.keys.scan(f"]d291{number}C1")
    desk.heading("Paired")
    assert dose_now(hospital.store, number).status is S.DISPENSED


def test_reject_asks_for_the_reason_and_gives_the_focus_back(hospital: Hospital):
    number = completed(hospital.store)
    desk = hospital.at_desk(MARLOW, "desk-1", f"/check/{number}")
    desk.press("Reject")
    desk.page.get_by_label("What is wrong").select_option("look")
    desk.page.keyboard.press("Escape")
    assert desk.page.evaluate("document.activeElement.textContent").strip().startswith("Reject")
    desk.press("Reject")
    desk.page.get_by_label("What is wrong").select_option("look")
    desk.page.locator("#secret-reject").fill(MARLOW.password)
    desk.page.locator("#reject").get_by_role("button", name="Reject").click()
    desk.heading("Rejected")
    desk.press("Make a new one")
    desk.sees("Made anew as")


def test_a_technician_pairs_what_a_pharmacist_released(hospital: Hospital):
    number = released(hospital.store)
    desk = hospital.at_desk(OKONJO, "desk-2", f"/labels/{number}")
    desk.press("Print copy 1")
    desk.heading("Label in hand")
    opens = desk.page.locator("form[target=_blank]")  # a tab of its own, and once
    assert opens.get_by_role("button", name=re.compile("Open the label")).is_visible()
