"""Turns the tables of a data file into the frozen rows of the model, and notes every fault on the way.

The model's type annotations are the grammar: a field without `None` and without an empty tuple must be filled,
an unknown key is a fault, a quantity is text with a canonical unit ("5 mg/mL", "4.4 mEq of potassium"), and a
`source` is the name of an entry in the file's own `[sources]` table. Numbers never come as TOML floats.
"""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from calculations.errors import Fault, UnitMismatch
from calculations.number import parse_number
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from formulary.faults import DataFault
from formulary.model_common import Age, AgeUnit, Source
from formulary.partial import partial_row

Row = TypeVar("Row")

TAGGED_FIELDS = frozenset(
    {
        "amount",
        "concentration",
        "concentration_high",
        "concentration_low",
        "content",
        "dose_from",
        "dose_to",
        "hard_max",
        "high",
        "low",
        "single_dose_cap",
        "step",
    }
)
"""Fields that state an amount of the drug: they carry the drug's `of` unless the text names another."""

WRITTEN_OUT = frozenset({("Product", "preservative"), ("Solution", "preservative")})
"""Optional fields that a file must still state; "none" says that there is none."""

MAY_BE_EMPTY = frozenset(
    {
        ("InfusionRule", "text"),
        ("Limit", "condition"),
        ("Limit", "note"),
        ("LimitRow", "condition"),
        ("NutritionProduct", "note"),
        ("NutritionProduct", "salt"),
        ("Reconstitution", "instruction"),
        ("Stability", "note"),
    }
)
"""Texts that may be empty because most rows have nothing to say there."""

MAY_BE_ZERO = frozenset({"max_deviation", "osmolarity", "osmoles", "per_ml"})
"""Quantities for which 0 says something: no rounding at all, pure water, what a product does not bring by its source."""

PLACEHOLDERS = frozenset({"?", "todo", "tbd", "xxx", "fixme", "-"})


@dataclass
class Reading:
    """One file while it is read: its faults, its sources, the drug's tag and the values the loader fills in."""

    file: str
    given: Mapping[str, Any] = field(default_factory=dict)
    """Values that no file states: the drug's id on its rows, the digest."""
    of: str | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    faults: list[DataFault] = field(default_factory=list)
    in_part: bool = False
    """Rows with faults are read as far as they go, in their places, so that the rest can be checked: `formulary.partial`."""

    def fault(self, path: str, value: object, expectation: str) -> None:
        """Notes one fault; `None` as value reads "nothing"."""
        found = "nothing" if value is None else repr(value)
        self.faults.append(DataFault(self.file, path, found, expectation))

    def take(self, found: Iterable[tuple[str, object, str]]) -> None:
        """Notes faults that a check found: path, value, expectation."""
        for path, value, expectation in found:
            self.fault(path, value, expectation)


class _Missing:
    """Stands for a value that could not be read; its fault is already noted."""


MISSING = _Missing()


@cache
def hints_of(row: type) -> dict[str, Any]:
    return get_type_hints(row)


def read_sources(table: object, reading: Reading) -> None:
    """Reads the `[sources]` table of a file; every source needs a text and a confidence mark."""
    if not isinstance(table, dict) or not table:
        reading.fault("sources", table, "a table of sources, each with text and confidence")
        return
    for name, entry in table.items():
        if not isinstance(entry, dict):
            reading.fault(f"sources.{name}", entry, "a table with text and confidence")
            continue
        row = read_row(Source, {"id": name, **entry}, f"sources.{name}", reading)
        if row is not None:
            reading.sources[name] = row


def read_row(row: type[Row], table: object, path: str, reading: Reading) -> Row | None:
    """One table as one frozen row; when anything in it is wrong (the faults are then noted) None, or the row in part."""
    if not isinstance(table, dict):
        reading.fault(path, table, "a table")
        return partial_row(row, {}) if reading.in_part else None
    values: dict[str, Any] = {}
    known = {entry.name for entry in fields(row)}  # type: ignore[arg-type]
    strange = [key for key in table if key not in known or key in reading.given]
    for key in strange:
        reading.fault(_join(path, key), table[key], f"no such field in {row.__name__}")
    for name, hint in hints_of(row).items():  # type: ignore[arg-type]
        if name not in known:
            continue
        if name in reading.given:
            values[name] = reading.given[name]
        else:
            values[name] = _field(row.__name__, name, hint, table, _join(path, name), reading)
    if strange and reading.in_part:  # what was left out may be what the strange name was meant to be
        values = {name: value if name in table or name in reading.given else MISSING for name, value in values.items()}
    if not any(value is MISSING for value in values.values()):
        return row(**values)
    whole = {name: value for name, value in values.items() if value is not MISSING}
    return partial_row(row, whole) if reading.in_part else None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _field(row: str, name: str, hint: Any, table: Mapping[str, Any], path: str, reading: Reading) -> Any:
    optional = is_optional(hint)
    if name not in table:
        if get_origin(hint) is tuple:
            return ()
        if optional and (row, name) not in WRITTEN_OUT:
            return None
        wanted = 'a value, or "none" said on purpose' if optional else "a value"
        reading.fault(path, None, wanted)
        return MISSING
    raw = table[name]
    if optional and raw == "none":
        return None
    if raw == "" and (row, name) in MAY_BE_EMPTY:
        return raw
    return _value(without_none(hint), name, raw, path, reading)


