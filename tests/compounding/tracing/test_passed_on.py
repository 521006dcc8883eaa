"""What one preparation passes on to another in an opened container: found, held and traced, at whatever hood it was drawn."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from batch_records.acting import load
from batch_records.verify import report_text, verify_records
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Complete, Release, ScanContainer, StartPreparation
from compounding.preparing.inside import dissolved_with
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.recalls.actions import AskClearing, ConfirmClearing, OpenRecall
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL, parts_of
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, HoldLot, ReceiveLot, lot_record
from compounding.stock.opened import OPENED, KeepContainer, kept_as
from compounding.stock.opened_state import barcode_of, container_number, opened_record, slot_of, source_of
from compounding.tracing.finding import preparations, tally
from compounding.tracing.stock import opened_of
from compounding.tracing.subject import Subject
from compounding.tracing.touching import touches
from compounding.views.label_trace import label_trace
from compounding.views.places import picks
from tests.compounding.stock.test_opened import BEN, FOR_BEN, gram_slot, kept, made
from tests.compounding.stock.test_opened_diluents import WATER
from tests.compounding.stock.test_opened_diluents import kept as kept_water
from tests.support.cast import ADEYEMI, AMARI, DUARTE, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.flow import A_PICTURE, code_of, content_digest, dose_now, queued_dose, scanned, step_done
from web.record_types import RECORD_TYPES

NUMBER = "R260414-01"


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def drawn(store, container: str, begin: int, order: str = "260414-0150", hood: str = "hood-2", by=AMARI) -> str:
    """A dose for another patient, drawn from a container at a hood: begun at a minute, at the check one later."""
    dose, at = queued_dose(store, FOR_BEN, BEN, order), minute(begin)
    do(store, by, DOSE, dose_record(dose), ScanContainer(barcode_of(container)), at, station=hood)
    while slots := dose_now(store, dose).open_slots:
        scanned(store, dose, dose_now(store, dose).drawing.component(slots[0]).product, by, at)
    do(store, by, DOSE, dose_record(dose), StartPreparation(hood), at, station=hood)
    while step_done(store, dose, by, at):
        pass
    done = Complete(f"92{dose}", A_PICTURE)
    do(store, by, DOSE, dose_record(dose), done, minute(begin + 1), station=hood, signed=True)
    return dose


def found(store, subject: Subject) -> list[str]:
    """Numbers of the doses; each of them, and no other of those named, is also found when it alone is asked for."""
    with store.read() as uow:
        numbers = sorted(one.number for one in preparations(uow, subject))
        assert tally(uow, subject).preparations == len(numbers)
        assert all(touches(uow, subject, dose_record(number)) for number in numbers)
        return numbers


def carrying(store, subject: Subject) -> list[str]:
    with store.read() as uow:
        numbers = [row.number for row in opened_of(uow, subject)]
        assert all(touches(uow, subject, opened_record(number)) for number in numbers)
        return numbers


def water_of(store, dose: str) -> dict[str, Any]:
    scan = next(scan for scan in dose_now(store, dose).scans if scan.product == WATER)
    return {"product": WATER, "lot": scan.lot}


def untouched(store, subject: Subject, *doses: str) -> None:
    with store.read() as uow:
        assert not any(touches(uow, subject, dose_record(dose)) for dose in doses)


def recalled(store, at: datetime, **subject: Any) -> set[str]:
    """A recall opened by the lead; gives what it lists."""
    told = {"subject": "lot", "title": "", "reason": "particles", "source": "letter"} | subject
    do(store, ADEYEMI, RECALL, recall_record(NUMBER), OpenRecall(NUMBER, **told), at, station="desk-1")
    with store.read() as uow:
        return {item for part in parts_of(uow, NUMBER) for item in part.tasks}


@pytest.mark.parametrize("slot", ["drug-1", "drug-12", "diluent-1", "diluent-3", "diluent-mix"])
def test_a_container_tells_its_dose_and_its_slot(slot):
    number = container_number("260414-0140-01-5", slot)
    assert slot_of(number) == slot
    assert source_of(number).startswith("260414-0140-01-")


def test_a_recalled_water_is_followed_through_the_vial_that_it_dissolved_to_the_dose_of_another_patient(any_cast_store):
    container = kept(any_cast_store)
    first = source_of(container)
    water = water_of(any_cast_store, first)
    with any_cast_store.read() as uow:
        assert [scan.lot for scan in dissolved_with(uow, load(uow, OPENED, opened_record(container)))] == [water["lot"]]
    second = drawn(any_cast_store, container, 31)
    subject = Subject("lot", **water)
    assert found(any_cast_store, subject) == found(any_cast_store, Subject("product", product=WATER)) == [first, second]
    assert carrying(any_cast_store, subject) == [container]
    with any_cast_store.read() as uow:
        assert tally(uow, subject).patients == 2
    listed = recalled(any_cast_store, minute(40), **water)
    assert listed == {lot_record(**water), opened_record(container), dose_record(first), dose_record(second)}
    assert {dose_now(any_cast_store, dose).status for dose in (first, second)} == {S.QUARANTINED}
    report = verify_records(any_cast_store, RECORD_TYPES)
    assert report.clean, report_text(report)


def test_what_a_held_water_dissolved_is_neither_offered_nor_scanned_nor_released(cast_store):
    container = kept(cast_store)
    water = water_of(cast_store, source_of(container))
    second = drawn(cast_store, container, 31)
    third = queued_dose(cast_store, FOR_BEN, BEN, "260414-0160")

    def offered() -> set[str]:
        with cast_store.read() as uow:
            at = minute(35)
            return {one.opened for one in picks(uow, dose_now(cast_store, third), at, at.date()).values()} - {""}

    assert offered() == {container}
    receive = ReceiveLot(**water, expires="2027-10-31", count=5, place="shelf")
    do(cast_store, OKONJO, LOT, lot_record(**water), receive, minute(34))
    do(cast_store, MARLOW, LOT, lot_record(**water), HoldLot("held", "a leak"), minute(35))
    assert offered() == set()
    scan = ScanContainer(barcode_of(container))
    assert refused(cast_store, OKONJO, DOSE, dose_record(third), scan, minute(36)) == "lot_held"
    release = Release(content_digest(cast_store, second))
    assert refused(cast_store, DUARTE, DOSE, dose_record(second), release, minute(37), signed=True) == "lot_held"


def test_a_failed_hood_reaches_what_was_drawn_elsewhere_from_a_vial_opened_there_and_nothing_drawn_before(cast_store):
    container = kept(cast_store)
    opener = source_of(container)
    at_hood_2 = drawn(cast_store, container, 31)
    hood_1, hood_2 = Subject("hood", hood="hood-1"), Subject("hood", hood="hood-2", since=minute(30), until=minute(60))
    assert found(cast_store, hood_1) == [opener, at_hood_2]
    assert found(cast_store, Subject("person", person=OKONJO.person)) == [opener, at_hood_2]
    assert found(cast_store, hood_2) == [at_hood_2]
    untouched(cast_store, hood_2, opener)
    assert carrying(cast_store, hood_1) == carrying(cast_store, hood_2) == [container]
    before = Subject("hood", hood="hood-1", since=minute(-60), until=minute(-30))
    assert found(cast_store, before) == carrying(cast_store, before) == []
    untouched(cast_store, before, at_hood_2)


def test_a_rest_of_water_passes_it_on_through_the_vial_that_it_dissolved(cast_store):
    rest = kept_water(cast_store)
    opener = source_of(rest)
    second = drawn(cast_store, rest, 31)
    slot = next(scan.slot for scan in dose_now(cast_store, second).scans if scan.slot.startswith("drug-"))
    keep = KeepContainer(second, slot, "crt", "hood 2 shelf")
    do(cast_store, AMARI, OPENED, kept_as(second, slot), keep, minute(33))
    third = drawn(cast_store, container_number(second, slot), 41, "260414-0170", "hood-3", MARLOW)
    assert found(cast_store, Subject("hood", hood="hood-1")) == [opener, second, third]
    assert carrying(cast_store, Subject("hood", hood="hood-1")) == [rest, container_number(second, slot)]
    assert found(cast_store, Subject("hood", hood="hood-3")) == [third]
    assert found(cast_store, Subject("lot", **water_of(cast_store, opener))) == [opener, second, third]


def test_an_excursion_reaches_what_was_drawn_from_a_vial_that_lay_there_before_it_was_opened(cast_store):
    do(cast_store, ADEYEMI, LOCATION, location_record("Fridge 2"), DescribeLocation("Fridge 2", "store_room", "crt", True))
    product = "ceftriaxone_1000mg_vial"
    receive = ReceiveLot(product, "WAS", "2028-05-31", 5, "Fridge 2")
    do(cast_store, OKONJO, LOT, lot_record(product, "WAS"), receive, minute(-120))
    first = queued_dose(cast_store)
    do(cast_store, OKONJO, DOSE, dose_record(first), ScanContainer(code_of(product, "WAS", "280531")), minute(1))
    assert made(cast_store, first) == first
    slot = gram_slot(cast_store, first)
    do(cast_store, OKONJO, OPENED, kept_as(first, slot), KeepContainer(first, slot, "crt", "shelf"), minute(10))
    container = container_number(first, slot)
    second = drawn(cast_store, container, 31)
    warm = Subject("place", place="Fridge 2", since=minute(-60), until=minute(-40))
    assert found(cast_store, warm) == [first, second]
    assert carrying(cast_store, warm) == [container]


def test_what_is_drawn_after_the_recall_cleared_the_container_is_not_touched(cast_store):
    container = kept(cast_store)
    water = water_of(cast_store, source_of(container))
    recalled(cast_store, minute(20), **water)
    part = part_record(NUMBER, 1)
    do(cast_store, ADEYEMI, PART, part, AskClearing((), "wrong lot named"), minute(21), signed=True)
    do(cast_store, DUARTE, PART, part, ConfirmClearing((), "letter withdrawn"), minute(22), signed=True)
    later = drawn(cast_store, container, 31)
    with cast_store.read() as uow:
        assert not touches(uow, load(uow, RECALL, recall_record(NUMBER)).touching, dose_record(later))


def test_the_label_leads_back_through_the_opened_container_to_its_water_its_person_and_its_hood(cast_store):
    container = kept(cast_store)
    water = water_of(cast_store, source_of(container))
    second = drawn(cast_store, container, 31)
    with cast_store.read() as uow:
        shown = label_trace(uow, dose_now(cast_store, second), minute(40), Clock(OFFSET))
    assert (water["lot"], container) in {(one.lot, one.dissolved) for one in shown.lots}
    assert [(one.station, container in one.note) for one in shown.hoods] == [("hood-2", False), ("hood-1", True)]
    assert {one.person: one.parts for one in shown.hands}[OKONJO.person] == "opened what it was drawn from"
    named = str(shown.tree)
    assert all(word in named for word in (water["lot"], "Hood 1", "Hood 2", "T. Okonjo"))
