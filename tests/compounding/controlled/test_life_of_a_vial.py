"""A controlled drug from receipt to release: each vial accounted for, wasted before a witness, counted blind, its case closed."""

from datetime import timedelta

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.controlled.account import account_of
from compounding.controlled.cases import (
    ANSWERED,
    CASE,
    CLOSED,
    OPEN,
    AnswerCase,
    ConfirmCase,
    OpenCase,
    SendBackCase,
    case_record,
)
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    COUNTING,
    DONE,
    SECOND,
    BeginControlledCount,
    Counted,
    EnterControlledCount,
    controlled_count_record,
)
from compounding.controlled.tables import VolumeRow
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.controlled.waste_state import OfferWaste, TakeBackWaste, WitnessWaste, waste_record
from compounding.preparing.actions import Abandon, Reject, Waste
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.stock.counts import COUNT, BeginCount, count_record
from compounding.stock.lot import LOT, AdjustLot, WasteLot, lot_record
from compounding.stock.opened import OPENED, DiscardContainer, KeepContainer, kept_as
from compounding.stock.opened_state import opened_record
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OKONJO, do, refused
from tests.support.controlled import (
    LOT_NUMBER,
    PLACE,
    SOON,
    VIAL,
    made_of_vials,
    offered,
    received,
    release_of,
    second_check,
    staged_vials,
    wasted,
)
from tests.support.flow import dose_now, started
from web.record_types import RECORD_TYPES

RECORD = lot_record(VIAL, LOT_NUMBER)
WASTE = waste_record("260414-001")
COUNT_RECORD = controlled_count_record("260414-001")
NAME = f"{VIAL} {LOT_NUMBER}"


def ml(text):
    return Quantity(text, "mL")


def second_vial(store, number):
    with store.read() as uow:
        return account_of(uow, dose_now(store, number), formulary_in_force(uow))[1]


def volume_on_hand(store):
    with store.read() as uow:
        return uow.session.execute(select(func.sum(VolumeRow.microlitres))).scalar() or 0


def on_hand(store):
    with store.read() as uow:
        return load(uow, LOT, RECORD).on_hand


def entered(count):
    return EnterControlledCount((Counted(NAME, count),))


def test_a_dose_is_released_only_when_the_rest_of_every_vial_was_wasted_before_a_witness(cast_store):
    number = made_of_vials(cast_store)
    assert second_vial(cast_store, number).found.rest == ml("10")
    assert volume_on_hand(cast_store) == 10_000
    second_check(cast_store, number)
    release = release_of(cast_store, number)
    assert refused(cast_store, MARLOW, DOSE, dose_record(number), release, SOON, signed=True) == "not_accounted"
    offered(cast_store, number, "10")
    assert refused(cast_store, MARLOW, DOSE, dose_record(number), release, SOON, signed=True) == "not_accounted"
    state = do(cast_store, AMARI, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, signed=True)
    assert (state.person, state.witness, state.told.amount.amount_in("mcg")) == (OKONJO.person, AMARI.person, 500)
    assert second_vial(cast_store, number).found.closed
    assert volume_on_hand(cast_store) == 0
    again = OfferWaste("260414-002", "vial", "controlled", dose=number, slot="drug-2", volume=ml("1"))
    record = waste_record("260414-002")
    assert refused(cast_store, OKONJO, CONTROLLED_WASTE, record, again, SOON, signed=True) == "nothing_left"
    do(cast_store, MARLOW, DOSE, dose_record(number), release, SOON, signed=True)
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_the_witness_is_another_person_there_and_then_with_a_secret(cast_store):
    number = made_of_vials(cast_store)
    offer = OfferWaste("260414-001", "vial", "controlled", dose=number, slot="drug-2", volume=ml("10"))

    def says(member, action, at=SOON, station="hood-1", signed=True):
        return refused(cast_store, member, CONTROLLED_WASTE, WASTE, action, at, station=station, signed=signed)

    assert says(OKONJO, offer, signed=False) == "secret_needed"
    assert says(HALLORAN, offer) == "not_allowed"
    assert says(ADEYEMI, offer) == "not_allowed"
    offered(cast_store, number, "10")
    assert says(OKONJO, WitnessWaste()) == "same_person"
    assert says(CASTELL, WitnessWaste()) == "not_allowed"
    assert says(AMARI, WitnessWaste(), signed=False) == "secret_needed"
    assert says(AMARI, WitnessWaste(), station="hood-2") == "not_present"
    assert says(AMARI, WitnessWaste(), SOON + timedelta(minutes=16)) == "too_late"
    assert says(OKONJO, TakeBackWaste(" ")) == "reason_missing"
    do(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, TakeBackWaste("nobody came"), SOON)
    assert says(AMARI, WitnessWaste()) == "waste_over"
    assert second_vial(cast_store, number).found.rest == ml("10")


