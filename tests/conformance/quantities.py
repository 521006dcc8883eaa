"""Reads the quantities of a case into the engine's own, and writes figures in the unit a case asks for.

The typography of published numbers (`42.0`, `.25`, `5.00`) is the source's; what a person may type is stricter and is
tested elsewhere.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from calculations.errors import Fault
from calculations.quantity import Quantity
from calculations.units import Unit, parse_unit
from tests.conformance.case import CannotAnswer, Case, UnknownUnit, Value

DRUG = "the drug"
_WRITTEN = re.compile(
    r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40}|\d{1,3}(,\d{3}){1,9}(\.\d{1,40})?)([eE][+-]?\d{1,3})?"
    r"|\d{1,40}/\d{1,40}",
    re.ASCII,
)
_AS_SOURCES_WRITE = {
    **dict.fromkeys(("minute", "minutes", "mins"), "min"), **dict.fromkeys(("second", "seconds", "sec"), "s"),
    **dict.fromkeys(("hrs",), "h"), **dict.fromkeys(("gram", "grams", "gm"), "g"), "milligram": "mg",
    **dict.fromkeys(("milligrams", "mgs"), "mg"), **dict.fromkeys(("microgram", "micrograms", "mcgs"), "mcg"),
    **dict.fromkeys(("nanogram", "nanograms", "nanog"), "ng"),
    **dict.fromkeys(("kilogram", "kilograms", "kgs"), "kg"), **dict.fromkeys(("liter", "liters", "litre", "litres"), "L"),
    **dict.fromkeys(("milliliter", "milliliters", "millilitre", "millilitres", "mLs", "mls", "cc"), "mL"),
    **dict.fromkeys(("gtts", "drps"), "gtt"), **dict.fromkeys(("U", "IU", "USP units", "international units"), "units"),
    **dict.fromkeys(("mU", "mIU"), "milliunits"), "mEqs": "mEq", "millimole": "mmol", "millimoles": "mmol",
    "micromol": "umol", "micromole": "umol", "micromoles": "umol",
    "x": "1", "times": "1", "percent": "%", "mg%": "mg/dL", "mcg%": "mcg/dL",
}  # fmt: skip
"""Units as sources write them, and what the engine calls them. What a person types for an order stays stricter."""


def case_unit(text: str, *, body_weight: bool = False) -> Unit:
    """The engine's unit for a case's spelling; below a fraction line kg is always body weight.

    Raises:
        UnknownUnit: outside the closed vocabulary.
    """
    try:
        return parse_unit(spelled(text), "unit", DRUG, body_weight=body_weight)
    except Fault as found:
        raise UnknownUnit(str(found)) from None


def spelled(text: str) -> str:
    """A source's unit in the engine's spelling, part by part; what is not known stays as it is."""
    if text in ("g/Eq", "g/eq"):
        return "mg/mEq"
    parts = text.replace(" per ", "/").split("/")
    return "/".join(_AS_SOURCES_WRITE.get(part.strip(), part) for part in parts)


def read(data: Mapping[str, Any], *, body_weight: bool = False) -> Quantity:
    """A quantity `{value, unit}`; amounts in international units are named `DRUG`.

    Raises:
        CannotAnswer: not of that form.
        UnknownUnit: the unit is outside the closed vocabulary.
    """
    if not isinstance(data, Mapping) or "value" not in data or "unit" not in data:
        raise CannotAnswer(f"no value with a unit: {data!r}")
    measure = case_unit(str(data["unit"]), body_weight=body_weight)
    return Quantity(number(data["value"]), measure, DRUG if measure.needs_substance else None)


def number(text: Any) -> Fraction:
    """A number as the source writes it, also with commas between thousands.

    Raises:
        CannotAnswer: no number.
    """
    written = str(text).strip() if isinstance(text, str | int | float | Decimal | Fraction) else ""
    if isinstance(text, bool) or not _WRITTEN.fullmatch(written):
        raise CannotAnswer(f"{text!r} is no number")
    try:
        return Fraction(written.replace(",", ""))
    except ZeroDivisionError:
        raise CannotAnswer(f"{text!r} is no number") from None


def given(case: Case, name: str, *, body_weight: bool = False) -> Quantity:
    """The quantity that the case gives under this name.

    Raises:
        CannotAnswer: there is none.
    """
    if name not in case.inputs:
        raise CannotAnswer(f"{name} is not given")
    return read(case.inputs[name], body_weight=body_weight)


def in_wanted(quantity: Quantity, text: str, *, body_weight: bool = False) -> Value:
    """A quantity in the unit a case asks for, with that unit as the case spells it.

    Raises:
        CannotAnswer: it cannot be said in that unit.
    """
    measure = case_unit(text, body_weight=body_weight)
    if measure.dimension is not quantity.unit.dimension:
        raise CannotAnswer(f"{quantity.unit.dimension} cannot be given in {text}")
    return Value.of(quantity.amount_in(measure), text)
