"""Numbers of purchase orders and counts: the day and a count. Who comes second under one number is refused by the record."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from batch_records.store import Store
from batch_records.tables import HEADS


def new_number(store: Store, kind: str, key: str, at: datetime, offset_minutes: int) -> str:
    """The number for a new record of a kind (`purchase`, `count`): `260414-003`. The same key gets the same number."""
    day = f"{kind}-{at + timedelta(minutes=offset_minutes):%y%m%d}-"
    with store.read() as uow:
        known = uow.answer_for(key)
        if known is not None and known.record.startswith(f"{kind}-"):
            return known.record.removeprefix(f"{kind}-")
        last = uow.session.execute(select(func.max(HEADS.c.record)).where(HEADS.c.record.startswith(day))).scalar()
    return f"{day.removeprefix(f'{kind}-')}{int(str(last)[-3:]) + 1 if last else 1:03d}"
