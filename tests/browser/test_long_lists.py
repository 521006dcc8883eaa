"""Thousands of lots in a real browser: paged, live, and nothing that is being typed is lost."""

import pytest

from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.stock.tables import LotRow
from tests.browser.conftest import serious
from tests.support.cast import MARLOW, OKONJO, do
from tests.support.hospital import Hospital
from tests.web.pages.test_long_lists import VIAL, filled, lot_row

pytestmark = pytest.mark.browser


def test_a_long_list_is_paged_stays_live_and_keeps_what_is_typed(hospital: Hospital):
    filled(hospital.store, LotRow, [lot_row(number) for number in range(3_000)])
    desk = hospital.at_desk(MARLOW, "desk-1", "/lots")
    for width, height in ((390, 844), (1280, 800), (1920, 1080)):
        desk.page.set_viewport_size({"width": width, "height": height})
        assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    assert serious(desk.page) == []
    desk.page.get_by_role("link", name="Next page").click()
    desk.sees("51 to 100 of 3,000")
    desk.page.locator("#find").press_sequentially("DEMO-NEW")
    new = ReceiveLot(VIAL, "DEMO-NEW", "2026-05-01", 4, "Room A")
    do(hospital.store, OKONJO, LOT, lot_record(VIAL, "DEMO-NEW"), new)
    desk.sees("51 to 100 of 3,001")
    assert desk.page.locator("#find").input_value() == "DEMO-NEW"
    assert desk.page.evaluate("document.activeElement.id") == "find"
    desk.press("Find")
    desk.sees("Expires soon")
    assert desk.page.locator("#lots tbody tr").count() == 1
