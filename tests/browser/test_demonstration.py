"""The demonstration's scanner to press: it takes the same way as a scan."""

import pytest

from tests.browser.conftest import serious
from tests.support.cast import OKONJO
from tests.support.flow import dose_now, queued_dose

pytestmark = pytest.mark.browser


def test_without_a_scanner_the_containers_are_scanned_by_pressing_their_codes(hospital):
    number = queued_dose(hospital.store)
    hood = hospital.at_hood(OKONJO)
    hood.page.get_by_text("No scanner?").click()
    assert serious(hood.page) == []
    hood.press("Worksheet: cefTRIAXone")
    hood.page.wait_for_url(f"**/station/{number}")
    hood.press("A wrong one")
    hood.page.locator("#halt").wait_for()
    for count in (1, 2, 3):
        hood.page.get_by_role("button", name="Container: ").first.click()
        hood.sees(f"{count} of 3 containers")
    assert not dose_now(hospital.store, number).open_slots
    hood.press("In-process label")
    hood.heading("Step 4")


def test_badges_are_offered_where_nobody_is_signed_on(hospital):
    screen = hospital.screen({"width": 1280, "height": 800})
    screen.go("/sign-on?way=badge")
    screen.page.get_by_text("No scanner?").click()
    screen.press("Badge of T. Okonjo")
    screen.sees("Badge read")
