"""A narcotic discrepancy in a real browser: received, made, wasted before a witness, counted blind, and closed by two others."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from batch_records.acting import load
from compounding.preparing.actions import TakeApart
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.lot import LOT, lot_record
from tests.browser.conftest import serious
from tests.support.cast import ADEYEMI, AMARI, DUARTE, MARLOW, OKONJO, do
from tests.support.controlled import LOT_NUMBER, PLACE, VIAL, code_of_vial, staged_vials
from tests.support.flow import completed
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
LOOK = os.environ.get("LOOK_AT_PAGES", "")


def on_hand(store):
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, LOT_NUMBER)).on_hand


def path_of(browser):
    return "/" + browser.page.url.split("/", 3)[3]


def test_from_a_receipt_to_a_closed_discrepancy(hospital: Hospital):
    store = hospital.store
    hood = hospital.at_desk(OKONJO, "store-1", f"/lots/receive?code={code_of_vial()}")
    hood.page.get_by_label("How many").fill("10")
    hood.page.get_by_label("Where it is put").fill(PLACE)
    hood.page.get_by_label("Why without an order").fill("loan")
    hood.page.get_by_role("button", name="Receive", exact=True).click()
    expect(hood.page.get_by_text("Received:")).to_be_visible()
    number = completed(store, staged_vials(store))
    assert on_hand(store) == 8

    hood.go(f"/controlled/dose/{number}")
    expect(hood.page.get_by_text("20 mL − 10 mL drawn = 10 mL")).to_be_visible()
    hood.page.get_by_label("Your PIN or password").fill(OKONJO.pin)
    hood.page.get_by_role("button", name="Show it to the witness").click()
    expect(hood.page.get_by_text("10 mL (500 mcg)").first).to_be_visible()
    waste = path_of(hood)
    hood.page.get_by_label("You are").select_option(AMARI.person)
    hood.page.get_by_label("Your own PIN or password").fill(AMARI.pin)
    hood.page.get_by_role("button", name="I saw it wasted").click()
    expect(hood.page.get_by_text("Witnessed", exact=True)).to_be_visible()

    hood.go("/controlled")
    hood.page.get_by_role("link", name="Count it", exact=True).click()
    hood.page.get_by_role("button", name="Count it blind").click()
    count = path_of(hood)
    for member in (OKONJO, AMARI):
        expect(hood.page.get_by_text("expected counts are not shown")).to_be_visible()
        hood.page.get_by_label("Counted of").fill("7")
        hood.page.get_by_label("Counted by").select_option(member.person)
        hood.page.get_by_label("Own PIN or password").fill(member.pin)
        hood.page.get_by_role("button", name="Sign the count").click()
    hood.page.get_by_role("link", name="open the discrepancy").click()
    expect(hood.page.get_by_text("Somebody else closes the case")).to_be_visible()
    case = path_of(hood)

    first = hospital.at_desk(MARLOW, "desk-1", case)
    first.page.get_by_label("Outcome").select_option("broken")
    first.page.get_by_label("How you know").fill("found broken behind the drawer")
    first.page.get_by_label("Your PIN or password").fill(MARLOW.pin)
    first.page.get_by_role("button", name="Sign the answer").click()
    expect(first.page.get_by_text("Second person to confirm")).to_be_visible()
    assert on_hand(store) == 8
    second = hospital.at_desk(DUARTE, "desk-2", case)
    second.page.get_by_label("Your PIN or password").fill(DUARTE.pin)
    second.page.get_by_role("button", name="Confirm and close").click()
    expect(second.page.get_by_text("Closed", exact=True)).to_be_visible()
    assert on_hand(store) == 7

    other = staged_vials(store, "260414-0177")
    do(store, AMARI, DOSE, dose_record(other), TakeApart("another hood"), station="hood-2")
    hood.go("/controlled")
    row = hood.page.get_by_role("row").filter(has_text="In hand at Hood 1, IV room A")
    expect(row.get_by_text("L. Amari, CPhT")).to_be_visible()
    row.get_by_role("link").click()
    back = path_of(hood)
    hood.page.get_by_label("How many you put back").fill("2")
    hood.page.get_by_label("Your PIN or password").fill(OKONJO.pin)
    hood.page.get_by_role("button", name="Show it to the second person").click()
    expect(hood.page.get_by_text("IV room A: 5 + 2 = 7")).to_be_visible()
    moved = path_of(hood)
    hood.go("/controlled/shift")
    expect(hood.page.get_by_text("waits for the second person")).to_be_visible()
    hood.go(moved)
    hood.page.get_by_label("You are").select_option(AMARI.person)
    hood.page.get_by_label("Your own PIN or password").fill(AMARI.pin)
    hood.page.get_by_role("button", name="I counted it too").click()
    expect(hood.page.get_by_text("Done by two", exact=True)).to_be_visible()
    assert on_hand(store) == 7

    lead = hospital.at_desk(ADEYEMI, "desk-1", "/controlled/persons")
    pages = (
        "/controlled", f"/controlled/register/{VIAL}?location={PLACE}", f"/controlled/dose/{number}", waste,
        "/controlled/counts", count, "/controlled/discrepancies", case,
        f"/controlled/waste?product={VIAL}&lot={LOT_NUMBER}", f"/controlled/two/lot?product={VIAL}&lot={LOT_NUMBER}", moved,
        "/controlled/shift", back,
    )  # fmt: skip
    for index, path in enumerate(pages):
        lead.go(path)
        for width, height in SIZES:
            lead.page.set_viewport_size({"width": width, "height": height})
            if LOOK:
                lead.page.screenshot(path=str(Path(LOOK) / f"{index:02d}-{width}.png"), full_page=True)
            assert lead.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(lead.page) == [], path
