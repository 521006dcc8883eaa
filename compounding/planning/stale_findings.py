"""Measures and results that a dose is worked out from, and that are too old for it. The windows are the site's."""

from datetime import datetime

from calculations.dosing import deviation
from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.orders.patient import Measure, MeasureKind, Result
from compounding.planning.situation import Situation
from formulary.model import WeightKind

OF_HEIGHT = frozenset({WeightKind.IDEAL, WeightKind.ADJUSTED, WeightKind.LEAN})
"""Weights that are worked out from a height."""


def stale_creatinine(s: Situation, creatinine: Result) -> list[Finding]:
    """A clearance from a creatinine that is older than the site's window."""
    return _older(s, "creatinine_stale", "Creatinine", creatinine.at, creatinine.amount, "creatinine_stale", "Measure it again.")


def stale_height(s: Situation) -> list[Finding]:
    """A child grows: a surface or a weight from a height that is older than the site's window."""
    height = s.measure(MeasureKind.HEIGHT)
    if height is None or s.is_a("adult"):
        return []
    return _older(s, "height_stale", "Height", height.at, height.amount, "height_stale_child", "Measure the child again.")


def old_dosing_weight(s: Situation, kind: WeightKind) -> list[Finding]:
    """A dosing weight is set on purpose and may differ from the actual one; not so where the patient was weighed since."""
    dosing, actual = s.measure(MeasureKind.DOSING_WEIGHT), s.measure(MeasureKind.ACTUAL_WEIGHT)
    if kind is not WeightKind.DOSING or dosing is None or actual is None:
        return []
    return weighed_since(s, dosing, actual)


def weighed_since(s: Situation, dosing: Measure, actual: Measure) -> list[Finding]:
    """The weight that doses go by is older than the last weighing, and further from it than the site allows."""
    if actual.at <= dosing.at:
        return []
    change, limit = abs(deviation(actual.amount, dosing.amount)), s.formulary.site.value("weight_change_limit")
    if change <= limit:
        return []
    title = f"The dosing weight {show(dosing.amount)} was set before the patient was weighed at {show(actual.amount)}"
    return [Finding("dosing_weight_old", Grade.SOFT, title, change, limit, mend="Confirm the dosing weight, or set it anew.")]


def stale_weight(s: Situation, weight: Measure) -> list[Finding]:
    """A weight that is older than the site's window for this age."""
    window = "neonate" if s.is_a("neonate") else "adult" if s.is_a("adult") else "child"
    return _older(s, "weight_stale", "Weight", weight.at, weight.amount, f"weight_stale_{window}", "Weigh the patient again.")


def _older(s: Situation, code: str, name: str, at: datetime, amount: Quantity, window: str, mend: str) -> list[Finding]:
    days = s.formulary.site.value(window).amount_in("day")
    age = (s.at - at).total_seconds() / 86400
    if age <= days:
        return []
    source = f"site rule: {show_number(days)} days"
    return [Finding(code, Grade.SOFT, f"{name} is {int(age)} days old", amount, source=source, mend=mend)]
