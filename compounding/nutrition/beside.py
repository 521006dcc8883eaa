"""The other containers of the same day of an order of parenteral nutrition: what hangs beside this one."""

from datetime import datetime

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.nutrition.plan import LIPID
from compounding.orders.schedule import hours
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.reviewing.record import ORDER

GONE = frozenset({S.NEW, S.CANCELLED, S.REJECTED, S.ABANDONED, S.EXPIRED, S.WASTED, S.MISSING, S.QUARANTINED})
"""In these states a container hangs beside nothing any more."""


def beside(uow: UnitOfWork, dose: Dose) -> tuple[Dose, ...]:
    """The bag and lipid containers of the same order that start with this one, in their order. Empty for other doses."""
    if dose.planned.nutrition is None:
        return ()
    count = load(uow, ORDER, order_record(dose.order)).doses
    numbers = [dose_number(dose.order, index) for index in range(1, count + 1)]
    others = [load(uow, DOSE, dose_record(number)) for number in numbers if number != dose.number]
    start = _start(dose)
    return tuple(o for o in others if o.status not in GONE and o.planned.nutrition is not None and _start(o) == start)


def _start(dose: Dose) -> datetime | None:
    """When the day of nutrition starts that a container belongs to: a later lipid container follows the ones before it."""
    nutrition = dose.planned.nutrition
    if dose.due is None or nutrition is None:
        return None
    before = max(dose.planned.part - 1, 0) if nutrition.container == LIPID else 0
    return dose.due - hours(nutrition.hours) * before


def goes_with(uow: UnitOfWork, dose: Dose) -> str:
    """`lipid 260414-0150-02-1 and 260414-0150-03-9` on the bag, `bag …` on the lipid; empty when it is alone."""
    found = beside(uow, dose)
    parts = []
    for name in ("bag", LIPID):
        numbers = [o.number for o in found if o.planned.nutrition is not None and o.planned.nutrition.container == name]
        if numbers:
            parts.append(f"{name} {' and '.join(numbers)}")
    return ", ".join(parts)
