"""Waste of what was made: preparations, finished units and rests that were thrown away, batches given up, by drug."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gmpy2 import mpq
from sqlalchemy import and_, select

from batch_records.acting import load
from batch_records.reading import entry_from
from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.batches.actions import CancelBatch, WasteUnits
from compounding.batches.batch import Batch
from compounding.batches.record import BATCH
from compounding.batches.tables import BatchUnitRow
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow, FigureRow
from compounding.stock.lot_actions import UseContainer
from compounding.stock.money import price_words
from compounding.stock.opened import OPENED, DiscardContainer
from compounding.stock.opened_state import DISCARDED
from compounding.stock.tables import MoveRow
from formulary.model import Formulary


@dataclass(frozen=True)
class WastedMade:
    """What was made of one drug and thrown away."""

    drug: str
    doses: int
    units: int
    """Finished units that were nobody's yet."""
    containers: int
    """That were opened for the preparations and for batches given up; those of finished units are shared by their batch."""
    amount: str
    """Of the drug: `4,500 mg`; empty where nothing of it was mixed."""
    cost: str
    """Of the containers with a known price; of a unit its share of its batch."""
    unpriced: int


@dataclass(frozen=True)
class WastedRest:
    """Rests of opened containers of one drug that were thrown away. What they cost stands with what opened them."""

    drug: str
    containers: int
    amount: str
    """Of the drug that was left."""
    unknown: int
    """Containers of which nobody knew what was left."""


@dataclass
class _Sum:
    doses: int = 0
    units: int = 0
    containers: int = 0
    unpriced: int = 0
    cents: mpq = field(default_factory=mpq)
    amounts: list[Quantity] = field(default_factory=list)

    def spent(self, used: "_Used") -> None:
        """Containers that were opened."""
        self.containers += used.containers
        self.shared(used, mpq(1))

    def shared(self, used: "_Used", share: mpq) -> None:
        """The share of a batch's containers that fell to some of its units."""
        self.unpriced += used.unpriced
        self.cents += used.cents * share


@dataclass(frozen=True)
class _Used:
    """Containers that went into something, less those that came back."""

    containers: int = 0
    cents: int = 0
    unpriced: int = 0


