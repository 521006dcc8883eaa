"""What a hand could take: every lot at every location, and opened containers, for `fefo` to put in order.

Read from the projections: it tells a person where to go. What may be used is decided by the lot itself.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from batch_records.acts import Act
from batch_records.store import UnitOfWork
from compounding.stock.fefo import Candidate, passed_over
from compounding.stock.in_hand import is_in_hand
from compounding.stock.location import QUARANTINE
from compounding.stock.sending import goes_to
from compounding.stock.tables import BalanceRow, LocationRow, LotRow

NEAREST = ("hood", "anteroom", "satellite", "store_room", "")
"""Kinds of location, the nearest to the work first; the last is a place that nobody described."""
FIRST = "first to expire"
LATER = "taken although lot"


def lot_candidates(uow: UnitOfWork, products: Iterable[str], station: str = "") -> list[Candidate]:
    """Lots with containers, by location. `station`: who asks; its own location is the nearest."""
    rows = uow.session.execute(
        select(LotRow, BalanceRow.location, BalanceRow.count, LocationRow.kind, LocationRow.station)
        .join(BalanceRow, BalanceRow.record == LotRow.record)
        .outerjoin(LocationRow, LocationRow.name == BalanceRow.location)
        .where(LotRow.product.in_(set(products)), BalanceRow.count > 0)
    )
    return [
        Candidate(
            product=lot.product,
            lot=lot.lot,
            location=location,
            expires=lot.expires,
            state=lot.state,
            quarantined=kind == QUARANTINE or bool(goes_to(location)) or is_in_hand(location),
            count=count,
            distance=distance(kind or "", at or "", station),
        )
        for lot, location, count, kind, at in rows
    ]


def distance(kind: str, at: str, station: str) -> int:
    """How far a location is: the station's own first, then the nearest kind, that of another station last."""
    if station and at == station:
        return 0
    near = NEAREST.index(kind) + 1 if kind in NEAREST else len(NEAREST)
    return near + (len(NEAREST) + 1 if at else 0)


def why_taken(uow: UnitOfWork, product: str, lot: str, expires: str, act: Act) -> str:
    """Why this lot: it is the first to expire, or which one was passed over. For the record, and to tell who scanned it."""
    today = (act.at + timedelta(minutes=act.offset_minutes)).date()
    first = passed_over(lot, expires, lot_candidates(uow, [product], act.station), act.at, today)
    if first is None:
        return FIRST
    return f"{LATER} {first.lot} expires first, {first.expires}, at {first.location or 'a place that nobody said'}"


def expires_later(why: str) -> bool:
    """Whether a recorded reason says that a lot which expires earlier was passed over."""
    return why.startswith(LATER)

