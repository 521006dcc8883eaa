"""A continuous infusion after its first bag: what is made next, who may ask for it, what the ward reads of the running one."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from batch_records.acting import load
from batch_records.store import Store, UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.orders.order import Order, order_as_data
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Answer, AskNextBag, Clarify, Discontinue, Place, YieldDoses
from compounding.reviewing.record import ORDER
from compounding.sweeping import extend_orders
from compounding.views import nurse, nurse_running
from compounding.views.nurse import DoseCard, ward_page
from formulary.repository import formulary_in_force
from tests.compounding.test_orders import CENTRAL, RECORD, VASOPRESSOR, checked_twice, doses, running_bag
from tests.support.cast import CASTELL, DUARTE, HALLORAN, LINDQVIST, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.flow import CEFTRIAXONE, ORDER_NUMBER, accepted_order, placed_order, started


def test_a_bag_that_is_missing_is_replaced_by_a_pharmacist_and_by_nothing_else(cast_store: Store) -> None:
    """The sweep and the nurse would make another one unasked."""
    running_bag(cast_store)
    second, at = dose_number(ORDER_NUMBER, 2), NOON + timedelta(hours=2)
    paired_bag(cast_store, second)
    do(cast_store, HALLORAN, DOSE, dose_record(second), a.ReportMissing("refrigerator"), at)
    assert extend_orders(cast_store, at + timedelta(hours=1), OFFSET) == 0
    ask = AskNextBag(at + timedelta(hours=1))
    assert refused(cast_store, HALLORAN, ORDER, RECORD, ask, at) == "bag_missing"
    do(cast_store, MARLOW, ORDER, RECORD, YieldDoses(at, remake_of=second), at)
    assert [(d.status, d.remake_of) for d in doses(cast_store)][2:] == [("queued", second)]
    again = YieldDoses(at + timedelta(hours=2))
    do(cast_store, MARLOW, ORDER, RECORD, again, at)
    assert len(doses(cast_store)) == 3


def test_a_bag_that_failed_is_made_anew_once_and_linked(cast_store: Store) -> None:
    placed_order(cast_store, VASOPRESSOR, CENTRAL)
    accepted_order(cast_store, ORDER_NUMBER)
    first = started(cast_store, dose_number(ORDER_NUMBER, 1))
    do(cast_store, OKONJO, DOSE, dose_record(first), a.Abandon("dropped"), NOON + timedelta(minutes=5))
    assert extend_orders(cast_store, NOON + timedelta(minutes=6), OFFSET) == 1
    assert [(d.status, d.remake_of) for d in doses(cast_store)] == [("abandoned", ""), ("queued", first)]
    twice = YieldDoses(NOON, remake_of=first)
    assert refused(cast_store, MARLOW, ORDER, RECORD, twice, NOON + timedelta(minutes=7)) in ("made_anew", "bag_on_its_way")


def paired_bag(store: Store, number: str) -> None:
    checked_twice(store, number)
    record, at = dose_record(number), NOON + timedelta(minutes=40)
    do(store, MARLOW, DOSE, record, a.PrintLabel("0" * 64, issue=1), at, station="desk-1")
    do(store, MARLOW, DOSE, record, a.AnswerLabelInHand(True), at, station="desk-1")
    do(store, OKONJO, DOSE, record, a.PairLabels(f"92{number}", f"91{number}C1"), at)


def test_of_two_who_change_an_order_at_once_the_second_looks_at_the_first_ones_version(cast_store: Store) -> None:
    placed_order(cast_store)
    data = order_as_data(Order.parse(CEFTRIAXONE | {"dose": "75 mg/kg"}))
    do(cast_store, CASTELL, ORDER, RECORD, Place(ORDER_NUMBER, data, replaces=1))
    late = Place(ORDER_NUMBER, order_as_data(Order.parse(CEFTRIAXONE | {"dose": "40 mg/kg"})), replaces=1)
    assert refused(cast_store, LINDQVIST, ORDER, RECORD, late) == "order_changed"
    assert refused(cast_store, LINDQVIST, ORDER, order_record("260414-0199"), late) == "order_changed"
    do(cast_store, DUARTE, ORDER, RECORD, Clarify("which?"))
    answer = Answer("75", "Dr. R. Castell", data, replaces=1)
    assert refused(cast_store, DUARTE, ORDER, RECORD, answer) == "order_changed"


def test_the_ward_reads_the_rate_and_the_end_of_a_running_bag_from_the_order_as_it_stands(cast_store: Store) -> None:
    number, begun = running_bag(cast_store), NOON + timedelta(hours=1)
    before = card_of(cast_store, number, begun)
    twice = VASOPRESSOR | {"dose_rate": "0.2 mcg/kg/min"}
    do(cast_store, CASTELL, ORDER, RECORD, Place(ORDER_NUMBER, order_as_data(Order.parse(twice))), begun)
    waiting = card_of(cast_store, number, begun)
    assert (waiting.run_at, waiting.runs_out) == (before.run_at, before.runs_out)
    accepted_order(cast_store, ORDER_NUMBER, begun + timedelta(hours=1))
    now = card_of(cast_store, number, begun + timedelta(hours=1))
    assert now.run_why.startswith("0.2 mcg/kg/min")
    assert Decimal(now.run_at.split("\u00a0")[0].split()[0]) == 2 * Decimal(before.run_at.split("\u00a0")[0].split()[0])
    assert now.runs_out != before.runs_out
    assert (now.warning, "next_bag" in now.may) == ("", True)
    do(cast_store, CASTELL, ORDER, RECORD, Discontinue("off pressors"), begun + timedelta(hours=2))
    stopped = card_of(cast_store, number, begun + timedelta(hours=2))
    assert "The order was stopped: off pressors" in stopped.warning
    assert "next_bag" not in stopped.may


def test_the_ward_reads_of_what_was_given_only_the_bag_that_runs(cast_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A patient of many weeks has been given thousands of doses, and is scanned at every one."""
    first, second = running_bag(cast_store), dose_number(ORDER_NUMBER, 2)
    at = NOON + timedelta(hours=3)
    paired_bag(cast_store, second)
    do(cast_store, HALLORAN, DOSE, dose_record(second), a.Receive("ICU"), at)
    do(cast_store, HALLORAN, DOSE, dose_record(second), a.StartAdministration(), at)
    read: list[str] = []

    def counted(uow: UnitOfWork, record_type: Any, record: str) -> Any:
        read.extend([record] if record_type is DOSE else [])
        return load(uow, record_type, record)

    monkeypatch.setattr(nurse_running, "load", counted)
    monkeypatch.setattr(nurse, "load", counted)
    assert card_of(cast_store, second, at).runs_out
    assert dose_record(second) in read
    assert dose_record(first) not in read


def card_of(store: Store, number: str, at: datetime) -> DoseCard:
    with store.read() as uow:
        page = ward_page(uow, CENTRAL["mrn"], formulary_in_force(uow), at, Clock(OFFSET))
    assert page is not None
    return next(card for card in page.cards if card.number == number)
