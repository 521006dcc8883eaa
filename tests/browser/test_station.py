"""The station in a real browser: readable at every width, by scanner alone, without network, without a camera, twice."""

import re

import pytest
from playwright.sync_api import expect

from compounding.preparing.numbering import dose_record
from compounding.preparing.states import DoseStatus
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from tests.browser.conftest import serious
from tests.support.cast import OKONJO, do
from tests.support.flow import code_of, dose_now, prepared, queued_dose, staged, started
from tests.support.hospital import Hospital, Screen
from tests.support.pictures import picture

pytestmark = pytest.mark.browser

VIAL, WATER, BAG, WRONG = "ceftriaxone_500mg_vial", "vial_sterile_water_10", "bag_sodium_chloride_0_9_25", "cefazolin_1000mg_vial"
SIZES = ((390, 844), (1280, 800), (1920, 1080))
NO_CAMERA = "Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined });"


def received(store) -> None:
    """One lot of each container, with its place."""
    for item, place in ((VIAL, "bin B-07"), (WATER, "bin A-02"), (BAG, "bin C-01")):
        lot = f"DEMO-{place[-2:]}"
        do(store, OKONJO, LOT, lot_record(item, lot), ReceiveLot(item, lot, "2027-08-31", 20, place))


def at_dose(hospital: Hospital, number: str, rest: str = "") -> Screen:
    """The technician at hood 1 with this dose in hand."""
    return hospital.at_hood(OKONJO, path=f"/station/{number}{rest}")


def looked_at(screen: Screen) -> None:
    """Nothing serious for axe, nothing cut off, at every width, light and dark; no scrolling at the station's own size."""
    page = screen.page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, scheme)
            if width >= 1280:
                assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0, (width, scheme)
        assert serious(page) == [], scheme
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_the_pages_of_staging_hold_at_every_width(hospital):
    received(hospital.store)
    number = queued_dose(hospital.store)
    hood = hospital.at_hood(OKONJO)
    hood.heading("Scan a worksheet")
    looked_at(hood)
    hood.keys.scan(f"94{number}")
    hood.heading("Scan the bag")
    looked_at(hood)
    hood.keys.scan(code_of(WRONG, "DEMO-Z207", "271130"))
    hood.heading("Stop. Wrong drug.")
    looked_at(hood)
    hood.keys.scan(code_of(VIAL, "-"))
    hood.heading("Which lot is on the")
    looked_at(hood)


def test_the_pages_of_preparing_hold_at_every_width(hospital):
    received(hospital.store)
    number = staged(hospital.store)
    hood = at_dose(hospital, number)
    hood.heading("Start")
    looked_at(hood)
    hood.press("Start")
    hood.heading("Put sterile water")
    looked_at(hood)
    hood.touch("6.4")
    hood.press("Record")
    hood.sees("33.3 % over 4.8")
    looked_at(hood)
    hood.go(f"/station/{number}/problem")
    hood.heading("Stop or problem")
    looked_at(hood)


def test_the_last_pages_hold_at_every_width(hospital):
    number = prepared(hospital.store)
    hood = at_dose(hospital, number)
    hood.heading("Inject into the bag")
    looked_at(hood)
    hood.keys.scan(f"92{number}")
    hood.heading("Send to the check")
    looked_at(hood)


def test_keys_and_decisions_are_big_enough_for_gloves(hospital):
    hood = at_dose(hospital, started(hospital.store))
    sizes = hood.page.evaluate(
        "() => [...document.querySelectorAll('.keys button, .focus__act .btn')]"
        ".map((b) => { const r = b.getBoundingClientRect(); return Math.min(r.width, r.height); })"
    )
    assert len(sizes) == 15
    assert min(sizes) >= 72


def test_a_stop_outlives_a_reload_is_silenced_and_ends_with_the_right_scan(hospital):
    number = queued_dose(hospital.store)
    hood = at_dose(hospital, number)
    hood.keys.scan(code_of(WRONG))
    hood.heading("Stop. Wrong drug.")
    hood.page.reload()
    hood.heading("Stop. Wrong drug.")
    hood.press("Silence")
    assert hood.page.locator(".halt mark").all_inner_texts() == ["FAZ", "TRIAX"]
    hood.keys.scan(code_of(VIAL))
    hood.page.locator(".halt").wait_for(state="detached")
    hood.sees("1 of 3 containers")


