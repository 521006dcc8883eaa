"""What published cases write otherwise: quantities as text, units in full or inside a name, times counted below a line."""

import re
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

from tests.conformance.case import CannotAnswer, UnknownUnit
from tests.conformance.clinical import AGE_UNITS, FEET, OUNCES, POUNDS
from tests.conformance.quantities import case_unit, number

_TEXT = re.compile(r"([\d.][\d.,]*) ?([A-Za-z%\[µμ][^\s]*(?: (?:mL|ml|units?|m2|m²))?)")
_COUNTED = re.compile(r"(.*/)\(?(\d{1,2})[ .]?(h|hr|hours?|d|days?|wk|weeks?)\)?")
_RATIO_KINDS = ("w/v", "w/w", "v/v")
_TOKENS = {
    **{one: one for one in ("kg", "g", "mg", "mcg", "ng", "h", "min", "d", "cm", "m", "m2", "lb", "oz", "in", "gtt")},
    "ml": "mL", "l": "L", "dl": "dL", "hr": "h", "hours": "h", "minutes": "min", "day": "d", "meq": "mEq",
    "mmol": "mmol", "umol": "umol", "units": "units", "unit": "units", "pct": "%", "percent": "%", "years": "a",
    "months": "mo", "lbs": "lb", "inches": "in",
}  # fmt: skip
_NAMES_OF_THEIR_OWN = {"age_years", "height_in", "height_ft", "weight_lb", "weight_oz", "per_day"}
_OF_PATIENT = {"weight", "age", "sex", "gender", "height", "bsa", "weight_kg", "age_years", "height_cm"}
_WORDS = {"by", "per", "in"}


def in_plain_form(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with text such as `70 kg` as a number and a unit, under names without a unit in them."""
    found: dict[str, Any] = {}
    for name, data in inputs.items():
        plain, data = _without_unit(name, data)
        known = plain if plain == name or (plain not in inputs and plain not in found) else name
        found[known] = as_quantity(data if known == plain else inputs[name])
    return found


def as_quantity(data: Any) -> Any:
    """`70 kg` as a number and a unit; `1:50` with a unit w/v as text; so much in 8 h as so much an hour."""
    if isinstance(data, str):
        told = _TEXT.fullmatch(data.strip())
        return {"value": told[1], "unit": told[2]} if told and _is_unit(told[2]) else data
    if not isinstance(data, Mapping) or not isinstance(data.get("unit"), str):
        return data
    value, unit = data.get("value"), data["unit"]
    if ":" in str(value) and unit in _RATIO_KINDS:
        return f"{value} {unit}"
    counted = _COUNTED.fullmatch(unit)
    if counted and not _is_unit(unit) and int(counted[2]):
        with suppress(CannotAnswer):
            each = number(value) / int(counted[2])
            above = "1/" if counted[1] == "/" else counted[1]
            return {**data, "value": str(Fraction(each)), "unit": above + counted[3]}
    return data


def _is_unit(text: str) -> bool:
    if text in POUNDS | OUNCES | FEET | AGE_UNITS or text.lower() in ("kg", "lb", "ppm", "ppb"):
        return True
    try:
        case_unit(text)
    except UnknownUnit:
        return False
    return True


def _without_unit(name: str, data: Any) -> tuple[str, Any]:
    """weight_kg with a bare 70 as weight with 70 kg; patient_weight as weight."""
    words = name.split("_")
    if words[0].lower() in ("patient", "pt") and "_".join(words[1:]).lower() in _OF_PATIENT:
        words = words[1:]
        name = "_".join(words)
    tokens = [word.lower() for word in words]
    bare = isinstance(data, str | int | float) and not isinstance(data, bool)
    if name.lower() in _NAMES_OF_THEIR_OWN or _WORDS & set(tokens[:-1]) or not bare:
        return name, data
    with suppress(CannotAnswer):
        number(data)
        for start in range(1, len(tokens)):
            unit = "/".join(_TOKENS.get(token, "?") for token in tokens[start:])
            if "?" not in unit and _is_unit(unit):
                return "_".join(words[:start]), {"value": str(data), "unit": unit}
    return name, data
