"""Projection of lots."""

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
