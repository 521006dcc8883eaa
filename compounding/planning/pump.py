"""The rate that a pump is told: rounded to its step, as long as that does not change what the patient gets."""

from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from calculations.rounding import deviation, to_step
from formulary.model import SiteProfile

LIMIT = "syringe_rounding_limit"
"""Name of the site's value: a rate is rounded no further than a measured volume."""


def pump_setting(rate: Quantity, site: SiteProfile) -> Quantity:
    """The rate as the label and the ward say it. One that the step would move too far, or to nothing, is said exactly."""
    rounded = to_step(rate, site.value("pump_step"))
    return rounded if abs(deviation(rounded, rate)) <= site.value(LIMIT) else rate


def step_findings(rate: Quantity, site: SiteProfile) -> tuple[Finding, ...]:
    """A rate that the pump's own step makes another one: whoever sets the pump would have to guess."""
    step, limit = site.value("pump_step"), site.value(LIMIT)
    moved = deviation(to_step(rate, step), rate)
    if abs(moved) <= limit:
        return ()
    percent = show_number(abs(moved).amount_in("one") * 100, 1)
    title = f"{show(rate)} cannot be set in steps of {show(step)}: the next step is {percent} % off"
    mend = "Ask for a weaker concentration."
    return (Finding("pump_step", Grade.SOFT, title, abs(moved), limit, limit - abs(moved), "site rule", mend),)
