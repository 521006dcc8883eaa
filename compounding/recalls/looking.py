"""Whether an open recall touches something that it has not listed yet: asked before anything is used, handed on or given.

A recall of much is listed and held portion by portion; from the moment of its opening nothing that it touches is usable. The
table finds the recalls, their own entries say what they are of, and the trace of that subject is asked for this one record.
"""

from sqlalchemy import select

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


def _listed(uow: UnitOfWork, number: str, record: str) -> bool:
    """Listed, it is held or was cleared: its own record says so."""
    found = select(RecallTaskRow.record).where(RecallTaskRow.item == record, RecallTaskRow.recall == number).limit(1)
    return uow.session.execute(found).first() is not None
