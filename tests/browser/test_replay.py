"""A limit is changed, replayed over past orders before its release, and released by two: in a real browser."""

import pytest
from playwright.sync_api import expect

from formulary.drug_record import Stage
from formulary.repository import drug_record
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, IBARRA, MARLOW
from tests.support.flow import ORDER_NUMBER, queued_dose
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

DRUG = "/formulary/drug/ceftriaxone"
SIZES = ((390, 844), (1280, 800), (1920, 1080))


def test_a_limit_is_changed_replayed_over_past_orders_and_released_by_two(hospital: Hospital):
    queued_dose(hospital.store)
    author = hospital.at_desk(MARLOW, "desk-1", f"{DRUG}/1/edit")
    page = author.page
    row = page.locator("details").filter(has_text="50 mg/kg/day").first
    row.locator("summary").click()
    for label, number in (("Usual minimum", "20"), ("Usual maximum", "40"), ("Maximum", "45")):
        row.get_by_label(label, exact=True).fill(number)
    page.get_by_label("Reason of the change").fill("lower for a trial")
    page.get_by_label("Source", exact=True).last.fill("committee, 3 Apr 2026")
    author.press("Save as version 2")
    page.get_by_role("link", name="Replay over past orders").click()
    expect(page.get_by_role("heading", name="1 order of 1 would have fared otherwise")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert serious(page) == [], width
    page.get_by_role("link", name=ORDER_NUMBER).first.click()
    expect(page.get_by_text(ORDER_NUMBER).first).to_be_visible()
    for member, word in ((DUARTE, "first"), (IBARRA, "second")):
        screen = hospital.at_desk(member, "desk-2", f"{DRUG}/2/replay")
        if word == "first":
            screen.press("I looked at it: keep it with version 2")
        else:
            screen.page.get_by_role("link", name="Version 2").click()
        expect(screen.page.locator("#release")).to_contain_text("1 order judged: 1 newly stopped")
        screen.page.get_by_label("I read every value and its source").check()
        screen.page.get_by_label("Your PIN or password").fill(member.pin)
        screen.press(f"Release, {word} of two")
        expect(screen.page.get_by_text(f"{word.capitalize()} release").first).to_be_visible()
    with hospital.store.read() as uow:
        assert drug_record(uow, "ceftriaxone").versions[2].stage is Stage.IN_FORCE
