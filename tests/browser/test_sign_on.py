"""Signing on with gloves: badge by scanner, PIN by touch; lock and hand-over keep the step."""

import pytest

from tests.browser.conftest import serious
from tests.support.staff import BADGE, OKONJO_PIN

pytestmark = pytest.mark.browser


def sign_on(page, keys, live, wanted="/this-station"):
    """Scan the badge, touch the PIN, press Sign on."""
    page.goto(f"{live}/sign-on?way=badge&next={wanted}")
    page.wait_for_function("document.getElementById('main').tabIndex === -1")
    if page.locator("#station").count():
        page.select_option("#station", "hood-1")
    keys.scan(BADGE)
    page.get_by_text("Badge read").wait_for()
    touch(page, OKONJO_PIN)
    page.get_by_role("button", name="Sign on").click()


def touch(page, digits):
    """Press keys on the screen."""
    for digit in digits:
        page.locator(f"[data-key='{digit}']").click()


def test_badge_and_pin_sign_on_and_the_station_is_remembered(page, keys, live):
    sign_on(page, keys, live)
    page.get_by_role("heading", name="Where does this screen stand?").wait_for()
    assert page.locator("body").get_attribute("data-density") == "glove"
    page.goto(f"{live}/sign-on")
    page.get_by_role("heading", name="Hand over").wait_for()
    assert page.locator("#station").count() == 0
    assert serious(page) == []


def test_sign_on_stays_closed_until_badge_and_pin_are_there(page, keys, live):
    page.goto(f"{live}/sign-on?way=badge")
    page.wait_for_function("document.getElementById('main').tabIndex === -1")
    button = page.get_by_role("button", name="Sign on")
    touch(page, "48")
    assert button.get_attribute("aria-disabled") == "true"
    keys.scan(BADGE)
    page.get_by_text("Badge read").wait_for()
    assert button.get_attribute("aria-disabled") is None
    assert page.locator("#pin").input_value() == "48"


def test_lock_shows_no_step_and_the_pin_brings_it_back(page, keys, live):
    sign_on(page, keys, live, wanted="/components/station")
    page.get_by_role("heading", name="Draw up cefTRIAXone").wait_for()
    page.get_by_role("button", name="Lock").click()
    page.get_by_role("heading", name="Locked").wait_for()
    assert "EXAMPLE" not in page.locator("body").inner_text()
    assert serious(page) == []
    touch(page, OKONJO_PIN)
    page.get_by_role("button", name="Unlock").click()
    page.get_by_role("heading", name="Draw up cefTRIAXone").wait_for()


def test_a_station_left_alone_locks_itself(page, keys, live):
    sign_on(page, keys, live, wanted="/components/station")
    page.get_by_role("heading", name="Draw up cefTRIAXone").wait_for()
    page.evaluate("document.body.dataset.idleSeconds = '1'")
    page.get_by_role("heading", name="Locked").wait_for()


def test_the_scanner_test_says_whether_fnc1_arrives(page, keys, live):
    sign_on(page, keys, live, wanted="/scanner-test")
    page.get_by_role("heading", name="Scan the sample code").wait_for()
    keys.scan("]d2010039999901011517280531" + "10ABC123\u001d21SER0001")
    page.get_by_text("FNC1 arrives.").wait_for()
    page.get_by_text("The sample code arrives unchanged.").wait_for()
    keys.scan("01003999990101151728053110ABC12321SER0001")
    page.get_by_text("FNC1 does not arrive").wait_for()
    assert serious(page) == []
