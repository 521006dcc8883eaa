"""Calcium with phosphate assessed once more when the containers that are there make the real draw-up another one.

Another size of the same source is drawn in other parts, and by hand the parts fall on other lines of other syringes. The bag
that was assessed at review is then not quite the bag that is made: the whole sequence is assessed by what is really drawn.
What turned worse than it was reviewed stops at the scan. What no curve covered before either was decided by a pharmacist for
other volumes: it waits until one has decided again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from batch_records.acts import Refusal
from calculations.errors import CannotCompute
from calculations.nutrition.calcium_phosphate import Assessment
from calculations.nutrition.order import NutritionOrder
from calculations.printing import show
from compounding.nutrition.draw_up import really_drawn
from compounding.nutrition.draws import as_drawn
from compounding.nutrition.plan import BAG, CalciumPhosphate, NutritionPlan
from compounding.nutrition.planning import assessed, bag_of, mixed
from compounding.nutrition.shown import calcium_phosphate_shown
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from formulary.model import Formulary
from formulary.nutrition.model_profile import NutritionSet

OVER, CANNOT = "calcium_phosphate_over", "calcium_phosphate_cannot_assess"
WAY_OUT = "Take a container of the planned size, or a pharmacist has the order reviewed again."


@dataclass(frozen=True)
class AssessedAgain:
    """The assessment of what is really drawn from the containers that were scanned."""

    shown: CalciumPhosphate
    drawn: tuple[str, ...]
    """What is drawn otherwise than it was reviewed, in words."""
    asks: tuple[str, ...] = ()
    """What a pharmacist must decide, with a reason, before it is started; nothing where it lies inside a curve."""

    @property
    def words(self) -> str:
        """What was assessed again and what was found, in one line."""
        return f"{'; '.join(self.drawn)}. Calcium with phosphate assessed again: {self.shown.verdict}"


def assessed_again(
    plan: TherapeuticPlan, order: NutritionOrder | None, formulary: Formulary, made: DrawUpPlan
) -> AssessedAgain | Refusal | None:
    """What the assessment says of the containers of this draw-up plan; None where everything is drawn as it was reviewed.

    A refusal where it turned worse: over the curve, no longer covered by one, for a shorter time, or with a new warning.
    """
    nutrition, held = plan.nutrition, formulary.nutrition
    if nutrition is None or held is None or nutrition.container != BAG or nutrition.calcium_phosphate is None:
        return None
    if order is None:
        return Refusal("cannot_replan", f"The order cannot be read to assess calcium with phosphate. {WAY_OUT}", 422)
    taken = [component.product for component in made.components if component.role == "drug"]
    try:
        return _assessed(nutrition, nutrition.calcium_phosphate, order, formulary, held, taken)
    except (CannotCompute, KeyError) as why:
        return Refusal("cannot_replan", f"Calcium with phosphate cannot be worked out again: {why} {WAY_OUT}", 422)


def _assessed(
    nutrition: NutritionPlan,
    reviewed: CalciumPhosphate,
    order: NutritionOrder,
    formulary: Formulary,
    held: NutritionSet,
    taken: Sequence[str],
) -> AssessedAgain | Refusal | None:
    steps, _, draws = mixed(formulary, held, bag_of(order, held))
    planned, really = (as_drawn(steps, draws, formulary, held, scanned) for scanned in ((), taken))
    found = assessed(held, order, really)
    told = calcium_phosphate_shown(really, found, held, order.population)
    if told is None or told.moments == reviewed.moments:
        return None
    drawn = _drawn_otherwise(nutrition, formulary, held, taken)
    worse = _worse(reviewed, assessed(held, order, planned), told, found)
    if worse:
        text = f"With this container it is drawn otherwise: {'; '.join(drawn)}. {worse} {WAY_OUT}"
        return Refusal("calcium_phosphate_changed", text, 422)
    return AssessedAgain(told, drawn, () if told.assessed else tuple(f.title for f in found.findings if f.code == CANNOT))


def _worse(reviewed: CalciumPhosphate, before: Assessment, told: CalciumPhosphate, found: Assessment) -> str:
    """What of the assessment is worse than what was reviewed, in words; empty where nothing is."""
    over = next((finding for finding in found.findings if finding.code == OVER), None)
    if over is not None:
        return over.title
    if reviewed.assessed and not told.assessed:
        return f"Calcium with phosphate cannot be assessed any more: {told.verdict}."
    if before.storage is not None and (found.storage is None or found.storage < before.storage):
        return "The curve covers it for a shorter time than the order was reviewed with."
    had = {finding.code for finding in before.findings}
    return next((f"{f.title.rstrip('.')}." for f in found.findings if f.code not in had | {CANNOT}), "")


def _drawn_otherwise(
    nutrition: NutritionPlan, formulary: Formulary, held: NutritionSet, taken: Sequence[str]
) -> tuple[str, ...]:
    """Each source that another volume of goes in, with both volumes."""
    found = []
    for draw in nutrition.draws:
        if draw.by == "pump":
            continue
        (before, _), (now, _) = (really_drawn(draw, formulary, held, scanned) for scanned in ((), taken))
        if before != now:
            found.append(f"{draw.display} {show(now)} instead of {show(before)}")
    return tuple(found) or ("other volumes than at the review",)
