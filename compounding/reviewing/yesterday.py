"""The patient's order of parenteral nutrition before this one: what "yesterday" means beside an order and at its review."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from calculations.nutrition.order import NutritionOrder
from compounding.nutrition.plan import NutritionPlan
from compounding.orders.order import NUTRITION, Order
from compounding.orders.schedule import hours
from compounding.planning.situation import NutritionBefore
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow

LONGEST = timedelta(hours=24)
"""A bag runs for a day at most."""
OVER = frozenset({OrderStatus.DISCONTINUED, OrderStatus.REJECTED})
"""Of such an order no bag hangs any more."""
MOST_LOOKED_AT = 10
"""Orders of the patient that are folded at most: of the newest ones that were never accepted, none is given."""


@dataclass(frozen=True)
class OrderBefore:
    """The version that was made of the order before."""

    number: str
    start: datetime
    order: NutritionOrder
    plan: NutritionPlan | None
    """Its bag, as the pharmacist accepted it."""

    @property
    def for_planning(self) -> NutritionBefore:
        """What planning compares with."""
        return NutritionBefore(self.order, self.start)


def order_before(uow: UnitOfWork, patient: str, start: datetime, number: str = "") -> OrderBefore | None:
    """The newest accepted order of parenteral nutrition of this patient that starts before `start`, other than `number`.

    Found by the projection and decided from the folded record. None where there is none.
    """
    from compounding.reviewing.record import ORDER

    for record in _records(uow, patient, start, number):
        found = _made(load(uow, ORDER, record))
        if found is not None and found.start < start:
            return found
    return None


def nutrition_before(uow: UnitOfWork, order: Order, number: str) -> NutritionBefore | None:
    """The order before as planning compares with it; None for an order of any other kind.

    An accepted one that starts with this one, or while it runs, is told instead: two bags would hang at once.
    """
    if order.nutrition is None:
        return None
    ends = order.start + hours(order.nutrition.hours)
    found = _second_bag(uow, order, ends, number) or order_before(uow, order.patient, order.start, number)
    return None if found is None else found.for_planning


def _second_bag(uow: UnitOfWork, order: Order, ends: datetime, number: str) -> OrderBefore | None:
    from compounding.reviewing.record import ORDER

    for record in _records(uow, order.patient, ends, number):
        state = load(uow, ORDER, record)
        found = None if state.status in OVER else _made(state)
        if found is not None and order.start <= found.start < ends:
            return found
    return None


def heads_before(uow: UnitOfWork, patient: str, start: datetime, number: str) -> tuple[str, ...]:
    """The heads of the records that `nutrition_before` looks at: while they stay, so does its answer."""
    ends = start + LONGEST
    records = {*_records(uow, patient, start, number), *_records(uow, patient, ends, number)}
    query = select(HEADS.c.record, HEADS.c.hash).where(HEADS.c.record.in_(records)).order_by(HEADS.c.record)
    return tuple(f"{row.record} {row.hash}" for row in uow.session.execute(query))


def _records(uow: UnitOfWork, patient: str, start: datetime, number: str) -> list[str]:
    query = (
        select(OrderRow.record)
        .where(
            OrderRow.patient == patient,
            OrderRow.drug == NUTRITION,
            OrderRow.number != number,
            OrderRow.start < start,
        )
        .order_by(OrderRow.start.desc(), OrderRow.number.desc())
        .limit(MOST_LOOKED_AT)
    )
    return list(uow.session.execute(query).scalars())


def _made(state: OrderRecord) -> OrderBefore | None:
    """The newest version that was accepted so that bags were made of it."""
    for version in reversed(state.versions):
        order = version.order
        if order is not None and order.nutrition is not None and version.yielded_until is not None:
            plan = None if version.plan is None else version.plan.nutrition
            return OrderBefore(state.number, order.start, order.nutrition, plan)
    return None
