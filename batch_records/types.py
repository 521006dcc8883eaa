"""Column types that lose nothing: exact numbers and instants in UTC.

Bare ``Numeric`` goes through a float on SQLite and bare ``DateTime`` drops the zone, so neither may be used in a table
(a test forbids both). Every SQLite table is STRICT, which knows five types only; the compile rules at the end say how
the ordinary SQLAlchemy types are written there.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gmpy2 import mpq
from sqlalchemy import BigInteger, Boolean, Dialect, Double, String, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def instant_text(at: datetime) -> str:
    """Write an instant in UTC with microseconds, e.g. ``2026-11-22T08:15:00.000000Z``.

    Raises ValueError when the instant carries no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"an instant needs a time zone; found {at.isoformat()} without one")
    return at.astimezone(UTC).strftime(INSTANT)


def instant_from(text: str) -> datetime:
    """Read what `instant_text` wrote. Raises ValueError on any other form."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"an instant is written like 2026-11-22T08:15:00.000000Z; found {text!r}")
    return datetime.fromisoformat(text).replace(tzinfo=UTC)  # strptime takes twenty times as long


class Exact(TypeDecorator[Any]):
    """An exact rational, stored as text ``25/33`` and read back as ``mpq``. Refuses float.

    For columns that SQL must sum or compare use a BigInteger in a declared smallest step instead.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        if value is None:
            return None
        if isinstance(value, bool | float) or not isinstance(value, int | Decimal | Fraction | type(mpq())):
            raise TypeError(f"Exact takes int, Decimal, Fraction or mpq, found {type(value).__name__}")
        return str(mpq(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else mpq(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant with its zone, kept in UTC to the microsecond. Refuses a naive datetime.

    SQLite holds text of fixed width (so that order of text is order of time), PostgreSQL ``timestamptz``.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        chosen: TypeEngine[Any] = TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(chosen)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = instant_text(value)
        return value.astimezone(UTC) if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return instant_from(value)


@compiles(String, "sqlite")
def _text_on_sqlite(_element: String, _compiler: Any, **_kw: Any) -> str:
    return "TEXT"


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer_on_sqlite(_element: TypeEngine[Any], _compiler: Any, **_kw: Any) -> str:
    return "INTEGER"


@compiles(Double, "sqlite")
def _real_on_sqlite(_element: TypeEngine[Any], _compiler: Any, **_kw: Any) -> str:
    return "REAL"