def test_a_waste_short_by_more_than_the_tolerance_opens_a_case_that_others_close(cast_store):
    number = made_of_vials(cast_store)
    offer = OfferWaste("260414-001", "vial", "controlled", dose=number, slot="drug-2", volume=ml("9.5"))
    assert refused(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, offer, SOON, signed=True) == "reason_missing"
    wasted(cast_store, number, "9.5", "less was in it than it says")
    assert second_vial(cast_store, number).found.closed
    assert volume_on_hand(cast_store) == 0
    with cast_store.read() as uow:
        case = load(uow, CASE, case_record("W260414-001"))
    assert (case.status, case.told.volume, case.told.schedule) == (OPEN, ml("-0.5"), "CII")
    assert {OKONJO.person, AMARI.person} <= set(case.told.involved)
    assert case.told.due > SOON


def test_a_rest_within_the_tolerance_needs_no_reason_and_no_case(cast_store):
    number = made_of_vials(cast_store)
    wasted(cast_store, number, "9.8")
    assert second_vial(cast_store, number).found.closed
    with cast_store.read() as uow:
        assert not load(uow, CASE, case_record("W260414-001")).number


def test_what_is_kept_is_accounted_for_and_is_discarded_only_before_a_witness(cast_store):
    number = made_of_vials(cast_store)
    record = kept_as(number, "drug-2")
    kept = do(cast_store, OKONJO, OPENED, record, KeepContainer(number, "drug-2", "crt", PLACE), SOON)
    assert second_vial(cast_store, number).found.closed
    assert volume_on_hand(cast_store) == 10_000
    assert refused(cast_store, OKONJO, OPENED, record, DiscardContainer("over", "sharps"), SOON) == "controlled"
    offer = OfferWaste("260414-001", "opened", "controlled", container=kept.number, volume=ml("10"))
    do(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, offer, SOON, signed=True)
    do(cast_store, HALLORAN, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, signed=True)
    with cast_store.read() as uow:
        assert load(uow, OPENED, opened_record(kept.number)).state == "discarded"
    assert volume_on_hand(cast_store) == 0
    assert refused(cast_store, OKONJO, OPENED, kept_as(number, "drug-1"), KeepContainer(number, "drug-1", "crt", PLACE), SOON)


def test_a_rejected_dose_is_wasted_by_two_and_the_dose_says_so(cast_store):
    number = made_of_vials(cast_store)
    do(cast_store, MARLOW, DOSE, dose_record(number), Reject("particles", "seen"), SOON, station="desk-1", signed=True)
    alone = Waste("30 mL", "controlled", AMARI.person)
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), alone, SOON) == "witness_needed"
    offer = OfferWaste("260414-001", "dose", "controlled", dose=number, volume=ml("30"))
    do(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, offer, SOON, signed=True)
    state = do(cast_store, MARLOW, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, signed=True)
    assert state.told.amount.amount_in("mcg") == 1500
    assert dose_now(cast_store, number).status is DoseStatus.WASTED


def test_an_untouched_vial_of_a_dose_that_was_stopped_goes_back_to_stock_before_a_witness(cast_store):
    received(cast_store)
    number = started(cast_store, staged_vials(cast_store))
    do(cast_store, OKONJO, DOSE, dose_record(number), Abandon("power failed"), SOON)
    assert on_hand(cast_store) == 8
    offered = OfferWaste("260414-001", "vial", "back", dose=number, slot="drug-2", reason="never opened")
    do(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, offered, SOON, signed=True)
    do(cast_store, AMARI, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, signed=True)
    assert on_hand(cast_store) == 9
    assert second_vial(cast_store, number).found.closed


def test_nobody_alone_wastes_or_puts_right_a_controlled_lot(cast_store):
    received(cast_store)
    assert refused(cast_store, MARLOW, LOT, RECORD, AdjustLot(9, "miscounted", PLACE)) == "controlled"
    assert refused(cast_store, OKONJO, LOT, RECORD, WasteLot(1, PLACE, "broken", "fell")) == "controlled"
    assert refused(cast_store, MARLOW, COUNT, count_record("1"), BeginCount("1", PLACE)) == "nothing_there"
    offer = OfferWaste(
        "260414-001", "stock", "controlled", product=VIAL, lot=LOT_NUMBER, location=PLACE, count=1, cause="broken",
        reason="fell",
    )  # fmt: skip
    do(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, offer, SOON, signed=True)
    do(cast_store, AMARI, CONTROLLED_WASTE, WASTE, WitnessWaste(), SOON, signed=True)
    assert on_hand(cast_store) == 9


