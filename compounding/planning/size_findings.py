"""Sizes that no patient of the house has, and a body surface that is not the one the regimen was planned on.

The windows and the share are the house's. A dose that is worked out from a size outside the range of its formula cannot be
computed at all; these findings also come where the size decides nothing, because a slip of the pen is one wherever it stands.
"""

from calculations.dosing import deviation
from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.formula import recording
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.orders.order import Chemotherapy
from compounding.orders.patient import MeasureKind
from compounding.planning.dose_amount import basis_of
from compounding.planning.situation import Situation
from formulary.model import DoseBasis

_NAMED = {
    MeasureKind.ACTUAL_WEIGHT: ("weight", "Weight"),
    MeasureKind.DOSING_WEIGHT: ("weight", "Dosing weight"),
    MeasureKind.BIRTH_WEIGHT: ("weight", "Birth weight"),
    MeasureKind.HEIGHT: ("height", "Height"),
}
"""Measure -> how its window is named in the house rules, and what people call it."""


def size_findings(s: Situation) -> list[Finding]:
    """The latest weights and height and the body surface from them, each held against what the house calls plausible."""
    found = []
    for kind, (window, name) in _NAMED.items():
        if (measure := s.measure(kind)) is not None:
            found += _outside(s, window, name, measure.amount, "Ask whether it was written down right, and measure again.")
    surface = surface_today(s)
    if surface is not None:
        found += _outside(s, "surface", "Body surface", surface, "Check weight and height: one may be in the other's place.")
    return found


def surface_today(s: Situation) -> Quantity | None:
    """Body surface by Mosteller; None where a size is missing or outside the formula. It is no step of the plan's working."""
    try:
        with recording():
            return s.surface
    except CannotCompute:
        return None


def _outside(s: Situation, window: str, name: str, amount: Quantity, mend: str) -> list[Finding]:
    low, high = (s.formulary.site.row(f"{window}_{end}") for end in ("low", "high"))
    if low.value <= amount <= high.value:
        return []
    row, words = (low, "less") if amount < low.value else (high, "more")
    margin = amount - low.value if row is low else high.value - amount
    title = f"{name} {_shown(amount)} is {words} than the {_shown(row.value)} that the house calls plausible"
    return [Finding(f"{window}_implausible", Grade.SOFT, title, amount, row.value, margin, row.source.text, mend)]


def _shown(amount: Quantity) -> str:
    return show(amount, 2) if amount.unit.name == "m2" and amount.number >= 1 else show(amount, 3)


def surface_change(s: Situation) -> list[Finding]:
    """The surface that the regimen was planned on, held against that of today."""
    chemotherapy = s.order.chemotherapy
    if chemotherapy is None or chemotherapy.planned_surface is None:
        return []
    planned, now, row = chemotherapy.planned_surface, surface_today(s), s.formulary.site.row("surface_change_limit")
    was = f"The regimen was planned on a body surface of {_shown(planned)}{_of_then(chemotherapy)}"
    if now is None:
        title = f"{was}; that of today is not known"
        mend = "Record weight and height with their dates."
        return [Finding("surface_not_known", Grade.SOFT, title, planned, source=row.source.text, mend=mend)]
    with recording():
        change = abs(deviation(now, planned))
    if change <= row.value:
        return []
    share = show_number(change.amount_in("one") * 100, 1)
    most = show_number(row.value.amount_in("one") * 100, 1)
    title = f"{was} and is {_shown(now)} today, {share} % {'more' if now > planned else 'less'}; at most {most} %"
    source, mend = row.source.text, _to_do(s, now)
    return [Finding("surface_changed", Grade.SOFT, title, change, row.value, row.value - change, source, mend)]


def _of_then(chemotherapy: Chemotherapy) -> str:
    """The weight of that surface, and its day."""
    weight, day = chemotherapy.planned_weight, chemotherapy.planned_on
    return f"{'' if weight is None else f', {_shown(weight)},'}{'' if day is None else f' on {day.isoformat()}'}"


def _to_do(s: Situation, now: Quantity) -> str:
    dose = s.order.dose
    if dose is not None and basis_of(dose) is DoseBasis.PER_M2:
        return f"The dose is worked out from {_shown(now)}: tell the prescriber, and confirm weight and height."
    return f"Recalculate the dose from {_shown(now)}, and ask the prescriber for the new one."