def is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


def without_none(hint: Any) -> Any:
    if not is_optional(hint):
        return hint
    (only,) = (part for part in get_args(hint) if part is not type(None))
    return only


def _value(hint: Any, name: str, raw: Any, path: str, reading: Reading) -> Any:
    if get_origin(hint) is tuple:
        return _rows(get_args(hint)[0], name, raw, path, reading)
    if hint is Source:
        return _source(raw, path, reading)
    if hint is Quantity:
        return _quantity(raw, name, path, reading)
    if hint is Unit:
        return _unit(raw, path, reading)
    if hint is Age:
        return _age(raw, path, reading)
    if is_dataclass(hint):
        row = read_row(hint, raw, path, reading)  # type: ignore[arg-type]
        return MISSING if row is None else row
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _word(hint, raw, path, reading)
    return _plain(hint, raw, path, reading)


def _rows(hint: Any, name: str, raw: Any, path: str, reading: Reading) -> Any:
    if not isinstance(raw, list):
        reading.fault(path, raw, "a list")
        return MISSING
    read = [_value(hint, name, entry, f"{path}[{index}]", reading) for index, entry in enumerate(raw)]
    if reading.in_part and any(value is MISSING for value in read):
        return MISSING
    return tuple(value for value in read if value is not MISSING)


def _source(raw: Any, path: str, reading: Reading) -> Any:
    if not isinstance(raw, str) or raw not in reading.sources:
        reading.fault(path, raw, "the name of an entry in [sources]")
        return MISSING
    return reading.sources[raw]


def _plain(hint: Any, raw: Any, path: str, reading: Reading) -> Any:
    if hint is str and isinstance(raw, str):
        if raw.strip().casefold() in PLACEHOLDERS or not raw.strip():
            reading.fault(path, raw, "a filled-in text")
            return MISSING
        return raw
    if type(raw) is hint and hint in (bool, int):
        return raw
    reading.fault(path, raw, {str: "text", bool: "true or false", int: "a whole number"}.get(hint, str(hint)))
    return MISSING


def _word(hint: type[Enum], raw: Any, path: str, reading: Reading) -> Any:
    try:
        return hint(raw)
    except ValueError:
        reading.fault(path, raw, "one of " + ", ".join(str(member.value) for member in hint))
        return MISSING


def _unit(raw: Any, path: str, reading: Reading) -> Any:
    try:
        if isinstance(raw, str):
            return unit(raw)
    except ValueError:
        pass
    reading.fault(path, raw, "a canonical unit")
    return MISSING


def _quantity(raw: Any, name: str, path: str, reading: Reading) -> Any:
    if not isinstance(raw, str) or " " not in raw.strip():
        reading.fault(path, raw, 'text with number and unit, such as "5 mg/mL"')
        return MISSING
    number_text, _, rest = raw.strip().partition(" ")
    unit_text, _, tag = (part.strip() for part in rest.partition(" of "))
    read_unit = _unit(unit_text, path, reading)
    if read_unit is MISSING:
        return MISSING
    try:
        number = parse_number(number_text, path)
    except Fault as fault:
        reading.fault(path, raw, str(fault.expected))
        return MISSING
    if not number and name not in MAY_BE_ZERO:
        reading.fault(path, raw, "more than nothing")
        return MISSING
    try:
        return Quantity(number, read_unit, of=tag or _tag_for(name, read_unit, reading))
    except UnitMismatch as mismatch:
        reading.fault(path, raw, mismatch.why)
        return MISSING


def _tag_for(name: str, measure: Unit, reading: Reading) -> str | None:
    return reading.of if name in TAGGED_FIELDS and measure.dimension.carries_substance else None


def _age(raw: Any, path: str, reading: Reading) -> Any:
    words = raw.split() if isinstance(raw, str) else []
    units = {member.value for member in AgeUnit}
    if len(words) != 2 or not words[0].isdecimal() or words[1] not in units:
        reading.fault(path, raw, 'a calendar age such as "18 year" or "28 day"')
        return MISSING
    return Age(number=int(words[0]), unit=AgeUnit(words[1]))
