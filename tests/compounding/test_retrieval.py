"""A released dose whose order stopped or changed is fetched back; the task closes when it is no longer out."""

from datetime import timedelta

from batch_records.store import Store
from compounding.orders.order import Order, order_as_data
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Discontinue, Place
from compounding.reviewing.record import ORDER
from compounding.views.queue import to_fetch_back
from tests.support.cast import CASTELL, HALLORAN, NOON, do
from tests.support.flow import CEFTRIAXONE, ORDER_NUMBER, paired, queued_dose, released

LATER = NOON + timedelta(minutes=30)


def tasks(store: Store) -> list[tuple[str, str]]:
    """Number and last place of every dose to fetch back."""
    with store.read() as uow:
        return [(row.number, row.place) for row in to_fetch_back(uow)]


def test_a_stopped_order_makes_a_task_until_the_dose_is_back(any_cast_store: Store) -> None:
    number = paired(any_cast_store)
    assert tasks(any_cast_store) == []
    do(any_cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("fever gone"), LATER)
    assert tasks(any_cast_store) == [(number, "on its way")]
    do(any_cast_store, HALLORAN, DOSE, dose_record(number), a.ReturnDose("unopened", "room temperature"), LATER)
    assert tasks(any_cast_store) == []


def test_a_changed_order_makes_a_task_for_what_was_released_before(any_cast_store: Store) -> None:
    number = released(any_cast_store)
    anew = Place(ORDER_NUMBER, order_as_data(Order.parse(CEFTRIAXONE | {"dose": "75 mg/kg"})))
    do(any_cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), anew, LATER)
    assert tasks(any_cast_store) == [(number, "check desk")]


def test_what_was_never_released_or_is_only_on_hold_needs_no_task(any_cast_store: Store) -> None:
    queued_dose(any_cast_store)
    do(any_cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), Discontinue("fever gone"), LATER)
    assert tasks(any_cast_store) == []
