"""From an accepted order version to its doses: when each is due, and how early it may be made."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.orders.order import Order
from compounding.orders.patient import Patient
from compounding.orders.schedule import due_times, hours, last_due_time
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.actions import Queue
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number
from compounding.preparing.states import DoseStatus
from compounding.reviewing.order_state import OrderRecord, OrderVersion


def new_dues(order: Order, version: OrderVersion, at: datetime, until: datetime) -> tuple[datetime, ...]:
    """Due times after those yielded before. A dose that is late by less than one interval is still due; what was missed before
    that, as while the order was on hold, is not made up for.
    """
    after, every = version.yielded_until, order.frequency.every
    oldest = None if every is None else at - hours(every)
    dues = due_times(order.frequency, order.start, order.stop, until, after or oldest)
    return tuple(due for due in dues if (after is None or due >= after) and (oldest is None or due > oldest))


def last_due(order: Order) -> datetime | None:
    """The last due time that an order can have; None where it has no end, or where one bag follows the other."""
    if order.start is None or order.frequency.continuous:
        return None
    return last_due_time(order.frequency, order.start, order.stop)


def not_before(plan: TherapeuticPlan, due: datetime) -> datetime | None:
    """The earliest start of preparation whose beyond-use time still covers the due time; None without a time limit."""
    spans = []
    for rule in plan.time_rules:
        if rule.storage == plan.storage:
            span = hours(rule.lasts)
            if rule.ends == "END_OF_INFUSION" and plan.infuse_over is not None:
                span -= hours(plan.infuse_over)
            spans.append(span)
    return due - min(spans) if spans and not plan.time_gap else None


def queue_action(
    state: OrderRecord,
    patient: Patient,
    index: int,
    due: datetime,
    at: datetime,
    remake_of: str = "",
    part: int = 0,
) -> Queue:
    """The entry that puts one dose in the queue. `part` 0 is the first container, 1 the first companion."""
    version = state.current
    if version.plan is None or version.draw_up is None or version.order is None:
        raise ValueError("only an accepted version yields doses")
    plan, draw_up = version.plan, version.draw_up
    if part:
        plan, draw_up = plan.companions[part - 1].plan, plan.companions[part - 1].draw_up
    early = not_before(plan, due)
    return Queue(
        dose_number(state.number, index),
        state.number,
        version.number,
        due,
        str(version.order.priority),
        patient.mrn,
        replace(plan, companions=()),
        draw_up,
        patient_shown(patient),
        early if early is not None and early > at else None,
        remake_of,
    )


def patient_shown(patient: Patient) -> dict[str, Any]:
    """What every page and print about a dose shows of the patient."""
    return {
        "name": patient.name,
        "born": patient.birth_date.isoformat(),
        "sex": patient.sex,
        "mrn": patient.mrn,
        "location": patient.location,
        "allergies": allergies_shown(patient),
    }


def allergies_shown(patient: Patient) -> str:
    """The allergies in one line; `none known` only where somebody asked."""
    told = "; ".join(allergy.text for allergy in patient.allergies)
    return told or ("none known" if patient.allergies_asked_at else "not asked")


def part_of(dose: Dose) -> int:
    """Which container of its plan a dose is; 0 the first or only one."""
    return 0 if dose.plan is None else dose.plan.part


def with_companions(
    plan: TherapeuticPlan | None, dues: Sequence[datetime]
) -> tuple[tuple[datetime, ...], tuple[int, ...]]:
    """One due time for every container, and which container of the plan each is."""
    if plan is None or not plan.companions:
        return tuple(dues), ()
    rows = [
        (due + hours(after), part)
        for due in dues
        for part, after in enumerate((Quantity(0, "h"), *(one.after for one in plan.companions)))
    ]
    return tuple(due for due, _ in rows), tuple(part for _, part in rows)


NEEDS_ANOTHER = frozenset(
    {
        DoseStatus.REJECTED,
        DoseStatus.ABANDONED,
        DoseStatus.EXPIRED,
        DoseStatus.MISSING,
        DoseStatus.QUARANTINED,
        DoseStatus.RETURNED,
        DoseStatus.WASTED,
    }
)
"""States after which the patient may still need the dose: a new one may be made in its place."""


def remake_refusal(number: str, doses: Sequence[Dose]) -> Refusal | None:
    """Why no new dose is made in place of this one: it is none of the order's, it did not fail, or it was made anew."""
    failed = next((dose for dose in doses if dose.number == number), None)
    if failed is None:
        return Refusal("not_of_this_order", f"{number} is no dose of this order.", 422)
    if failed.status not in NEEDS_ANOTHER:
        return Refusal("nothing_to_remake", f"{number} is {failed.status.words}: nothing is made anew.")
    anew = next((d for d in doses if d.remake_of == number and d.status is not DoseStatus.CANCELLED), None)
    if anew is not None:
        return Refusal("made_anew", f"{anew.number} was made in its place already.")
    return None


def horizon(ahead: Quantity) -> timedelta:
    """How far ahead doses are put in the queue; site data."""
    return hours(ahead)
