"""A case in the words that the rules know: other spellings of units, units inside texts or names, hydrates from the convention.

Nothing is guessed: a text is a quantity only where a number and a unit are all that it says.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from calculations.chemical_formula import WATERS
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.clinical import WEIGHT_NAMES
from tests.conformance.nutrition.conventions import texts
from tests.conformance.nutrition.names import Salt, salt
from tests.conformance.nutrition.other_names import in_one_name
from tests.conformance.quantities import case_unit, number
from tests.conformance.wording import in_plain_form

_WORDS = {
    **dict.fromkeys(("kcals", "Kcal", "Kcals", "kilocalories"), "kcal"),
    **dict.fromkeys(("mOsmol", "mosmol", "mOsmole", "mOsmoles", "milliosmoles"), "mOsm"),
    "mM": "mmol",  # before a further part, as in mM/kg, it is an amount
}  # fmt: skip
_COUNTED = re.compile(r"(\d+(?:\.\d+)?) ?([A-Za-z%]+)")
_OF_STOCK = re.compile(r"([\d.,]+) ?([mM][lL](?:/kg)?(?:/d|/day)?) ?(?:of|at|x|×|@|\() ?(\d.*?)\)?")
_PER_24_H = re.compile(r" ?(?:/| per ) ?24 ?(?:hours|hrs|hr|h)\b")
_WHOLE = {**dict.fromkeys(("% w/v", "%w/v", "percent", "g%", "% (w/v)"), "%"), "mM": "mmol/L"}
_TEXT = re.compile(r"([+-]?\d[\d.,]*|[+-]?\.\d+) ?(\D.*)")
_KILOGRAMS = {"kgs": "kg", "kilogram": "kg", "kilograms": "kg", "Kg": "kg", "KG": "kg", "gm": "g", "grams": "g"}
_HOURS = re.compile(r"(?:.+_)?hours")
_HYDRATE_KEYS = {"", "hydrate", "hydrates", "form", "salt", "salt_form", "salt form"}
_WATER_WORDS = {word: count for count, word in WATERS.items()} | {"anhydrous": 0}


def as_read(case: Case) -> Case:
    """The same case in known words."""
    inputs: dict[str, Any] = {}
    given = {name: _by_the_day(data) for name, data in case.inputs.items()}
    for name, data in in_one_name(in_plain_form(given)).items():
        for key, one in _read(name, data).items():
            inputs.setdefault(key, one)
    renamed = {_with_its_water(case, name): data for name, data in inputs.items()}
    wanted = case.wanted
    if wanted is not None:
        wanted = {key: one if key in ("name", "quantity") else _wanted_unit(one) for key, one in wanted.items()}
    return replace(case, inputs=renamed if len(renamed) == len(inputs) else inputs, wanted=wanted)


def _wanted_unit(text: str) -> str:
    found, divisor = spelled(_PER_24_H.sub("/d", text))
    return found if divisor == 1 else text


def _by_the_day(data: Any) -> Any:
    """`/24 h` as a day's: an order says how much a day, over however many hours it then runs."""
    if isinstance(data, str):
        return _PER_24_H.sub("/d", data)
    if isinstance(data, Mapping) and isinstance(data.get("unit"), str):
        return {**data, "unit": _PER_24_H.sub("/d", data["unit"])}
    return data


def spelled(text: str) -> tuple[str, Fraction]:
    """A unit as the engine spells it, and what a number in it is to be divided by (10 for `unit/10 g`)."""
    text, per_nitrogen = (text[:-2], text[-2:]) if text.endswith(" N") else (text, "")
    text = _WHOLE.get(text, text)
    if _known(text):
        return text + per_nitrogen, Fraction(1)
    divisor = Fraction(1)
    parts: list[str] = []
    for part in re.split(r"\s*/\s*| per ", text.strip()):
        bare = _WORDS.get(part, part)
        counted = _COUNTED.fullmatch(bare) if parts else None
        if counted is not None:
            divisor *= Fraction(counted[1])
            bare = counted[2]
        parts.append(bare)
    found = "/".join(parts)
    return (found + per_nitrogen, divisor) if _known(found) else (text + per_nitrogen, Fraction(1))


def _known(text: str) -> bool:
    try:
        case_unit(text)
    except UnknownUnit:
        return False
    return True


def _read(name: str, data: Any) -> dict[str, Any]:
    """One input; of a volume with a strength in words the strength apart."""
    text = data.strip() if isinstance(data, str) else ""
    if isinstance(data, Mapping) and {"of", "at", "x", "×", "@"} & set(str(data.get("unit", "")).split()):
        text = f"{data.get('value')} {data['unit']}"
    of_stock = _OF_STOCK.fullmatch(text)
    if of_stock is not None:
        return {name: {"value": of_stock[1], "unit": of_stock[2]}, f"{name}_stock": of_stock[3]}
    if isinstance(data, Mapping):
        return {name: _respelled(name, data)}
    told = _TEXT.fullmatch(text)
    if told is not None and _known(spelled(told[2].strip())[0]):
        return {name: _respelled(name, {"value": told[1], "unit": told[2].strip()})}
    if _HOURS.fullmatch(name.lower()) and re.fullmatch(r"[\d.]+", str(data)):
        return {name: {"value": str(data), "unit": "h"}}
    return {name: data}


def _respelled(name: str, data: Mapping[str, Any]) -> Any:
    unit = str(data.get("unit", ""))
    if unit in ("", "1") and _HOURS.fullmatch(name.lower()):
        return {**data, "unit": "h"}
    if name in WEIGHT_NAMES:
        return {**data, "unit": _KILOGRAMS.get(unit, unit)}
    found, divisor = spelled(unit)
    if found == unit:
        return data
    return {"value": number(data.get("value")) / divisor, "unit": found}


def _is_only_salt(case: Case) -> bool:
    """Whether a hydrate that is named without its salt can only be that of one input."""
    count = 0
    for name in case.inputs:
        with suppress(CannotAnswer):
            count += isinstance(salt(name, case.topic), Salt)
    return count == 1


def _with_its_water(case: Case, name: str) -> str:
    """The name of a salt with the hydrate that the convention names for it."""
    try:
        found = salt(name, case.topic)
    except CannotAnswer:
        return name
    by_habit = isinstance(found, Salt) and found.waters == 7 and not re.search(r"(?i)7|hepta", name)
    if not isinstance(found, Salt) or (found.waters not in (None, 0) and not by_habit):
        return name
    is_open, alone = found.waters is None or by_habit, _is_only_salt(case)
    for key, text in texts(case):
        own = key == name.lower() or name.lower() in text
        if not own and not (is_open and alone and key in _HYDRATE_KEYS):
            continue
        if found.waters == 0 and key != name.lower():
            continue
        word = re.search(r"\b(" + "|".join(_WATER_WORDS) + r")\b", text)
        formula = re.search(r"[a-z0-9)][._·*](\d*)h2o\b", text)
        if word is not None:
            waters = _WATER_WORDS[word[1]]
        elif formula is not None:
            waters = int(formula[1] or 1)
        else:
            continue
        return f"{name}_{waters}H2O" if waters else f"{name}_anh"
    return name
