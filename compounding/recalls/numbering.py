"""Numbers of recalls: the day and a count, given once for each request."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from batch_records.store import Store
from compounding.recalls.tables import RecallNumberRow

ATTEMPTS = 20


def recall_number(store: Store, key: str, at: datetime, offset_minutes: int) -> str:
    """The number of the recall that is asked for under `key`: `R260414-01`, counted on the site's day."""
    day = f"R{at + timedelta(minutes=offset_minutes):%y%m%d}"
    for _ in range(ATTEMPTS):
        try:
            with store.write() as uow:
                known = uow.session.execute(select(RecallNumberRow.number).where(RecallNumberRow.key == key)).scalar()
                if known is not None:
                    return str(known)
                given = select(func.count()).select_from(RecallNumberRow).where(RecallNumberRow.number.startswith(day))
                number = f"{day}-{uow.session.execute(given).scalar_one() + 1:02d}"
                uow.session.execute(insert(RecallNumberRow).values(number=number, key=key))
                uow.commit()
                return number
        except IntegrityError:
            continue
    raise RuntimeError("no recall number could be given: others took each one first")


def recall_record(number: str) -> str:
    """The id of a recall's record."""
    return f"recall-{number}"


def part_record(number: str, part: int) -> str:
    """The id of a part of a recall: a portion of what it touched."""
    return f"recall_part-{number}-{part}"
