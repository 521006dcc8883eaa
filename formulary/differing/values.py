"""One value of a data file as a person reads it: `"240 h"` is 10 days (240 h), `"0.05 one"` is 5 %, `red` is red."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, get_args, get_origin

from calculations.errors import Fault
from calculations.number import parse_number
from calculations.printing import show, show_number
from calculations.quantity import Quantity, trusted
from calculations.units import Unit, unit
from formulary.decoding import without_none
from formulary.model import CONFIDENCE_MEANING, Confidence

_SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_DAYS = 48
"""Hours from which a whole number of days is said first."""

Plain = Mapping[str, Any]


def value_words(hint: Any, raw: Any, names: Mapping[str, str]) -> str:
    """A plain value of this type in words; `names` turns ids of solutions, products and populations into their names."""
    if raw is None:
        return ""
    if get_origin(hint) is tuple:
        items = raw if isinstance(raw, list | tuple) else [raw]
        return ", ".join(value_words(get_args(hint)[0], one, names) for one in items) or "none"
    hint = without_none(hint)
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if hint is Quantity:
        return _quantity_words(str(raw))
    if hint is Unit:
        return _unit_words(str(raw))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return str(raw).replace("_", " ").lower()
    return named(str(raw), names)


def named(text: str, names: Mapping[str, str]) -> str:
    """What an id stands for; any other text as it is."""
    if text in names:
        return names[text]
    return text.replace("_", " ") if _SLUG.fullmatch(text) else text


def quantity_of(raw: Any) -> Quantity | None:
    """A plain value as a quantity; None where it is none, or one that cannot be read: the loader says so."""
    number, _, rest = str(raw or "").strip().partition(" ")
    unit_text, _, tag = (part.strip() for part in rest.partition(" of "))
    try:
        return trusted(
            parse_number(number, "value"), unit(unit_text), tag or None
        )  # a file may leave out of what units are
    except (Fault, ValueError):
        return None


def _quantity_words(text: str) -> str:
    value = quantity_of(text)
    if value is None:
        return text
    of = f" of {value.of}" if value.of else ""
    value = trusted(value.number, value.unit, None)
    if value.unit.name == "one":
        return f"{show_number(value.number * 100)} %{of}"
    days = value.number / 24
    if value.unit.name == "h" and value.number >= _DAYS and days.denominator == 1:
        return f"{show_number(days)} days ({show(value)}){of}"
    return show(value) + of


def _unit_words(text: str) -> str:
    try:
        return unit(text).shown or text
    except ValueError:
        return text


def source_words_of(sources: Plain, name: Any) -> str:
    """A source of a data file by its name, with what its mark means; empty for none."""
    if not isinstance(name, str):
        return ""
    entry = sources.get(name)
    if not isinstance(entry, Mapping):
        return f"{name}, which the file does not name"
    mark = str(entry.get("confidence", ""))
    meaning = CONFIDENCE_MEANING[Confidence(mark)] if mark in {one.value for one in Confidence} else "not marked"
    return f"{entry.get('text', name)} ({mark}: {meaning})"
