"""The stock that a subject touched: lots, and opened containers that are still there. Reads only."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.preparing.numbering import check_digit, dose_record
from compounding.stock.tables import BalanceRow, LotRow, MoveRow, OpenedRow
from compounding.tracing.finding import batches_of, still
from compounding.tracing.subject import Subject, lot_spellings


def lots_of(uow: UnitOfWork, subject: Subject) -> list[LotRow]:
    """The lots that a subject itself names: by product and lot, or because they lie, or lay in that time, at a place."""
    wanted = []
    if subject.product:
        wanted.append(LotRow.product == subject.product)
        if subject.lot:
            wanted.append(LotRow.lot.in_(lot_spellings(subject.lot)))
    elif subject.place:
        lay = [
            LotRow.record.in_(
                select(BalanceRow.record).where(BalanceRow.location == subject.place, BalanceRow.count > 0)
            )
        ]
        if subject.since is not None:
            moved = select(MoveRow.record).where(MoveRow.location == subject.place, MoveRow.at >= subject.since)
            lay.append(LotRow.record.in_(moved))
        wanted.append(or_(*lay))
    if not wanted:
        return []
    return list(uow.session.execute(select(LotRow).where(*wanted).order_by(LotRow.product, LotRow.lot)).scalars())


def opened_of(uow: UnitOfWork, subject: Subject) -> list[OpenedRow]:
    """Opened containers that are still there: of the lot, at the location, or left by a preparation that was touched."""
    query = select(OpenedRow).where(OpenedRow.state != "discarded").order_by(OpenedRow.number)
    if subject.product:
        query = query.where(OpenedRow.product == subject.product)
        if subject.lot:
            query = query.where(OpenedRow.lot.in_(lot_spellings(subject.lot)))
    if subject.place:
        query = query.where(OpenedRow.place == subject.place)
    found = list(uow.session.execute(query).scalars())
    if not subject.by_making:
        return found
    sources = {row.record: dose_record(source_of(row.number)) for row in found}
    ours = still(uow, subject, sorted(set(sources.values()))) if sources else frozenset()
    return [row for row in found if sources[row.record] in ours]


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
    batches = batches_of(uow, subject)
    if not batches:
        return []
    columns = (BatchRow.record, BatchRow.number, BatchRow.title)
    unit = (BatchUnitRow.record == BatchRow.record) & (BatchUnitRow.dose == "")
    unit = unit & (BatchUnitRow.location == subject.place) if subject.place else unit
    place = (func.coalesce(BatchUnitRow.state, BatchRow.status), func.coalesce(BatchUnitRow.location, ""))
    query = select(*columns, *place, func.count(BatchUnitRow.serial)).outerjoin(BatchUnitRow, unit)
    rows = uow.session.execute(
        query.where(BatchRow.record.in_(batches)).group_by(*columns, *place).order_by(*columns, *place)
    )
    return [Units(str(r), str(n), str(t), str(s), str(p), int(c)) for r, n, t, s, p, c in rows]
