"""The lists of stock are read alike on every database, and a wasted preparation is told with what its containers cost."""

from datetime import UTC, date, datetime, timedelta

from compounding.batches.actions import WasteUnits
from compounding.batches.numbering import unit_code
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Abandon, AssignUnit, ScanContainer, Waste
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.counts import COUNT, BeginCount, DropCount, count_record
from compounding.stock.levels import LEVEL, SetLevel, level_record
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, WasteLot, lot_record
from compounding.stock.money import price_words
from compounding.stock.opened import OPENED, DiscardContainer
from compounding.stock.opened_state import opened_record
from compounding.stock.purchase import PURCHASE, DraftPurchase, Line, PlacePurchase, purchase_record
from compounding.views.lots import item_names, stock
from compounding.views.stock_counts import counts
from compounding.views.stock_orders import last_prices, listed_levels, orders_of, purchases, reorder_list
from compounding.views.stock_places import balances_of, expiring, lots_at, moves, places
from compounding.views.stock_waste import as_rows, waste
from tests.compounding.stock.test_opened import kept
from tests.support.batches import FOR_TOMAS, batch_now, minutes, on_batch, released_batch
from tests.support.batches import LOT as BATCH_LOT
from tests.support.cast import ADEYEMI, DUARTE, MARLOW, NOON, OFFSET, OKONJO, do
from tests.support.flow import TOMAS, code_of, dose_now, formulary, queued_dose, staged, started

VIAL = "ceftriaxone_500mg_vial"
DAY = date(2026, 4, 14)
RECORD = lot_record(VIAL, "A1")


def filled(store):
    for name, kind in (("Store room", "store_room"), ("Held", "quarantine")):
        do(store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True))
    do(store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "A1", "2026-05-31", 10, "Store room", 1250))
    do(store, OKONJO, LOT, lot_record(VIAL, "Q"), ReceiveLot(VIAL, "Q", "2026-05-31", 7, "Held"))
    do(store, OKONJO, LOT, RECORD, WasteLot(1, "Store room", "broken", "dropped"))
    do(store, MARLOW, LEVEL, level_record(VIAL, "Store room"), SetLevel(VIAL, "Store room", 12, 30))
    draft = DraftPurchase("1", "Wholesaler", (Line(VIAL, "vial", 5, 1250),))
    do(store, MARLOW, PURCHASE, purchase_record("1"), draft)
    do(store, MARLOW, PURCHASE, purchase_record("1"), PlacePurchase())
    do(store, OKONJO, COUNT, count_record("1"), BeginCount("1", "Store room"))


def test_every_list_tells_the_same_on_each_database(any_cast_store):
    filled(any_cast_store)
    names, clock = item_names(formulary()), Clock(OFFSET)
    with any_cast_store.read() as uow:
        assert [(one.name, one.containers, one.worth) for one in places(uow)] == [
            ("Store room", 9, "112.50"), ("Held", 7, "not known"),
        ]  # fmt: skip
        assert [one.count for one in lots_at(uow, names, DAY, "Store room")] == [9]
        assert [one.count for one in expiring(uow, names, DAY, timedelta(days=90))] == [9, 7]
        assert [one.worth for one in balances_of(uow, names, DAY, RECORD)] == ["112.50"]
        assert [(one.count, one.reason) for one in moves(uow, RECORD, clock)] == [(-1, "broken or dropped: dropped"), (10, "")]
        assert [(one.status, one.ordered, one.cost) for one in purchases(uow, clock, "open")[0]] == [("placed", 5, "62.50")]
        assert orders_of(uow, VIAL) == ["1"]
        assert [(one.usable, one.on_order, one.order) for one in reorder_list(uow, DAY)] == [(9, 5, 16)]
        assert [one.usable for one in listed_levels(uow, names, DAY)] == [9]
        assert last_prices(uow, [VIAL]) == {VIAL: 1250}
        assert [(one.location, one.words) for one in counts(uow, clock)[0]] == [("Store room", "is counted")]
        assert stock(uow, formulary(), NOON, DAY, "low", "").pages.count == 0
        assert waste(uow, formulary(), NOON - timedelta(days=1), NOON + timedelta(days=1)).cost == "12.50"


def test_a_wasted_preparation_is_told_with_what_its_containers_cost(cast_store):
    filled(cast_store)
    number = queued_dose(cast_store)
    do(cast_store, OKONJO, DOSE, dose_record(number), ScanContainer(code_of(VIAL, "A1", "260531")))
    staged(cast_store, number)
    started(cast_store, number)
    later = NOON + timedelta(minutes=5)
    do(cast_store, OKONJO, DOSE, dose_record(number), Abandon("dropped"), later)
    do(cast_store, OKONJO, DOSE, dose_record(number), Waste("all of it", "sharps"), later)
    assert dose_now(cast_store, number).status == "wasted"
    with cast_store.read() as uow:
        report = waste(uow, formulary(), datetime(2026, 4, 14, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC))
    assert [(one.drug, one.doses, one.containers) for one in report.made] == [("cefTRIAXone", 1, 3)]
    assert (report.made[0].cost, report.made[0].unpriced) == ("12.50", 2)


