"""Rounding half-up to places or to a syringe's line, whole drops and units, and how a figure is written."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from calculations.number import exact
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from calculations.rounding import Rule, to_places, to_step
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import first
from tests.conformance.notation import is_label
from tests.conformance.quantities import DRUG, case_unit, in_wanted, number, read
from tests.conformance.solving import solve

_LINES = {"1": "0.01", "3": "0.1", "5": "0.2", "10": "0.2", "20": "1", "30": "1", "50": "1", "60": "1"}
"""Syringe (mL) → line (mL), as such syringes are made."""
_WHOLE = {"drop", "drops", "gtt", "unit", "units", "gtt/min", "drop/min", "drops/min", "capsule", "capsules", "cap"}
_MOST_PLACES = 12
_PLACES = ("places", "decimals", "decimal_places")
_STEPS = ("step", "increment", "graduation", "to", "round_to", "nearest", "place", "precision")
_SYRINGES = ("syringe", "syringe_size", "capacity")
_DIGITS = ("significant_figures", "significant_digits", "sig_figs")
_RULES = ("rule", "rounding", "mode", "method", "direction")
_HOW = {*_PLACES, *_STEPS, *_SYRINGES, *_DIGITS, *_RULES}
"""Inputs that only say how it is rounded."""
_WAYS = (
    (re.compile(r"half.?up|usual|standard|arithmetic|conventional"), Rule.HALF_UP),
    (re.compile(r"half|bank|even|stochastic"), None),
    (re.compile(r"trunc|down|floor"), Rule.DOWN),
    (re.compile(r"ceil|up\b"), Rule.UP),
)
"""A rule in words; half to even and the like are none of ours."""
_WORDS = {"whole": 0, "whole number": 0, "unit": 0, "tenth": 1, "hundredth": 2, "thousandth": 3}
"""Places in words."""
_ERROR_PRONE = {"U": "units", "u": "units", "IU": "units", "cc": "mL"}
"""What ISMP's list of error-prone abbreviations has written out, for writing only: in an order they stay refused."""
_HALVES = {"tablet", "tablets", "tab"}


def answer(case: Case) -> Answer:
    """The rounded figure, or the text."""
    if isinstance(case.convention, Mapping):
        said = {name: data for name, data in case.convention.items() if name in _HOW and name not in case.inputs}
        case = replace(case, inputs={**case.inputs, **said})
    given = {
        name: data for name, data in case.inputs.items()
        if name not in _HOW and name != "unit" and not is_label(name, data)
    }  # fmt: skip
    if not given:
        raise CannotAnswer("no value to round or to write")
    if len(given) > 1 and case.wanted:
        figure = solve(replace(case, inputs=given))
        if not isinstance(figure, Value):
            raise CannotAnswer("the inputs do not come to one figure")
        return Value.of(_rounded(case, figure.number, case.wanted_unit), case.wanted_unit)
    if len(given) > 1:
        raise CannotAnswer(f"nothing says which is written of {', '.join(given)}")
    value, unit = _parts(next(iter(given.values())), case.inputs.get("unit"))
    if value < 0:
        raise CannotAnswer("less than nothing is neither measured nor written")
    if not case.wanted:
        return {"text": _written(value, unit)}
    return Value.of(_rounded(case, _in_unit(value, unit, case.wanted_unit), unit), case.wanted_unit)


def _parts(given: Any, unit: Any) -> tuple[Fraction, str]:
    if isinstance(given, Mapping):
        return number(given.get("value")), str(given.get("unit", unit or ""))
    return number(given), str(unit or "")


def _in_unit(value: Fraction, unit: str, wanted: str) -> Fraction:
    """What is rounded is the figure in the unit that is asked for."""
    if unit in ("", wanted) or wanted == "as given" or unit.rstrip("s") == wanted.rstrip("s"):
        return value
    if {unit, wanted} <= _WHOLE:
        return value
    return in_wanted(read({"value": value, "unit": unit}), wanted).number


def _rounded(case: Case, value: Fraction, unit: str) -> Any:
    rule, places, step = _rule(case), first(case, *_PLACES), first(case, *_STEPS)
    if isinstance(step, str) and (word := step.lower().removeprefix("nearest ").removesuffix("s")) in _WORDS:
        places = _WORDS[word]
    digits, syringe = first(case, *_DIGITS), first(case, *_SYRINGES)
    if digits is not None and value:
        return to_places(exact(value), _whole(digits) - _places_before_the_point(value), rule)
    if places is not None:
        return to_places(exact(value), _whole(places), rule)
    if step is None and syringe is not None:
        size = show_number(number(_parts(syringe, None)[0])).replace(",", "")
        step = _LINES.get(size) if case.wanted_unit in ("mL", "ml", "cc", "as given") else None
        if step is None:
            raise CannotAnswer(f"no line is known for a syringe of {size} mL")
    if step is not None:
        line, of_line = _parts(step, None)
        line = line if case.wanted_unit == "as given" else _in_unit(line, of_line, case.wanted_unit)
        return to_step(Quantity(value, "one"), Quantity(line, "one"), rule).number
    if unit in _WHOLE or case.wanted_unit in _WHOLE:
        return to_places(exact(value), 0, rule)
    if unit in _HALVES and (value * 2).denominator == 1:
        return value
    raise CannotAnswer("nothing says to what it is rounded")


def _rule(case: Case) -> Rule:
    """The rule that the inputs or the convention name in words; half-up where they name none."""
    said = first(case, *_RULES)
    text = str(said if said is not None else case.convention if isinstance(case.convention, str) else "").lower()
    rule = next((rule for pattern, rule in _WAYS if pattern.search(text)), Rule.HALF_UP)
    if rule is None:
        raise CannotAnswer(f"{text} is no rule of ours")
    return rule


def _places_before_the_point(value: Fraction) -> int:
    """Of 1,234.5 it is 4, of 0.0123 it is −1."""
    count = 0
    while abs(value) >= Fraction(10) ** count:
        count += 1
    while abs(value) < Fraction(10) ** (count - 1):
        count -= 1
    return count


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
