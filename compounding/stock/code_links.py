"""A code that belongs to no product: a technician raises it, a pharmacist links it, a second pharmacist confirms.

Only a confirmed link lets a scan of that code count. The record of a code is named after the GTIN or NDC that was read,
so that every scan of the same product meets the same record. A link can be withdrawn at any time, and then the code is
unknown again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Table

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from compounding.planning.plan_data import as_data, from_data
from compounding.record_actions import RecordAction, by_kind, by_role, encode, table_of
from compounding.stock.resolving import Resolved, Unknown, code_key, resolve
from compounding.stock.tables import CodeLinkRow
from formulary.model import Formulary
from formulary.repository import formulary_in_force

RAISED, LINKED, CONFIRMED, WITHDRAWN = "raised", "linked", "confirmed", "withdrawn"
LONGEST = 500
MEANING = "Compared with the container and confirmed as the same product by"


@dataclass(frozen=True)
class CodeLink:
    """One code and how far it has come. Persons are ids."""

    key: str = ""
    code: str = ""
    """As the scanner sent it when it was raised."""
    says: str = ""
    """What the label says, in the words of who held it."""
    status: str = ""
    """Empty, `raised`, `linked`, `confirmed` or `withdrawn`."""
    raised_by: tuple[str, ...] = ()
    """Everybody who raised it: none of them links or confirms."""
    item: str = ""
    display: str = ""
    evidence: str = ""
    """What the pharmacist compared before linking it."""
    linked_by: str = ""
    confirmed_by: str = ""
    reason: str = ""
    """Why it was withdrawn."""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class RaiseCode(RecordAction):
    """A container in somebody's hand whose code nobody knows."""

    kind: ClassVar[str] = "code_raised"
    code: str
    says: str
    """Name, strength, size, maker and NDC as they stand on the label."""
    dose: str = ""
    """Number of the dose that it was scanned for."""
    key: str = ""
    """Completed."""


@dataclass(frozen=True)
class LinkCode(RecordAction):
    kind: ClassVar[str] = "code_linked"
    item: str
    evidence: str
    display: str = ""
    """Completed."""


@dataclass(frozen=True)
class ConfirmCode(RecordAction):
    """The second pharmacist's word: from here on the code counts."""

    kind: ClassVar[str] = "code_link_confirmed"
    item: str
    """What the page showed: a link that was changed meanwhile is not confirmed by mistake."""
    signature: Mapping[str, Any] | None = None
    """Completed."""


@dataclass(frozen=True)
class WithdrawCode(RecordAction):
    """The link is wrong, or the code is of no use: it is unknown from here on."""

    kind: ClassVar[str] = "code_link_withdrawn"
    reason: str


_ACTIONS: dict[str, type[RecordAction]] = by_kind(RaiseCode, LinkCode, ConfirmCode, WithdrawCode)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "code_raised": frozenset({"technician", "pharmacist"}),
    "code_linked": frozenset({"pharmacist"}),
    "code_link_confirmed": frozenset({"pharmacist"}),
    "code_link_withdrawn": frozenset({"pharmacist"}),
}


@dataclass(frozen=True)
class CodeContext:
    """What a decision about a code looks at beyond its record."""

    record: str
    key: str
    """Key of the code that is raised now."""
    found: Resolved | Unknown
    """What the formulary alone makes of the code."""
    display: str
    """Of the item that is named; empty when there is no such item."""


def code_link_record(key: str) -> str:
    """The id of the record of a code, from `code_key`."""
    return f"code-{key}"


def resolve_scanned(uow: UnitOfWork, formulary: Formulary, code: str, today: date) -> Resolved | Unknown:
    """`resolve` with the confirmed link of this very code, read from its record. What every scan goes through."""
    found = resolve(formulary, code, today)
    if isinstance(found, Resolved) or not found.readable or found.ambiguous:
        return found
    key = code_key(code, today)
    state = load(uow, CODE_LINK, code_link_record(key)) if key else CodeLink()
    return resolve(formulary, code, today, {key: state.item}) if state.status == CONFIRMED else found


def _apply(state: CodeLink, entry: Entry) -> CodeLink:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    state = replace(state, changed_at=entry.at)
    if isinstance(action, RaiseCode):
        raised = tuple(dict.fromkeys([*state.raised_by, entry.who]))
        return CodeLink(action.key, action.code, action.says, RAISED, raised, changed_at=entry.at)
    if isinstance(action, LinkCode):
        return replace(
            state,
            status=LINKED,
            item=action.item,
            display=action.display,
            evidence=action.evidence,
            linked_by=entry.who,
            confirmed_by="",
            reason="",
        )
    if isinstance(action, ConfirmCode):
        return replace(state, status=CONFIRMED, confirmed_by=entry.who)
    return replace(state, status=WITHDRAWN, reason=getattr(action, "reason", ""))


