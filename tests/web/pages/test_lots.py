"""Stock pages: receive by scan, count, stop and free, find by scan, and where a lot went."""

import csv
from io import StringIO

import pytest

from batch_records.acting import load
from compounding.stock.lot import LOT, Lot, ReceiveLot, lot_record
from compounding.views.spreadsheet import harmless
from tests.support.cast import ADEYEMI, AMARI, CASTELL, HALLORAN, MARLOW, NOVAK, OKONJO, do
from tests.support.flow import code_of, dose_now, staged
from tests.support.visiting import send, token_in

VIAL = "ceftriaxone_500mg_vial"
LOT_PAGE = f"/lots/lot/{VIAL}/DEMO-7"


def lot_now(store, product=VIAL, lot="DEMO-7") -> Lot:
    with store.read() as uow:
        return load(uow, LOT, lot_record(product, lot))


def received(store, lot="DEMO-7", product=VIAL, expires="2027-10-31", count=10):
    do(store, OKONJO, LOT, lot_record(product, lot), ReceiveLot(product, lot, expires, count, "Room A"))


def test_a_scan_with_lot_and_expiry_fills_the_row(at_desk):
    browser = at_desk(OKONJO)
    answer = send(browser, "/lots/scan", "/lots", code=code_of(VIAL, "DEMO-7"))
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "cefTRIAXone 500 mg vial, powder" in page
    assert "DEMO-7" in page
    assert "31 Oct 2027" in page
    assert 'name="lot"' not in page
    assert 'name="expires"' not in page


def test_what_was_scanned_is_received_with_count_and_place(at_desk, cast_store):
    browser = at_desk(OKONJO)
    code = code_of(VIAL, "DEMO-7")
    answer = send(
        browser,
        "/lots/receive",
        f"/lots/receive?code={code}",
        code=code,
        count="20",
        place="Shelf 3",
        reason="from another site",
    )
    assert answer.status_code == 303
    assert lot_now(cast_store) == Lot(
        VIAL, "DEMO-7", "2027-10-31", place="Shelf 3", received=True, balances={"Shelf 3": 20}
    )
    assert "lot DEMO-7" in browser.get(answer.headers["Location"]).text


def test_a_code_without_lot_and_expiry_asks_for_them(at_desk, cast_store):
    browser = at_desk(OKONJO)
    code = code_of(VIAL, "-")
    page = browser.get(f"/lots/receive?code={code}").text
    assert 'name="lot"' in page
    assert 'name="expires"' in page
    typed = {
        "code": code,
        "lot": "DEMO-7",
        "expires": "2027-10-31",
        "count": "5",
        "place": "Shelf 3",
        "reason": "from another site",
    }
    assert send(browser, "/lots/receive", "/lots/receive", **typed).status_code == 303
    assert lot_now(cast_store).on_hand == 5


def test_what_the_code_carries_cannot_be_typed_over(at_desk, cast_store):
    code = code_of(VIAL, "DEMO-7")
    typed = {
        "code": code,
        "lot": "OTHER",
        "expires": "2031-01-01",
        "count": "5",
        "place": "Shelf 3",
        "product": "x",
        "reason": "from another site",
    }
    send(at_desk(OKONJO), "/lots/receive", "/lots/receive", **typed)
    assert lot_now(cast_store).expires == "2027-10-31"
    assert not lot_now(cast_store, lot="OTHER").received


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("count", "0"), ("count", "1e3"), ("count", "+5"), ("count", "05"), ("count", "１"), ("count", ""), ("place", " "),
     ("lot", ""), ("lot", "A\x01B"), ("expires", "2026-04-13"), ("expires", "31.10.2027"),
     ("expires", "20271031"), ("expires", "2027-W43-7"), ("expires", "2027-304"),
     ("expires", "")],
)  # fmt: skip
def test_a_wrong_entry_is_named_and_what_was_typed_stays(at_desk, cast_store, field, wrong):
    right = {"lot": "DEMO-7", "expires": "2027-10-31", "count": "5", "place": "Shelf 3", "reason": "from another site"}
    answer = send(
        at_desk(OKONJO), "/lots/receive", "/lots/receive", **{**right, field: wrong, "code": code_of(VIAL, "-")}
    )
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    kept = "Shelf 3" if field != "place" else 'value="DEMO-7"'
    assert kept in answer.text
    assert not lot_now(cast_store).received


