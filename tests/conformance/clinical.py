"""The patient of a case: weights with their pounds and ounces, heights with their feet, age, sex, creatinine."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.quantities import number, read

POUNDS = {"lb", "lbs", "[lb_av]", "pound", "pounds"}
OUNCES = {"oz", "[oz_av]", "ounce", "ounces"}
FEET = {"ft", "[ft_i]", "foot", "feet"}
_IN_YEARS = {
    **dict.fromkeys(("yr", "yrs", "y", "year", "years", "a"), Fraction(1)),
    **dict.fromkeys(("mo", "month", "months"), Fraction(1, 12)),
    **dict.fromkeys(("wk", "week", "weeks"), Fraction(28, 1461)),  # 7 ÷ 365.25
    **dict.fromkeys(("d", "day", "days"), Fraction(4, 1461)),
}
AGE_UNITS = set(_IN_YEARS)
_FEET_AND_INCHES = re.compile(
    r"(\d{1,2}) ?(?:ft|feet|foot|') ?(?:(\d{1,2}(?:\.\d+)?) ?(?:in|inches|inch|\"|''))?", re.ASCII
)
_POUNDS_AND_OUNCES = re.compile(r"(\d{1,3}) ?(?:lbs?|pounds?) ?(\d{1,2}(?:\.\d+)?) ?(?:oz|ounces?)", re.ASCII)
_BY_POUND = re.compile(r"(\d[\d.]*) ?(lb|kg)s? ?(?:/|per|= ?1|in 1|in a) ?(lb|kg)", re.ASCII)
_ONE_POUND = re.compile(r"1 ?(lb|kg)s? ?(?:=|is) ?(\d[\d.]*) ?(lb|kg)", re.ASCII)
_GRAMS = re.compile(r"(\d[\d.]*) ?g ?(?:/|per) ?lb|1 ?lb ?= ?(\d[\d.]*) ?g", re.ASCII)
_NAMES_A_RULE = {"formula", "rule", "equation", "bsa"}
"""What a convention of bare words can only be about."""
WEIGHT_NAMES = ("weight", "body_weight", "patient_weight", "bodyweight")
HEIGHT_NAMES = ("height", "length", "ht")
WEIGHT_INPUTS = {*WEIGHT_NAMES, "lb", "oz", "pounds", "ounces", "weight_lb", "weight_oz"}
HEIGHT_INPUTS = {*HEIGHT_NAMES, "ft", "in", "feet", "inches", "height_ft", "height_in"}
_INCHES_IN_A_FOOT = 12
_OUNCES_IN_A_POUND = 16


def convention(case: Case, *names: str) -> str | None:
    """What the convention says under the first of these names, in lower case; None where it says nothing."""
    said = case.convention
    if isinstance(said, str) and set(names) & _NAMES_A_RULE and not _pound_factors([said]):
        return said.strip().lower()
    if not isinstance(said, Mapping):
        return None
    for name in names:
        if said.get(name) is not None:
            return str(said[name]).strip().lower()
    return None


def first(case: Case, *names: str) -> Any:
    """The first of these inputs that the case gives; None where it gives none."""
    return next((case.inputs[name] for name in names if case.inputs.get(name) is not None), None)


def kilograms_in_a_pound(case: Case) -> Any:
    """By the case's own factor, in whichever way the convention says it, else the exact pound."""
    per_kg, per_lb = convention(case, "lb_per_kg"), convention(case, "kg_per_lb")
    said = list(case.convention.values()) if isinstance(case.convention, Mapping) else [case.convention]
    for number_of, above, below in _pound_factors(said):
        per_kg = number_of if (above, below) == ("lb", "kg") else per_kg
        per_lb = number_of if (above, below) == ("kg", "lb") else per_lb
    if per_kg is not None:
        return 1 / _above_zero(number(per_kg), "lb per kg")
    return Fraction("0.45359237") if per_lb is None else _above_zero(number(per_lb), "kg per lb")


def grams_in_a_pound(case: Case) -> Fraction:
    """Of a thing, not of a body: by the case's own factor (454 g is common), else the exact pound."""
    told = convention(case, "g_per_lb", "grams_per_pound", "g_per_pound")
    texts = list(case.convention.values()) if isinstance(case.convention, Mapping) else [case.convention]
    said = next((found[1] or found[2] for text in texts if (found := _GRAMS.search(str(text)))), None)
    return number(told or said or "453.59237")


