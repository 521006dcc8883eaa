"""A dose from the order to the paired label and on, through the records of both databases, as people do it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from batch_records.acting import Done, Refused, load, perform
from batch_records.store import Store
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.tables import DoseRow, FigureRow, UsedRow
from compounding.reviewing.actions import Discontinue, YieldDoses
from compounding.reviewing.record import ORDER
from compounding.stock.lot import LOT, HoldLot, ReceiveLot, lot_record
from tests.support.attempts import at_once
from tests.support.cast import (
    ADEYEMI,
    AMARI,
    CASTELL,
    DUARTE,
    HALLORAN,
    IBARRA,
    MARLOW,
    NOON,
    OKONJO,
    act_of,
    do,
    refused,
)
from tests.support.flow import (
    A_PICTURE,
    ORDER_NUMBER,
    SOUND,
    code_of,
    completed,
    content_digest,
    dose_now,
    paired,
    prepared,
    queued_dose,
    released,
    scanned,
    staged,
    started,
    step_done,
)

VIAL = "ceftriaxone_500mg_vial"
LATER = NOON + timedelta(minutes=20)


def entries(store: Store, number: str) -> list[str]:
    """Kinds of all entries of a dose, refused ones with their code."""
    with store.read() as uow:
        found = uow.entries(dose_record(number))
    return [e.kind if e.kind != "refused" else f"refused {e.payload['code']}" for e in found]


def row(store: Store, number: str) -> Any:
    with store.read() as uow:
        return uow.session.execute(select(DoseRow).where(DoseRow.number == number)).scalars().one()


def on_hand(store: Store, lot: str) -> int:
    with store.read() as uow:
        return load(uow, LOT, lot_record(VIAL, lot)).on_hand


def test_an_order_becomes_a_paired_label_and_reaches_the_patient(any_cast_store: Store) -> None:
    number = paired(any_cast_store)
    record = dose_record(number)
    do(any_cast_store, HALLORAN, DOSE, record, a.Receive("Peds med room"), LATER)
    dose = do(any_cast_store, HALLORAN, DOSE, record, a.StartAdministration(), LATER)
    assert (dose.status, dose.released.person, dose.copies) == ("administered", MARLOW.person, 1)
    shown = row(any_cast_store, number)
    assert (shown.status, shown.released_by, shown.completed_by) == ("administered", MARLOW.person, OKONJO.person)
    with any_cast_store.read() as uow:
        figure = uow.session.execute(select(FigureRow)).scalars().one()
        used = uow.session.execute(select(UsedRow.product).where(UsedRow.dose == number)).scalars().all()
    assert (figure.drug, figure.ordered, figure.found, figure.unit) == ("ceftriaxone", "460", "460", "mg")
    assert VIAL in used and len(used) == 3


def test_what_is_refused_is_an_entry_and_changes_nothing(any_cast_store: Store) -> None:
    number = queued_dose(any_cast_store)
    record, before = dose_record(number), dose_now(any_cast_store, number)
    for code, told in (
        (code_of("vancomycin_500mg_vial"), "wrong_container"),
        (code_of(VIAL, expires="260413"), "container_expired"),
        (code_of(VIAL, "-"), "lot_needed"),
        ("01003999999999911727103110X", "code_unknown"),
        ("garbage!", "code_unreadable"),
    ):
        assert refused(any_cast_store, OKONJO, DOSE, record, a.ScanContainer(code)) == told
    assert dose_now(any_cast_store, number) == before
    assert [kind for kind in entries(any_cast_store, number) if kind != "queue"] == [
        "refused wrong_container", "refused container_expired", "refused lot_needed", "refused code_unknown",
        "refused code_unreadable",
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["held", "recalled"])
def test_a_lot_that_is_stopped_is_refused_wherever_it_already_is(any_cast_store: Store, state: str) -> None:
    lot = lot_record(VIAL, "BAD-1")
    do(any_cast_store, ADEYEMI, LOT, lot, HoldLot(state, "glass particles", VIAL, "BAD-1"))
    number = queued_dose(any_cast_store)
    record = dose_record(number)
    assert refused(any_cast_store, OKONJO, DOSE, record, a.ScanContainer(code_of(VIAL, "BAD-1"))) == f"lot_{state}"
    typed = a.ScanContainer(code_of(VIAL, "-"), "bad-1 ", "2027-10-31", True, A_PICTURE)
    assert refused(any_cast_store, OKONJO, DOSE, record, typed) == f"lot_{state}"
    do(any_cast_store, OKONJO, DOSE, record, a.ScanContainer(code_of(VIAL, "GOOD-1")))
    staged(any_cast_store, number)
    do(any_cast_store, ADEYEMI, LOT, lot_record(VIAL, "GOOD-1"), HoldLot(state, "glass particles"))
    assert refused(any_cast_store, OKONJO, DOSE, record, a.StartPreparation("hood-1")) == f"lot_{state}"


def test_a_received_lot_is_picked_without_a_picture_and_counted(any_cast_store: Store) -> None:
    lot = lot_record(VIAL, "IN-7")
    do(any_cast_store, OKONJO, LOT, lot, ReceiveLot(VIAL, "IN-7", "2027-05-31", 10, "IV room A"))
    number = queued_dose(any_cast_store)
    pick = a.ScanContainer(code_of(VIAL, "-"), "IN-7", "2029-01-01")
    dose = do(any_cast_store, OKONJO, DOSE, dose_record(number), pick)
    assert (dose.scans[0].expires, dose.scans[0].typed, on_hand(any_cast_store, "IN-7")) == ("2027-05-31", False, 9)
    do(any_cast_store, OKONJO, DOSE, dose_record(number), a.TakeApart("made later"))
    assert on_hand(any_cast_store, "IN-7") == 10


def test_two_smaller_vials_of_the_same_strength_plan_the_counts_anew(any_cast_store: Store) -> None:
    number = queued_dose(any_cast_store)
    dose = scanned(any_cast_store, number, "ceftriaxone_250mg_vial")
    assert [c.product for c in dose_now(any_cast_store, number).drawing.components if c.role == "drug"] == [
        "ceftriaxone_250mg_vial", "ceftriaxone_250mg_vial",
    ]  # fmt: skip
    assert dose.planned == dose_now(any_cast_store, number).planned
    assert "plan_draw_up" in entries(any_cast_store, number)
    assert dose_now(any_cast_store, completed(any_cast_store, number)).status == "awaiting_final_check"


def test_a_container_with_a_serial_number_belongs_to_one_dose(any_cast_store: Store) -> None:
    serial = code_of(VIAL, "SER-1") + "\x1d21ABC1"
    first = queued_dose(any_cast_store)
    do(any_cast_store, OKONJO, DOSE, dose_record(first), a.ScanContainer(serial))
    second = queued_dose(any_cast_store, number="260414-0141")
    assert refused(any_cast_store, AMARI, DOSE, dose_record(second), a.ScanContainer(serial)) == "reserved"
    do(any_cast_store, OKONJO, DOSE, dose_record(first), a.TakeApart("made later"))
    assert do(any_cast_store, AMARI, DOSE, dose_record(second), a.ScanContainer(serial)).scans


def test_a_step_that_was_not_measured_is_read_from_its_picture_before_it_passes(any_cast_store: Store) -> None:
    number = started(any_cast_store)
    record = dose_record(number)
    do(any_cast_store, OKONJO, DOSE, record, a.RecordUnmeasured(1, A_PICTURE, "drawn before it was recorded"))
    while step_done(any_cast_store, number):
        pass
    do(any_cast_store, OKONJO, DOSE, record, a.Complete(f"92{number}", A_PICTURE), signed=True)
    release = a.Release(content_digest(any_cast_store, number))
    assert refused(any_cast_store, MARLOW, DOSE, record, release, signed=True) == "not_measured"
    planned = dose_now(any_cast_store, number).drawing.step(1).volume
    assert planned is not None
    do(any_cast_store, MARLOW, DOSE, record, a.ReadFromPicture(1, planned))
    assert refused(any_cast_store, MARLOW, DOSE, record, release, signed=True) == "page_stale"
    release = a.Release(content_digest(any_cast_store, number))
    assert do(any_cast_store, MARLOW, DOSE, record, release, signed=True).status == "released"


def test_whoever_takes_over_is_a_preparer_too_and_neither_may_check(any_cast_store: Store) -> None:
    number = started(any_cast_store)
    record = dose_record(number)
    measured = a.RecordVolume(1, dose_volume(any_cast_store, number))
    assert refused(any_cast_store, IBARRA, DOSE, record, measured) == "not_preparer"
    do(any_cast_store, IBARRA, DOSE, record, a.HandOver())
    prepared_by_both = [step_done(any_cast_store, number, who) for who in (IBARRA, OKONJO)]
    assert all(prepared_by_both)
    do(any_cast_store, IBARRA, DOSE, record, a.Complete(f"92{number}", A_PICTURE), signed=True)
    release = a.Release(content_digest(any_cast_store, number))
    assert refused(any_cast_store, IBARRA, DOSE, record, release, signed=True) == "own_work"
    assert do(any_cast_store, MARLOW, DOSE, record, release, signed=True).status == "released"


def dose_volume(store: Store, number: str) -> Any:
    step = dose_now(store, number).current_step
    assert step is not None
    return step.volume


def test_an_order_that_stops_while_it_is_mixed_leaves_only_the_way_out(any_cast_store: Store) -> None:
    number = prepared(any_cast_store)
    do(any_cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("fever gone"), station="desk-2")
    record = dose_record(number)
    complete = a.Complete(f"92{number}", A_PICTURE)
    assert refused(any_cast_store, OKONJO, DOSE, record, complete, signed=True) == "order_not_active"
    assert do(any_cast_store, OKONJO, DOSE, record, a.Abandon("order stopped")).status == "abandoned"
    waste = a.Waste("29.6 mL", "pharmacy waste")
    assert do(any_cast_store, OKONJO, DOSE, record, waste).status == "wasted"


def test_a_released_dose_of_a_stopped_order_goes_back_and_never_to_the_patient(any_cast_store: Store) -> None:
    number = paired(any_cast_store)
    record = dose_record(number)
    do(any_cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("fever gone"), station="desk-2")
    do(any_cast_store, HALLORAN, DOSE, record, a.Receive("Peds"), LATER)
    assert refused(any_cast_store, HALLORAN, DOSE, record, a.StartAdministration(), LATER) == "order_not_active"
    do(any_cast_store, HALLORAN, DOSE, record, a.ReturnDose("unopened", "room temperature"), LATER)
    assert refused(any_cast_store, MARLOW, DOSE, record, a.Reuse("sound", sound=SOUND), LATER, signed=True) == "order_not_active"


def test_a_returned_dose_is_used_again_under_a_new_label_and_lives_no_longer(any_cast_store: Store) -> None:
    number = paired(any_cast_store)
    record, before = dose_record(number), dose_now(any_cast_store, number)
    do(any_cast_store, HALLORAN, DOSE, record, a.ReturnDose("unopened", "room temperature"), LATER)
    assert refused(any_cast_store, OKONJO, DOSE, record, a.Reuse("in date", sound=SOUND), LATER) == "not_allowed"
    dose = do(any_cast_store, MARLOW, DOSE, record, a.Reuse("seal intact, in date", sound=SOUND), LATER, signed=True)
    assert (dose.status, dose.copies, dose.beyond_use, dose.released) == ("released", 0, before.beyond_use, before.released)
    over = before.beyond_use_at()
    assert over is not None
    do(any_cast_store, HALLORAN, DOSE, record, a.ReturnDose("unopened", "room temperature"), LATER)
    assert refused(any_cast_store, MARLOW, DOSE, record, a.Reuse("late", sound=SOUND), over, signed=True) == "beyond_use_passed"


def test_a_missing_dose_is_replaced_and_blocked_when_it_is_found(any_cast_store: Store) -> None:
    number = paired(any_cast_store)
    record = dose_record(number)
    do(any_cast_store, HALLORAN, DOSE, record, a.ReportMissing("refrigerator, cart, tube"), LATER)
    remake = YieldDoses(LATER, number)
    order = order_record(ORDER_NUMBER)
    assert refused(any_cast_store, OKONJO, ORDER, order, remake, LATER) == "not_allowed"
    do(any_cast_store, MARLOW, ORDER, order, remake, LATER)
    assert dose_now(any_cast_store, dose_number(ORDER_NUMBER, 2)).remake_of == number
    assert refused(any_cast_store, MARLOW, ORDER, order, remake, LATER) == "made_anew"
    do(any_cast_store, OKONJO, DOSE, record, a.Find("behind the cart"), LATER)
    assert refused(any_cast_store, MARLOW, DOSE, record, a.Reuse("found", sound=SOUND), LATER, signed=True) == "was_missing"
    assert do(any_cast_store, OKONJO, DOSE, record, a.Waste("all", "pharmacy waste"), LATER).status == "wasted"


def test_a_rejected_dose_is_made_anew_under_a_number_that_names_it(any_cast_store: Store) -> None:
    number = completed(any_cast_store)
    order = order_record(ORDER_NUMBER)
    assert refused(any_cast_store, MARLOW, ORDER, order, YieldDoses(LATER, number), LATER) == "nothing_to_remake"
    do(
        any_cast_store,
        MARLOW,
        DOSE,
        dose_record(number),
        a.Reject("particles", "seen against black"),
        LATER,
        signed=True,
    )
    do(any_cast_store, MARLOW, ORDER, order, YieldDoses(LATER, number), LATER)
    anew = dose_now(any_cast_store, dose_number(ORDER_NUMBER, 2))
    assert (anew.status, anew.remake_of, anew.scans) == ("queued", number, ())
    assert (
        refused(any_cast_store, MARLOW, ORDER, order, YieldDoses(LATER, "260414-0999-01-1"), LATER)
        == "not_of_this_order"
    )


def test_a_pharmacist_alone_at_night_releases_and_another_checks_afterwards(any_cast_store: Store) -> None:
    number = completed(any_cast_store, by=IBARRA)
    record = dose_record(number)
    alone = a.EmergencyRelease(content_digest(any_cast_store, number), "alone, septic infant")
    dose = do(any_cast_store, IBARRA, DOSE, record, alone, LATER, signed=True)
    assert (dose.status, dose.emergency, row(any_cast_store, number).emergency) == ("released", True, 1)
    again = a.CheckAfterwards(True, "pictures and record")
    assert refused(any_cast_store, IBARRA, DOSE, record, again, LATER, signed=True) == "same_checker"
    assert do(any_cast_store, MARLOW, DOSE, record, again, LATER, signed=True).afterwards.person == MARLOW.person


def test_an_emergency_that_is_not_agreed_afterwards_is_blocked_at_once(any_cast_store: Store) -> None:
    number = completed(any_cast_store, by=IBARRA)
    record = dose_record(number)
    alone = a.EmergencyRelease(content_digest(any_cast_store, number), "alone, septic infant")
    do(any_cast_store, IBARRA, DOSE, record, alone, LATER, signed=True)
    do(any_cast_store, MARLOW, DOSE, record, a.CheckAfterwards(False, "volume cannot be read"), LATER, signed=True)
    assert dose_now(any_cast_store, number).status == "quarantined"


def test_a_quarantine_is_ended_by_two_and_only_for_what_was_released(any_cast_store: Store) -> None:
    number, other = released(any_cast_store), queued_dose(any_cast_store, number="260414-0142")
    made = completed(any_cast_store, number=other)
    for one in (number, made):
        do(any_cast_store, ADEYEMI, DOSE, dose_record(one), a.Quarantine("refrigerator failed"), LATER)
    end = a.EndQuarantine("temperature log shows no excursion")
    assert refused(any_cast_store, ADEYEMI, DOSE, dose_record(made), end, LATER, signed=True) == "never_released"
    assert refused(any_cast_store, MARLOW, DOSE, dose_record(number), end, LATER, signed=True) == "not_allowed"
    do(any_cast_store, ADEYEMI, DOSE, dose_record(number), end, LATER, signed=True)
    dose = do(any_cast_store, DUARTE, DOSE, dose_record(number), end, LATER, signed=True)
    assert (dose.status, dose.released.person) == ("released", MARLOW.person)
    assert refused(any_cast_store, OKONJO, DOSE, dose_record(made), a.Waste("all", "waste"), LATER) == "not_allowed"
    assert do(any_cast_store, ADEYEMI, DOSE, dose_record(made), a.Waste("all", "waste"), LATER).status == "wasted"


def test_the_same_key_does_it_once_and_with_other_content_is_refused(any_cast_store: Store) -> None:
    number = queued_dose(any_cast_store)
    scan = a.ScanContainer(code_of(VIAL, "K-1"))
    act = act_of(OKONJO, key="one-key")
    first, again = (perform(any_cast_store, DOSE, dose_record(number), scan, act) for _ in range(2))
    assert isinstance(first, Done) and isinstance(again, Done) and first.entry == again.entry
    assert len(dose_now(any_cast_store, number).scans) == 1
    other = perform(any_cast_store, DOSE, dose_record(number), a.ScanContainer(code_of(VIAL, "K-2")), act)
    assert isinstance(other, Refused) and other.refusal.code == "key_reused"


@pytest.mark.slow
def test_of_two_pharmacists_who_release_at_once_one_does_and_the_other_is_told(any_cast_store: Store) -> None:
    number = completed(any_cast_store)
    release, record = a.Release(content_digest(any_cast_store, number)), dose_record(number)

    def by(member: Any) -> Callable[[], Any]:
        return lambda: perform(any_cast_store, DOSE, record, release, act_of(member, LATER, signed=True))

    answers = at_once(by(MARLOW), by(DUARTE), by(MARLOW), by(DUARTE))
    assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Refused", "Refused", "Refused"]
    assert entries(any_cast_store, number).count("release") == 1
    assert {answer.refusal.code for answer in answers if isinstance(answer, Refused)} == {"wrong_state"}


@pytest.mark.slow
def test_of_two_technicians_one_starts_and_an_order_stopped_meanwhile_wins_or_loses_whole(
    any_cast_store: Store,
) -> None:
    number = staged(any_cast_store)
    record, order = dose_record(number), order_record(ORDER_NUMBER)
    start = a.StartPreparation("hood-1")
    calls = [lambda m=m: perform(any_cast_store, DOSE, record, start, act_of(m, LATER)) for m in (OKONJO, AMARI)]
    calls.append(lambda: perform(any_cast_store, ORDER, order, Discontinue("stopped"), act_of(CASTELL, LATER)))
    answers = at_once(*calls)
    begun = [answer for answer in answers[:2] if isinstance(answer, Done)]
    assert len(begun) <= 1
    assert dose_now(any_cast_store, number).status == ("in_prep" if begun else "cancelled")
    if begun:
        assert dose_now(any_cast_store, number).preparers == (begun[0].entry.who,)


@pytest.mark.slow
def test_one_container_scanned_for_two_doses_at_once_belongs_to_one(any_cast_store: Store) -> None:
    numbers = [queued_dose(any_cast_store), queued_dose(any_cast_store, number="260414-0141")]
    scan = a.ScanContainer(code_of(VIAL, "SER-2") + "\x1d21ABC2")
    pairs = zip(numbers, (OKONJO, AMARI), strict=True)
    calls = [lambda n=n, m=m: perform(any_cast_store, DOSE, dose_record(n), scan, act_of(m)) for n, m in pairs]
    answers = at_once(*calls)
    assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Refused"]
    assert [len(dose_now(any_cast_store, n).scans) for n in numbers] in ([0, 1], [1, 0])
