"""Stock pages: locations, moves of a lot, purchase orders, the reorder list, blind counts, the expiry board and waste."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from batch_records.acting import load
from calculations.quantity import Quantity
from compounding.stock.counts import COUNT, count_record
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.stock.purchase import PURCHASE, purchase_record
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, HALLORAN, MARLOW, OKONJO, do
from tests.support.flow import code_of
from tests.support.visiting import send
from web.pages.stock_expiry import days_ahead

VIAL, WATER = "ceftriaxone_500mg_vial", "vial_sterile_water_10"
KINDS = {"Store room": "store_room", "Anteroom": "anteroom", "Hood 1": "hood", "Quarantine": "quarantine"}


@pytest.fixture
def stocked(cast_store):
    """Locations, and one lot of ten vials at 12.50 in the store room."""
    for name, kind in KINDS.items():
        station = "hood-1" if kind == "hood" else ""
        do(cast_store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True, station))
    receive(cast_store, "A1", "2027-10-31")
    return cast_store


def receive(store, lot, expires, count=10, place="Store room", price=1250):
    do(store, OKONJO, LOT, lot_record(VIAL, lot), ReceiveLot(VIAL, lot, expires, count, place, price, reason="loan"))


def lot_now(store, lot="A1"):
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, lot))


def number_in(answer):
    return answer.headers["Location"].split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def test_a_location_is_described_and_closed_by_the_lead(at_desk, stocked):
    browser = at_desk(ADEYEMI)
    typed = {"name": "ICU satellite", "location_kind": "satellite", "storage": "fridge", "station": ""}
    assert send(browser, "/stock/locations", "/stock/locations", **typed).status_code == 303
    assert "ICU satellite" in browser.get("/stock/locations").text
    closed = {"location_kind": "satellite", "storage": "fridge", "station": "", "reason": "moved out"}
    place = "/stock/locations/ICU satellite"
    assert send(browser, place, place, **closed).status_code == 303
    with stocked.read() as uow:
        assert not load(uow, LOCATION, location_record("ICU satellite")).active
    receive(stocked, "Q1", "2027-10-31", place="Quarantine")
    freed = {"location_kind": "hood", "storage": "crt", "station": "", "active": "yes", "reason": "a hood now"}
    assert "in quarantine" in send(browser, "/stock/locations/Quarantine", "/stock/locations/Quarantine", **freed).text
    wrong = send(browser, "/stock/locations", "/stock/locations", **{**typed, "location_kind": "", "name": " "})
    assert (wrong.status_code, 'href="#name"' in wrong.text, 'href="#location_kind"' in wrong.text) == (422, True, True)


def test_containers_are_moved_wasted_and_returned_and_the_ledger_shows_each(at_desk, stocked):
    browser, page = at_desk(MARLOW), f"/lots/lot/{VIAL}/A1"
    moved = {"moved": "4", "source": "Store room", "target": "Hood 1", "reason": ""}
    assert send(browser, f"/stock/lot/transfer/{VIAL}/A1", page, **moved).status_code == 303
    wasted = {"moved": "1", "source": "Hood 1", "cause": "broken", "reason": "dropped"}
    assert send(browser, f"/stock/lot/waste/{VIAL}/A1", page, **wasted).status_code == 303
    sent = {"moved": "2", "source": "Store room", "supplier": "Wholesaler", "reason": "wrong item"}
    assert send(browser, f"/stock/lot/return/{VIAL}/A1", page, **sent).status_code == 303
    assert dict(lot_now(stocked).balances) == {"Store room": 4, "Hood 1": 3}
    text = browser.get(page).text
    for words in ("Hood 1", "broken or dropped: dropped", "−12.50", "50.00"):
        assert words in text
    too_many = send(browser, f"/stock/lot/waste/{VIAL}/A1", page, **{**wasted, "moved": "9"})
    assert too_many.status_code == 409 or too_many.status_code == 422
    assert "There are 3 of lot A1 at Hood 1, not 9" in too_many.text
    assert lot_now(stocked).on_hand == 7


def test_a_delivery_is_received_by_scan_against_its_order_and_every_difference_is_told(at_desk, stocked):
    browser = at_desk(MARLOW)
    typed = {"supplier": "Wholesaler", "product_1": VIAL, "count_1": "10", "price_1": "12.50", "product_2": WATER, "count_2": "5"}
    number = number_in(send(browser, "/stock/orders/new", "/stock/orders/new", **typed))
    page = f"/stock/orders/{number}"
    early = {"code": code_of(VIAL, "A2"), "count": "4", "damaged": "0", "place": "Store room", "price": ""}
    assert "nothing is received" in send(browser, f"{page}/receive", page, **early).text
    send(browser, f"{page}/place", page)
    technician = at_desk(OKONJO)
    code = code_of(VIAL, "A2")
    answer = send(technician, f"{page}/scan", page, code=code)
    assert 'name="lot"' not in technician.get(answer.headers["Location"]).text
    came = {"code": code, "count": "12", "damaged": "1", "place": "Store room", "price": "13.10"}
    assert "in which quarantine location" in send(technician, f"{page}/receive", page, **came).text
    came["damaged_place"] = "Quarantine"
    answer = send(technician, f"{page}/receive", page, **came)
    told = technician.get(answer.headers["Location"]).text
    for words in ("Over: 11 of", "10 were ordered", "Damaged: 1 of 12", "0.60 more for one"):
        assert words in told
    assert (dict(lot_now(stocked, "A2").balances), lot_now(stocked, "A2").price) == ({"Quarantine": 1, "Store room": 11}, 1310)
    other = send(technician, f"{page}/receive", page, **{**came, "code": code_of("bag_sodium_chloride_0_9_25", "B1")})
    assert "not on the order" in other.text
    short = send(browser, f"{page}/close", page, reason="")
    assert "Not all of it came" in short.text
    send(browser, f"{page}/close", page, reason="the rest is discontinued")
    with stocked.read() as uow:
        state = load(uow, PURCHASE, purchase_record(number))
    assert state.status == "closed"
    assert [one.kind for one in state.findings] == ["over", "damaged", "price", "short"]
    assert "Short: 0 of 5" in browser.get(page).text


def test_what_falls_below_its_minimum_is_listed_saved_and_drafted_at_one_press(at_desk, stocked):
    browser = at_desk(MARLOW)
    level = {"product": VIAL, "location": "Store room", "minimum": "12", "maximum": "30"}
    assert send(browser, "/stock/reorder/level", "/stock/reorder", **level).status_code == 303
    receive(stocked, "OLD", "2026-04-14", 5)
    rows = list(csv.DictReader(StringIO(browser.get("/stock/reorder/file").text)))
    assert rows == []  # ten and five: the lot that expires today may still be used
    do(stocked, MARLOW, LOT, lot_record(VIAL, "OLD"), hold())
    rows = list(csv.DictReader(StringIO(browser.get("/stock/reorder/file").text)))
    assert [(row["may be used"], row["to order"]) for row in rows] == [("10", "20")]
    number = number_in(send(browser, "/stock/reorder/draft", "/stock/reorder", supplier="Wholesaler"))
    with stocked.read() as uow:
        line = load(uow, PURCHASE, purchase_record(number)).lines[0]
    assert (line.product, line.count, line.price) == (VIAL, 20, 1250)
    rows = list(csv.DictReader(StringIO(browser.get("/stock/reorder/file").text)))
    assert [(row["on order"], row["to order"]) for row in rows] == [("20", "0")]


def test_what_the_store_room_can_spare_is_moved_before_anything_is_ordered(at_desk, stocked):
    receive(stocked, "SOON", "2026-12-31", 3)
    buyer, browser = at_desk(MARLOW), at_desk(OKONJO)
    for location, minimum, maximum in (("Store room", "6", "20"), ("Anteroom", "4", "12")):
        level = {"product": VIAL, "location": location, "minimum": minimum, "maximum": maximum}
        assert send(buyer, "/stock/reorder/level", "/stock/reorder", **level).status_code == 303
    assert "Move 7 from Store room" in browser.get("/stock/reorder").text
    row = next(csv.DictReader(StringIO(browser.get("/stock/reorder/file").text)))
    assert (row["location"], row["from the store room"], row["to order"]) == ("Anteroom", "7", "5")
    asked = {"product": VIAL, "location": "Anteroom", "source": "Store room"}
    assert send(browser, "/stock/reorder/move", "/stock/reorder", **asked).status_code == 303
    assert dict(lot_now(stocked, "SOON").balances) == {"Anteroom": 3}
    assert dict(lot_now(stocked).balances) == {"Store room": 6, "Anteroom": 4}
    assert "that still has it" in send(browser, "/stock/reorder/move", "/stock/reorder", **asked).text


def hold():
    from compounding.stock.lot import HoldLot

    return HoldLot("held", "particles")


def test_a_count_is_blind_and_a_difference_waits_for_another_person(at_desk, stocked):
    receive(stocked, "A2", "2027-12-31", 7)
    first = at_desk(OKONJO)
    number = number_in(send(first, "/stock/counts", "/stock/counts", location="Store room"))
    page = f"/stock/counts/{number}"
    shown = first.get(page).text
    assert "Expected" not in shown
    assert ">10<" not in shown
    send(first, f"{page}/submit", page, count_1="9", count_2="7")
    assert "Expected" in first.get(page).text
    again = send(first, f"{page}/submit", page, count_1="10", count_2="7")
    assert "Another person counts it again" in again.text
    assert lot_now(stocked).on_hand == 10
    second = at_desk(AMARI)
    assert "Expected" not in second.get(page).text
    send(second, f"{page}/submit", page, count_1="8", count_2="7")
    assert lot_now(stocked).on_hand == 10
    pharmacist = at_desk(MARLOW)
    assert send(pharmacist, f"{page}/approve", page, reason="two vials broken", secret="not the secret").status_code == 403
    do(stocked, OKONJO, LOT, lot_record(VIAL, "A1"), ReceiveLot(VIAL, "A1", "2027-10-31", 5, "Store room"))
    assert send(pharmacist, f"{page}/variance", page).status_code == 303
    assert "Expected" in pharmacist.get(page).text
    own = send(pharmacist, f"{page}/submit", page, count_1="8", count_2="7")
    assert "Somebody who has not seen it counts again" in own.text
    done = send(pharmacist, f"{page}/approve", page, reason="two vials broken", secret=MARLOW.password)
    assert done.status_code == 303
    assert lot_now(stocked).on_hand == 13  # ten, five that came since, less two
    with stocked.read() as uow:
        assert load(uow, COUNT, count_record(number)).status == "done"


def test_a_second_count_that_finds_the_same_puts_the_lots_right(at_desk, stocked):
    first = at_desk(OKONJO)
    page = f"/stock/counts/{number_in(send(first, '/stock/counts', '/stock/counts', location='Store room'))}"
    send(first, f"{page}/submit", page, count_1="9")
    assert lot_now(stocked).on_hand == 10
    second = at_desk(AMARI)
    send(second, f"{page}/submit", page, count_1="9")
    assert lot_now(stocked).on_hand == 9


def begun(browser):
    return f"/stock/counts/{number_in(send(browser, '/stock/counts', '/stock/counts', location='Store room'))}"


def test_a_lot_that_is_found_on_the_shelf_is_put_on_the_list_and_comes_into_the_ledger_when_two_agree(at_desk, stocked):
    first, second = at_desk(OKONJO), at_desk(AMARI)
    page = begun(first)
    found = {"code": code_of(VIAL, "NEW"), "product": "", "lot": "", "expires": ""}
    assert send(first, f"{page}/add", page, **found).status_code == 303
    assert "is on the list already" in send(first, f"{page}/add", page, **{**found, "code": "", "product": VIAL, "lot": " a1 ",
                                                                          "expires": "2027-10-31"}).text  # fmt: skip
    receive(stocked, "a1", "2027-10-31", 5)  # the same lot, spelled otherwise meanwhile
    for browser in (first, second):
        assert send(browser, f"{page}/submit", page, count_1="15", count_2="3").status_code == 303
    assert (dict(lot_now(stocked, "NEW").balances), lot_now(stocked, "NEW").received) == ({"Store room": 3}, True)
    assert lot_now(stocked).on_hand == 15


def test_no_difference_is_put_right_twice(at_desk, stocked):
    first, pharmacist = at_desk(OKONJO), at_desk(MARLOW)
    page = begun(first)
    again = send(at_desk(AMARI), "/stock/counts", "/stock/counts", location="Store room")
    assert "is open at Store room" in again.text
    send(first, f"{page}/submit", page, count_1="8")
    typed = {"count": "8", "reason": "counted by hand"}
    send(pharmacist, f"/lots/count/{VIAL}/A1", f"/lots/lot/{VIAL}/A1", **typed)
    send(pharmacist, f"{page}/variance", page)
    late = send(pharmacist, f"{page}/approve", page, reason="broken", secret=MARLOW.password)
    assert "was put right by somebody since" in late.text
    assert lot_now(stocked).on_hand == 8


def test_what_expires_goes_to_quarantine_in_one_act_and_is_wasted_from_there(at_desk, stocked):
    receive(stocked, "OLD", "2026-04-13", 3)
    receive(stocked, "SOON", "2026-04-20", 2, "Anteroom")
    browser = at_desk(OKONJO)
    receive(stocked, "LATER", "2026-06-30", 2, "Anteroom")
    board = browser.get("/stock/expiry").text
    assert board.index("Within 7 days") < board.index("Within 30 days") < board.rindex("Within 90 days") < board.index("LATER")
    assert "OLD" in board
    assert ">A1<" not in board
    chosen = {f"take:{VIAL}|OLD|Store room": "yes", f"take:{VIAL}|SOON|Anteroom": "yes"}
    assert send(browser, "/stock/expiry", "/stock/expiry", target="Quarantine", **chosen).status_code == 303
    assert dict(lot_now(stocked, "OLD").balances) == {"Quarantine": 3}
    assert dict(lot_now(stocked, "SOON").balances) == {"Quarantine": 2}
    wasted = {"moved": "3", "source": "Quarantine", "cause": "expired", "reason": "past its day"}
    send(browser, f"/stock/lot/waste/{VIAL}/OLD", f"/lots/lot/{VIAL}/OLD", **wasted)
    text = browser.get("/stock/waste").text
    assert "1,500 mg" in text
    assert "37.50" in text
    row = next(csv.DictReader(StringIO(browser.get("/stock/waste/file?since=2026-04-01&until=2026-04-30").text)))
    assert (row["containers"], row["amount"], row["cost"], row["causes"]) == ("3", "1,500 mg", "37.50", "3 expired")
    for days in ("since=2026-05-01&until=2026-04-01", "since=9999-12-30&until=9999-12-31", "until=0001-01-02"):
        assert browser.get(f"/stock/waste?{days}").status_code == 422, days
    elsewhere = send(browser, "/stock/expiry", "/stock/expiry", target="Store room", **{f"take:{VIAL}|A1|Store room": "yes"})
    assert "a quarantine location" in elsewhere.text


def test_the_groups_of_the_expiry_board_are_the_days_that_the_house_sets(cast_store):
    with cast_store.read() as uow:
        site = formulary_in_force(uow).site
    values = [replace(row, value=Quantity("60", "day")) if row.name == "expiry_board_first" else row for row in site.values]
    assert days_ahead(site) == [7, 30, 90]
    assert days_ahead(replace(site, values=tuple(values))) == [30, 60, 90]


def test_a_lot_that_lies_where_its_label_does_not_want_it_is_told(at_desk, stocked):
    cold = DescribeLocation("Cold room", "store_room", "fridge", True)
    do(stocked, ADEYEMI, LOCATION, location_record("Cold room"), cold)
    receive(stocked, "COLD", "2027-10-31", place="Cold room")
    browser = at_desk(OKONJO)
    told = "The label says controlled room temperature; this place is refrigerator."
    assert told in browser.get(f"/lots/lot/{VIAL}/COLD").text
    assert told in browser.get("/stock/locations/Cold room").text
    assert "Stored wrongly" not in browser.get(f"/lots/lot/{VIAL}/A1").text


def test_waste_without_a_known_price_is_told_as_not_known(at_desk, stocked):
    receive(stocked, "NP", "2027-10-31", 3, price=None)
    browser = at_desk(OKONJO)
    wasted = {"moved": "1", "source": "Store room", "cause": "broken", "reason": "dropped"}
    send(browser, f"/stock/lot/waste/{VIAL}/NP", f"/lots/lot/{VIAL}/NP", **wasted)
    assert "not known" in browser.get("/stock/waste").text


WRITES = (
    "/stock/locations", f"/stock/lot/transfer/{VIAL}/A1", f"/stock/lot/waste/{VIAL}/A1", f"/stock/lot/return/{VIAL}/A1",
    "/stock/orders/new", "/stock/orders/260414-001/place", "/stock/orders/260414-001/receive",
    "/stock/orders/260414-001/close", "/stock/reorder/level", "/stock/reorder/draft", "/stock/reorder/move", "/stock/counts",
    "/stock/counts/260414-001/submit", "/stock/counts/260414-001/add",
    "/stock/counts/260414-001/variance", "/stock/counts/260414-001/approve", "/stock/counts/260414-001/drop", "/stock/expiry",
)  # fmt: skip


def test_a_nurse_neither_sees_nor_writes_any_of_it(at_desk, stocked):
    browser = at_desk(HALLORAN)
    for path in WRITES:
        assert send(browser, path, "/ward").status_code == 403, path
    for path in ("/stock/locations", "/stock/orders", "/stock/reorder", "/stock/counts", "/stock/expiry", "/stock/waste"):
        assert browser.get(path).status_code == 403, path


def test_a_technician_neither_orders_nor_approves_nor_sends_back(at_desk, stocked):
    browser = at_desk(OKONJO)
    for path in ("/stock/orders/new", "/stock/reorder/draft", "/stock/counts/260414-001/approve",
                 f"/stock/lot/return/{VIAL}/A1", "/stock/locations"):  # fmt: skip
        assert send(browser, path, "/lots").status_code == 403, path


def test_the_same_form_sent_twice_is_done_once(at_desk, stocked):
    browser, page = at_desk(OKONJO), f"/lots/lot/{VIAL}/A1"
    wasted = {"moved": "1", "source": "Store room", "cause": "broken", "reason": "dropped", "key": "the-same"}
    for _ in range(2):
        assert send(browser, f"/stock/lot/waste/{VIAL}/A1", page, **wasted).status_code == 303
    assert lot_now(stocked).on_hand == 9
    assert browser.get(f"/stock/lot/waste/{VIAL}/A1").status_code == 405
