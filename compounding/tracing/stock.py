"""The stock that a subject touched: lots, and opened containers that are still there. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.preparing.numbering import check_digit, dose_record
from compounding.stock.lot import lot_record
from compounding.stock.lot_names import lot_key
from compounding.stock.opened import OPENED
from compounding.stock.tables import LotRow, OpenedRow
from compounding.tracing.finding import Reach, reach_of, still
from compounding.tracing.places import LYING, lots_there, opened_there
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
    """Opened containers that are still there: of the lot, kept at the place in that time, or opened for, or drawn from by, a
    preparation that was touched. `only`: this record alone is asked for."""
    reach = reach_of(uow, subject)
    query = select(OpenedRow).where(OpenedRow.state != "discarded").order_by(OpenedRow.number)
    if only:
        query = query.where(OpenedRow.record == only)
    if subject.product:
        query = query.where(OpenedRow.product == subject.product)
    found = list(uow.session.execute(query).scalars())
    if subject.lot:
        found = [row for row in found if lot_key(row.lot) == lot_key(subject.lot)]
    kept = set(opened_there(uow, reach.window)) if reach.window is not None and subject.kind in LYING else set()
    if subject.place:
        return [row for row in found if row.record in kept]
    if not subject.by_making:
        return found if subject.product else []
    sources = {row.record: _makings_of(uow, row) for row in found}
    named = sorted({source for some in sources.values() for source in some})
    ours = _touched_of(uow, reach, named)
    return [row for row in found if row.record in kept or sources[row.record] & ours]


def _makings_of(uow: UnitOfWork, row: OpenedRow) -> frozenset[str]:
    """The preparations that it was at the hood for: the one that opened it, and each that was drawn from it."""
    drawn = {dose_record(dose) for dose, _ in load(uow, OPENED, row.record).draws}
    return frozenset({dose_record(source_of(row.number)), *drawn})


def _touched_of(uow: UnitOfWork, reach: Reach, records: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(records), MOST_RECORDS):
        found |= set(uow.session.execute(still(reach, records[start : start + MOST_RECORDS])).scalars())
    return frozenset(found)


def source_of(container: str) -> str:
    """Number of the dose that opened a container: the container's own number begins with it."""
    body = container.rpartition("-")[0]
    return f"{body}-{check_digit(body.replace('-', ''))}"


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
