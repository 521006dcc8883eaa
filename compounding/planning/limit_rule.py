"""Which limits hold for an order, which figure of the plan each is held against, and how it is judged.

The planner makes findings of it (`limit_findings`), and a replay of past orders counts by it (`compounding.replaying`):
one rule, so that both say the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.findings import Grade
from calculations.quantity import Quantity
from formulary.model import Limit, LimitKind, Line, Purpose

BOUNDING = (LimitKind.DOSE, LimitKind.DAY, LimitKind.RATE, LimitKind.COURSE)
"""Kinds that bound how much or how fast."""

Tenfold = tuple[mpq, mpq]
"""A dose this many times over or under the usual range looks like a slipped decimal point; site data."""


@dataclass(frozen=True)
class Figures:
    """What limits are held against. None where the plan has no such figure (a push has no rate)."""

    dose: Quantity | None
    doses_per_day: mpq | None
    weight: Quantity | None
    surface: Callable[[], Quantity | None]
    """Worked out only where a limit asks for it."""
    concentration: Quantity | None
    duration: Quantity | None
    dose_rate: Quantity | None
    """Amount per time while running, in mg/min or the like, without body size."""
    cumulative: Quantity | None
    auc: Quantity | None = None
    """Target of a Calvert dose."""
    capped: bool = False
    """The dose stands at its cap: a lower bound per size then says nothing."""


@dataclass(frozen=True)
class Use:
    """What an order says about itself, as far as it decides which limits hold."""

    order_type: str
    formulation: str
    route: str
    """In the formulary's words."""
    line: Line
    """As judged: peripheral or central."""
    purpose: str


class Verdict(StrEnum):
    """How a figure stands to a limit."""

    NOT_ASSESSED = "not assessed"
    DOES_NOT_APPLY = "does not apply"
    INSIDE = "inside"
    LOW = "under the usual range"
    HIGH = "over the usual range"
    SLIPPED = "about ten times over or under the usual range"
    OVER = "over the highest allowed"
    ROUNDED_OVER = "over the highest allowed, as it is rounded"


def grade(limit: Limit, verdict: Verdict) -> Grade | None:
    """How much a verdict weighs; None where there is nothing to tell."""
    if verdict in (Verdict.OVER, Verdict.ROUNDED_OVER):
        return Grade.ABSOLUTE if limit.absolute else Grade.HARD
    if verdict is Verdict.SLIPPED:
        return Grade.HARD
    return Grade.SOFT if verdict in (Verdict.LOW, Verdict.HIGH, Verdict.NOT_ASSESSED) else None


def named_for(limit: Limit, use: Use) -> bool:
    """Whether a limit is meant for such an order; its population is asked apart."""
    return (
        (not limit.order_types or use.order_type in limit.order_types)
        and (not limit.formulations or use.formulation in limit.formulations)
        and (limit.route is None or limit.route == use.route)
        and limit.line in (Line.ANY, use.line)
        and limit.purpose in (Purpose.ANY, use.purpose)
    )


def narrowed(limits: Sequence[Limit]) -> list[Limit]:
    """A limit for any purpose gives way to one of the same kind for the order's own purpose."""
    own = {limit.kind for limit in limits if limit.purpose is not Purpose.ANY}
    return [limit for limit in limits if limit.purpose is not Purpose.ANY or limit.kind not in own]


def bounds(limit: Limit) -> bool:
    """Whether the limit is an upper bound on how much or how fast."""
    return limit.kind in BOUNDING and (limit.high is not None or limit.hard_max is not None)


def figure(limit: Limit, figures: Figures) -> Quantity | None:
    """The plan's figure in the limit's unit; None when the plan has no such figure. Raises when a size is missing."""
    kind = limit.kind
    if kind is LimitKind.CONCENTRATION:
        return _as(limit, figures.concentration)
    if kind is LimitKind.DURATION:
        return _as(limit, figures.duration)
    if kind is LimitKind.RATE:
        return sized(limit, figures.dose_rate, figures)
    if kind is LimitKind.DAY:
        if figures.dose is None or figures.doses_per_day is None:
            return None
        daily = figures.dose * figures.doses_per_day / Quantity(1, "day")
        return sized(limit, daily, figures, per_day=True)
    if kind is LimitKind.DOSE and counts_auc(limit, figures.auc):
        return _as(limit, figures.auc)
    if kind is LimitKind.LIFETIME:
        return _lifetime(limit, figures)
    return sized(limit, figures.dose, figures)


