"""Calcium and phosphate along the real sequence of mixing: at the moment they meet, at every later step, at the end.

A moment is within a curve, over it, or cannot be assessed; the last is a finding for a pharmacist to decide with a
reason, never a pass. Screening rules only ever add a warning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from calculations.findings import Finding, Grade
from calculations.formula import Number, above, any_number, formula
from calculations.nutrition.bases import per_litre
from calculations.nutrition.curve import Curve, Stage, storage_covered
from calculations.nutrition.fixed_sources import brought_by
from calculations.nutrition.fluid import final_percent
from calculations.nutrition.mixing import MixStep
from calculations.nutrition.product import Role, SourceProduct
from calculations.nutrition.refusals import UnknownConstituent
from calculations.nutrition.screening import ScreeningRule, screen
from calculations.printing import show
from calculations.quantity import Quantity

_DECIDE = "A pharmacist decides, with a reason; or change the amounts or the products so that a curve covers them."


@dataclass(frozen=True, slots=True)
class Plan:
    """What the finished bag goes through."""

    storage: Stage
    hang: Stage
    """The time it runs, at the room's temperature or that of a warm incubator, whichever is higher."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The bag right after one step, once it holds calcium and phosphate."""

    step: int
    """Number of the step."""
    calcium: Quantity
    """mEq/L at that moment."""
    phosphate: Quantity
    """mmol/L."""
    amino_acids: Quantity
    """%."""
    dextrose: Quantity
    volume: Quantity
    """mL in the bag."""
    curve: str = ""
    """Id of the curve that it was held against; empty: it cannot be assessed."""
    limit: Quantity | None = None
    """mmol/L of phosphate that the curve allows at this calcium."""
    margin: Quantity | None = None
    """Share of the limit that is left; below zero: over the curve."""
    reason: str = ""
    """Why it cannot be assessed."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the assessment found."""

    moments: tuple[Moment, ...]
    """Empty: calcium and phosphate never meet in this bag."""
    worst: Moment | None
    """The assessed moment with the smallest margin: the point on the plot."""
    storage: Quantity | None
    """Hours of storage that the curves cover, at most those planned; None: nothing was assessed."""
    findings: tuple[Finding, ...]


@formula(
    id="nutrition.bag.curve_margin", version=1, statement="margin = (limit − phosphate) ÷ limit",
    source="Distance to the curve at the same calcium", inputs={"limit": "mmol/L", "phosphate": "mmol/L"},
    valid={"limit": above(0), "phosphate": any_number()}, gives="one",
)  # fmt: skip
def curve_margin(limit: Number, phosphate: Number) -> Number:
    """Plain number; below zero when over the curve."""
    return (limit - phosphate) / limit


def assess_calcium_phosphate(
    steps: Sequence[MixStep], curves: Iterable[Curve], plan: Plan, rules: Iterable[ScreeningRule] = (), *,
    population: str = "", demonstration: bool = False,
) -> Assessment:  # fmt: skip
    """Hold every moment of the sequence against the curves; see the module. Fictional curves need `demonstration`."""
    known = list(curves)
    try:
        states = _states(steps)
    except UnknownConstituent as refusal:
        return Assessment((), None, None, (_cannot(str(refusal)),))
    moments, hours = [], []
    for products, moment in states:
        judged, covered = _judge(moment, products, known, plan, demonstration)
        moments.append(judged)
        hours += [covered] if covered is not None else []
    assessed = [moment for moment in moments if moment.margin is not None]
    worst = min(assessed, key=_margin) if assessed else None
    storage = min(hours) if hours else None
    findings = [*_over(worst), *_unassessed(moments), *_shorter(storage, plan)]
    findings += screen([(m.calcium, m.phosphate, m.amino_acids) for m in moments], rules, population)
    return Assessment(tuple(moments), worst, storage, tuple(findings))


def _margin(moment: Moment) -> Quantity:
    return moment.margin if moment.margin is not None else Quantity(1, "one")


def _states(steps: Sequence[MixStep]) -> list[tuple[tuple[SourceProduct, ...], Moment]]:
    """The bag after each step that leaves calcium and phosphate in it together."""
    inside: list[tuple[SourceProduct, Quantity]] = []
    found = []
    for step in steps:
        if step.product is not None:
            inside.append((step.product, step.volume))
        calcium, phosphate = (brought_by(ion, inside) for ion in ("calcium", "phosphate"))
        if calcium is None or phosphate is None or not calcium.number or not phosphate.number:
            continue
        moment = Moment(
            step.number,
            per_litre(amount=calcium, volume=step.after),
            per_litre(amount=phosphate, volume=step.after),
            _percent(brought_by("amino_acids", inside), step.after),
            _percent(brought_by("dextrose", inside), step.after),
            step.after,
        )
        found.append((tuple(product for product, _ in inside), moment))
    return found


