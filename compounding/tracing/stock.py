"""The stock that a subject touched: lots, and opened containers that are still there. Reads only."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.stock.lot import lot_record
from compounding.stock.tables import LotRow, OpenedRow
from compounding.tracing.finding import carriers_of, reach_of
from compounding.tracing.places import lots_there
from compounding.tracing.subject import Subject

MOST_RECORDS = 5_000
"""Records that are named in one query."""


def lots_of(uow: UnitOfWork, subject: Subject) -> list[LotRow]:
    """The lots that a subject itself names: by product and lot, or because they lay at its place, or at its hood, in its time."""
    if subject.product and subject.lot:
        wanted = LotRow.record == lot_record(subject.product, subject.lot)
    elif subject.product:
        wanted = LotRow.product == subject.product
    else:
        wanted = LotRow.record.in_(lots_there(uow, subject))
    return list(uow.session.execute(select(LotRow).where(wanted).order_by(LotRow.product, LotRow.lot)).scalars())


def opened_of(uow: UnitOfWork, subject: Subject, only: str = "") -> list[OpenedRow]:
    """Opened containers that are still there and carry something of the subject: of its lot or dissolved with it, kept at its
    place in that time, or at a hood for a preparation that was touched. `only`: this record alone is asked for."""
    query = select(OpenedRow).where(OpenedRow.state != "discarded").order_by(OpenedRow.number)
    if only:
        carries = carriers_of(uow, subject).since(only) is not None
        return list(uow.session.execute(query.where(OpenedRow.record == only)).scalars()) if carries else []
    carrying = sorted(reach_of(uow, subject).containers)
    found: list[OpenedRow] = []
    for start in range(0, len(carrying), MOST_RECORDS):
        some = query.where(OpenedRow.record.in_(carrying[start : start + MOST_RECORDS]))
        found += uow.session.execute(some).scalars()
    return found


@dataclass(frozen=True)
class Units:
    """Units of one batch that stand alike at one location; one row for a batch that has none yet."""

    record: str
    number: str
    title: str
    state: str
    location: str
    count: int


def units_of(uow: UnitOfWork, subject: Subject) -> list[Units]:
    """The units of every batch that was touched, those that became a dose of a patient left out."""
    reach = reach_of(uow, subject)
    records = reach.all_batches
    if not records:
        return []
    batches = {row.record: row for row in uow.session.execute(select(BatchRow).where(BatchRow.record.in_(records))).scalars()}
    unit = BatchUnitRow
    columns = (unit.record, unit.serial, unit.state, unit.location)
    rows = uow.session.execute(select(*columns).where(unit.record.in_(records), unit.dose == "")).all()
    counted = Counter(
        (record, state, location)
        for record, serial, state, location in rows
        if record not in reach.units or serial in reach.units[record]
    )
    for record in {*batches} - {key[0] for key in counted} - {*reach.units}:
        counted[record, batches[record].status, ""] = 0
    return [
        Units(record, batches[record].number, batches[record].title, state, location, count)
        for (record, state, location), count in sorted(counted.items())
    ]
