"""A recall: opened with a reason, it holds what it touched; closed by two persons once every single thing is settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from calculations.errors import Faults
from compounding.planning.plan_data import as_data, from_data
from compounding.recalls.actions import (
    PERMISSIONS,
    RECALL_ACTIONS,
    AskClosing,
    CloseRecall,
    ListThings,
    OpenRecall,
    Touched,
)
from compounding.recalls.listing import count_unlisted, opening_things
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART, Part
from compounding.recalls.tables import RecallRow
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.rooms import HOOD, DescribeHood, Hood, hood_record
from compounding.tracing.subject import Subject, subject_of

FIELDS = ("product", "lot", "batch", "hood", "person", "place", "test")


@dataclass(frozen=True)
class Recall:
    """Blank until it is opened."""

    number: str = ""
    subject: Subject = field(default_factory=lambda: Subject(""))
    title: str = ""
    reason: str = ""
    source: str = ""
    status: str = ""
    """open or closed."""
    opened_by: str = ""
    opened_at: datetime | None = None
    closing_asked_by: str = ""
    closing_reason: str = ""
    closed_by: str = ""
    closed_at: datetime | None = None

    @property
    def shown_status(self) -> str:
        """`closing` while the second signature is missing."""
        return "closing" if self.status == "open" and self.closing_asked_by else self.status

    @property
    def touching(self) -> Subject:
        """The subject, with what was taken from it up to the opening: what is used later was cleared."""
        return replace(self.subject, looked_at=self.opened_at)

    @property
    def lot_state(self) -> str:
        """How lots are stopped: a lot that is itself the trouble is recalled, one that was only touched is held."""
        return "recalled" if self.subject.kind in ("lot", "product") else "held"


@dataclass(frozen=True)
class RecallContext:
    """What a decision about a recall looks at beyond it."""

    record: str = ""
    touched: tuple[Touched, ...] = ()
    """The first portion, for an opening."""
    hood: Hood = field(default_factory=Hood)
    unsettled: int = 0
    unlisted: int = 0


def parts_of(uow: UnitOfWork, number: str) -> list[Part]:
    """Every part of a recall, by their own entries."""
    parts: list[Part] = []
    while (part := load(uow, PART, part_record(number, len(parts) + 1))).recall:
        parts.append(part)
    return parts


def subject_named(action: OpenRecall) -> Subject:
    """The subject that an opening names. Raises Faults."""
    told = {name: str(getattr(action, name)) for name in FIELDS}
    return subject_of({"kind": action.subject, **told}, action.since, action.until)


def _apply(state: Recall, entry: Entry) -> Recall:
    action = from_data(RECALL_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, OpenRecall):
        subject = subject_named(action)
        return Recall(action.number, subject, action.title, action.reason, action.source, "open", entry.who, entry.at)
    if isinstance(action, AskClosing):
        return replace(state, closing_asked_by=entry.who, closing_reason=action.reason)
    return replace(state, status="closed", closed_by=entry.who, closed_at=entry.at)


def _gather(uow: UnitOfWork, record: str, state: Recall, action: RecordAction, act: Act) -> RecallContext:
    if isinstance(action, OpenRecall):
        try:
            subject = _until_now(subject_named(action), act)
        except Faults:
            return RecallContext(record)
        hood = load(uow, HOOD, hood_record(subject.hood)) if subject.hood else Hood()
        return RecallContext(record, opening_things(uow, replace(subject, looked_at=act.at)), hood)
    tasks = [task for part in parts_of(uow, state.number) for task in part.tasks.values()]
    unsettled = sum(1 for task in tasks if not task.settled)
    unlisted = count_unlisted(uow, state.number, state.touching) if state.number else 0
    return RecallContext(record, unsettled=unsettled, unlisted=unlisted)


def _until_now(subject: Subject, act: Act) -> Subject:
    """A hood, person, time or location touched what was there until now; a lot touches whatever is made of it."""
    if subject.until is not None or not (subject.by_making or subject.place):
        return subject
    return replace(subject, until=act.at)


def _check(state: Recall, action: Any, act: Act, ctx: RecallContext) -> Any:
    if isinstance(action, OpenRecall):
        return _check_open(state, action, act, ctx)
    if state.status != "open":
        return Refusal("recall_closed", "This recall is closed, or there is none of this number.")
    if not action.reason.strip():
        return Refusal("reason_missing", "Say what was found and done.", 422)
    left = ctx.unsettled + ctx.unlisted
    if left:
        return Refusal("not_settled", f"{left:,} of what it touched {'is' if left == 1 else 'are'} not settled yet.")
    if isinstance(action, CloseRecall) and not state.closing_asked_by:
        return Refusal("closing_not_asked", "Nobody has signed for the closing yet.")
    if isinstance(action, CloseRecall) and state.closing_asked_by == act.actor.person:
        return Refusal("same_person", "You signed first. Another person closes it.", 403)
    meaning = "Closing asked for by" if isinstance(action, AskClosing) else "Recall closed by"
    signature = sign(act, meaning, ctx.record, as_data(replace(action, signature=None)))
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _check_open(state: Recall, action: OpenRecall, act: Act, ctx: RecallContext) -> OpenRecall | Refusal:
    if state.number:
        return Refusal("recall_known", f"Recall {state.number} is open already.")
    if ctx.record != recall_record(action.number):
        return Refusal("number_wrong", "This is not the number of this recall.", 422)
    if not action.reason.strip() or not action.source.strip():
        return Refusal("reason_missing", "Say why, and who says so.", 422)
    try:
        subject = subject_named(action)
    except Faults as faults:
        return Refusal("subject_wrong", " ".join(str(fault) for fault in faults.faults), 422)
    return replace(action, until=_until_now(subject, act).until)


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def _consequences(before: Recall, after: Recall, entry: Entry, ctx: RecallContext) -> Sequence[Consequence]:
    """The first portion is listed and held with the opening itself; a hood that failed is out of service."""
    if entry.kind != OpenRecall.kind:
        return ()
    follow: list[Consequence] = []
    if ctx.touched:
        follow.append((PART, part_record(after.number, 1), listing_of(after, ctx.touched)))
    if after.subject.hood and after.subject.kind in ("hood", "test") and ctx.hood.in_service:
        hood, why = ctx.hood, f"Recall {after.number}: {after.reason}"
        out = DescribeHood(hood.name, hood.room, hood.category, hood.hazardous, False, why)
        follow.append((HOOD, hood_record(after.subject.hood), out))
    return follow


def listing_of(recall: Recall, touched: Sequence[Touched]) -> ListThings:
    """The action that lists a portion of a recall."""
    return ListThings(recall.number, recall.reason, recall.lot_state, tuple(touched))


def _rows(record: str, state: Recall) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "number": state.number,
        "title": state.title,
        "status": state.shown_status,
        "reason": state.reason,
        "opened_by": state.opened_by,
        "opened_at": state.opened_at,
    }
    return {cast(Table, RecallRow.__table__): [row] if state.number else []}


RECALL: RecordType[Recall, Any, RecallContext] = RecordType(
    name="recall",
    blank=Recall,
    apply=_apply,
    authorise=_authorise,
    check=_check,
    encode=encode,
    gather=_gather,
    consequences=_consequences,
    signed_kinds=frozenset({AskClosing.kind, CloseRecall.kind}),
    projection_tables=(cast(Table, RecallRow.__table__),),
    projection_rows=_rows,
)
