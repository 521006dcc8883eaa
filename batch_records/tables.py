"""The tables of the memory, and the one ``Base`` on which every package registers its projection tables.

Entries are the truth. Heads hold where each record stands and are the gate through which an entry must pass.
A projection table of any package carries a column ``record`` (the id of the record a row was made from).
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, CheckConstraint, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from batch_records.types import Exact, UtcDateTime

__all__ = ["CHECKPOINTS", "ENTRIES", "HEADS", "Base", "CheckpointRow", "EntryRow", "Exact", "HeadRow", "UtcDateTime"]

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The common base of all tables; ``Base.metadata`` is what the migrations are compared with."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, int: BigInteger, datetime: UtcDateTime}  # noqa: RUF012  SQLAlchemy's own attribute


@compiles(CreateTable, "sqlite")
def _strict_on_sqlite(element: CreateTable, compiler: Any, **kw: Any) -> str:
    """Every SQLite table is STRICT: without it an integer column takes the text ``5 mg``."""
    statement: str = compiler.visit_create_table(element, **kw).rstrip()
    return statement + (", STRICT\n" if statement.endswith("WITHOUT ROWID") else " STRICT\n")


class EntryRow(Base):
    """One entry of one record. Rows are only ever inserted: triggers refuse UPDATE and DELETE."""

    __tablename__ = "entries"
    # The primary key is the table itself, so that what is read of an entry is never a copy in an index.
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("seq > 0", name="seq_positive"),
        {"sqlite_with_rowid": False},
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_type: Mapped[str]
    kind: Mapped[str]
    version: Mapped[int]
    who: Mapped[str]
    station: Mapped[str]
    at: Mapped[datetime]
    offset_minutes: Mapped[int]
    payload: Mapped[str]
    key: Mapped[str]
    content: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class HeadRow(Base):
    """Where a record stands: the sequence and hash of its newest entry."""

    __tablename__ = "heads"
    __table_args__ = (CheckConstraint("seq > 0", name="seq_positive"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class CheckpointRow(Base):
    """A signed list of all heads at one time, chained to the list before. Insert only."""

    __tablename__ = "checkpoints"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    body: Mapped[str]
    signature: Mapped[str]
    public_key: Mapped[str]


class SealRow(Base):
    """The server's seal on an entry that was made with a secret given just now (see `sealing`). Insert only."""

    __tablename__ = "seals"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's own attribute

    record: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proved: Mapped[str]
    """When the secret was proved, as its canonical text."""
    method: Mapped[str]
    seal: Mapped[str]


ENTRIES = cast(Table, EntryRow.__table__)
HEADS = cast(Table, HeadRow.__table__)
CHECKPOINTS = cast(Table, CheckpointRow.__table__)
SEALS = cast(Table, SealRow.__table__)
