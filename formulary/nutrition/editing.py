"""A new version from an old one: files put in place, a number of its own, one curve added or changed.

The texts are edited as texts, so that remarks and order stay; each edit is then read back and must say exactly what was
meant, or it is refused. What the new version says is judged by the loader, like any other.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculations.errors import Fault
from formulary.nutrition.loading import PRODUCTS, SINGLE, Texts

PROFILE, CURVES = "profile.toml", "curves.toml"
_VERSION = re.compile(r"^version[ \t]*=[ \t]*\d+[ \t]*$", re.MULTILINE)
_HEADER = re.compile(r"(?m)^(?=\[{1,2}[A-Za-z_])")


@dataclass(frozen=True)
class TypedCurve:
    """A curve as a pharmacist typed it, still to be judged."""

    row: Mapping[str, Any]
    """The fields of a row of curves.toml, without its source."""
    populations: tuple[str, ...]
    """For whom the house relies on it; none = it stands in the set and judges no bag."""
    source: str
    """Paper, table and page that the points were read in."""
    confidence: str

    @property
    def source_id(self) -> str:
        """The name of its own entry in the files' tables of sources."""
        return f"curve_{self.row['id']}"


def file_name(sent: str) -> str:
    """Where a file of that name belongs in the set: the five single files at the top, every other among the products."""
    plain = sent.replace("\\", "/").rpartition("/")[2]
    return plain if plain in SINGLE else f"{PRODUCTS}{plain}"


def renumbered(texts: Texts, number: int) -> dict[str, str]:
    """The same files as version `number`. Raises Fault when the profile's own number cannot be told."""
    before = texts.get(PROFILE, "")
    after = _VERSION.sub(f"version = {number}", before, count=1)
    wanted = {**_data(PROFILE, before), "version": number}
    return {**texts, PROFILE: _as_meant(PROFILE, after, wanted)}


def with_curve(texts: Texts, typed: TypedCurve) -> dict[str, str]:
    """The files with this curve added, or put in the place of the one with its id. Raises Fault.

    Its source gets an entry of its own in both files; who relies on it stands in the profile.
    """
    row = {**typed.row, "source": typed.source_id}
    told = {"text": typed.source, "confidence": typed.confidence}
    curves = _with_row(CURVES, texts.get(CURVES, ""), "id", row)
    found = {**texts, CURVES: _with_source(CURVES, curves, typed.source_id, told)}
    bound = {"curve": row["id"], "populations": list(typed.populations), "source": typed.source_id}
    if typed.populations:
        profile = _with_row(PROFILE, texts.get(PROFILE, ""), "curve", bound)
        found[PROFILE] = _with_source(PROFILE, profile, typed.source_id, told)
    else:
        found[PROFILE] = _without_row(PROFILE, texts.get(PROFILE, ""), "curve", str(row["id"]))
    return found


def _with_row(file: str, text: str, key: str, row: Mapping[str, Any]) -> str:
    """The text with one row of its `curves` put in place, or added at the end."""
    data = _data(file, text)
    rows = list(data.get("curves", []))
    place = next((number for number, one in enumerate(rows) if one.get(key) == row[key]), len(rows))
    parts = _HEADER.split(text)
    for number, part in enumerate(parts):
        if _is_row(part, key, str(row[key])):
            parts[number] = _written(row) + _remarks_after(part)
            break
    else:
        parts.append(("" if text.endswith("\n") else "\n") + "\n" + _written(row))
    return _as_meant(file, "".join(parts), {**data, "curves": [*rows[:place], dict(row), *rows[place + 1 :]]})


def _without_row(file: str, text: str, key: str, name: str) -> str:
    data = _data(file, text)
    kept = [row for row in data.get("curves", []) if row.get(key) != name]
    if kept == data.get("curves", []):
        return text
    parts = [_remarks_after(part) if _is_row(part, key, name) else part for part in _HEADER.split(text)]
    if not kept:
        return _as_meant(file, "curves = []\n" + "".join(parts), {**data, "curves": []})
    return _as_meant(file, "".join(parts), {**data, "curves": kept})


def _is_row(part: str, key: str, name: str) -> bool:
    if not part.startswith("[[curves]]"):
        return False
    (row,) = _data("a row", part)["curves"]
    return bool(row.get(key) == name)


def _remarks_after(part: str) -> str:
    """Empty lines and remarks at the end of a row's text: they belong to what follows."""
    kept: list[str] = []
    for line in reversed(part.splitlines(keepends=True)):
        if line.strip() and not line.startswith("#"):
            break
        kept.insert(0, line)
    return "".join(kept)


def _with_source(file: str, text: str, name: str, told: Mapping[str, str]) -> str:
    data = _data(file, text)
    wanted = {**data, "sources": {**data.get("sources", {}), name: dict(told)}}
    line = f"{name} = {_value(told)}"
    own = re.compile(rf"(?m)^{re.escape(name)}[ \t]*=.*$")
    if own.search(text):
        after = own.sub(lambda _: line, text, count=1)
    else:
        after = re.sub(r"(?m)^\[sources\][^\n]*$", lambda found: f"{found[0]}\n{line}", text, count=1)
    return _as_meant(file, after, wanted)


def _as_meant(file: str, text: str, wanted: Mapping[str, Any]) -> str:
    """The text, once it says exactly this. Raises Fault."""
    if _data(file, text) != wanted:
        raise Fault(file, "a file that cannot be changed here", "the file itself, edited as text")
    return text


def _data(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Fault(file, str(problem), "TOML") from None


def _written(row: Mapping[str, Any]) -> str:
    return "[[curves]]\n" + "".join(f"{name} = {_value(value)}\n" for name, value in row.items())


def _value(value: Any) -> str:
    """A value as TOML writes it: texts, whole numbers, yes and no, lists, rows inside a row."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return "[\n" + "".join(f"  {_value(one)},\n" for one in value) + "]"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
