"""Projection of orders: what the review desk and the nurse look up."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base
from compounding.reviewing.states import OrderStatus

_STATES = ", ".join(f"'{status.value}'" for status in OrderStatus)


class OrderRow(Base):
    """One row for each order: its current version."""

    __tablename__ = "orders"
    __table_args__ = (CheckConstraint(f"status IN ({_STATES})", name="status_known"),)

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    status: Mapped[str] = mapped_column(index=True)
    patient: Mapped[str] = mapped_column(index=True)
    drug: Mapped[str]
    title: Mapped[str]
    priority: Mapped[str]
    start: Mapped[datetime | None]
    placed_at: Mapped[datetime]
    question: Mapped[str]
    yielded_until: Mapped[datetime | None]