def test_an_expiry_that_differs_from_the_one_recorded_is_refused(at_desk, cast_store):
    received(cast_store)
    typed = {"code": code_of(VIAL, "DEMO-7", "280131"), "count": "5", "place": "Shelf 3", "reason": "from another site"}
    answer = send(at_desk(OKONJO), "/lots/receive", "/lots/receive", **typed)
    assert answer.status_code == 422
    assert "Look again" in answer.text
    assert lot_now(cast_store).on_hand == 10


def test_the_same_form_sent_twice_receives_once(at_desk, cast_store):
    browser = at_desk(OKONJO)
    token = token_in(browser.get("/lots/receive").text)
    form = {
        "csrf_token": token,
        "key": "the-same",
        "code": code_of(VIAL, "DEMO-7"),
        "count": "5",
        "place": "Shelf 3",
        "reason": "from another site",
    }
    assert [browser.post("/lots/receive", data=form).status_code for _ in range(2)] == [303, 303]
    assert lot_now(cast_store).on_hand == 5


def test_an_unknown_barcode_is_said_and_nothing_is_filled_in(at_desk):
    page = at_desk(OKONJO).get("/lots/receive?code=00312345678906").text
    assert "Unknown barcode" in page
    assert 'name="product"' in page


def test_a_scan_of_a_known_lot_opens_it(at_desk, cast_store):
    received(cast_store)
    answer = send(at_desk(OKONJO), "/lots/scan", "/lots", code=code_of(VIAL, "DEMO-7"))
    assert answer.headers["Location"] == LOT_PAGE


def test_the_list_narrows_to_what_expires_and_what_is_stopped(at_desk, cast_store):
    received(cast_store)
    received(cast_store, "DEMO-8", expires="2026-04-20")
    received(cast_store, "DEMO-9", expires="2026-04-14")
    browser = at_desk(MARLOW)
    send(browser, f"/lots/stop/{VIAL}/DEMO-7", LOT_PAGE, state="held", reason="looks cloudy")
    soon, stopped = browser.get("/lots?show=soon").text, browser.get("/lots?show=stopped").text
    assert "DEMO-8" in soon
    assert "in 6 days" in soon
    assert "last day today" in soon
    assert "DEMO-7" not in soon
    assert "DEMO-7" in stopped
    assert "DEMO-8" not in stopped
    assert "DEMO-8" in browser.get("/lots?find=demo-8").text
    assert "DEMO-7" not in browser.get("/lots?find=demo-8").text


def test_a_product_with_nothing_usable_left_runs_out(at_desk, cast_store):
    received(cast_store, count=3)
    browser = at_desk(MARLOW)
    assert "DEMO-7" not in browser.get("/lots?show=low").text
    send(browser, f"/lots/count/{VIAL}/DEMO-7", LOT_PAGE, count="0", reason="broken in the box")
    assert "DEMO-7" in browser.get("/lots?show=low").text
    assert lot_now(cast_store).on_hand == 0


def test_a_count_needs_a_reason(at_desk, cast_store):
    received(cast_store)
    answer = send(at_desk(MARLOW), f"/lots/count/{VIAL}/DEMO-7", LOT_PAGE, count="3", reason=" ")
    assert answer.status_code == 422
    assert "Say why." in answer.text
    assert 'value="3"' in answer.text
    assert lot_now(cast_store).on_hand == 10


def test_hold_recall_and_free_are_told_in_the_lots_story(at_desk, cast_store):
    received(cast_store)
    browser = at_desk(MARLOW)
    assert send(browser, f"/lots/stop/{VIAL}/DEMO-7", LOT_PAGE, state="recalled", reason="letter").status_code == 303
    assert lot_now(cast_store).state == "recalled"
    assert send(browser, f"/lots/free/{VIAL}/DEMO-7", LOT_PAGE, reason="other lot meant").status_code == 303
    page = browser.get(LOT_PAGE).text
    assert "letter" in page
    assert "other lot meant" in page
    assert lot_now(cast_store).state == "available"


