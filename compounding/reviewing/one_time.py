"""One-time formulations: written by a pharmacist with its source, approved by a second, used for one order version.

The record is named after the order version: another version of the order has none. With the acceptance of that version
it is spent and cannot be changed any more; its doses go on using it. Where an order is reviewed again unchanged, the
formulation of the version before is put forward again word for word, and again two pharmacists stand behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry, canonical, digest
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from calculations.errors import CannotCompute
from compounding.orders.patient_record import PATIENT
from compounding.planning.plan_data import from_data
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from compounding.preparing.numbering import order_record, patient_record
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.reviewing.one_time_data import drug_text, drug_with, formulation_id, with_drug
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.states import OrderStatus
from formulary.faults import DataFault
from formulary.model import Formulary
from formulary.repository import formulary_in_force

WRITTEN, APPROVED, SPENT, WITHDRAWN = "written", "approved", "spent", "withdrawn"
IN_FORCE = (APPROVED, SPENT)
LONGEST = 20_000
MEANING = "One-time formulation compared with its source and approved by"


@dataclass(frozen=True)
class OneTime:
    """One formulation for one order version."""

    order: str = ""
    version: int = 0
    drug: str = ""
    text: str = ""
    """In the form of a drug's data file."""
    status: str = ""
    """Empty, written, approved, spent (its order version was accepted) or withdrawn."""
    written_by: str = ""
    approved_by: str = ""
    reason: str = ""
    again_of: int = 0
    """The order version whose formulation this one is, word for word; 0 for one of its own."""


@dataclass(frozen=True)
class WriteOneTime(RecordAction):
    kind: ClassVar[str] = "one_time_written"
    order: str
    order_version: int
    text: str
    drug: str = ""
    """Completed."""
    again_of: int = 0
    """The order version, repeated unchanged by this one, whose formulation is put forward again."""


@dataclass(frozen=True)
class ApproveOneTime(RecordAction):
    kind: ClassVar[str] = "one_time_approved"
    content_digest: str
    """Digest of exactly what was on the page."""
    signature: Mapping[str, Any] | None = None
    """Completed."""


@dataclass(frozen=True)
class WithdrawOneTime(RecordAction):
    kind: ClassVar[str] = "one_time_withdrawn"
    reason: str


@dataclass(frozen=True)
class SpendOneTime(RecordAction):
    """Its order version was accepted with it."""

    kind: ClassVar[str] = "one_time_spent"


_ACTIONS: dict[str, type[RecordAction]] = {
    a.kind: a for a in (WriteOneTime, ApproveOneTime, WithdrawOneTime, SpendOneTime)
}
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "one_time_written": frozenset({"pharmacist"}),
    "one_time_approved": frozenset({"pharmacist"}),
    "one_time_withdrawn": frozenset({"pharmacist"}),
    "one_time_spent": frozenset({"system"}),
}


@dataclass(frozen=True)
class OneTimeContext:
    record: str
    order_version: int = 0
    """Current version of the order; 0 when there is none."""
    reviewing: bool = False
    """Whether that version waits for review."""
    drug: str = ""
    needed: bool = False
    """Whether no released formulation serves the order."""
    faults: tuple[DataFault, ...] = ()
    earlier: "OneTime | None" = None
    """The formulation that the order was made with before, where this version repeats it."""
    stops: tuple[str, ...] = ()
    """What still stops the order with this formulation, in words."""


def one_time_record(order: str, version: int) -> str:
    """The id of the record for one version of an order."""
    return f"one-time-{order}-{version}"


def one_time_digest(state: OneTime) -> str:
    """Digest of what a second pharmacist approves."""
    return digest(canonical({"order": state.order, "version": state.version, "text": state.text}))


def earlier_of(uow: UnitOfWork, state: OrderRecord) -> OneTime | None:
    """The newest approved formulation of the versions that the current one repeats unchanged; None where there is none."""
    version = state.current
    while version.again_of:
        version = state.versions[version.again_of - 1]
        found = load(uow, ONE_TIME, one_time_record(state.number, version.number))
        if found.status in IN_FORCE:
            return found
    return None


def formulary_for(uow: UnitOfWork, formulary: Formulary, order: str, version: int) -> Formulary:
    """The formulary that one order version is planned with: with its approved one-time formulation, where it has one.

    Raises CannotCompute when one that doses are made with no longer reads against the drug's version in force.
    """
    state = load(uow, ONE_TIME, one_time_record(order, version))
    if state.status not in IN_FORCE:
        return formulary
    found, faults = _with_written(uow, formulary, state.drug, state.text, order, version)
    if found is None and state.status == APPROVED:
        return formulary  # planning then says again that nothing serves the order
    if found is None:
        raise CannotCompute(
            "one_time_unreadable",
            "the one-time formulation",
            "; ".join(str(fault) for fault in faults) or "its drug is not in force any more.",
            "Write it anew for a new version of the order.",
        )
    return found


def _with_written(
    uow: UnitOfWork, formulary: Formulary, drug_id: str, text: str, order: str, version: int
) -> tuple[Formulary | None, tuple[DataFault, ...]]:
    drug = next((one for one in formulary.drugs if one.id == drug_id), None)
    if drug is None:
        return None, ()
    changed, faults = drug_with(drug, drug_text(uow, drug_id, drug.version), text, formulation_id(order, version), formulary)
    return (None if changed is None else with_drug(formulary, changed)), faults


