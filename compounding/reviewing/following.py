"""What follows when an order moves: its doses are queued, held, resumed or cancelled with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from batch_records.acting import Consequence
from batch_records.acts import Actor
from batch_records.entries import Entry
from compounding.orders.patient import Patient
from compounding.orders.schedule import hours
from compounding.planning.situation import NutritionBefore
from compounding.preparing.actions import AskRecheck, Cancel, Hold, Resume
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import OUT, DoseStatus
from compounding.reviewing.actions import YieldDoses
from compounding.reviewing.one_time import ONE_TIME, SpendOneTime, one_time_record
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.yielding import horizon, queue_action
from formulary.model import Formulary


@dataclass(frozen=True)
class OrderContext:
    formulary: Formulary
    patient: Patient | None
    doses: tuple[tuple[str, Dose], ...] = ()
    """Record id and state of every dose of the order."""
    yesterday: NutritionBefore | None = None
    """The patient's order of parenteral nutrition before this one."""
    prescriber: Actor | None = None
    """The registered person who is said to have confirmed hard findings."""
    patient_entries: int = 0
    """How many entries the patient's record has."""


UNMADE = frozenset({DoseStatus.QUEUED, DoseStatus.HELD, DoseStatus.STAGED})
CANCELS = {
    "discontinue": "order stopped",
    "reject_order": "order rejected",
    "place": "order changed",
    "answer": "order changed",
    "receive_incomplete": "order changed",
}


def consequences(before: OrderRecord, after: OrderRecord, entry: Entry, ctx: OrderContext) -> Sequence[Consequence]:
    """Doses are queued, held, resumed or cancelled with their order. Those already out become retrieval tasks."""
    if entry.kind in ("yield_doses", "ask_next_bag") and ctx.patient is not None:
        after = _counted(after, ctx.patient, entry, ctx)
    if entry.kind == "accept" and after.status is OrderStatus.VERIFIED:
        return _accepted(after, entry, ctx)
    if entry.kind == "yield_doses" and ctx.patient is not None:
        dues = [datetime.fromisoformat(text) for text in entry.payload["dues"]]
        return [_queued(before, after, ctx.patient, offset, due, entry) for offset, due in enumerate(dues, start=1)]
    if entry.kind == "ask_next_bag" and ctx.patient is not None:
        due = datetime.fromisoformat(entry.payload["needed_at"])
        return [_queued(before, after, ctx.patient, 1, due, entry)]
    if entry.kind in ("hold_order", "review_again"):
        why = "order on hold" if entry.kind == "hold_order" else "order reviewed again"
        return [(DOSE, r, Hold(why)) for r, d in ctx.doses if d.status is DoseStatus.QUEUED]
    if entry.kind == "resume_order" and after.status is OrderStatus.VERIFIED:
        return [(DOSE, r, _goes_on(after, d, entry.at)) for r, d in ctx.doses if d.status is DoseStatus.HELD]
    if entry.kind in CANCELS:
        return [(DOSE, r, Cancel(CANCELS[entry.kind])) for r, d in ctx.doses if d.status in UNMADE]
    return ()


def _counted(after: OrderRecord, patient: Patient, entry: Entry, ctx: OrderContext) -> OrderRecord:
    """With the containers that are taken at this moment."""
    from compounding.substitution.counting import counted_now

    now = counted_now(after.current, patient, ctx.formulary, entry.at, entry.offset_minutes)
    return replace(after, versions=(*after.versions[:-1], now))


def _accepted(after: OrderRecord, entry: Entry, ctx: OrderContext) -> Sequence[Consequence]:
    """New doses are queued. Of a version that was reviewed again the old ones go on where they are made in the same way."""
    from compounding.reviewing.record import ORDER

    alike, until = after.alike, entry.at + horizon(ctx.formulary.site.value("make_ahead"))
    unmade = [(record, dose) for record, dose in ctx.doses if dose.status in UNMADE]
    stopped = [(DOSE, r, Cancel("order changed")) for r, d in unmade if d.order_version not in alike]
    held = [(record, dose) for record, dose in unmade if dose.order_version in alike and dose.status is DoseStatus.HELD]
    go_on = [(DOSE, record, _goes_on(after, dose, entry.at)) for record, dose in held]
    looked = [(DOSE, r, AskRecheck(())) for r, d in ctx.doses if d.status in OUT and d.changed]
    return [*_spent(after), *stopped, *go_on, *looked, (ORDER, entry.record, YieldDoses(until))]


def _goes_on(state: OrderRecord, dose: Dose, at: datetime) -> Resume | Cancel:
    """A dose that was on hold is due again; one that was missed by an interval or more is not made up for: the next is due."""
    every = None if state.current.order is None else state.current.order.frequency.every
    missed = every is not None and dose.due is not None and dose.due <= at - hours(every)
    return Cancel("missed while the order was on hold") if missed else Resume()


def _spent(state: OrderRecord) -> Sequence[Consequence]:
    """A one-time formulation is spent with the acceptance of its order version."""
    plan = state.current.plan
    if plan is None or not plan.one_time:
        return ()
    return [(ONE_TIME, one_time_record(state.number, state.current.number), SpendOneTime())]


def _queued(
    before: OrderRecord, after: OrderRecord, patient: Patient, offset: int, due: datetime, entry: Entry
) -> Consequence:
    remake = str(entry.payload.get("remake_of", ""))
    parts = entry.payload.get("parts") or ()
    part = int(parts[offset - 1]) if parts else 0
    action = queue_action(after, patient, before.doses + offset, due, entry.at, remake, part)
    return DOSE, dose_record(action.number), action