def test_a_state_that_does_not_exist_is_refused(at_desk, cast_store):
    received(cast_store)
    answer = send(at_desk(MARLOW), f"/lots/stop/{VIAL}/DEMO-7", LOT_PAGE, state="available", reason="x")
    assert answer.status_code == 422
    assert lot_now(cast_store).state == "available"


@pytest.mark.parametrize("way", ["count", "stop", "free"])
def test_a_technician_neither_counts_nor_stops(at_desk, cast_store, way):
    received(cast_store)
    answer = send(at_desk(OKONJO), f"/lots/{way}/{VIAL}/DEMO-7", LOT_PAGE, count="1", state="held", reason="x")
    assert answer.status_code == 403
    assert lot_now(cast_store) == Lot(
        VIAL, "DEMO-7", "2027-10-31", place="Room A", received=True, balances={"Room A": 10}
    )


@pytest.mark.parametrize("member", [HALLORAN, CASTELL, NOVAK])
def test_stock_is_not_for_everybody(at_desk, member):
    assert at_desk(member).get("/lots").status_code == 403


def test_a_lot_that_nobody_received_has_no_page(at_desk):
    assert at_desk(MARLOW).get(LOT_PAGE).status_code == 404
    assert send(at_desk(MARLOW), f"/lots/count/{VIAL}/DEMO-7", "/lots", count="1", reason="x").status_code == 404


@pytest.mark.parametrize("path", [f"/lots/count/{VIAL}/DEMO-7", f"/lots/stop/{VIAL}/DEMO-7", "/lots/scan"])
def test_nothing_is_changed_by_a_get(at_desk, path):
    assert at_desk(MARLOW).get(path).status_code == 405


def test_a_lot_leads_to_its_trace_and_the_old_address_to_the_file(at_desk, cast_store):
    number = staged(cast_store)
    scan = next(scan for scan in dose_now(cast_store, number).scans if scan.lot)
    browser = at_desk(MARLOW)
    page = browser.get(f"/lots/lot/{scan.product}/{scan.lot}").text
    assert "1 preparation for 1 patient" in page
    assert f"/trace?kind=lot&amp;product={scan.product}&amp;lot={scan.lot}" in page
    saved = browser.get(f"/lots/where-used/{scan.product}/{scan.lot}", follow_redirects=True)
    rows = list(csv.DictReader(StringIO(saved.text)))
    assert [(row["number"], row["MRN"]) for row in rows] == [(number, "DEMO-4417")]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "\0=1", "＝1"])
def test_no_cell_of_the_file_is_a_formula(cell):
    assert harmless(cell).startswith("'")
    assert "\0" not in harmless(cell)


def test_an_ordinary_cell_stays_as_it_is():
    assert harmless("cefTRIAXone 460 mg") == "cefTRIAXone 460 mg"


def test_a_lot_number_with_a_slash_and_markup_is_shown_as_it_is(at_desk):
    browser = at_desk(AMARI)
    typed = {
        "code": code_of(VIAL, "-"),
        "lot": "A/<b>7",
        "expires": "2027-10-31",
        "count": "5",
        "place": "Shelf 3",
        "reason": "from another site",
    }
    assert send(browser, "/lots/receive", "/lots/receive", **typed).status_code == 303
    page = browser.get("/lots?find=A/").text
    assert "A/&lt;b&gt;7" in page
    assert "<b>7" not in page
    assert browser.get(f"/lots/lot/{VIAL}/A/<b>7").status_code == 200


def test_who_may_not_receive_is_not_offered_the_form(at_desk):
    assert 'name="count"' in at_desk(OKONJO).get("/lots/receive").text
    lead = at_desk(ADEYEMI).get("/lots/receive")
    assert (lead.status_code, 'name="count"' in lead.text) == (200, False)
