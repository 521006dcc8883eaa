"""What is left of a vial of diluent: kept with its clock and label, used for another dose, never beyond its time or rest."""

from datetime import datetime, timedelta

import pytest

from batch_records.acting import load
from calculations.quantity import Quantity
from compounding.documents.opened_documents import opened_snapshot
from compounding.preparing.actions import Cancel, RecordVolume, ScanContainer, StartPreparation
from compounding.preparing.completing import events
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.recorded import recalculation
from compounding.stock.opened import OPENED, KeepContainer, kept_as
from compounding.stock.opened_state import (
    barcode_of,
    container_number,
    is_container_number,
    left_words,
    number_scanned,
    opened_record,
)
from tests.compounding.stock.test_opened import BEN, FOR_BEN, LATER, finish
from tests.support.cast import MARLOW, NOON, OKONJO, act_of, do, refused
from tests.support.flow import A_PICTURE, completed, dose_now, formulary, queued_dose

WATER = "vial_sterile_water_10"
"""10 mL, of which 4.8 mL dissolve 500 mg of ceftriaxone."""


def kept(store, storage: str = "crt") -> str:
    """What is left of the sterile water of a first dose, kept; gives its number."""
    dose = completed(store)
    keep = KeepContainer(dose, "diluent-1", storage, "hood 1 shelf")
    do(store, OKONJO, OPENED, kept_as(dose, "diluent-1"), keep, NOON + timedelta(minutes=15))
    return container_number(dose, "diluent-1")


def opened_now(store, number: str):
    with store.read() as uow:
        return load(uow, OPENED, opened_record(number))


def for_ben(store, order: str = "260414-0150") -> str:
    return queued_dose(store, FOR_BEN, BEN, order)


def scan(store, dose: str, number: str, at: datetime = LATER):
    do(store, OKONJO, DOSE, dose_record(dose), ScanContainer(barcode_of(number)), at)
    return dose_now(store, dose)


def test_its_number_is_not_that_of_a_vial_of_drug_of_the_same_dose():
    dose = "260414-0140-01-5"
    numbers = [container_number(dose, slot) for slot in ("drug-1", "diluent-1", "diluent-2", "diluent-mix")]
    assert len(set(numbers)) == 4
    assert all(is_container_number(number) and number_scanned(barcode_of(number)) == number for number in numbers)


def test_what_is_left_is_its_label_volume_less_what_was_drawn(cast_store):
    found = opened_now(cast_store, kept(cast_store))
    assert (found.product, found.drug, found.concentration) == (WATER, "", None)
    assert found.left == found.volume_left == Quantity("5.2", "mL")
    assert left_words(found) == "5.2 mL"
    assert found.opened_at is not None
    assert found.usable_until == found.opened_at + timedelta(hours=12)


def test_a_storage_that_its_label_does_not_name_is_refused(cast_store):
    dose = completed(cast_store)
    keep = KeepContainer(dose, "diluent-1", "fridge", "shelf")
    assert refused(cast_store, OKONJO, OPENED, kept_as(dose, "diluent-1"), keep, LATER) == "storage_differs"


def test_another_dose_is_dissolved_with_it_and_what_is_left_is_counted_on(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    state = scan(cast_store, dose, number)
    (taken,) = [one for one in state.scans if one.opened]
    assert (taken.slot, taken.opened, taken.product) == ("diluent-1", number, WATER)
    assert opened_now(cast_store, number).reserved_for == dose
    finish(cast_store, dose)
    done = dose_now(cast_store, dose)
    assert all(row.inside for row in recalculation(done))
    left = opened_now(cast_store, number)
    assert (left.left, left.state, left.reserved_for) == (Quantity("0.4", "mL"), "available", "")


def test_it_brings_no_clock_into_what_is_made_with_it(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    scan(cast_store, dose, number)
    finish(cast_store, dose)
    assert events(dose_now(cast_store, dose))["FIRST_PUNCTURE"] == LATER


def test_with_too_little_left_a_new_vial_is_asked_for(cast_store):
    number = kept(cast_store)
    first = for_ben(cast_store)
    scan(cast_store, first, number)
    finish(cast_store, first)
    second = for_ben(cast_store, "260414-0151")
    told = refused(cast_store, OKONJO, DOSE, dose_record(second), ScanContainer(barcode_of(number)), LATER)
    assert told == "not_enough_left"


def test_past_its_time_it_stops_at_the_scan_and_at_the_draw(cast_store):
    number = kept(cast_store)
    until = opened_now(cast_store, number).usable_until
    dose = for_ben(cast_store)
    scan_it = ScanContainer(barcode_of(number))
    assert refused(cast_store, OKONJO, DOSE, dose_record(dose), scan_it, until) == "opened_over"
    state = scan(cast_store, dose, number, until - timedelta(minutes=5))
    while state.open_slots:
        product = state.drawing.component(state.open_slots[0]).product
        gtin = formulary().item(product).codes.gtin
        again = ScanContainer(f"01{gtin}1727103110LOT-1")
        state = do(cast_store, OKONJO, DOSE, dose_record(dose), again, until - timedelta(minutes=4))
    do(cast_store, OKONJO, DOSE, dose_record(dose), StartPreparation("hood-1"), until - timedelta(minutes=1))
    draw = RecordVolume(1, Quantity("4.8", "mL"), A_PICTURE)
    assert refused(cast_store, OKONJO, DOSE, dose_record(dose), draw, until) == "opened_over"


def test_taken_away_with_its_dose_it_is_free_again(cast_store):
    number = kept(cast_store)
    dose = for_ben(cast_store)
    scan(cast_store, dose, number)
    do(cast_store, MARLOW, DOSE, dose_record(dose), Cancel("the order was stopped"), LATER)
    found = opened_now(cast_store, number)
    assert (found.state, found.reserved_for, found.left) == ("available", "", Quantity("5.2", "mL"))


@pytest.mark.parametrize("slot", ["final", "mix", "diluent-7"])
def test_no_other_container_is_kept(cast_store, slot):
    dose = completed(cast_store)
    keep = KeepContainer(dose, slot, "crt", "shelf")
    assert refused(cast_store, OKONJO, OPENED, "opened-1", keep, LATER) in ("wrong_number", "nothing_to_keep")


def test_its_label_names_no_strength_and_nothing_dissolved(cast_store):
    number = kept(cast_store)
    with cast_store.read() as uow:
        found = load(uow, OPENED, opened_record(number))
        label = opened_snapshot(uow, found, act_of(OKONJO, LATER), formulary(), room="Hood 1")
    assert (label["left"], label["concentration"], label["dissolved"]) == ("5.2 mL", "", "")
    assert label["product"] == "sterile water for injection 10 mL vial"
    assert label["opened_by"] == label["kept_by"] == "T. Okonjo, CPhT"