def wasted_made(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> tuple[WastedMade, ...]:
    """Everything made that was thrown away from `since` until before `until`, the dearest drug first."""
    sums: dict[str, _Sum] = {}
    _doses(uow, sums, since, until)
    _batches(uow, sums, since, until)
    names = {drug.id: drug.display for drug in formulary.drugs}
    return tuple(
        WastedMade(
            names.get(drug, drug),
            found.doses,
            found.units,
            found.containers,
            _together(found.amounts),
            _cost(found),
            found.unpriced,
        )
        for drug, found in sorted(sums.items(), key=lambda pair: (-pair[1].cents, pair[0]))
    )


def _cost(found: _Sum) -> str:
    """Nothing with a known price is not known. Half a cent and more is a cent."""
    if found.unpriced and not found.cents:
        return price_words(None)
    return price_words(int(found.cents + mpq(1, 2)))


def _together(amounts: Iterable[Quantity]) -> str:
    sums: list[Quantity] = []
    for amount in amounts:
        like = next((place for place, one in enumerate(sums) if one.unit.dimension is amount.unit.dimension), None)
        if like is None:
            sums.append(amount)
        else:
            sums[like] += amount
    return " and ".join(show(one) for one in sums)


def _doses(uow: UnitOfWork, sums: dict[str, _Sum], since: datetime, until: datetime) -> None:
    """Preparations that were wasted in the period; one that was a finished unit costs its share of the batch."""
    figure = and_(FigureRow.record == DoseRow.record, FigureRow.drug == DoseRow.drug)
    rows = uow.session.execute(
        select(DoseRow.record, DoseRow.number, DoseRow.drug, FigureRow.found, FigureRow.unit, BatchUnitRow.record)
        .outerjoin(FigureRow, figure)
        .outerjoin(BatchUnitRow, BatchUnitRow.dose == DoseRow.number)
        .where(DoseRow.status == DoseStatus.WASTED.value, DoseRow.moved_at >= since, DoseRow.moved_at < until)
    ).all()
    used = _used(uow, [number for _, number, _, _, _, _ in rows])
    for record, number, drug, found, unit, batch in rows:
        total = sums.setdefault(drug, _Sum())
        total.doses += 1
        total.amounts += [Quantity(mpq(found), unit)] if found is not None else _mixed(uow, record, drug)
        total.spent(used.get(number, _Used()))
        if batch is not None:
            _shared(uow, total, load(uow, BATCH, batch), 1)


def _mixed(uow: UnitOfWork, record: str, drug: str) -> list[Quantity]:
    """Of a preparation that was never released: what it was to hold, once its making had begun."""
    dose = load(uow, DOSE, record)
    return [] if dose.started_at is None else [_plain(one.amount) for one in dose.planned.actives if one.drug == drug]


def _plain(amount: Quantity) -> Quantity:
    """Without the substance: the row names the drug."""
    return Quantity(amount.number, amount.unit)


def _batches(uow: UnitOfWork, sums: dict[str, _Sum], since: datetime, until: datetime) -> None:
    """Finished units that were wasted, and batches that were given up once their making had begun."""
    entries = ENTRIES.c
    wanted = select(ENTRIES).where(entries.kind.in_((WasteUnits.kind, CancelBatch.kind)), entries.at >= since, entries.at < until)
    for entry in map(entry_from, uow.session.execute(wanted.order_by(entries.record, entries.seq)).all()):
        batch = load(uow, BATCH, entry.record)
        total = sums.setdefault(batch.plan.drug, _Sum())
        if entry.kind == WasteUnits.kind:
            count = len(entry.payload["serials"])
            total.units += count
            total.amounts += [_plain(one.amount) * count for one in batch.plan.actives if one.drug == batch.plan.drug]
            _shared(uow, total, batch, count)
        elif batch.work.started_at is not None:
            total.spent(_used(uow, [batch.number]).get(batch.number, _Used()))


def _shared(uow: UnitOfWork, total: _Sum, batch: Batch, units: int) -> None:
    """What so many units of a batch cost: its containers, by the units that were made."""
    used = _used(uow, [batch.number]).get(batch.number, _Used())
    total.shared(used, mpq(units, batch.total))


def _used(uow: UnitOfWork, numbers: Iterable[str]) -> Mapping[str, _Used]:
    """What went into preparations and batches, by their numbers."""
    wanted, found = sorted(set(numbers)), dict[str, _Used]()
    for start in range(0, len(wanted), _AT_ONCE):
        moves = select(MoveRow.about, MoveRow.count.label("moved"), MoveRow.cents).where(
            MoveRow.about.in_(wanted[start : start + _AT_ONCE]), MoveRow.kind == UseContainer.kind
        )
        for about, moved, cents in uow.session.execute(moves):
            one = found.get(about, _Used())
            unpriced = one.unpriced - (moved if cents is None else 0)
            found[about] = _Used(one.containers - moved, one.cents - (cents or 0), unpriced)
    return found


_AT_ONCE = 5_000
"""Numbers that are named in one query."""


def wasted_rests(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> tuple[WastedRest, ...]:
    """Opened containers of drugs that were kept and thrown away in the period, by drug."""
    entries = ENTRIES.c
    wanted = select(entries.record).where(entries.kind == DiscardContainer.kind, entries.at >= since, entries.at < until)
    found: dict[str, list[Quantity | None]] = {}
    for record in uow.session.execute(wanted.order_by(entries.record)).scalars():
        opened = load(uow, OPENED, record)
        if opened.drug and opened.state == DISCARDED:
            found.setdefault(opened.drug, []).append(None if opened.left is None else _plain(opened.left))
    names = {drug.id: drug.display for drug in formulary.drugs}
    return tuple(
        WastedRest(
            names.get(drug, drug),
            len(rests),
            _together(one for one in rests if one is not None and one.number),
            sum(1 for one in rests if one is None),
        )
        for drug, rests in sorted(found.items())
    )
