"""Projection of orders: what the review desk and the nurse look up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement
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
    last_due: Mapped[datetime | None]
    """The last due time that it can have; None where it has no end. One that was yielded past it is looked at no more."""


def may_still_yield() -> ColumnElement[bool]:
    """Not those that gave their last dose: they stay in force, and there are more of them every year."""
    gave_none, more = OrderRow.yielded_until.is_(None), OrderRow.yielded_until <= OrderRow.last_due
    return OrderRow.last_due.is_(None) | gave_none | more
