"""What takes two persons: a lot handled by two, the rest of a started dose on the ward, the inventory of a day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.controlled.account import ACCOUNT, account_record
from compounding.controlled.cases import CASE, OPEN, case_record
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    BeginControlledCount,
    Counted,
    EnterControlledCount,
    controlled_count_record,
)
from compounding.controlled.handling import HANDLING
from compounding.controlled.handling_state import OfferHandling, SecondHandling, TakeBackHandling, handling_record
from compounding.controlled.inventory import INVENTORY, SIGNED, CountersignInventory, TakeInventory, inventory_record
from compounding.controlled.policy import inventory_due, received_by_two, rest_is_kept
from compounding.controlled.tables import VolumeRow
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.controlled.waste_state import OfferWaste, WitnessWaste, waste_record
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Receive, StartAdministration
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock import lot as lots
from compounding.stock import receipt as receipts
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, ReturnLot, TransferLot, lot_record
from compounding.stock.numbers import new_number
from compounding.stock.purchase import PURCHASE, DraftPurchase, PlacePurchase, ReceivePurchase, purchase_record
from compounding.stock.purchase import Line as PurchaseLine
from compounding.views.controlled_inventory import due, paper
from compounding.views.controlled_register import register
from formulary.house.usual_times import may_be_left_out
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.controlled import LOT_NUMBER, PLACE, SOON, VIAL, paired_vials, received
from tests.support.flow import formulary
from web.record_types import RECORD_TYPES

CLOCK = Clock(OFFSET)
RECORD = lot_record(VIAL, LOT_NUMBER)
HANDLED = handling_record("260414-001")
WASTE = waste_record("260414-011")
COUNT = controlled_count_record("260414-001")
SATELLITE, QUARANTINE = "Satellite", "Quarantine"
MOVE = OfferHandling("260414-001", "transfer", VIAL, LOT_NUMBER, 3, source=PLACE, target=SATELLITE, reason="for the night")


def ml(text):
    return Quantity(text, "mL")


def described(store):
    for name, kind in ((PLACE, "anteroom"), (SATELLITE, "satellite"), (QUARANTINE, "quarantine")):
        do(store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True), NOON)


def balances(store):
    with store.read() as uow:
        return dict(load(uow, LOT, RECORD).balances)


def shown(store, told=MOVE, by=OKONJO, at=SOON):
    return do(store, by, HANDLING, HANDLED, told, at, signed=True)


def not_shown(store, told, by=OKONJO, signed=True):
    return refused(store, by, HANDLING, HANDLED, told, SOON, signed=signed)


def second(store, by=AMARI, at=SOON, **more):
    return do(store, by, HANDLING, HANDLED, SecondHandling(), at, signed=True, **more)


def not_second(store, by, at=SOON, signed=True, **more):
    return refused(store, by, HANDLING, HANDLED, SecondHandling(), at, signed=signed, **more)


def test_one_person_alone_neither_moves_nor_returns_a_controlled_lot_and_is_told_where_two_do(cast_store):
    received(cast_store)
    described(cast_store)
    for action in (TransferLot(1, PLACE, SATELLITE), ReturnLot(1, PLACE, "wholesaler", "too many")):
        assert refused(cast_store, MARLOW, LOT, RECORD, action) == "controlled"
    assert balances(cast_store) == {PLACE: 10}


def test_both_locations_change_with_the_second_signature_and_not_before(cast_store):
    received(cast_store)
    described(cast_store)
    assert not_shown(cast_store, MOVE, signed=False) == "secret_needed"
    assert not_shown(cast_store, replace(MOVE, count=11)) == "not_enough_there"
    assert not_shown(cast_store, replace(MOVE, reason=" ")) == "reason_missing"
    assert not_shown(cast_store, replace(MOVE, product="ceftriaxone_500mg_vial")) == "not_controlled"
    assert not_shown(cast_store, replace(MOVE, subject="return", supplier="x")) == "not_allowed"
    assert not_shown(cast_store, MOVE, by=HALLORAN) == "not_allowed"
    told = shown(cast_store).told
    assert told.arithmetic == "IV room A: 10 − 3 = 7; Satellite: 0 + 3 = 3"
    assert balances(cast_store) == {PLACE: 10}
    assert not_second(cast_store, OKONJO) == "same_person"
    assert not_second(cast_store, CASTELL) == "not_allowed"
    assert not_second(cast_store, AMARI, signed=False) == "secret_needed"
    assert not_second(cast_store, AMARI, station="hood-2") == "not_present"
    assert not_second(cast_store, AMARI, SOON + timedelta(minutes=16)) == "too_late"
    second(cast_store)
    assert balances(cast_store) == {PLACE: 7, SATELLITE: 3}
    assert not_second(cast_store, DUARTE) == "handling_over"
    with cast_store.read() as uow:
        line = register(uow, VIAL, SATELLITE, NOON - timedelta(days=1), NOON + timedelta(days=1), CLOCK).lines[-1]
    assert (line.what, line.containers, line.who, line.witness) == ("moved", "+3", "T. Okonjo, CPhT", "L. Amari, CPhT")
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_what_changed_meanwhile_is_shown_again_and_nothing_moves_when_it_is_taken_back(cast_store):
    received(cast_store)
    described(cast_store)
    shown(cast_store)
    received(cast_store, 1)
    assert not_second(cast_store, AMARI) == "changed"
    do(cast_store, OKONJO, HANDLING, HANDLED, TakeBackHandling("counted anew"), SOON)
    assert not_second(cast_store, AMARI) == "handling_over"
    assert balances(cast_store) == {PLACE: 11}


def test_out_of_quarantine_one_of_the_two_is_a_pharmacist_or_the_lead(cast_store):
    received(cast_store, place=QUARANTINE)
    described(cast_store)
    shown(cast_store, replace(MOVE, source=QUARANTINE, target=PLACE))
    assert not_second(cast_store, AMARI) == "not_allowed"
    second(cast_store, MARLOW)
    assert balances(cast_store) == {QUARANTINE: 7, PLACE: 3}


def test_a_return_takes_a_pharmacist_or_the_buyer_and_a_second_person(cast_store):
    received(cast_store)
    shown(cast_store, replace(MOVE, subject="return", supplier="reverse distributor", target=""), MARLOW)
    second(cast_store, OKONJO)
    assert balances(cast_store) == {PLACE: 7}


def test_where_the_house_asks_a_controlled_drug_is_received_by_two_also_against_an_order(cast_store, monkeypatch):
    described(cast_store)
    for module in (lots, receipts):
        monkeypatch.setattr(module, "received_by_two", lambda site: True)
    alone = ReceiveLot(VIAL, LOT_NUMBER, "2027-10-31", 10, PLACE)
    assert refused(cast_store, OKONJO, LOT, RECORD, alone) == "controlled"
    order = purchase_record("260414-001")
    lines = (PurchaseLine(VIAL, "fentaNYL", 10),)
    do(cast_store, MARLOW, PURCHASE, order, DraftPurchase("260414-001", "wholesaler", lines))
    do(cast_store, MARLOW, PURCHASE, order, PlacePurchase())
    came = ReceivePurchase(VIAL, LOT_NUMBER, "2027-10-31", 10, 2, PLACE, damaged_place=QUARANTINE)
    assert refused(cast_store, OKONJO, PURCHASE, order, came) == "controlled"
    told = OfferHandling(
        "260414-001", "receipt", VIAL, LOT_NUMBER, 10, target=PLACE, expires="2027-10-31", order="260414-001", damaged=2,
        damaged_place=QUARANTINE,
    )  # fmt: skip
    assert not_shown(cast_store, replace(told, order="", reason="loan")) == "damaged_alone"
    shown(cast_store, told)
    second(cast_store)
    assert balances(cast_store) == {PLACE: 8, QUARANTINE: 2}
    with cast_store.read() as uow:
        assert load(uow, PURCHASE, order).came(VIAL) == 8
        lines = register(uow, VIAL, PLACE, NOON - timedelta(days=1), NOON + timedelta(days=1), CLOCK).lines
    assert [(line.who, line.witness) for line in lines] == [("T. Okonjo, CPhT", "L. Amari, CPhT")]


def on_the_ward(store):
    number = paired_vials(store)
    do(store, HALLORAN, DOSE, dose_record(number), Receive("7 West"), SOON, station="ward-7w")
    return number


def rest(number, given, volume, reason=""):
    return OfferWaste(
        "260414-011", "remainder", "controlled", dose=number, given=ml(given), volume=ml(volume), reason=reason
    )


def test_given_and_wasted_on_the_ward_are_what_left_the_pharmacy_or_a_case_stands_for_it(cast_store):
    number = on_the_ward(cast_store)

    def says(told, by=HALLORAN):
        return refused(cast_store, by, CONTROLLED_WASTE, WASTE, told, SOON, station="ward-7w", signed=True)

    assert says(rest(number, "22", "8")) == "not_started"
    do(cast_store, HALLORAN, DOSE, dose_record(number), StartAdministration(), SOON, station="ward-7w")
    before = volumes(cast_store)
    assert says(rest(number, "22", "6")) == "reason_missing"
    assert says(replace(rest(number, "22", "8"), given=None)) == "given_missing"
    assert says(replace(rest(number, "22", "8"), subject="vial")) == "not_allowed"
    told = do(
        cast_store, HALLORAN, CONTROLLED_WASTE, WASTE, rest(number, "22", "6", "the line was primed"), SOON,
        station="ward-7w", signed=True,
    ).told  # fmt: skip
    assert told.arithmetic == "30 mL left the pharmacy − 22 mL given = 8 mL"
    assert (told.difference, told.amount.amount_in("mcg")) == (ml("2"), 300)
    own = refused(cast_store, HALLORAN, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, station="ward-7w", signed=True)
    assert own == "same_person"
    do(cast_store, MARLOW, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, station="ward-7w", signed=True)
    with cast_store.read() as uow:
        case = load(uow, CASE, case_record("W260414-011"))
        assert load(uow, ACCOUNT, account_record(number)).remainder == "260414-011"
    assert (case.status, case.told.volume, set(case.told.involved)) == (OPEN, ml("-2"), {HALLORAN.person, MARLOW.person})
    assert volumes(cast_store) == before
    again = replace(rest(number, "22", "8"), number="260414-012")
    record = waste_record("260414-012")
    assert refused(cast_store, HALLORAN, CONTROLLED_WASTE, record, again, SOON, signed=True) == "told_already"
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def volumes(store):
    with store.read() as uow:
        return uow.session.execute(select(func.sum(VolumeRow.microlitres))).scalar()


def counted(store, count, by=(OKONJO, AMARI)):
    do(store, by[0], CONTROLLED_COUNT, COUNT, BeginControlledCount("260414-001", PLACE), SOON)
    for member in by:
        found = EnterControlledCount((Counted(f"{VIAL} {LOT_NUMBER}", count),))
        do(store, member, CONTROLLED_COUNT, COUNT, found, SOON, signed=True)


def test_an_inventory_is_taken_from_counts_that_were_made_on_its_day_and_signed_by_two(cast_store):
    received(cast_store)
    record = inventory_record("260414-001")
    take = TakeInventory("260414-001", "2026-04-14", "close")

    def says(action, by=MARLOW, signed=True):
        return refused(cast_store, by, INVENTORY, record, action, SOON, signed=signed)

    assert says(take) == "not_counted"
    counted(cast_store, 9)
    assert says(replace(take, day="2026-04-13")) == "not_counted"
    assert says(replace(take, day="2026-04-15")) == "day_wrong"
    assert says(replace(take, moment="noon")) == "moment_wrong"
    assert says(take, signed=False) == "secret_needed"
    assert says(take, OKONJO) == "not_allowed"
    taken = do(cast_store, MARLOW, INVENTORY, record, take, SOON, signed=True)
    line = taken.lines[0]
    assert (line.schedule, line.location, line.count, line.difference) == ("CII", PLACE, 9, -1)
    assert line.counted_by == "T. Okonjo, CPhT and L. Amari, CPhT"
    with cast_store.read() as uow:
        formulary = formulary_in_force(uow)
        assert due(uow, formulary.site, NOON.date()).overdue
        told = paper(uow, formulary, taken, SOON, CLOCK)
    assert ("NOT COMPLETE" in told["status"], told["parts"][0]["title"]) == (True, "Schedule II")
    assert says(CountersignInventory()) == "same_person"
    signed = do(cast_store, OKONJO, INVENTORY, record, CountersignInventory(), SOON, signed=True)
    assert signed.status == SIGNED
    with cast_store.read() as uow:
        site = formulary_in_force(uow).site
        assert not due(uow, site, NOON.date() + timedelta(days=730)).overdue
        assert due(uow, site, NOON.date() + timedelta(days=731)).overdue
    assert verify_records(cast_store, RECORD_TYPES).problems == []


@pytest.mark.parametrize(("last", "expected"), [("", "001"), ("007", "008"), ("999", "1000"), ("1000", "1001")])
def test_the_numbers_of_a_day_go_on_after_the_thousandth(cast_store, last, expected):
    if last:
        begin = BeginControlledCount(f"260414-{last}", "nowhere")
        refused(cast_store, OKONJO, CONTROLLED_COUNT, controlled_count_record(f"260414-{last}"), begin)
        if last == "1000":
            refused(cast_store, OKONJO, CONTROLLED_COUNT, controlled_count_record("260414-999"), begin)
    assert new_number(cast_store, "controlled_count", "a-key", NOON, OFFSET) == f"260414-{expected}"


def test_a_house_that_leaves_the_values_out_keeps_no_rest_and_tells_no_interval():
    site = formulary().site
    left_out = {"controlled_rest_kept", "controlled_received_by", "controlled_inventory_every"}
    assert all(may_be_left_out(name) for name in left_out)
    assert not may_be_left_out("controlled_tolerance_volume")
    assert rest_is_kept(site)
    bare = replace(site, values=tuple(row for row in site.values if row.name not in left_out))
    assert (rest_is_kept(bare), received_by_two(bare), inventory_due(bare, NOON.date())) == (False, False, None)
