"""Stock pages at their edges: an order in parts, a lot spelled in two ways, a satellite, midnight, and a month without a day."""

from datetime import UTC, datetime, timedelta

import pytest

from batch_records.acting import load
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.stock.purchase import PURCHASE, purchase_record
from tests.support.cast import ADEYEMI, MARLOW, OKONJO, do
from tests.support.flow import code_of
from tests.support.visiting import send

VIAL = "ceftriaxone_500mg_vial"
NO_ORDER = {"count": "5", "place": "Store room", "reason": "loan", "price": ""}


def lot_now(store, lot="A1"):
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, lot))


def described(store):
    for name, kind in (("Store room", "store_room"), ("ICU satellite", "satellite"), ("Quarantine", "quarantine")):
        do(store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True))


def test_an_order_comes_in_parts_is_cancelled_and_opened_again(at_desk, cast_store):
    described(cast_store)
    desk, technician = at_desk(MARLOW), at_desk(OKONJO)
    typed = {"supplier": "Wholesaler", "product_1": VIAL, "count_1": "10", "price_1": "12.50"}
    page = send(desk, "/stock/orders/new", "/stock/orders/new", **typed).headers["Location"].split("?")[0]
    send(desk, f"{page}/place", page)
    assert "Cancel this order" in desk.get(page).text
    send(desk, f"{page}/close", page, reason="supplier has none")
    assert "Cancelled" in desk.get("/stock/orders?show=all").text
    came = {"code": code_of(VIAL, "A1"), "count": "4", "damaged": "0", "place": "Store room", "price": ""}
    late = send(technician, f"{page}/receive", page, **came)
    assert "This purchase order is cancelled" in late.text
    assert send(technician, f"{page}/reopen", page, reason="it came").status_code == 403
    assert send(desk, f"{page}/reopen", page, reason="it came after all").status_code == 303
    assert send(technician, f"{page}/receive", page, **came).status_code == 303
    shown = desk.get(page).text
    assert "6 on back order" in shown
    assert "Partly here" in shown
    with cast_store.read() as uow:
        assert load(uow, PURCHASE, purchase_record(page.rsplit("/", 1)[1])).came(VIAL) == 4


def test_another_spelling_of_a_lot_is_told_at_once_and_a_month_without_a_day_is_its_last_day(at_desk, cast_store):
    described(cast_store)
    browser, page = at_desk(OKONJO), "/lots/receive"
    month_only = code_of(VIAL, "MixEd1", "271000")
    assert send(browser, page, page, code=month_only, **NO_ORDER).status_code == 303
    assert lot_now(cast_store, "mixed1").expires == "2027-10-31"
    answer = send(browser, page, page, code=code_of(VIAL, "MIXED1", "271031"), **NO_ORDER)
    told = browser.get(answer.headers["Location"]).text
    assert "stands in the books as" in told
    assert ">MIXED1<" in told
    assert (lot_now(cast_store, "mixed1").lot, lot_now(cast_store, "mixed1").on_hand) == ("MixEd1", 10)
    for spelled in ("MixEd1", "mixed1", "MIXED1"):
        assert "10 containers" in browser.get(f"/lots/lot/{VIAL}/{spelled}").text


def test_what_is_sent_to_a_satellite_is_on_the_way_until_somebody_says_that_it_came(at_desk, cast_store):
    described(cast_store)
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "A1"), ReceiveLot(VIAL, "A1", "2027-10-31", 5, "Store room", 1250))
    browser, page = at_desk(OKONJO), f"/lots/lot/{VIAL}/A1"
    sent = {"moved": "3", "source": "Store room", "target": "ICU satellite", "carried": "yes", "reason": ""}
    assert send(browser, f"/stock/lot/transfer/{VIAL}/A1", page, **sent).status_code == 303
    assert "On the way to ICU satellite: 3" in browser.get(page).text
    assert "On the way to ICU satellite" in browser.get("/stock/locations").text
    arrived = {"came": "2", "missing": "2", "target": "ICU satellite", "reason": "dropped"}
    assert "3 are on the way" in send(browser, f"/stock/lot/arrive/{VIAL}/A1", page, **arrived).text
    assert send(browser, f"/stock/lot/arrive/{VIAL}/A1", page, **(arrived | {"missing": "1"})).status_code == 303
    assert dict(lot_now(cast_store).balances) == {"Store room": 2, "ICU satellite": 2}


@pytest.mark.parametrize(
    ("minute", "group", "tag"), [((14, 23, 59), "Within 7 days", "May be used"), ((15, 0, 0), "Expired", "Expired")]
)
def test_a_lot_expires_at_the_sites_own_midnight(at_desk, cast_store, clock, minute, group, tag):
    described(cast_store)
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "A1"), ReceiveLot(VIAL, "A1", "2026-04-14", 5, "Store room"))
    day, hour, minutes = minute
    clock.now = datetime(2026, 4, day, hour, minutes, tzinfo=UTC) + timedelta(hours=4)
    browser = at_desk(OKONJO)
    before = browser.get("/stock/expiry").text.partition(">A1<")[0]
    assert max(("Expired", "Within 7 days"), key=before.rfind) == group
    assert tag in browser.get(f"/lots/lot/{VIAL}/A1").text
