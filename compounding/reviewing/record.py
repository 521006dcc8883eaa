"""An order as a record: placing, review by pharmacists, clarification, hold, stop, and the doses that follow."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import canonical, digest
from batch_records.people import actor_for
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from calculations.findings import Grade
from compounding.orders.order import Order
from compounding.orders.patient import Patient
from compounding.orders.patient_record import PATIENT
from compounding.planning.plan_data import as_data
from compounding.planning.situation import NutritionBefore, Situation
from compounding.planning.therapeutic import Planned, plan_order
from compounding.preparing.context import OrderNow
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number, dose_record, order_record, patient_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.reviewing.actions import (
    Accept,
    Answer,
    AskNextBag,
    Clarify,
    Discontinue,
    HoldOrder,
    Place,
    RejectOrder,
    ResumeOrder,
    ReviewAgain,
    YieldDoses,
)
from compounding.reviewing.comparing import what_differs
from compounding.reviewing.confirming import completed_words, confirmation_refusal
from compounding.reviewing.following import OrderContext, consequences
from compounding.reviewing.next_bag import bag_dues, bag_failed, bag_missing, bag_on_its_way
from compounding.reviewing.one_time import formulary_for
from compounding.reviewing.order_state import OrderRecord, OrderVersion, apply
from compounding.reviewing.projecting import TABLES, rows
from compounding.reviewing.states import MOVES, PERMISSIONS, OrderStatus
from compounding.reviewing.yesterday import nutrition_before
from compounding.reviewing.yielding import new_dues, part_of, remake_refusal, with_companions
from formulary.model import Formulary
from formulary.repository import formulary_in_force

NEWER = "A newer version has arrived since this page was shown. Look at that one."


def planned_for(
    order: Order,
    patient: Patient,
    formulary: Formulary,
    at: datetime,
    offset_minutes: int,
    yesterday: NutritionBefore | None = None,
) -> Planned:
    """The plan of an order version at this moment: what the review page shows and what is frozen at acceptance.

    `yesterday` is what `nutrition_before` gives for an order of parenteral nutrition.
    """
    return plan_order(Situation(order, patient, formulary, at, offset_minutes, yesterday))


def review_content(planned: Planned) -> dict[str, Any]:
    """Exactly what a pharmacist signs at review, in plain form; its digest stands on the page."""
    return {"plan": as_data(planned.plan), "findings": [finding.as_data() for finding in planned.findings]}


def authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def gather(uow: UnitOfWork, record: str, state: OrderRecord, action: Any, act: Act) -> OrderContext:
    mrn = _patient_of(state, action)
    patient = load(uow, PATIENT, patient_record(mrn)).patient if mrn else None
    known = len(uow.entries(patient_record(mrn))) if mrn and isinstance(action, Accept) else 0
    numbers = [dose_number(state.number, index) for index in range(1, state.doses + 1)]
    doses = tuple((dose_record(n), load(uow, DOSE, dose_record(n))) for n in numbers)
    formulary, yesterday = formulary_in_force(uow), None
    if isinstance(action, Accept | ResumeOrder) and state.versions:
        formulary = formulary_for(uow, formulary, state.number, state.current.number)
        order = state.current.order
        yesterday = None if order is None else nutrition_before(uow, order, state.number)
    chosen = _confirmed_by(state, action)
    prescriber = actor_for(uow, chosen) if chosen else None
    return OrderContext(formulary, patient, doses, yesterday, prescriber, known)


def _confirmed_by(state: OrderRecord, action: Any) -> str:
    """The registered person who is said to have confirmed hard findings, now or at the first of two reviews."""
    if not isinstance(action, Accept) or not state.versions:
        return ""
    given = action.confirmation or state.current.confirmation
    return "" if given is None else given.person


def _patient_of(state: OrderRecord, action: Any) -> str:
    if isinstance(action, Place | Answer):
        return str(action.order.get("patient", ""))
    if state.versions and state.current.order is not None:
        return state.current.order.patient
    return ""


def check(state: OrderRecord, action: Any, act: Act, ctx: OrderContext) -> Any:
    """The only gate of an order."""
    allowed = MOVES.get(action.kind)
    if allowed is not None and (not state.versions or state.status not in allowed):
        words = state.status.words if state.versions else "not known"
        return Refusal("wrong_state", f"This order is {words}; that is not possible now.")
    if isinstance(action, Place | Answer):
        return _check_order(state, action, ctx)
    if isinstance(action, Accept):
        return _check_accept(state, action, act, ctx)
    if isinstance(action, ResumeOrder):
        return _check_resume(state, action, act, ctx)
    if isinstance(action, YieldDoses):
        return _check_yield(state, action, act, ctx)
    if isinstance(action, AskNextBag):
        return _check_next_bag(state, action, ctx)
    if isinstance(action, Clarify | RejectOrder) and action.version_number not in (0, state.current.number):
        return Refusal("order_changed", NEWER)
    if isinstance(action, Clarify | RejectOrder | HoldOrder | ReviewAgain | Discontinue):
        text = action.question if isinstance(action, Clarify) else action.reason
        if not text.strip():
            return Refusal("reason_missing", "Say what or why.", 422)
    return action


def _continuous(state: OrderRecord) -> bool:
    plan = state.current.plan
    return plan is not None and plan.order_type == "continuous"


def _check_order(state: OrderRecord, action: Any, ctx: OrderContext) -> Any:
    if isinstance(action, Place) and state.number not in ("", action.number):
        return Refusal("other_order", f"This is order {state.number}, not {action.number}.", 422)
    if action.replaces and (not state.versions or action.replaces != state.current.number):
        return Refusal("order_changed", NEWER)
    if isinstance(action, Answer) and not (action.answer.strip() and action.answered_by.strip()):
        return Refusal("answer_missing", "Say what was answered, and by whom.", 422)
    try:
        order = Order.parse(action.order, kept=True)
    except (Fault, Faults) as faults:
        return Refusal("order_wrong", str(faults), 422)
    if state.versions and state.current.order is not None and state.current.order.patient != order.patient:
        return Refusal(
            "other_patient", "A new version is for the same patient. Stop this order and place another.", 422
        )
    if ctx.patient is None:
        return Refusal("patient_unknown", f"No patient {order.patient} is recorded. Record the patient first.", 422)
    return action


def _check_accept(state: OrderRecord, action: Accept, act: Act, ctx: OrderContext) -> Any:
    version = state.current
    if version.order is None or ctx.patient is None:
        return Refusal("order_incomplete", "The order is not complete.", 422)
    if action.version_number != version.number:
        return Refusal("order_changed", NEWER)
    if version.is_own_of(act.actor.person, act.actor.name, act.actor.credentials):
        return Refusal("own_order", "Nobody reviews an order of their own.", 403)
    planned = planned_for(version.order, ctx.patient, ctx.formulary, act.at, act.offset_minutes, ctx.yesterday)
    agreed = still_as_accepted(planned, version)
    earlier = version if agreed else replace(version, reasons={}, prescriber_confirmed="", confirmation=None)
    if refused := confirmation_refusal(action.confirmation, earlier, ctx.prescriber, act):
        return refused
    if agreed and act.actor.person in version.accepted_by:
        return Refusal("same_reviewer", "You have accepted it already. Another pharmacist must agree.", 403)
    content = review_content(planned)
    if action.content_digest != digest(canonical(content)):
        return Refusal("page_stale", "Something changed since this page was shown. Load it again and look once more.")
    if refused := findings_refusal(planned, action, earlier):
        return refused
    hard = any(f.grade is Grade.HARD for f in planned.findings)
    codes = {finding.code for finding in planned.findings}
    completed = replace(
        action,
        reasons={code: said for code, said in action.reasons.items() if code in codes},
        plan=planned.plan,
        draw_up=planned.draw_up,
        findings=tuple(f.as_data() for f in planned.findings),
        final=not hard or agreed,
        prescriber_confirmed=completed_words(action, ctx.prescriber),
        patient_entries=ctx.patient_entries,
    )
    signature = sign(act, "Reviewed and accepted by", order_record(state.number), content)
    return signature if isinstance(signature, Refusal) else replace(completed, signature=signature.as_data())


def _check_resume(state: OrderRecord, action: ResumeOrder, act: Act, ctx: OrderContext) -> Any:
    """Planned again at this moment, with the patient as now: what differs from the review goes back to review."""
    version = state.current
    if version.order is None or ctx.patient is None:
        return Refusal("order_incomplete", "The order is not complete.", 422)
    planned = planned_for(version.order, ctx.patient, ctx.formulary, act.at, act.offset_minutes, ctx.yesterday)
    return replace(action, changed=what_differs(version.plan, version.findings, planned))


def still_as_accepted(planned: Planned, version: OrderVersion) -> bool:
    """Whether the first pharmacist accepted exactly this plan; after a change two must agree anew, and what was said of the
    earlier plan, by a pharmacist or by the prescriber, says nothing of this one."""
    if not version.accepted_by:
        return False
    accepted = {"plan": as_data(version.plan), "findings": as_data(version.findings)}
    return canonical(review_content(planned)) == canonical(accepted)


def findings_refusal(planned: Planned, action: Accept, version: OrderVersion) -> Refusal | None:
    """Info passes; soft needs a reason; hard needs a reason, the prescriber's name and two pharmacists; absolute never."""
    reasons = {**version.reasons, **action.reasons}
    for finding in planned.findings:
        if finding.grade is Grade.ABSOLUTE:
            return Refusal("absolute_finding", f"{finding.title}. There is no way past this. {finding.mend}".strip())
        if finding.grade in (Grade.SOFT, Grade.HARD) and not reasons.get(finding.code, "").strip():
            return Refusal("reason_missing", f"Say why this may stand: {finding.title}.", 422)
        if finding.grade is Grade.HARD and action.confirmation is None and not version.prescriber_confirmed:
            return Refusal("prescriber_missing", f"Choose the prescriber who confirmed it: {finding.title}.", 422)
    if planned.plan is None:
        return Refusal("no_plan", "There is no plan to accept.")
    return None


