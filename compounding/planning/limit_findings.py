"""Figures of the plan held against the formulary's limits. A limit that cannot be assessed is itself a finding."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.limit_rule import (
    Figures,
    Tenfold,
    Use,
    Verdict,
    bounds,
    figure,
    grade,
    judge,
    named_for,
    narrowed,
    times_off,
)
from compounding.planning.situation import Situation
from formulary.model import Drug, Limit, LimitKind, SiteProfile


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
    tenfold = tenfold_of(s.formulary.site)
    held = ((limit, _assess(limit, drug, asked, prepared, tenfold)) for limit in _holding(s, drug, formulation_id))
    return tuple(
        replace(found, drug=drug.id, bounds_dose=bounds(limit) and bool(found.row["found"])) for limit, found in held
    )


def tenfold_of(site: SiteProfile) -> Tenfold:
    """Between how many times a dose looks like a slipped decimal point."""
    return site.value("tenfold_low").amount_in("one"), site.value("tenfold_high").amount_in("one")


def unlimited(drug: Drug) -> Finding:
    """No limit of the formulary holds for this dose: that nothing was exceeded says nothing."""
    return Finding(
        "no_limit",
        Grade.SOFT,
        f"{drug.display}: no limit on dose or speed holds for this patient, route and purpose",
        mend="A pharmacist judges the dose alone.",
    )


def _holding(s: Situation, drug: Drug, formulation_id: str) -> list[Limit]:
    use = Use(s.order.order_type, formulation_id, s.route, s.line, s.order.purpose)
    meant = (limit for limit in drug.limits if named_for(limit, use))
    return narrowed([each for each in meant if s.fits(s.formulary.population(drug, each.population)) is not False])


def _assess(limit: Limit, drug: Drug, asked: Figures, prepared: Figures, tenfold: Tenfold) -> Assessed:
    try:
        found, made = figure(limit, asked), figure(limit, prepared)
    except CannotCompute as why:
        finding = Finding(
            "limit_not_assessed",
            Grade.SOFT,
            f"{drug.display}: {limit.kind.value} limit not assessed, {why.why}",
            limit=next((b for b in (limit.high, limit.hard_max, limit.low) if b is not None), None),
            source=limit.source.text,
            mend=why.next_step,
        )
        return Assessed(_row(limit, None, str(Verdict.NOT_ASSESSED)), finding)
    verdict = judge(limit, found, made, tenfold, capped=asked.capped)
    if found is None or made is None:
        return Assessed(_row(limit, None, str(verdict)), None)
    if verdict is Verdict.ROUNDED_OVER:
        over = _over_highest(limit, drug, made, ", as it is rounded")
        return Assessed(_row(limit, made, str(over.grade)), over)
    told = _told(limit, drug, found, verdict, tenfold)
    return Assessed(_row(limit, found, "inside" if told is None else str(told.grade)), told)


def _over_highest(limit: Limit, drug: Drug, found: Quantity, more: str = "") -> Finding:
    condition = f" ({limit.condition})" if limit.condition else ""
    title = f"{drug.display} {_WORDS[limit.kind]} is over the highest allowed{condition}{more}"
    weight = grade(limit, Verdict.OVER) or Grade.HARD
    return _finding(limit, weight, title, found, limit.hard_max, limit.source.text)


def _told(limit: Limit, drug: Drug, found: Quantity, verdict: Verdict, tenfold: Tenfold) -> Finding | None:
    name, source = f"{drug.display} {_WORDS[limit.kind]}", limit.source.text
    condition = f" ({limit.condition})" if limit.condition else ""
    if verdict is Verdict.OVER:
        return _over_highest(limit, drug, found, _decimal_words(limit, found, tenfold))
    if verdict is Verdict.SLIPPED:
        bound = limit.high if limit.high is not None and found > limit.high else limit.low
        return _finding(limit, Grade.HARD, name + _decimal_words(limit, found, tenfold), found, bound, source)
    if verdict is Verdict.HIGH:
        return _finding(limit, Grade.SOFT, f"{name} is over the usual range{condition}", found, limit.high, source)
    if verdict is Verdict.LOW:
        return _finding(limit, Grade.SOFT, f"{name} is under the usual range{condition}", found, limit.low, source)
    return None


def _decimal_words(limit: Limit, found: Quantity, tenfold: Tenfold) -> str:
    times = times_off(limit, found, tenfold)
    if times is None:
        return ""
    if limit.high is not None and found > limit.high:
        return f": about ten times the usual, {show_number(times, 1)} ×. Decimal point?"
    return f": about a tenth of the usual, 1/{show_number(times, 1)}. Decimal point?"


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
