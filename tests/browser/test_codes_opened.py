"""Unknown codes and opened containers in a real browser: raised by scan, linked and confirmed by two, kept and found by scan."""

import re

import pytest

from batch_records.acting import load
from compounding.stock.code_links import CODE_LINK, code_link_record
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import container_number, opened_record
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, HALLORAN, MARLOW, OKONJO
from tests.support.flow import completed, queued_dose
from tests.support.hospital import Hospital, Screen
from tests.support.wedge import GS

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
STRANGE = f"]d2010039999999001117271031{'10'}LOT-9{GS}21SER0001"
KEY = "gtin-00399999990011"
SAYS = "ceftriaxone 500 mg vial, another maker"
VIAL = "ceftriaxone_500mg_vial"


def holds(screen: Screen, *paths: str) -> None:
    """axe finds nothing, and nothing is cut off, at every width."""
    for path in paths:
        screen.go(path)
        for width, height in SIZES:
            screen.page.set_viewport_size({"width": width, "height": height})
            assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(screen.page) == [], path
        screen.page.set_viewport_size({"width": 1280, "height": 800})


def code_now(hospital: Hospital):
    with hospital.store.read() as uow:
        return load(uow, CODE_LINK, code_link_record(KEY)), uow.entries(code_link_record(KEY))


def opened_now(hospital: Hospital, dose: str):
    record = opened_record(container_number(dose, "drug-1"))
    with hospital.store.read() as uow:
        return load(uow, OPENED, record), uow.entries(record)


def refused(screen: Screen, path: str) -> None:
    """The page is not for this person, and says so."""
    assert screen.page.goto(screen.address + path).status == 403
    screen.sees("This is not yours to do")


def test_a_code_is_raised_by_scan_linked_and_confirmed_by_another(hospital: Hospital):
    hood = hospital.at_hood(OKONJO, path="/codes")
    hood.page.locator("#says").focus()
    hood.keys.scan(STRANGE)
    assert hood.page.locator("#code").input_value() == STRANGE
    assert hood.page.locator("#says").input_value() == "", "a scan never types into another field"
    hood.keys.type(SAYS)
    hood.page.get_by_role("button", name="Raise it").dblclick()
    hood.heading("GTIN 00399999990011")
    assert hood.page.get_by_role("button", name="Link it").count() == 0
    holds(hood, "/codes", f"/codes/{KEY}")
    marlow = hospital.at_desk(MARLOW, "desk-1", f"/codes/{KEY}")
    marlow.page.select_option("#item", VIAL)
    marlow.page.fill("#evidence", "label and the maker's list")
    marlow.press("Link it")
    marlow.sees("another pharmacist confirms it")
    holds(marlow, f"/codes/{KEY}")
    duarte = hospital.at_desk(DUARTE, "desk-2", f"/codes/{KEY}")
    duarte.page.fill("#secret", DUARTE.password)
    duarte.page.keyboard.press("Enter")
    assert code_now(hospital)[0].status == "linked", "Enter confirms nothing"
    holds(duarte, f"/codes/{KEY}")
    duarte.page.fill("#secret", DUARTE.password)
    duarte.page.get_by_role("button", name="Confirm: the same product").dblclick()
    duarte.sees("It can be scanned")
    state, entries = code_now(hospital)
    assert state.status == "confirmed"
    assert [entry.kind for entry in entries] == ["code_raised", "code_linked", "code_link_confirmed"]


def test_a_code_without_words_is_refused_and_the_scan_stays(hospital: Hospital):
    hood = hospital.at_hood(OKONJO, path="/codes")
    hood.keys.scan(STRANGE)
    hood.press("Raise it")
    hood.sees("Say what the label says")
    assert hood.page.locator("[name=code]").input_value() == STRANGE


def test_a_nurse_sees_neither_codes_nor_opened_containers(hospital: Hospital):
    nurse = hospital.on_phone(HALLORAN, "/ward")
    for path in ("/codes", "/opened"):
        refused(nurse, path)


def test_a_rest_is_kept_found_by_scan_and_thrown_away(hospital: Hospital):
    dose = completed(hospital.store)
    hood = hospital.at_hood(OKONJO, path=f"/opened/keep/{dose}")
    holds(hood, "/opened", f"/opened/keep/{dose}")
    vial = hood.page.locator("section", has_text="cefTRIAXone 500 mg vial").get_by_role("button", name="Keep it")
    vial.click()
    assert hood.page.locator("#place-drug-1").evaluate("(field) => field.matches(':invalid')")
    hood.page.get_by_label(re.compile("room temperature")).first.check()
    hood.page.locator("#place-drug-1").fill("hood 1 shelf")
    vial.dblclick()
    hood.page.get_by_role("heading", name="Opened container").wait_for()
    state, entries = opened_now(hospital, dose)
    assert [entry.kind for entry in entries].count("refused") == 0
    assert len(entries) == 1
    hood.go("/opened")
    hood.keys.scan(f"96{state.number}")
    hood.heading(f"Opened container {state.number}")
    holds(hood, "/opened", f"/opened/container/{state.number}")
    hood.page.fill("#reason", "end of shift")
    hood.page.fill("#stream", "pharmaceutical waste")
    hood.page.get_by_role("button", name="Thrown away").dblclick()
    hood.page.get_by_role("button", name="Thrown away").wait_for(state="detached")
    state, entries = opened_now(hospital, dose)
    assert (state.state, len(entries)) == ("discarded", 2)


def test_another_label_on_the_list_of_opened_containers_is_told(hospital: Hospital):
    hood = hospital.at_hood(OKONJO, path="/opened")
    hood.keys.scan(f"91{queued_dose(hospital.store)}")
    hood.sees("not the label of an opened container")
