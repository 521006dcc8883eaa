"""The NDC directory in a real browser: readable at every width, from the search to a draft that waits for its release."""

import pytest
from playwright.sync_api import expect

from formulary.drug_record import Stage
from formulary.repository import drug_record
from tests.browser.conftest import serious
from tests.support.cast import ADEYEMI
from tests.support.hospital import Hospital
from tests.support.ndc_files import take_in

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
PAGE = "/formulary/directory"
ONE = f"{PAGE}/product/99999-0103_c"


def test_its_pages_hold_at_every_width(hospital: Hospital):
    screen = hospital.at_desk(ADEYEMI, "desk-1", PAGE)
    assert serious(screen.page) == []
    take_in(hospital.store)
    for path in (PAGE, f"{PAGE}?name=inv", f"{PAGE}?ndc=x-", f"{PAGE}/unread", ONE, f"{ONE}/text"):
        screen.go(path)
        for width, height in SIZES:
            screen.page.set_viewport_size({"width": width, "height": height})
            assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(screen.page) == [], path


def test_from_the_search_to_a_draft_by_keyboard_and_mouse(hospital: Hospital):
    take_in(hospital.store)
    screen = hospital.at_desk(ADEYEMI, "desk-1", "/formulary")
    page = screen.page
    page.get_by_role("link", name="NDC directory").click()
    page.get_by_label("NDC", exact=True).fill("9999-0101-01")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Invencef").click()
    page.get_by_label("Package", exact=True).select_option("9999-0101-01")
    page.get_by_label("For a drug that the formulary has").select_option("ceftriaxone")
    page.get_by_role("button", name="Show the text").click()
    text = page.get_by_role("textbox", name="Data file of ceftriaxone")
    page.get_by_label("Reason of the change").fill("stocked from May on")
    page.get_by_label("Source", exact=True).fill("purchase list")
    page.get_by_role("button", name="Load as a draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was loaded")
    expect(page.get_by_role("rowheader", name="products[4].content")).to_be_visible()
    before, _, rest = text.input_value().partition("# Directory:")
    text.fill(before + "[[formulations]]" + rest.partition("[[formulations]]")[2])
    page.get_by_role("button", name="Load as a draft").click()
    expect(page.get_by_text("DRAFT. No order is planned with this version.")).to_be_visible()
    with hospital.store.read() as uow:
        versions = drug_record(uow, "ceftriaxone").versions
    assert {number: found.stage for number, found in versions.items()} == {1: Stage.IN_FORCE, 2: Stage.LOADED}
