"""What the pump gives at the rates that are programmed: a rate is rounded to the pump's step, and a small one to another."""

from collections.abc import Sequence

from calculations.findings import Finding, Grade
from calculations.nutrition.bag import Bag
from calculations.nutrition.totals import RateStep, Totals
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.rounding import to_step
from formulary.nutrition.model_profile import NutritionSet


def rate_findings(held: NutritionSet, bag: Bag, totals: Totals) -> list[Finding]:
    """Bag and lipid whose programmed rates do not give their volume within the tolerance of the house."""
    found = _given("bag", totals.programme, bag.volume, held)
    if bag.lipid is None:
        return found
    each, hours = (whole / bag.lipid_containers for whole in (bag.lipid.reaching, bag.order.lipid_hours))
    rate = to_step(each / hours, held.profile.value("lipid_rate_step"))
    return found + _given("lipid", (RateStep(hours, rate),), each, held)


def _given(what: str, programme: Sequence[RateStep], volume: Quantity, held: NutritionSet) -> list[Finding]:
    parts = [step.rate * step.hours for step in programme]
    given = sum(parts[1:], parts[0]).to("mL")
    share = (given - volume) / volume
    if abs(share) <= held.profile.value("volume_tolerance"):
        return []
    grade = Grade.HARD if any(not step.rate.number for step in programme) else Grade.SOFT
    rates = ", then ".join(f"{show(step.hours)} at {show(step.rate)}" for step in programme)
    title = f"The pump's step does not give the volume of the {what}: {rates} gives {show(given)}, not {show(volume)}"
    mend = "Take a pump with a finer step, or order another time to run."
    return [Finding(f"rate_step.{what}", grade, title, given, volume, given - volume, mend=mend)]
