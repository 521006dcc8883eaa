"""JSON as it was sent: numbers as they were written, no name twice, and every part to be had in its own characters.

Two readers of a name that stands twice may take different values, and a binary float is not the number that was written; so
neither is passed on. What a part of a file said is kept as it came, not as it would be written again.
"""

import base64
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from calculations.errors import Fault

MAX_DIGITS = 30
_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


class _Twice(dict[str, Any]):
    """An object with names that stand twice, until its place in the text is known."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExactJson:
    """What a text says, with what is ambiguous in it."""

    data: Any
    """Whole numbers as `int`, all others as `Decimal`, digit by digit as they were written."""
    twice: tuple[str, ...]
    """Paths of names that stand twice in their object: ``entry[0].resource.status``."""

    def faults_under(self, path: str) -> list[Fault]:
        """One fault for each name that stands twice at or below a path (empty: anywhere)."""
        inside = [one for one in self.twice if not path or one.startswith((f"{path}.", f"{path}["))]
        return [Fault(one, "a name that stands twice", "every name once") for one in inside]


def read_exact(text: str) -> ExactJson:
    """Read a text. Raises ValueError or RecursionError where it is no JSON, Fault for NaN, infinity and overlong numbers."""
    data = json.loads(
        text, parse_float=_decimal, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_pairs
    )
    return ExactJson(data, tuple(_twice(data, "")))


def _pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(found)
    if len(data) == len(found):
        return data
    names = [name for name, _ in found]
    marked = _Twice(data)
    marked.names = tuple(sorted({name for name in names if names.count(name) > 1}))
    return marked


def _constant(name: str) -> None:
    raise Fault("file", name, "finite numbers")


def _not_too_long(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        raise Fault("file", f"a number of {len(digits)} digits", f"at most {MAX_DIGITS} digits")
    return digits


def _decimal(digits: str) -> Decimal:
    return Decimal(_not_too_long(digits))


def _whole(digits: str) -> int:
    return int(_not_too_long(digits))


def _twice(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, _Twice):
        yield from (_joined(path, name) for name in value.names)
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _twice(item, _joined(path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _twice(item, f"{path}[{index}]")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def parts(text: str, *path: str) -> list[str]:
    """The items of a list in a JSON object as they stand in the text; of each the member named by the rest of the path.

    ``parts(bundle, "entry", "resource")`` gives the resources, ``parts(file, "orders")`` the orders. An item without that
    member is empty text. The text has been read by `read_exact` and no name on the path stands twice.
    """
    start, end = dict(_members(text, _skip(text, 0))).get(path[0], (0, 0))
    found = []
    for item in _items(text, start) if end else ():
        for name in path[1:]:
            item = dict(_members(text, item[0])).get(name, (0, 0))
        found.append(text[slice(*item)])
    return found


def _members(text: str, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name and place of every member of the object that begins here; nothing where none begins."""
    if text[at] != "{":
        return
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        yield name, (at, end)
        at = _next(text, end)


def _items(text: str, at: int) -> Iterator[tuple[int, int]]:
    at = _skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _SPACE:
        at += 1
    return at


def as_received(text: str) -> str:
    """A part of a file as evidence in an entry: the very characters, or ``base64:`` of its bytes where an entry would store
    them in another Unicode form."""
    if unicodedata.normalize("NFC", text) == text and "\0" not in text:
        return text
    return f"base64:{base64.b64encode(text.encode()).decode()}"
