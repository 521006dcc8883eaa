"""Whether an open recall touches something that it has not listed yet: asked before anything is used, handed on or given.

A recall of much is listed and held portion by portion; from the moment of its opening nothing that it touches is usable. The
table finds the recalls, their own entries say what they are of, and the trace of that subject is asked for this one record.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.recalls.tables import RecallRow, RecallTaskRow
from compounding.tracing.touching import touches


def recall_reaching(uow: UnitOfWork, record: str) -> str:
    """Number of an open recall that touches this record and does not list it yet; empty when there is none."""
    from compounding.recalls.record import RECALL

    wanted = select(RecallRow.record).where(RecallRow.status != "closed").order_by(RecallRow.record)
    for recall_record in uow.session.execute(wanted).scalars().all():
        recall = load(uow, RECALL, recall_record)
        if recall.status != "open" or _listed(uow, recall.number, record):
            continue
        if touches(uow, recall.touching, record):
            return recall.number
    return ""


def recall_not_settled(uow: UnitOfWork, record: str) -> str:
    """Number of an open recall that touches this record as it is now and has not settled it; empty when there is none.

    For what a recall lists but cannot hold yet: a batch that is being made.
    """
    from compounding.recalls.record import RECALL

    wanted = select(RecallRow.record).where(RecallRow.status != "closed").order_by(RecallRow.record)
    for recall_record in uow.session.execute(wanted).scalars().all():
        recall = load(uow, RECALL, recall_record)
        if recall.status == "open" and not _settled(uow, recall.number, record) and touches(uow, recall.touching, record):
            return recall.number
    return ""


def _settled(uow: UnitOfWork, number: str, record: str) -> bool:
    """By the entries of the part that lists it."""
    from compounding.recalls.part import PART

    wanted = select(RecallTaskRow.record).where(RecallTaskRow.item == record, RecallTaskRow.recall == number)
    parts = [load(uow, PART, part) for part in uow.session.execute(wanted).scalars()]
    return any(part.tasks[record].settled for part in parts)


@dataclass(frozen=True)
class Named:
    """A recall that lists something, for a link to it."""

    number: str
    title: str
    status: str
    """open, closing or closed."""


def recalls_listing(uow: UnitOfWork, items: Sequence[str], without: str = "") -> tuple[Named, ...]:
    """Recalls that list any of these records, the open ones first, newest first; `without`: a number that is left out."""
    row, task = RecallRow, RecallTaskRow
    of = select(task.recall).where(task.item.in_(items), task.recall != without)
    wanted = select(row).where(row.number.in_(of)).order_by(case((row.status == "closed", 1), else_=0), row.opened_at.desc())
    return tuple(Named(one.number, one.title, one.status) for one in uow.session.execute(wanted).scalars())


def _listed(uow: UnitOfWork, number: str, record: str) -> bool:
    """Listed, it is held or was cleared: its own record says so."""
    found = select(RecallTaskRow.record).where(RecallTaskRow.item == record, RecallTaskRow.recall == number).limit(1)
    return uow.session.execute(found).first() is not None
