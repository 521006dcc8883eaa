"""What somebody might try with a controlled drug, and what comes of it: nothing is lost from sight by one person's word."""

from datetime import timedelta
from typing import get_args

from sqlalchemy import func, select

from batch_records.acting import load, perform
from batch_records.acts import SYSTEM, Act
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.controlled.cases import CASE, OPEN, AnswerCase, ConfirmCase, OpenCase, case_record
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    BeginControlledCount,
    Counted,
    DropControlledCount,
    EnterControlledCount,
    controlled_count_record,
)
from compounding.controlled.tables import VolumeRow
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.controlled.waste_state import SUBJECTS, WASTED_BY_ROLE, OfferWaste, WitnessWaste, waste_record
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import (
    Abandon,
    Find,
    HandOver,
    Hold,
    Quarantine,
    Reject,
    ReportMissing,
    ScanContainer,
    TakeApart,
    Undo,
)
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.stock.in_hand import hand_at
from compounding.stock.lot import LOT, lot_record
from compounding.stock.lot_actions import ACTIONS
from compounding.stock.lot_rules import BY_TWO
from compounding.stock.opened import OPENED, KeepContainer, kept_as
from compounding.stock.opened_state import SPENT, opened_record
from compounding.views.controlled import overview
from compounding.views.controlled_persons import persons
from compounding.views.controlled_register import register
from formulary.repository import formulary_in_force
from tests.support.cast import ADEYEMI, AMARI, DUARTE, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.controlled import (
    FENTANYL,
    LOT_NUMBER,
    PLACE,
    SOON,
    VIAL,
    code_of_vial,
    made_of_vials,
    offered,
    paired_vials,
    received,
    staged_vials,
    wasted,
)
from tests.support.flow import TOMAS, dose_now, queued_dose, started, step_done
from web.record_types import RECORD_TYPES

WASTE = waste_record("260414-001")
LATER = NOON + timedelta(hours=11)
CLOCK = Clock(OFFSET)


def ml(text):
    return Quantity(text, "mL")


def on_hand(store):
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, LOT_NUMBER)).on_hand


def opened_volume(store):
    with store.read() as uow:
        return uow.session.execute(select(func.sum(VolumeRow.microlitres))).scalar() or 0


def seen(store, at=SOON):
    with store.read() as uow:
        return overview(uow, formulary_in_force(uow), at, CLOCK)


def case_of(store, number):
    with store.read() as uow:
        return load(uow, CASE, case_record(number))


def offer(store, number, subject="vial", by=OKONJO, at=SOON, **more):
    told = OfferWaste("260414-001", subject, "controlled", dose=number, **more)
    return do(store, by, CONTROLLED_WASTE, WASTE, told, at, signed=True)


def no_offer(store, number, subject="vial", by=OKONJO, at=SOON, stream="controlled", **more):
    told = OfferWaste("260414-001", subject, stream, dose=number, **more)
    return refused(store, by, CONTROLLED_WASTE, WASTE, told, at, signed=True)


def witnessed(store, by=AMARI, at=SOON):
    return do(store, by, CONTROLLED_WASTE, WASTE, WitnessWaste(), at, signed=True)


def test_who_opens_a_case_by_hand_never_closes_it_and_finds_no_more_missing_than_there_are(cast_store):
    received(cast_store)
    record = case_record("260414-001")
    told = OpenCase("260414-001", VIAL, "fentaNYL", LOT_NUMBER, PLACE, -1, reason="a box was open")
    for wrong in (-11, -1):
        place = PLACE if wrong == -11 else "nowhere"
        too_many = OpenCase("260414-001", VIAL, "x", LOT_NUMBER, place, wrong, reason="gone")
        assert refused(cast_store, MARLOW, CASE, record, too_many, SOON) == "not_there"
    opened = do(cast_store, MARLOW, CASE, record, told, SOON)
    assert opened.told.involved == (MARLOW.person,)
    answer = AnswerCase("counting", "it was written twice")
    assert refused(cast_store, MARLOW, CASE, record, answer, SOON, signed=True) == "involved"
    do(cast_store, DUARTE, CASE, record, answer, SOON, signed=True)