def _check_yield(state: OrderRecord, action: YieldDoses, act: Act, ctx: OrderContext) -> Any:
    order = state.current.order
    if order is None:
        return Refusal("order_incomplete", "The order is not complete.")
    if action.remake_of:
        if refused := remake_refusal(action.remake_of, [dose for _, dose in ctx.doses]):
            return refused
        if order.frequency.continuous and (coming := bag_on_its_way(state, [dose for _, dose in ctx.doses])) is not None:
            return Refusal("bag_on_its_way", f"{coming.number} is there already, {coming.status.words}.")
        due = max(action.until, act.at)
        part = part_of(next(dose for _, dose in ctx.doses if dose.number == action.remake_of))
        return _after_stop(order, due) or replace(action, dues=(due,), parts=(part,) if part else ())
    doses = [dose for _, dose in ctx.doses]
    if order.frequency.continuous:
        dues = bag_dues(state, doses, act.at, action.until)
        return replace(action, dues=dues, remake_of=bag_failed(doses) if dues else "")
    taken = _dues_taken(state, doses)
    dues = new_dues(order, state.current, act.at, action.until)
    containers, parts = with_companions(state.current.plan, [due for due in dues if due not in taken])
    return replace(action, dues=containers, parts=parts)


def _after_stop(order: Order, due: datetime) -> Refusal | None:
    if order.stop is None or due < order.stop:
        return None
    return Refusal("order_over", "The order ends before that: nothing more is made for it.")


