"""The close of a shift: a pharmacist signs that every controlled drug was counted and nothing waits for anybody.

It is refused as long as anything does: a location that was not counted, a vial in hand, an open discrepancy, a waste without its
witness, a preparation that is not accounted for. What is refused is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import func, select

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from compounding.controlled.policy import beginning_of_shift
from compounding.controlled.unsettled import Unsettled, unsettled
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, by_role, encode
from formulary.model import SiteProfile
from formulary.repository import formulary_in_force

CLOSED_BY = "Controlled drugs of the shift counted, and nothing left open, by"
PREFIX = "controlled_shift-"
CLOCKS_CHANGE = timedelta(hours=1)
"""A shift before a change of the clocks began by as much earlier or later than the clock of now says."""
LOOKED_AT = 20
"""Records that are looked through for the last closes: one that was refused is none."""


@dataclass(frozen=True)
class CloseShift(RecordAction):
    kind: ClassVar[str] = "controlled_shift_closed"
    number: str
    begun: datetime | None = None
    """Completed: when the shift began."""
    signature: Mapping[str, str] | None = None


PERMISSIONS: Mapping[str, frozenset[str]] = {"controlled_shift_closed": frozenset({"pharmacist", "lead"})}


@dataclass(frozen=True)
class Shift:
    """Blank until it is closed."""

    number: str = ""
    begun: datetime | None = None
    closed_by: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class ShiftContext:
    record: str
    begun: datetime | None
    """When this shift began; None where the hospital set no shifts."""
    open: tuple[Unsettled, ...] = ()


def shift_record(number: str) -> str:
    """The id of the record of a close."""
    return f"{PREFIX}{number}"


def last_closes(uow: UnitOfWork) -> tuple[Shift, ...]:
    """The newest closes, the last one first."""
    newest = (func.length(HEADS.c.record).desc(), HEADS.c.record.desc())
    rows = select(HEADS.c.record).where(HEADS.c.record.startswith(PREFIX)).order_by(*newest).limit(LOOKED_AT)
    found = (load(uow, SHIFT, record) for record in uow.session.execute(rows).scalars().all())
    return tuple(one for one in found if one.number)


def left_open(uow: UnitOfWork, site: SiteProfile, at: datetime, offset_minutes: int) -> datetime | None:
    """When the shift before this one began, if it was not closed; None in a house that never closed one."""
    begun, closes = beginning_of_shift(site, at, offset_minutes), last_closes(uow)
    if begun is None or not closes:
        return None
    before = beginning_of_shift(site, begun - timedelta(minutes=1), offset_minutes)
    first = closes[-1].begun
    known = before is not None and first is not None and first <= before
    if before is None or not known:
        return None
    closed = any(one.begun is not None and abs(one.begun - before) <= CLOCKS_CHANGE for one in closes)
    return None if closed else before


def _apply(state: Shift, entry: Entry) -> Shift:
    action = from_data(CloseShift, entry.payload)
    return Shift(action.number, action.begun, entry.who, entry.at)


def _gather(uow: UnitOfWork, record: str, state: Shift, action: CloseShift, act: Act) -> ShiftContext:
    formulary = formulary_in_force(uow)
    begun = beginning_of_shift(formulary.site, act.at, act.offset_minutes)
    return ShiftContext(record, begun, () if begun is None else unsettled(uow, formulary, begun))


def _check(state: Shift, action: CloseShift, act: Act, ctx: ShiftContext) -> CloseShift | Refusal:
    if state.number:
        return Refusal("number_taken", "Another close was signed in the same moment. Sign it again.")
    if ctx.begun is None:
        return Refusal("not_set", "The hospital has not set its shifts: add them to the site's values.")
    if ctx.open:
        return Refusal("shift_open", f"The shift is not closed. {' '.join(one.words for one in ctx.open)}")
    content: Any = {"number": action.number, "begun": ctx.begun.isoformat()}
    signature = sign(act, CLOSED_BY, ctx.record, content)
    if isinstance(signature, Refusal):
        return signature
    return replace(action, begun=ctx.begun, signature=signature.as_data())


SHIFT: RecordType[Shift, CloseShift, ShiftContext] = RecordType(
    name="controlled_shift",
    blank=Shift,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    signed_kinds=frozenset({CloseShift.kind}),
)
