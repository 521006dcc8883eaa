"""Data files as texts: a version number, a row, a source put in place, so that remarks and order stay.

Each edit is read back and must say exactly what was meant, or it is refused. What the file says is judged by the loader.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from calculations.errors import Fault

_VERSION = re.compile(r"(?m)^version[ \t]*=[ \t]*\d+[ \t]*(?=#|$)")
_HEADER = re.compile(r"(?m)^(?=\[{1,2}[A-Za-z_])")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def data_of(file: str, text: str) -> dict[str, Any]:
    """The text as plain data. Raises Fault."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Fault(file, str(problem), "TOML") from None


def as_meant(file: str, text: str, wanted: Mapping[str, Any]) -> str:
    """The text, once it says exactly this. Raises Fault."""
    if data_of(file, text) != wanted:
        raise Fault(file, "a file that cannot be changed here", "the file itself, edited as text")
    return text


def numbered(file: str, text: str, number: int) -> str:
    """The same file as version `number`. Raises Fault when its own number cannot be told."""
    after = _VERSION.sub(f"version = {number}", text, count=1)
    return as_meant(file, after, {**data_of(file, text), "version": number})


def with_row(file: str, text: str, table: str, key: str, row: Mapping[str, Any]) -> str:
    """The text with one row of an array of tables put in place of the one with its key, or added at the end. Raises Fault."""
    return with_rows(file, text, table, key, [row])


