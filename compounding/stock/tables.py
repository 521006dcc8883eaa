"""Projections of lots, of the codes that were raised, and of opened containers."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class LotRow(Base):
    """What a scan, a pick list and the store room look up."""

    __tablename__ = "lots"

    record: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(index=True)
    lot: Mapped[str]
    expires: Mapped[str]
    state: Mapped[str]
    place: Mapped[str]
    on_hand: Mapped[int] = mapped_column(BigInteger)
    """Containers; below zero when more were used than received."""


class CodeLinkRow(Base):
    """Codes that belong to no product of the formulary: raised, linked, confirmed or withdrawn."""

    __tablename__ = "code_links"

    record: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    code: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    says: Mapped[str]
    item: Mapped[str]
    display: Mapped[str]
    changed_at: Mapped[datetime]


class OpenedRow(Base):
    """Opened containers that were kept: what a pick list and the person who clears them away look up."""

    __tablename__ = "opened_containers"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    product: Mapped[str] = mapped_column(index=True)
    display: Mapped[str]
    lot: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    usable_until: Mapped[datetime]
    reserved_for: Mapped[str]
    place: Mapped[str]
    left: Mapped[str]
    """In words: `412 mg in 4.1 mL`."""
