"""Rounding half-up to places or to a syringe's line, whole drops and units, and how a figure is written."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from calculations.number import exact
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from calculations.rounding import to_places, to_step
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import first
from tests.conformance.quantities import DRUG, case_unit, number

_LINES = {"1": "0.01", "3": "0.1", "5": "0.2", "10": "0.2", "20": "1", "30": "1", "50": "1", "60": "1"}
"""Syringe (mL) → line (mL), as such syringes are made."""
_WHOLE = {"drop", "drops", "gtt", "unit", "units", "gtt/min", "drop/min", "drops/min", "capsule", "capsules", "cap"}
_MOST_PLACES = 12
_STEPS = ("step", "increment", "graduation", "to", "round_to", "nearest", "place", "precision")
_WORDS = {"whole": 0, "whole number": 0, "unit": 0, "tenth": 1, "hundredth": 2, "thousandth": 3}
"""Places in words."""
_ERROR_PRONE = {"U": "units", "u": "units", "IU": "units", "cc": "mL"}
"""What ISMP's list of error-prone abbreviations has written out, for writing only: in an order they stay refused."""
_HALVES = {"tablet", "tablets", "tab"}


def answer(case: Case) -> Answer:
    """The rounded figure, or the text."""
    given = case.inputs.get("value")
    if given is None:
        raise CannotAnswer("no value to round or to write")
    value, unit = _parts(given, case.inputs.get("unit"))
    if value < 0:
        raise CannotAnswer("less than nothing is neither measured nor written")
    if not case.wanted:
        return {"text": _written(value, unit)}
    return Value.of(_rounded(case, value, unit), case.wanted_unit)


def _parts(given: Any, unit: Any) -> tuple[Fraction, str]:
    if isinstance(given, Mapping):
        return number(given.get("value")), str(given.get("unit", unit or ""))
    return number(given), str(unit or "")


def _rounded(case: Case, value: Fraction, unit: str) -> Any:
    places, step = first(case, "places", "decimals"), first(case, *_STEPS)
    if isinstance(step, str) and step.lower().removesuffix("s") in _WORDS:
        places = _WORDS[step.lower().removesuffix("s")]
    if places is not None:
        return to_places(exact(value), _whole(places))
    syringe = first(case, "syringe", "syringe_size", "capacity")
    if step is None and syringe is not None:
        size = show_number(number(_parts(syringe, None)[0])).replace(",", "")
        step = _LINES.get(size)
        if step is None:
            raise CannotAnswer(f"no line is known for a syringe of {size} mL")
    if step is not None:
        line = Quantity(_parts(step, None)[0], "one")
        return to_step(Quantity(value, "one"), line).number
    if unit in _WHOLE or case.wanted_unit in _WHOLE:
        return to_places(exact(value), 0)
    if unit in _HALVES and (value * 2).denominator == 1:
        return value
    raise CannotAnswer("nothing says to what it is rounded")


def _whole(places: Any) -> int:
    found = number(places)
    if found.denominator != 1 or not 0 <= found <= _MOST_PLACES:
        raise CannotAnswer(f"{places} is no number of places")
    return int(found)


def _written(value: Fraction, unit: str) -> str:
    unit = _ERROR_PRONE.get(unit, unit)
    try:
        measure = case_unit(unit)
    except UnknownUnit:
        if unit in _HALVES:
            return f"{show_number(value)} {unit}"
        raise
    return show(Quantity(value, measure, DRUG if measure.needs_substance else None))
