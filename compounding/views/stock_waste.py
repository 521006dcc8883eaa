"""Waste over a period: containers, amount of drug and money, by drug and product."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from batch_records.store import UnitOfWork
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.stock.lot_actions import CAUSES, WasteLot
from compounding.stock.money import price_words
from compounding.stock.tables import MoveRow
from compounding.views.stock_waste_made import WastedMade, WastedRest, wasted_made, wasted_rests
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
class WasteReport:
    rows: tuple[Wasted, ...]
    made: tuple[WastedMade, ...]
    opened: tuple[WastedRest, ...]
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
    cost = _cost(cents, containers, unpriced)
    made, opened = wasted_made(uow, formulary, since, until), wasted_rests(uow, formulary, since, until)
    return WasteReport(rows, made, opened, containers, cost, unpriced)


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
    for one in report.made:
        told = f"{one.doses} preparations and {one.units} finished units wasted"
        yield one.drug, "", "what was made", str(one.containers), one.amount, one.cost, str(one.unpriced), told
    for rest in report.opened:
        told = "their price is counted with what opened them"
        yield rest.drug, "", "rests of opened containers", str(rest.containers), rest.amount, "", "", told
