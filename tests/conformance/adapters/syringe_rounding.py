"""Rounding half-up to places or to a syringe's line, whole drops and units, and how a figure is written."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from calculations.printing import show, show_number
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.notation import is_label
from tests.conformance.quantities import DRUG, case_unit
from tests.conformance.rounded import HOW, in_unit, parts, rounded
from tests.conformance.solving import solve

_ERROR_PRONE = {"U": "units", "u": "units", "IU": "units", "cc": "mL"}
"""What ISMP's list of error-prone abbreviations has written out, for writing only: in an order they stay refused."""
_HALVES = {"tablet", "tablets", "tab"}


def answer(case: Case) -> Answer:
    """The rounded figure, or the text."""
    if isinstance(case.convention, Mapping):
        said = {name: data for name, data in case.convention.items() if name in HOW and name not in case.inputs}
        case = replace(case, inputs={**case.inputs, **said})
    given = {
        name: data
        for name, data in case.inputs.items()
        if name not in HOW and name != "unit" and not is_label(name, data)
    }
    if not given:
        raise CannotAnswer("no value to round or to write")
    if len(given) > 1 and case.wanted:
        figure = solve(replace(case, inputs=given))
        if not isinstance(figure, Value):
            raise CannotAnswer("the inputs do not come to one figure")
        return Value.of(rounded(case, figure.number, case.wanted_unit), case.wanted_unit)
    if len(given) > 1:
        raise CannotAnswer(f"nothing says which is written of {', '.join(given)}")
    value, unit = parts(next(iter(given.values())), case.inputs.get("unit"))
    if value < 0:
        raise CannotAnswer("less than nothing is neither measured nor written")
    if not case.wanted:
        return {"text": _written(value, unit)}
    value = in_unit(value, unit, case.wanted_unit)
    if unit in _HALVES and not HOW & set(case.inputs) and (value * 2).denominator == 1:
        return Value(value, case.wanted_unit)
    return Value.of(rounded(case, value, unit), case.wanted_unit)


def _written(value: Fraction, unit: str) -> str:
    unit = _ERROR_PRONE.get(unit, unit)
    try:
        measure = case_unit(unit)
    except UnknownUnit:
        if unit in _HALVES:
            return f"{show_number(value)} {unit}"
        raise
    return show(Quantity(value, measure, DRUG if measure.needs_substance else None))
