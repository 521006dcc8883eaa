"""A data file as a form: the values that change often, generated from the model, with their units; and back into the text.

Only what was changed is written; remarks and order stay. Whether the new text may be loaded is judged by the loader alone.
Rows can be taken out and added; the form of a new one stands in `formulary.new_rows`.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.quantity import Quantity
from calculations.units import unit
from formulary.decoding import hints_of, is_optional, without_none
from formulary.differing.difference import own_names
from formulary.differing.subjects import WORDS, Names, title_of
from formulary.differing.values import Plain, value_words
from formulary.edited_fields import EDITED, UNITS
from formulary.form_fields import NEW_SOURCE, OUT, Field, Options, put, source_options, sources_used
from formulary.model import Limit, Source
from formulary.new_rows import Beside, Choices, NewPart, every_field, new_places, new_row, own_ids, tables_of
from formulary.nutrition.model_rules import LimitRow
from formulary.toml_text import with_new_rows, with_row_at, with_source, with_table, without_row_at
from formulary.typed_rows import NewRows, with_id

Typed = Mapping[str, str]
"""Fields of the form as they were sent."""
Tables = Collection[str] | None


@dataclass(frozen=True)
class EditedRow:
    """One row with the fields that may change."""

    name: str
    title: str
    fields: tuple[Field, ...]
    removable: bool


@dataclass(frozen=True)
class Section:
    """One table of the file."""

    table: str
    title: str
    rows: tuple[EditedRow, ...]
    new: tuple[NewPart, ...] = ()
    """Rows that are being added."""
    addable: bool = False

    @property
    def likes(self) -> Options:
        """The rows that a new one may begin with the values of."""
        return tuple((row.name.rpartition(".")[2], row.title) for row in self.rows)

    @property
    def next(self) -> int:
        """The number of the next new row."""
        return 1 + max((int(part.name.rpartition(".new")[2]) for part in self.new), default=0)


@dataclass(frozen=True)
class Edit:
    """What a form makes of a file."""

    text: str
    places: Mapping[str, str]
    """Place of a row in the new text -> its name in the form: `limits.4` -> `limits.new1`."""

    def field_of(self, path: str) -> str:
        """The field of the form that a fault of the loader is about."""
        name = field_of_path(path)
        for place in sorted(self.places, key=len, reverse=True):
            if name == place or name.startswith(f"{place}."):
                return self.places[place] + name[len(place) :]
        return name


@dataclass(frozen=True)
class _Place:
    """Where a row of the form stands in the data."""

    table: str
    number: int | None
    """None: the table is a single one, such as [flags]."""
    row: type
    raw: Plain

    @property
    def name(self) -> str:
        """As the fields of the form begin."""
        return self.table if self.number is None else f"{self.table}.{self.number}"


def sections_of(
    root: type,
    text: str,
    titles: Mapping[str, str],
    names: Names,
    choices: Choices | None = None,
    typed: Typed | None = None,
) -> tuple[Section, ...]:
    """The form of a data file. `titles`: tables of the file that are offered, with their headings, in order; `choices`: ids that
    fields may name beside those of the file; `typed`: what came with the form, for the rows that are being added."""
    data = tomllib.loads(text)
    names = {**own_names(data), **names}
    sources, rows_of = source_options(data), tables_of(root)
    beside = Beside(data, {**own_ids(data), **(choices or {})}, typed or {})
    found = []
    for table, title in titles.items():
        rows = tuple(_row_form(place, sources, names) for place in _places(root, data) if place.table == table)
        added = [new_row(rows_of, name, title, beside) for name in new_places(table, beside.values)]
        if rows or table in rows_of:
            found.append(Section(table, title, rows, tuple(added), table in rows_of))
    return tuple(found)


def labels_of(sections: Sequence[Section]) -> dict[str, str]:
    """The fields of a form, each with the words that it stands under."""
    found: dict[str, str] = {}
    for section in sections:
        for row in section.rows:
            found |= {field.name: f"{row.title}, {field.label.lower()}" for field in row.fields}
        for part in section.new:
            found |= {field.name: f"{part.title}, {title}" for title, field in every_field(part)}
    return found


def field_names(root: type, text: str, tables: Tables = None) -> tuple[list[str], list[str]]:
    """Fields that always come with the form, and those that come where something is ticked. `tables`: as in `edit`."""
    always: list[str] = []
    ticked: list[str] = []
    for place in _places(root, tomllib.loads(text), tables):
        for name in EDITED[place.row]:
            offered = _field(place, name, ())
            if offered is not None:
                (ticked if offered.kind == "tick" else always).append(offered.name)
        if place.number is not None:
            ticked.append(f"{place.name}.{OUT}")
    return always, ticked


def edited(root: type, text: str, typed: Typed, source: Mapping[str, str], number: int, tables: Tables = None) -> str:
    """The text of `edit`."""
    return edit(root, text, typed, source, number, tables).text


def edit(root: type, text: str, typed: Typed, source: Mapping[str, str], number: int, tables: Tables = None) -> Edit:
    """The text with what was typed; `source` is the text and the confidence of the change's own source, where rows ask for it.

    `tables`: those that the form offers, None: every one; the others stay as they are.
    Raises Faults with every field that cannot be read, and Fault where the file can only be edited as text.
    """
    faults: list[Fault] = []
    data, own = tomllib.loads(text), f"change_{number}"
    changed = [(place, _typed_row(place, typed, own, faults)) for place in _places(root, data, tables)]
    out = [place for place, _ in changed if place.number is not None and typed.get(f"{place.name}.{OUT}") == "yes"]
    places = _places_kept(data, out)
    added = _added(root, data, out, NewRows(typed, own, faults, places))
    if faults:
        raise Faults(faults)
    for place, row in changed:
        if place in out or row == place.raw:
            continue
        text = with_table("file", text, place.table, row) if place.number is None else _at(text, place, row)
    for place in sorted(out, key=lambda place: -(place.number or 0)):
        text = without_row_at("file", text, place.table, place.number or 0)
    for table, rows in added.items():
        text = with_new_rows("file", text, table, rows)
    kept = [row for place, row in changed if place not in out]
    if own in sources_used([*kept, *(row for rows in added.values() for row in rows)]):
        text = with_source("file", text, own, source)
    return Edit(text, places)


def _places_kept(data: Plain, out: Sequence[_Place]) -> dict[str, str]:
    """Where the rows that stay will stand."""
    gone, found = {place.name for place in out}, dict[str, str]()
    for table, rows in data.items():
        if isinstance(rows, list):
            names = [name for number in range(len(rows)) if (name := f"{table}.{number}") not in gone]
            found |= {f"{table}.{number}": name for number, name in enumerate(names)}
    return found


def _added(root: type, data: Plain, out: Sequence[_Place], reader: NewRows) -> dict[str, list[dict[str, Any]]]:
    """The rows that were added, by table."""
    added: dict[str, list[dict[str, Any]]] = {}
    for table, row in tables_of(root).items():
        before = [
            one for number, one in enumerate(data.get(table, ())) if f"{table}.{number}" not in {p.name for p in out}
        ]
        for name in new_places(table, reader.typed):
            found = added.get(table, [])
            one = reader.row(row, name, f"{table}.{len(before) + len(found)}")
            if one is not None:
                added[table] = [*found, with_id(row, one, [*before, *found])]
    return added


def _at(text: str, place: _Place, row: Plain) -> str:
    return with_row_at("file", text, place.table, place.number or 0, row)


def field_of_path(path: str) -> str:
    """The field of the form that a fault of the loader is about: `limits[0].high` is `limits.0.high`."""
    return path.replace("[", ".").replace("]", "")


def _places(root: type, data: Plain, tables: Tables = None) -> Iterator[_Place]:
    for table, hint in hints_of(root).items():
        row = get_args(hint)[0] if get_origin(hint) is tuple else hint
        if row not in EDITED or table not in data or (tables is not None and table not in tables):
            continue
        if get_origin(hint) is tuple:
            for number, raw in enumerate(data[table]):
                yield _Place(table, number, row, raw)
        else:
            yield _Place(table, None, row, data[table])


def _row_form(place: _Place, sources: tuple[tuple[str, str], ...], names: Names) -> EditedRow:
    fields = [field for name in EDITED[place.row] if (field := _field(place, name, sources)) is not None]
    title = title_of(place.row, place.raw, names) if place.number is not None else "Flags"
    return EditedRow(place.name, title, tuple(fields), place.number is not None)


def _inside(place: _Place, name: str) -> tuple[type, Plain, str]:
    """Row, data and plain name of a field; a point leads into a part of the row."""
    outer, point, inner = name.partition(".")
    if not point:
        return place.row, place.raw, name
    hint = hints_of(place.row)[outer]
    raw = place.raw.get(outer, {})
    return without_none(hint), raw if isinstance(raw, Mapping) else {}, inner


def _field(place: _Place, name: str, sources: tuple[tuple[str, str], ...]) -> Field | None:
    row, raw, own = _inside(place, name)
    hint, value = hints_of(row)[own], raw.get(own)
    label = WORDS[row][own]
    label = label[:1].upper() + label[1:]
    full, plain = f"{place.name}.{name}", without_none(hint)
    if plain is Source:
        return Field(full, label, "source", "" if value is None else str(value), options=sources)
    if plain is bool:
        return Field(full, label, "tick", "yes" if value is True else "")
    if plain is Quantity:
        return _number_field(full, label, place, own, value)
    if isinstance(plain, type) and issubclass(plain, Enum):
        words = tuple((str(one.value), str(one.value).replace("_", " ")) for one in plain)
        return Field(full, label, "choice", str(value or ""), options=words)
    if get_origin(hint) is tuple:
        return Field(full, label, "text", ", ".join(value or ()))
    return Field(full, label, "text", "" if value is None else str(value))


def _number_field(full: str, label: str, place: _Place, own: str, value: Any) -> Field | None:
    measure = _unit_of(place, own, value)
    if not measure:
        return None
    number = "" if value is None else str(value).partition(" ")[0]
    words = value_words(Quantity, value, {})
    if measure == "one":
        return Field(full, label, "number", _times(number, 100), "%", words)
    return Field(full, label, "number", number, unit(measure).shown, words)


def _unit_of(place: _Place, own: str, value: Any) -> str:
    """Unit of a quantity: as the file states it, as the limit's own, as that of its partner, or the usual one."""
    if isinstance(value, str):
        return value.strip().partition(" ")[2].partition(" of ")[0].strip()
    if place.row in (Limit, LimitRow):
        return str(place.raw.get("unit", ""))
    partner = {"concentration_low": "concentration_high", "concentration_high": "concentration_low"}.get(own)
    if partner is not None and isinstance(place.raw.get(partner), str):
        return _unit_of(place, partner, place.raw[partner])
    return UNITS.get(own, "")


