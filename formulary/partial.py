"""Rows of a data file in which something could not be read, so that what could be read is still checked.

A part that could not be read has its own fault. Any check that would look at it is left out: a contradiction is named only
between values that stand in the file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NoReturn, TypeVar, cast

Row = TypeVar("Row")
Fault = TypeVar("Fault")


class Unread(Exception):
    """A check asked for a value that could not be read."""


def partial_row(row: type[Row], values: Mapping[str, Any]) -> Row:
    """A row with these values only; asking it for any other raises `Unread`. It is for checks and never leaves the loader."""
    found = object.__new__(_shell(row.__name__, cast(Any, row)))
    vars(found).update(values)
    return cast(Row, found)


@cache
def _shell(name: str, row: Any) -> Any:
    return type(name, (row,), {"__getattr__": _unread})


def _unread(_row: object, name: str) -> NoReturn:
    raise Unread(name)


def each(*checks: Callable[[], Iterable[Fault]]) -> Iterator[Fault]:
    """What every check finds, each by itself; one that needs a value which could not be read ends there."""
    for check in checks:
        try:
            yield from check()
        except Unread:
            continue
