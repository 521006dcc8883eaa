"""What the pages of purchase orders and reordering show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.stock.levels import Level, Needed, needed
from compounding.stock.location import QUARANTINE
from compounding.stock.lot_actions import ReceiveLot
from compounding.stock.money import price_words
from compounding.stock.purchase import OPEN, PLACED, Purchase
from compounding.stock.sending import goes_to
from compounding.stock.tables import (
    BalanceRow,
    LevelRow,
    LocationRow,
    LotRow,
    MoveRow,
    PurchaseLineRow,
    PurchaseRow,
)
from compounding.views.paging import Pages, page_of


@dataclass(frozen=True)
class ListedPurchase:
    number: str
    supplier: str
    status: str
    drafted: str
    lines: int
    ordered: int
    received: int
    cost: str


@dataclass(frozen=True)
class OrderedLine:
    """One line of an order with what came of it."""

    product: str
    display: str
    ordered: int
    received: int
    price: str
    cost: str
    told: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Containers still to come."""
        return max(self.ordered - self.received, 0)


@dataclass(frozen=True)
class ListedLevel:
    """A level with what lies there now."""

    product: str
    display: str
    location: str
    minimum: int
    maximum: int
    usable: int


def purchases(uow: UnitOfWork, clock: Clock, show: str, number: str = "1") -> tuple[tuple[ListedPurchase, ...], Pages]:
    """One page of the orders, the newest first; `show`: open or all."""
    line = PurchaseLineRow
    wanted = () if show == "all" else (PurchaseRow.status.in_(OPEN),)
    pages = page_of(number, uow.session.execute(select(func.count()).select_from(PurchaseRow).where(*wanted)).scalar_one())
    query = (
        select(
            PurchaseRow,
            func.count(),
            func.sum(line.ordered),
            func.sum(line.received),
            func.sum(line.ordered * line.price),
            func.count(line.price),
        )
        .join(line, line.record == PurchaseRow.record)
        .where(*wanted)
        .group_by(PurchaseRow.record)
        .order_by(PurchaseRow.drafted_at.desc(), func.length(PurchaseRow.number).desc(), PurchaseRow.number.desc())
        .offset(pages.skipped)
        .limit(pages.size)
    )
    rows = tuple(
        ListedPurchase(
            number=row.number,
            supplier=row.supplier,
            status=row.status,
            drafted=clock.moment(row.drafted_at),
            lines=lines,
            ordered=int(ordered),
            received=int(received),
            cost=price_words(int(cost) if priced == lines else None),
        )
        for row, lines, ordered, received, cost, priced in uow.session.execute(query)
    )
    return rows, pages


def order_lines(state: Purchase) -> tuple[OrderedLine, ...]:
    """The lines of an order, with what was told of each."""
    return tuple(
        OrderedLine(
            product=line.product,
            display=line.display,
            ordered=line.count,
            received=state.came(line.product),
            price=price_words(line.price),
            cost=price_words(None if line.price is None else line.price * line.count),
            told=tuple(one.text for one in state.findings if one.product == line.product),
        )
        for line in state.lines
    )


def usable_at(uow: UnitOfWork, today: date) -> Mapping[tuple[str, str], int]:
    """Containers that may be used, by product and location; what is on its way to a location with those there."""
    rows = uow.session.execute(
        select(LotRow.product, BalanceRow.location, func.sum(BalanceRow.count))
        .join(BalanceRow, BalanceRow.record == LotRow.record)
        .outerjoin(LocationRow, LocationRow.name == BalanceRow.location)
        .where(
            LotRow.state == "available",
            or_(LotRow.expires == "", LotRow.expires >= today.isoformat()),
            or_(LocationRow.kind.is_(None), LocationRow.kind != QUARANTINE),
        )
        .group_by(LotRow.product, BalanceRow.location)
    )
    found: dict[tuple[str, str], int] = {}
    for product, location, count in rows:
        place = goes_to(location) or location  # what is on its way there is not sent twice
        found[product, place] = found.get((product, place), 0) + int(count)
    return found


def on_order(uow: UnitOfWork) -> Mapping[str, int]:
    """Containers still to come, by product, drafts with them: what is drafted is not drafted again."""
    line = PurchaseLineRow
    rows = uow.session.execute(
        select(line.product, func.sum(line.ordered - line.received))
        .where(line.status.in_(OPEN), line.ordered > line.received)
        .group_by(line.product)
    )
    return {product: int(count) for product, count in rows}


def orders_of(uow: UnitOfWork, product: str) -> list[str]:
    """Numbers of the orders that were placed and still wait for a product."""
    line = PurchaseLineRow
    query = (
        select(PurchaseRow.number)
        .join(line, line.record == PurchaseRow.record)
        .where(line.product == product, line.status == PLACED, line.ordered > line.received)
        .order_by(PurchaseRow.drafted_at, PurchaseRow.number)
    )
    return list(uow.session.execute(query).scalars())


def levels(uow: UnitOfWork) -> list[Level]:
    """Every minimum and maximum that was set."""
    rows = uow.session.execute(select(LevelRow).order_by(LevelRow.product, LevelRow.location)).scalars()
    return [Level(row.product, row.location, row.minimum, row.maximum) for row in rows]


def reorder_list(uow: UnitOfWork, today: date) -> tuple[Needed, ...]:
    """What is below its minimum at a location in use, with what a store room spares and what is on order counted."""
    rows = uow.session.execute(select(LocationRow.name, LocationRow.kind).where(LocationRow.active)).all()
    open_now = {name for name, _ in rows}
    stores = [name for name, kind in rows if kind == "store_room"]
    wanted = [level for level in levels(uow) if level.location in open_now]
    return needed(wanted, usable_at(uow, today), on_order(uow), stores)


def listed_levels(uow: UnitOfWork, names: Mapping[str, str], today: date) -> tuple[ListedLevel, ...]:
    """Every level with what may be used there, by the product's name."""
    there = usable_at(uow, today)
    rows = [
        ListedLevel(
            one.product,
            names.get(one.product, one.product),
            one.location,
            one.minimum,
            one.maximum,
            there.get((one.product, one.location), 0),
        )
        for one in levels(uow)
    ]
    return tuple(sorted(rows, key=lambda row: (row.display.casefold(), row.location)))


def last_prices(uow: UnitOfWork, products: Iterable[str]) -> Mapping[str, int]:
    """Cents of one container as last received, by product; a product without a known price is left out."""
    rows = uow.session.execute(
        select(MoveRow.product, MoveRow.count.label("moved"), MoveRow.cents)
        .where(
            MoveRow.product.in_(set(products)),
            MoveRow.kind == ReceiveLot.kind,
            MoveRow.cents.is_not(None),
            MoveRow.count > 0,
        )
        .order_by(MoveRow.at)
    )
    return {row.product: row.cents // row.moved for row in rows}