def test_a_count_that_somebody_signed_is_not_dropped(cast_store):
    received(cast_store)
    record = controlled_count_record("260414-001")
    do(cast_store, OKONJO, CONTROLLED_COUNT, record, BeginControlledCount("260414-001", PLACE), SOON)
    found = EnterControlledCount((Counted(f"{VIAL} {LOT_NUMBER}", 9),))
    do(cast_store, OKONJO, CONTROLLED_COUNT, record, found, SOON, signed=True)
    drop = DropControlledCount("interrupted")
    assert refused(cast_store, MARLOW, CONTROLLED_COUNT, record, drop, SOON) == "counted_already"
    apart = EnterControlledCount((Counted(f"{VIAL} {LOT_NUMBER}", 10),))
    do(cast_store, AMARI, CONTROLLED_COUNT, record, apart, SOON, signed=True)
    assert refused(cast_store, MARLOW, CONTROLLED_COUNT, record, drop, SOON) == "counted_already"


def test_the_rest_of_a_vial_stays_on_the_list_when_its_dose_is_wasted_or_expires(cast_store):
    number = made_of_vials(cast_store)
    assert [row.number for row in seen(cast_store).doses] == [number]
    do(cast_store, MARLOW, DOSE, dose_record(number), Reject("particles", "seen"), SOON, station="desk-1", signed=True)
    assert [(row.number, row.late) for row in seen(cast_store).to_waste] == [(number, False)]
    assert [row.late for row in seen(cast_store, LATER).to_waste] == [True]
    offer(cast_store, number, "dose", volume=ml("30"))
    witnessed(cast_store)
    assert dose_now(cast_store, number).status is DoseStatus.WASTED
    assert [row.number for row in seen(cast_store).doses] == [number]
    assert seen(cast_store).to_waste == ()


def test_vials_of_a_dose_on_hold_are_still_under_way(cast_store):
    received(cast_store)
    number = queued_dose(cast_store, FENTANYL, TOMAS)
    do(cast_store, OKONJO, DOSE, dose_record(number), ScanContainer(code_of_vial()), NOON)
    perform(cast_store, DOSE, dose_record(number), Hold("order held"), Act(SYSTEM, "server", SOON, "hold-it"))
    assert dose_now(cast_store, number).status is DoseStatus.HELD
    assert seen(cast_store).under_way == 1


def test_what_was_put_into_a_stopped_preparation_is_wasted_whole_or_a_case_stands_for_it(cast_store):
    received(cast_store)
    number = started(cast_store, staged_vials(cast_store))
    while dose_now(cast_store, number).current_step.put != "final":
        step_done(cast_store, number)
    step_done(cast_store, number)
    put = dose_now(cast_store, number).records[-1].volume
    do(cast_store, OKONJO, DOSE, dose_record(number), Abandon("spilled"), SOON)
    assert no_offer(cast_store, number, "dose", volume=ml("1"), reason="") == "reason_missing"
    told = offer(cast_store, number, "dose", volume=ml("1"), reason="spilled").told
    assert (told.computed, told.difference) == (put, put - ml("1"))
    witnessed(cast_store)
    case = case_of(cast_store, "W260414-001")
    assert (case.status, case.told.volume) == (OPEN, ml("1") - put)


def test_an_opened_container_that_lost_its_count_is_wasted_by_what_was_recorded(cast_store):
    number = made_of_vials(cast_store)
    kept = do(cast_store, OKONJO, OPENED, kept_as(number, "drug-2"), KeepContainer(number, "drug-2", "crt", PLACE), SOON)
    other = queued_dose(cast_store, FENTANYL, number="260414-0177")
    do(cast_store, OKONJO, DOSE, dose_record(other), ScanContainer(f"96{kept.number}"), SOON)
    started(cast_store, other)
    do(cast_store, OKONJO, DOSE, dose_record(other), Abandon("spilled"), SOON)
    with cast_store.read() as uow:
        assert load(uow, OPENED, opened_record(kept.number)).state == SPENT
    told = OfferWaste("260414-001", "opened", "controlled", container=kept.number, volume=ml("2"), reason="spilled")
    do(cast_store, OKONJO, CONTROLLED_WASTE, WASTE, told, SOON, signed=True)
    witnessed(cast_store)
    assert case_of(cast_store, "W260414-001").told.volume == ml("-8")


