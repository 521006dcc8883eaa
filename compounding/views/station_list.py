"""What to make next at a hood: what is being made here, then STAT, then by due time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.preparing.kinds import order_types
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from compounding.rooms import Hood
from compounding.views.start_times import latest_words
from compounding.views.strip import due_text, how_long, unbroken
from formulary.model import SiteProfile

MOST = 40


@dataclass(frozen=True)
class ListedDose:
    """One row of the list."""

    number: str
    title: str
    sub: str
    who: str
    place: str
    due: str
    due_note: str
    late: bool
    stat: bool
    """Only the next dose of a STAT order; those after it come in their own time."""
    state: str
    """In words: waiting, containers ready, being made here, a pharmacist looks."""
    know: str
    later: str
    """Not before this time; empty when it may be made now."""
    latest: str
    """When to begin it at the latest, or at least when to release it; empty once it is being made."""


STATES = {
    S.QUEUED.value: "to be made",
    S.STAGED.value: "containers ready",
    S.IN_PREP.value: "being made here",
    S.IN_PROCESS_CHECK.value: "a pharmacist looks",
}
_HERE = (S.IN_PREP.value, S.IN_PROCESS_CHECK.value)


def to_make(
    uow: UnitOfWork, station: str, hood: Hood, site: SiteProfile, at: datetime, clock: Clock
) -> tuple[list[ListedDose], int]:
    """The rows for this station and how many there are in all. A hazardous dose is listed where it may be made only."""
    rows = uow.session.execute(select(DoseRow).where(DoseRow.status.in_(STATES)).order_by(DoseRow.due)).scalars()
    fitting = [row for row in rows if _fits(row, station, hood)]
    first = {row.order_number: row.number for row in reversed(fitting)}
    urgent = {row.number for row in fitting if row.priority == "stat" and first[row.order_number] == row.number}
    fitting.sort(key=lambda row: _rank(row, at, row.number in urgent))
    shown = fitting[:MOST]
    kinds = order_types(uow, [row.record for row in shown if row.status not in _HERE])
    listed = [_listed(row, kinds.get(row.record, ""), site, at, clock, row.number in urgent) for row in shown]
    return listed, len(fitting)


def _fits(row: DoseRow, station: str, hood: Hood) -> bool:
    if row.status in _HERE:
        return row.hood == station
    return hood.hazardous or row.know != "hazardous" or not hood.name


def _rank(row: DoseRow, at: datetime, urgent: bool) -> tuple[bool, bool, bool, datetime, str]:
    later = row.not_before is not None and row.not_before > at
    return (row.status not in _HERE, later, not urgent, row.due, row.number)


def _listed(row: DoseRow, kind: str, site: SiteProfile, at: datetime, clock: Clock, urgent: bool) -> ListedDose:
    later = row.not_before
    return ListedDose(
        row.number,
        unbroken(row.title),
        unbroken(row.subtitle),
        row.patient_name,
        row.location,
        due_text(row.due, at, clock),
        how_long(row.due, at),
        at > row.due,
        urgent,
        STATES[row.status],
        row.know,
        due_text(later, at, clock) if later is not None and later > at else "",
        "" if row.status in _HERE else latest_words(row.due, kind, site, at, clock),
    )
