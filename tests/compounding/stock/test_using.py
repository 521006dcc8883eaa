"""A container scanned for a dose, seen from the ledger: from where it is taken, why this lot, and what is never used."""

from datetime import date

import pytest
from sqlalchemy import select

from batch_records.acting import load
from compounding.preparing.actions import ScanContainer, TakeApart
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, HoldLot, ReceiveLot, TransferLot, lot_record
from compounding.stock.tables import MoveRow
from compounding.tracing.finding import tally
from compounding.tracing.subject import Subject
from compounding.views.places import passed_over, picks, usable_lots
from tests.compounding.stock.test_opened import LATER, for_ben, kept
from tests.support.cast import ADEYEMI, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import code_of, dose_now, queued_dose

VIAL = "ceftriaxone_500mg_vial"
DAY = date(2026, 4, 14)


@pytest.fixture
def shelves(cast_store):
    for name, kind, station in (("Store room", "store_room", ""), ("Hood 1", "hood", "hood-1"), ("Held", "quarantine", "")):
        do(cast_store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True, station))
    receive(cast_store, "LATE", "2028-05-31")
    return cast_store


def receive(store, lot, expires, count=5, place="Store room"):
    do(store, OKONJO, LOT, lot_record(VIAL, lot), ReceiveLot(VIAL, lot, expires, count, place, 1250))


def put(store, lot, count, source, target):
    do(store, MARLOW, LOT, lot_record(VIAL, lot), TransferLot(count, source, target, "looked at"))


def scan(store, dose, lot, expires, **act):
    code = code_of(VIAL, lot, expires)
    return do(store, OKONJO, DOSE, dose_record(dose), ScanContainer(code), **{"station": "hood-1", **act})


def balances(store, lot):
    with store.read() as uow:
        return dict(load(uow, LOT, lot_record(VIAL, lot)).balances)


def reason_of_last_use(store):
    with store.read() as uow:
        query = select(MoveRow.reason).where(MoveRow.kind == "lot_used").order_by(MoveRow.at.desc(), MoveRow.seq.desc())
        return uow.session.execute(query).scalars().first()


def test_a_lot_that_is_typed_in_another_case_is_traced_with_the_others(shelves):
    receive(shelves, "Mixed1", "2028-05-31")
    scan = ScanContainer(code_of(VIAL, "-"), lot=" mIXED1 ", expires="2028-05-31")
    do(shelves, OKONJO, DOSE, dose_record(queued_dose(shelves)), scan, station="hood-1")
    with shelves.read() as uow:
        assert tally(uow, Subject("lot", product=VIAL, lot="Mixed1")).preparations == 1


def test_it_is_taken_from_the_hoods_own_shelf_and_goes_back_there(shelves):
    put(shelves, "LATE", 2, "Store room", "Hood 1")
    dose = queued_dose(shelves)
    scan(shelves, dose, "LATE", "280531")
    assert balances(shelves, "LATE") == {"Store room": 3, "Hood 1": 1}
    put(shelves, "LATE", 1, "Hood 1", "Store room")
    do(shelves, OKONJO, DOSE, dose_record(dose), TakeApart("another one goes first"), station="desk-1")
    assert balances(shelves, "LATE") == {"Store room": 4, "Hood 1": 1}


def test_a_lot_that_lies_in_quarantine_alone_is_refused_at_the_scan_and_not_offered(shelves):
    put(shelves, "LATE", 5, "Store room", "Held")
    dose = queued_dose(shelves)
    code = code_of(VIAL, "LATE", "280531")
    assert refused(shelves, OKONJO, DOSE, dose_record(dose), ScanContainer(code)) == "lot_quarantined"
    assert dose_now(shelves, dose).scans == ()
    with shelves.read() as uow:
        assert VIAL not in picks(uow, dose_now(shelves, dose), NOON, DAY)
        assert VIAL not in usable_lots(uow, [VIAL], NOON, DAY)


def test_the_first_to_expire_is_offered_with_the_reason_and_a_later_one_is_told_and_recorded(shelves):
    receive(shelves, "EARLY", "2026-10-31")
    dose = queued_dose(shelves)
    with shelves.read() as uow:
        offered = picks(uow, dose_now(shelves, dose), NOON, DAY)[VIAL]
    assert (offered.lot, offered.words, offered.why) == ("EARLY", "Store room", "expires before lot LATE")
    scan(shelves, dose, "LATE", "280531")
    told = "taken although lot EARLY expires first, 2026-10-31, at Store room"
    assert reason_of_last_use(shelves) == told
    with shelves.read() as uow:
        assert passed_over(uow, dose_now(shelves, dose)) == f"Lot LATE was {told.replace('2026-10-31', '31 Oct 2026')}."


def test_the_first_to_expire_that_was_scanned_is_recorded_as_that(shelves):
    receive(shelves, "EARLY", "2026-10-31")
    do(shelves, MARLOW, LOT, lot_record(VIAL, "EARLY"), HoldLot("held", "particles"))
    dose = queued_dose(shelves)
    scan(shelves, dose, "LATE", "280531")
    assert reason_of_last_use(shelves) == "first to expire"


def test_an_opened_container_that_is_still_good_is_offered_first(shelves):
    number = kept(shelves)
    dose = for_ben(shelves)
    with shelves.read() as uow:
        offered = picks(uow, dose_now(shelves, dose), LATER, DAY)
        assert number in {place.opened for place in offered.values()}
        after = next(row for row in picks(uow, dose_now(shelves, dose), LATER.replace(day=20), DAY).values())
    assert after.opened == ""
