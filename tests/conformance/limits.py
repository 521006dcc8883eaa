"""Doses with a limit or a reduction: what is given is worked out first, then the limit counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from calculations.dosing import percent_reduction
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import Unit
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.clinical import WEIGHT_INPUTS
from tests.conformance.mixing import Choices, solve_mixed, with_concentration
from tests.conformance.notation import PER_DAY_NAMES
from tests.conformance.solving import results, wanted_units

CAPS = (
    "max", "maximum", "cap", "max_dose", "maximum_dose", "dose_cap", "max_daily_dose", "maximum_daily_dose",
    "daily_max", "max_per_day", "max_daily", "max_single_dose", "max_rate", "maximum_rate",
)  # fmt: skip
_PATIENT = {*WEIGHT_INPUTS, "bsa", "surface"}
_PER_PATIENT = re.compile(r"/(?:kg|m2|m²)")
_DAILY = {"daily", "day"}
_AFTER_THE_CAP = ("concentration", *sorted(PER_DAY_NAMES), "interval")
"""What a capped dose is turned by: into a volume, or into single doses."""
_REDUCTIONS = ("reduction", "dose_reduction", "reduce_by")


def solve_within_limits(case: Case, choices: Mapping[str, Sequence[Quantity]]) -> Answer:
    """The figure that follows from the inputs, after a reduction in percent, and no more than the cap.

    Raises:
        CannotAnswer: a cap or a reduction that fits nothing.
    """
    rest = {name: list(one) for name, one in choices.items()}
    named = str((case.wanted or {}).get("name", "")).lower()
    if _DAILY & set(named.split("_")):
        return _a_day(case, rest)
    own = (
        None
        if {*CAPS, *_REDUCTIONS} & set(rest)
        else _of_one_input(case, rest, named.removesuffix("_kg").removeprefix("patient_"))
    )
    if own is not None:
        return own
    name = next((name for name in CAPS if name in rest), "")
    cap = rest.pop(name, None)
    if cap is not None and _DAILY & set(name.split("_")):
        cap = [one if _is_rate(one) else one * Quantity(1, "per_day") for one in cap]
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


def _a_day(case: Case, choices: Choices) -> Answer:
    """What is named daily is so much a day, also where its unit does not say so."""
    unit = case.wanted_unit
    by_the_day = unit if any(base == "time" for base, _ in wanted_units(unit)[0].dimension.powers) else f"{unit}/d"
    often = {*PER_DAY_NAMES, "interval"}
    if any(_is_rate(one) for name, given in choices.items() for one in given if name not in often):
        choices = {name: one for name, one in choices.items() if name not in often}
    found = solve_within_limits(replace(case, wanted={"unit": by_the_day}), choices)
    return Value(found.number, unit) if isinstance(found, Value) else found


def _of_one_input(case: Case, choices: Choices, named: str) -> Value | None:
    """A figure named like an input that is told per weight or surface is that input for this patient."""
    data = case.inputs.get(named)
    unit = str(data.get("unit")) if isinstance(data, Mapping) else ""
    if named not in choices or not (named in WEIGHT_INPUTS or _PER_PATIENT.search(unit)):
        return None
    patient = [one for name, one in choices.items() if name in _PATIENT and name != named]
    own = [choices[named]] if named in WEIGHT_INPUTS else [choices[named], *patient]
    found = {
        Value.of(figure.amount_in(measure), case.wanted_unit)
        for measure in wanted_units(case.wanted_unit)
        for figure in results(own, measure)
    }
    return found.pop() if len(found) == 1 else None


def _is_rate(one: Quantity) -> bool:
    return any(base == "time" for base, _ in one.unit.dimension.powers)


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
    """What follows from a dose after its cap: a volume over the concentration, a single dose over how often."""
    rest = with_concentration(rest) or rest
    later = [name for name in _AFTER_THE_CAP if name in rest]
    if less is not None or not later:
        raise CannotAnswer("the cap is not of the kind that is asked for")
    for count in range(1, len(later) + 1):
        for after in combinations(later, count):
            before = [one for name, one in rest.items() if name not in after]
            for limit in cap:
                doses = results(before, limit.unit)
                if len(doses) == 1:
                    return solve_mixed(case, {"dose": [min(*doses, limit)], **{name: rest[name] for name in after}})
    raise CannotAnswer("the cap is not of the kind that is asked for")


def _of(measure: Unit) -> str | None:
    return "the drug" if measure.needs_substance else None
