"""What the printed call list of a trace says. A long trace is printed in parts, so that several people can call at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from compounding.documents.build import bands
from compounding.documents.call_list import CallList, CallListRow
from compounding.documents.dose_documents import Clock
from compounding.documents.shapes import Printed, Site
from compounding.documents.snapshots import barcode_text, snapshot
from compounding.tracing.finding import Tally, preparations, tally
from compounding.tracing.next_steps import GROUPS
from compounding.tracing.subject import Subject
from compounding.views.paging import page_of
from compounding.views.trace import Shown, Traced
from formulary.model import Formulary

KIND = "call_list/1"
ROWS = 250
"""Preparations in one part."""


def call_list(
    uow: UnitOfWork, subject: Subject, shown: Shown, formulary: Formulary, at: datetime, clock: Clock, part: str = "1"
) -> dict[str, Any]:
    """The snapshot of one part. Raises Faults where the subject touched nothing."""
    counted = tally(uow, subject)
    if not counted.preparations:
        raise Faults([Fault("kind", "no preparation", "a trace that touched at least one")])
    pages = page_of(part, counted.preparations, ROWS)
    found = preparations(uow, subject, skip=pages.skipped, most=pages.size)
    site = formulary.site
    number = f"{clock.local(at):%y%m%d-%H%M%S}"
    return snapshot(
        CallList(
            number=number,
            barcode=barcode_text(KIND, number),
            bands=bands(demonstration=site.demonstration, draft=False),
            site=Site(site.name, "pharmacy", site.phone),
            title=shown.title(subject),
            part="the whole list" if pages.last == 1 else f"part {pages.number} of {pages.last}",
            counts=counts(counted),
            rows=_rows([shown.preparation(one) for one in found]),
            printed=Printed(clock.moment(at), "1", "", ""),
        )
    )


def counts(counted: Tally) -> str:
    """The reach of a trace in one line."""
    many = f"{counted.preparations:,} preparation{'' if counted.preparations == 1 else 's'}"
    who = f"{counted.patients:,} patient{'' if counted.patients == 1 else 's'}"
    groups = ", ".join(f"{counted.groups[group]:,} {words}" for group, words in GROUPS.items() if counted.groups[group])
    return f"{many} for {who}: {groups}"


def _rows(found: Sequence[Traced]) -> list[CallListRow]:
    return [
        CallListRow(
            todo=row.todo,
            state=row.state,
            patient=row.patient,
            identifier=f"MRN {row.mrn}",
            location=row.location,
            place=row.place,
            preparation=row.preparation,
            number=row.number,
            due=row.due,
        )
        for row in found
    ]
