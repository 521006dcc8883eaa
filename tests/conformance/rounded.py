"""To what a figure is rounded: places, significant digits, a step, a syringe's line, whole drops; by a rule in words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from calculations.number import exact
from calculations.printing import show_number
from calculations.quantity import Quantity
from calculations.rounding import Rule, to_places, to_step
from tests.conformance.case import CannotAnswer, Case
from tests.conformance.clinical import first
from tests.conformance.quantities import in_wanted, number, read
from tests.conformance.wording import as_quantity

_LINES = {"1": "0.01", "3": "0.1", "5": "0.2", "10": "0.2", "20": "1", "30": "1", "50": "1", "60": "1"}
"""Syringe (mL) → line (mL), as such syringes are made."""
_WHOLE = {"drop", "drops", "gtt", "unit", "units", "gtt/min", "drop/min", "drops/min", "capsule", "capsules", "cap"}
_MOST_PLACES = 12
_PLACES = ("places", "decimals", "decimal_places")
_DIGITS = ("significant_figures", "significant_digits", "sig_figs")
_STEP_BY_NAME = ("round_to", "round", "rounded_to", "nearest", "rounding_increment", "rounding")
_STEPS = ("step", "increment", "graduation", "to", "place", "precision", *_STEP_BY_NAME)
_SYRINGES = ("syringe", "syringe_size", "capacity")
_RULES = ("rounding_rule", "rule", "rounding", "mode", "method", "direction")
HOW = {*_PLACES, *_STEPS, *_SYRINGES, *_DIGITS, *_RULES}
"""Inputs that only say how it is rounded, where rounding is all that is asked for."""
HOW_ELSEWHERE = {*_PLACES, *_DIGITS, *_STEP_BY_NAME, "rounding_rule"}
"""The same beside a calculation."""
_WAYS = (
    (re.compile(r"half.?up|usual|standard|arithmetic|conventional"), Rule.HALF_UP),
    (re.compile(r"half|bank|even|stochastic"), None),
    (re.compile(r"trunc|down|floor"), Rule.DOWN),
    (re.compile(r"ceil|up\b"), Rule.UP),
)
"""A rule in words; half to even and the like are none of ours."""
_WORDS = {"whole": 0, "whole number": 0, "unit": 0, "tenth": 1, "hundredth": 2, "thousandth": 3}
"""Places in words."""


def without_rounding(case: Case) -> tuple[Case, Case | None]:
    """A case without what it says about rounding, and the case of that alone; None where it says nothing."""
    how = {name: data for name, data in case.inputs.items() if name in HOW_ELSEWHERE}
    rest = {name: data for name, data in case.inputs.items() if name not in how}
    to_what = [name for name in how if name not in _RULES or _is_step(how[name])]
    return replace(case, inputs=rest), replace(case, inputs=how, convention=None) if to_what else None


def rounded(case: Case, value: Fraction, unit: str) -> Any:
    """A figure in the wanted unit, rounded as the inputs say.

    Raises:
        CannotAnswer: they do not say to what, or by a rule that is none of ours.
    """
    rule, places, step = _rule(case), first(case, *_PLACES), _step(case)
    if isinstance(step, str) and _word(step) in _WORDS:
        places = _WORDS[_word(step)]
    digits, syringe = first(case, *_DIGITS), first(case, *_SYRINGES)
    if digits is not None and value:
        return to_places(exact(value), _whole(digits) - _places_before_the_point(value), rule)
    if places is not None:
        return to_places(exact(value), _whole(places), rule)
    if step is None and syringe is not None:
        size = show_number(number(parts(syringe, None)[0])).replace(",", "")
        step = _LINES.get(size) if case.wanted_unit in ("mL", "ml", "cc", "as given") else None
        if step is None:
            raise CannotAnswer(f"no line is known for a syringe of {size} mL")
    if step is not None:
        line, of_line = parts(as_quantity(step.removeprefix("nearest ")) if isinstance(step, str) else step, None)
        line = line if case.wanted_unit == "as given" else in_unit(line, of_line, case.wanted_unit)
        return to_step(Quantity(value, "one"), Quantity(line, "one"), rule).number
    if {unit, case.wanted_unit} & _WHOLE:
        return to_places(exact(value), 0, rule)
    raise CannotAnswer("nothing says to what it is rounded")


def parts(given: Any, unit: Any) -> tuple[Fraction, str]:
    """The number and the unit of one input."""
    if isinstance(given, Mapping):
        return number(given.get("value")), str(given.get("unit", unit or ""))
    return number(given), str(unit or "")


def in_unit(value: Fraction, unit: str, wanted: str) -> Fraction:
    """A figure in the unit that is asked for, as which it is rounded."""
    if (
        unit in ("", wanted)
        or wanted == "as given"
        or unit.rstrip("s") == wanted.rstrip("s")
        or {unit, wanted} <= _WHOLE
    ):
        return value
    return in_wanted(read({"value": value, "unit": unit}), wanted).number


def _step(case: Case) -> Any:
    """The step, if one is told; `rounding` may say a rule instead."""
    told = (case.inputs.get(name) for name in _STEPS)
    return next((one for one in told if one is not None and _is_step(one)), None)


def _is_step(data: Any) -> bool:
    return not isinstance(data, str) or any(map(str.isdigit, data)) or _word(data) in _WORDS


def _word(text: str) -> str:
    return text.lower().removeprefix("nearest ").removesuffix("s")


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
