"""Cycle counts: blind, and put right only when a second person agrees.

Who counts never sees what the ledger says, and who looked at the figures does not count. On submit the variance is worked
out; where there is one, another person counts again or approves it, and only then the lots are adjusted. What moved in the
meantime stays counted: a lot is adjusted by the variance, not set to an old figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Table, select

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.controlled.policy import controlled_products
from compounding.planning.plan_data import as_data, from_data
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.count_actions import (
    ACTIONS,
    COUNTING,
    DONE,
    DROPPED,
    OPEN,
    PERMISSIONS,
    VARIANCE,
    AddToCount,
    ApproveCount,
    BeginCount,
    Count,
    DropCount,
    Found,
    Listed,
    OpenVariance,
    SubmitCount,
)
from compounding.stock.ledger import Lot
from compounding.stock.lot import LOT, AdjustLot, ReceiveLot, lot_record
from compounding.stock.lot_names import lot_key
from compounding.stock.tables import BalanceRow, CountRow
from formulary.repository import formulary_in_force

__all__ = [
    "COUNT", "COUNTING", "DONE", "DROPPED", "PERMISSIONS", "VARIANCE", "AddToCount", "ApproveCount", "BeginCount", "Count",
    "CountContext", "DropCount", "Found", "Listed", "OpenVariance", "SubmitCount", "count_record",
]  # fmt: skip

MEANING = "Variance of a count approved by"
LONGEST_LOT = 100


@dataclass(frozen=True)
class CountContext:
    """The lots as they stand now, by product and lot as `same_lot` writes it."""

    record: str
    lots: Mapping[tuple[str, str], Lot] = field(default_factory=dict)
    other: str = ""
    """For a beginning: number of a count that is open at this location."""
    items: frozenset[str] = frozenset()
    """For a lot that is added: the products of the formulary."""
    controlled: frozenset[str] = frozenset()

    def lot(self, product: str, lot: str) -> Lot:
        """A lot, however it is spelled; blank for one that was never received."""
        return self.lots.get(same_lot(product, lot), Lot())


def same_lot(product: str, lot: str) -> tuple[str, str]:
    """Product and lot as they are compared: small letters and capitals are the same lot."""
    return product, lot_key(lot)


def count_record(number: str) -> str:
    """The id of a count's record."""
    return f"count-{number}"


def _apply(state: Count, entry: Entry) -> Count:
    action = from_data(ACTIONS[entry.kind], entry.payload)
    if isinstance(action, BeginCount):
        return Count(action.number, action.location, COUNTING, action.lots, begun_at=entry.at)
    if isinstance(action, AddToCount):
        return replace(state, lots=(*state.lots, Listed(action.product, action.lot, action.expires)))
    if isinstance(action, SubmitCount):
        settled = _agrees(state, action.found) or not any(one.variance for one in action.found)
        return replace(
            state,
            found=action.found,
            counted_by=(*state.counted_by, entry.who),
            status=DONE if settled else VARIANCE,
            agreed_by=entry.who if state.found and settled else "",
        )
    if isinstance(action, OpenVariance):
        return replace(state, seen_by=tuple(dict.fromkeys((*state.seen_by, entry.who))))
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
        return _at_the_beginning(uow, record, action.location)
    records = {lot_record(one.product, one.lot) for one in state.lots}
    if not isinstance(action, AddToCount):
        return CountContext(record, _lots(uow, records))
    formulary = formulary_in_force(uow)
    return CountContext(
        record,
        _lots(uow, {*records, lot_record(action.product, action.lot)}),
        items=frozenset(item.id for item in formulary.items),
        controlled=frozenset(controlled_products(formulary)),
    )


def _at_the_beginning(uow: UnitOfWork, record: str, location: str) -> CountContext:
    """All that lies there but controlled drugs: these are counted on their own, by persons who sign."""
    rows = uow.session.execute(select(BalanceRow.record).where(BalanceRow.location == location))
    lots = _lots(uow, set(rows.scalars()))
    controlled = controlled_products(formulary_in_force(uow))
    open_now = select(CountRow.number).where(CountRow.location == location, CountRow.status.in_(OPEN))
    other = uow.session.execute(open_now.order_by(CountRow.number)).scalars().first() or ""
    return CountContext(record, {key: lot for key, lot in lots.items() if lot.product not in controlled}, other)


def _lots(uow: UnitOfWork, records: set[str]) -> dict[tuple[str, str], Lot]:
    lots = [load(uow, LOT, one) for one in sorted(records)]
    return {same_lot(lot.product, lot.lot): lot for lot in lots if lot.product}


def _check(state: Count, action: RecordAction, act: Act, ctx: CountContext) -> RecordAction | Refusal:
    if isinstance(action, BeginCount):
        return _begin(state, action, ctx)
    if state.status not in OPEN:
        return Refusal("count_over", "This count is over." if state.number else "There is no such count.", 409)
    if isinstance(action, AddToCount):
        return _may_count(state, act) or _add(state, action, ctx)
    if isinstance(action, SubmitCount):
        return _may_count(state, act) or _submit(state, action, ctx)
    if isinstance(action, OpenVariance):
        return action if state.status == VARIANCE else Refusal("no_variance", "There is no variance to look at yet.")
    if not getattr(action, "reason", "").strip():
        return Refusal("reason_missing", "Say why.", 422)
    if isinstance(action, ApproveCount):
        return _approve(state, action, act, ctx)
    return action


