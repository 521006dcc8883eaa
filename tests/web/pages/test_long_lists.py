"""Lists of thousands: found in the database, shown page by page, and quick."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from compounding.orders.tables import PatientRow
from compounding.reviewing.tables import OrderRow
from compounding.stock.tables import CodeLinkRow, LotRow, OpenedRow
from compounding.views.paging import ON_A_PAGE
from tests.support.cast import CASTELL, MARLOW, NOON, OKONJO
from tests.support.flow import formulary
from tests.support.visiting import find, token_in

VIAL, WATER = "ceftriaxone_500mg_vial", "vial_sterile_water_10"
MANY = 3_000


def filled(store, table, rows) -> None:
    """Rows of a projection alone: what a list shows, without the records behind it."""
    with store.write() as uow:
        uow.session.execute(insert(table), rows)
        uow.commit()


def lot_row(number: int, **more: object) -> dict[str, object]:
    product = VIAL if number % 2 else WATER
    expires = f"20{27 + number % 3}-{number % 12 + 1:02d}-28"
    row = {"product": product, "lot": f"LOT-{number:05d}", "expires": expires, "state": "available",
           "place": f"Shelf {number % 40}", "on_hand": 5}  # fmt: skip
    return {"record": f"lot-test-{number}", **row, **more}


@pytest.fixture
def stocked(cast_store):
    filled(cast_store, LotRow, [lot_row(number) for number in range(MANY)])
    return cast_store


def lots_in(page: str) -> list[str]:
    return re.findall(r'data-name="Lot" class="code">([^<]+)<', page)


def test_thousands_of_lots_come_page_by_page_first_to_expire_first(at_desk, stocked):
    browser = at_desk(MARLOW)
    first, second = browser.get("/lots").text, browser.get("/lots?page=2").text
    assert len(lots_in(first)) == len(lots_in(second)) == ON_A_PAGE
    assert not set(lots_in(first)) & set(lots_in(second))
    assert f"1 to {ON_A_PAGE} of {MANY:,}" in first
    assert "page=2" in first
    days = re.findall(r'<td><span class="nb">28 (\w+ \d+)</span>', first)
    assert set(days) == {"Jan 2027"}
    assert f">{MANY}</b>" in first


def test_the_last_page_has_no_next_one(at_desk, stocked):
    page = at_desk(MARLOW).get("/lots?page=9999").text
    assert "Page before" in page
    assert "Next page" not in page


@pytest.mark.parametrize(
    ("text", "only"),
    [("LOT-00017", ["LOT-00017"]), ("lot-00017 ceftriaxone", ["LOT-00017"]), ("LOT-00017 water", []), ("LOT_00017", []),
     ("%", [])],
)  # fmt: skip
def test_words_are_looked_for_in_drug_and_lot(at_desk, stocked, text, only):
    assert lots_in(at_desk(MARLOW).get("/lots", query_string={"find": text}).text) == only


def test_a_lot_is_found_by_the_code_of_its_product(at_desk, stocked):
    gtin = formulary().item(VIAL).codes.gtin
    page = at_desk(MARLOW).get("/lots", query_string={"find": gtin}).text
    assert f"of {MANY // 2:,}" in page


def test_a_lot_is_found_by_its_state(at_desk, stocked):
    filled(stocked, LotRow, [lot_row(MANY + 1, state="recalled"), lot_row(MANY + 2, state="held")])
    browser = at_desk(MARLOW)
    assert lots_in(browser.get("/lots?find=recalled").text) == [f"LOT-{MANY + 1:05d}"]
    assert len(lots_in(browser.get("/lots?show=stopped").text)) == 2


def test_the_live_part_is_this_page_and_is_sent_again_only_when_it_changed(at_desk, stocked):
    browser = at_desk(MARLOW)
    page = browser.get("/lots?show=all&find=ceftriaxone&page=3").text
    live = re.search(r'data-live="([^"]+)"', page)[1].replace("&amp;", "&")
    part = browser.get(live)
    assert lots_in(part.text) == lots_in(page)
    assert "<form" not in part.text, "what is typed stands outside the part that is redrawn"
    assert browser.get(live, headers={"If-None-Match": part.headers["ETag"]}).status_code == 304


def test_the_live_part_is_for_those_who_may_see_the_list(at_desk):
    assert at_desk(OKONJO).get("/lots/rows").status_code == 200
    assert at_desk(CASTELL).get("/lots/rows").status_code == 403


def further(browser, path: str, text: str) -> str:
    """The second page of what a search found."""
    token = token_in(browser.get(path).text)
    return browser.post(f"{path}/find", data={"csrf_token": token, "key": "further", "q": text, "page": "2"}).text


def test_patients_come_page_by_page_and_so_do_those_that_were_found_without_a_name_in_an_address(at_desk, cast_store):
    rows = [{"record": f"patient-x{n}", "mrn": f"X{n:05d}", "name": f"NOBODY, Number {n:05d}", "birth_date": "1970-01-01",
             "location": "Ward", "address": f"address{n:017d}"} for n in range(MANY)]  # fmt: skip
    filled(cast_store, PatientRow, rows)
    browser = at_desk(MARLOW)
    second = browser.get("/patients?page=2").text
    assert re.findall(r">NOBODY, Number (\d+)<", second) == [f"{n:05d}" for n in range(50, 100)]
    assert f"51 to 100 of {MANY:,}" in second and "page=3" in second
    last = browser.get("/patients?page=9999").text
    assert f"Number {MANY - 1:05d}" in last and "Next page" not in last
    found = find(browser, "/patients/find", "X001", "/patients").text
    assert "1 to 50 of 100" in found and "X001&" not in found
    more = further(browser, "/patients", "X001")
    assert "51 to 100 of 100" in more and "Number 00199" in more and 'value="X001"' in more


def test_orders_come_page_by_page_the_newest_first(at_desk, cast_store):
    rows = [{"record": f"order-x{n}", "number": f"260101-{n:04d}", "version": 1, "status": "verified", "patient": "X",
             "drug": "ceftriaxone", "title": f"ceftriaxone no. {n:04d}", "priority": "routine", "start": NOON,
             "placed_at": NOON - timedelta(minutes=n), "question": "", "yielded_until": None} for n in range(120)]  # fmt: skip
    filled(cast_store, OrderRow, rows)
    browser = at_desk(MARLOW)
    third = browser.get("/orders?page=3").text
    assert re.findall(r"no\. (\d+)<", third) == [f"{n:04d}" for n in range(100, 120)]
    assert "101 to 120 of 120" in third and "Next page" not in third
    assert "51 to 100 of 120" in further(browser, "/orders", "260101")


def test_many_opened_containers_come_page_by_page_and_are_found(at_desk, cast_store):
    rows = [{"record": f"opened-{n}", "number": f"OPEN-{n:05d}", "product": VIAL, "display": "cefTRIAXone 500 mg vial",
             "lot": f"LOT-{n:05d}", "state": "available", "usable_until": NOON, "reserved_for": "", "place": "Fridge 2",
             "left": "412 mg in 4.1 mL"} for n in range(400)]  # fmt: skip
    filled(cast_store, OpenedRow, rows)
    browser = at_desk(MARLOW)
    page = browser.get("/opened").text
    assert page.count("412 mg in 4.1 mL") == ON_A_PAGE
    assert "1 to 50 of 400" in page
    assert browser.get("/opened?find=LOT-00123").text.count("412 mg in 4.1 mL") == 1
    assert "has “nothing like it” in it" in browser.get("/opened?find=nothing like it").text


def test_many_codes_come_page_by_page_what_waits_first(at_desk, cast_store):
    rows = [{"record": f"code-gtin-{n:014d}", "key": f"gtin-{n:014d}", "code": f"01{n:014d}",
             "status": "raised" if n == 399 else "confirmed", "says": f"vial {n}", "item": "", "display": "",
             "changed_at": NOON} for n in range(400)]  # fmt: skip
    filled(cast_store, CodeLinkRow, rows)
    page = at_desk(MARLOW).get("/codes").text
    assert page.count('data-name="The label says"') == ON_A_PAGE
    assert page.index("vial 399") < page.index("vial 0")
