"""Tables of limits, products and standard concentrations as CSV. One file may speak of several drugs.

A row with the id of a row that the drug has replaces it; any other is added; rows that are not named stay. What comes out is
the text of a draft for each drug, or every row that is wrong with its line, column, what was found and what is expected:
never some drugs without the others. The columns are documented in docs/formulary-data.md.
"""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from batch_records.entries import canonical, digest
from formulary.toml_text import data_of, numbered, with_rows, with_source

MOST_ROWS = 2_000
MOST_FAULTS = 200
"""Faults that are told of one file; a file of another kind has one in every line."""
LONGEST_CELL = 2_000
LIST = ";"
"""Between the items of a cell that holds several."""
NONE_AT_ALL = "none"
"""A cell of excipients that says that there are none; an empty one says nothing."""
STATED_NONE = "excipients are none"
"""Mark of such a row until its source has a name."""
_YES = {"yes": True, "no": False}

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    put: Callable[[Row, str, "Cells"], None]
    """Puts the cell into the row of the data file. Raises ValueError with what is expected."""
    required: bool = False


@dataclass(frozen=True)
class Cells:
    """One line of the file by column."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class RowFault:
    """One cell that is wrong."""

    line: int
    column: str
    found: str
    expected: str


@dataclass(frozen=True)
class Base:
    """What a drug's draft begins from."""

    text: str
    version: int
    number: int
    """Of the draft."""


@dataclass
class Imported:
    """What a file makes of each drug, and what is wrong in it. With one fault nothing of it may be used."""

    texts: dict[str, str] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    """Line of the file by drug and id of the row."""


def _as(name: str) -> Callable[[Row, str, Cells], None]:
    def put(row: Row, cell: str, _: Cells) -> None:
        _set(row, name, cell)

    return put


def _set(row: Row, name: str, value: Any) -> None:
    outer, point, inner = name.partition(".")
    if point:
        row.setdefault(outer, {})[inner] = value
    else:
        row[outer] = value


def _with_unit(name: str) -> Callable[[Row, str, Cells], None]:
    """A number whose unit stands in the column `unit`."""

    def put(row: Row, cell: str, cells: Cells) -> None:
        if " " in cell:
            raise ValueError("a number alone; its unit stands in the column unit")
        row[name] = f"{cell} {cells.values.get('unit', '')}".strip()

    return put


def _list(name: str) -> Callable[[Row, str, Cells], None]:
    def put(row: Row, cell: str, _: Cells) -> None:
        row[name] = [one.strip() for one in cell.split(LIST) if one.strip()]

    return put


def _excipients(row: Row, cell: str, _: Cells) -> None:
    """Classes, or `none` where the source of the row says that there are none: it is then the source of the empty list."""
    row["excipients"] = [] if cell == NONE_AT_ALL else [one.strip() for one in cell.split(LIST) if one.strip()]
    if cell == NONE_AT_ALL:
        row[STATED_NONE] = True


def _yes(name: str) -> Callable[[Row, str, Cells], None]:
    def put(row: Row, cell: str, _: Cells) -> None:
        if cell not in _YES:
            raise ValueError("yes or no")
        _set(row, name, _YES[cell])

    return put


def _whole(name: str) -> Callable[[Row, str, Cells], None]:
    def put(row: Row, cell: str, _: Cells) -> None:
        if not re.fullmatch(r"-?[0-9]{1,4}", cell, re.ASCII):
            raise ValueError("a whole number")
        _set(row, name, int(cell))

    return put


def _nothing(row: Row, cell: str, cells: Cells) -> None:
    """A column that is read elsewhere: drug, unit of the numbers beside it, source and its mark."""


_DRUG = (Column("drug", _nothing, True), Column("id", _as("id"), True))
_SOURCE = (Column("source", _nothing, True), Column("confidence", _nothing, True))

