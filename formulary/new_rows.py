"""New rows of a data file as a form: every field of the model, its parts and the rows inside it; and back into plain data.

A new row is called `limits.new1`, a row inside it `formulations.new1.diluents.0`. One in which nothing was typed is none.
What the row says is judged by the loader alone; here only numbers, units and whole numbers must be readable.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from calculations.quantity import Quantity
from calculations.units import Unit
from formulary.decoding import hints_of, without_none
from formulary.differing.subjects import WORDS
from formulary.differing.values import Plain
from formulary.form_fields import NEW_SOURCE, OUT, UNIT, Field, Options, source_options
from formulary.model import Age, Limit, OrderType, Source
from formulary.nutrition.model_rules import LIMIT_KINDS, LimitRow
from formulary.row_choices import unit_options

MOST_NEW = 20
"""New rows of one table, and rows inside one of them."""
GIVEN = frozenset({"drug", "digest"})
"""Fields that the loader fills in."""
_NAME = re.compile(r"new([1-9][0-9]?)")
ONE_UNIT = (Limit, LimitRow)
"""Rows whose figures share the unit that the row states."""
BY_LINE = frozenset({"order_of_mixing", "unknown", "conditions"})
"""Lists of sentences: one in each line."""
HINTS = {
    "id": "In small letters, digits and _. Left empty, it is made from what the row says.",
    "ndc_format": "4-4-2, 5-3-2, 5-4-1 or 5-4-2",
    "preservative": "Its name, or none where the source says that there is none.",
    "excipients": "Classes parted by commas. Empty with a source of its own: there are none; empty without one: not stated.",
    "figure": "As the engine names it: sodium per kg per day, glucose infusion rate, osmolarity.",
    "kinds": "Parted by commas, empty: every container. " + ", ".join(LIMIT_KINDS),
    "order_types": "Parted by commas, empty: all. " + ", ".join(OrderType),
    "pump_unit": "As the pump is set: mcg/kg/min, mL/h.",
}
AGE_HINT = "As 18 year, 28 day."
LIST_HINT = "Parted by commas."

Choices = Mapping[str, Options]
"""Field -> the ids that it may name, with their words."""


@dataclass(frozen=True)
class NewPart:
    """The fields of a new row, or of a part of it."""

    name: str
    title: str
    fields: tuple[Field, ...]
    parts: tuple["NewPart", ...]
    lists: tuple["NewList", ...]


@dataclass(frozen=True)
class NewList:
    """Rows inside a new row."""

    name: str
    title: str
    rows: tuple[NewPart, ...]

    @property
    def next(self) -> int:
        """The number of the next one."""
        return 1 + max((int(row.name.rpartition(".")[2]) for row in self.rows), default=-1)


@dataclass(frozen=True)
class Beside:
    """What a form of new rows is made beside."""

    data: Plain
    choices: Choices
    values: Mapping[str, str]
    """What was typed, or what an existing row says; by the names of the fields."""


def new_part(row: type, name: str, title: str, beside: Beside) -> NewPart:
    """The form of a new row under this name, or of a part of one."""
    found, parts, lists = [], [], []
    for entry, hint in fields_of(row):
        here, words = f"{name}.{entry}", _words(row, entry)
        inner = row_in(hint)
        if inner is None:
            found.append(_field(row, entry, hint, here, words, beside))
        elif get_origin(hint) is tuple:
            numbers = numbers_in(here, beside.values)
            rows = (new_part(inner, f"{here}.{number}", f"{words} {number + 1}", beside) for number in numbers)
            lists.append(NewList(here, words, tuple(rows)))
        else:
            parts.append(new_part(inner, here, words, beside))
    return NewPart(name, title, tuple(found), tuple(parts), tuple(lists))


def fields_of(row: type) -> Iterator[tuple[str, Any]]:
    hints = hints_of(row)
    return ((entry.name, hints[entry.name]) for entry in fields(row) if entry.name not in GIVEN)


def _words(row: type, name: str) -> str:
    words = WORDS[row][name]
    return words[:1].upper() + words[1:]


def row_in(hint: Any) -> type | None:
    """The class of the rows or of the part that a field holds; None for a value."""
    inner = get_args(hint)[0] if get_origin(hint) is tuple else without_none(hint)
    return inner if is_dataclass(inner) and inner not in (Source, Age) else None  # type: ignore[return-value]


def numbers_in(name: str, sent: Iterable[str]) -> list[int]:
    """The numbers of the rows inside a row for which anything came."""
    found = {one[len(name) + 1 :].partition(".")[0] for one in sent if one.startswith(f"{name}.")}
    return sorted(int(one) for one in found if one.isdecimal() and len(one) < 3 and int(one) < MOST_NEW)


def _field(row: type, entry: str, hint: Any, name: str, label: str, beside: Beside) -> Field:
    value, plain = beside.values.get(name, ""), without_none(hint)
    note = HINTS.get(entry, "") or ("" if entry not in beside.choices else _one_of(beside.choices[entry]))
    if plain is Source:
        own = ((NEW_SOURCE, "the source of this change"),)
        inside = "Empty: as the row's." if name.count(".") > 2 or entry != "source" else ""
        return Field(name, label, "source", value, options=(*own, *source_options(beside.data)), hint=inside)
    if plain is bool:
        return Field(name, label, "tick", value)
    if plain is Quantity:
        if row in ONE_UNIT and entry not in ("weight_from", "weight_below"):
            return Field(name, label, "number", value, "in the row's unit")
        units = unit_options(entry, beside.data)
        chosen = beside.values.get(f"{name}.{UNIT}", "" if len(units) != 1 else units[0][0])
        return Field(name, label, "amount", value, chosen, options=units)
    if plain is Unit:
        return Field(name, label, "choice", value, options=unit_options(entry, beside.data, root_limits=True))
    if isinstance(plain, type) and issubclass(plain, Enum):
        words = tuple((str(one.value), str(one.value).replace("_", " ")) for one in plain)
        return Field(name, label, "choice", value, options=words)
    if get_origin(hint) is tuple:
        return _list_field(get_args(hint)[0], entry, name, label, value, note)
    if plain is Age:
        return Field(name, label, "text", value, hint=AGE_HINT)
    if entry in beside.choices:
        return Field(name, label, "choice", value, options=beside.choices[entry])
    return Field(name, label, "text", value, hint=note)


def _list_field(inner: Any, entry: str, name: str, label: str, value: str, note: str) -> Field:
    if entry in BY_LINE:
        return Field(name, label, "lines", value, hint="One in each line.")
    if isinstance(inner, type) and issubclass(inner, Enum):
        note = "One of: " + ", ".join(str(one.value) for one in inner)
    return Field(name, label, "text", value, hint=note or LIST_HINT)


def _one_of(options: Options) -> str:
    shown = ", ".join(value for value, _ in options[:12])
    return f"{LIST_HINT} One of: {shown}{' and more' if len(options) > 12 else ''}"


def row_values(row: type, raw: Plain, name: str) -> dict[str, str]:
    """What an existing row says as the fields of a new one; without its id and its codes, which belong to it alone."""
    found: dict[str, str] = {}
    for entry, hint in fields_of(row):
        value, here, inner = raw.get(entry), f"{name}.{entry}", row_in(hint)
        if value is None or entry in ("id", "codes"):
            continue
        if inner is not None and isinstance(value, list):
            for number, one in enumerate(value):
                found |= row_values(inner, one, f"{here}.{number}")
        elif inner is not None:
            found |= row_values(inner, value, here)
        else:
            found |= _text_of(row, entry, hint, value, here)
    return found


def _text_of(row: type, entry: str, hint: Any, value: Any, name: str) -> dict[str, str]:
    if isinstance(value, bool):
        return {name: "yes"} if value else {}
    if isinstance(value, list):
        return {name: ("\n" if entry in BY_LINE else ", ").join(map(str, value))}
    if without_none(hint) is not Quantity:
        return {name: str(value)}
    number, _, measure = str(value).partition(" ")
    measure = measure.partition(" of ")[0]
    if row in ONE_UNIT and entry not in ("weight_from", "weight_below"):
        return {name: number}
    return {name: _percent(number) if measure == "one" else number, f"{name}.{UNIT}": measure}


def _percent(number: str) -> str:
    told = f"{Decimal(number) * 100:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def new_names(rows: Mapping[str, type], sent: Iterable[str]) -> list[str]:
    """Of the names that were sent those that are fields of new rows of these tables."""
    return [name for name in sent if _is_field(rows, name)]


def _is_field(rows: Mapping[str, type], name: str) -> bool:
    table, _, rest = name.partition(".")
    number, _, path = rest.partition(".")
    found = _NAME.fullmatch(number)
    if table not in rows or found is None or int(found[1]) > MOST_NEW:
        return False
    return path == OUT or _leads_to_field(rows[table], path)


def _leads_to_field(row: type, path: str) -> bool:
    entry, point, rest = path.partition(".")
    hint = dict(fields_of(row)).get(entry)
    if hint is None:
        return False
    inner = row_in(hint)
    if inner is None:
        return not point or (rest == UNIT and without_none(hint) is Quantity)
    if get_origin(hint) is tuple:
        number, _, rest = rest.partition(".")
        if not number.isdecimal() or len(number) > 2 or int(number) >= MOST_NEW:
            return False
    return _leads_to_field(inner, rest)


def new_places(table: str, sent: Iterable[str]) -> list[str]:
    """The names of the new rows of a table, in their order."""
    found = {name.partition(".")[2].partition(".")[0] for name in sent if name.startswith(f"{table}.new")}
    return [f"{table}.{name}" for name in sorted(found, key=lambda name: int(name[3:]))]


def every_field(part: NewPart, above: str = "") -> Iterator[tuple[str, Field]]:
    """Every field of a new row with its words: those of the parts and rows inside it before its own."""
    yield from ((f"{above}{field.label.lower()}", field) for field in part.fields)
    rows = (*part.parts, *(row for inside in part.lists for row in inside.rows))
    for inner in rows:
        yield from every_field(inner, f"{above}{inner.title.lower()}, ")


def row_at(rows: Mapping[str, type], name: str) -> type | None:
    """The class of a new row of these tables, or of a row inside one, by its name; None where there is no such place."""
    table, _, rest = name.partition(".")
    number, _, path = rest.partition(".")
    found = _NAME.fullmatch(number)
    row = rows.get(table) if found is not None and int(found[1]) <= MOST_NEW else None
    while row is not None and path:
        entry, _, path = path.partition(".")
        hint = dict(fields_of(row)).get(entry)
        row = None if hint is None else row_in(hint)
        if row is not None and get_origin(hint) is tuple:
            number, _, path = path.partition(".")
            row = row if number.isdecimal() and int(number) < MOST_NEW else None
    return row


def new_row(rows_of: Mapping[str, type], name: str, title: str, beside: Beside) -> NewPart:
    """The form of a new row of one of these tables."""
    table, _, number = name.partition(".new")
    return new_part(rows_of[table], name, f"New row {number} of: {title}", beside)


def tables_of(root: type) -> dict[str, type]:
    """The tables of a kind of file that hold rows, with the class of their rows."""
    hints = {name: get_args(hint)[0] for name, hint in hints_of(root).items() if get_origin(hint) is tuple}
    return {name: row for name, row in hints.items() if row in WORDS}


def own_ids(data: Plain) -> dict[str, Options]:
    """The ids of a file by the fields that name them."""

    def ids(table: str, word: str = "id") -> Options:
        return tuple((str(row.get("id")), str(row.get(word) or row.get("id"))) for row in data.get(table, ()))

    return {
        "product": ids("products", "display"),
        "products": ids("products"),
        "formulations": ids("formulations"),
        "standard_concentrations": ids("standard_concentrations"),
    }
