"""Worksheet and compounding record of a real dose: complete, legible, and with what was refused on the way."""

from datetime import timedelta

import pytest

from calculations.quantity import Quantity
from compounding.documents.record_documents import record_snapshot, worksheet_snapshot
from compounding.documents.stock import LETTER
from compounding.preparing.actions import Complete, RecordVolume, Release
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Discontinue
from compounding.reviewing.record import ORDER
from formulary.repository import formulary_in_force
from tests.support.cast import MARLOW, NOON, OKONJO, act_of, do, refused
from tests.support.flow import (
    A_PICTURE,
    ORDER_NUMBER,
    completed,
    content_digest,
    dose_now,
    queued_dose,
    started,
    step_done,
)
from tests.support.printing import printer, text_of

__all__ = ["printer"]


def snapshot_of(store, number, make):
    with store.read() as uow:
        return make(uow, dose_now(store, number), act_of(MARLOW, NOON + timedelta(minutes=30)), formulary_in_force(uow))


def test_the_worksheet_of_a_queued_dose_prints_with_its_working(cast_store, printer):
    snapshot = snapshot_of(cast_store, queued_dose(cast_store), worksheet_snapshot)
    words = " ".join(" ".join(text_of(printer.render("worksheet/1", snapshot, LETTER).pdf)).split())
    for part in ("EXAMPLE, Ada", "cefTRIAXone 460 mg", "50 mg/kg × 9.2 kg", "dose.per_weight 1", "9.2 kg", "99999-0101-1"):
        assert part in words, part
    assert snapshot["status"] == ""
    assert [one["flag"] for one in snapshot["syringes"]] == ["4.8 mL", "4.6 mL"]


def test_the_worksheet_of_a_stopped_order_is_void(cast_store):
    number = queued_dose(cast_store)
    do(cast_store, MARLOW, ORDER, order_record(ORDER_NUMBER), Discontinue("stopped"))
    assert snapshot_of(cast_store, number, worksheet_snapshot)["status"] == "VOID"


def test_the_record_holds_scans_measures_signatures_and_refusals(cast_store, printer):
    number = started(cast_store)
    record = dose_record(number)
    slip = RecordVolume(1, Quantity("6.4", "mL"), A_PICTURE)
    assert refused(cast_store, OKONJO, DOSE, record, slip, NOON + timedelta(minutes=4)) == "outside_tolerance"
    while step_done(cast_store, number):
        pass
    complete = Complete(f"92{number}", A_PICTURE)
    do(cast_store, OKONJO, DOSE, record, complete, NOON + timedelta(minutes=9), signed=True)
    release = Release(content_digest(cast_store, number))
    do(cast_store, MARLOW, DOSE, record, release, NOON + timedelta(minutes=10), signed=True)
    snapshot = snapshot_of(cast_store, number, record_snapshot)
    assert snapshot["prepared_by"] == ["T. Okonjo, CPhT"]
    assert snapshot["verified_by"] == ["J. Marlow, RPh"]
    assert [one["entered"] for one in snapshot["measurements"]] == ["4.8 mL", "4.6 mL"]
    assert "measure again or reject" in snapshot["refusals"][0]["why"]
    assert "Checked and released by" in [one["meaning"] for one in snapshot["signatures"]]
    with cast_store.read() as uow:
        assert snapshot["head"] == uow.entries(record)[-1].hash
    words = " ".join(text_of(printer.render("compounding_record/1", snapshot, LETTER).pdf))
    for part in ("DEMO-", "460 mg", "Released 14 Apr 2026", "16 Apr 2026, 13:04"):
        assert part in words, part


@pytest.mark.parametrize("make", [completed, started])
def test_what_is_not_decided_yet_says_so(cast_store, make):
    snapshot = snapshot_of(cast_store, make(cast_store), record_snapshot)
    assert not snapshot["verified_by"]
    assert not snapshot["outcome"].startswith("Released")
