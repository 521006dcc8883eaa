"""Projections of controlled drugs: volumes of opened vials, wastes, counts and discrepancies. Nothing is decided from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.entries import Entry
from batch_records.tables import Base


class VolumeRow(Base):
    """The ledger of what is in opened vials: rows are added, never changed, and add up to what must still be there."""

    __tablename__ = "controlled_volumes"
    __table_args__ = (Index("controlled_volumes_of_product", "product", "location", "at"),)

    record: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    product: Mapped[str]
    lot: Mapped[str]
    location: Mapped[str]
    kind: Mapped[str]
    """opened, drawn, wasted, put_back, kept, or in_case."""
    microlitres: Mapped[int] = mapped_column(BigInteger)
    """Below zero for what went out."""
    about: Mapped[str] = mapped_column(index=True)
    """Number of the dose, waste, opened container or case."""
    at: Mapped[datetime]
    person: Mapped[str]
    witness: Mapped[str]
    reason: Mapped[str]


def volume_row(entry: Entry, part: int, **told: Any) -> dict[str, Any]:
    """A row of that ledger for one move of an entry; `told`: the other columns, witness and reason where there are any."""
    return {"record": entry.record, "seq": entry.seq, "part": part, "at": entry.at, "witness": "", "reason": "", **told}


class ControlledWasteRow(Base):
    """What takes a second person: wastes of controlled drugs and lots handled by two, waiting for that person or done."""

    __tablename__ = "controlled_wastes"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    """Number of the dose or opened container, or the lot."""
    product: Mapped[str]
    display: Mapped[str]
    said: Mapped[str]
    """How much, in words."""
    station: Mapped[str]
    offered_at: Mapped[datetime]
    person: Mapped[str]
    witness: Mapped[str]
    differs: Mapped[int]
    """1: another amount than was worked out."""


class CaseRow(Base):
    """Discrepancies. A row is never removed."""

    __tablename__ = "discrepancy_cases"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    product: Mapped[str] = mapped_column(index=True)
    display: Mapped[str]
    lot: Mapped[str]
    location: Mapped[str]
    schedule: Mapped[str]
    unit: Mapped[str]
    """containers or mL."""
    difference: Mapped[int] = mapped_column(BigInteger)
    """Containers or microlitres; below zero: missing."""
    about: Mapped[str]
    opened_at: Mapped[datetime]
    due: Mapped[datetime | None]
    """End of the shift in which it was found."""
    involved: Mapped[str]
    outcome: Mapped[str]
    closed_at: Mapped[datetime | None]


class ControlledCountRow(Base):
    """Blind counts of controlled drugs."""

    __tablename__ = "controlled_counts"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    location: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    counted_by: Mapped[str]
    differing: Mapped[int] = mapped_column(BigInteger)
