"""What a nurse must know of a nutrition container besides what every dose tells: cycle, hang time, what hangs beside it."""

from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.nutrition.beside import goes_with
from compounding.nutrition.plan import LIPID
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.dose import Dose


def line_words(plan: TherapeuticPlan) -> str:
    """Which line it may run in. Lipid apart runs in either, whatever line the bag needs."""
    if plan.nutrition is not None and plan.nutrition.container == LIPID:
        return "central or peripheral"
    if plan.nutrition is not None and plan.line != "central":
        return "peripheral or central"
    return "central only" if plan.line == "central" else plan.line or "not said"


def nutrition_facts(uow: UnitOfWork, dose: Dose, clock: Clock) -> tuple[tuple[str, str], ...]:
    """Infuse, cycle, hang time, lipid and the other containers; none for another dose."""
    nutrition = dose.planned.nutrition
    if nutrition is None:
        return ()
    by = "" if dose.due is None else f"hang by {clock.moment(dose.due)}, "
    rows = [
        ("Infuse", f"{show(nutrition.infused_volume, 1)} over {show(nutrition.hours, 1)}; the rest fills the line"),
        ("Hangs", f"{by}{nutrition.hang}"),
    ]
    if nutrition.tapers:
        rows.insert(1, ("Cycle", ", then ".join(nutrition.tapers)))
    if nutrition.container != LIPID and any(row.apart for row in nutrition.rows):
        rows.append(("Lipid", "not in this bag: lipid apart"))
    if other := goes_with(uow, dose):
        rows.append(("Goes with", other))
    return tuple(rows)
