"""What comes due by the clock alone: doses past their beyond-use time expire, and orders yield the doses of the next hours.

One record that cannot be read or decided stops nothing but itself: it is said in the log, and the others go on.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select

from batch_records.acting import Done, load, perform
from batch_records.acts import SYSTEM, Act, Refusal
from batch_records.store import Store, UnitOfWork
from compounding.batches.sweeping import expire_units
from compounding.preparing.actions import Expire
from compounding.preparing.record import DOSE
from compounding.preparing.states import MOVES
from compounding.preparing.tables import DoseRow
from compounding.reviewing.actions import YieldDoses
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow, may_still_yield
from compounding.reviewing.yielding import horizon
from compounding.substitution.following import follow_switches
from formulary.repository import formulary_in_force

STATION = "server"
log = logging.getLogger(__name__)


def sweep(store: Store, at: datetime, offset_minutes: int) -> tuple[int, int]:
    """Do all once; gives how many doses expired and how many orders yielded doses.

    What an alternative that began or ended changes goes back to review first: nothing is queued as it is not made any more.
    """
    follow_switches(store, at, offset_minutes)
    expire_units(store, at, offset_minutes)
    return expire_doses(store, at, offset_minutes), extend_orders(store, at, offset_minutes)


def expire_doses(store: Store, at: datetime, offset_minutes: int) -> int:
    """Expire what is past its beyond-use time. The list finds candidates; the dose's own entries decide."""
    allowed = [status.value for status in MOVES["expire"][0]]
    with store.read() as uow:
        late = select(DoseRow.record).where(DoseRow.status.in_(allowed), DoseRow.start_by <= at)
        records = list(uow.session.execute(late).scalars())

    def expire(record: str) -> bool:
        with store.read() as uow:
            seq = len(uow.entries(record))
        act = Act(SYSTEM, STATION, at, f"expire/{record}/{seq}", offset_minutes)
        return isinstance(perform(store, DOSE, record, Expire(), act), Done)

    return len(each(records, expire))


def each(records: Iterable[str], swept: Callable[[str], bool]) -> list[str]:
    """The records of which `swept` says yes. One that it fails on is logged and left out."""
    found = []
    for record in records:
        try:
            if swept(record):
                found.append(record)
        except Exception:  # an altered record, say: a person has to look at it, and the others must not wait for that
            log.exception("the sweep could not do %s", record)
    return found


def extend_orders(store: Store, at: datetime, offset_minutes: int) -> int:
    """Queue the doses that come due within the site's time ahead, for every order in force that has any."""
    with store.read() as uow:
        ahead = horizon(formulary_in_force(uow).site.value("make_ahead"))
        verified = select(OrderRow.record).where(OrderRow.status == OrderStatus.VERIFIED.value, may_still_yield())
        records = list(uow.session.execute(verified).scalars())
        action = YieldDoses(at + ahead)
        due = each(records, lambda record: _yields(uow, record, action, at, offset_minutes))

    def extend(record: str) -> bool:
        with store.read() as uow:
            seq = len(uow.entries(record))
        act = Act(SYSTEM, STATION, at, f"yield/{record}/{seq}", offset_minutes)
        return isinstance(perform(store, ORDER, record, action, act), Done)

    return len(each(due, extend))


def _yields(uow: UnitOfWork, record: str, action: YieldDoses, at: datetime, offset_minutes: int) -> bool:
    """Whether the order would give a dose now: an order without one gets no entry."""
    act = Act(SYSTEM, STATION, at, "only looking", offset_minutes)
    state = load(uow, ORDER, record)
    answer = ORDER.check(state, action, act, ORDER.gather(uow, record, state, action, act))
    return not isinstance(answer, Refusal) and bool(answer.dues)
