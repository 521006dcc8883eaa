"""When the next bag of a continuous infusion is due: from volume, rate and start, through every change of the rate."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.planning.continuous import runs_out
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.dose import Dose
from compounding.preparing.states import OPEN, OUT, DoseStatus
from compounding.reviewing.order_state import OrderRecord, OrderVersion

FAILED = frozenset({DoseStatus.REJECTED, DoseStatus.ABANDONED, DoseStatus.EXPIRED, DoseStatus.WASTED})
"""States in which a bag ends that was never given."""


def bag_dues(state: OrderRecord, doses: Sequence[Dose], at: datetime, until: datetime) -> tuple[datetime, ...]:
    """The due time of the next bag before `until`: none while one is on its way, at once when the last has run out."""
    if bag_on_its_way(state, doses) or bag_missing(doses):
        return ()
    order = state.current.order
    running = _running(doses)
    if order is None:
        return ()
    due = order.start if running is None else max(at, running_out(running, state.versions))
    ends = until if order.stop is None else min(until, order.stop)
    return (due,) if due < ends else ()


def bag_on_its_way(state: OrderRecord, doses: Sequence[Dose]) -> Dose | None:
    """The bag of the current version, or of one it repeats, that is being made or was sent, and does not run yet."""
    standing = state.standing
    return next((d for d in doses if d.order_version in standing and d.status in OPEN | OUT), None)


def bag_missing(doses: Sequence[Dose]) -> Dose | None:
    """The newest bag, while it is reported missing: a pharmacist decides whether another one is made in its place."""
    newest = _newest(doses)
    return newest if newest is not None and newest.status is DoseStatus.MISSING else None


def bag_failed(doses: Sequence[Dose]) -> str:
    """Number of the newest bag where it failed before it was given: the one that is made next is made in its place."""
    newest = _newest(doses)
    return newest.number if newest is not None and newest.status in FAILED else ""


def _newest(doses: Sequence[Dose]) -> Dose | None:
    return next((dose for dose in reversed(doses) if dose.status is not DoseStatus.CANCELLED), None)


def _running(doses: Sequence[Dose]) -> Dose | None:
    """The bag that was started last. An administered dose moves no more, so `moved_at` is its start."""
    started = [d for d in doses if d.status is DoseStatus.ADMINISTERED and d.moved_at is not None]
    return max(started, key=lambda d: d.moved_at or d.due, default=None)  # type: ignore[arg-type,return-value]


def running_out(bag: Dose, versions: Sequence[OrderVersion]) -> datetime:
    """When a running bag is empty. A changed rate counts from its acceptance; a changed concentration needs a bag then.

    Raises CannotCompute for a bag without a rate or a start.
    """
    plan, since = bag.planned, bag.moved_at
    if plan.rate is None or since is None:
        raise CannotCompute("rate_missing", "the end of the bag", "it has no rate or was not started.")
    left, rate = plan.final_volume, plan.rate
    for version in versions:
        changed, new = version.accepted_at, version.plan
        if version.number <= bag.order_version or not version.was_in_force or changed is None or new is None or new.rate is None:
            continue
        if changed <= since:
            rate = new.rate
            continue
        if changed >= runs_out(left, rate, since):
            break
        if new.concentration != plan.concentration:
            return changed
        left, rate, since = left - rate * _hours(changed - since), new.rate, changed
    return runs_out(left, rate, since)


def running_plan(bag: Dose, versions: Sequence[OrderVersion]) -> TherapeuticPlan:
    """The plan that a running bag is run by now: that of the newest accepted version which is given at the same concentration."""
    newer = [one.plan for one in versions if one.number >= bag.order_version and one.was_in_force and one.plan is not None]
    return next((plan for plan in reversed(newer) if plan.concentration == bag.planned.concentration), bag.planned)


def _hours(span: timedelta) -> Quantity:
    return Quantity(span // timedelta(microseconds=1), "h") / 3_600_000_000
