"""The shelves of the demonstration: locations, an order that came in part, minimum and maximum, and a count that differs."""

from datetime import datetime, timedelta

from compounding.demonstration.history import Stage
from compounding.stock.counts import COUNT, BeginCount, Found, SubmitCount, count_record
from compounding.stock.levels import LEVEL, SetLevel, level_record
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, TransferLot, WasteLot, lot_record
from compounding.stock.purchase import PURCHASE, DraftPurchase, Line, PlacePurchase, ReceivePurchase, purchase_record

IV_ROOM, STORE, SATELLITE, QUARANTINE = "IV room A", "Store room", "ICU satellite", "Quarantine shelf"
COLD_QUARANTINE = "Quarantine refrigerator"
LOCATIONS = (
    (IV_ROOM, "anteroom", "mixed"),
    (STORE, "store_room", "mixed"),
    (SATELLITE, "satellite", "fridge"),
    (QUARANTINE, "quarantine", "crt"),
    (COLD_QUARANTINE, "quarantine", "fridge"),
)
ORDERED = (("vancomycin_1000mg_vial", 40, 845), ("cefazolin_1000mg_vial", 100, 410), ("ondansetron_4mg_2ml_vial", 50, 125))
"""Product, containers and cents for one of the order that is open."""
LEVELS = (
    ("vancomycin_1000mg_vial", STORE, 20, 60), ("cefazolin_1000mg_vial", IV_ROOM, 60, 120),
    ("ondansetron_4mg_2ml_vial", IV_ROOM, 60, 150), ("ceftriaxone_500mg_vial", IV_ROOM, 20, 80),
)  # fmt: skip
OTHER_LOTS = (
    ("vancomycin_1000mg_vial", "DEMO-EARLY", 20, 12, 832), ("ceftriaxone_500mg_vial", "DEMO-WEEK", 5, 4, 290),
    ("famotidine_20mg_2ml_vial", "DEMO-PAST", -3, 6, 210),
)  # fmt: skip
"""Product, lot, days until its last day, containers, cents for one."""


def locations(stage: Stage, at: datetime) -> None:
    """The lead says where stock may lie."""
    for name, kind, storage in LOCATIONS:
        described = DescribeLocation(name, kind, storage, True)
        stage.do(LOCATION, location_record(name), described, stage.cast["adeyemi"], at, "desk-1")


def shelves(stage: Stage, now: datetime) -> None:
    """What the buyer did this morning, after the first preparations were made."""
    buyer, at = stage.cast["reyes"], now - timedelta(minutes=6)
    day = (at + timedelta(minutes=stage.offset_minutes)).date()
    items = {item.id: item.display for item in stage.formulary().items}
    for product, lot, days, count, price in OTHER_LOTS:
        if product in items:
            last = (day + timedelta(days=days)).isoformat()
            came = ReceiveLot(product, lot, last, count, IV_ROOM, price, reason="borrowed from the sister hospital")
            stage.do(LOT, lot_record(product, lot), came, buyer, at, "store-1")
    past = OTHER_LOTS[-1]
    if past[0] in items:
        record = lot_record(past[0], past[1])
        stage.do(LOT, record, TransferLot(6, IV_ROOM, QUARANTINE, "expired"), buyer, at, "store-1")
        stage.do(LOT, record, WasteLot(2, QUARANTINE, "expired", "past its last day"), buyer, at, "store-1")
    for product, location, minimum, maximum in LEVELS:
        level = SetLevel(product, location, minimum, maximum)
        stage.do(LEVEL, level_record(product, location), level, buyer, at, "store-1")
    _order(stage, items, day.strftime("%y%m%d"), at)
    _count(stage, day.strftime("%y%m%d"), at)


def _order(stage: Stage, items: dict[str, str], day: str, at: datetime) -> None:
    """An order of which one line came, with two damaged and at another price."""
    buyer, number = stage.cast["reyes"], f"{day}-001"
    record = purchase_record(number)
    lines = tuple(Line(product, items[product], count, price) for product, count, price in ORDERED)
    stage.do(PURCHASE, record, DraftPurchase(number, "Demonstration wholesaler", lines), buyer, at, "store-1")
    stage.do(PURCHASE, record, PlacePurchase(), buyer, at, "store-1")
    product, count, price = ORDERED[0]
    last = (at + timedelta(days=500)).date().isoformat()
    came = ReceivePurchase(product, "DEMO-NEW", last, count // 2, 2, STORE, price + 30, QUARANTINE)
    stage.do(PURCHASE, record, came, buyer, at, "store-1")


def _count(stage: Stage, day: str, at: datetime) -> None:
    """A count of the store room that found one container fewer; a second person has yet to decide."""
    number = f"{day}-001"
    record = count_record(number)
    begun = stage.do(COUNT, record, BeginCount(number, STORE), stage.cast["amari"], at, "store-1")
    there = ORDERED[0][1] // 2 - 2
    found = tuple(Found(one.product, one.lot, there - 1) for one in begun.lots)
    stage.do(COUNT, record, SubmitCount(found), stage.cast["amari"], at, "store-1")
