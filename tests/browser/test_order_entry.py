"""Order entry in a real browser: searched while typing by keys alone, worked out while typing, pressed twice once."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from compounding.reviewing.tables import OrderRow
from tests.browser.conftest import serious
from tests.support.cast import CASTELL, HALLORAN, MARLOW
from tests.support.flow import TOMAS, described_patient
from tests.support.hospital import Hospital, Screen
from tests.support.visiting import of_patient

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1440, 900), (1920, 1080))
KINDS = ("intermittent", "push", "continuous", "large_volume", "chemotherapy", "microdose")


def orders(hospital: Hospital) -> int:
    with hospital.store.read() as uow:
        return int(uow.session.execute(select(func.count()).select_from(OrderRow)).scalar_one())


def at_form(hospital: Hospital, kind: str = "intermittent") -> Screen:
    described_patient(hospital.store, TOMAS)
    return hospital.at_desk(CASTELL, "desk-2", f"/orders/new/{kind}")


def chosen(desk: Screen, field: str, letters: str) -> None:
    """Type some letters, take the first of the list by keys alone."""
    desk.page.locator(f"#{field}").press_sequentially(letters, delay=15)
    expect(desk.page.locator(f"#{field}-list [data-value]").first).to_be_visible()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")


def filled(desk: Screen) -> None:
    """A whole vancomycin order, typed."""
    chosen(desk, "patient", "spec")
    chosen(desk, "drug", "vanc")
    expect(desk.page.locator("#dose-part")).to_contain_text("of vancomycin")
    desk.page.fill("#dose", "15")
    desk.page.select_option("[name=dose_unit]", "mg/kg")
    desk.page.fill("#volume", "250")
    desk.page.fill("#infuse_over", "150")
    desk.page.select_option("#line", "peripheral")


def test_an_order_is_typed_by_keys_and_worked_out_while_typing(hospital):
    desk = at_form(hospital)
    filled(desk)
    expect(desk.page.locator("#patient")).to_have_value("DEMO-2093 · SPECIMEN, Tomas")
    preview = desk.page.locator("#preview")
    for words in ("SPECIMEN, Tomas", "1,250 mg", "sodium chloride 0.9 % 250 mL", "110 mL/h", "Still to say"):
        expect(preview).to_contain_text(words)
    desk.page.fill("#dose", "3")
    expect(preview).to_contain_text("under the usual range")
    expect(desk.page.locator("#dose")).to_be_focused()
    assert orders(hospital) == 0


def test_what_is_typed_while_the_units_arrive_is_kept(hospital):
    desk = at_form(hospital)
    desk.page.fill("#infuse_over", "45")
    chosen(desk, "drug", "vanc")
    desk.page.fill("#dose", "15")
    expect(desk.page.locator("#dose-part")).to_contain_text("of vancomycin")
    expect(desk.page.locator("#dose")).to_have_value("15")
    expect(desk.page.locator("#infuse_over")).to_have_value("45")


def test_pressed_twice_it_is_placed_once_and_shows_its_number(hospital):
    desk = at_form(hospital)
    filled(desk)
    desk.page.select_option("#start_day", "2026-04-14")
    desk.page.fill("#start_time", "18:00")
    desk.page.check("input[name=repeat][value=every]")
    desk.page.fill("#every", "12")
    desk.page.get_by_role("button", name="Place the order").dblclick()
    desk.sees("Placed under number")
    desk.sees("260414-0001")
    assert orders(hospital) == 1


def test_faults_come_to_the_summary_that_leads_to_the_field_and_nothing_is_lost(hospital):
    desk = at_form(hospital)
    filled(desk)
    desk.page.fill("#dose", "1,5")
    desk.press("Place the order")
    summary = desk.page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("without a comma")
    assert serious(desk.page) == []
    summary.get_by_role("link", name=re.compile("^Dose")).click()
    expect(desk.page.locator("#dose")).to_be_focused()
    for field, value in (("#dose", "1,5"), ("#volume", "250"), ("#drug", "vancomycin")):
        expect(desk.page.locator(field)).to_have_value(value)
    assert orders(hospital) == 0


def test_enter_in_a_list_chooses_and_nowhere_places_the_order(hospital):
    desk = at_form(hospital)
    filled(desk)
    desk.page.locator("#volume").press("Enter")
    desk.page.wait_for_timeout(200)
    assert "/orders/new/intermittent" in desk.page.url
    assert orders(hospital) == 0


def test_every_kind_holds_at_every_width(hospital):
    desk = at_form(hospital)
    for kind in KINDS:
        desk.go(f"/orders/new/{kind}?patient={of_patient(hospital.store, '', 'DEMO-2093')[1:]}")
        expect(desk.page.locator("#preview")).to_contain_text("SPECIMEN, Tomas")
        for width, height in SIZES:
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (kind, width)
        assert serious(desk.page) == [], kind
    desk.page.emulate_media(color_scheme="dark")
    assert serious(desk.page) == []


def test_lists_and_forms_of_orders_patients_and_files_hold_at_every_width(hospital):
    described_patient(hospital.store, TOMAS)
    tomas = [of_patient(hospital.store, way, "DEMO-2093") for way in ("/patients/of", "/patients/change")]
    for who, paths in (
        (MARLOW, ("/orders", "/imports", "/review", "/patients")),
        (HALLORAN, (*tomas, "/patients/new")),
    ):
        desk = hospital.at_desk(who, "desk-2", "/patients")
        for path in paths:
            desk.go(path)
            for width, height in SIZES:
                desk.page.set_viewport_size({"width": width, "height": height})
                assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
            assert serious(desk.page) == [], path
