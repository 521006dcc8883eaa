"""Projections for tracing: where everything was and when, at which hood it was made, and who had a hand in it."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class MakingRow(Base):
    """One row for each hood that a preparation was made at, with the moment from which it was there."""

    __tablename__ = "makings"
    __table_args__ = (
        Index("ix_makings_hood", "hood", "started_at"),
        Index("ix_makings_started", "started_at"),
        {"sqlite_with_rowid": False},
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    hood: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]


class HandRow(Base):
    """One row for each person with a hand in a preparation, from the first scan to the last signature."""

    __tablename__ = "hands"
    __table_args__ = (Index("ix_hands_person", "person", "first_at"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    parts: Mapped[str]
    """What they did, in the order in which it is done: ``scanned, prepared, measured``."""
    first_at: Mapped[datetime]


class BeenRow(Base):
    """One row for each stay of a preparation, an opened container or a unit of a batch at a place."""

    __tablename__ = "places_been"
    __table_args__ = (Index("ix_places_been_place", "place", "until"), {"sqlite_with_rowid": False})

    record: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[int]
    """Of a unit of a batch; 0 for anything else."""
    place: Mapped[str]
    """As `stays.place_key` spells it."""
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """None while it lies there."""