def test_a_controlled_dose_reported_missing_is_a_case_that_others_close(cast_store):
    number = paired_vials(cast_store)
    do(cast_store, AMARI, DOSE, dose_record(number), ReportMissing("cart, ward fridge"), SOON)
    case = case_of(cast_store, f"M{number}")
    assert (case.status, case.told.volume, case.told.schedule) == (OPEN, ml("-30"), "CII")
    assert AMARI.person in case.told.involved
    assert [row.number for row in seen(cast_store).to_waste] == [number]
    do(cast_store, OKONJO, DOSE, dose_record(number), Find("behind the pump"), SOON)
    assert case_of(cast_store, f"M{number}").status == OPEN
    answer = AnswerCase("found", "seal intact, 30 mL in it")
    do(cast_store, MARLOW, CASE, case_record(f"M{number}"), answer, SOON, signed=True)
    do(cast_store, DUARTE, CASE, case_record(f"M{number}"), ConfirmCase(), SOON, signed=True)
    assert [row.state for row in seen(cast_store).to_waste] == ["returned"]


def test_the_vials_of_a_dose_quarantined_before_it_was_begun_are_put_back_and_the_dose_is_ended(cast_store):
    received(cast_store)
    number = staged_vials(cast_store)
    do(cast_store, ADEYEMI, DOSE, dose_record(number), Quarantine("alarm of the room"), SOON, station="desk-1")
    assert opened_volume(cast_store) == 40_000
    assert no_offer(cast_store, number, "dose", by=ADEYEMI, volume=ml("0")) == "nothing_to_waste"
    for index, slot in enumerate(("drug-1", "drug-2"), start=1):
        record = waste_record(f"260414-01{index}")
        back = OfferWaste(f"260414-01{index}", "vial", "back", dose=number, slot=slot, reason="never opened")
        do(cast_store, OKONJO, CONTROLLED_WASTE, record, back, SOON, signed=True)
        do(cast_store, AMARI, CONTROLLED_WASTE, record, WitnessWaste(), SOON, signed=True)
    assert (on_hand(cast_store), opened_volume(cast_store)) == (10, 0)
    offer(cast_store, number, "dose", by=ADEYEMI)
    witnessed(cast_store)
    assert dose_now(cast_store, number).status is DoseStatus.WASTED
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_a_vial_of_a_dose_in_which_a_volume_was_undone_is_not_put_back_as_unopened(cast_store):
    received(cast_store)
    number = started(cast_store, staged_vials(cast_store))
    while not any(one.volume is not None for one in dose_now(cast_store, number).records):
        step_done(cast_store, number)
    last = dose_now(cast_store, number).records[-1].step
    do(cast_store, OKONJO, DOSE, dose_record(number), Undo(last, "wrong syringe"), SOON)
    do(cast_store, OKONJO, DOSE, dose_record(number), Abandon("spilled"), SOON)
    assert no_offer(cast_store, number, stream="back", slot="drug-1", reason="never opened") == "was_opened"
    assert no_offer(cast_store, number, stream="back", slot="drug-2", reason="never opened") == "was_opened"


def test_only_a_vial_that_was_never_opened_goes_back_to_stock(cast_store):
    received(cast_store)
    of_stock = {"product": VIAL, "lot": LOT_NUMBER, "location": PLACE, "count": 1, "cause": "broken", "reason": "fell"}
    assert no_offer(cast_store, "", "stock", stream="back", **of_stock) == "stream_wrong"


