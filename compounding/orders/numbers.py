"""Numbers for new orders: the day and a count, given once for each request."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from batch_records.store import Store
from compounding.orders.tables import OrderNumberRow

ATTEMPTS = 20


def order_number(store: Store, key: str, at: datetime, offset_minutes: int) -> str:
    """The number of the order that is asked for under `key`: `260414-0140`, counted on the site's day.

    The same key gets the same number. Numbers have no gaps of meaning: one that was given and never used stays unused.
    """
    day = f"{at + timedelta(minutes=offset_minutes):%y%m%d}"
    for _ in range(ATTEMPTS):
        try:
            with store.write() as uow:
                known = uow.session.execute(select(OrderNumberRow.number).where(OrderNumberRow.key == key)).scalar()
                if known is not None:
                    return str(known)
                highest = select(func.max(OrderNumberRow.number)).where(OrderNumberRow.number.startswith(f"{day}-"))
                last = uow.session.execute(highest).scalar()
                number = f"{day}-{int(last[-4:]) + 1 if last else 1:04d}"
                uow.session.execute(insert(OrderNumberRow).values(number=number, key=key))
                uow.commit()
                return number
        except IntegrityError:
            continue
    raise RuntimeError("no order number could be given: others took each one first")
