"""Figures of the plan held against the formulary's limits. A limit that cannot be assessed is itself a finding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.situation import Situation
from formulary.model import Drug, Limit, LimitKind, Line, Purpose


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
class Assessed:
    """One row of the limits as shown, and the finding if there is one."""

    row: Mapping[str, Any]
    finding: Finding | None
    drug: str = ""
    bounds_dose: bool = False
    """An assessed upper bound on how much or how fast."""


def assess(
    s: Situation, drug: Drug, formulation_id: str, asked: Figures, prepared: Figures
) -> tuple[Assessed, ...]:
    """Every limit that holds for this order, assessed: by what was ordered, and where it bounds the most that may ever be
    given, by what is prepared after rounding as well."""
    site = s.formulary.site
    tenfold = (site.value("tenfold_low").amount_in("one"), site.value("tenfold_high").amount_in("one"))
    held = ((limit, _assess(limit, drug, asked, prepared, tenfold)) for limit in _holding(s, drug, formulation_id))
    return tuple(replace(found, drug=drug.id, bounds_dose=_bounds(limit, found)) for limit, found in held)


BOUNDING = (LimitKind.DOSE, LimitKind.DAY, LimitKind.RATE, LimitKind.COURSE)


def _bounds(limit: Limit, found: Assessed) -> bool:
    capped = limit.high is not None or limit.hard_max is not None
    return limit.kind in BOUNDING and capped and bool(found.row["found"])


def unlimited(drug: Drug) -> Finding:
    """No limit of the formulary holds for this dose: that nothing was exceeded says nothing."""
    return Finding(
        "no_limit",
        Grade.SOFT,
        f"{drug.display}: no limit on dose or speed holds for this patient, route and purpose",
        mend="A pharmacist judges the dose alone.",
    )


def _holding(s: Situation, drug: Drug, formulation_id: str) -> list[Limit]:
    rows = [limit for limit in drug.limits if _holds(s, drug, limit, formulation_id)]
    own = {limit.kind for limit in rows if limit.purpose is not Purpose.ANY}
    return [limit for limit in rows if limit.purpose is not Purpose.ANY or limit.kind not in own]


def _holds(s: Situation, drug: Drug, limit: Limit, formulation_id: str) -> bool:
    order = s.order
    return (
        (not limit.order_types or order.order_type in limit.order_types)
        and (not limit.formulations or formulation_id in limit.formulations)
        and (limit.route is None or limit.route == s.route)
        and limit.line in (Line.ANY, s.line)
        and limit.purpose in (Purpose.ANY, order.purpose)
        and s.fits(s.formulary.population(drug, limit.population)) is not False
    )


Tenfold = tuple[mpq, mpq]
"""A dose this many times over or under the usual range looks like a slipped decimal point; site data."""


def _assess(limit: Limit, drug: Drug, asked: Figures, prepared: Figures, tenfold: Tenfold) -> Assessed:
    try:
        found, made = _figure(limit, asked), _figure(limit, prepared)
    except CannotCompute as why:
        finding = Finding(
            "limit_not_assessed",
            Grade.SOFT,
            f"{drug.display}: {limit.kind.value} limit not assessed, {why.why}",
            limit=next((b for b in (limit.high, limit.hard_max, limit.low) if b is not None), None),
            source=limit.source.text,
            mend=why.next_step,
        )
        return Assessed(_row(limit, None, "not assessed"), finding)
    if found is None or made is None:
        return Assessed(_row(limit, None, "does not apply"), None)
    if _rounded_over(limit, found, made):
        over = _over_highest(limit, drug, made, ", as it is rounded")
        return Assessed(_row(limit, made, str(over.grade)), over)
    judged = None if asked.capped and _only_low(limit, found) else _judge(limit, drug, found, tenfold)
    return Assessed(_row(limit, found, "inside" if judged is None else str(judged.grade)), judged)


def _figure(limit: Limit, figures: Figures) -> Quantity | None:
    """The plan's figure in the limit's unit; None when the plan has no such figure. Raises when a size is missing."""
    kind = limit.kind
    if kind is LimitKind.CONCENTRATION:
        return _as(limit, figures.concentration)
    if kind is LimitKind.DURATION:
        return _as(limit, figures.duration)
    if kind is LimitKind.RATE:
        return _sized(limit, figures.dose_rate, figures)
    if kind is LimitKind.DAY:
        if figures.dose is None or figures.doses_per_day is None:
            return None
        daily = figures.dose * figures.doses_per_day / Quantity(1, "day")
        return _sized(limit, daily, figures, per_day=True)
    if kind is LimitKind.DOSE:
        by_auc = figures.auc is not None and figures.auc.unit.dimension is limit.unit.dimension
        return _as(limit, figures.auc) if by_auc else _sized(limit, figures.dose, figures)
    if kind is LimitKind.LIFETIME:
        return _lifetime(limit, figures)
    return _sized(limit, figures.dose, figures)


def _sized(limit: Limit, amount: Quantity | None, figures: Figures, *, per_day: bool = False) -> Quantity | None:
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
    now = _sized(limit, figures.dose, figures)
    return None if now is None else now + _as_quantity(limit, figures.cumulative)


def _as(limit: Limit, amount: Quantity | None) -> Quantity | None:
    return None if amount is None else _as_quantity(limit, amount)


def _as_quantity(limit: Limit, amount: Quantity) -> Quantity:
    if amount.unit.dimension is not limit.unit.dimension:
        raise CannotCompute(
            "basis_unlike",
            "the limit",
            f"the order counts in {amount.unit.shown}, the limit in {limit.unit.shown}.",
            "A pharmacist judges it.",
        )
    return amount.to(limit.unit)


def _rounded_over(limit: Limit, found: Quantity, made: Quantity) -> bool:
    """Whether rounding alone carries the dose over the highest allowed."""
    return limit.hard_max is not None and found <= limit.hard_max < made


def _over_highest(limit: Limit, drug: Drug, found: Quantity, more: str = "") -> Finding:
    condition = f" ({limit.condition})" if limit.condition else ""
    title = f"{drug.display} {_WORDS[limit.kind]} is over the highest allowed{condition}{more}"
    grade = Grade.ABSOLUTE if limit.absolute else Grade.HARD
    return _finding(limit, grade, title, found, limit.hard_max, limit.source.text)


def _judge(limit: Limit, drug: Drug, found: Quantity, tenfold: Tenfold) -> Finding | None:
    name, source = f"{drug.display} {_WORDS[limit.kind]}", limit.source.text
    condition = f" ({limit.condition})" if limit.condition else ""
    decimal = _slipped_decimal(limit, found, tenfold)
    if limit.hard_max is not None and found > limit.hard_max:
        return _over_highest(limit, drug, found, decimal)
    if decimal:
        bound = limit.high if limit.high is not None and found > limit.high else limit.low
        return _finding(limit, Grade.HARD, name + decimal, found, bound, source)
    if limit.high is not None and found > limit.high:
        return _finding(limit, Grade.SOFT, f"{name} is over the usual range{condition}", found, limit.high, source)
    if limit.low is not None and found < limit.low:
        return _finding(limit, Grade.SOFT, f"{name} is under the usual range{condition}", found, limit.low, source)
    return None


def _only_low(limit: Limit, found: Quantity) -> bool:
    return limit.kind is LimitKind.DOSE and limit.low is not None and found < limit.low


def _slipped_decimal(limit: Limit, found: Quantity, tenfold: Tenfold) -> str:
    low, high = limit.low, limit.high
    if limit.kind not in (LimitKind.DOSE, LimitKind.DAY, LimitKind.RATE):
        return ""
    if high is not None and high.number > 0 and found > high:
        times = found.amount_in(high.unit) / high.number
        slipped = tenfold[0] <= times <= tenfold[1]
        return f": about ten times the usual, {show_number(times, 1)} ×. Decimal point?" if slipped else ""
    if low is not None and low.number > 0 and found.number > 0 and found < low:
        times = low.number / found.amount_in(low.unit)
        slipped = tenfold[0] <= times <= tenfold[1]
        return f": about a tenth of the usual, 1/{show_number(times, 1)}. Decimal point?" if slipped else ""
    return ""


def _finding(limit: Limit, grade: Grade, title: str, found: Quantity, bound: Quantity | None, source: str) -> Finding:
    margin = None if bound is None else (bound - found if found > bound else found - bound)
    mend = "" if bound is None else f"Ask for {show(bound)}."
    return Finding(f"limit.{limit.id}", grade, title, found, bound, margin, source, mend)


_WORDS = {
    LimitKind.DOSE: "dose",
    LimitKind.DAY: "dose in a day",
    LimitKind.COURSE: "dose in this cycle",
    LimitKind.LIFETIME: "dose in a lifetime",
    LimitKind.CONCENTRATION: "concentration",
    LimitKind.RATE: "speed",
    LimitKind.DURATION: "time to infuse",
}


def _row(limit: Limit, found: Quantity | None, verdict: str) -> dict[str, Any]:
    allowed = " to ".join(show(bound) for bound in (limit.low, limit.high) if bound is not None)
    if not allowed and limit.hard_max is not None:
        allowed = f"at most {show(limit.hard_max)}"
    elif limit.low is None and limit.high is not None:
        allowed = f"at most {allowed}"
    return {
        "limit": _WORDS[limit.kind],
        "purpose": str(limit.purpose),
        "found": "" if found is None else show(found),
        "allowed": allowed,
        "verdict": verdict,
        "source": limit.source.text,
        "confidence": str(limit.source.confidence),
    }