def _pound_factors(said: list[Any]) -> list[tuple[str, str, str]]:
    """`2.2 lb/kg` or `1 kg = 2.2 lb` as 2.2, lb, kg."""
    found = [match.groups() for text in said for match in _BY_POUND.finditer(str(text))]
    turned = [match.groups() for text in said for match in _ONE_POUND.finditer(str(text))]
    return [(a, b, c) for a, b, c in found] + [(number_of, above, below) for below, number_of, above in turned]


def pounds(case: Case, number_of: Fraction) -> Quantity:
    """A body weight in pounds as kilograms."""
    return Quantity(number_of * kilograms_in_a_pound(case), "kg_bw")


def body_weight(case: Case) -> Quantity | None:
    """The body weight that the case gives, in whichever way; None where it gives none."""
    lb, oz = first(case, "lb", "pounds", "weight_lb"), first(case, "oz", "ounces", "weight_oz")
    if lb is not None or oz is not None:
        whole = number(_value(lb or "0")) + number(_value(oz or "0")) / _OUNCES_IN_A_POUND
        return pounds(case, _above_zero(whole, "the weight"))
    given = first(case, *WEIGHT_NAMES)
    told = _POUNDS_AND_OUNCES.fullmatch(given.strip()) if isinstance(given, str) else None
    if told is not None:
        return pounds(case, _above_zero(number(told[1]) + number(told[2]) / _OUNCES_IN_A_POUND, "the weight"))
    return None if given is None else weight_of(case, given)


def weight_of(case: Case, data: Any) -> Quantity:
    """One input read as a body weight.

    Raises:
        CannotAnswer: it is no number with a unit, or not above zero.
    """
    unit = str(data.get("unit")) if isinstance(data, Mapping) else ""
    unit = unit.lower() if unit.lower() in POUNDS | OUNCES else unit
    if unit in POUNDS:
        found = pounds(case, number(data.get("value")))
    elif unit in OUNCES:
        found = pounds(case, number(data.get("value")) / _OUNCES_IN_A_POUND)
    elif unit.lower() in ("kg", "g"):
        found = read({"value": data.get("value"), "unit": unit.lower()}, body_weight=True)
    else:
        found = read(data, body_weight=True)
    _above_zero(found.number, "the weight")
    return found


def height(case: Case) -> Quantity | None:
    """The height that the case gives, also in feet and inches; None where it gives none."""
    feet, inches = first(case, "ft", "feet", "height_ft"), first(case, "in", "inches", "height_in")
    given = first(case, *HEIGHT_NAMES)
    told = _FEET_AND_INCHES.fullmatch(given.strip()) if isinstance(given, str) else None
    if told is not None:
        feet, inches = told[1], told[2]
    if feet is not None or inches is not None:
        whole = number(_value(feet or "0")) * _INCHES_IN_A_FOOT + number(_value(inches or "0"))
        return Quantity(_above_zero(whole, "the height"), "in")
    if given is None:
        return None
    if isinstance(given, Mapping) and given.get("unit") in FEET:
        return Quantity(_above_zero(number(given.get("value")), "the height") * _INCHES_IN_A_FOOT, "in")
    found = read(given)
    _above_zero(found.number, "the height")
    return found


def _above_zero(value: Any, what: str) -> Any:
    if value <= 0:
        raise CannotAnswer(f"{what} is not above zero")
    return value


def sex(case: Case) -> str | None:
    """female or male, as the case says it."""
    said = str(first(case, "sex", "gender") or "").strip().lower()
    return {"f": "female", "female": "female", "woman": "female", "m": "male", "male": "male", "man": "male"}.get(said)


def age(case: Case) -> Quantity | None:
    """The age in years."""
    given = first(case, "age", "age_years", "years")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        return Quantity(number(given), "year")
    unit = str(given.get("unit"))
    if unit not in _IN_YEARS:
        raise UnknownUnit(f"{unit} is no unit of age")
    return Quantity(number(given.get("value")) * _IN_YEARS[unit], "year")


def creatinine(case: Case) -> Quantity | None:
    """Serum creatinine."""
    given = first(case, "scr", "creatinine", "serum_creatinine", "cr")
    return None if given is None else read(given)


def _value(data: Any) -> Any:
    return data.get("value") if isinstance(data, Mapping) else data
