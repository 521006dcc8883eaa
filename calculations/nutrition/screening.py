"""Screening rules for calcium and phosphate: thresholds in circulation, handed in as data. They only ever add a warning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from calculations.findings import Finding, Grade
from calculations.number import Exactable, exact
from calculations.printing import show_number
from calculations.quantity import Quantity

KINDS: dict[str, str] = {
    "product_meq_mmol": "calcium (mEq/L) × phosphate (mmol/L)",
    "product_mmol": "calcium (mmol/L) × phosphate (mmol/L)",
    "sum": "calcium (mEq/L) + phosphate (mmol/L)",
}
_CALCIUM_CHARGE = 2


@dataclass(frozen=True, slots=True)
class ScreeningRule:
    """One threshold. Raises `ValueError` for a kind that is not in `KINDS`."""

    name: str
    kind: str
    limit: Exactable
    """Above this it warns."""
    source: str
    amino_acids_from: Quantity | None = None
    """%; the rule is for solutions with at least so much."""
    populations: tuple[str, ...] = ()
    """Empty: all."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"screening rule {self.name}: {self.kind!r} is none of {', '.join(KINDS)}")


def screen(
    moments: Sequence[tuple[Quantity, Quantity, Quantity]], rules: Iterable[ScreeningRule], population: str
) -> list[Finding]:
    """A soft finding for each rule that any moment (calcium mEq/L, phosphate mmol/L, amino acids %) passes."""
    findings = []
    for rule in rules:
        if rule.populations and population not in rule.populations:
            continue
        reached = [_figure(rule.kind, ca, p) for ca, p, aa in moments if _applies(rule, aa)]
        if reached and max(reached) > exact(rule.limit):
            title = (
                f"Screening rule {rule.name}: {KINDS[rule.kind]} is {show_number(max(reached))}, "
                f"above {show_number(rule.limit)}."
            )
            findings.append(Finding("calcium_phosphate_screening", Grade.SOFT, title, source=rule.source))
    return findings


def _applies(rule: ScreeningRule, amino_acids: Quantity) -> bool:
    return rule.amino_acids_from is None or amino_acids >= rule.amino_acids_from


def _figure(kind: str, calcium: Quantity, phosphate: Quantity) -> mpq:
    ca, p = calcium.amount_in("mEq/L"), phosphate.amount_in("mmol/L")
    if kind == "sum":
        return ca + p
    return ca * p if kind == "product_meq_mmol" else ca / _CALCIUM_CHARGE * p
