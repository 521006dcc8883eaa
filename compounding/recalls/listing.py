"""Everything that a recall has to look after, found by the trace of its subject. Each thing's own record decides the rest."""

from collections.abc import Sequence

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.recalls.actions import Touched
from compounding.recalls.tables import RecallTaskRow
from compounding.recalls.tasks import BATCH, DOSE, LOT, OPENED
from compounding.stock.lot import lot_record
from compounding.tracing.finding import batches_of, statuses_of
from compounding.tracing.stock import lots_of, opened_of
from compounding.tracing.subject import Subject

AT_ONCE = 100
"""Things that are listed and held in one unit of work; the stock of a subject is always among the first."""


def things(uow: UnitOfWork, subject: Subject) -> list[Touched]:
    """All of them: stock first, so that nothing more is made of it, then the preparations."""
    lots = {row.record: Touched(row.record, LOT, row.product, row.lot) for row in lots_of(uow, subject)}
    if subject.product and subject.lot:
        own = lot_record(subject.product, subject.lot)
        lots.setdefault(own, Touched(own, LOT, subject.product, subject.lot))
    opened = [Touched(row.record, OPENED) for row in opened_of(uow, subject)]
    batches = [Touched(record, BATCH, place=subject.place) for record in batches_of(uow, subject)]
    doses = [Touched(record, DOSE) for record, _ in statuses_of(uow, subject)]
    return [*lots.values(), *opened, *batches, *doses]


def not_listed(uow: UnitOfWork, number: str, subject: Subject) -> list[Touched]:
    """What no part of this recall lists yet."""
    known = frozenset(uow.session.execute(select(RecallTaskRow.item).where(RecallTaskRow.recall == number)).scalars())
    return [one for one in things(uow, subject) if one.item not in known]


def portion(found: Sequence[Touched]) -> tuple[Touched, ...]:
    """What is listed in one unit of work: the stock whole, then preparations."""
    stock = [one for one in found if one.what != DOSE]
    return (*stock, *[one for one in found if one.what == DOSE][: max(0, AT_ONCE - len(stock))])
