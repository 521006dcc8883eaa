"""The list of the check desk: what waits for a pharmacist, the most urgent first, in groups by what is asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from compounding.views.emergencies import Unchecked, released_in_emergency, unchecked
from compounding.views.queue_out import to_look_at_again
from compounding.views.remakes import made_anew
from compounding.views.strip import due_text, unbroken
from formulary.model import SiteProfile

CHECKS = (S.AWAITING_FINAL_CHECK, S.SECOND_CHECK, S.IN_PROCESS_CHECK)
ENDED_BADLY = (S.REJECTED, S.ABANDONED, S.EXPIRED, S.MISSING, S.QUARANTINED, S.WASTED)
"""States after which the order may still need a dose: a new one is made, linked."""


@dataclass(frozen=True)
class DeskRow:
    number: str
    title: str
    subtitle: str
    patient: str
    location: str
    due: datetime
    stat: bool
    what: str
    """What is asked of the pharmacist."""
    know: str


@dataclass(frozen=True)
class Desk:
    groups: tuple[tuple[str, tuple[DeskRow, ...]], ...]
    """Heading and rows; a group without rows is left out."""

    @property
    def waiting(self) -> int:
        return sum(len(rows) for _, rows in self.groups)


def desk(uow: UnitOfWork, site: SiteProfile, at: datetime, clock: Clock) -> Desk:
    """Everything that waits for a pharmacist now."""
    statuses = {*CHECKS, S.STAGED, S.RETURNED, *ENDED_BADLY} - {S.WASTED}
    rows = uow.session.execute(select(DoseRow).where(DoseRow.status.in_([s.value for s in statuses]))).scalars()
    checks, staging, replace_, returned = [], [], [], []
    for row in sorted(rows, key=lambda row: (row.priority != "stat", row.due)):
        status = S(row.status)
        dose = load(uow, DOSE, row.record) if status in (*CHECKS, S.STAGED) else None
        if dose is not None and status in CHECKS:
            checks.append(_row(row, check_words(dose), differing_words(dose)))
        elif dose is not None and status is S.STAGED and dose.planned.staging_check and not dose.staging_checked_by:
            staging.append(_row(row, "Containers to look at", row.know))
        if status is S.RETURNED:
            returned.append(_row(row, "Returned", "use again, or waste"))
        elif status in ENDED_BADLY and not made_anew(uow, row.order_number, row.number):
            replace_.append(_row(row, status.value.capitalize(), "still needed? make a new one, then waste it"))
    again = [_row(row, "Look again before it is given", row.know) for row in to_look_at_again(uow)]
    after = [_row(one.row, _check_by(one, at, clock), one.reason) for one in unchecked(uow, site)]
    ever = f", {released_in_emergency(uow)} so far" if after else ""
    groups = (
        ("To check", checks),
        ("Before it is opened", staging),
        ("Released, and the patient changed since", again),
        (f"Emergency releases, to be checked afterwards{ever}", after),
        ("Replacement asked", replace_),
        ("Returned", returned),
    )
    return Desk(tuple((name, tuple(found)) for name, found in groups if found))


def _check_by(one: Unchecked, at: datetime, clock: Clock) -> str:
    late = ", overdue" if at >= one.check_by else ""
    return f"Released in an emergency: check it by {due_text(one.check_by, at, clock)}{late}"


def check_words(dose: Dose) -> str:
    """What is asked for: which of the checks."""
    if dose.status is S.SECOND_CHECK:
        return "Second check, alone"
    if dose.status is S.IN_PROCESS_CHECK:
        return "Check before mixing"
    if dose.planned.second_check and dose.second_check is None:
        return "First of two checks"
    return "Final check"


def differing_words(dose: Dose) -> str:
    """`2 volumes differ from the plan`, `1 step not measured`, or that nothing differs."""
    if dose.status is S.SECOND_CHECK:
        return "two pharmacists, each alone"
    if dose.unmeasured:
        return f"{len(dose.unmeasured)} step{'s' if len(dose.unmeasured) > 1 else ''} not measured"
    if dose.second_differences:
        return "the two checks did not agree"
    if dose.said and dose.said[-1].question:
        return f"asked: {dose.said[-1].text}"
    off = sum(
        1
        for step in dose.drawing.measures
        if (record := dose.record_of(step.number)) is not None and record.volume != step.volume
    )
    if not off:
        return "nothing differs from the plan"
    return f"{off} volume{'s differ' if off > 1 else ' differs'} from the plan"


def _row(row: DoseRow, what: str, know: str) -> DeskRow:
    return DeskRow(
        row.number,
        unbroken(row.title),
        unbroken(row.subtitle),
        row.patient_name,
        row.location,
        row.due,
        row.priority == "stat",
        what,
        know,
    )
