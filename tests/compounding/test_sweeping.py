"""What comes due by the clock alone: doses expire, orders yield their next doses; nothing is written when nothing is due."""

from datetime import timedelta

from sqlalchemy import text, update

from batch_records.acting import load
from batch_records.tables import ENTRIES
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.reviewing.actions import HoldOrder, ResumeOrder
from compounding.reviewing.record import ORDER
from compounding.sweeping import expire_doses, extend_orders, sweep
from tests.support.cast import DUARTE, NOON, OFFSET, do
from tests.support.flow import CEFTRIAXONE, ORDER_NUMBER, completed, dose_now, paired, queued_dose


def test_a_dose_past_its_time_expires_once(cast_store):
    number = completed(cast_store)
    ends = dose_now(cast_store, number).beyond_use_at()
    assert expire_doses(cast_store, ends - timedelta(seconds=1), OFFSET) == 0
    assert expire_doses(cast_store, ends, OFFSET) == 1
    assert dose_now(cast_store, number).status is S.EXPIRED
    assert expire_doses(cast_store, ends + timedelta(minutes=1), OFFSET) == 0


def test_a_dose_that_is_out_expires_too(cast_store):
    number = paired(cast_store)
    ends = dose_now(cast_store, number).beyond_use_at()
    assert expire_doses(cast_store, ends, OFFSET) == 1
    assert dose_now(cast_store, number).status is S.EXPIRED


def test_the_next_day_s_dose_is_queued_when_it_comes_within_the_time_ahead(cast_store):
    queued_dose(cast_store)
    with cast_store.read() as uow:
        before = len(uow.entries(order_record(ORDER_NUMBER)))
    assert extend_orders(cast_store, NOON + timedelta(minutes=1), OFFSET) == 0
    with cast_store.read() as uow:
        assert len(uow.entries(order_record(ORDER_NUMBER))) == before
    assert extend_orders(cast_store, NOON + timedelta(hours=2), OFFSET) == 1
    second = dose_now(cast_store, dose_number(ORDER_NUMBER, 2))
    assert second.status is S.QUEUED
    assert second.due - dose_now(cast_store, dose_number(ORDER_NUMBER, 1)).due == timedelta(hours=24)
    assert extend_orders(cast_store, NOON + timedelta(hours=2), OFFSET) == 0


def test_an_order_that_gave_its_last_dose_is_not_read_again(cast_store, monkeypatch):
    once = CEFTRIAXONE | {"frequency": {"once": True}}
    queued_dose(cast_store, once, number="260414-0150")
    queued_dose(cast_store, number="260414-0151")
    read = []
    monkeypatch.setattr("compounding.sweeping._yields", lambda _uow, record, *_: bool(read.append(record)))
    extend_orders(cast_store, NOON + timedelta(days=300), OFFSET)
    assert read == [order_record("260414-0151")]


def test_an_order_on_hold_yields_nothing(cast_store):
    queued_dose(cast_store)
    do(cast_store, DUARTE, ORDER, order_record(ORDER_NUMBER), HoldOrder("allergy"))
    assert sweep(cast_store, NOON + timedelta(hours=2), OFFSET) == (0, 0)


def test_what_the_clock_does_is_the_system_s_act(cast_store):
    number = completed(cast_store)
    expire_doses(cast_store, dose_now(cast_store, number).beyond_use_at(), OFFSET)
    with cast_store.read() as uow:
        last = uow.entries(dose_record(number))[-1]
    assert (last.kind, last.who, last.station) == ("expire", "system", "server")


def test_one_record_that_was_altered_stops_no_other(cast_store, caplog):
    altered = completed(cast_store)
    sound = completed(cast_store, queued_dose(cast_store, number="260414-0141"))
    ends = dose_now(cast_store, sound).beyond_use_at()
    with cast_store.write() as uow:
        uow.session.execute(text("DROP TRIGGER entries_no_UPDATE"))
        both = ENTRIES.c.record.in_([dose_record(altered), order_record(ORDER_NUMBER)])
        uow.session.execute(update(ENTRIES).where(both).values(who="nobody"))
        uow.commit()
    assert sweep(cast_store, ends, OFFSET)[0] == 1
    assert dose_now(cast_store, sound).status is S.EXPIRED
    assert dose_record(altered) in caplog.text


def test_what_was_missed_while_an_order_was_on_hold_is_not_made_up_for(cast_store):
    first = queued_dose(cast_store, order=CEFTRIAXONE | {"frequency": {"every": "6 h"}, "dose": "12.5 mg/kg"})
    do(cast_store, DUARTE, ORDER, order_record(ORDER_NUMBER), HoldOrder("surgery"), NOON)
    later = NOON + timedelta(days=1, hours=20)
    do(cast_store, DUARTE, ORDER, order_record(ORDER_NUMBER), ResumeOrder(), later)
    extend_orders(cast_store, later, OFFSET)
    with cast_store.read() as uow:
        count = load(uow, ORDER, order_record(ORDER_NUMBER)).doses
        doses = [load(uow, DOSE, dose_record(dose_number(ORDER_NUMBER, n + 1))) for n in range(count)]
    waiting = [dose for dose in doses if dose.status is S.QUEUED]
    assert dose_now(cast_store, first).status is S.CANCELLED
    assert waiting
    assert all(dose.due > later - timedelta(hours=6) for dose in waiting)
