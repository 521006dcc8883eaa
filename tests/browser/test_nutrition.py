"""The nutrition order page in a real browser: begun from yesterday, typed with live totals, nothing lost, placed, reviewed."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious
from tests.support.cast import CASTELL, DUARTE, NOON, OKONJO
from tests.support.flow import accepted_order, described_patient, placed_order
from tests.support.hospital import Hospital, Screen
from tests.support.nutrition_flow import BABY, NUMBER, preterm_order, queued_nutrition
from tests.support.ordering import numbers
from tests.support.visiting import of_patient

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
YESTERDAY = "260413-0150"


def yesterdays(hospital: Hospital) -> None:
    start = (NOON - timedelta(days=1) + timedelta(hours=7)).isoformat()
    order = {**preterm_order(calcium="2 mEq/kg/day", dextrose="7 mg/kg/min"), "start": start}
    placed_order(hospital.store, order, BABY, YESTERDAY)
    accepted_order(hospital.store, YESTERDAY)


def at_form(hospital: Hospital) -> Screen:
    """The prescriber in front of yesterday's order, copied."""
    yesterdays(hospital)
    desk = hospital.at_desk(CASTELL, "desk-2", "/nutrition")
    desk.page.locator("#patient").press_sequentially("samp", delay=15)
    expect(desk.page.locator("#patient-list [data-value]").first).to_be_visible()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.press("Go on")
    desk.page.get_by_role("link", name="Copy yesterday").click()
    desk.sees("changes since 13 Apr")
    return desk


def typed(desk: Screen, row: str, text: str) -> None:
    desk.page.get_by_label(row, exact=True).fill(text)


def test_units_are_fixed_rows_count_at_once_pictures_speak_and_enter_places_nothing(hospital: Hospital):
    desk = at_form(hospital)
    calcium = desk.page.locator("tr", has=desk.page.get_by_label("Calcium, as the ion", exact=True))
    expect(calcium.locator(".field__unit")).to_have_text("mEq/kg/day")
    expect(calcium.locator("input:visible")).to_have_count(1)
    names = [one.get_attribute("aria-label") or "" for one in desk.page.locator(".pics svg.pic").all()]
    assert [name.split()[0] for name in names[:2]] == ["Stacked", "Fictional"]
    assert "peripheral limit 900" in names[2]
    expect(desk.page.locator(".pics")).to_contain_text("FICTIONAL")
    desk.page.get_by_text("More rows").click()
    typed(desk, "Levocarnitine", "10")
    expect(desk.page.locator("#preview")).to_contain_text("Levocarnitine")
    expect(desk.page.locator("#since")).to_contain_text("1 change")
    desk.page.locator("details.working summary", has_text="Show working").click()
    expect(desk.page.locator(".pn__working .working__sum").first).to_be_visible()
    expect(desk.page.locator(".pn__working")).to_contain_text("10 mg/kg/day")
    desk.page.get_by_label("Sodium", exact=True).press("Enter")
    desk.page.wait_for_timeout(200)
    assert "/nutrition/new/" in desk.page.url
    assert numbers(hospital.store) == [YESTERDAY]


def test_nothing_is_lost_on_a_fault_and_the_summary_leads_to_the_row(hospital: Hospital):
    desk = at_form(hospital)
    typed(desk, "Calcium, as the ion", "2,5")
    typed(desk, "Sodium", "4")
    expect(desk.page.locator("#preview")).to_contain_text("without a comma")
    expect(desk.page.locator("#sums")).to_contain_text("Totals stand here")
    desk.press("Place the order")
    summary = desk.page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert serious(desk.page) == []
    summary.get_by_role("link", name=re.compile("^Calcium")).click()
    expect(desk.page.get_by_label("Calcium, as the ion", exact=True)).to_be_focused()
    for row, text in (("Calcium, as the ion", "2,5"), ("Sodium", "4"), ("Amino acids", "3.5")):
        expect(desk.page.get_by_label(row, exact=True)).to_have_value(text)
    assert numbers(hospital.store) == [YESTERDAY]


def test_every_page_holds_at_every_width_and_nothing_serious_is_found(hospital: Hospital):
    yesterdays(hospital)
    placed_order(hospital.store, preterm_order(), BABY, NUMBER)
    desk = hospital.at_desk(DUARTE, "desk-2", "/nutrition")
    begin = of_patient(hospital.store, "/nutrition/new", "DEMO-9903")
    paths = ("/nutrition", begin, f"{begin}?from=yesterday", f"/review/{NUMBER}", f"/orders/{NUMBER}")
    for path in paths:
        desk.go(path)
        for width, height in SIZES:
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
            assert serious(desk.page) == [], (path, width)


def test_tonight_is_shown_to_who_makes_it(hospital: Hospital):
    queued_nutrition(hospital.store)
    described_patient(hospital.store, BABY)
    desk = hospital.at_desk(OKONJO, "desk-2", "/nutrition")
    desk.sees("3 containers, 3 to stage")
    desk.sees("To stage, of each source")
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert serious(desk.page) == []


def test_an_accepted_order_with_long_reasons_holds_at_every_width(hospital: Hospital):
    queued_nutrition(hospital.store)
    desk = hospital.at_desk(DUARTE, "desk-2", f"/review/{NUMBER}")
    for path in (f"/review/{NUMBER}", f"/orders/{NUMBER}"):
        desk.go(path)
        for width, height in SIZES:
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
