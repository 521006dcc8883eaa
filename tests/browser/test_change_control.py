"""A limit changed in a real browser: compared while typing, released by two, in force later; the pages at every width."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from formulary.drug_record import Stage
from formulary.repository import drug_record, formulary_at
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, IBARRA, MARLOW, NOON
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

DRUG = "/formulary/drug/ceftriaxone"
SIZES = ((390, 844), (1280, 800), (1920, 1080))
PAGES = (
    f"{DRUG}/1/edit", f"{DRUG}/1/text", "/formulary/import", "/formulary/house", "/formulary/house/rules/0",
    "/formulary/house/supplies/0", "/formulary/house/beyond_use/0/edit",
)  # fmt: skip


def holds(screen, path: str) -> None:
    """Nothing runs out of the page at any width, and no rule of accessibility is broken seriously."""
    screen.page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true })")
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(screen.page) == [], (path, width)


def test_the_pages_of_change_control_hold_at_every_width(hospital: Hospital):
    screen = hospital.at_desk(MARLOW, "desk-1", PAGES[0])
    for path in PAGES:
        screen.go(path)
        holds(screen, path)


def adds_a_limit_by_keyboard(page) -> None:
    """A new row is opened, filled and told in the difference without a mouse."""
    more = page.get_by_role("button", name="Add a row to: Limits")
    more.focus()
    page.keyboard.press("Enter")
    first = page.locator("[id='limits.new1.id']")
    expect(first).to_be_focused()
    expect(page.locator(".htmx-added")).to_have_count(0)  # until it has settled the new row takes the focus once more
    page.keyboard.press("Tab")
    expect(page.locator("[id='limits.new1.kind']")).to_be_focused()
    chosen = {"kind": "rate", "purpose": "any", "population": "adult", "line": "any", "unit": "mg/min"}
    for field, value in chosen.items():
        page.locator(f"[id='limits.new1.{field}']").select_option(value)
    page.locator("[id='limits.new1.hard_max']").fill("33")
    page.locator("[id='limits.new1.source']").select_option("label_high")
    expect(page.locator("#look")).to_contain_text("Limits, added: Adult, rate")
    expect(page.get_by_role("button", name="Add a row to: Limits")).to_be_visible()
    assert serious(page) == []


def test_a_limit_is_edited_compared_released_by_two_and_in_force_later(hospital: Hospital):
    author = hospital.at_desk(IBARRA, "desk-1", f"{DRUG}/1")
    page = author.page
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_text("Adult, daily dose (mg/day)").first.click()
    limit = page.locator("[id='limits.0.hard_max']")
    limit.fill("30OO")
    look = page.locator("#look")
    expect(look).to_contain_text("Not ready to save")
    limit.fill("3000")
    expect(look).to_contain_text("Adult maximum daily dose: 4,000 mg/day → 3,000 mg/day")
    adds_a_limit_by_keyboard(page)
    page.get_by_label("Reason of the change").fill("The committee lowered the maximum")
    page.get_by_label("Source", exact=True).last.fill("Committee, 3 Apr 2026")
    author.press("Save as version 2")
    expect(page.get_by_text("DRAFT. No order is planned with this version.")).to_be_visible()
    table = page.get_by_role("table", name="Changes: Limits")
    expect(table).to_contain_text("4,000 mg/day")
    expect(table).to_contain_text("3,000 mg/day")
    expect(table).to_contain_text("Changed")
    expect(table).to_contain_text("Adult, rate")
    expect(page.get_by_text("You loaded this version. Two other pharmacists release it.")).to_be_visible()
    holds(author, "draft")
    for member, word in ((MARLOW, "first"), (DUARTE, "second")):
        screen = hospital.at_desk(member, "desk-2", f"{DRUG}/2")
        if word == "second":
            screen.page.get_by_label("Day", exact=True).fill("2026-04-20")
            screen.page.get_by_label("Time", exact=True).fill("06:00")
        screen.page.get_by_label("Why it is released without a replay").fill("no order was ever accepted")
        screen.page.get_by_label("I read every value and its source").check()
        screen.page.get_by_label("Your PIN or password").fill(member.pin)
        screen.press(f"Release, {word} of two")
    expect(screen.page.get_by_text("Orders are planned with it from 20 Apr 2026, 06:00 on.")).to_be_visible()
    with hospital.store.read() as uow:
        stages = {number: row.stage for number, row in drug_record(uow, "ceftriaxone").versions.items()}
        found = [formulary_at(uow, NOON + timedelta(days=days)).drug("ceftriaxone").version for days in (0, 5, 6)]
    assert stages == {1: Stage.IN_FORCE, 2: Stage.SCHEDULED}
    assert found == [1, 1, 2]
