"""Orders reviewed before an alternative began or ended: planned again, and reviewed again where they are made otherwise.

Safe to do at any time and any number of times: what is as it should be gets no entry. Where only other containers are counted
out the review stands, and so do the doses; what was begun at a hood is finished as it was planned.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Select, select

from batch_records.acting import Done, load, perform
from batch_records.acts import SYSTEM, Act
from batch_records.store import Store, UnitOfWork
from compounding.orders.patient_record import PATIENT
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.numbering import patient_record
from compounding.preparing.states import OPEN, OUT
from compounding.preparing.tables import DoseRow
from compounding.reviewing.actions import ReviewAgain
from compounding.reviewing.comparing import what_differs
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER, planned_for
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow, may_still_yield
from compounding.reviewing.yesterday import nutrition_before
from formulary.model import Formulary
from formulary.model_switch import Alternative
from formulary.repository import formulary_at
from formulary.substitution.repository import substitutions

STATION = "server"
ENDED = "The alternative because of shortage has ended: made as usual again"


def follow_switches(store: Store, at: datetime, offset_minutes: int) -> int:
    """Send back to review what is not planned as it would be now; gives how many orders."""
    with store.read() as uow:
        formulary = formulary_at(uow, at)
        touched = {one.formulation for one in substitutions(uow, formulary)}
        if not touched:
            return 0
        touched |= {one.to for one in formulary.switches if one.kind is Alternative.FORMULATION}
        records = list(uow.session.execute(_with_doses_to_come_or_about()).scalars())
        found = {record: list(_again(uow, record, formulary, touched, at, offset_minutes)) for record in records}
        seen = {record: len(uow.entries(record)) for record, words in found.items() if words}
    done = 0
    for record, seq in seen.items():
        act = Act(SYSTEM, STATION, at, f"substitution/{record}/{seq}", offset_minutes)
        done += isinstance(perform(store, ORDER, record, ReviewAgain("; ".join(found[record])), act), Done)
    return done


def _with_doses_to_come_or_about() -> Select[str]:
    """Orders in force that may yield, or of which a dose waits, is being made or is out: a switch concerns no other."""
    about = select(DoseRow.order_number).where(DoseRow.status.in_([status.value for status in OPEN | OUT]))
    concerned = may_still_yield() | OrderRow.number.in_(about)
    return select(OrderRow.record).where(OrderRow.status == OrderStatus.VERIFIED.value, concerned)


def _again(
    uow: UnitOfWork, record: str, formulary: Formulary, touched: set[str], at: datetime, offset_minutes: int
) -> Iterator[str]:
    """Why an order has to be reviewed again, in words; nothing where it has not."""
    state = load(uow, ORDER, record)
    version, plan = state.current, state.current.plan
    if plan is None or plan.one_time or plan.nutrition is not None or version.order is None:
        return
    concerned = {active.formulation for active in plan.actives} | {one.formulation for one in plan.substituted or ()}
    if state.status is not OrderStatus.VERIFIED or not concerned & touched or not _moved(plan, formulary):
        return
    patient = load(uow, PATIENT, patient_record(version.order.patient)).patient
    if patient is None:
        return
    before = nutrition_before(uow, version.order, state.number)
    planned = planned_for(version.order, patient, formulary, at, offset_minutes, before)
    words = what_differs(plan, version.findings, planned)
    if words:
        yield from _reason(state, planned.plan)
        yield from words


def _moved(plan: TherapeuticPlan, formulary: Formulary) -> bool:
    """Whether another switch holds for the plan than the one it was made under."""
    made: Mapping[str, int] = {one.formulation: one.number for one in plan.substituted or ()}
    usual = {active.formulation for active in plan.actives} - _alternatives(plan)
    now = {row: found.number for row in usual | set(made) if (found := formulary.switched(row)) is not None}
    return made != now


def _alternatives(plan: TherapeuticPlan) -> set[str]:
    return {one.to for one in plan.substituted or () if one.kind == Alternative.FORMULATION}


def _reason(state: OrderRecord, plan: TherapeuticPlan | None) -> Iterator[str]:
    before = {one.words for one in state.current.plan.substituted or ()} if state.current.plan else set()
    now = [one.words for one in plan.substituted or ()] if plan is not None else []
    if before and not now:
        yield ENDED
    yield from (words[:1].upper() + words[1:] for words in now if words not in before)
