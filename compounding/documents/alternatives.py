"""What a document says of an approved alternative that was made in place of the usual way.

It is one of the bands across the top, on the labels of the work one of the warnings: every template prints those anyway. So a
document that has none is what it was before, and a site's own template prints it too.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.people import shown_name
from compounding.planning.plan import Substituted, TherapeuticPlan
from compounding.preparing.dose import Dose
from formulary.model_switch import Alternative
from formulary.substitution.record import SUBSTITUTION, record_id

if TYPE_CHECKING:
    from compounding.documents.dose_documents import Clock

WORD = "ALTERNATIVE"


def used_in_place(dose: Dose) -> tuple[Substituted, ...]:
    """The alternatives that are really used. Of a product only where it is drawn from: the usual one may have turned up."""
    taken = {component.product for component in dose.drawing.components} | {dose.planned.base}
    found = dose.planned.substituted or ()
    return tuple(one for one in found if one.kind != Alternative.PRODUCT or one.to in taken)


def alternative_words(uow: UnitOfWork, dose: Dose, clock: "Clock") -> list[str]:
    """`ALTERNATIVE to insulin infusion, bag, approved K. Duarte, RPh, 12 Apr 2026`; none where it is made as usual.

    What is used in its place stands on every paper anyway.
    """
    return [", ".join(_parts(uow, one, clock)) for one in used_in_place(dose)]


def planned_alternatives(uow: UnitOfWork, plan: TherapeuticPlan, clock: "Clock") -> list[str]:
    """The same for a plan of which nothing was scanned yet: every alternative that it may use."""
    return [", ".join(_parts(uow, one, clock)) for one in plan.substituted or ()]


def alternative_bands(uow: UnitOfWork, dose: Dose, clock: "Clock") -> list[str]:
    """The same for the top of a label or sheet: what it is the alternative to, and who approved it, each a band."""
    return [part for one in used_in_place(dose) for part in _parts(uow, one, clock)]


def said(bands: Sequence[str]) -> list[str]:
    """Of the bands of a label those that say it."""
    first = next((number for number, band in enumerate(bands) if band.startswith(WORD)), len(bands))
    return list(bands[first:])


def _parts(uow: UnitOfWork, one: Substituted, clock: "Clock") -> tuple[str, str]:
    period = load(uow, SUBSTITUTION, record_id(one.formulation)).periods[one.number - 1]
    who = f"{shown_name(uow, period.by)}, {clock.day(period.decided)}"
    return f"{WORD} to {one.name}", f"approved {who}"