def test_what_is_off_within_the_tolerance_leaves_the_ledger_of_volumes_with_the_vial(cast_store):
    number = made_of_vials(cast_store)
    wasted(cast_store, number, "9.8")
    assert opened_volume(cast_store) == 0
    with cast_store.read() as uow:
        kinds = uow.session.execute(select(VolumeRow.kind, VolumeRow.microlitres).where(VolumeRow.kind == "within_tolerance"))
        assert list(kinds) == [("within_tolerance", -200)]
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_small_shortages_within_the_tolerance_add_up_beside_the_person(cast_store):
    number = made_of_vials(cast_store)
    wasted(cast_store, number, "9.8")
    with cast_store.read() as uow:
        tables = persons(uow, formulary_in_force(uow), NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert {row.name: row.within for row in tables[0].rows} == {"T. Okonjo, CPhT": "0.2 mL"}


def test_the_register_names_who_took_a_vial_also_after_the_dose_was_taken_apart(cast_store):
    received(cast_store)
    number = staged_vials(cast_store)
    do(cast_store, AMARI, DOSE, dose_record(number), TakeApart("another hood"), SOON)
    with cast_store.read() as uow:
        lines = register(uow, VIAL, PLACE, NOON - timedelta(days=1), NOON + timedelta(days=1), CLOCK).lines
        hand = register(uow, VIAL, hand_at("hood-1"), NOON - timedelta(days=1), NOON + timedelta(days=1), CLOCK).lines
    assert [(line.what, line.who) for line in lines[1:]] == [("taken for a dose", "T. Okonjo, CPhT")] * 2
    assert [(line.what, line.who) for line in hand] == [("back from a dose, unopened: in hand", "L. Amari, CPhT")] * 2


def test_the_figures_of_persons_count_whole_wastes_and_no_waste_that_was_taken_back(cast_store):
    number = made_of_vials(cast_store)
    offered(cast_store, number, "8", "less was in it")
    with cast_store.read() as uow:
        tables = persons(uow, formulary_in_force(uow), NOON - timedelta(days=1), NOON + timedelta(days=1))
    row = next(row for row in tables[0].rows if row.name.startswith("T. Okonjo"))
    assert (row.stated, row.whole) == (0, 0)
    do(cast_store, MARLOW, DOSE, dose_record(number), Reject("particles", "seen"), SOON, station="desk-1", signed=True)
    other = OfferWaste("260414-002", "dose", "controlled", dose=number, volume=ml("30"))
    do(cast_store, AMARI, CONTROLLED_WASTE, waste_record("260414-002"), other, SOON, signed=True)
    do(cast_store, OKONJO, CONTROLLED_WASTE, waste_record("260414-002"), WitnessWaste(), SOON, signed=True)
    with cast_store.read() as uow:
        tables = persons(uow, formulary_in_force(uow), NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert {row.name: row.whole for row in tables[0].rows} == {"T. Okonjo, CPhT": 0, "L. Amari, CPhT": 1}


def test_what_was_drawn_stands_with_who_drew_it_also_when_another_person_took_over(cast_store):
    received(cast_store)
    number = started(cast_store, staged_vials(cast_store))
    while dose_now(cast_store, number).current_step.put != "final":
        step_done(cast_store, number)
    step_done(cast_store, number)
    do(cast_store, AMARI, DOSE, dose_record(number), HandOver(), SOON)
    do(cast_store, AMARI, DOSE, dose_record(number), Abandon("spilled"), SOON)
    with cast_store.read() as uow:
        tables = persons(uow, formulary_in_force(uow), NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert [(row.name, row.doses) for row in tables[0].rows] == [("T. Okonjo, CPhT", 1)]


def test_every_new_way_to_change_the_count_of_a_lot_is_decided_for_controlled_drugs():
    by_hand = set(ACTIONS.values()) - set(get_args(BY_TWO))
    assert {action.__name__ for action in by_hand} == {"HoldLot", "FreeLot", "UseContainer", "ArriveLot", "PutBackLot"}
    assert set(SUBJECTS) == set(WASTED_BY_ROLE)
