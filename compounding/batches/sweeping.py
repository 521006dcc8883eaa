"""Units of batches that are past their time expire by the clock alone."""

from datetime import datetime

from sqlalchemy import select

from batch_records.acting import Done, load, perform
from batch_records.acts import SYSTEM, Act
from batch_records.store import Store
from compounding.batches.actions import ExpireUnits
from compounding.batches.batch import Batch
from compounding.batches.record import BATCH
from compounding.batches.states import MOVES
from compounding.batches.tables import BatchUnitRow
from compounding.batches.units import past_their_time

STATION = "server"


def expire_units(store: Store, at: datetime, offset_minutes: int) -> int:
    """Expire what is past its time, a batch at a time; gives how many batches had any. The list finds, the batches decide."""
    unit = BatchUnitRow
    with store.read() as uow:
        late = select(unit.record).where(unit.state.in_(("quarantine", "available", "held")), unit.beyond_use_date <= at)
        records = sorted(set(uow.session.execute(late).scalars()))
    done = 0
    for record in records:
        with store.read() as uow:
            batch: Batch = load(uow, BATCH, record)
            if batch.status not in MOVES["expire_units"] or not past_their_time(batch, at):
                continue
            seq = len(uow.entries(record))
        act = Act(SYSTEM, STATION, at, f"expire/{record}/{seq}", offset_minutes)
        done += isinstance(perform(store, BATCH, record, ExpireUnits(), act), Done)
    return done
