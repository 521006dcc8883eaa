"""Emergency releases that another pharmacist has not checked yet: until when that is due, and how many there were."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.orders.schedule import hours
from compounding.preparing.record import DOSE
from compounding.preparing.states import OUT
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from formulary.model import SiteProfile

WITHIN = "emergency_check_within"
"""Name of the site's value: within which time another pharmacist checks an emergency release."""


@dataclass(frozen=True)
class Unchecked:
    """One of them."""

    row: DoseRow
    reason: str
    check_by: datetime


def unchecked(uow: UnitOfWork, site: SiteProfile, since: datetime | None = None) -> list[Unchecked]:
    """Those that wait, the one that is due first in front. The list narrows the search; the entries decide.

    `since`: of those that were given, only the ones due after it; what is asked for every few seconds looks through no more.
    """
    around = DoseRow.status.in_([status.value for status in (*OUT, S.RETURNED, S.MISSING, S.QUARANTINED)])
    wanted = select(DoseRow).where(DoseRow.emergency == 1)
    wanted = wanted if since is None else wanted.where(or_(around, DoseRow.due > since))
    rows = uow.session.execute(wanted).scalars()
    found = []
    for row in rows:
        dose = load(uow, DOSE, row.record)
        if dose.emergency and dose.afterwards is None and dose.released is not None:
            found.append(Unchecked(row, dose.reason, dose.released.at + hours(site.value(WITHIN))))
    return sorted(found, key=lambda one: (one.check_by, one.row.number))


def released_in_emergency(uow: UnitOfWork) -> int:
    """How many doses were ever released so."""
    return uow.session.execute(select(func.count()).select_from(DoseRow).where(DoseRow.emergency == 1)).scalar_one()
