"""The list of the review desk: new orders by urgency, each with its worst finding, planned as of now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.findings import Grade
from compounding.documents.dose_documents import Clock
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.one_time import formulary_for
from compounding.reviewing.record import ORDER, planned_for
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow
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


def waiting_orders(uow: UnitOfWork, at: datetime, clock: Clock) -> tuple[ListedOrder, ...]:
    """New orders, the most urgent first; after them those that wait for an answer. Each is planned as of now."""
    rows = uow.session.execute(select(OrderRow.record, OrderRow.number).where(OrderRow.status.in_(OPEN))).all()
    formulary = formulary_in_force(uow)
    found = []
    for record, number in rows:
        state = load(uow, ORDER, record)
        found.append((_urgency(state), _listed(uow, number, state, formulary, at, clock)))
    found.sort(key=lambda pair: (pair[1].waiting, *pair[0], pair[1].number))
    return tuple(listed for _, listed in found)


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
    planned = planned_for(order, patient, formulary, at)
    worst = planned.worst
    grade = "" if worst is None or worst is Grade.INFO else worst.value
    count = len({f.code for f in planned.findings if f.grade is worst})
    tag = f"{count} {grade}" if grade else "none"
    if state.status is OrderStatus.SECOND_REVIEW:
        tag = "second pharmacist"
    due, who = due_text(order.start, at, clock), f"{patient.name} · {patient.location}"
    title = title_of(order, planned, formulary)
    return ListedOrder(number, due, order.priority == "stat", title, who, grade, tag, waiting)
