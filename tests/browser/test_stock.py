"""Stock in a real browser: an order that comes short, the lot to take first, a count that differs, waste, and the figures."""

import pytest
from playwright.sync_api import expect

from batch_records.acting import load
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from tests.browser.conftest import serious
from tests.support.cast import ADEYEMI, AMARI, DUARTE, MARLOW, OKONJO, do
from tests.support.flow import code_of, queued_dose
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

VIAL, WATER, BAG = "ceftriaxone_500mg_vial", "vial_sterile_water_10", "bag_sodium_chloride_0_9_25"
SIZES = ((390, 844), (1280, 800), (1920, 1080))
PAGES = ("/lots", "/stock/locations", "/stock/locations/Store room", "/stock/orders", "/stock/orders/new", "/stock/reorder",
         "/stock/counts", "/stock/expiry", "/stock/waste")  # fmt: skip


def lot_now(store, lot):
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, lot))


def shelves(store) -> None:
    """Two locations, and a lot of vials that expires late."""
    for name, kind in (("Store room", "store_room"), ("Quarantine", "quarantine")):
        do(store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True))
    for item, lot in ((VIAL, "LATE"), (WATER, "W1"), (BAG, "B1")):
        do(store, OKONJO, LOT, lot_record(item, lot), ReceiveLot(item, lot, "2028-05-31", 10, "Store room", 1250))


def test_from_an_order_to_the_figures_of_waste(hospital: Hospital):
    shelves(hospital.store)
    number = queued_dose(hospital.store)
    buyer = hospital.at_desk(MARLOW, "store-1", "/stock/orders/new")
    buyer.page.get_by_label("Supplier").fill("Wholesaler")
    buyer.page.get_by_label("Product 1").select_option(VIAL)
    buyer.page.get_by_label("How many").nth(0).fill("10")
    buyer.page.get_by_label("Price").nth(0).fill("12.50")
    buyer.page.get_by_role("button", name="Keep the draft").click()
    buyer.page.get_by_role("button", name="It was sent to the supplier").click()
    expect(buyer.page.get_by_text("On order")).to_be_visible()
    order = buyer.page.url
    buyer.keys.scan(code_of(VIAL, "EARLY", "261031"))
    expect(buyer.page.get_by_text("31 Oct 2026")).to_be_visible()
    buyer.page.get_by_label("How many came").fill("8")
    buyer.page.get_by_label("Invoice price").fill("13.10")
    buyer.page.get_by_label("Where it is put").select_option("Store room")
    buyer.page.get_by_role("button", name="Receive", exact=True).click()
    expect(buyer.page.get_by_role("status").get_by_text("0.60 more for one")).to_be_visible()
    buyer.page.get_by_label("Why, where something is short").fill("two are not delivered any more")
    buyer.page.get_by_role("button", name="Close this order").click()
    expect(buyer.page.get_by_text("Short: 8 of 10")).to_be_visible()

    hood = hospital.at_hood(OKONJO, path=f"/station/{number}")
    hood.keys.scan(code_of(BAG, "B1", "280531"))
    expect(hood.page.get_by_text("lot EARLY")).to_be_visible()
    expect(hood.page.get_by_text("expires before lot LATE")).to_be_visible()
    hood.keys.scan(code_of(VIAL, "LATE", "280531"))
    expect(hood.page.get_by_text("lot EARLY expires first")).to_be_visible()
    assert hood.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    assert lot_now(hospital.store, "LATE").on_hand == 9

    counter = hospital.at_desk(AMARI, "store-1", "/stock/counts")
    counter.page.get_by_label("Location").select_option("Store room")
    counter.page.get_by_role("button", name="Begin a count").click()
    for name, counted in (("EARLY", "7"), ("LATE", "9"), ("W1", "10"), ("B1", "9")):
        counter.page.get_by_label(f"Counted of lot {name}").fill(counted)
    counter.page.get_by_role("button", name="Submit the count").click()
    expect(counter.page.get_by_text("1 lot differs")).to_be_visible()
    decider = hospital.at_desk(DUARTE, "desk-1", "/" + counter.page.url.split("/", 3)[3])
    decider.page.get_by_role("button", name="Decide on the variance instead").click()
    decider.page.get_by_label("Why it stands").fill("one broke on the way")
    decider.page.get_by_label("Your PIN or password").fill(DUARTE.pin)
    decider.page.get_by_role("button", name="Approve and adjust").click()
    expect(decider.page.get_by_text("Done")).to_be_visible()
    assert lot_now(hospital.store, "EARLY").on_hand == 7

    buyer.go(f"/lots/lot/{VIAL}/EARLY")
    buyer.page.get_by_text("Waste it").click()
    waste = buyer.page.locator("form", has=buyer.page.get_by_role("button", name="Record the waste"))
    waste.get_by_label("How many").fill("2")
    waste.get_by_label("Cause").select_option("broken")
    waste.get_by_label("Why").fill("dropped")
    waste.get_by_role("button", name="Record the waste").click()
    buyer.go("/stock/waste")
    expect(buyer.page.get_by_text("1,000 mg")).to_be_visible()
    expect(buyer.page.get_by_role("cell", name="26.20")).to_be_visible()

    seen = [address.split("/", 3)[3].join(("/", "")) for address in (order, counter.page.url)]
    for path in (*PAGES, *seen, f"/lots/lot/{VIAL}/EARLY", f"/lots/receive?code={code_of(VIAL, '-')}"):
        buyer.go(path)
        for width, height in SIZES:
            buyer.page.set_viewport_size({"width": width, "height": height})
            assert buyer.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(buyer.page) == [], path
