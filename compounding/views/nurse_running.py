"""What the ward sees of a continuous infusion that runs: which bag it is, and whether its order still stands."""

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.preparing.dose import Dose
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.states import OrderStatus


def running_bags(uow: UnitOfWork, mrn: str) -> frozenset[str]:
    """Numbers of the bags that run: of each continuous infusion the one that was started last."""
    given = uow.session.execute(
        select(DoseRow.record).where(DoseRow.patient == mrn, DoseRow.status == DoseStatus.ADMINISTERED.value)
    ).scalars()
    bags = [dose for record in given if (dose := load(uow, DOSE, record)).planned.order_type == "continuous"]
    started = sorted((bag.moved_at, bag.order, bag.number) for bag in bags if bag.moved_at is not None)
    return frozenset({order: number for _, order, number in started}.values())


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
