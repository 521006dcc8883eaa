"""What the list of cycle counts shows. Never what the ledger expects."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.stock.count_actions import OPEN
from compounding.stock.tables import CountRow
from compounding.views.paging import Pages, page_of

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


def counts(uow: UnitOfWork, clock: Clock, number: str = "1") -> tuple[tuple[ListedCount, ...], Pages]:
    """One page of the counts: those that wait for somebody, then the newest first."""
    pages = page_of(number, uow.session.execute(select(func.count()).select_from(CountRow)).scalar_one())
    waiting = case((CountRow.status.in_(OPEN), 0), else_=1)
    newest = (CountRow.begun_at.desc(), func.length(CountRow.number).desc(), CountRow.number.desc())
    found = select(CountRow).order_by(waiting, *newest).offset(pages.skipped).limit(pages.size)
    rows = uow.session.execute(found).scalars()
    listed = tuple(
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
    return listed, pages
