"""How long a nutrition container keeps: the category's table, and what the calcium-phosphate curve was watched for."""

from collections.abc import Sequence

from calculations.nutrition.bag import Bag
from calculations.nutrition.calcium_phosphate import Assessment
from calculations.nutrition.mixing import MixStep
from calculations.quantity import Quantity
from compounding.planning.plan import TimeRule
from compounding.planning.time_rules import category_rules
from formulary.model import Formulary, StabilityEnd
from formulary.nutrition.model_profile import NutritionSet

START = "PREPARATION_START"


def keeping_rules(
    formulary: Formulary, held: NutritionSet, bag: Bag, steps: Sequence[MixStep], assessment: Assessment
) -> tuple[tuple[TimeRule, ...], str, str]:
    """Rules, why a pharmacist must set the time where they do not suffice, and the labelled storage."""
    place = next(row for row in held.profile.storing if bag.order.population in row.populations)
    storage = _place(formulary, place.storage_celsius)
    rules = list(category_rules(formulary, held.profile.choice("compounding_category")))
    for step in steps:
        if step.near_use is not None and step.product is not None:
            name = f"{step.product.display}: added for use soon"
            rules += [_rule(name, step.near_use, where, "the site's order of mixing") for where in ("fridge", "crt")]
    gap = ""
    if assessment.storage is not None and assessment.worst is not None and _all_inside(assessment):
        curve = held.curve(assessment.worst.curve)
        rules.append(_rule(f"calcium with phosphate, {curve.title}", assessment.storage, storage, curve.source.text))
    elif assessment.moments:
        gap = "calcium with phosphate is not inside a curve at every moment of this mixture"
    else:
        gap = "the house has no stability statement for this mixture"
    return tuple(rules), gap, storage


def _all_inside(assessment: Assessment) -> bool:
    """Whether every moment was assessed and lies inside: one that was not, or is over, leaves the time to a pharmacist."""
    return all(moment.margin is not None and moment.margin.number >= 0 for moment in assessment.moments)


def lipid_rules(formulary: Formulary, held: NutritionSet) -> tuple[tuple[TimeRule, ...], str, str]:
    """Lipid taken out of its own container, at room temperature: the house's time beside the category's table. Hanging has
    its own limit."""
    row = next(row for row in held.profile.values if row.name == "lipid_beyond_use")
    own = _rule("lipid taken out of its container", row.value, "crt", row.source.text)
    return (*category_rules(formulary, held.profile.choice("compounding_category")), own), "", "crt"


def _rule(name: str, lasts: Quantity, storage: str, source: str) -> TimeRule:
    return TimeRule(name, START, lasts, StabilityEnd.START_OF_ADMIN.value, storage, source)


def _place(formulary: Formulary, celsius: int) -> str:
    """The storage place of the house that is as warm as that."""
    for row in formulary.site.beyond_use.ranges:
        if row.celsius_low <= celsius <= row.celsius_high:
            return row.storage.value
    raise KeyError(f"the site keeps nothing at {celsius} °C")
