"""What the order itself says or leaves out: remarks of the reader, timing, chemotherapy arithmetic, absolute rules."""

from gmpy2 import mpq

from calculations.dosing import deviation, percent_reduction
from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.planning.situation import Situation

AGREES = mpq(1, 100)
"""A reduced dose may differ from the arithmetic by the prescriber's own rounding, one part in a hundred."""


def order_findings(s: Situation) -> list[Finding]:
    """Remarks of a message become findings; an order that is over does not start."""
    order = s.order
    findings = [Finding("remark", Grade.SOFT, text, mend="Ask the prescriber which holds.") for text in order.remarks]
    if order.stop is not None and order.stop <= s.at:
        findings.append(Finding("order_over", Grade.ABSOLUTE, "The order has already ended", mend="Ask for a new one."))
    findings += _only_where_released(s)
    return findings


def _only_where_released(s: Situation) -> list[Finding]:
    """Minibag-only drugs never go into a syringe or by another route; intrathecal only what is listed for it. Absolute."""
    try:
        drug = s.formulary.drug(s.order.drug)
    except KeyError:
        return []
    findings = []
    if any(f.minibag_only for f in drug.formulations) and (s.order.order_type == "push" or s.route != "IV"):
        findings.append(
            Finding(
                "minibag_only",
                Grade.ABSOLUTE,
                f"{drug.display} only in a minibag, into a vein: fatal otherwise",
                mend="Order it in a bag, IV.",
            )
        )
    if s.route == "intrathecal" and not any("intrathecal" in f.routes for f in drug.formulations):
        findings.append(
            Finding(
                "intrathecal_not_listed",
                Grade.ABSOLUTE,
                f"{drug.display} is not listed for intrathecal use",
                mend="Ask for another route or drug.",
            )
        )
    return findings


def chemotherapy_findings(s: Situation) -> list[Finding]:
    """Planned dose, reduction and ordered dose must agree."""
    chemotherapy, ordered = s.order.chemotherapy, s.order.dose
    if chemotherapy is None or chemotherapy.planned_dose is None or ordered is None:
        return []
    planned = chemotherapy.planned_dose.named(ordered.of)
    expected = planned
    if chemotherapy.reduction_percent is not None:
        expected = percent_reduction(planned, chemotherapy.reduction_percent.amount_in("one") * 100)
    if planned.unit.dimension is not ordered.unit.dimension:
        return [
            Finding(
                "planned_basis",
                Grade.HARD,
                f"Planned in {planned.unit.shown}, ordered in {ordered.unit.shown}",
                mend="Ask for one basis.",
            )
        ]
    if abs(deviation(ordered, expected)) > Quantity(AGREES, "one"):
        return [
            Finding(
                "reduction_differs",
                Grade.HARD,
                f"The regimen and its reduction give {show(expected)}",
                ordered,
                expected,
                mend=f"Ask whether {show(ordered)} or {show(expected)} is meant.",
            )
        ]
    if chemotherapy.reduction_percent is not None:
        return [
            Finding(
                "dose_reduced",
                Grade.INFO,
                f"Reduced by {show(chemotherapy.reduction_percent)}: {chemotherapy.reduction_reason}",
            )
        ]
    return []
