"""Where the lots of a product lie, and which of them may be used: for telling the hand where to go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import in_words
from compounding.stock.tables import LotRow

MOST = 200
"""Lots that are looked at for one preparation."""


@dataclass(frozen=True)
class Place:
    """One lot of a product that may be used."""

    product: str
    lot: str
    expires: str
    """Last day of use, ISO date."""
    words: str
    """Where it lies; may be empty."""

    @property
    def expires_words(self) -> str:
        return in_words(self.expires)


def usable_lots(uow: UnitOfWork, products: Iterable[str], today: date) -> dict[str, list[Place]]:
    """Lots on hand, in date and not stopped, by product: those that expire first come first."""
    lot = LotRow
    rows = uow.session.execute(
        select(lot.product, lot.lot, lot.expires, lot.place)
        .where(lot.product.in_(set(products)), lot.state == "available", lot.on_hand > 0, lot.expires >= today.isoformat())
        .order_by(lot.expires, lot.lot)
        .limit(MOST)
    )
    found: dict[str, list[Place]] = {}
    for row in rows:
        found.setdefault(row.product, []).append(Place(*row))
    return found
