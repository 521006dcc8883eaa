"""Projections of batches and their units, and the lot numbers that were given. Nothing is decided from the projections."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base
from compounding.batches.states import BatchStatus, UnitState

_BATCH_STATES = ", ".join(f"'{status.value}'" for status in BatchStatus if status is not BatchStatus.NEW)
_UNIT_STATES = ", ".join(f"'{state.value}'" for state in UnitState)


class BatchRow(Base):
    """One row for each batch: what lists show and search."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint(f"status IN ({_BATCH_STATES})", name="status_known"),
        CheckConstraint("status <> 'released' OR released_by <> ''", name="released_is_signed"),
        CheckConstraint("checked_by = '' OR checked_by <> completed_by", name="maker_is_not_checker"),
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    """The finished lot number."""
    formulation: Mapped[str] = mapped_column(index=True)
    drug: Mapped[str]
    title: Mapped[str]
    subtitle: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    tested: Mapped[int]
    units: Mapped[int]
    """Planned, samples and retained ones included."""
    finished: Mapped[int]
    """Made for patients."""
    available: Mapped[int]
    """Released, and neither assigned, held, expired nor wasted."""
    made_by: Mapped[str]
    completed_by: Mapped[str]
    checked_by: Mapped[str]
    released_by: Mapped[str]
    proposed_at: Mapped[datetime]
    beyond_use_date: Mapped[datetime | None]
    """Of a unit that stayed where the batch was stored."""
    moved_at: Mapped[datetime]


class BatchUnitRow(Base):
    """One row for each unit that was made: where it is, how it stands, and whose it became."""

    __tablename__ = "batch_units"
    __table_args__ = (
        CheckConstraint(f"state IN ({_UNIT_STATES}, 'held')", name="state_known"),
        CheckConstraint("state <> 'assigned' OR dose <> ''", name="assigned_to_a_dose"),
        Index("ix_batch_units_offered", "formulation", "state", "beyond_use_date"),
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True)
    lot: Mapped[str] = mapped_column(index=True)
    """The finished lot number: that of the batch."""
    formulation: Mapped[str]
    drug: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    location: Mapped[str]
    storage: Mapped[str]
    dose: Mapped[str] = mapped_column(index=True)
    """Number of the dose that it was assigned to; empty for none."""
    patient: Mapped[str] = mapped_column(index=True)
    beyond_use_date: Mapped[datetime | None] = mapped_column(index=True)


class BatchNumberRow(Base):
    """A lot number that was given, under the key of the request that asked for it."""

    __tablename__ = "batch_numbers"

    number: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    count: Mapped[int]
    """Which of the site's day."""