def _percent(mass: Quantity | None, volume: Quantity) -> Quantity:
    return Quantity(0, "%") if mass is None else final_percent(mass, volume).named(None)


def _judge(
    moment: Moment, products: Sequence[SourceProduct], curves: Sequence[Curve], plan: Plan, demonstration: bool
) -> tuple[Moment, Quantity | None]:
    """The moment with its curve, limit and margin, or with the reason why not; and the hours of storage covered."""
    reasons: list[str] = []
    fitting: list[tuple[Quantity, Curve, Quantity]] = []
    for curve in curves:
        reason = _misfit(moment, products, curve, demonstration)
        covered = storage_covered(curve, plan.hang, plan.storage)
        limit = curve.limit_at(moment.calcium)
        if not reason and limit is None:
            reason = f"the calcium lies outside the points of {curve.id}"
        if not reason and covered is None:
            reason = f"{curve.id} was not observed as long and as warm as the bag hangs"
        if reason or limit is None or covered is None:
            reasons.append(reason)
        else:
            fitting.append((limit, curve, covered))
    if not fitting:
        return replace(moment, reason=reasons[-1] if reasons else "no curve is released"), None
    limit, curve, covered = min(fitting, key=lambda item: (item[0].number, item[1].id))
    if not limit.number:
        return replace(moment, reason=f"{curve.id} allows no phosphate at this calcium"), None
    margin = curve_margin(limit=limit, phosphate=moment.phosphate)
    return replace(moment, curve=curve.id, limit=limit, margin=margin), covered


def _misfit(moment: Moment, products: Sequence[SourceProduct], curve: Curve, demonstration: bool) -> str:
    """Why this curve says nothing about the moment; empty if it does."""
    if curve.fictional and not demonstration:
        return f"{curve.id} is FICTIONAL and is refused outside the demonstration hospital"
    salts = [product for product in products if product.role is Role.SALT]
    sources = {
        "amino acid product": ({p.id for p in products if "amino_acids" in p.nutrients}, {curve.amino_acid_product}),
        "calcium product": ({p.id for p in products if "calcium" in p.ions}, {curve.calcium_product}),
        "phosphate product": ({p.id for p in salts if "phosphate" in p.ions}, set(curve.phosphate_products)),
    }
    for what, (used, covered) in sources.items():
        if not used or not used <= covered:
            named = ", ".join(sorted(used - covered)) or "none in the bag"
            return f"no curve for this {what} ({named})"
    if any("cysteine" in p.nutrients for p in products) is not curve.cysteine:
        return f"{curve.id} was measured {'with' if curve.cysteine else 'without'} cysteine"
    if any("lipid" in p.nutrients for p in products) and not curve.with_lipid:
        return f"{curve.id} was measured without lipid in the bag"
    if not curve.holds_for(moment.amino_acids, moment.dextrose):
        return f"amino acids or dextrose lie outside the range of {curve.id}"
    return ""


def _over(worst: Moment | None) -> list[Finding]:
    if worst is None or worst.limit is None or worst.margin is None or worst.margin.number >= 0:
        return []
    title = (
        f"Calcium phosphate: at step {worst.step} {show(worst.phosphate)} of phosphate with {show(worst.calcium)} "
        f"of calcium is over the curve, which allows {show(worst.limit)}."
    )
    mend = "Lower calcium or phosphate, raise the volume, or give one of them apart."
    room = worst.limit - worst.phosphate
    return [Finding("calcium_phosphate_over", Grade.HARD, title, worst.phosphate, worst.limit, room, worst.curve, mend)]


def _unassessed(moments: Iterable[Moment]) -> list[Finding]:
    """One finding for each reason, with the first step that it is about."""
    first: dict[str, Moment] = {}
    for moment in moments:
        if moment.margin is None:
            first.setdefault(moment.reason, moment)
    return [_cannot(f"from step {moment.step}, {reason} ({_held(moment)}).") for reason, moment in first.items()]


def _held(moment: Moment) -> str:
    return (
        f"{show(moment.calcium)} calcium, {show(moment.phosphate)} phosphate, {show(moment.amino_acids)} amino acids, "
        f"{show(moment.dextrose)} dextrose"
    )


def _cannot(why: str) -> Finding:
    title = f"Calcium phosphate cannot be assessed: {why}"
    return Finding("calcium_phosphate_cannot_assess", Grade.SOFT, title, mend=_DECIDE)


def _shorter(storage: Quantity | None, plan: Plan) -> list[Finding]:
    if storage is None or storage >= plan.storage.hours:
        return []
    planned = show(plan.storage.hours)
    title = f"Calcium phosphate: the curve covers {show(storage)} of storage before the bag hangs, not {planned}."
    return [
        Finding("beyond_use_shorter", Grade.SOFT, title, plan.storage.hours, storage, storage - plan.storage.hours,
                mend=f"Take {show(storage)} of storage as the beyond-use time.")
    ]  # fmt: skip