def _times(number: str, factor: int) -> str:
    if not number:
        return ""
    text = f"{Decimal(number) * factor:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _typed_row(place: _Place, typed: Mapping[str, str], own_source: str, faults: list[Fault]) -> dict[str, Any]:
    """The row as it was typed; a field that cannot be read is noted and left as it was."""
    row = dict(place.raw)
    for name in EDITED[place.row]:
        offered = _field(place, name, ())
        if offered is None:
            continue
        kind, raw, own = _inside(place, name)
        try:
            value = _typed_value(place, offered, hints_of(kind)[own], raw.get(own), typed, own_source)
        except Fault as fault:
            faults.append(fault)
            continue
        put(row, name, value)
    return row


def _typed_value(
    place: _Place, offered: Field, hint: Any, before: Any, typed: Mapping[str, str], own_source: str
) -> Any:
    """The plain value of a field as typed; None takes it out. What was not touched stays as it is written. Raises Fault."""
    text = typed.get(offered.name, "").strip()
    if text == offered.value:
        return before
    if offered.kind == "tick":
        return text == "yes"
    if offered.kind == "source":
        return own_source if text == NEW_SOURCE else text or None
    if not text:
        if is_optional(hint) or get_origin(hint) is tuple or place.row in (Limit, LimitRow) or not offered.value:
            return "" if isinstance(before, str) and hint is str else None
        raise Fault(offered.name, "nothing", "a value")
    if offered.kind == "number":
        parse_number(text, offered.name)
        return _quantity(place, offered, before, text)
    if get_origin(hint) is tuple:
        return [one.strip() for one in text.split(",") if one.strip()]
    return text


def _quantity(place: _Place, offered: Field, before: Any, text: str) -> str:
    own = offered.name.rpartition(".")[2]
    measure = _unit_of(place, own, before)
    _, of, tag = before.partition(" of ") if isinstance(before, str) else ("", "", "")
    number = text if measure != "one" else f"{Decimal(text) / 100:f}"
    return f"{number} {measure}{of}{tag}"
