"""Where a lot went: lot -> doses -> patients. For a recall: on a page, and as a file to work through."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.preparing.tables import DoseRow, UsedRow

STATES = {
    "queued": "to be made",
    "held": "on hold",
    "staged": "containers ready",
    "in_prep": "being made",
    "in_process_check": "a pharmacist looks",
    "awaiting_final_check": "waits for the check",
    "second_check": "waits for the second check",
}
"""States whose own word says less than these; the others are shown as they are called."""

HEADS = (
    "dose", "order", "preparation", "patient", "MRN", "location", "state", "place", "containers", "due", "made by",
    "released by",
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """One dose that a lot went into."""

    number: str
    order: str
    preparation: str
    patient: str
    mrn: str
    location: str
    state: str
    place: str
    containers: int
    due: str
    made_by: str
    released_by: str
    out: bool
    """It has left the pharmacy: in a recall somebody must fetch it, or see the patient."""

    def cells(self) -> tuple[str, ...]:
        """The row of the file, in the order of `HEADS`."""
        return (
            self.number, self.order, self.preparation, self.patient, self.mrn, self.location, self.state, self.place,
            str(self.containers), self.due, self.made_by, self.released_by,
        )  # fmt: skip


OUT = frozenset({"released", "dispensed", "delivered", "administered", "missing"})


def where_used(uow: UnitOfWork, product: str, lot: str, clock: Clock) -> tuple[Use, ...]:
    """Every dose that a container of this lot was scanned for; what is already out stands first, then by due time."""
    query = (
        select(DoseRow, UsedRow.slot)
        .join(UsedRow, UsedRow.record == DoseRow.record)
        .where(UsedRow.product == product, UsedRow.lot == lot)
    )
    doses: dict[str, DoseRow] = {}
    counts: dict[str, int] = {}
    for row, _slot in uow.session.execute(query):
        doses[row.record] = row
        counts[row.record] = counts.get(row.record, 0) + 1
    ordered = sorted(doses.values(), key=lambda row: (row.status.lower() not in OUT, row.due, row.number))
    names: dict[str, str] = {"": ""}
    return tuple(_use(uow, row, counts[row.record], names, clock) for row in ordered)


def _use(uow: UnitOfWork, row: DoseRow, containers: int, names: dict[str, str], clock: Clock) -> Use:
    for person in (row.completed_by, row.released_by):
        if person not in names:
            names[person] = shown_name(uow, person)
    return Use(
        number=row.number,
        order=row.order_number,
        preparation=f"{row.title} {row.subtitle}".strip(),
        patient=row.patient_name,
        mrn=row.patient.removeprefix("patient-"),
        location=row.location,
        state=state_in_words(row.status),
        place=row.place,
        containers=containers,
        due=clock.moment(row.due),
        made_by=names[row.completed_by],
        released_by=names[row.released_by],
        out=row.status.lower() in OUT,
    )


def state_in_words(status: str) -> str:
    """A dose's state as people say it."""
    plain = status.lower()
    return STATES.get(plain, plain.replace("_", " "))


def as_csv(rows: Iterable[Iterable[str]], heads: Iterable[str]) -> str:
    """A file for a spreadsheet, in which no cell can be taken for a formula."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return made.getvalue()


def harmless(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula; NUL is dropped."""
    text = cell.replace("\0", "")
    first = text.lstrip(" \u00a0\ufeff")[:1]
    return f"'{text}" if first in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%"} else text
