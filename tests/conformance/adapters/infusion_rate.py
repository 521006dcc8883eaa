"""Pump rates, drops, dose rates and running times, from whichever of them are given."""

from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.limits import solve_within_limits
from tests.conformance.solving import read_all, results, wanted_units

_CHANGES = {"increase": 1, "increase_by": 1, "decrease": -1, "decrease_by": -1}
_RATES = ("rate", "dose_rate", "current_rate", "dose", "current")


def answer(case: Case) -> Answer:
    """The rate, dose rate, time or volume that the inputs determine."""
    change = next((name for name in _CHANGES if name in case.inputs), None)
    return solve_within_limits(case, read_all(case)) if change is None else _changed(case, change)


def _changed(case: Case, change: str) -> Answer:
    """A rate after it was raised or lowered by so much, also per weight.

    Raises:
        CannotAnswer: there is no rate to change, or more is given than that takes.
    """
    choices = read_all(case)
    name = next((one for one in _RATES if one in choices), None)
    if name is None:
        raise CannotAnswer("there is no rate to change")
    before = choices.pop(name)[0]
    steps = results(list(choices.values()), before.unit)
    if len(steps) != 1:
        raise CannotAnswer(f"{len(steps)} changes follow from {', '.join(choices)}")
    after = before + Quantity(_CHANGES[change], "one") * steps.pop()
    (measure, *_) = wanted_units(case.wanted_unit)
    if measure.dimension is not after.unit.dimension:
        raise CannotAnswer(f"the changed rate cannot be given in {case.wanted_unit}")
    return Value.of(after.amount_in(measure), case.wanted_unit)