def _check_next_bag(state: OrderRecord, action: AskNextBag, ctx: OrderContext) -> Any:
    order = state.current.order
    if order is None or not _continuous(state):
        return Refusal("not_continuous", "Only a continuous infusion has a next bag to ask for.", 422)
    coming = bag_on_its_way(state, [dose for _, dose in ctx.doses])
    if coming is not None:
        return Refusal("bag_on_its_way", f"{coming.number} is there already, {coming.status.words}.")
    if (missing := bag_missing([dose for _, dose in ctx.doses])) is not None:
        return Refusal("bag_missing", f"{missing.number} is reported missing: a pharmacist has another one made in its place.")
    return _after_stop(order, action.needed_at) or action


def _dues_taken(state: OrderRecord, doses: Sequence[Dose]) -> frozenset[datetime | None]:
    """Due times that have their dose: given under any version, or there under this one. Never two for one due time."""
    standing = state.standing
    return frozenset(
        dose.due
        for dose in doses
        if part_of(dose) == 0
        and (
            dose.status is DoseStatus.ADMINISTERED
            or (dose.order_version in standing and dose.status is not DoseStatus.CANCELLED)
        )
    )


def order_now(uow: UnitOfWork, record: str) -> OrderNow:
    """How an order stands, for the guards of its doses."""
    state = load(uow, ORDER, record)
    if not state.versions:
        return OrderNow()
    status = state.status
    order = state.current.order
    return OrderNow(
        state.current.number,
        status is OrderStatus.VERIFIED,
        status is OrderStatus.HELD,
        status.words,
        None if order is None else order.stop,
        state.standing,
    )


ORDER: RecordType[OrderRecord, Any, OrderContext] = RecordType(
    name="order",
    signed_kinds=frozenset({"accept"}),
    blank=OrderRecord,
    apply=apply,
    authorise=authorise,
    check=check,
    encode=encode,
    gather=gather,
    consequences=consequences,
    projection_tables=TABLES,
    projection_rows=rows,
)