def counts_auc(limit: Limit, auc: Quantity | None) -> bool:
    """Whether the limit bounds the target of a Calvert dose."""
    return auc is not None and auc.unit.dimension is limit.unit.dimension


def sized(limit: Limit, amount: Quantity | None, figures: Figures, *, per_day: bool = False) -> Quantity | None:
    """An amount in the limit's basis: per kg, per m2 or plain."""
    if amount is None:
        return None
    parts = limit.unit.name.split("/")[1:]
    if per_day and "day" not in parts:
        amount = amount * Quantity(1, "day")
    if "kg" in parts:
        if figures.weight is None:
            raise CannotCompute("weight_missing", "the limit", "there is no weight.", "Weigh the patient.")
        amount = amount / figures.weight
    if "m2" in parts:
        surface = figures.surface()
        if surface is None:
            raise CannotCompute("surface_missing", "the limit", "weight or height is missing.", "Record both.")
        amount = amount / surface
    return _as(limit, amount)


def _lifetime(limit: Limit, figures: Figures) -> Quantity | None:
    if figures.cumulative is None:
        raise CannotCompute(
            "cumulative_missing",
            "the lifetime dose",
            "the order does not say what the patient had before.",
            "Record the cumulative dose, 0 if none.",
        )
    now = sized(limit, figures.dose, figures)
    return None if now is None else now + in_unit(limit, figures.cumulative)


def _as(limit: Limit, amount: Quantity | None) -> Quantity | None:
    return None if amount is None else in_unit(limit, amount)


def in_unit(limit: Limit, amount: Quantity) -> Quantity:
    """The amount in the limit's unit. Raises CannotCompute where the order counts in another basis."""
    if amount.unit.dimension is not limit.unit.dimension:
        raise CannotCompute(
            "basis_unlike",
            "the limit",
            f"the order counts in {amount.unit.shown}, the limit in {limit.unit.shown}.",
            "A pharmacist judges it.",
        )
    return amount.to(limit.unit)


def judge(limit: Limit, found: Quantity | None, made: Quantity | None, tenfold: Tenfold, *, capped: bool) -> Verdict:
    """What was ordered (`found`) against the limit, and what is made after rounding (`made`) against the highest allowed."""
    if found is None or made is None:
        return Verdict.DOES_NOT_APPLY
    if limit.hard_max is not None and found <= limit.hard_max < made:
        return Verdict.ROUNDED_OVER
    if capped and limit.kind is LimitKind.DOSE and limit.low is not None and found < limit.low:
        return Verdict.INSIDE
    if limit.hard_max is not None and found > limit.hard_max:
        return Verdict.OVER
    if times_off(limit, found, tenfold) is not None:
        return Verdict.SLIPPED
    if limit.high is not None and found > limit.high:
        return Verdict.HIGH
    return Verdict.LOW if limit.low is not None and found < limit.low else Verdict.INSIDE


def times_off(limit: Limit, found: Quantity, tenfold: Tenfold) -> mpq | None:
    """How many times a dose is over or under the usual range, where that looks like a slipped decimal point."""
    low, high = limit.low, limit.high
    if limit.kind not in (LimitKind.DOSE, LimitKind.DAY, LimitKind.RATE):
        return None
    if high is not None and high.number > 0 and found > high:
        times = found.amount_in(high.unit) / high.number
    elif low is not None and low.number > 0 and found.number > 0 and found < low:
        times = low.number / found.amount_in(low.unit)
    else:
        return None
    return times if tenfold[0] <= times <= tenfold[1] else None
