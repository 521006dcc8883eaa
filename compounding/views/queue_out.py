"""Doses that left the queue and ask for somebody: to be fetched back, or to be looked at again. Lists; the guards decide."""

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.preparing.numbering import order_record
from compounding.preparing.rechecking import MARK
from compounding.preparing.states import OUT
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow


def to_fetch_back(uow: UnitOfWork) -> list[DoseRow]:
    """Doses that are out although their order was stopped or changed. The list is a list; the guards decide."""
    out = [status.value for status in (*OUT, S.MISSING)]
    rows = uow.session.execute(
        select(DoseRow, OrderRow)
        .join(OrderRow, OrderRow.number == DoseRow.order_number)
        .where(DoseRow.status.in_(out))
        .order_by(DoseRow.due)
    )
    over = {OrderStatus.DISCONTINUED.value, OrderStatus.REJECTED.value, OrderStatus.SUPERSEDED.value}
    return [dose for dose, order in rows if order.status in over or not _stands(uow, dose, order)]


def to_look_at_again(uow: UnitOfWork) -> list[DoseRow]:
    """Released doses, not given yet, whose patient changed since the review and no pharmacist has looked."""
    out = [status.value for status in OUT]
    rows = uow.session.execute(
        select(DoseRow).where(DoseRow.status.in_(out), DoseRow.know.startswith(MARK)).order_by(DoseRow.due)
    )
    return list(rows.scalars())


def _stands(uow: UnitOfWork, dose: DoseRow, order: OrderRow) -> bool:
    """Whether the dose is one of the current version, or of one that it repeats after a new review."""
    if dose.order_version == order.version:
        return True
    return dose.order_version in load(uow, ORDER, order_record(dose.order_number)).standing
