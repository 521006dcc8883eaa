"""What the ward sees of a continuous infusion that runs: which bag it is, and whether its order still stands."""

from collections.abc import Iterable

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus


def running_bags(uow: UnitOfWork, mrn: str) -> frozenset[str]:
    """Numbers of the bags that run: of each continuous infusion the one that was started last."""
    started = (
        select(DoseRow.order_number, DoseRow.record)
        .where(DoseRow.patient == mrn, DoseRow.status == DoseStatus.ADMINISTERED.value)
        .order_by(DoseRow.moved_at.desc(), DoseRow.number.desc())
    )
    by_order: dict[str, list[str]] = {}
    for order, record in uow.session.execute(started):
        by_order.setdefault(order, []).append(record)
    return frozenset(number for order, records in by_order.items() if (number := _last_bag(uow, order, records)))


def _last_bag(uow: UnitOfWork, order: str, records: Iterable[str]) -> str:
    """Number of the first of these doses that is a bag of a continuous infusion; "" at once for another order."""
    versions = load(uow, ORDER, order_record(order)).versions
    if not any(one.plan is not None and one.plan.order_type == "continuous" for one in versions):
        return ""
    doses = (load(uow, DOSE, record) for record in records)
    return next((dose.number for dose in doses if dose.planned.order_type == "continuous"), "")


def running_warning(dose: Dose, order: OrderRecord) -> str:
    """What the nurse must know of a bag that runs, when its order does not stand any more or is given otherwise now."""
    if dose.planned.order_type != "continuous":
        return ""
    if order.status in (OrderStatus.DISCONTINUED, OrderStatus.REJECTED):
        return f"The order was stopped: {order.current.reason}. This bag is not to run on."
    if order.status is OrderStatus.HELD:
        return f"The order is on hold: {order.current.reason}. Ask whether this bag runs on."
    newest = next((one.plan for one in reversed(order.versions) if one.was_in_force), None)
    if newest is not None and newest.concentration != dose.planned.concentration:
        return f"The order was changed to {show(newest.concentration)}: this bag is not run by the new rate. A new one is made."
    return ""
