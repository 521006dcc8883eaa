"""Projections of recalls and their tasks, and the numbers that were given. Nothing is decided from the projections."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class RecallRow(Base):
    """One row for each recall."""

    __tablename__ = "recalls"
    __table_args__ = (CheckConstraint("status IN ('open', 'closing', 'closed')", name="status_known"),)

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]


class RecallTaskRow(Base):
    """One row for each thing that a recall touched."""

    __tablename__ = "recall_tasks"
    __table_args__ = (
        Index("ix_recall_tasks_of", "recall", "settled", "category"),
        Index("ix_recall_tasks_item", "item"),
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    """Of the part of the recall that lists it."""
    item: Mapped[str] = mapped_column(primary_key=True)
    """Id of the record of what was touched."""
    recall: Mapped[str]
    """Number of the recall."""
    what: Mapped[str]
    """dose, lot, opened or batch."""
    category: Mapped[str]
    held: Mapped[int]
    """1 while this recall holds it."""
    settled: Mapped[int]
    asked: Mapped[int]
    """1 while its clearing waits for the second person."""
    said: Mapped[str]
    """The outcomes so far, in words."""
    last_by: Mapped[str]
    last_at: Mapped[datetime | None]


class RecallNumberRow(Base):
    """A number that was given, under the key of the request that asked for it."""

    __tablename__ = "recall_numbers"

    number: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
