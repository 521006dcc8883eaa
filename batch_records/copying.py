"""All rows from one database into another: from PostgreSQL into the SQLite file of a backup, and back again.

The tables are those of the models, in the order in which they refer to one another. The mark of the structure goes along.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateSchema, ExecutableDDLElement

from batch_records.store import Store, create_schema
from batch_records.tables import Base

PORTION = 2_000
"""Rows that are held at a time."""
STRUCTURE = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


class RenameSchema(ExecutableDDLElement):
    """Gives a schema of PostgreSQL another name."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new


@compiles(RenameSchema)
def _rename_schema(element: RenameSchema, compiler: Any, **_: Any) -> str:
    quoted = compiler.preparer.quote
    return f"ALTER SCHEMA {quoted(element.old)} RENAME TO {quoted(element.new)}"


class CannotCopy(Exception):
    """The rows cannot all be copied. Nothing was changed."""


def postgresql_as_file(store: Store, file: Path) -> None:
    """Write a PostgreSQL database, as of one moment, as a SQLite file. The store may be in use. Raises CannotCopy."""
    copied = Store.open(f"sqlite:///{file}")
    try:
        create_schema(copied)
        with store.read() as uow, copied.engine.begin() as target:
            _copy_rows(uow.session.connection(), target)
    finally:
        copied.close()
    as_one_file(file)


def as_one_file(database: Path) -> None:
    """Take into a SQLite file what may still lie beside it (`-wal`, `-shm`), so that it can be moved alone."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def file_as_postgresql(file: Path, store: Store, aside: str) -> Iterator[str]:
    """Fill a PostgreSQL database from a SQLite file; what was there is kept in the schema named `aside`.

    Yields that name, or "" where there was nothing. Lasting only when the block ends well. Raises CannotCopy.
    """
    from_file = Store.open(f"sqlite:///{file}")
    try:
        with store.engine.begin() as target, from_file.read() as uow:
            kept = _moved_aside(target, aside)
            Base.metadata.create_all(target)
            _copy_rows(uow.session.connection(), target)
            yield kept
    except DBAPIError as fault:
        raise CannotCopy(f"PostgreSQL did not take it: {str(fault.orig).strip()}") from fault
    finally:
        from_file.close()


def _moved_aside(target: Connection, aside: str) -> str:
    schema = target.scalar(text("SELECT current_schema()"))
    if schema is None:
        raise CannotCopy("the database has no schema that this user may write to")
    if not inspect(target).get_table_names():
        return ""
    target.execute(RenameSchema(schema, aside))
    target.execute(CreateSchema(schema))
    return aside


def _copy_rows(source: Connection, target: Connection) -> None:
    there = set(inspect(source).get_table_names())
    unknown = there - {STRUCTURE.name, *Base.metadata.tables}
    if unknown:
        raise CannotCopy(f"the database has tables that Sufficit does not know: {', '.join(sorted(unknown))}")
    STRUCTURE.create(target, checkfirst=True)
    for table in (*Base.metadata.sorted_tables, STRUCTURE):
        if table.name in there:
            _copy_table(table, source, target)


def _copy_table(table: Table, source: Connection, target: Connection) -> None:
    rows = source.execute(select(table), execution_options={"yield_per": PORTION})
    for portion in rows.mappings().partitions():
        target.execute(insert(table), [dict(row) for row in portion])
    numbered = table.autoincrement_column
    if numbered is not None and target.dialect.name == "postgresql":
        # What PostgreSQL counts by itself goes on after the highest number that came along.
        counter = func.pg_get_serial_sequence(table.name, numbered.name)
        target.execute(
            select(func.setval(counter, func.coalesce(select(func.max(numbered)).scalar_subquery(), 0) + 1, False))
        )