def test_what_was_made_ahead_and_wasted_costs_its_share_of_the_batch(released_store):
    """Three units of 1 g: one is wasted from the shelf, one became a dose that is wasted, one is still good."""
    vials = batch_now(released_store).work.scans
    products = {scan.product: scan.lot for scan in vials}
    number = queued_dose(released_store, FOR_TOMAS, TOMAS)
    record = dose_record(number)
    do(released_store, DUARTE, DOSE, record, AssignUnit(unit_code(BATCH_LOT, 1)), minutes(10), station="desk-1", signed=True)
    do(released_store, OKONJO, DOSE, record, Waste("all", "pharmaceutical"), minutes(11))
    on_batch(released_store, OKONJO, WasteUnits((2,), "it leaked", "pharmaceutical"), minutes(12))
    with released_store.read() as uow:
        (made,) = waste(uow, formulary(), NOON, NOON + timedelta(hours=1)).made
        assert waste(uow, formulary(), NOON + timedelta(hours=1), NOON + timedelta(hours=2)).made == ()
    assert (made.doses, made.units, made.amount, made.cost) == (1, 1, "2 g", "not known")
    assert len(products) > 1


def test_the_share_of_a_unit_is_worked_out_from_the_prices_of_its_batch(cast_store):
    for product, cents in (("ceftriaxone_1000mg_vial", 1000), ("vial_sterile_water_10", 100)):
        receive = ReceiveLot(product, "MADE-1", "2027-10-31", 20, "Store room", cents)
        do(cast_store, OKONJO, LOT, lot_record(product, "MADE-1"), receive)
    released_batch(cast_store)
    on_batch(cast_store, OKONJO, WasteUnits((1, 2), "they leaked", "pharmaceutical"), minutes(12))
    with cast_store.read() as uow:
        report = waste(uow, formulary(), NOON, NOON + timedelta(hours=1))
    scans = batch_now(cast_store).work.scans
    cents = sum({"ceftriaxone_1000mg_vial": 1000, "vial_sterile_water_10": 100}.get(scan.product, 0) for scan in scans)
    assert [(one.units, one.amount, one.containers, one.cost) for one in report.made] == [
        (2, "2 g", 0, price_words(round(cents * 2 / 3)))
    ]
    assert ("what was made", "2 g") in {(row[2], row[4]) for row in map(tuple, as_rows(report))}


def test_a_rest_that_is_thrown_away_is_told_with_the_drug_that_was_in_it(cast_store):
    container = kept(cast_store)
    discard = DiscardContainer("not needed", "pharmaceutical")
    do(cast_store, OKONJO, OPENED, opened_record(container), discard, minutes(20))
    with cast_store.read() as uow:
        report = waste(uow, formulary(), NOON, NOON + timedelta(hours=1))
    assert [(one.drug, one.containers, one.amount, one.unknown) for one in report.opened] == [("cefTRIAXone", 1, "540 mg", 0)]


def test_a_lot_that_is_used_up_is_nothing_that_expired(cast_store):
    for lot, count in (("OLD", 2), ("GONE", 1)):
        do(cast_store, OKONJO, LOT, lot_record(VIAL, lot), ReceiveLot(VIAL, lot, "2026-04-01", count, "Store room"))
    waste_it = WasteLot(1, "Store room", "expired", "past its day")
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "GONE"), waste_it)
    with cast_store.read() as uow:
        found = stock(uow, formulary(), NOON, DAY, "expired", "")
    assert ([row.lot for row in found.rows], found.counts["expired"]) == (["OLD"], 1)


def test_orders_and_counts_are_listed_page_by_page_the_open_counts_first(cast_store):
    for number in range(1, 53):
        draft = DraftPurchase(f"260414-{number:03d}", "Main wholesaler", (Line(VIAL, "vial", 1),))
        do(cast_store, MARLOW, PURCHASE, purchase_record(draft.number), draft, minutes(number))
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "A1"), ReceiveLot(VIAL, "A1", "2027-10-31", 5, "Store room"))
    do(cast_store, OKONJO, COUNT, count_record("260414-001"), BeginCount("260414-001", "Store room"), minutes(1))
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "B1"), ReceiveLot(VIAL, "B1", "2027-10-31", 5, "Shelf"))
    do(cast_store, OKONJO, COUNT, count_record("260414-002"), BeginCount("260414-002", "Shelf"), minutes(2))
    do(cast_store, MARLOW, COUNT, count_record("260414-002"), DropCount("wrong shelf"), minutes(3))
    with cast_store.read() as uow:
        clock = Clock(OFFSET)
        first, pages = purchases(uow, clock, "all")
        last, _ = purchases(uow, clock, "open", "2")
        counted, _ = counts(uow, clock)
    assert (len(first), first[0].number, pages.last) == (50, "260414-052", 2)
    assert [row.number for row in last] == ["260414-002", "260414-001"]
    assert [row.number for row in counted] == ["260414-001", "260414-002"]
