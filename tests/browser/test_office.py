"""Office pages in a real browser: readable at every width, receive by scan, find by scan, badge by scan, release by two."""

import pytest
from playwright.sync_api import expect

from batch_records.acting import load
from batch_records.people import load_person
from batch_records.person_secrets import badge_hash
from compounding.stock.lot import LOT, Lot, ReceiveLot, lot_record
from formulary.drug_record import Stage
from formulary.loading import DATA
from formulary.repository import drug_record
from tests.browser.conftest import serious
from tests.support.cast import ADEYEMI, DUARTE, MARLOW, NOVAK, OKONJO, Member, do
from tests.support.flow import code_of, dose_now, staged
from tests.support.hospital import Hospital, Screen

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
VIAL = "ceftriaxone_500mg_vial"
LONG = "A-VERY-LONG-LOT-NUMBER-WITH-MORE-LETTERS-THAN-ANY-MAKER-PRINTS"


def received(store, lot: str = "DEMO-7", expires: str = "2027-10-31") -> None:
    do(store, OKONJO, LOT, lot_record(VIAL, lot), ReceiveLot(VIAL, lot, expires, 10, "Room A"))


def lot_now(store, lot: str = "DEMO-7") -> Lot:
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, lot))


def fits(hospital: Hospital, member: Member, *paths: str) -> None:
    """axe finds nothing, and nothing is cut off, at every width."""
    screen: Screen = hospital.at_desk(member, "desk-1", paths[0])
    for path in paths:
        screen.go(path)
        for width, height in SIZES:
            screen.page.set_viewport_size({"width": width, "height": height})
            assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(screen.page) == [], path


def test_the_pages_of_stock_hold_at_every_width(hospital: Hospital):
    number = staged(hospital.store)
    used = next(scan for scan in dose_now(hospital.store, number).scans if scan.lot)
    received(hospital.store, LONG, "2026-04-20")
    fits(hospital, MARLOW, "/lots", "/lots/receive", f"/lots/receive?code={code_of(VIAL, '-')}",
         f"/lots/lot/{used.product}/{used.lot}", f"/lots/lot/{VIAL}/{LONG}")  # fmt: skip


def test_the_pages_of_the_formulary_hold_at_every_width(hospital: Hospital):
    fits(hospital, MARLOW, "/formulary", "/formulary/drug/norepinephrine/1", "/formulary/drug/vincristine/1", "/formulary/upload")


def test_the_pages_about_people_and_rooms_hold_at_every_width(hospital: Hospital):
    fits(hospital, NOVAK, "/people", "/people/new", f"/people/person/{OKONJO.person}", "/people/sessions", "/people/me",
         "/rooms", "/rooms/hood/hood-1", "/set-up", "/set-up/site")  # fmt: skip


def test_the_pages_of_the_records_hold_at_every_width(hospital: Hospital):
    number = staged(hospital.store)
    fits(hospital, ADEYEMI, "/records", "/records/near-misses", f"/records/record/dose-{number}",
         f"/records/entry/1/dose-{number}", "/records/verify")  # fmt: skip


def test_a_lot_is_received_by_scan_and_found_by_scan(hospital: Hospital):
    screen = hospital.at_desk(OKONJO, "store-1", "/lots")
    code = code_of(VIAL, "DEMO-7")
    screen.keys.scan(code)
    expect(screen.page.get_by_role("heading", name="Receive a lot")).to_be_visible()
    expect(screen.page.get_by_text("cefTRIAXone 500 mg vial, powder")).to_be_visible()
    screen.page.get_by_label("How many").fill("12")
    screen.page.get_by_label("Where it is put").fill("Shelf 3")
    screen.page.get_by_label("Why without an order").fill("from another site")
    screen.page.get_by_role("button", name="Receive").click()
    expect(screen.page.get_by_text("Scan the next one")).to_be_visible()
    assert lot_now(hospital.store).on_hand == 12
    screen.go("/lots")
    screen.page.get_by_label("Product, lot, place, code or state").focus()
    screen.keys.scan(code)
    expect(screen.page.get_by_role("heading", name="Lot DEMO-7")).to_be_visible()


def test_a_double_click_receives_once(hospital: Hospital):
    screen = hospital.at_desk(OKONJO, "store-1", f"/lots/receive?code={code_of(VIAL, 'DEMO-7')}")
    screen.page.get_by_label("How many").fill("12")
    screen.page.get_by_label("Where it is put").fill("Shelf 3")
    screen.page.get_by_label("Why without an order").fill("from another site")
    screen.page.get_by_role("button", name="Receive").dblclick()
    expect(screen.page.get_by_text("Scan the next one")).to_be_visible()
    assert lot_now(hospital.store).on_hand == 12


def test_a_badge_is_assigned_by_scan(hospital: Hospital):
    screen = hospital.at_desk(NOVAK, "desk-1", f"/people/person/{OKONJO.person}")
    screen.keys.scan("BADGE-NEW-1")
    screen.page.get_by_role("button", name="Assign this badge").click()
    expect(screen.page.get_by_text("Badge assigned").nth(1)).to_be_visible()
    with hospital.store.read() as uow:
        assert load_person(uow, OKONJO.person).badge == badge_hash(hospital.store, "BADGE-NEW-1")


def test_a_drug_is_loaded_with_faults_mended_and_released_by_two(hospital: Hospital, tmp_path):
    text = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8").replace("\nversion = 1\n", "\nversion = 2\n")
    file = tmp_path / "ceftriaxone.toml"
    file.write_text(text.replace('content = "500 mg"', 'content = "500 mL"'), encoding="utf-8")
    author = hospital.at_desk(ADEYEMI, "desk-1", "/formulary/upload")
    author.page.get_by_label("Data file of the drug").set_input_files(file)
    author.page.get_by_label("Reason of the change").fill("committee")
    author.page.get_by_label("Source", exact=True).fill("committee, 3 Apr 2026")
    author.page.get_by_role("button", name="Load").click()
    expect(author.page.get_by_role("heading", name="What is wrong in ceftriaxone.toml")).to_be_visible()
    file.write_text(text, encoding="utf-8")
    author.page.get_by_label("Data file of the drug").set_input_files(file)
    author.page.get_by_role("button", name="Load").click()
    expect(author.page.get_by_role("heading", name="cefTRIAXone, version 2")).to_be_visible()
    for member, word in ((MARLOW, "first"), (DUARTE, "second")):
        screen = hospital.at_desk(member, "desk-2", "/formulary/drug/ceftriaxone/2")
        screen.page.get_by_label("Why it is released without a replay").fill("nothing but its number changed")
        screen.page.get_by_label("I read every value and its source").check()
        screen.page.get_by_label("Your PIN or password").fill(member.pin)
        screen.page.get_by_role("button", name=f"Release, {word} of two").click()
        expect(screen.page.get_by_text(f"Version released, {member.name}").first).to_be_visible()
    with hospital.store.read() as uow:
        assert drug_record(uow, "ceftriaxone").versions[2].stage is Stage.IN_FORCE


def test_the_verification_says_when_it_has_ended(hospital: Hospital):
    screen = hospital.at_desk(ADEYEMI, "desk-1", "/records/verify")
    screen.page.get_by_role("button", name="Verify now").click()
    expect(screen.page.get_by_text("Nothing was altered")).to_be_visible(timeout=30_000)
