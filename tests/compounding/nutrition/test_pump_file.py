"""The compounder's file: every pumped step by one act, nothing that does not fit, and what it remarks is read at the check."""

from datetime import timedelta

import pytest

from batch_records.acting import Refused, perform
from batch_records.store import Store
from calculations.errors import Faults
from compounding.preparing import actions as a
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.pump_file import LARGEST, parse_pump_file, pumped_steps
from compounding.preparing.record import DOSE
from tests.support.cast import AMARI, MARLOW, NOON, OKONJO, act_of, do, refused
from tests.support.flow import A_PICTURE, content_digest, dose_now
from tests.support.nutrition_flow import (
    BAG,
    LIPIDS,
    nutrition_step_done,
    pump_file,
    queued_nutrition,
    started_nutrition,
)

HEAD = "dose,source,lot,volume_ml,interrupted,replaced\n"
AT = NOON + timedelta(minutes=6)


@pytest.fixture
def started(cast_store: Store) -> Dose:
    """The bag, with the first pumped step next."""
    queued_nutrition(cast_store)
    return started_nutrition(cast_store, BAG)


def taken_in(store: Store, text: str) -> Dose:
    dose: Dose = do(store, OKONJO, DOSE, dose_record(BAG), a.RecordPumped(text), AT)
    return dose


def told(store: Store, text: str, by=OKONJO) -> tuple[str, str]:
    """Code and words of the refusal."""
    answer = perform(store, DOSE, dose_record(BAG), a.RecordPumped(text), act_of(by, AT))
    assert isinstance(answer, Refused)
    return answer.refusal.code, answer.refusal.text


def row(dose: Dose, slot: str, /, **cells: str) -> str:
    """The row of one slot with some cells changed."""
    lines = pump_file(dose).splitlines()
    number = [step.take for step in pumped_steps(dose)].index(slot)
    named = dict(zip(HEAD.strip().split(","), lines[number + 1].split(","), strict=True)) | cells
    return ",".join(named.values())


def test_one_file_records_every_pumped_step_and_is_kept_whole(cast_store: Store, started: Dose) -> None:
    text = pump_file(started)
    dose = taken_in(cast_store, text)
    assert [record.step for record in dose.records] == [step.number for step in pumped_steps(dose)]
    assert {record.how for record in dose.records} == {"read from the compounder"}
    with cast_store.read() as uow:
        entry = uow.entries(dose_record(BAG))[-1]
    assert (entry.kind, entry.payload["file"]) == ("record_pumped", text)
    assert dose.current_step is not None and dose.current_step.purpose == "rinse"


def test_the_same_file_twice_records_once(cast_store: Store, started: Dose) -> None:
    text = pump_file(started)
    taken_in(cast_store, text)
    assert told(cast_store, text)[0] == "file_taken_in"
    assert len(dose_now(cast_store, BAG).records) == len(pumped_steps(started))


@pytest.mark.parametrize(
    ("slot", "cells", "field", "expected"),
    [
        ("source-1", {"dose": LIPIDS[0]}, "line 2, dose", BAG),
        ("source-2", {"source": "travasol_10_1000ml"}, "line 3, source", "a source that is pumped here"),
        ("source-3", {"lot": "OTHER-LOT"}, "line 4, lot", "the lot that was scanned"),
        ("source-1", {"volume_ml": "57.4"}, "line 2, volume_ml", "54.6 mL ±5 %"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_field_found_and_expected(cast_store, started, slot, cells, field, expected):
    changed = {slot.replace("-", "_"): row(started, slot, **cells)}
    code, words = told(cast_store, pump_file(started, **changed))
    assert code == "pump_file_wrong"
    assert field in words and expected in words
    assert next(iter(cells.values())) in words
    assert dose_now(cast_store, BAG).records == ()


def test_a_missing_row_and_a_row_too_many_are_refused(cast_store: Store, started: Dose) -> None:
    whole = pump_file(started).splitlines()
    code, words = told(cast_store, "\n".join([whole[0], *whole[2:]]))
    assert code == "pump_file_wrong" and "step 1" in words and "TrophAmine" in words
    code, words = told(cast_store, pump_file(started, more=whole[1]))
    assert code == "pump_file_wrong" and "a source that is pumped here: nothing more" in words


def test_a_step_that_was_typed_already_is_never_written_over(cast_store: Store, started: Dose) -> None:
    nutrition_step_done(cast_store, BAG)
    assert told(cast_store, pump_file(started))[0] == "pumped_already"


def test_only_a_preparer_takes_the_file_in(cast_store: Store, started: Dose) -> None:
    assert told(cast_store, pump_file(started), AMARI)[0] == "not_preparer"


def test_the_source_may_be_named_by_container_code_or_nutrition_product(cast_store: Store, started: Dose) -> None:
    assert started.planned.nutrition is not None
    product = started.planned.nutrition.draws[0].product
    dose = taken_in(cast_store, pump_file(started, source_1=row(started, "source-1", source=product)))
    assert dose.record_of(1) is not None


@pytest.mark.parametrize("remark", [{"interrupted": "yes"}, {"replaced": "yes"}])
def test_an_interruption_or_a_replaced_source_must_be_read_before_any_pass(cast_store, started, remark):
    taken_in(cast_store, pump_file(started, source_1=row(started, "source-1", **remark)))
    while nutrition_step_done(cast_store, BAG):
        pass
    record, at = dose_record(BAG), NOON + timedelta(minutes=10)
    do(cast_store, OKONJO, DOSE, record, a.Complete(f"92{BAG}", A_PICTURE), at, signed=True)
    seen = content_digest(cast_store, BAG)
    for read in (None, (), (2,)):
        unread = a.AskSecondCheck(seen, items_read=read)
        assert refused(cast_store, MARLOW, DOSE, record, unread, at, station="desk-1", signed=True) == "items_unread"
    do(cast_store, MARLOW, DOSE, record, a.AskSecondCheck(seen, items_read=(1,)), at, station="desk-1", signed=True)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "line 1"),
        ("dose;source;lot\n", "line 1"),
        (HEAD, "file"),
        (HEAD + "a,b,c\n", "line 2"),
        (HEAD + "a,b,c,1,5,no,no\n", "line 2"),
        (HEAD + "a,b,c,1,maybe,no\n", "line 2, interrupted"),
        (HEAD + "a,b,,1,no,no\n", "line 2, lot"),
        (HEAD + "a,b,c,0,no,no\n", "line 2, volume_ml"),
        (HEAD + "a,b,c,-1,no,no\n", "line 2, volume_ml"),
        (HEAD + "a,b,c,1e3,no,no\n", "line 2, volume_ml"),
        (HEAD + "a,b,c,٤,no,no\n", "line 2, volume_ml"),
        (HEAD + "a,b,c,1,no,no\x00\n", "file"),
        ("x" * (LARGEST + 1), "file"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text, field):
    with pytest.raises(Faults) as found:
        parse_pump_file(text)
    assert found.value.faults[0].field == field


def test_every_fault_of_a_file_is_told_at_once():
    with pytest.raises(Faults) as found:
        parse_pump_file(HEAD + "a,b,c,x,no,no\na,b,c,1,no,perhaps\n")
    assert [fault.field for fault in found.value.faults] == ["line 2, volume_ml", "line 3, replaced"]
