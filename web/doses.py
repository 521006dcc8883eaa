"""What pages about one dose share: finding it, and the site's wall clock."""

from datetime import datetime

from werkzeug.exceptions import NotFound

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from web.services import offset_minutes


def dose_of(uow: UnitOfWork, number: str) -> Dose:
    """The dose of that number as it stands. Raises NotFound for a number that is none of ours."""
    if not is_dose_number(number):
        raise NotFound
    dose = load(uow, DOSE, dose_record(number))
    if dose.status is DoseStatus.NEW:
        raise NotFound
    return dose


def wall_clock(at: datetime) -> Clock:
    """The site's wall clock at that instant."""
    return Clock(offset_minutes(at))
