"""A queued dose at the station for which a finished unit is there: that is said first, before anything is mixed."""

from dataclasses import replace
from datetime import datetime

from batch_records.store import UnitOfWork
from compounding.batches.assigning import offered
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.states import DoseStatus
from compounding.views.station import StationPage


def with_finished_unit(uow: UnitOfWork, page: StationPage, dose: Dose, at: datetime, clock: Clock) -> StationPage:
    """The page with the unit to take, first to expire first; as it is where none fits or containers are scanned."""
    if dose.status is not DoseStatus.QUEUED or dose.scans or page.halt is not None:
        return page
    units = offered(uow, dose, at)
    if not units:
        return page
    first = units[0]
    until = clock.moment(first.until)
    where = f"A finished unit fits: lot {first.lot}, unit {first.serial}, {first.place}, start before {until}."
    told = (where, "Bring it to the pharmacist: the scan of its label assigns it.")
    return replace(page, focus=replace(page.focus, say=(*told, *page.focus.say)))
