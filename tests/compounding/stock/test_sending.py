"""Containers carried to a satellite: out of one place, on the way, there when somebody says so; never lost, never used."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_records.acting import load
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.ledger import Lot, balances_after, moves_of
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, AdjustLot, HoldLot, ReceiveLot, TransferLot, lot_record
from compounding.stock.sending import ArriveLot, SendLot, arrival, goes_to, way_to
from compounding.tracing.places import lots_there, taken_from_there
from compounding.tracing.subject import Subject
from compounding.views.stock_orders import usable_at
from tests.support.cast import ADEYEMI, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import code_of, queued_dose

VIAL = "ceftriaxone_500mg_vial"
RECORD = lot_record(VIAL, "A1")
ICU = "ICU satellite"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3)), max_size=12))
def test_what_was_sent_is_here_on_the_way_there_or_told_as_missing(steps):
    lot, missing = Lot(VIAL, "A1", balances={"Store": 10}, place="Store"), 0
    for sends, count, lost in steps:
        way = lot.on_the_way.get(ICU, 0)
        if sends and not 1 <= count <= lot.at("Store"):
            continue
        if not sends and arrival(ArriveLot(count, ICU, lost, "dropped"), way) is not None:
            assert count + lost < 1 or count + lost > way
            continue
        action = SendLot(count, "Store", ICU) if sends else ArriveLot(count, ICU, lost, "dropped")
        missing += 0 if sends else lost
        lot = Lot(VIAL, "A1", balances=balances_after(lot, moves_of(lot, action)), place="Store")
        assert min(lot.balances.values(), default=0) >= 0
        assert lot.on_hand + missing == 10


def test_a_place_on_the_way_is_no_location():
    assert (goes_to(way_to(ICU)), goes_to(ICU)) == (ICU, "")


@pytest.fixture
def carried(cast_store):
    """Five vials, three of them on the way to a satellite."""
    for name, kind in (("Store", "store_room"), (ICU, "satellite")):
        do(cast_store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True))
    do(cast_store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "A1", "2028-05-31", 5, "Store"))
    do(cast_store, MARLOW, LOT, RECORD, SendLot(3, "Store", ICU), NOON + timedelta(minutes=1))
    return cast_store


def lot_now(store):
    with store.read() as uow:
        return load(uow, LOT, RECORD)


def test_it_is_counted_towards_its_satellite_and_used_from_nowhere_until_it_arrived(carried):
    at = NOON + timedelta(minutes=5)
    with carried.read() as uow:
        assert usable_at(uow, date(2026, 4, 14)) == {(VIAL, "Store"): 2, (VIAL, ICU): 3}
    assert refused(carried, MARLOW, LOT, RECORD, AdjustLot(2, "counted"), at) == "lot_on_the_way"
    described = DescribeLocation(way_to(ICU), "satellite", "crt", True)
    assert refused(carried, ADEYEMI, LOCATION, location_record(way_to(ICU)), described, at) == "name_taken"
    do(carried, MARLOW, LOT, RECORD, TransferLot(2, "Store", ICU), at)
    do(carried, MARLOW, LOT, RECORD, SendLot(2, ICU, "Store"), at)
    dose = dose_record(queued_dose(carried))
    scan = a.ScanContainer(code_of(VIAL, "A1", "280531"))
    assert refused(carried, OKONJO, DOSE, dose, scan, at) == "lot_on_the_way"
    assert refused(carried, MARLOW, LOT, RECORD, ArriveLot(4, ICU), at) == "not_sent"
    assert refused(carried, MARLOW, LOT, RECORD, ArriveLot(2, ICU, 1), at) == "reason_missing"
    do(carried, MARLOW, LOT, RECORD, HoldLot("held", "cracked"), at)
    do(carried, OKONJO, LOT, RECORD, ArriveLot(2, ICU, 1, "dropped on the stairs"), at)  # held, it arrives all the same
    assert dict(lot_now(carried).balances) == {ICU: 2, way_to("Store"): 2}
    assert lot_now(carried).place == ICU


def test_what_lay_warm_and_was_sent_on_is_followed_to_the_doses_at_the_satellite(carried):
    do(carried, OKONJO, LOT, RECORD, ArriveLot(3, ICU), NOON + timedelta(minutes=10))
    warm = Subject("place", place="Store", since=NOON - timedelta(hours=1), until=NOON + timedelta(seconds=30))
    number = queued_dose(carried)
    do(carried, MARLOW, LOT, RECORD, TransferLot(2, "Store", ICU), NOON + timedelta(minutes=11))
    scan = a.ScanContainer(code_of(VIAL, "A1", "280531"))
    do(carried, OKONJO, DOSE, dose_record(number), scan, NOON + timedelta(minutes=12))
    with carried.read() as uow:
        assert lots_there(uow, warm) == [RECORD]
        assert taken_from_there(uow, warm) == (number,)
        early = Subject("place", place=ICU, since=NOON - timedelta(hours=1), until=NOON + timedelta(minutes=5))
        assert lots_there(uow, early) == []
