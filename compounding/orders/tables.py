"""Projections of patients and of messages that could not be placed."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base

ADDRESS_LENGTH = 24
"""Characters of a patient's address."""


class PatientRow(Base):
    """What a search for a patient finds."""

    __tablename__ = "patients"

    record: Mapped[str] = mapped_column(primary_key=True)
    mrn: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(index=True)
    birth_date: Mapped[str]
    location: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(unique=True)
    """What stands in addresses instead of the record number (`addresses`)."""


class OrderNumberRow(Base):
    """Which number was given to which request, so that a repeated request gets the number of the first."""

    __tablename__ = "order_numbers"

    number: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)


class MessageRow(Base):
    """Messages that could not be placed: what the board counts."""

    __tablename__ = "messages"

    record: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str]
    why: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    received_at: Mapped[datetime]
