"""What comes due by the clock alone: doses expire, orders yield their next doses; nothing is written when nothing is due."""

from datetime import timedelta

from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.states import DoseStatus as S
from compounding.reviewing.actions import HoldOrder
from compounding.reviewing.record import ORDER
from compounding.sweeping import expire_doses, extend_orders, sweep
from tests.support.cast import DUARTE, NOON, OFFSET, do
from tests.support.flow import ORDER_NUMBER, completed, dose_now, paired, queued_dose


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
