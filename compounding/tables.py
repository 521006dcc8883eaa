"""Projections of hoods and qualifications."""

from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class HoodRow(Base):
    """The hoods of the site, for choosing a station."""

    __tablename__ = "hoods"

    record: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    room: Mapped[str]
    category: Mapped[str]
    hazardous: Mapped[bool]
    in_service: Mapped[bool]


class QualificationRow(Base):
    """One row for each person and skill."""

    __tablename__ = "qualifications"

    record: Mapped[str] = mapped_column(primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    valid_until: Mapped[str]
