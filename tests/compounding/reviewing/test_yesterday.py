"""What the patient's nutrition order before this one is, and that planning and review compare with it."""

from datetime import UTC, datetime, timedelta

import pytest

from batch_records.acting import load
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.orders.order import Order, order_as_data
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Discontinue, Place
from compounding.reviewing.record import ORDER
from compounding.reviewing.yesterday import heads_before, nutrition_before, order_before
from compounding.views.review_list import waiting_orders
from tests.support.cast import CASTELL, NOON, OFFSET, do
from tests.support.flow import TOMAS, accepted_order, placed_order
from tests.support.nutrition_flow import BABY, preterm_order

TODAY, YESTERDAY, DAY_BEFORE = "260414-0150", "260413-0150", "260412-0150"
START = datetime(2026, 4, 15, 0, 0, tzinfo=UTC)


def ordered(store, number: str, days_ago: int, **changes: str) -> str:
    start = (START - timedelta(days=days_ago)).isoformat()
    return placed_order(store, {**preterm_order(**changes), "start": start}, BABY, number)


def before(store, patient: str = "DEMO-9903", number: str = TODAY):
    with store.read() as uow:
        return order_before(uow, patient, START, number)


@pytest.fixture
def yesterdays(cast_store):
    ordered(cast_store, YESTERDAY, 1, calcium="2 mEq/kg/day")
    accepted_order(cast_store, YESTERDAY)
    return cast_store


def test_the_order_before_is_the_newest_accepted_one(yesterdays):
    ordered(yesterdays, DAY_BEFORE, 2)
    accepted_order(yesterdays, DAY_BEFORE)
    found = before(yesterdays)
    assert found is not None
    assert (found.number, found.start) == (YESTERDAY, START - timedelta(days=1))
    row = found.order.row("calcium")
    assert row is not None
    assert row.amount == Quantity(2, "mEq/kg/day", of="calcium")
    assert found.plan is not None
    assert found.plan.container == "bag"


def test_an_order_that_nobody_accepted_is_not_yesterdays(cast_store):
    ordered(cast_store, YESTERDAY, 1)
    assert before(cast_store) is None


def test_neither_itself_nor_one_that_starts_later_nor_another_patients(yesterdays):
    assert before(yesterdays, number=YESTERDAY) is None
    assert before(yesterdays, patient=TOMAS["mrn"]) is None
    with yesterdays.read() as uow:
        assert order_before(uow, "DEMO-9903", START - timedelta(days=1), TODAY) is None


def test_a_newer_version_that_waits_does_not_hide_the_one_that_was_made(yesterdays):
    start = (START - timedelta(days=1)).isoformat()
    changed = order_as_data(Order.parse({**preterm_order(calcium="4 mEq/kg/day"), "start": start}))
    do(yesterdays, CASTELL, ORDER, order_record(YESTERDAY), Place(YESTERDAY, changed), NOON, station="desk-2")
    found = before(yesterdays)
    assert found is not None
    row = found.order.row("calcium")
    assert row is not None
    assert row.amount == Quantity(2, "mEq/kg/day", of="calcium")


def test_a_leap_since_yesterday_is_a_finding_that_review_signs(yesterdays):
    ordered(yesterdays, TODAY, 0, potassium="4 mEq/kg/day", calcium="2 mEq/kg/day")
    accepted_order(yesterdays, TODAY)
    with yesterdays.read() as uow:
        found = load(uow, ORDER, order_record(TODAY)).current.findings
    assert "day_to_day_change_potassium" in {finding["code"] for finding in found}


def test_the_review_list_counts_with_yesterday_as_soon_as_it_is_accepted(cast_store):
    clock = Clock(OFFSET)
    ordered(cast_store, TODAY, 0, potassium="4 mEq/kg/day")
    with cast_store.read() as uow:
        first = waiting_orders(uow, NOON, clock)[0].tag
        heads = heads_before(uow, "DEMO-9903", START, TODAY)
    ordered(cast_store, YESTERDAY, 1)
    accepted_order(cast_store, YESTERDAY)
    with cast_store.read() as uow:
        then = {row.number: row.tag for row in waiting_orders(uow, NOON, clock)}[TODAY]
        assert heads_before(uow, "DEMO-9903", START, TODAY) != heads
    assert first != then


def test_another_accepted_order_of_the_same_night_is_what_planning_looks_at_until_it_is_stopped(yesterdays):
    second = "260414-0151"
    ordered(yesterdays, second, 0)
    order = Order.parse({**preterm_order(), "start": START.isoformat()})

    def seen():
        with yesterdays.read() as uow:
            return nutrition_before(uow, order, TODAY).start, heads_before(uow, "DEMO-9903", START, TODAY)

    start, heads = seen()
    assert start == START - timedelta(days=1)
    accepted_order(yesterdays, second)
    assert seen()[0] == START
    assert seen()[1] != heads
    do(yesterdays, CASTELL, ORDER, order_record(second), Discontinue("typed twice"), NOON, station="desk-2")
    assert seen()[0] == START - timedelta(days=1)
