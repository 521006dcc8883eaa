"""One lot of one product: a record of its own. A held or recalled lot stops at every scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.stock.tables import LotRow


@dataclass(frozen=True)
class Lot:
    product: str = ""
    lot: str = ""
    expires: str = ""
    """Last day of use, ISO date."""
    state: str = "available"
    """available, held or recalled."""
    reason: str = ""
    place: str = ""
    on_hand: int = 0
    received: bool = False


@dataclass(frozen=True)
class ReceiveLot(RecordAction):
    kind: ClassVar[str] = "lot_received"
    product: str
    lot: str
    expires: str
    count: int
    place: str


@dataclass(frozen=True)
class AdjustLot(RecordAction):
    """A count that differs: what is really there, and why."""

    kind: ClassVar[str] = "lot_adjusted"
    count: int
    reason: str


@dataclass(frozen=True)
class HoldLot(RecordAction):
    kind: ClassVar[str] = "lot_held"
    state: str
    """held or recalled."""
    reason: str
    product: str = ""
    """Product and lot, for a lot that was never received here: a recall stops it when it comes."""
    lot: str = ""


@dataclass(frozen=True)
class FreeLot(RecordAction):
    kind: ClassVar[str] = "lot_freed"
    reason: str


@dataclass(frozen=True)
class UseContainer(RecordAction):
    """One container went into a preparation, or came back from one that was taken apart."""

    kind: ClassVar[str] = "lot_used"
    dose: str
    product: str
    lot: str
    expires: str
    count: int


_ACTIONS = {a.kind: a for a in (ReceiveLot, AdjustLot, HoldLot, FreeLot, UseContainer)}

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "lot_received": frozenset({"buyer", "technician", "pharmacist"}),
    "lot_adjusted": frozenset({"buyer", "pharmacist"}),
    "lot_held": frozenset({"pharmacist", "lead"}),
    "lot_freed": frozenset({"pharmacist", "lead"}),
    "lot_used": frozenset({"system"}),
}


def lot_record(product: str, lot: str) -> str:
    """The id of a lot's record. Small letters typed for capitals are the same lot: a hold is not got round by typing."""
    return f"lot-{product}-{lot.strip().upper()}"


def _apply(state: Lot, entry: Entry) -> Lot:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, ReceiveLot):
        return replace(
            state,
            product=action.product,
            lot=action.lot,
            expires=action.expires,
            place=action.place,
            on_hand=state.on_hand + action.count,
            received=True,
        )
    if isinstance(action, AdjustLot):
        return replace(state, on_hand=action.count, reason=action.reason)
    if isinstance(action, HoldLot):
        named = replace(state, product=state.product or action.product, lot=state.lot or action.lot)
        return replace(named, state=action.state, reason=action.reason)
    if isinstance(action, UseContainer):
        return replace(
            state,
            product=action.product,
            lot=action.lot,
            expires=state.expires or action.expires,
            on_hand=state.on_hand - action.count,
        )
    return replace(state, state="available", reason=getattr(action, "reason", ""))


def _check(state: Lot, action: RecordAction, act: Act, context: None) -> RecordAction | Refusal:
    if isinstance(action, ReceiveLot):
        return _check_receive(state, action)
    named = isinstance(action, HoldLot) and action.product and action.lot.strip()
    if not state.product and not isinstance(action, UseContainer) and not named:
        return Refusal("lot_unknown", "This lot was never received.", 422)
    if isinstance(action, HoldLot) and action.state not in ("held", "recalled"):
        return Refusal("state_wrong", f"A lot is held or recalled; found '{action.state}'.", 422)
    if isinstance(action, AdjustLot) and action.count < 0:
        return Refusal("count_wrong", "A count is zero or more.", 422)
    if isinstance(action, AdjustLot | HoldLot | FreeLot) and not action.reason.strip():
        return Refusal("reason_missing", "Say why.", 422)
    return action


def _check_receive(state: Lot, action: ReceiveLot) -> RecordAction | Refusal:
    if not action.lot.strip() or action.count < 1:
        return Refusal("lot_incomplete", "A lot needs its number, and at least one container.", 422)
    try:
        parse_day(action.expires, "expires")
    except Fault as fault:
        return Refusal("expiry_wrong", f"The last day of use is {fault.expected}; found '{action.expires}'.", 422)
    if state.expires and state.expires != action.expires:
        return Refusal(
            "expiry_differs", f"This lot was recorded with {state.expires}; now {action.expires}. Look again.", 422
        )
    return action


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def _rows(record: str, state: Lot) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "product": state.product,
        "lot": state.lot,
        "expires": state.expires,
        "state": state.state,
        "place": state.place,
        "on_hand": state.on_hand,
    }
    return {cast(Table, LotRow.__table__): [row] if state.product else []}


LOT: RecordType[Lot, RecordAction, None] = RecordType(
    name="lot",
    blank=Lot,
    apply=_apply,
    authorise=_authorise,
    check=_check,
    encode=encode,
    projection_tables=(cast(Table, LotRow.__table__),),
    projection_rows=_rows,
)


def expired_on(expires: str, at: datetime) -> bool:
    """Whether the last day of use lies before the day of `at`."""
    return bool(expires) and date.fromisoformat(expires) < at.date()