def test_a_blind_count_by_two_opens_a_case_that_neither_of_them_closes_and_two_others_do(cast_store):
    received(cast_store)
    do(cast_store, OKONJO, CONTROLLED_COUNT, COUNT_RECORD, BeginControlledCount("260414-001", PLACE), SOON)
    first = do(cast_store, OKONJO, CONTROLLED_COUNT, COUNT_RECORD, entered(9), SOON, signed=True)
    assert (first.status, first.first[0].expected) == (SECOND, None)
    code = refused(cast_store, OKONJO, CONTROLLED_COUNT, COUNT_RECORD, entered(9), SOON, signed=True)
    assert code == "counted_already"
    done = do(cast_store, AMARI, CONTROLLED_COUNT, COUNT_RECORD, entered(9), SOON, signed=True)
    assert (done.status, [one.difference for one in done.differing]) == (DONE, [-1])
    case = case_record("C260414-001-1")

    def says(member, action, signed=True):
        return refused(cast_store, member, CASE, case, action, SOON, signed=signed)

    answer = AnswerCase("counting", "one vial was used and written to another lot")
    assert says(OKONJO, answer) == "not_allowed"
    assert says(MARLOW, AnswerCase("counting", " ")) == "reason_missing"
    assert says(MARLOW, AnswerCase("theft", "the drawer was open")) == "report_missing"
    assert says(MARLOW, answer, signed=False) == "secret_needed"
    assert do(cast_store, MARLOW, CASE, case, answer, SOON, signed=True).status == ANSWERED
    assert says(MARLOW, ConfirmCase()) == "same_person"
    assert on_hand(cast_store) == 10
    assert do(cast_store, DUARTE, CASE, case, SendBackCase("which lot?"), SOON).status == OPEN
    do(cast_store, MARLOW, CASE, case, answer, SOON, signed=True)
    assert do(cast_store, DUARTE, CASE, case, ConfirmCase(), SOON, signed=True).status == CLOSED
    assert says(ADEYEMI, answer) == "case_over"
    assert on_hand(cast_store) == 9
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_who_counted_or_caused_never_answers_the_case(cast_store):
    received(cast_store)
    do(cast_store, MARLOW, CONTROLLED_COUNT, COUNT_RECORD, BeginControlledCount("260414-001", PLACE), SOON)
    for member in (MARLOW, ADEYEMI):
        do(cast_store, member, CONTROLLED_COUNT, COUNT_RECORD, entered(11), SOON, signed=True)
    answer = AnswerCase("found", "the drawer below")
    case = case_record("C260414-001-1")
    assert refused(cast_store, MARLOW, CASE, case, answer, SOON, signed=True) == "involved"
    do(cast_store, DUARTE, CASE, case, answer, SOON, signed=True)
    assert refused(cast_store, ADEYEMI, CASE, case, ConfirmCase(), SOON, signed=True) == "involved"


def test_two_counts_that_differ_are_both_made_again_and_an_open_case_is_not_found_twice(cast_store):
    received(cast_store)
    do(cast_store, OKONJO, CONTROLLED_COUNT, COUNT_RECORD, BeginControlledCount("260414-001", PLACE), SOON)
    do(cast_store, OKONJO, CONTROLLED_COUNT, COUNT_RECORD, entered(8), SOON, signed=True)
    apart = do(cast_store, AMARI, CONTROLLED_COUNT, COUNT_RECORD, entered(9), SOON, signed=True)
    assert (apart.status, apart.apart, apart.counted_by) == (COUNTING, 1, ())
    for member in (OKONJO, AMARI):
        do(cast_store, member, CONTROLLED_COUNT, COUNT_RECORD, entered(9), SOON, signed=True)
    again = controlled_count_record("260414-002")
    do(cast_store, OKONJO, CONTROLLED_COUNT, again, BeginControlledCount("260414-002", PLACE), SOON)
    for member in (OKONJO, AMARI):
        done = do(cast_store, member, CONTROLLED_COUNT, again, entered(9), SOON, signed=True)
    assert done.differing == ()


def test_a_case_opened_by_hand_says_what_was_seen(cast_store):
    received(cast_store)
    told = OpenCase("260414-001", VIAL, "fentaNYL", LOT_NUMBER, PLACE, -1)
    record = case_record("260414-001")
    assert refused(cast_store, OKONJO, CASE, record, told, SOON) == "reason_missing"
    assert refused(cast_store, HALLORAN, CASE, record, told, SOON) == "not_allowed"
    uncontrolled = OpenCase("260414-001", "ceftriaxone_1000mg_vial", "x", "1", PLACE, -1, reason="gone")
    assert refused(cast_store, OKONJO, CASE, record, uncontrolled, SOON) == "not_controlled"
    opened = do(cast_store, OKONJO, CASE, record, OpenCase("260414-001", VIAL, "fentaNYL", LOT_NUMBER, PLACE, -1,
                reason="a box was open"), SOON)  # fmt: skip
    assert opened.status == OPEN
    assert opened.told.due > NOON
