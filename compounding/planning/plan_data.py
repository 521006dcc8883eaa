"""Plans to and from the canonical plain form that records keep. One reader serves every frozen value of `plan`."""

import types
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from calculations.quantity import Quantity

Plan = TypeVar("Plan")


def as_data(value: Any) -> Any:
    """Plain canonical data: quantities as fraction and unit, whole numbers as they are, nothing left to a float."""
    if isinstance(value, Quantity):
        return value.as_data()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_data(v) for f in fields(value) if (v := getattr(value, f.name)) is not None}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(item) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form in a plan")


def from_data(kind: type[Plan], data: Mapping[str, Any]) -> Plan:
    """Reads a frozen value back. What may be None and is missing is None."""
    hints, known = _shape(cast(Hashable, kind))
    if unknown := set(data) - known:
        raise ValueError(f"{kind.__name__} does not know {sorted(unknown)}")
    absent = {name: None for name in known - set(data) if type(None) in get_args(hints[name])}
    return kind(**absent, **{name: _read(hints[name], item) for name, item in data.items()})


@cache
def _shape(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    return get_type_hints(kind), frozenset(f.name for f in fields(kind))


def _read(hint: Any, item: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        return None if item is None else _read(inner[0], item)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], part) for part in item)
    if hint is Quantity:
        return Quantity.from_data(item)
    if hint is int:
        return int(item)
    if hint is datetime:
        return datetime.fromisoformat(item)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(item)
    if isinstance(hint, type) and is_dataclass(hint):
        return from_data(hint, item)
    return item
