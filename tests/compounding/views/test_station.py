"""The rail and the stop of a station, from folded doses."""

from dataclasses import replace

import pytest

from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import RecordVolume, ScanContainer
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.views.station_halt import newest_scan, stop_in_force
from compounding.views.station_steps import MOST_ROWS, RailStep, all_steps, before_comma, together, with_focus
from tests.support.cast import OFFSET, OKONJO, refused
from tests.support.flow import code_of, dose_now, prepared, queued_dose, scanned, started, step_done

CLOCK = Clock(OFFSET)
WRONG = "cefazolin_1000mg_vial"


def entries(store, number):
    with store.read() as uow:
        return uow.entries(dose_record(number))


def test_the_rail_names_every_container_and_step_and_what_was_recorded(cast_store):
    rows = all_steps(dose_now(cast_store, prepared(cast_store)), CLOCK)
    assert [(row.number, row.name, row.note) for row in rows] == [
        ("1", "Bag", "sodium chloride 0.9\u00a0%"),
        ("2", "Vial", "cefTRIAXone 500\u00a0mg"),
        ("3", "Diluent", "sterile water 10\u00a0mL"),
        ("4", "Dissolve, 4.8\u00a0mL", "4.8\u00a0mL, picture 13:04"),
        ("5", "Draw up 4.6\u00a0mL", "4.6\u00a0mL, picture 13:04"),
        ("6", "Inject into the bag", ""),
        ("7", "Scan the bag label", ""),
        ("8", "Send to the check", ""),
    ]
    assert [row.done for row in rows] == [True] * 5 + [False] * 3


@pytest.mark.parametrize("total", [1, 8, 9, 16, 40])
def test_a_long_rail_folds_and_always_shows_the_row_in_focus(total):
    for now in range(1, total + 1):
        rows = [RailStep(f"step {n}", "", n < now, str(n)) for n in range(1, total + 1)]
        shown = with_focus(rows, now)
        assert len(shown) <= MOST_ROWS
        assert [row.name for row in shown if row.now] == [f"step {now}"]
        folded = sum(int(row.name.split()[0]) for row in shown if not row.name.startswith("step "))
        assert folded + sum(row.name.startswith("step ") for row in shown) == total


def test_a_fold_over_an_open_row_never_looks_done():
    rows = [RailStep("open", "", False, "1"), *(RailStep(f"step {n}", "", True, str(n)) for n in range(2, 20))]
    assert not with_focus([*rows, RailStep("now", "", False, "20")], 20)[0].done


def test_a_thousand_keeps_its_comma_and_a_number_its_unit():
    assert before_comma("sodium chloride 0.9 % 1,000 mL bag") == "sodium chloride 0.9 % 1,000 mL bag"
    assert before_comma("cefTRIAXone 500 mg vial, powder") == "cefTRIAXone 500 mg vial"
    assert together("0.9 % 25 mL") == "0.9\u00a0% 25\u00a0mL"


def test_only_something_scanned_or_done_ends_a_stop(cast_store):
    number = started(cast_store)
    record = dose_record(number)
    assert refused(cast_store, OKONJO, DOSE, record, ScanContainer(code_of(WRONG))) == "not_this_dose"
    assert stop_in_force(entries(cast_store, number)) is not None
    refused(cast_store, OKONJO, DOSE, record, RecordVolume(1, Quantity("9", "mL"), "0" * 64))
    assert stop_in_force(entries(cast_store, number)) is not None
    step_done(cast_store, number)
    assert stop_in_force(entries(cast_store, number)) is None


def test_a_refusal_that_was_no_scan_is_no_stop(cast_store):
    number = queued_dose(cast_store)
    refused(cast_store, OKONJO, DOSE, dose_record(number), RecordVolume(1, Quantity("9", "mL"), "0" * 64))
    assert newest_scan(entries(cast_store, number)) is None
    scanned(cast_store, number, "vial_sterile_water_10")
    assert stop_in_force(entries(cast_store, number)) is None


def test_an_entry_without_details_is_never_a_stop(cast_store):
    number = queued_dose(cast_store)
    refused(cast_store, OKONJO, DOSE, dose_record(number), ScanContainer(code_of(WRONG)))
    last = entries(cast_store, number)[-1]
    bare = replace(last, payload={name: value for name, value in last.payload.items() if name != "details"})
    assert stop_in_force([bare]) is None
