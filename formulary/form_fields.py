"""One field of a form made from the model, for rows that a data file has and for new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formulary.differing.values import Plain

NEW_SOURCE = "+"
"""As the source of a row: the source of this change, which becomes an entry of its own."""
OUT = "out"
"""Field of a row that takes it out."""
UNIT = "unit"
"""Part of an amount's name in a new row: the unit is chosen beside the number."""

Options = tuple[tuple[str, str], ...]
"""Value and words of what may be chosen."""


@dataclass(frozen=True)
class Field:
    """One value of the form."""

    name: str
    label: str
    kind: str
    """number, amount, text, lines, tick, choice or source."""
    value: str
    unit: str = ""
    """As shown beside a number; the chosen one of an amount."""
    words: str = ""
    """The number as a person reads it: `10 days (240 h)`."""
    options: Options = ()
    """What a choice or a source may be, or the units of an amount."""
    hint: str = ""


def put(row: dict[str, Any], name: str, value: Any) -> None:
    """Put a value into a row; a point leads into a part of it, None takes it out."""
    outer, point, inner = name.partition(".")
    if not point:
        if value is None:
            row.pop(outer, None)
        else:
            row[outer] = value
        return
    part = dict(row.get(outer, {}))
    put(part, inner, value)
    if part or outer in row:
        row[outer] = part


def source_options(data: Plain) -> Options:
    """The sources that a file names."""
    rows = data.get("sources", {})
    return tuple(
        (name, f"{name}: {row.get('text', '')}"[:110]) for name, row in rows.items() if isinstance(row, Mapping)
    )


def sources_used(row: Any) -> set[str]:
    """The names of the sources that a row and its parts rest on."""
    if isinstance(row, Mapping):
        own = {str(value) for name, value in row.items() if name.endswith("source") and isinstance(value, str)}
        return own.union(*(sources_used(value) for value in row.values()))
    return set[str]().union(*(sources_used(one) for one in row)) if isinstance(row, list) else set()