def _day_of(act: Act) -> date:
    """The site's day of an act."""
    return (act.at + timedelta(minutes=act.offset_minutes)).date()


def _gather(uow: UnitOfWork, record: str, state: CodeLink, action: RecordAction, act: Act) -> CodeContext:
    formulary = formulary_in_force(uow)
    today, code = _day_of(act), getattr(action, "code", state.code)
    wanted = getattr(action, "item", "")
    display = next((item.display for item in formulary.items if item.id == wanted), "")
    return CodeContext(record, code_key(code, today), resolve(formulary, code, today), display)


def _check(state: CodeLink, action: RecordAction, act: Act, ctx: CodeContext) -> RecordAction | Refusal:
    if isinstance(action, RaiseCode):
        return _raise(state, action, ctx)
    if not state.status:
        return Refusal("code_not_raised", "Nobody raised this code.", 404)
    if isinstance(action, LinkCode):
        return _link(state, action, act, ctx)
    if isinstance(action, ConfirmCode):
        return _confirm(state, action, act, ctx)
    if state.status == WITHDRAWN:
        return Refusal("code_withdrawn_already", "It is withdrawn already.")
    return action if getattr(action, "reason", "").strip() else Refusal("reason_missing", "Say why.", 422)


def _raise(state: CodeLink, action: RaiseCode, ctx: CodeContext) -> RaiseCode | Refusal:
    if not ctx.key or code_link_record(ctx.key) != ctx.record:
        return Refusal(
            "code_unreadable", "This code names no product. Take the number on the label to a pharmacist.", 422
        )
    if isinstance(ctx.found, Resolved):
        return Refusal("code_known", f"This code belongs to {ctx.found.item.display}. Scan it again.")
    if ctx.found.ambiguous:
        return Refusal("code_ambiguous", "More than one product has this code: a link cannot decide between them.", 422)
    if state.status and state.status != WITHDRAWN:
        return Refusal("code_raised_already", f"This code is {state.status} already. {NEXT[state.status]}")
    says = action.says.strip()
    if not says or len(says) > LONGEST:
        return Refusal("label_words_missing", f"Say what the label says, in at most {LONGEST} characters.", 422)
    return replace(action, says=says, key=ctx.key)


NEXT = {
    RAISED: "A pharmacist links it to a product.",
    LINKED: "A second pharmacist confirms it.",
    CONFIRMED: "It can be scanned.",
    WITHDRAWN: "It is unknown until it is raised or linked anew.",
}
"""What comes next, in words."""


def _link(state: CodeLink, action: LinkCode, act: Act, ctx: CodeContext) -> LinkCode | Refusal:
    if state.status not in (RAISED, WITHDRAWN):
        return Refusal("code_linked_already", f"It is linked to {state.display}. Withdraw that first.")
    if act.actor.person in state.raised_by:
        return Refusal("own_code", "You raised this code. A pharmacist who did not raise it links it.", 403)
    if isinstance(ctx.found, Resolved):
        return Refusal("code_known", f"The formulary itself has this code by now: {ctx.found.item.display}.")
    if not ctx.display:
        return Refusal("item_unknown", f"'{action.item}' is no product of the formulary in force.", 422)
    if not action.evidence.strip():
        return Refusal("evidence_missing", "Say what you compared: the label, the maker's list, the package.", 422)
    return replace(action, display=ctx.display)


def _confirm(state: CodeLink, action: ConfirmCode, act: Act, ctx: CodeContext) -> ConfirmCode | Refusal:
    if state.status != LINKED:
        return Refusal("code_not_linked", f"It is {state.status}. {NEXT[state.status]}")
    if act.actor.person in (*state.raised_by, state.linked_by):
        return Refusal("own_link", "You raised or linked this code. Another pharmacist confirms it.", 403)
    if action.item != state.item:
        return Refusal("link_changed", f"It is linked to {state.display} by now. Look again.")
    if not ctx.display:
        return Refusal("item_unknown", f"{state.display} is no product of the formulary in force any more.")
    content = as_data(replace(action, signature=None)) | {"code": state.code, "says": state.says}
    signature = sign(act, MEANING, ctx.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _rows(record: str, state: CodeLink) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "key": state.key,
        "code": state.code,
        "status": state.status,
        "says": state.says,
        "item": state.item,
        "display": state.display,
        "changed_at": state.changed_at,
    }
    return {table_of(CodeLinkRow): [row] if state.status else []}


CODE_LINK: RecordType[CodeLink, RecordAction, CodeContext] = RecordType(
    name="code_link",
    signed_kinds=frozenset({"code_link_confirmed"}),
    blank=CodeLink,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    projection_tables=(table_of(CodeLinkRow),),
    projection_rows=_rows,
)
