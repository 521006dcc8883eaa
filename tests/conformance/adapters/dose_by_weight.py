"""Doses by weight, by surface and by AUC, divided, capped, and the volume to give."""

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from tests.conformance.adapters.bsa import surface
from tests.conformance.adapters.renal_function import calvert
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.clinical import body_weight, first, height, readings
from tests.conformance.mixing import solve_as_container
from tests.conformance.quantities import in_wanted
from tests.conformance.solving import read_all, solve, wanted_units

_CAPS = ("max", "maximum", "cap", "max_dose", "maximum_dose", "dose_cap")
_SPLIT_WEIGHT = {"lb", "oz", "pounds", "ounces", "weight_lb", "weight_oz"}


def answer(case: Case) -> Answer:
    """The dose, weight or volume that the inputs determine."""
    if first(case, "auc", "target_auc") is not None:
        try:
            return in_wanted(calvert(case), case.wanted_unit)
        except CannotCompute as refused:
            raise CannotAnswer(str(refused)) from None
    if _SPLIT_WEIGHT & set(case.inputs):
        return _with(case, _SPLIT_WEIGHT, "weight", body_weight(case))
    if body_weight(case) is not None and height(case) is not None and "bsa" not in case.inputs:
        return _with(case, {"weight", "height", "formula"}, "surface", surface(case))
    cap = next((name for name in _CAPS if name in case.inputs), None)
    return solve_as_container(case) if cap is None else _capped(case, cap)


def _with(case: Case, names: set[str], name: str, found: Quantity | None) -> Answer:
    """Solve with one figure in the place of the inputs that it was worked out from."""
    if found is None:
        raise CannotAnswer(f"no {name}")
    rest = {key: readings(case, key, data) for key, data in case.inputs.items() if key not in names}
    return solve(case, {**rest, name: [found]})


def _capped(case: Case, cap: str) -> Answer:
    """The smaller of what the rest gives and a cap of the same kind."""
    choices = read_all(case)
    limits = [
        one.amount_in(measure)
        for measure in wanted_units(case.wanted_unit)
        for one in choices.pop(cap)
        if one.unit.dimension is measure.dimension
    ]
    found = solve(case, choices)
    if len(limits) != 1 or not isinstance(found, Value):
        raise CannotAnswer("the cap is not of the kind that is asked for")
    return min(found, Value.of(limits[0], case.wanted_unit), key=lambda value: value.number)
