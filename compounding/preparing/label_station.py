"""One unpaired label a station: while one lies there without its container, no second one is printed beside it."""

from typing import Any

from sqlalchemy import select

from batch_records.acting import fold
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


def one_unpaired_label(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Two labels in one place get mixed up: the first goes on its container before the second is printed."""
    if not ctx.unpaired_here:
        return None
    return Refusal(
        "label_unpaired",
        f"The label of {ctx.unpaired_here} was printed here and is not on its container yet. Pair it first.",
    )
