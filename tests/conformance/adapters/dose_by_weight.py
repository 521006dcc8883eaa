"""Doses by weight, by surface and by AUC, divided, capped, and the volume to give."""

from collections.abc import Mapping
from typing import Any

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.adapters.bsa import BSA_CAPS, SIZE_INPUTS, surface
from tests.conformance.adapters.bsa import answer as by_surface
from tests.conformance.adapters.renal_function import CALVERT_INPUTS, calvert
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.clinical import HEIGHT_INPUTS, body_weight, convention, first, height, sex
from tests.conformance.limits import solve_within_limits
from tests.conformance.mixing import Choices
from tests.conformance.notation import PER_DAY_NAMES, is_label, readings
from tests.conformance.quantities import in_wanted
from tests.conformance.weights import IDEAL_INPUTS, weight_that_counts

_AREAS = ("m2", "m²", "m^2")
_AUC = unit("AUC").dimension
_COURSES = ("days", "duration", "course")
_SPLIT_WEIGHT = {"lb", "oz", "pounds", "ounces", "weight_lb", "weight_oz"}


def answer(case: Case) -> Answer:
    """The dose, weight or volume that the inputs determine."""
    if first(case, "auc", "target_auc") is not None:
        more = set(case.inputs) - CALVERT_INPUTS
        try:
            return (
                _with(case, CALVERT_INPUTS, "dose", calvert(case))
                if more
                else in_wanted(calvert(case), case.wanted_unit)
            )
        except CannotCompute as refused:
            raise CannotAnswer(str(refused)) from None
    if _SPLIT_WEIGHT & set(case.inputs) or isinstance(case.inputs.get("weight"), str):
        return _with(case, {*_SPLIT_WEIGHT, "weight"}, "weight", body_weight(case))
    if first(case, *BSA_CAPS) or convention(case, *BSA_CAPS):
        return by_surface(case)
    who, ideal = sex(case), first(case, *IDEAL_INPUTS)
    sized = (who is not None and height(case) is not None) or ideal is not None
    if sized and convention(case, "weight", "rule") is not None:
        try:
            return _with(case, SIZE_INPUTS | set(IDEAL_INPUTS), "weight", weight_that_counts(case, who or ""))
        except CannotCompute as refused:
            raise CannotAnswer(str(refused)) from None
    if body_weight(case) is not None and height(case) is not None and "bsa" not in case.inputs:
        if case.wanted_unit in _AREAS:
            return in_wanted(surface(case), case.wanted_unit)
        if who is None and not any(_area_in(data) for data in (*case.inputs.values(), {"unit": case.wanted_unit})):
            return _with(case, HEIGHT_INPUTS, "", None)
        return _with(case, SIZE_INPUTS, "surface", surface(case))
    return _with(case, set(), "", None)


def _area_in(data: Any) -> bool:
    return isinstance(data, Mapping) and any(area in str(data.get("unit")) for area in _AREAS)


def _with(case: Case, names: set[str], name: str, found: Quantity | None) -> Answer:
    """Solve with one figure in the place of the inputs that it was worked out from."""
    choices = {
        key: readings(case, key, data)
        for key, data in case.inputs.items()
        if key not in names and not is_label(key, data)
    }
    if found is not None:
        choices[name] = [found]
    if "adult_dose" in choices and "bsa" in choices:
        choices["adult_dose"] = [one / Quantity("1.73", "m2") for one in choices["adult_dose"]]
    if any(one.unit.dimension is _AUC for given in choices.values() for one in given):
        raise CannotAnswer("a target AUC, and nothing that Calvert needs")
    return solve_within_limits(case, _course(choices))


def _course(choices: Choices) -> Choices:
    """Doses a day for so many days are a number of doses, by which a dose is multiplied, never divided."""
    often = next((name for name in choices if name in PER_DAY_NAMES), None)
    long = next((name for name in choices if name in _COURSES), None)
    if often is None or long is None or "total" in choices:
        return choices
    for rate in choices[often]:
        for time in choices[long]:
            count = rate * time
            if not count.unit.dimension.powers:
                rest = {name: one for name, one in choices.items() if name not in (often, long)}
                return {**rest, "number of doses": [Quantity(count.amount_in("one") * 1000, "mg/g")]}
    return choices
