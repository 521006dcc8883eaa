"""Cycle counts: blind, and put right only when a second person agrees.

Who counts never sees what the ledger says. On submit the variance is worked out; where there is one, another person counts
again or approves it, and only then the lots are adjusted. What moved in the meantime stays counted: a lot is adjusted by the
variance, not set to an old figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Table, select

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from compounding.controlled.policy import controlled_products
from compounding.planning.plan_data import as_data, from_data
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.stock.ledger import Lot
from compounding.stock.lot import LOT, AdjustLot, lot_record
from compounding.stock.tables import BalanceRow, CountRow
from formulary.repository import formulary_in_force

COUNTING, VARIANCE, DONE, DROPPED = "counting", "variance", "done", "dropped"
MEANING = "Variance of a count approved by"


@dataclass(frozen=True)
class Listed:
    """A lot that is to be counted. Without a figure: the count is blind."""

    product: str
    lot: str
    expires: str


@dataclass(frozen=True)
class Found:
    """What was counted of a lot; `expected`, what the ledger said at that moment, is completed."""

    product: str
    lot: str
    count: int
    expected: int | None = None

    @property
    def variance(self) -> int:
        """Containers more (or fewer) than the ledger said."""
        return self.count - (self.expected or 0)


@dataclass(frozen=True)
class BeginCount(RecordAction):
    kind: ClassVar[str] = "count_begun"
    number: str
    location: str
    lots: tuple[Listed, ...] = ()
    """Completed: all lots with containers there."""


@dataclass(frozen=True)
class SubmitCount(RecordAction):
    """The first count, or the second by another person."""

    kind: ClassVar[str] = "count_submitted"
    found: tuple[Found, ...]


@dataclass(frozen=True)
class ApproveCount(RecordAction):
    """Another person stands for the variance as it was counted."""

    kind: ClassVar[str] = "count_approved"
    reason: str
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class DropCount(RecordAction):
    kind: ClassVar[str] = "count_dropped"
    reason: str


_ACTIONS = {a.kind: a for a in (BeginCount, SubmitCount, ApproveCount, DropCount)}
_COUNTING = frozenset({"buyer", "technician", "pharmacist", "lead"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "count_begun": _COUNTING,
    "count_submitted": _COUNTING,
    "count_approved": frozenset({"buyer", "pharmacist", "lead"}),
    "count_dropped": frozenset({"buyer", "pharmacist", "lead"}),
}


@dataclass(frozen=True)
class Count:
    number: str = ""
    location: str = ""
    status: str = ""
    lots: tuple[Listed, ...] = ()
    found: tuple[Found, ...] = ()
    """The count that holds: the last one."""
    counted_by: tuple[str, ...] = ()
    agreed_by: str = ""
    reason: str = ""
    begun_at: datetime | None = None

    @property
    def variances(self) -> tuple[Found, ...]:
        """Lots of which more or fewer were counted than the ledger said."""
        return tuple(one for one in self.found if one.variance)


@dataclass(frozen=True)
class CountContext:
    """The lots as they stand now, by product and lot."""

    record: str
    lots: Mapping[tuple[str, str], Lot] = field(default_factory=dict)


def count_record(number: str) -> str:
    """The id of a count's record."""
    return f"count-{number}"


def _apply(state: Count, entry: Entry) -> Count:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, BeginCount):
        return Count(action.number, action.location, COUNTING, action.lots, begun_at=entry.at)
    if isinstance(action, SubmitCount):
        settled = _agrees(state, action.found) or not any(one.variance for one in action.found)
        return replace(
            state,
            found=action.found,
            counted_by=(*state.counted_by, entry.who),
            status=DONE if settled else VARIANCE,
            agreed_by=entry.who if state.found and settled else "",
        )
    reason = getattr(action, "reason", "")
    if isinstance(action, DropCount):
        return replace(state, status=DROPPED, reason=reason)
    return replace(state, status=DONE, agreed_by=entry.who, reason=reason)


def _agrees(state: Count, found: tuple[Found, ...]) -> bool:
    """Whether a second count finds the same variances as the first: what moved between the two is in neither."""
    before = {(one.product, one.lot): one.variance for one in state.found}
    return bool(before) and before == {(one.product, one.lot): one.variance for one in found}


