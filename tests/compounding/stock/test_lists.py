"""The lists of stock are read alike on every database, and a wasted preparation is told with what its containers cost."""

from datetime import UTC, date, datetime, timedelta

from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Abandon, ScanContainer, Waste
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.counts import COUNT, BeginCount, count_record
from compounding.stock.levels import LEVEL, SetLevel, level_record
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, WasteLot, lot_record
from compounding.stock.purchase import PURCHASE, DraftPurchase, Line, PlacePurchase, purchase_record
from compounding.views.lots import item_names, stock
from compounding.views.stock_counts import counts
from compounding.views.stock_orders import last_prices, listed_levels, orders_of, purchases, reorder_list
from compounding.views.stock_places import balances_of, expiring, lots_at, moves, places
from compounding.views.stock_waste import waste
from tests.support.cast import ADEYEMI, MARLOW, NOON, OFFSET, OKONJO, do
from tests.support.flow import code_of, dose_now, formulary, queued_dose, staged, started

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
        assert [(one.status, one.ordered, one.cost) for one in purchases(uow, clock, "open")] == [("placed", 5, "62.50")]
        assert orders_of(uow, VIAL) == ["1"]
        assert [(one.usable, one.on_order, one.order) for one in reorder_list(uow, DAY)] == [(9, 5, 16)]
        assert [one.usable for one in listed_levels(uow, names, DAY)] == [9]
        assert last_prices(uow, [VIAL]) == {VIAL: 1250}
        assert [(one.location, one.words) for one in counts(uow, clock)] == [("Store room", "is counted")]
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
    assert [(one.drug, one.doses, one.containers) for one in report.doses] == [("cefTRIAXone", 1, 3)]
    assert (report.doses[0].cost, report.doses[0].unpriced) == ("12.50", 2)