def test_a_whole_dose_by_scanner_alone(hospital):
    number = queued_dose(hospital.store)
    hood = hospital.at_hood(OKONJO)
    hood.keys.scan(f"94{number}")
    hood.heading("Scan the bag")
    for item, count in ((WATER, 1), (BAG, 2), (VIAL, 3)):
        hood.keys.scan(code_of(item))
        hood.sees(f"{count} of 3 containers")
    hood.keys.scan(f"92{number}")
    for volume, then in (("4.8", "Draw up"), ("4.6", "Inject")):
        hood.page.locator("#vol").wait_for()
        for key in volume:
            hood.keys.scan("KEY POINT" if key == "." else f"KEY {key}")
        hood.keys.scan("KEY RECORD")
        hood.heading(then)
    hood.keys.scan(f"92{number}")
    hood.heading("Send to the check")
    for key in OKONJO.pin:
        hood.keys.scan(f"KEY {key}")
    hood.keys.scan("KEY RECORD")
    hood.sees("is at the check")
    assert dose_now(hospital.store, number).status is DoseStatus.AWAITING_FINAL_CHECK


def test_a_scan_without_network_is_kept_said_so_and_saved_once(hospital):
    number = queued_dose(hospital.store)
    hood = at_dose(hospital, number)
    hood.context.set_offline(True)
    hood.keys.scan(code_of(BAG))
    hood.sees("1 scan kept here, not saved yet")
    hood.heading("Scan the bag")
    assert dose_now(hospital.store, number).scans == ()
    hood.context.set_offline(False)
    hood.sees("1 of 3 containers")
    with hospital.store.read() as uow:
        assert [e.kind for e in uow.entries(dose_record(number))].count("scan_container") == 1


def test_record_pressed_twice_records_once_and_typed_digits_outlive_a_scan(hospital):
    number = started(hospital.store)
    hood = at_dose(hospital, number)
    hood.touch("4.")
    hood.keys.scan(code_of(WATER))
    hood.sees("Refused")
    assert hood.page.locator("#vol").input_value() == "4."
    hood.touch("8")
    hood.page.get_by_role("button", name="Record").dblclick()
    hood.heading("Draw up")
    assert hood.page.locator("#vol").input_value() == ""
    assert len(dose_now(hospital.store, number).records) == 1


def test_enter_records_nothing(hospital):
    number = started(hospital.store)
    hood = at_dose(hospital, number)
    hood.page.locator("#vol").fill("4.8")
    for place in (hood.page.locator("#vol"), hood.page.get_by_role("button", name="Record")):
        place.focus()
        hood.keys.enter()
    hood.page.reload()
    hood.heading("Put sterile water")
    assert dose_now(hospital.store, number).records == ()


def test_without_a_camera_the_page_says_so_and_takes_the_picture_another_way(hospital):
    number = started(hospital.store)
    hood = hospital.at_hood(OKONJO)
    hood.page.add_init_script(NO_CAMERA)
    hood.go(f"/station/{number}")
    hood.sees("No camera here.")
    hood.touch("4.8")
    hood.press("Record")
    hood.sees("Not done.")
    assert hood.page.locator("#vol").input_value() == "4.8"
    hood.page.locator("input[type=file]").set_input_files(
        files=[{"name": "syringe.jpg", "mimeType": "image/jpeg", "buffer": picture()}]
    )
    hood.press("Record")
    hood.heading("Draw up")
    assert dose_now(hospital.store, number).records[0].picture


def test_two_tabs_show_the_same_and_the_late_one_is_told(hospital):
    number = started(hospital.store)
    first = at_dose(hospital, number)
    second = first.context.new_page()
    second.goto(f"{first.address}/station/{number}")
    first.touch("4.8")
    first.press("Record")
    first.heading("Draw up")
    for key in "4.8":
        second.locator(f"[data-key='{key}']").click()
    second.get_by_role("button", name="Record").click()
    second.get_by_text(re.compile("not the one in focus")).wait_for()
    expect(second.get_by_role("heading", name="Draw up")).to_be_visible()
    assert len(dose_now(hospital.store, number).records) == 1


def test_a_locked_station_comes_back_to_the_same_step(hospital):
    number = started(hospital.store)
    hood = at_dose(hospital, number)
    hood.press("Lock")
    hood.heading("Locked")
    hood.touch(OKONJO.pin)
    hood.press("Unlock")
    hood.heading("Put sterile water")