def _apply(state: OneTime, entry: Entry) -> OneTime:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, WriteOneTime):
        return OneTime(
            action.order, action.order_version, action.drug, action.text, WRITTEN, entry.who, again_of=action.again_of
        )
    if isinstance(action, ApproveOneTime):
        return replace(state, status=APPROVED, approved_by=entry.who)
    if isinstance(action, SpendOneTime):
        return replace(state, status=SPENT)
    return replace(state, status=WITHDRAWN, reason=getattr(action, "reason", ""))


def _gather(uow: UnitOfWork, record: str, state: OneTime, action: RecordAction, act: Act) -> OneTimeContext:
    from compounding.reviewing.record import ORDER

    number = action.order if isinstance(action, WriteOneTime) else state.order
    found = load(uow, ORDER, order_record(number))
    if not found.versions or found.current.order is None:
        return OneTimeContext(record)
    order, version, formulary = found.current.order, found.current.number, formulary_in_force(uow)
    reviewing = found.status in (OrderStatus.CLINICAL_REVIEW, OrderStatus.SECOND_REVIEW, OrderStatus.CLARIFY)
    ctx = OneTimeContext(record, version, reviewing, order.drug)
    patient = load(uow, PATIENT, patient_record(order.patient)).patient
    if patient is None or not isinstance(action, WriteOneTime):
        return ctx
    alone = plan_order(Situation(order, patient, formulary, act.at, act.offset_minutes))
    ctx = replace(ctx, needed=needs_one_time(alone), earlier=earlier_of(uow, found))
    own, faults = _with_written(uow, formulary, order.drug, action.text, number, version)
    if own is None:
        return replace(ctx, faults=faults)
    planned = plan_order(Situation(order, patient, own, act.at, act.offset_minutes))
    stops = tuple(f.title for f in planned.findings if f.code.startswith("cannot_compute."))
    return replace(ctx, stops=stops)


def needs_one_time(planned: Planned) -> bool:
    """Whether no released formulation serves the order."""
    return any(finding.code == "cannot_compute.no_formulation" for finding in planned.findings)


def _check(state: OneTime, action: RecordAction, act: Act, ctx: OneTimeContext) -> RecordAction | Refusal:
    if isinstance(action, WriteOneTime):
        return _write(state, action, ctx)
    if not state.status:
        return Refusal("one_time_unknown", "No one-time formulation was written for this order version.", 404)
    if isinstance(action, SpendOneTime):
        return action
    if state.status == SPENT:
        return Refusal("one_time_spent", "It was used for its order and is not changed any more.")
    if isinstance(action, ApproveOneTime):
        return _approve(state, action, act, ctx)
    if not getattr(action, "reason", "").strip():
        return Refusal("reason_missing", "Say why.", 422)
    return action


def _write(state: OneTime, action: WriteOneTime, ctx: OneTimeContext) -> WriteOneTime | Refusal:
    if ctx.record != one_time_record(action.order, action.order_version) or not ctx.order_version:
        return Refusal("order_unknown", "There is no such order version.", 404)
    if action.order_version != ctx.order_version or not ctx.reviewing:
        return Refusal("order_changed", "This order version does not wait for review any more.")
    if state.status in IN_FORCE:
        return Refusal("one_time_approved", f"One is {state.status} already. Withdraw it first.")
    if not ctx.needed:
        return Refusal("formulation_exists", "A released formulation serves this order: use that one.")
    if action.again_of and (ctx.earlier is None or _content(ctx.earlier) != (action.again_of, action.text)):
        return Refusal("not_repeated", "This is not the formulation that the order was made with before, word for word.")
    if not action.text.strip() or len(action.text) > LONGEST:
        return Refusal("text_missing", f"Write the formulation, in at most {LONGEST:,} characters.", 422)
    if ctx.faults:
        return Refusal("one_time_faults", " ".join(f"{fault}." for fault in ctx.faults[:10]), 422)
    if ctx.stops:
        return Refusal("still_stopped", f"With it the order still cannot be planned. {' '.join(ctx.stops)}", 422)
    return replace(action, drug=ctx.drug)


def _content(earlier: OneTime) -> tuple[int, str]:
    return earlier.version, earlier.text


def _approve(state: OneTime, action: ApproveOneTime, act: Act, ctx: OneTimeContext) -> ApproveOneTime | Refusal:
    if state.status != WRITTEN:
        return Refusal("not_written", f"It is {state.status}.")
    if act.actor.person == state.written_by:
        return Refusal("own_formulation", "You wrote it. Another pharmacist approves it.", 403)
    if state.version != ctx.order_version or not ctx.reviewing:
        return Refusal("order_changed", "This order version does not wait for review any more.")
    if action.content_digest != one_time_digest(state):
        return Refusal("page_stale", "It was changed since this page was shown. Look once more.")
    content = {"order": state.order, "version": state.version, "text": state.text}
    signature = sign(act, MEANING, ctx.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


ONE_TIME: RecordType[OneTime, RecordAction, OneTimeContext] = RecordType(
    name="one_time",
    signed_kinds=frozenset({"one_time_approved"}),
    blank=OneTime,
    apply=_apply,
    authorise=_authorise,
    gather=_gather,
    check=_check,
    encode=encode,
)