def _begin(state: Count, action: BeginCount, ctx: CountContext) -> BeginCount | Refusal:
    if state.number:
        return Refusal("number_taken", "Another count was begun in the same moment. Begin it again.")
    if ctx.other:
        text = f"Count {ctx.other} is open at {action.location}: what differs would be put right twice. Finish or drop it first."
        return Refusal("counted_now", text)
    there = [lot for lot in ctx.lots.values() if lot.at(action.location)]
    if not there:
        return Refusal("nothing_there", f"The ledger knows of nothing to count here at {action.location or 'this place'}.", 422)
    ordered = sorted(there, key=lambda lot: (lot.product, lot.expires, lot.lot))
    return replace(action, lots=tuple(Listed(lot.product, lot.lot, lot.expires) for lot in ordered))


def _may_count(state: Count, act: Act) -> Refusal | None:
    """Nobody counts who knows a figure: their own of the first time, or the variance."""
    if act.actor.person in state.counted_by:
        return Refusal("counted_already", "You counted it the first time. Another person counts it again.", 403)
    if act.actor.person in state.seen_by:
        return Refusal("saw_variance", "You looked at what differs. Somebody who has not seen it counts again.", 403)
    return None


def _add(state: Count, action: AddToCount, ctx: CountContext) -> AddToCount | Refusal:
    product, lot = same_lot(action.product, action.lot)
    if product not in ctx.items:
        return Refusal("product_unknown", "Choose a product of the formulary.", 422)
    if product in ctx.controlled:
        return Refusal("controlled", "It is a controlled drug: it is counted under Controlled drugs, by persons who sign.", 403)
    if not lot or len(lot) > LONGEST_LOT or not lot.isprintable():
        return Refusal("lot_incomplete", "Type the lot number as it stands on the container.", 422)
    if any(same_lot(one.product, one.lot) == (product, lot) for one in state.lots):
        return Refusal("listed_already", f"Lot {action.lot.strip()} is on the list already.")
    known = ctx.lot(product, lot)
    try:
        parse_day(action.expires, "expires")
    except Fault as fault:
        return Refusal("expiry_wrong", f"The last day of use is {fault.expected}; found '{action.expires}'.", 422)
    if known.expires not in ("", action.expires):
        text = f"This lot was recorded with {known.expires}; now {action.expires}. Look again."
        return Refusal("expiry_differs", text, 422)
    return replace(action, lot=known.lot or action.lot.strip())


def _submit(state: Count, action: SubmitCount, ctx: CountContext) -> SubmitCount | Refusal:
    asked = {(one.product, one.lot) for one in state.lots}
    if {(one.product, one.lot) for one in action.found} != asked or len(action.found) != len(asked):
        return Refusal("not_all", "Count every lot of the list: none left out, none twice.", 422)
    if any(one.count < 0 for one in action.found):
        return Refusal("count_wrong", "A count is zero or more.", 422)
    return replace(action, found=tuple(_beside_ledger(one, state.location, ctx) for one in action.found))


def _beside_ledger(one: Found, location: str, ctx: CountContext) -> Found:
    lot = ctx.lot(one.product, one.lot)
    return replace(one, expected=lot.at(location), corrections=lot.corrections.get(location, 0))


def _approve(state: Count, action: ApproveCount, act: Act, ctx: CountContext) -> ApproveCount | Refusal:
    if state.status != VARIANCE:
        return Refusal("no_variance", "There is no variance to approve yet.")
    if act.actor.person in state.counted_by:
        return Refusal("own_count", "Who counted does not approve the variance. Another person does.", 403)
    counted = {same_lot(one.product, one.lot) for one in state.found}
    if late := next((one for one in state.lots if same_lot(one.product, one.lot) not in counted), None):
        return Refusal("not_counted", f"Lot {late.lot} was found after the last count: it is counted first.")
    for one in state.variances:
        now = ctx.lot(one.product, one.lot).corrections.get(state.location, 0)
        if one.corrections is not None and now != one.corrections:
            text = f"Lot {one.lot} was put right by somebody since it was counted. Drop this count and begin another."
            return Refusal("put_right_meanwhile", text)
    content = {"found": as_data(state.found), "reason": action.reason}
    signature = sign(act, MEANING, ctx.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _consequences(before: Count, after: Count, entry: Entry, ctx: CountContext) -> Sequence[Consequence]:
    """When two persons stand for it, every lot that differs is put right by its variance."""
    if after.status != DONE or before.status == DONE:
        return ()
    reason = after.reason or "counted by two persons"
    return [(LOT, lot_record(one.product, one.lot), _put_right(one, after, reason, ctx)) for one in after.variances]


def _put_right(one: Found, count: Count, reason: str, ctx: CountContext) -> AdjustLot | ReceiveLot:
    """A lot that nobody ever received comes into the ledger by being found."""
    lot = ctx.lot(one.product, one.lot)
    if lot.product:
        return AdjustLot(max(lot.at(count.location) + one.variance, 0), reason, count.location, count.number)
    expires = next(listed.expires for listed in count.lots if (listed.product, listed.lot) == (one.product, one.lot))
    found = f"found in count {count.number}: {reason}"
    return ReceiveLot(one.product, one.lot, expires, one.count, count.location, reason=found)


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
    return {table_of(CountRow): [row] if state.number else []}


COUNT: RecordType[Count, RecordAction, CountContext] = RecordType(
    name="count",
    blank=Count,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    signed_kinds=frozenset({ApproveCount.kind}),
    projection_tables=(table_of(CountRow),),
    projection_rows=_rows,
)
