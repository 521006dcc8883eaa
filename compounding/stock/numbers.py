"""Numbers of purchase orders and counts: the day and a count. Who comes second under one number is refused by the record."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from batch_records.store import Store
from batch_records.tables import HEADS


def new_number(store: Store, kind: str, key: str, at: datetime, offset_minutes: int) -> str:
    """The number for a new record of a kind (`purchase`, `count`): `260414-003`. The same key gets the same number.

    Three digits, and more from the thousandth of a day on.
    """
    day = f"{kind}-{at + timedelta(minutes=offset_minutes):%y%m%d}-"
    with store.read() as uow:
        known = uow.answer_for(key)
        if known is not None and known.record.startswith(f"{kind}-"):
            return known.record.removeprefix(f"{kind}-")
        newest = (func.length(HEADS.c.record).desc(), HEADS.c.record.desc())  # 1000 comes after 999
        of_day = select(HEADS.c.record).where(HEADS.c.record.startswith(day)).order_by(*newest).limit(1)
        last = uow.session.execute(of_day).scalar()
    return f"{day.removeprefix(f'{kind}-')}{int(last.rpartition('-')[2]) + 1 if last else 1:03d}"
