"""Figures of a nutrition bag as page and label show them."""

from collections.abc import Sequence

from calculations.nutrition.bag import Bag
from calculations.nutrition.calcium_phosphate import Assessment
from calculations.nutrition.mixing import MixStep
from calculations.nutrition.totals import Totals
from calculations.printing import show, show_number
from compounding.nutrition.plan import CalciumPhosphate, CurvePoint, Figure, MixingMoment
from formulary.nutrition.engine import engine_curves
from formulary.nutrition.model_profile import NutritionSet

SHOWN = (
    "energy per kg per day", "energy", "energy share of dextrose", "energy share of amino acids", "energy share of lipid",
    "nitrogen", "nonprotein energy per nitrogen", "glucose infusion rate", "glucose infusion rate anhydrous", "rate",
    "rate as programmed", "taper rate", "lipid rate", "lipid per kg per hour", "potassium per kg per hour", "osmolarity",
    "osmolality", "balance of added salts", "calcium to phosphorus by amount", "calcium to phosphorus by mass",
    "aluminium per kg per day", "amino acids percent", "dextrose percent", "lipid percent", "monovalent cations",
    "divalent cations", "fluid per kg per day", "expected mass",
)  # fmt: skip
"""Figures that exist once, in the order in which a page shows them."""
TITLES = {
    "energy per kg per day": "Energy",
    "nonprotein energy per nitrogen": "kcal per g N",
    "rate as programmed": "Rate",
}
_IONS = ("sodium", "potassium", "calcium", "magnesium", "chloride", "acetate")


def figures_of(totals: Totals) -> tuple[Figure, ...]:
    """What can be given, with its note; what cannot is told with why."""
    kept = {figure.name: figure for figure in totals.figures}
    return tuple(
        Figure(name, TITLES.get(name, name.capitalize()), kept[name].value, kept[name].note)
        for name in SHOWN
        if name in kept
    )


def label_figures(bag: Bag, totals: Totals) -> tuple[str, ...]:
    """The lines under the rows of the label: every ion from all sources, and what the prescriber thinks in."""
    figures = totals.figures
    ions = [
        f"{ion} {show_number(figures[name].number, 2)}" for ion in _IONS if (name := f"{ion} per kg per day") in figures
    ]
    phosphate = "phosphate per kg per day"
    if phosphate in figures:
        ions.append(f"phosphate {show_number(figures[phosphate].number, 2)} mmol")
    beside = ", lipid and other fluids counted" if bag.lipid is not None or bag.order.others else ""
    lines = [f"All sources{beside}, mEq/kg/day: {', '.join(ions)}."] if ions else []
    told = [("glucose infusion rate", "GIR"), ("energy per kg per day", "Energy")]
    parts = [f"{title} {show(figures[name], 2)}" for name, title in told if name in figures]
    parts += [
        f"{name.removesuffix(' percent')} {show(figures[name], 2)}"
        for name in ("dextrose percent", "amino acids percent", "lipid percent")
        if name in figures and figures[name].number
    ]
    return (*lines, ". ".join(parts) + ".") if parts else tuple(lines)


def calcium_phosphate_shown(
    steps: Sequence[MixStep], assessment: Assessment, held: NutritionSet, population: str
) -> CalciumPhosphate | None:
    """The assessment for page and plot; None where calcium and phosphate never meet."""
    if not assessment.moments:
        return None
    worst = assessment.worst
    names = {step.number: step.words for step in steps}
    moments = tuple(
        MixingMoment(names.get(m.step, ""), m.calcium, m.phosphate, m.limit, m.margin) for m in assessment.moments
    )
    if worst is None or worst.margin is None:
        reasons = dict.fromkeys(moment.reason for moment in assessment.moments if moment.reason)
        return CalciumPhosphate("; ".join(reasons) or "cannot be assessed", False, moments=moments)
    curve = next(one for one in engine_curves(held, population) if one.id == worst.curve)
    percent = show_number(abs(worst.margin.amount_in("one")) * 100, 0)
    side = "under" if worst.margin.number >= 0 else "OVER"
    points = tuple(CurvePoint(phosphate, calcium) for calcium, phosphate in curve.polyline())
    partly = any(moment.margin is None for moment in assessment.moments)
    verdict = (
        f"{percent} % {side} the curve at the worst moment{'; not every moment could be assessed' if partly else ''}"
    )
    return CalciumPhosphate(
        verdict,
        not partly,
        f"{held.curve(curve.id).title}, {curve.source}",
        curve.fictional,
        points,
        moments,
        assessment.moments.index(worst),
    )
