"""The label of an opened container that is kept: what it is, since when and by whom it is open, until when it is drawn from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.build import opened_label
from compounding.documents.dose_documents import Clock, site_of
from compounding.documents.shapes import Printed
from compounding.people import shown_name
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.opened_state import Opened, left_words, opened_record
from formulary.model import Formulary

KEPT_AT = {"crt": "Room temperature", "fridge": "Refrigerator", "freezer": "Freezer"}
ONE_PATIENT = "FOR ONE PATIENT ONLY"


@dataclass(frozen=True)
class _Hands:
    """Who opened it and who kept it, with credentials."""

    opened: str
    kept: str


def opened_snapshot(
    uow: UnitOfWork, found: Opened, act: Act, formulary: Formulary, *, room: str, reason: str = ""
) -> dict[str, Any]:
    """`opened_label/1` of a container as it stands now, the next copy. Raises ValueError for one that was never kept."""
    if found.opened_at is None or found.usable_until is None:
        raise ValueError(f"container {found.number} was never kept")
    clock, hands = Clock.of(act), _hands(uow, found)
    patient = f"{ONE_PATIENT}, {found.patient}" if found.one_patient else ""
    return opened_label(
        number=found.number,
        demonstration=formulary.site.demonstration,
        draft=_draft(found, formulary),
        site=site_of(formulary, room),
        product=found.display,
        concentration="" if found.concentration is None else show(found.concentration),
        left=left_words(found),
        dissolved=_moment(clock, found.reconstituted_at),
        use_before=clock.moment(found.usable_until),
        limit=found.limit,
        opened_at=clock.moment(found.opened_at),
        opened_by=hands.opened,
        kept_by=hands.kept,
        hood=found.hood,
        iso_class=str(found.iso_class),
        storage=KEPT_AT[found.storage],
        place=found.place,
        lot=found.lot,
        expires=_day(clock, found.expires),
        warnings=[patient] if patient else [],
        printed=Printed(clock.moment(act.at), str(found.labels + 1), str(found.labels or ""), reason),
    )


def _hands(uow: UnitOfWork, found: Opened) -> _Hands:
    """From the entry that kept it: its writer, and who made the preparation that opened it."""
    first = uow.entries(opened_record(found.number))[0]
    dose = load(uow, DOSE, dose_record(str(first.payload["dose"])))
    makers = [shown_name(uow, person) for person in dose.preparers]
    return _Hands(" and ".join(makers), shown_name(uow, first.who))


def _draft(found: Opened, formulary: Formulary) -> bool:
    drug = next((row for row in formulary.drugs if row.id == found.drug), None)
    return drug is not None and drug.status.value != "APPROVED"


def _moment(clock: Clock, at: datetime | None) -> str:
    return "" if at is None else clock.moment(at)


def _day(clock: Clock, day: str) -> str:
    """`31 Aug 2027`: the last day of use, the month in letters."""
    found = date.fromisoformat(day)
    return f"{found.day} {found:%b %Y}"
