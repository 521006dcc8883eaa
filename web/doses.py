"""What pages about one dose share: finding it, and the site's wall clock."""

from datetime import datetime

from werkzeug.exceptions import NotFound

from batch_records.acting import load
from batch_records.acts import Actor, Refusal
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from web.errors import Refuse
from web.permissions import PHARMACIST
from web.services import offset_minutes, services

CHECKED_ALONE = Refusal(
    "checked_alone", "A second pharmacist checks this alone now: its figures are shown when both results stand."
)


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
    return Clock(offset_minutes(at), services().zone)


def keep_figures_from(actor: Actor, dose: Dose) -> None:
    """While a dose waits for its second check, no page shows its figures to who may make that check. Raises Refuse."""
    first = dose.first_check.person if dose.first_check is not None else ""
    may_check = PHARMACIST in actor.roles and actor.person not in dose.hands and actor.person != first
    if dose.status is DoseStatus.SECOND_CHECK and may_check:
        raise Refuse(CHECKED_ALONE)
