"""A batch in a real browser: proposed, made at the hood, checked, labelled, released, and a unit given to a patient by scan."""

import pytest
from playwright.sync_api import expect

from calculations.printing import show_number
from compounding.batches.numbering import lot_number, unit_code
from compounding.batches.states import BatchStatus, UnitState
from compounding.preparing.states import DoseStatus
from tests.browser.conftest import serious
from tests.support.batches import FOR_TOMAS, SHELF, WAITING, batch_now, located
from tests.support.cast import DUARTE, MARLOW, NOON, OKONJO
from tests.support.flow import TOMAS, code_of, dose_now, queued_dose
from tests.support.hospital import Hospital, Screen
from tests.support.pictures import picture

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))


def looked_at(screen: Screen, name: str) -> None:
    """Nothing beside the screen at three widths, and nothing serious for axe."""
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, width)
    assert serious(screen.page) == [], name
    screen.page.set_viewport_size({"width": 1280, "height": 800})


def test_from_the_proposal_to_a_patient(hospital: Hospital):
    number = queued_dose(hospital.store, FOR_TOMAS, TOMAS)
    located(hospital.store)
    hood = hospital.at_hood(OKONJO, path="/batches")
    hood.page.get_by_role("link", name="New batch").click()
    hood.page.get_by_label("Formulation").select_option("ceftriaxone_minibag_adult")
    hood.press("Go on")
    hood.page.get_by_label("Amount of drug in one unit").fill("1 g")
    hood.page.get_by_label("sodium chloride 0.9 % 50 mL").check()
    hood.press("Work it out")
    hood.sees("0 doses ÷ 28 days")
    looked_at(hood, "new")
    hood.page.get_by_label("Units for patients").fill("2")
    hood.press("Give it a lot number")
    expect(hood.page.get_by_text("Say why so many are made")).to_be_visible()
    hood.page.get_by_label("Why more than proposed").fill("the ward asked for two")
    hood.page.get_by_label("Units for patients").fill("2")
    hood.press("Give it a lot number")
    made = lot_number(1, NOON.date(), 2)
    hood.page.wait_for_url(f"**/batches/batch/{made}")
    _made_at_the_hood(hood, hospital, made)
    desk = hospital.at_desk(MARLOW, "desk-1", f"/batches/batch/{made}")
    _checked_and_released(desk, hood, made)
    assert batch_now(hospital.store, made).status is BatchStatus.RELEASED

    desk.go("/batches")
    looked_at(desk, "list")
    desk.page.get_by_role("link", name=number).click()
    desk.sees("take this one")
    desk.keys.scan(unit_code(made, 1))
    desk.page.get_by_label("Your PIN or password").fill(MARLOW.password)
    looked_at(desk, "assign")
    desk.press("It is right: release it for the patient")
    desk.heading("Print the label")
    dose, unit = dose_now(hospital.store, number), batch_now(hospital.store, made).unit(1)
    assert (dose.status, dose.unit, unit.state) == (DoseStatus.RELEASED, {"lot": made, "serial": "1"}, UnitState.ASSIGNED)
    desk.press("Print copy 1")
    desk.press("Yes, in my hand")
    desk.sees("Unit label, on the container")
    for code in (unit_code(made, 1), f"91{number}C1"):
        desk.keys.scan(code)
    desk.sees("Both labels are on the container")

    other = hospital.at_desk(DUARTE, "desk-2", f"/batches/batch/{made}")
    looked_at(other, "released")


def _made_at_the_hood(hood: Screen, hospital: Hospital, lot: str) -> None:
    looked_at(hood, "planned")
    while batch_now(hospital.store, lot).work.open_slots:
        batch = batch_now(hospital.store, lot)
        seen = len(batch.work.scans)
        hood.keys.scan(code_of(batch.work.drawing.component(batch.work.open_slots[0]).product, "MADE-1"))
        if seen + 1 < len(batch.work.drawing.components):
            hood.sees(f"{seen + 1} of {len(batch.work.drawing.components)} scanned")
        else:
            hood.heading("Start at a hood")
    hood.press("Start here")
    hood.heading("Write what each syringe shows")
    looked_at(hood, "making")
    for step in batch_now(hospital.store, lot).work.drawing.measures:
        field = hood.page.locator(f"#volume_{step.number}")
        assert field.input_value() == ""
        field.fill(show_number(step.volume.amount_in("mL")))
    shot = hood.page.get_by_label("One picture of these syringes")
    shot.set_input_files([{"name": "syringes.jpg", "mimeType": "image/jpeg", "buffer": picture()}])
    hood.press("Record")
    hood.heading("Close, look, count")
    hood.page.get_by_label("Where the units wait").select_option(WAITING)
    hood.page.get_by_label("Your PIN or password").fill(OKONJO.pin)
    hood.press("To the check")
    hood.sees("somebody else checks it")


def _checked_and_released(desk: Screen, hood: Screen, lot: str) -> None:
    desk.go(f"/batches/batch/{lot}")
    desk.sees("What is in the units, from what was recorded")
    looked_at(desk, "check")
    desk.page.get_by_label("Your PIN or password").first.fill(MARLOW.password)
    desk.press("Pass")
    desk.heading("Before the release")
    hood.go(f"/batches/batch/{lot}")
    hood.press("Print 2 labels")
    hood.page.get_by_label("Used, on a unit").fill("1")
    hood.page.get_by_label("Spoiled").fill("0")
    hood.page.get_by_label("Destroyed").fill("0")
    hood.press("Every label is accounted for")
    hood.sees("and 2 were printed")
    hood.page.get_by_label("Used, on a unit").fill("2")
    hood.press("Every label is accounted for")
    hood.sees("Labels accounted for")
    desk.go(f"/batches/batch/{lot}")
    looked_at(desk, "quarantine")
    release = desk.page.locator("form", has=desk.page.get_by_role("button", name="Release the batch"))
    release.get_by_label("Where the units are put").select_option(SHELF)
    release.get_by_label("Your PIN or password").fill(MARLOW.password)
    desk.press("Release the batch")
    desk.heading("Released")
