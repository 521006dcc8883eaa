"""A preparation is worked on where it stands; it goes to another hood with a reason, and only to one that is good enough."""

from datetime import timedelta

from batch_records.store import Store
from compounding.preparing.actions import Abandon, MoveHood, RecordVolume
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.rooms import HOOD, DescribeHood, hood_record
from compounding.tracing.finding import tally
from compounding.tracing.subject import Subject
from tests.support.cast import ADEYEMI, AMARI, NOON, OKONJO, do, refused
from tests.support.flow import A_PICTURE, dose_now, started

FAILED = MoveHood("the hood failed")


def test_a_step_at_another_hood_is_refused_until_the_preparation_is_moved_there(cast_store: Store) -> None:
    record = dose_record(number := started(cast_store))
    step = dose_now(cast_store, number).current_step
    assert step is not None and step.volume is not None
    drawn = RecordVolume(step.number, step.volume, A_PICTURE)
    assert refused(cast_store, OKONJO, DOSE, record, drawn, station="hood-2") == "other_hood"
    assert refused(cast_store, AMARI, DOSE, record, FAILED, station="hood-2") == "not_preparer"
    assert refused(cast_store, OKONJO, DOSE, record, MoveHood(" "), station="hood-2") == "reason_missing"
    assert refused(cast_store, OKONJO, DOSE, record, FAILED, station="desk-1") == "hood_unknown"
    closed = DescribeHood("Hood 2", "IV room A", "2", False, False, "no certificate")
    do(cast_store, ADEYEMI, HOOD, hood_record("hood-2"), closed)
    assert refused(cast_store, OKONJO, DOSE, record, FAILED, station="hood-2") == "hood_out_of_service"
    do(cast_store, OKONJO, DOSE, record, FAILED, NOON + timedelta(minutes=5), station="hood-3")
    assert refused(cast_store, OKONJO, DOSE, record, drawn) == "other_hood"
    do(cast_store, OKONJO, DOSE, record, drawn, station="hood-3")
    do(cast_store, OKONJO, DOSE, record, Abandon("contaminated"))


def test_both_hoods_are_found_when_a_hood_is_traced_and_the_dose_counts_once(cast_store: Store) -> None:
    record = dose_record(started(cast_store))
    do(cast_store, OKONJO, DOSE, record, FAILED, NOON + timedelta(minutes=5), station="hood-2")
    with cast_store.read() as uow:
        assert [tally(uow, Subject("hood", hood=hood)).preparations for hood in ("hood-1", "hood-2")] == [1, 1]
        assert tally(uow, Subject("time", since=NOON)).preparations == 1
