"""Projections of doses: the queue, and where every lot went. Rebuilt from entries; nothing is decided from them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base
from compounding.preparing.states import DoseStatus

_STATES = ", ".join(f"'{status.value}'" for status in DoseStatus if status is not DoseStatus.NEW)


class DoseRow(Base):
    """One row for each dose: what lists show and search."""

    __tablename__ = "doses"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATES})", name="status_known"),
        CheckConstraint(
            "status NOT IN ('released','dispensed','delivered','administered') OR released_by <> ''",
            name="released_is_signed",
        ),
        CheckConstraint(
            "released_by = '' OR emergency = 1 OR released_by <> completed_by", name="maker_is_not_checker"
        ),
        Index("ix_doses_due", "due"),
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    order_number: Mapped[str] = mapped_column(index=True)
    order_version: Mapped[int]
    patient: Mapped[str] = mapped_column(index=True)
    patient_name: Mapped[str]
    location: Mapped[str]
    drug: Mapped[str]
    title: Mapped[str]
    """Tall-man drug with its amount."""
    subtitle: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    priority: Mapped[str]
    due: Mapped[datetime]
    not_before: Mapped[datetime | None]
    start_by: Mapped[datetime | None]
    """Beyond-use time, once set."""
    place: Mapped[str]
    hood: Mapped[str]
    know: Mapped[str]
    """The one thing to know."""
    completed_by: Mapped[str]
    released_by: Mapped[str]
    emergency: Mapped[int]
    moved_at: Mapped[datetime]
    unpaired: Mapped[int]
    """1 while a printed dispensing label waits for its container."""


class UsedRow(Base):
    """Where a lot went: one row for each container scanned for a dose."""

    __tablename__ = "containers_used"

    record: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    dose: Mapped[str]
    patient: Mapped[str]
    product: Mapped[str]
    lot: Mapped[str]
    expires: Mapped[str]
    code: Mapped[str] = mapped_column(index=True)
    serial: Mapped[str]


Index("ix_containers_used_where", UsedRow.product, UsedRow.lot, UsedRow.record)
"""With the record in it, so that a trace reads the index alone."""


class FigureRow(Base):
    """One checked figure of a released dose: ordered against recalculated, in the canonical unit, as exact text."""

    __tablename__ = "checked_figures"

    record: Mapped[str] = mapped_column(primary_key=True)
    drug: Mapped[str] = mapped_column(primary_key=True)
    ordered: Mapped[str]
    found: Mapped[str]
    unit: Mapped[str]
