"""Waste over a period: containers, amount of drug and money, by drug and product."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from batch_records.store import UnitOfWork
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.stock.lot_actions import CAUSES, UseContainer, WasteLot
from compounding.stock.money import price_words
from compounding.stock.tables import MoveRow
from formulary.model import Formulary, Item, Product


@dataclass(frozen=True)
class Wasted:
    """One product, or the sum over all products of a drug."""

    drug: str
    product: str
    display: str
    containers: int
    amount: str
    """`6,000 mg`; empty for what holds no drug."""
    cost: str
    """Of the containers with a known price."""
    unpriced: int
    """Containers without a known price."""
    causes: tuple[str, ...]
    """`3 expired`."""


@dataclass(frozen=True)
class WastedDoses:
    """Preparations of one drug that were made and thrown away."""

    drug: str
    doses: int
    containers: int
    """That were opened for them."""
    cost: str
    unpriced: int


@dataclass(frozen=True)
class WasteReport:
    rows: tuple[Wasted, ...]
    doses: tuple[WastedDoses, ...]
    containers: int
    cost: str
    unpriced: int


def waste(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> WasteReport:
    """What was wasted out of stock from `since` until before `until`, the dearest first."""
    query = select(
        MoveRow.product, MoveRow.count.label("moved"), MoveRow.cents, MoveRow.reason
    ).where(
        MoveRow.kind == WasteLot.kind, MoveRow.at >= since, MoveRow.at < until
    )
    sums: dict[str, _Sum] = {}
    for row in uow.session.execute(query):
        sums.setdefault(row.product, _Sum()).add(-row.moved, None if row.cents is None else -row.cents, row.reason)
    items = {item.id: item for item in formulary.items}
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1].cents, -pair[1].containers, pair[0]))
    rows = tuple(_wasted(formulary, product, items.get(product), found) for product, found in ordered)
    unpriced = sum(found.unpriced for found in sums.values())
    containers = sum(found.containers for found in sums.values())
    cents = sum(found.cents for found in sums.values())
    return WasteReport(rows, _doses(uow, formulary, since, until), containers, _cost(cents, containers, unpriced), unpriced)


def _doses(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> tuple[WastedDoses, ...]:
    """Preparations that were wasted in the period, with what their containers cost, by drug."""
    query = (
        select(DoseRow.drug, DoseRow.number, MoveRow.count.label("moved"), MoveRow.cents)
        .outerjoin(MoveRow, and_(MoveRow.about == DoseRow.number, MoveRow.kind == UseContainer.kind))
        .where(DoseRow.status == DoseStatus.WASTED.value, DoseRow.moved_at >= since, DoseRow.moved_at < until)
    )
    numbers: dict[str, set[str]] = {}
    sums: dict[str, _Sum] = {}
    for row in uow.session.execute(query):
        numbers.setdefault(row.drug, set()).add(row.number)
        cents = None if row.cents is None else -row.cents
        sums.setdefault(row.drug, _Sum()).add(-(row.moved or 0), cents, "")
    names = {drug.id: drug.display for drug in formulary.drugs}
    return tuple(
        WastedDoses(
            names.get(drug, drug),
            len(numbers[drug]),
            found.containers,
            _cost(found.cents, found.containers, found.unpriced),
            found.unpriced,
        )
        for drug, found in sorted(sums.items(), key=lambda pair: (-pair[1].cents, pair[0]))
    )


class _Sum:
    def __init__(self) -> None:
        self.containers = self.cents = self.unpriced = 0
        self.causes: dict[str, int] = {}

    def add(self, count: int, cents: int | None, reason: str) -> None:
        self.containers += count
        self.cents += cents or 0
        self.unpriced += count if cents is None else 0
        cause = reason.partition(": ")[0]
        self.causes[cause] = self.causes.get(cause, 0) + count


def _wasted(formulary: Formulary, product: str, item: Item | None, found: _Sum) -> Wasted:
    drugs = {drug.id: drug.display for drug in formulary.drugs}
    drug = drugs.get(item.drug, item.drug) if isinstance(item, Product) else ""
    amount: Quantity | None = item.content * found.containers if isinstance(item, Product) else None
    return Wasted(
        drug=drug,
        product=product,
        display=product if item is None else item.display,
        containers=found.containers,
        amount="" if amount is None else show(amount),
        cost=_cost(found.cents, found.containers, found.unpriced),
        unpriced=found.unpriced,
        causes=tuple(f"{count} {CAUSES.get(cause, cause)}" for cause, count in sorted(found.causes.items())),
    )


def _cost(cents: int, containers: int, unpriced: int) -> str:
    """Nothing with a price is not known; nothing wasted costs nothing."""
    return price_words(None) if containers and containers == unpriced else price_words(cents)


HEADS = ("drug", "product", "name", "containers", "amount", "cost", "containers without a price", "causes")


def as_rows(report: WasteReport) -> Iterable[Iterable[str]]:
    """The report for a spreadsheet."""
    for row in report.rows:
        yield (
            row.drug, row.product, row.display, str(row.containers), row.amount, row.cost, str(row.unpriced),
            "; ".join(row.causes),
        )  # fmt: skip
    for one in report.doses:
        yield one.drug, "", "preparations made", str(one.containers), "", one.cost, str(one.unpriced), f"{one.doses} wasted"