TABLES: Mapping[str, tuple[Column, ...]] = {
    "limits": (
        *_DRUG, Column("kind", _as("kind"), True), Column("purpose", _as("purpose"), True),
        Column("population", _as("population"), True), Column("route", _as("route")), Column("line", _as("line"), True),
        Column("order_types", _list("order_types")), Column("formulations", _list("formulations")),
        Column("unit", _as("unit"), True), Column("low", _with_unit("low")), Column("high", _with_unit("high")),
        Column("hard_max", _with_unit("hard_max")), Column("absolute", _yes("absolute"), True),
        Column("condition", _as("condition")), Column("note", _as("note")), *_SOURCE,
    ),
    "standard_concentrations": (
        *_DRUG, Column("population", _as("population"), True), Column("line", _as("line"), True),
        Column("concentration", _with_unit("concentration"), True), Column("unit", _nothing, True),
        Column("pump_unit", _as("pump_unit"), True), *_SOURCE,
    ),
    "products": (
        *_DRUG, Column("display", _as("display"), True), Column("ndc", _as("codes.ndc")),
        Column("ndc_format", _as("codes.ndc_format")), Column("gtin", _as("codes.gtin")), Column("form", _as("form"), True),
        Column("of", _as("of"), True), Column("content", _as("content"), True), Column("volume", _as("volume")),
        Column("concentration", _as("concentration")), Column("preservative", _as("preservative"), True),
        Column("excipients", _excipients), Column("container_type", _as("container_type"), True),
        Column("in_use_limit", _as("in_use_limit")), Column("storage", _as("storage.condition"), True),
        Column("celsius_low", _whole("storage.celsius_low")), Column("celsius_high", _whole("storage.celsius_high")),
        Column("protect_from_light", _yes("storage.protect_from_light"), True),
        Column("storage_text", _as("storage.text"), True), Column("ready_to_use", _yes("ready_to_use"), True),
        Column("populations", _list("populations")), Column("routes", _list("routes")), *_SOURCE,
    ),
}  # fmt: skip
"""Table of a drug file -> the columns of its CSV. A column that is not required may be left out, or a cell left empty."""

_ALWAYS: Mapping[str, Row] = {"limits": {"condition": "", "note": ""}, "products": {"codes": {}}}
"""Fields that a row of the data file has even where the table is silent."""
_COLUMNS = {"storage.condition": "storage", "storage.text": "storage_text"}
"""Fields of the data file that the table calls otherwise."""
_KEPT = {"products": ("reconstitutions", "equivalences", "density", "density_source", "in_use_iso_class")}
"""Fields that the table has no column for: a row that replaces another keeps them."""


def tables_from_csv(text: str, table: str, bases: Mapping[str, Base]) -> Imported:
    """The drafts that this file makes of the drugs it names. `bases`: every drug of the formulary by id."""
    done = Imported()
    columns = {column.name: column for column in TABLES[table]}
    rows = _rows(text, columns, done)
    rows_of: dict[str, list[tuple[Row, Cells]]] = {}
    for cells in rows:
        drug = cells.values["drug"]
        base = bases.get(drug)
        if base is None:
            done.faults.append(RowFault(cells.line, "drug", drug or "nothing", "the id of a drug of the formulary"))
            continue
        key = (drug, cells.values["id"])
        if key in done.lines:
            expected = f"each row once; line {done.lines[key]} has it already"
            done.faults.append(RowFault(cells.line, "id", cells.values["id"], expected))
            continue
        done.lines[key] = cells.line
        row = _row(cells, columns, done)
        if row is not None:
            rows_of.setdefault(drug, []).append((row, cells))
    if not done.faults:
        done.texts = {
            drug: numbered(drug, _with_rows(bases[drug].text, table, found), bases[drug].number)
            for drug, found in rows_of.items()
        }
    return done


