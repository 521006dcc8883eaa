"""The list of the review desk: new orders by urgency, each with its worst finding, planned as of now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from calculations.findings import Grade
from compounding.documents.dose_documents import Clock
from compounding.orders.order import NUTRITION
from compounding.preparing.numbering import patient_record
from compounding.reviewing.one_time import formulary_for, one_time_record
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER, planned_for
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow
from compounding.reviewing.yesterday import heads_before, nutrition_before
from compounding.views.order_changes import draft_dose
from compounding.views.order_facts import drug_display, patient_of, title_of
from compounding.views.strip import due_text
from formulary.model import Formulary
from formulary.repository import formulary_in_force

OPEN = (OrderStatus.CLINICAL_REVIEW, OrderStatus.SECOND_REVIEW, OrderStatus.CLARIFY)


@dataclass(frozen=True)
class ListedOrder:
    """One row of the list."""

    number: str
    due: str
    stat: bool
    title: str
    who: str
    grade: str
    """Worst grade; empty where nothing was found."""
    tag: str
    waiting: bool
    """For the prescriber's answer."""


_SEEN: dict[tuple[object, ...], tuple[tuple[bool, datetime], ListedOrder]] = {}
"""Rows worked out before, by the heads of every record they follow from, drugs, house, nutrition set and switches in force, and
the hour: never by their age alone."""
MOST_SEEN = 2000


def waiting_orders(uow: UnitOfWork, at: datetime, clock: Clock) -> tuple[ListedOrder, ...]:
    """New orders, the most urgent first; after them those that wait for an answer. Each is planned as of this hour."""
    columns = (OrderRow.record, OrderRow.number, OrderRow.patient, OrderRow.version, OrderRow.drug, OrderRow.start)
    found_rows = uow.session.execute(select(*columns).where(OrderRow.status.in_(OPEN))).all()
    rows = [(row.record, row.number, row.patient, row.version) for row in found_rows]
    before = [
        heads_before(uow, row.patient, row.start, row.number) if row.drug == NUTRITION and row.start else ()
        for row in found_rows
    ]
    formulary = formulary_in_force(uow)
    hour = (at.date(), at.hour, clock.offset_minutes)
    with_what = (formulary.digest, formulary.nutrition and formulary.nutrition.digest, formulary.switches)
    found = [
        _row(uow, record, number, (*heads, *earlier, *with_what, hour), formulary, at, clock)
        for (record, number, _, _), heads, earlier in zip(rows, _heads(uow, rows), before, strict=True)
    ]
    found.sort(key=lambda pair: (pair[1].waiting, *pair[0], pair[1].number))
    return tuple(listed for _, listed in found)


def _heads(uow: UnitOfWork, rows: list[tuple[str, str, str, int]]) -> list[tuple[str, ...]]:
    """For each order the heads of its own record, its patient's, and that of its one-time formulation."""
    wanted = [(record, patient_record(mrn), one_time_record(number, version)) for record, number, mrn, version in rows]
    names = {name for three in wanted for name in three}
    query = select(HEADS.c.record, HEADS.c.hash).where(HEADS.c.record.in_(names))
    hashes = {row.record: row.hash for row in uow.session.execute(query)}
    return [tuple(f"{name} {hashes.get(name, '')}" for name in three) for three in wanted]


def _row(
    uow: UnitOfWork, record: str, number: str, key: tuple[object, ...], formulary: Formulary, at: datetime, clock: Clock
) -> tuple[tuple[bool, datetime], ListedOrder]:
    known = _SEEN.get(key)
    if known is None:
        state = load(uow, ORDER, record)
        known = (_urgency(state), _listed(uow, number, state, formulary, at, clock))
        if len(_SEEN) >= MOST_SEEN:
            _SEEN.clear()
        _SEEN[key] = known
    return known


def _urgency(state: OrderRecord) -> tuple[bool, datetime]:
    version = state.current
    order = version.order
    return (order is None or order.priority != "stat", version.placed_at if order is None else order.start)


def _listed(
    uow: UnitOfWork, number: str, state: OrderRecord, formulary: Formulary, at: datetime, clock: Clock
) -> ListedOrder:
    version, order = state.current, state.current.order
    waiting = state.status is OrderStatus.CLARIFY
    if order is None:
        title = drug_display(formulary, str(version.draft.get("drug", ""))) or version.original[:60]
        dose = draft_dose(version.draft)
        return ListedOrder(
            number, clock.time(version.placed_at), False, f"{title} {dose}", "", "", "not complete", True
        )
    patient = patient_of(uow, order)
    if patient is None:
        return ListedOrder(
            number, due_text(order.start, at, clock), False, order.drug, order.patient, "", "no patient", waiting
        )
    formulary = formulary_for(uow, formulary, number, version.number)
    before = nutrition_before(uow, order, number)
    planned = planned_for(order, patient, formulary, at, clock.offset_minutes, before)
    worst = planned.worst
    grade = "" if worst is None or worst is Grade.INFO else worst.value
    count = len({f.code for f in planned.findings if f.grade is worst})
    tag = f"{count} {grade}" if grade else "none"
    if state.status is OrderStatus.SECOND_REVIEW:
        tag = "second pharmacist"
    due, who = due_text(order.start, at, clock), f"{patient.name} · {patient.location}"
    title = title_of(order, planned, formulary)
    return ListedOrder(number, due, order.priority == "stat", title, who, grade, tag, waiting)
