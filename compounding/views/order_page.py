"""The list of orders, and one order with its doses and versions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock, in_words
from compounding.orders.tables import PatientRow
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import order_record
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import IN_REVIEW, LIVE, OrderStatus
from compounding.reviewing.tables import OrderRow
from compounding.views.order_changes import VersionShown, doses_of, history, what_holding_does, what_stopping_does
from compounding.views.order_facts import drug_display, order_facts, patient_of, tall_title
from compounding.views.paging import Pages, page_of
from compounding.views.patient_facts import Fact, patient_facts
from compounding.views.strip import drug_line, due_text
from formulary.model import Formulary
from formulary.repository import formulary_in_force

STATUS_WORDS = {
    "clinical_review": "waits for review",
    "second_review": "waits for a second pharmacist",
    "clarify": "waits for an answer",
    "verified": "verified",
    "held": "on hold",
    "rejected": "rejected",
    "discontinued": "stopped",
    "superseded": "replaced",
}


@dataclass(frozen=True)
class OrderLine:
    """One row of the list."""

    number: str
    version: int
    title: str
    patient: str
    mrn: str
    status: str
    words: str
    start: str
    placed: str
    stat: bool


def order_lines(
    uow: UnitOfWork, text: str, at: datetime, clock: Clock, number: str = "1"
) -> tuple[list[OrderLine], Pages]:
    """One page of the orders whose number, drug or patient holds the text, the newest first."""
    query = select(OrderRow, PatientRow.name).outerjoin(PatientRow, PatientRow.mrn == OrderRow.patient)
    for word in text.split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        columns = (OrderRow.number, OrderRow.title, OrderRow.drug, OrderRow.patient, PatientRow.name, OrderRow.status)
        query = query.where(or_(*(column.ilike(like) for column in columns)))
    count = uow.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    pages = page_of(number, count)
    wanted = query.order_by(OrderRow.placed_at.desc(), OrderRow.number).offset(pages.skipped).limit(pages.size)
    rows = uow.session.execute(wanted).all()
    formulary = formulary_in_force(uow)
    return [_line(row, name, formulary, at, clock) for row, name in rows], pages


def _line(row: OrderRow, name: str | None, formulary: Formulary, at: datetime, clock: Clock) -> OrderLine:
    return OrderLine(
        row.number,
        row.version,
        tall_title(formulary, row.drug, row.title),
        name or "patient not set",
        row.patient,
        row.status,
        STATUS_WORDS.get(row.status, row.status),
        "" if row.start is None else due_text(row.start, at, clock),
        due_text(row.placed_at, at, clock),
        row.priority == "stat",
    )


@dataclass(frozen=True)
class DoseLine:
    """One dose of the order."""

    number: str
    due: str
    status: str


@dataclass(frozen=True)
class OrderPage:
    """One order as it stands, with what each act would do to its doses."""

    number: str
    version: int
    kind: str
    status: OrderStatus
    words: str
    drug: str
    amount: str
    who: str
    who_sub: str
    due: str
    patient: tuple[Fact, ...]
    order: tuple[Fact, ...]
    original: str
    question: str
    reason: str
    again: str
    """Why it is reviewed again; empty where it is not."""
    instead: tuple[str, ...]
    """That it is an alternative because something is short, and why."""
    doses: tuple[DoseLine, ...]
    holding: tuple[str, ...]
    stopping: tuple[str, ...]
    live: bool
    versions: tuple[VersionShown, ...]


def order_page(uow: UnitOfWork, number: str, at: datetime, clock: Clock) -> OrderPage | None:
    """Everything about one order; None for a number that was never given."""
    state = load(uow, ORDER, order_record(number))
    if not state.versions:
        return None
    version, order, formulary = state.current, state.current.order, formulary_in_force(uow)
    patient = None if order is None else patient_of(uow, order)
    drug = drug_display(formulary, order.drug if order else str(version.draft.get("drug", ""))) or "Drug not recognised"
    amount = ""
    if version.plan is not None:
        drug, amount = drug_line(version.plan)
    doses = doses_of(uow, state)
    born = (
        ""
        if patient is None
        else f"born {in_words(patient.birth_date.isoformat())} · MRN {patient.mrn} · {patient.location}"
    )
    return OrderPage(
        number=number,
        version=version.number,
        kind="" if order is None else str(order.order_type),
        status=version.status,
        words=STATUS_WORDS[version.status.value],
        drug=drug,
        amount=amount,
        who="Patient not set" if patient is None else patient.name,
        who_sub=born,
        due="No start" if order is None else f"From {due_text(order.start, at, clock)}",
        patient=() if patient is None else patient_facts(patient, at, clock),
        order=() if order is None else order_facts(uow, order, version, formulary, clock),
        original=version.original,
        question=version.question,
        reason=version.reason,
        again=version.again_reason if version.status in IN_REVIEW else "",
        instead=tuple(one.words for one in version.plan.substituted or ()) if version.plan else (),
        doses=_dose_lines(doses, at, clock),
        holding=what_holding_does(doses),
        stopping=what_stopping_does(doses),
        live=version.status in LIVE,
        versions=history(uow, state, clock),
    )


def _dose_lines(doses: list[Dose], at: datetime, clock: Clock) -> tuple[DoseLine, ...]:
    words = [(dose.due, dose.status.words) for dose in doses]
    shown = ["" if due is None else due_text(due, at, clock) for due, _ in words]
    return tuple(DoseLine(dose.number, due, word) for dose, due, (_, word) in zip(doses, shown, words, strict=True))
