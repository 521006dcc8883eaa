"""Whether a subject touched one thing: the same trace, asked for that record alone. Reads only."""

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchUnitRow
from compounding.preparing.numbering import dose_record
from compounding.stock.lot import lot_record
from compounding.stock.tables import LotRow
from compounding.tracing.finding import reach_of, still
from compounding.tracing.places import lots_there
from compounding.tracing.stock import opened_of
from compounding.tracing.subject import Subject


def touches(uow: UnitOfWork, subject: Subject, record: str) -> bool:
    """Whether this dose, batch, opened container or lot is among what the subject touched."""
    kind = record.partition("-")[0]
    if kind == "lot":
        return _touches_lot(uow, subject, record)
    if kind == "opened":
        return bool(opened_of(uow, subject, record))
    unit = select(BatchUnitRow.record).where(BatchUnitRow.dose == record.removeprefix(dose_record("")))
    batches = uow.session.execute(unit).scalars().all() if kind == "dose" else ()
    reach = reach_of(uow, subject, (record, *batches))
    if kind == "batch":
        return record in reach.all_batches
    return uow.session.execute(still(reach, [record])).first() is not None


def _touches_lot(uow: UnitOfWork, subject: Subject, record: str) -> bool:
    if subject.product and subject.lot:
        return record == lot_record(subject.product, subject.lot)
    if subject.product:
        row = uow.session.get(LotRow, record)
        return row is not None and row.product == subject.product
    return bool(lots_there(uow, subject, (record,)))
