"""Projections of lots and of the codes that were raised."""

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
