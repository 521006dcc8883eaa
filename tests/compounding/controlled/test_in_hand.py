"""Vials of a controlled drug that come back before the preparation was begun: in hand, counted, until two put them back."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.controlled import handling as handlings
from compounding.controlled.cases import CASE, AnswerCase, ConfirmCase, OpenCase, case_record
from compounding.controlled.counts import items_at
from compounding.controlled.handling import HANDLING
from compounding.controlled.handling_state import OfferHandling, SecondHandling, TakeBackHandling, handling_record
from compounding.controlled.tables import VolumeRow
from compounding.controlled.unsettled import in_hand
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.controlled.waste_state import OfferWaste, WitnessWaste, waste_record
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import ScanContainer, TakeApart
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.actions import Discontinue
from compounding.reviewing.record import ORDER
from compounding.stock.in_hand import InHand, hand_at, still_there
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.stock.opened import OPENED, KeepContainer, kept_as
from compounding.stock.opened_state import AVAILABLE, IN_HAND, opened_record
from compounding.views.controlled import overview
from compounding.views.controlled_register import register
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.controlled import (
    FENTANYL,
    LOT_NUMBER,
    PLACE,
    SOON,
    VIAL,
    code_of_vial,
    made_of_vials,
    received,
    staged_vials,
)
from tests.support.flow import ORDER_NUMBER, dose_now, queued_dose
from web.record_types import RECORD_TYPES

RECORD = lot_record(VIAL, LOT_NUMBER)
HANDLED = handling_record("260414-001")
HAND = hand_at("hood-1")
CLOCK = Clock(OFFSET)


def lot_now(store):
    with store.read() as uow:
        return load(uow, LOT, RECORD)


def apart(store, by=AMARI, station="hood-2"):
    """Two vials staged at hood 1 and taken apart, from ten."""
    received(store)
    number = staged_vials(store)
    do(store, by, DOSE, dose_record(number), TakeApart("another hood"), SOON, station=station)
    return number


def back(number, count=2, **more):
    told = {"source": HAND, "target": PLACE, "dose": number, **more}
    return OfferHandling("260414-001", "back", VIAL, LOT_NUMBER, count, **told)


def lines_at(store, place):
    with store.read() as uow:
        found = register(uow, VIAL, place, NOON - timedelta(days=1), NOON + timedelta(days=1), CLOCK).lines
    return [(line.what, line.containers, line.who, line.witness, line.containers_after) for line in found]


def seen(store, at=SOON):
    with store.read() as uow:
        return overview(uow, formulary_in_force(uow), at, CLOCK)


def test_vials_taken_apart_are_in_hand_at_their_hood_until_two_persons_put_them_back(cast_store):
    number = apart(cast_store)
    assert dict(lot_now(cast_store).balances) == {PLACE: 8, HAND: 2}
    with cast_store.read() as uow:
        assert [item.lot for item in items_at(uow, HAND)] == [LOT_NUMBER]
    waiting = seen(cast_store).in_hand
    assert [(one.row.count, one.row.place, one.row.home, one.by) for one in waiting] == [(2, HAND, PLACE, "L. Amari, CPhT")]
    assert seen(cast_store, NOON + timedelta(hours=11)).in_hand[0].late

    def shows(told, by=OKONJO, signed=True):
        return refused(cast_store, by, HANDLING, HANDLED, told, SOON, signed=signed)

    def seconds(by, station="hood-1", at=SOON, signed=True):
        return refused(cast_store, by, HANDLING, HANDLED, SecondHandling(), at, station=station, signed=signed)

    assert shows(back(number), signed=False) == "secret_needed"
    assert shows(back(number), HALLORAN) == "not_allowed"
    assert shows(back(number, 3)) == "not_in_hand"
    assert shows(back(number, target="a drawer")) == "not_in_hand"
    assert shows(back("another dose")) == "not_in_hand"
    do(cast_store, OKONJO, HANDLING, HANDLED, back(number), SOON, signed=True)
    assert (seconds(OKONJO), seconds(CASTELL), seconds(DUARTE, signed=False)) == ("same_person", "not_allowed", "secret_needed")
    assert (seconds(DUARTE, "desk-1"), seconds(DUARTE, at=SOON + timedelta(minutes=16))) == ("not_present", "too_late")
    assert dict(lot_now(cast_store).balances) == {PLACE: 8, HAND: 2}
    do(cast_store, DUARTE, HANDLING, HANDLED, SecondHandling(), SOON, signed=True)
    assert (dict(lot_now(cast_store).balances), lot_now(cast_store).in_hand) == ({PLACE: 10}, ())
    assert seen(cast_store).in_hand == ()
    hand = lines_at(cast_store, HAND)
    assert hand[:2] == [("back from a dose, unopened: in hand", "+1", "L. Amari, CPhT", "", count) for count in (1, 2)]
    assert hand[2] == ("put back by two persons", "−2", "T. Okonjo, CPhT", "K. Duarte, RPh", 0)
    assert lines_at(cast_store, PLACE)[-1] == ("put back by two persons", "+2", "T. Okonjo, CPhT", "K. Duarte, RPh", 10)
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_vials_of_an_order_that_was_stopped_wait_for_two_as_well(cast_store, monkeypatch):
    received(cast_store)
    number = staged_vials(cast_store)
    do(cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("not needed"), SOON, station="ward-7w")
    assert dose_now(cast_store, number).status is DoseStatus.CANCELLED
    assert lot_now(cast_store).in_hand == (InHand(number, HAND, PLACE),) * 2
    waiting = seen(cast_store).in_hand[0]
    assert (waiting.by, waiting.taken_by) == ("Dr. R. Castell", "T. Okonjo, CPhT")
    do(cast_store, OKONJO, HANDLING, HANDLED, back(number, 1), SOON, signed=True)
    do(cast_store, AMARI, HANDLING, HANDLED, TakeBackHandling("called away"), SOON)
    assert dict(lot_now(cast_store).balances) == {PLACE: 8, HAND: 2}
    monkeypatch.setattr(handlings, "schedule_of", lambda *_: "")  # the drug lost its schedule meanwhile
    again = replace(back(number), number="260414-002")
    do(cast_store, OKONJO, HANDLING, handling_record("260414-002"), again, SOON, signed=True)
    do(cast_store, AMARI, HANDLING, handling_record("260414-002"), SecondHandling(), SOON, signed=True)
    assert dict(lot_now(cast_store).balances) == {PLACE: 10}


def test_what_is_in_hand_is_used_by_no_scan_and_goes_nowhere_else(cast_store):
    received(cast_store, 2)
    do(cast_store, ADEYEMI, LOCATION, location_record("Satellite"), DescribeLocation("Satellite", "satellite", "crt", True))
    number = staged_vials(cast_store)
    do(cast_store, OKONJO, DOSE, dose_record(number), TakeApart("another hood"), SOON)
    scan = ScanContainer(code_of_vial())
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), scan, SOON) == "lot_in_hand"
    for more in ({"subject": "transfer", "target": "Satellite"}, {"subject": "return", "supplier": "wholesaler"}):
        told = replace(back(number, 1), reason="x", **more)
        assert refused(cast_store, MARLOW, HANDLING, HANDLED, told, SOON, signed=True) == "in_hand"
    named = DescribeLocation(HAND, "hood", "crt", True)
    assert refused(cast_store, ADEYEMI, LOCATION, location_record(HAND), named) == "name_taken"
    into = ReceiveLot(VIAL, LOT_NUMBER, "2027-10-31", 1, HAND)
    assert refused(cast_store, OKONJO, LOT, RECORD, into) == "in_hand"
    received(cast_store, 1)
    do(cast_store, OKONJO, DOSE, dose_record(number), scan, SOON)
    assert dict(lot_now(cast_store).balances) == {HAND: 2}


def test_a_vial_in_hand_that_is_broken_or_gone_leaves_it_before_a_witness_or_by_a_closed_case(cast_store):
    number = apart(cast_store)
    broken = OfferWaste(
        "260414-001", "stock", "controlled", product=VIAL, lot=LOT_NUMBER, location=HAND, count=1, cause="broken", reason="fell"
    )
    do(cast_store, OKONJO, CONTROLLED_WASTE, waste_record("260414-001"), broken, SOON, signed=True)
    do(cast_store, DUARTE, CONTROLLED_WASTE, waste_record("260414-001"), WitnessWaste(), SOON, signed=True)
    assert lot_now(cast_store).in_hand == (InHand(number, HAND, PLACE),)
    case = case_record("260414-001")
    do(cast_store, AMARI, CASE, case, OpenCase("260414-001", VIAL, "fentaNYL", LOT_NUMBER, HAND, -1, reason="tray empty"), SOON)
    do(cast_store, MARLOW, CASE, case, AnswerCase("broken", "glass in the bin"), SOON, signed=True)
    do(cast_store, DUARTE, CASE, case, ConfirmCase(), SOON, signed=True)
    assert (dict(lot_now(cast_store).balances), lot_now(cast_store).in_hand) == ({PLACE: 8}, ())
    assert refused(cast_store, OKONJO, HANDLING, HANDLED, back(number, 1), SOON, signed=True) == "not_in_hand"
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_an_opened_container_that_comes_back_is_in_hand_with_its_volume_and_put_back_by_two(cast_store):
    first = made_of_vials(cast_store)
    kept = do(cast_store, OKONJO, OPENED, kept_as(first, "drug-2"), KeepContainer(first, "drug-2", "crt", PLACE), SOON)
    record = opened_record(kept.number)
    number = queued_dose(cast_store, FENTANYL, number="260414-0177")
    do(cast_store, OKONJO, DOSE, dose_record(number), ScanContainer(f"96{kept.number}"), SOON)
    with cast_store.read() as uow:
        assert [item.container for item in items_at(uow, PLACE) if item.container] == []
    do(cast_store, OKONJO, DOSE, dose_record(number), TakeApart("another vial"), SOON)

    def now():
        with cast_store.read() as uow:
            volumes = uow.session.execute(
                select(VolumeRow.location, func.sum(VolumeRow.microlitres)).group_by(VolumeRow.location)
            )
            found = load(uow, OPENED, record)
            return found.state, found.place, {place: int(volume) for place, volume in volumes if volume}

    assert now() == (IN_HAND, HAND, {HAND: 10_000})
    again = ScanContainer(f"96{kept.number}")
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), again, SOON) == "opened_in_hand"
    with cast_store.read() as uow:
        assert [row.container for row in in_hand(uow, formulary_in_force(uow))] == [kept.number]
    wrong = back(number, 2, container=kept.number)
    assert refused(cast_store, OKONJO, HANDLING, HANDLED, wrong, SOON, signed=True) == "container_wrong"
    told = do(cast_store, OKONJO, HANDLING, HANDLED, back(number, 1, container=kept.number), SOON, signed=True).told
    assert told.arithmetic == "500 mcg in 10 mL in it by its record"
    assert refused(cast_store, OKONJO, HANDLING, HANDLED, SecondHandling(), SOON, signed=True) == "same_person"
    do(cast_store, AMARI, HANDLING, HANDLED, SecondHandling(), SOON, signed=True)
    assert now() == (AVAILABLE, PLACE, {PLACE: 10_000})
    do(cast_store, OKONJO, DOSE, dose_record(number), again, SOON)
    do(cast_store, OKONJO, DOSE, dose_record(number), TakeApart("another vial"), SOON)
    told = OfferWaste("260414-001", "opened", "controlled", container=kept.number, volume=Quantity(10, "mL"))
    do(cast_store, OKONJO, CONTROLLED_WASTE, waste_record("260414-001"), told, SOON, signed=True)
    do(cast_store, AMARI, CONTROLLED_WASTE, waste_record("260414-001"), WitnessWaste(), SOON, signed=True)
    assert now()[2] == {}
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_what_the_ledger_no_longer_has_in_hand_is_dropped_the_oldest_first():
    held = (InHand("1", HAND, "A"), InHand("2", "In hand at hood-2", "A"), InHand("3", HAND, "B"))
    assert still_there(held, {HAND: 1, "In hand at hood-2": 1}) == held[1:]
    assert still_there(held, {HAND: 2}) == (held[0], held[2])
    assert still_there(held, {}) == ()