def _rows(text: str, columns: Mapping[str, Column], done: Imported) -> list[Cells]:
    """The lines of the file by column; a file without the right columns has none."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found: list[Cells] = []
    try:
        head = [name.strip() for name in next(reader, [])]
        if not _head_fits(head, columns, done):
            return []
        for values in reader:
            if len(done.faults) >= MOST_FAULTS:
                done.faults.append(RowFault(reader.line_num, "", "more lines that are wrong", "these mended first"))
                return []
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(head):
                done.faults.append(
                    RowFault(reader.line_num, "", f"{len(values)} cells", f"{len(head)} cells, as the first line has")
                )
                continue
            found.append(Cells(reader.line_num, dict(zip(head, (value.strip() for value in values), strict=True))))
            if len(found) > MOST_ROWS:
                done.faults.append(RowFault(reader.line_num, "", "more rows", f"at most {MOST_ROWS:,} rows in a file"))
                return []
    except csv.Error as problem:
        done.faults.append(
            RowFault(reader.line_num, "", str(problem), "cells parted by commas, text with commas in quotes")
        )
    if not found and not done.faults:
        done.faults.append(RowFault(1, "", "no row", "at least one row under the first line"))
    return found


def _head_fits(head: list[str], columns: Mapping[str, Column], done: Imported) -> bool:
    strange = [name for name in head if name not in columns]
    missing = [name for name, column in columns.items() if column.required and name not in head]
    twice = sorted({name for name in head if head.count(name) > 1})
    for name in strange:
        done.faults.append(
            RowFault(1, name[:60] or "a column without name", "a strange column", "one of " + ", ".join(columns))
        )
    done.faults += [RowFault(1, name, "no such column", "this column in the first line") for name in missing]
    done.faults += [RowFault(1, name, "this column twice", "each column once") for name in twice]
    return not (strange or missing or twice)


def _row(cells: Cells, columns: Mapping[str, Column], done: Imported) -> Row | None:
    row: Row = {}
    before = len(done.faults)
    for name, cell in cells.values.items():
        if len(cell) > LONGEST_CELL:
            done.faults.append(RowFault(cells.line, name, "a longer text", f"at most {LONGEST_CELL:,} characters"))
        elif not cell and columns[name].required:
            done.faults.append(RowFault(cells.line, name, "nothing", "a value"))
        elif cell:
            try:
                columns[name].put(row, cell, cells)
            except ValueError as problem:
                done.faults.append(RowFault(cells.line, name, cell, str(problem)))
    return row if len(done.faults) == before else None


def _with_rows(text: str, table: str, found: list[tuple[Row, Cells]]) -> str:
    """The drug's text with these rows, and with their sources as entries of their own where the file has none like them."""
    data = data_of("drug", text)
    sources, new = dict(data.get("sources", {})), {}
    before = {one.get("id"): one for one in data.get(table, [])}
    rows = []
    for row, cells in found:
        told = {"text": cells.values["source"], "confidence": cells.values["confidence"]}
        name = next((key for key, one in sources.items() if one == told), f"csv_{digest(canonical(told))[:8]}")
        if name not in sources:
            sources[name] = new[name] = told
        old = before.get(row["id"], {})
        kept = {key: old[key] for key in _KEPT.get(table, ()) if key in old}
        stated = {"excipient_source": name} if row.pop(STATED_NONE, False) else {}
        rows.append({**_ALWAYS.get(table, {}), **row, **kept, **stated, "source": name})
    text = with_rows("drug", text, table, "id", rows)
    for name, told in new.items():
        text = with_source("drug", text, name, told)
    return text


def row_fault(done: Imported, table: str, drug: str, text: str, path: str, found: str, expected: str) -> RowFault:
    """A fault of the loader as a fault of the file: with the line of its row where the row came from there."""
    match = re.fullmatch(rf"{table}\[(\d+)\]\.?(.*)", path)
    if match is None:
        return RowFault(0, f"{drug}: {path}", found, expected)
    row = data_of("drug", text)[table][int(match[1])]
    line = done.lines.get((drug, str(row.get("id"))), 0)
    column = _COLUMNS.get(match[2]) or match[2].rpartition(".")[2] or "the row"
    return RowFault(line, column if line else f"{drug}: {path}", found, expected)