def _gather(uow: UnitOfWork, record: str, state: Count, action: RecordAction, act: Act) -> CountContext:
    if isinstance(action, BeginCount):
        rows = uow.session.execute(select(BalanceRow.record).where(BalanceRow.location == action.location))
        records = list(rows.scalars())
    else:
        records = [lot_record(one.product, one.lot) for one in state.lots]
    lots = [load(uow, LOT, one) for one in sorted(records)]
    if isinstance(action, BeginCount):  # controlled drugs are counted on their own, by persons who sign
        controlled = controlled_products(formulary_in_force(uow))
        lots = [lot for lot in lots if lot.product not in controlled]
    return CountContext(record, {(lot.product, lot.lot): lot for lot in lots})


def _check(state: Count, action: RecordAction, act: Act, ctx: CountContext) -> RecordAction | Refusal:
    if isinstance(action, BeginCount):
        return _begin(state, action, ctx)
    if state.status not in (COUNTING, VARIANCE):
        return Refusal("count_over", "This count is over." if state.number else "There is no such count.", 409)
    if isinstance(action, SubmitCount):
        return _submit(state, action, act, ctx)
    if not getattr(action, "reason", "").strip():
        return Refusal("reason_missing", "Say why.", 422)
    if isinstance(action, ApproveCount):
        return _approve(state, action, act, ctx)
    return action


def _begin(state: Count, action: BeginCount, ctx: CountContext) -> BeginCount | Refusal:
    if state.number:
        return Refusal("number_taken", "Another count was begun in the same moment. Begin it again.")
    there = [lot for lot in ctx.lots.values() if lot.product and lot.at(action.location)]
    if not there:
        return Refusal("nothing_there", f"The ledger knows of nothing to count here at {action.location or 'this place'}.", 422)
    ordered = sorted(there, key=lambda lot: (lot.product, lot.expires, lot.lot))
    return replace(action, lots=tuple(Listed(lot.product, lot.lot, lot.expires) for lot in ordered))


def _submit(state: Count, action: SubmitCount, act: Act, ctx: CountContext) -> SubmitCount | Refusal:
    if act.actor.person in state.counted_by:
        return Refusal("counted_already", "You counted it the first time. Another person counts it again.", 403)
    asked = {(one.product, one.lot) for one in state.lots}
    if {(one.product, one.lot) for one in action.found} != asked or len(action.found) != len(asked):
        return Refusal("not_all", "Count every lot of the list: none left out, none twice.", 422)
    if any(one.count < 0 for one in action.found):
        return Refusal("count_wrong", "A count is zero or more.", 422)
    found = tuple(
        replace(one, expected=ctx.lots[one.product, one.lot].at(state.location)) for one in action.found
    )
    return replace(action, found=found)


def _approve(state: Count, action: ApproveCount, act: Act, ctx: CountContext) -> ApproveCount | Refusal:
    if state.status != VARIANCE:
        return Refusal("no_variance", "There is no variance to approve yet.")
    if act.actor.person in state.counted_by:
        return Refusal("own_count", "Who counted does not approve the variance. Another person does.", 403)
    content = {"found": as_data(state.found), "reason": action.reason}
    signature = sign(act, MEANING, ctx.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _consequences(before: Count, after: Count, entry: Entry, ctx: CountContext) -> Sequence[Consequence]:
    """When two persons stand for it, every lot that differs is put right by its variance."""
    if after.status != DONE or before.status == DONE:
        return ()
    reason = after.reason or "counted by two persons"
    adjusted = []
    for one in after.variances:
        there = ctx.lots[one.product, one.lot].at(after.location) + one.variance
        action = AdjustLot(max(there, 0), reason, after.location, after.number)
        adjusted.append((LOT, lot_record(one.product, one.lot), action))
    return adjusted


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def _rows(record: str, state: Count) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "number": state.number,
        "location": state.location,
        "status": state.status,
        "begun_at": state.begun_at,
        "counted_by": ", ".join(state.counted_by),
        "variances": len(state.variances),
    }
    return {cast(Table, CountRow.__table__): [row] if state.number else []}


COUNT: RecordType[Count, RecordAction, CountContext] = RecordType(
    name="count",
    blank=Count,
    apply=_apply,
    authorise=_authorise,
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    signed_kinds=frozenset({ApproveCount.kind}),
    projection_tables=(cast(Table, CountRow.__table__),),
    projection_rows=_rows,
)
