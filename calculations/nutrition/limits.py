"""Holding a bag's figures against limits that are handed in as data. Nothing is skipped in silence.

A limit whose figure could not be worked out, a row that names no figure, and a high-alert ingredient without any
limit are findings themselves: an unassessed risk is never a pass.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from calculations.findings import Finding, Grade
from calculations.nutrition.bag import Bag
from calculations.nutrition.figures import Figures, is_figure
from calculations.nutrition.order import Basis
from calculations.nutrition.totals import Totals
from calculations.printing import show
from calculations.quantity import Quantity

MIXED_HERE = "mixed here"
"""Behind a kind of bag: only one that the house itself mixes."""

_GRADES = (("absolute", Grade.ABSOLUTE), ("hard", Grade.HARD), ("soft", Grade.SOFT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Whom a row is for."""

    populations: tuple[str, ...] = ()
    """Empty: all."""
    weight_from: Quantity | None = None
    """kg of body weight, included."""
    weight_below: Quantity | None = None
    """kg of body weight, not included."""

    def holds(self, population: str, weight: Quantity) -> bool:
        """Whether a patient falls into it."""
        if self.populations and population not in self.populations:
            return False
        if self.weight_from is not None and weight < self.weight_from:
            return False
        return self.weight_below is None or weight < self.weight_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One row: a figure by its name, whom and which bag it is for, and its bounds. A bound itself is allowed."""

    figure: str
    """A name of `figures.SINGLE`, or a nutrient in a basis: `sodium per kg per day`."""
    band: Band
    source: str
    line: str = ""
    """`central` or `peripheral`; empty: both."""
    kind: str = ""
    """`2-in-1` or `3-in-1`; `3-in-1 mixed here`: not a ready-made bag, which its maker answers for; empty: every bag."""
    lower_soft: Quantity | None = None
    lower_hard: Quantity | None = None
    lower_absolute: Quantity | None = None
    upper_soft: Quantity | None = None
    upper_hard: Quantity | None = None
    upper_absolute: Quantity | None = None
    mend: str = ""

    @property
    def nutrient(self) -> str:
        """The nutrient that the row is about; the figure's own name where it is about none."""
        return next((self.figure.removesuffix(f" {b}") for b in Basis if self.figure.endswith(f" {b}")), self.figure)

    def upper_bounds(self) -> bool:
        """Whether the row bounds its figure from above."""
        return any(bound is not None for bound in (self.upper_soft, self.upper_hard, self.upper_absolute))


def check_limits(
    bag: Bag, totals: Totals, limits: Iterable[Limit], *, high_alert: Collection[str], nutrients: frozenset[str]
) -> list[Finding]:
    """The findings of all rows that are for this bag.

    `high_alert`: nutrients that must have an upper limit when the bag holds them. `nutrients`: every ion, nutrient and
    drug of the formulary, so that a row for one that this bag lacks is told from a row that names nothing.
    """
    order = bag.order
    known = nutrients | frozenset(totals.amounts)
    kinds = bag_kinds(order.kind, ready_made=order.row("ready_bag") is not None)
    rows = [
        row
        for row in limits
        if row.band.holds(order.population, order.dosing_weight)
        and row.line in ("", order.line)
        and row.kind in kinds
    ]
    findings = [finding for row in rows for finding in check_row(row, totals.figures, known)]
    return findings + _without_limit(totals, rows, high_alert)


def bag_kinds(kind: str, *, ready_made: bool) -> frozenset[str]:
    """What a row may name as its kind of bag to be for this one."""
    return frozenset({"", kind} if ready_made else {"", kind, f"{kind} {MIXED_HERE}"})


def check_row(row: Limit, figures: Figures, nutrients: frozenset[str]) -> list[Finding]:
    """One row, which is for this bag, against its figures."""
    if not is_figure(row.figure, nutrients):
        title = f"A limit names '{row.figure}', which is no figure: it was not checked."
        return [
            Finding(
                f"unknown_figure_{_code(row.figure)}", Grade.HARD, title, source=row.source, mend="Correct the limit."
            )
        ]
    if row.figure in figures.missing:
        title = f"{_words(row.figure)} cannot be assessed: {figures.missing[row.figure]}"
        return [Finding(f"cannot_assess_{_code(row.figure)}", Grade.HARD, title, source=row.source)]
    if row.figure not in figures:
        return []
    figure = figures.found[row.figure]
    found = _bound_passed(row, figure.value)
    if not figure.complete and found is None and row.upper_bounds():
        title = f"{_words(row.figure)} cannot be assessed: {figure.note}."
        return [Finding(f"cannot_assess_{_code(row.figure)}", Grade.SOFT, title, figure.value, source=row.source)]
    return [found] if found is not None else []


def _bound_passed(row: Limit, value: Quantity) -> Finding | None:
    """The gravest bound that the figure passes."""
    for name, grade in _GRADES:
        upper: Quantity | None = getattr(row, f"upper_{name}")
        if upper is not None and value > _like(upper, value):
            return _finding(row, grade, value, upper, "above")
        lower: Quantity | None = getattr(row, f"lower_{name}")
        if lower is not None and value < _like(lower, value):
            return _finding(row, grade, value, lower, "below")
    return None


def _finding(row: Limit, grade: Grade, value: Quantity, limit: Quantity, side: str) -> Finding:
    bound = _like(limit, value).to(value.unit)
    margin = bound - value if side == "above" else value - bound
    title = f"{_words(row.nutrient)}: {show(value)} is {side} {show(limit)}."
    code = f"limit_{_code(row.figure)}"
    return Finding(code, grade, title, value, bound, margin, row.source, row.mend)


def _like(limit: Quantity, value: Quantity) -> Quantity:
    """The bound as an amount of what the figure is of; a bound of something else is left as it is, and refused."""
    return limit.named(value.of) if limit.of is None else limit


def _without_limit(totals: Totals, rows: Iterable[Limit], high_alert: Collection[str]) -> list[Finding]:
    limited = {row.nutrient for row in rows if row.upper_bounds()}
    findings = []
    for name in sorted(high_alert):
        unknown = totals.figures.missing.get(f"{name} {Basis.PER_DAY}")
        if unknown is not None and name not in limited:
            findings.append(Finding(f"cannot_assess_{_code(name)}", Grade.HARD, f"{_words(name)}: {unknown}"))
    for name, amount in totals.amounts.items():
        if name in high_alert and amount.intake.number and name not in limited:
            title = f"No limit for {name.replace('_', ' ')} holds for this patient: it cannot be assessed."
            mend = "Release a limit with its source."
            findings.append(Finding(f"no_limit_{_code(name)}", Grade.HARD, title, amount.intake, mend=mend))
    return findings


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _code(name: str) -> str:
    """A name as part of a finding's code: each figure's finding is answered by itself."""
    return name.replace(" ", "_")
