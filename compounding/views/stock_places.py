"""What the pages of locations and the ledger show: what lies where, what it cost, and every move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock, in_words
from compounding.stock.candidates import NEAREST
from compounding.stock.in_hand import is_in_hand
from compounding.stock.location import KINDS, QUARANTINE, STORAGES
from compounding.stock.lot_actions import CAUSES
from compounding.stock.money import price_words
from compounding.stock.sending import goes_to
from compounding.stock.tables import BalanceRow, LocationRow, LotRow, MoveRow
from compounding.views.lots import how_soon
from compounding.views.places import days_in_words
from compounding.views.story import Names, kind_in_words
from formulary.model import Formulary

MOST_MOVES = 100
"""Moves of a lot that a page shows, the newest; all of them stand in the record."""


@dataclass(frozen=True)
class ListedPlace:
    """One location as a row."""

    name: str
    kind: str
    storage: str
    station: str
    state: str
    """in use, closed, on the way, in hand, or not described."""
    quarantined: bool
    lots: int
    containers: int
    worth: str
    """In money; of what has a known price."""
    unpriced: int
    """Lots without a price."""


@dataclass(frozen=True)
class LotThere:
    """One lot at a location, or one location of a lot."""

    product: str
    display: str
    lot: str
    location: str
    expires: str
    """In words."""
    last_day: str
    """ISO date; empty when it is not known."""
    note: str
    state: str
    count: int
    worth: str
    expired: bool = False
    quarantined: bool = False
    storage: str = ""
    """How the location stores; empty when nobody described it."""


@dataclass(frozen=True)
class ListedMove:
    at: str
    what: str
    who: str
    location: str
    count: int
    reason: str
    about: str
    worth: str


def places(uow: UnitOfWork) -> tuple[ListedPlace, ...]:
    """Every location, described or only typed, the nearest to the work first."""
    described = {row.name: row for row in uow.session.execute(select(LocationRow)).scalars()}
    rows = uow.session.execute(
        select(
            BalanceRow.location,
            func.count(),
            func.sum(BalanceRow.count),
            func.sum(BalanceRow.cents),
            func.count(BalanceRow.cents),
        ).group_by(BalanceRow.location)
    )
    held = {row[0]: row[1:] for row in rows}
    listed = [_place(name, described.get(name), held.get(name, (0, 0, 0, 0))) for name in {*described, *held}]
    kinds = [KINDS.get(kind, "") for kind in (*NEAREST, QUARANTINE)]
    return tuple(sorted(listed, key=lambda one: (kinds.index(one.kind), one.name)))


def _place(name: str, row: LocationRow | None, held: Sequence[int | None]) -> ListedPlace:
    lots, containers, cents, priced = (int(number or 0) for number in held)
    return ListedPlace(
        name=name,
        kind=KINDS[row.kind] if row else "",
        storage=STORAGES[row.storage] if row else "",
        station=row.station if row else "",
        state=_state(name, row),
        quarantined=row is not None and row.kind == QUARANTINE,
        lots=lots,
        containers=containers,
        worth=price_words(cents) if priced else price_words(None),
        unpriced=lots - priced,
    )


def _state(name: str, row: LocationRow | None) -> str:
    if row is None:
        return "on the way" if goes_to(name) else "in hand" if is_in_hand(name) else "not described"
    return "in use" if row.active else "closed"


def open_places(uow: UnitOfWork, quarantine: bool = True) -> list[str]:
    """Names of the locations in use, for choosing one."""
    query = select(LocationRow.name).where(LocationRow.active).order_by(LocationRow.name)
    if not quarantine:
        query = query.where(LocationRow.kind != QUARANTINE)
    return list(uow.session.execute(query).scalars())


def quarantines(uow: UnitOfWork) -> list[str]:
    """Names of the quarantine locations in use."""
    query = select(LocationRow.name).where(LocationRow.active, LocationRow.kind == QUARANTINE)
    return list(uow.session.execute(query.order_by(LocationRow.name)).scalars())


def lots_at(uow: UnitOfWork, names: dict[str, str], today: date, location: str) -> tuple[LotThere, ...]:
    """What lies at a location, first to expire first."""
    return _there(uow, names, today, BalanceRow.location == location)


def balances_of(uow: UnitOfWork, names: dict[str, str], today: date, record: str) -> tuple[LotThere, ...]:
    """Where the containers of a lot lie."""
    return _there(uow, names, today, BalanceRow.record == record)


def expiring(uow: UnitOfWork, names: dict[str, str], today: date, within: timedelta) -> tuple[LotThere, ...]:
    """Everything that expires within a time or has expired, wherever it lies, quarantine with it."""
    last = (today + within).isoformat()
    return _there(uow, names, today, (LotRow.expires != "") & (LotRow.expires <= last) & (BalanceRow.count > 0))


def _there(uow: UnitOfWork, names: dict[str, str], today: date, where: object) -> tuple[LotThere, ...]:
    rows = uow.session.execute(
        select(LotRow, BalanceRow, LocationRow)
        .join(BalanceRow, BalanceRow.record == LotRow.record)
        .outerjoin(LocationRow, LocationRow.name == BalanceRow.location)
        .where(where)  # type: ignore[arg-type]  # a condition of SQLAlchemy
        .order_by(LotRow.expires, LotRow.product, LotRow.lot, BalanceRow.location)
    )
    return tuple(_lot_there(lot, balance, place, names, today) for lot, balance, place in rows)


def _lot_there(
    lot: LotRow, balance: BalanceRow, place: LocationRow | None, names: dict[str, str], today: date
) -> LotThere:
    left = date.fromisoformat(lot.expires) - today if lot.expires else None
    return LotThere(
        product=lot.product,
        display=names.get(lot.product, lot.product),
        lot=lot.lot,
        location=balance.location,
        expires=in_words(lot.expires) if lot.expires else "not known",
        last_day=lot.expires,
        note=how_soon(left),
        state=lot.state,
        count=balance.count,
        worth=price_words(balance.cents),
        expired=left is not None and left < timedelta(0),
        quarantined=place is not None and place.kind == QUARANTINE,
        storage=place.storage if place is not None else "",
    )


def stored_wrongly(rows: Iterable[LotThere], formulary: Formulary) -> dict[tuple[str, str], str]:
    """What is told of lots that lie where their label does not want them, by lot and location."""
    wanted = {item.id: item.storage.condition for item in formulary.items if hasattr(item, "storage")}
    return {
        (row.lot, row.location): f"The label says {STORAGES[wanted[row.product]]}; this place is {STORAGES[row.storage]}."
        for row in rows
        if row.product in wanted and row.storage not in ("", "mixed", wanted[row.product].value)
    }


def moves(uow: UnitOfWork, record: str, clock: Clock) -> tuple[ListedMove, ...]:
    """The last moves of a lot, the newest first."""
    rows = uow.session.execute(
        select(MoveRow)
        .where(MoveRow.record == record)
        .order_by(MoveRow.seq.desc(), MoveRow.part)
        .limit(MOST_MOVES)
    )
    return tuple(_moves(rows.scalars(), Names(uow), clock))


def _moves(rows: Iterable[MoveRow], names: Names, clock: Clock) -> Iterable[ListedMove]:
    for row in rows:
        yield ListedMove(
            at=clock.moment(row.at),
            what=kind_in_words(row.kind),
            who=names[row.person],
            location=row.location or "not said",
            count=row.count,
            reason=reason_words(row.reason),
            about=row.about,
            worth=price_words(row.cents),
        )


def reason_words(reason: str) -> str:
    """A recorded reason with its cause in words."""
    cause, colon, rest = reason.partition(": ")
    return days_in_words(f"{CAUSES[cause]}: {rest}" if colon and cause in CAUSES else reason)
