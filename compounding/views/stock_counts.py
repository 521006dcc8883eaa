"""What the list of cycle counts shows. Never what the ledger expects."""

from dataclasses import dataclass

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.stock.tables import CountRow

MOST = 100
"""Counts that the list shows, the newest first."""
STATES = {
    "counting": "is counted",
    "variance": "differs: a second person decides",
    "done": "done",
    "dropped": "dropped",
}


@dataclass(frozen=True)
class ListedCount:
    number: str
    location: str
    status: str
    words: str
    begun: str
    by: str
    variances: int


def counts(uow: UnitOfWork, clock: Clock) -> tuple[ListedCount, ...]:
    """Counts, the newest first."""
    rows = uow.session.execute(select(CountRow).order_by(CountRow.begun_at.desc(), CountRow.number.desc()).limit(MOST)).scalars()
    return tuple(
        ListedCount(
            number=row.number,
            location=row.location,
            status=row.status,
            words=STATES[row.status],
            begun=clock.moment(row.begun_at),
            by=" and ".join(shown_name(uow, person) for person in row.counted_by.split(", ") if person),
            variances=row.variances,
        )
        for row in rows
    )
