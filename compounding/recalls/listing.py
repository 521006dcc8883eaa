"""Everything that a recall has to look after, found by the trace of its subject. Each thing's own record decides the rest."""

from collections.abc import Sequence

from sqlalchemy import case, func, select

from batch_records.store import UnitOfWork
from compounding.preparing.tables import DoseRow
from compounding.recalls.actions import Touched
from compounding.recalls.tables import RecallTaskRow
from compounding.recalls.tasks import BATCH, DOSE, LOT, OPENED
from compounding.stock.lot import lot_record
from compounding.tracing.finding import reach_of, records_of
from compounding.tracing.next_steps import STEPS
from compounding.tracing.stock import lots_of, opened_of
from compounding.tracing.subject import Subject

AT_ONCE = 10
"""Things that are listed and held in one unit of work: others write between two of them."""
STOCK_AT_ONCE = 30
"""Lots that are held with the opening itself; opened containers and batches all are."""

_URGENCY = case({status.value: place for place, status in enumerate(STEPS)}, value=DoseRow.status)


def stock_things(uow: UnitOfWork, subject: Subject) -> list[Touched]:
    """Batches and opened containers, then lots: a lot that is not held yet is asked about at every scan."""
    lots = {row.record: Touched(row.record, LOT, row.product, row.lot) for row in lots_of(uow, subject)}
    if subject.product and subject.lot:
        own = lot_record(subject.product, subject.lot)
        lots.setdefault(own, Touched(own, LOT, subject.product, subject.lot))
    opened = [Touched(row.record, OPENED) for row in opened_of(uow, subject)]
    reach = reach_of(uow, subject)
    batches = [Touched(record, BATCH, serials=reach.units.get(record, ())) for record in reach.all_batches]
    return [*batches, *opened, *lots.values()]


def things(uow: UnitOfWork, number: str, subject: Subject, most: int) -> list[Touched]:
    """At most so many of what no part of this recall lists: stock first, so that nothing more is made of it, then preparations,
    those first that press most."""
    listed = select(RecallTaskRow.item).where(RecallTaskRow.recall == number)
    known = frozenset(uow.session.execute(listed.where(RecallTaskRow.what != DOSE)).scalars())
    stock = [one for one in stock_things(uow, subject) if one.item not in known][:most]
    if len(stock) == most:
        return stock
    doses = records_of(reach_of(uow, subject), listed).order_by(_URGENCY, DoseRow.record).limit(most - len(stock))
    return [*stock, *[Touched(record, DOSE) for record in uow.session.execute(doses).scalars()]]


def opening_things(uow: UnitOfWork, subject: Subject) -> tuple[Touched, ...]:
    """What is listed and held with the opening: the stock, then as many preparations as still fit one unit of work."""
    found = stock_things(uow, subject)
    stock = [one for one in found if one.what != LOT] + [one for one in found if one.what == LOT][:STOCK_AT_ONCE]
    room = max(0, AT_ONCE - len(stock))
    doses = uow.session.execute(records_of(reach_of(uow, subject)).limit(room)).scalars() if room else ()
    return (*stock, *[Touched(record, DOSE) for record in doses])


def count_unlisted(uow: UnitOfWork, number: str, subject: Subject) -> int:
    """How much of it no part of this recall lists yet."""
    listed = select(RecallTaskRow.item).where(RecallTaskRow.recall == number)
    known = frozenset(uow.session.execute(listed.where(RecallTaskRow.what != DOSE)).scalars())
    stock = sum(1 for one in stock_things(uow, subject) if one.item not in known)
    doses = records_of(reach_of(uow, subject), listed).subquery()
    return stock + int(uow.session.execute(select(func.count()).select_from(doses)).scalar_one())


def portions(found: Sequence[Touched]) -> list[tuple[Touched, ...]]:
    """What is listed in one unit of work each."""
    return [tuple(found[start : start + AT_ONCE]) for start in range(0, len(found), AT_ONCE)]
