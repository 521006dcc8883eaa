"""Pump rates, drops, dose rates and running times, from whichever of them are given."""

from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.limits import solve_within_limits
from tests.conformance.mixing import Choices, with_concentration
from tests.conformance.solving import read_all, results, solve, wanted_units

_CHANGES = {"increase": 1, "increase_by": 1, "decrease": -1, "decrease_by": -1}
_GONE = ("infused", "already_infused", "infused_volume", "volume_infused", "absorbed")
_VOLUMES = ("volume", "total_volume", "bag_volume", "bag")
_RATES = ("rate", "dose_rate", "current_rate", "dose", "current")


def answer(case: Case) -> Answer:
    """The rate, dose rate, time or volume that the inputs determine."""
    if "concentration" in str((case.wanted or {}).get("name", "")) and "concentration" not in case.inputs:
        choices = with_concentration(read_all(case)) or {}
        return solve(case, {"concentration": choices.get("concentration", [])})
    change = next((name for name in _CHANGES if name in case.inputs), None)
    if change is not None:
        return _changed(case, change)
    return solve_within_limits(case, _what_is_left(read_all(case)))


def _what_is_left(choices: Choices) -> Choices:
    """A volume less what has run in of it already."""
    gone = next((name for name in _GONE if name in choices), None)
    whole = next((name for name in _VOLUMES if name in choices), None)
    if gone is None or whole is None:
        return choices
    (volume, *_), (part, *_) = choices[whole], choices[gone]
    if part.unit.dimension is not volume.unit.dimension or part > volume:
        raise CannotAnswer(f"{gone} is no part of {whole}")
    return {**{name: one for name, one in choices.items() if name != gone}, whole: [volume - part]}


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
    share = next((one for one in choices[change] if one.unit.name == "one"), None)
    if share is not None and len(choices) == 1:  # so many percent of what it was
        choices[change] = [before * share]
    steps = results(list(choices.values()), before.unit)
    if len(steps) != 1:
        raise CannotAnswer(f"{len(steps)} changes follow from {', '.join(choices)}")
    after = before + Quantity(_CHANGES[change], "one") * steps.pop()
    (measure, *_) = wanted_units(case.wanted_unit)
    if measure.dimension is not after.unit.dimension:
        raise CannotAnswer(f"the changed rate cannot be given in {case.wanted_unit}")
    return Value.of(after.amount_in(measure), case.wanted_unit)