def with_rows(file: str, text: str, table: str, key: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The text with each of these rows put in place of the one with its key, or added at the end. Raises Fault."""
    data = data_of(file, text)
    after = [dict(row) for row in data.get(table, [])]
    parts = _HEADER.split(_without_empty(text, table))
    places = {row.get(key): place for place, row in enumerate(after)}
    added: list[dict[str, Any]] = []
    for row in rows:
        place = places.get(row[key])
        if place is None:
            added.append(dict(row))
            continue
        number = _part_of(file, parts, table, place)
        own = parts[number]
        parts[number] = _row_in_place(own, table, after[place], row) + _remarks_after(own)
        after[place] = dict(row)
    _add(parts, table, [written_row(table, row) for row in added])
    return as_meant(file, "".join(parts), {**data, table: [*after, *added]})


def with_new_rows(file: str, text: str, table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The text with these rows after the last one of their table. Raises Fault."""
    data = data_of(file, text)
    parts = _HEADER.split(_without_empty(text, table))
    _add(parts, table, [written_row(table, row) for row in rows])
    return as_meant(file, "".join(parts), {**data, table: [*data.get(table, []), *map(dict, rows)]})


def _add(parts: list[str], table: str, written: Sequence[str]) -> None:
    """New rows stand after the last one of their table, or before the sources."""
    own = (f"[[{table}]]", f"[[{table}.", f"[{table}.")
    last = max((number for number, part in enumerate(parts) if part.startswith(own)), default=None)
    if not written:
        return
    block = "\n".join(written)
    if last is None:
        sources = next((number for number, part in enumerate(parts) if part.startswith("[sources")), len(parts))
        parts.insert(sources, f"{_gap(''.join(parts[:sources]))}{block}\n")
    else:
        parts[last] = f"{parts[last]}{_gap(parts[last])}{block}\n"


def with_row_at(file: str, text: str, table: str, place: int, row: Mapping[str, Any]) -> str:
    """The text with the row at this place, counted from 0, as it is given. Raises Fault."""
    data = data_of(file, text)
    rows = list(data[table])
    wanted = {**data, table: [*rows[:place], dict(row), *rows[place + 1 :]]}
    parts = _HEADER.split(text)
    number = _part_of(file, parts, table, place)
    own = parts[number]
    parts[number] = _row_in_place(own, table, rows[place], row) + _remarks_after(own)
    return as_meant(file, "".join(parts), wanted)


def without_row(file: str, text: str, table: str, key: str, name: str) -> str:
    """The text without the row of that name; as it was when there is none. Raises Fault."""
    rows = data_of(file, text).get(table, [])
    place = next((number for number, one in enumerate(rows) if one.get(key) == name), None)
    return text if place is None else without_row_at(file, text, table, place)


def without_row_at(file: str, text: str, table: str, place: int) -> str:
    """The text without the row at this place, counted from 0. Raises Fault."""
    data = data_of(file, text)
    kept = [row for number, row in enumerate(data[table]) if number != place]
    parts = _HEADER.split(text)
    number = _part_of(file, parts, table, place)
    parts[number] = _remarks_after(parts[number])
    empty = "" if kept else f"{table} = []\n"
    return as_meant(file, empty + "".join(parts), {**data, table: kept})


def _part_of(file: str, parts: list[str], table: str, place: int) -> int:
    """Which part of the text the row at this place is. A table inside a row is a part of its own, and is not edited here."""
    found = [number for number, part in enumerate(parts) if part.startswith(f"[[{table}]]")]
    if place >= len(found):
        raise Fault(file, "rows that are not written as [[...]]", "the file itself, edited as text")
    return found[place]


def with_table(file: str, text: str, table: str, values: Mapping[str, Any]) -> str:
    """The text with a table of its own, such as `[flags]`, as it is given. Raises Fault."""
    data = data_of(file, text)
    before = data.get(table, {})
    parts = _HEADER.split(text)
    for number, part in enumerate(parts):
        if part.startswith(f"[{table}]"):
            parts[number] = _lines_changed(part, before, values)
    return as_meant(file, "".join(parts), {**data, table: dict(values)})


def with_source(file: str, text: str, name: str, told: Mapping[str, str]) -> str:
    """The text with this entry in its `[sources]`. Raises Fault."""
    data = data_of(file, text)
    wanted = {**data, "sources": {**data.get("sources", {}), name: dict(told)}}
    line = f"{name} = {written_value(told)}"
    own = re.compile(rf"(?m)^{re.escape(name)}[ \t]*=.*$")
    if own.search(text):
        after = own.sub(lambda _: line, text, count=1)
    else:
        after = re.sub(r"(?m)^\[sources\][^\n]*$", lambda found: f"{found[0]}\n{line}", text, count=1)
    return as_meant(file, after, wanted)


def whole_text(data: Mapping[str, Any]) -> str:
    """Plain data as a data file: the head, tables, arrays of tables, and the sources last."""
    head = {name: value for name, value in data.items() if not _is_table(value)}
    blocks = ["".join(_line(name, value) for name, value in head.items())]
    for name, value in data.items():
        if name == "sources" or not _is_table(value):
            continue
        if isinstance(value, Mapping):
            blocks.append(f"[{_key(name)}]\n" + "".join(_line(one, told) for one, told in value.items()))
        else:
            blocks.extend(written_row(name, row) for row in value)
    sources = data.get("sources")
    if isinstance(sources, Mapping):
        blocks.append("[sources]\n" + "".join(_line(name, row) for name, row in sources.items()))
    return "\n".join(blocks)


def written_row(table: str, row: Mapping[str, Any]) -> str:
    """A row of an array of tables."""
    return f"[[{_key(table)}]]\n" + "".join(_line(name, value) for name, value in row.items())


def written_value(value: Any) -> str:
    """A value as TOML writes it: texts, whole numbers, yes and no, lists, rows inside a row."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {written_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        return "[\n" + "".join(f"  {written_value(one)},\n" for one in value) + "]"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(name: str, value: Any) -> str:
    return f"{_key(name)} = {written_value(value)}\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _gap(before: str) -> str:
    if not before or before.endswith("\n\n"):
        return ""
    return "\n" if before.endswith("\n") else "\n\n"


def _without_empty(text: str, table: str) -> str:
    """The text without `table = []`, which leaves no room for rows."""
    return re.sub(rf"(?m)^{re.escape(table)}[ \t]*=[ \t]*\[[ \t]*\][ \t]*\n", "", text, count=1)


def _row_in_place(part: str, table: str, before: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """The row with only the changed lines anew, where that says what was meant; else the whole row anew. Without what follows."""
    own = part[: len(part) - len(_remarks_after(part))]
    changed = _lines_changed(own, before, row)
    try:
        said = tomllib.loads(changed)[table] == [dict(row)]
    except tomllib.TOMLDecodeError:
        said = False
    return changed if said else written_row(table, row)


def _lines_changed(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    added = ""
    for name in (*after, *(name for name in before if name not in after)):
        if name in before and name in after and before[name] == after[name]:
            continue
        told = _line(name, after[name]) if name in after else ""
        found = re.search(rf"(?m)^{re.escape(name)}[ \t]*=[^\n]*\n", part)
        if name in before and found is not None:
            part = part[: found.start()] + told + part[found.end() :]
        else:
            added += told
    return _inserted(part, added)


def _inserted(part: str, added: str) -> str:
    """New fields stand right after the header."""
    header, newline, rest = part.partition("\n")
    return f"{header}{newline}{added}{rest}"


def _remarks_after(part: str) -> str:
    """Empty lines and remarks at the end of a row's text: they belong to what follows."""
    kept: list[str] = []
    for line in reversed(part.splitlines(keepends=True)):
        if line.strip() and not line.startswith("#"):
            break
        kept.insert(0, line)
    return "".join(kept)
