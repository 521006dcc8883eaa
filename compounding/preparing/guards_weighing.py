"""Rules of weighing the whole container: the mass of everything that belongs in it, within the site's tolerance."""

from typing import Any

from batch_records.acts import Act, Refusal
from calculations.printing import show, show_number
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose


def step_weighs(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.drawing.step(action.step).kind != "weigh":
        return Refusal("not_a_weighing", "The whole container is not weighed in this step.", 422)
    return None


def container_mass_inside(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Outside the tolerance something is missing or too much is in: find out what, or reject."""
    expected = dose.drawing.step(action.step).expected_mass
    nutrition = dose.planned.nutrition
    if expected is None or nutrition is None or nutrition.mass_tolerance is None:
        return Refusal("no_expected_mass", "There is no expected mass with a tolerance for this container.", 422)
    off = (action.mass - expected) / expected
    if abs(off) <= nutrition.mass_tolerance:
        return None
    percent = show_number(abs(off).amount_in("one") * 100, 1)
    way = "over" if off.number > 0 else "under"
    return Refusal(
        "outside_tolerance",
        f"{show(action.mass)} is {percent} % {way} {show(expected, 1)}: weigh again, find what differs, or reject.",
        422,
    )
