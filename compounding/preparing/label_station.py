"""One unpaired label a station: while one lies there without its container, no second one is printed beside it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from batch_records.acting import fold, load
from batch_records.acts import Act, Refusal
from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow


def unpaired_here(uow: UnitOfWork, station: str, number: str) -> str:
    """Number of another dose whose label was printed at this station and not paired; empty when there is none.

    A label that somebody said is not in their hand was not printed. The list narrows the search; the entries decide.
    """
    from compounding.preparing.record import DOSE

    if uow.writing:  # two labels asked for at once at one station are two doses: no record of theirs would hold the other
        uow.serialise(f"labels at {station}")
    printed = select(ENTRIES.c.record).where(ENTRIES.c.kind == "print_label", ENTRIES.c.station == station)
    rows = uow.session.execute(
        select(DoseRow.record).where(DoseRow.unpaired == 1, DoseRow.number != number, DoseRow.record.in_(printed))
    )
    for record in rows.scalars():
        entries = uow.entries(record)
        dose = fold(DOSE, entries)
        last = next((entry for entry in reversed(entries) if entry.kind == "print_label"), None)
        waits = dose.status is DoseStatus.RELEASED and dose.copies > 0 and dose.label_in_hand is not False
        if waits and last is not None and last.station == station:
            return dose.number
    return ""


def with_label(uow: UnitOfWork, ctx: DoseContext, dose: Dose, kind: str, act: Act) -> DoseContext:
    """What printing a label and opening one look at."""
    if kind == "open_label":
        return replace(ctx, label_at_printer=label_at_printer(uow, dose, act))
    return replace(ctx, unpaired_here=unpaired_here(uow, act.station, dose.number)) if kind == "print_label" else ctx


def opened_once(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A printed copy comes out once: in a browser or at a printer. What is needed besides is another copy, with its reason."""
    if not dose.copies or action.issue != dose.label_issue:
        return Refusal("label_number", "This is not the label that was printed last. Load the page again.")
    if dose.label_in_hand is not None:
        return Refusal("label_answered", "It was said already whether this copy is in hand: print another one instead.")
    if dose.label_opened:
        return Refusal("label_opened", "This copy was opened to print already. Not in your hand? Say so and print another.")
    if ctx.label_at_printer:
        return Refusal("label_at_printer", "This copy went to a printer. If it is not in your hand, say so and print another.")
    return None


def label_at_printer(uow: UnitOfWork, dose: Dose, act: Act) -> bool:
    """Whether the newest label went to a print queue where something may have come out."""
    from compounding.print_jobs import PRINT_JOB, JobState, job_record

    job = load(uow, PRINT_JOB, job_record(dose.number, dose.labels))
    return job.state_at(act.at) not in (JobState.NONE, JobState.NOT_SENT)


def one_unpaired_label(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Two labels in one place get mixed up: the first goes on its container before the second is printed."""
    if not ctx.unpaired_here:
        return None
    return Refusal(
        "label_unpaired",
        f"The label of {ctx.unpaired_here} was printed here and is not on its container yet. Pair it first.",
    )
