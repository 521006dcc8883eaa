"""Doses with a limit or a reduction: what is given is worked out first, then the limit counts."""

from collections.abc import Mapping, Sequence

from calculations.dosing import percent_reduction
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import Unit
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.mixing import Choices, solve_mixed, with_concentration
from tests.conformance.solving import results, wanted_units

_CAPS = ("max", "maximum", "cap", "max_dose", "maximum_dose", "dose_cap")
_REDUCTIONS = ("reduction", "dose_reduction", "reduce_by")


def solve_within_limits(case: Case, choices: Mapping[str, Sequence[Quantity]]) -> Answer:
    """The figure that follows from the inputs, after a reduction in percent, and no more than the cap.

    Raises:
        CannotAnswer: a cap or a reduction that fits nothing.
    """
    rest = {name: list(one) for name, one in choices.items()}
    cap = next((rest.pop(name) for name in _CAPS if name in rest), None)
    less = next((rest.pop(name) for name in _REDUCTIONS if name in rest), None)
    if cap is None and less is None:
        return solve_mixed(case, rest)
    if cap is None:
        return _less(case, solve_mixed(case, rest), less)
    for measure in wanted_units(case.wanted_unit):
        for limit in cap:
            if limit.unit.dimension is measure.dimension:
                found = _less(case, solve_mixed(case, rest), less)
                return min(found, Value.of(limit.amount_in(measure), case.wanted_unit), key=lambda one: one.number)
    return _volume_of_capped(case, rest, cap, less)


def _less(case: Case, found: Answer, less: list[Quantity] | None) -> Value:
    """A figure after a reduction in percent."""
    if not isinstance(found, Value):
        raise CannotAnswer("there is no single figure to limit")
    if less is None:
        return found
    share = next((one for one in less if one.unit.name == "one"), None)
    if share is None or not 0 <= share.number <= 1:
        raise CannotAnswer("the reduction is no percentage")
    (measure, *_) = wanted_units(case.wanted_unit)
    try:
        reduced = percent_reduction(Quantity(found.number, measure, _of(measure)), share.number * 100)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
    return Value.of(reduced.amount_in(measure), case.wanted_unit)


def _volume_of_capped(case: Case, rest: Choices, cap: list[Quantity], less: list[Quantity] | None) -> Answer:
    """A volume: the dose comes first, the cap counts for the dose, then the concentration turns it into a volume."""
    with_strength = with_concentration(rest) or rest
    strength = with_strength.get("concentration")
    if strength is None or less is not None:
        raise CannotAnswer("the cap is not of the kind that is asked for")
    before = [one for name, one in with_strength.items() if name != "concentration"]
    for limit in cap:
        doses = results(before, limit.unit)
        if len(doses) == 1:
            return solve_mixed(case, {"dose": [min(*doses, limit)], "concentration": strength})
    raise CannotAnswer("the cap is not of the kind that is asked for")


def _of(measure: Unit) -> str | None:
    return "the drug" if measure.needs_substance else None
