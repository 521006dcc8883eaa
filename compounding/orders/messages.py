"""Messages that could not be placed: kept as they came, until a pharmacist says what became of each.

Every message that arrives ends in exactly one visible state. One that became an order stands in the queue or waits for an
answer; one that was refused stands here, is counted on the board, and is settled by a person with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry, digest
from batch_records.store import UnitOfWork
from compounding.orders.tables import MessageRow
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, encode, not_allowed

OPEN, SETTLED = "open", "settled"
LONGEST_REASON = 500
LONGEST_CONTENT = 200_000
"""Characters of a message that are kept; of a longer one its beginning, and that is said."""


@dataclass(frozen=True)
class Message:
    """One message that could not be placed. Persons are ids."""

    what: str = ""
    why: str = ""
    content: str = ""
    state: str = ""
    """Empty, `open` or `settled`."""
    received_at: datetime | None = None
    settled_by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class KeepMessage(RecordAction):
    """A message came and could not be placed."""

    kind: ClassVar[str] = "message_kept"
    what: str
    """Which message, in words: `MedicationRequest 0301: cefazolin`."""
    why: str
    content: str


@dataclass(frozen=True)
class SettleMessage(RecordAction):
    """A pharmacist has dealt with it."""

    kind: ClassVar[str] = "message_settled"
    reason: str
    """What became of it: the number of the order entered by hand, or why nothing is to be made."""


_ACTIONS: dict[str, type[RecordAction]] = {action.kind: action for action in (KeepMessage, SettleMessage)}
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "message_kept": frozenset({"pharmacist", "prescriber", "interface"}),
    "message_settled": frozenset({"pharmacist"}),
}


def message_record(content: str) -> str:
    """The id of a message's record, from what it says: the same message twice is one record."""
    return f"message-{digest(content.encode())[:32]}"


def kept(what: str, why: str, content: str) -> KeepMessage:
    """What is kept of a message."""
    if len(content) > LONGEST_CONTENT:
        why = f"{why} (Only the first {LONGEST_CONTENT:,} characters of the message are kept.)"
    return KeepMessage(what, why, content[:LONGEST_CONTENT])


def _apply(state: Message, entry: Entry) -> Message:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, KeepMessage):
        return Message(action.what, action.why, action.content, OPEN, entry.at)
    return replace(state, state=SETTLED, settled_by=entry.who, reason=getattr(action, "reason", ""))


def _gather(uow: UnitOfWork, record: str, state: Message, action: RecordAction, act: Act) -> None:
    """Nothing beyond the record decides about a message."""


def _check(state: Message, action: RecordAction, act: Act, context: None) -> RecordAction | Refusal:
    if isinstance(action, KeepMessage):
        return Refusal("message_kept_already", "This message is kept already.") if state.state else action
    if not state.state:
        return Refusal("message_unknown", "There is no such message.", 404)
    if state.state == SETTLED:
        return Refusal("message_settled_already", f"It is settled already: {state.reason}")
    reason = getattr(action, "reason", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        return Refusal("reason_missing", f"Say what became of it, in at most {LONGEST_REASON} characters.", 422)
    return SettleMessage(reason)


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def _rows(record: str, state: Message) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "what": state.what,
        "why": state.why,
        "state": state.state,
        "received_at": state.received_at,
    }
    return {cast(Table, MessageRow.__table__): [row] if state.state else []}


MESSAGE: RecordType[Message, RecordAction, None] = RecordType(
    name="message",
    blank=Message,
    apply=_apply,
    authorise=_authorise,
    gather=_gather,
    check=_check,
    encode=encode,
    projection_tables=(cast(Table, MessageRow.__table__),),
    projection_rows=_rows,
)
