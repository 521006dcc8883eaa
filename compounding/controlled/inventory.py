"""The inventory of controlled drugs as of a day: a signed list by location and drug, from counts that were really made.

Every location that holds a controlled drug was counted blind as a whole on that day; the inventory writes those counts down,
with who counted and when, and is signed by a pharmacist or the lead and by a second person. It puts nothing right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import select

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from calculations.days import parse_day
from calculations.errors import Fault
from calculations.quantity import Quantity
from compounding.controlled.counts import ControlledCount, counted_whole, holding
from compounding.controlled.in_preparation import InPreparation, in_preparation
from compounding.people import shown_name
from compounding.planning.plan_data import as_data, from_data
from compounding.record_actions import RecordAction, by_kind, by_role, encode
from compounding.stock.in_hand import is_in_hand
from formulary.repository import formulary_in_force

OPENING, CLOSE = "opening", "close"
MOMENTS: Mapping[str, str] = {OPENING: "at the opening of business", CLOSE: "at the close of business"}
TAKEN, SIGNED = "taken", "signed"
TAKEN_BY, SIGNED_TOO = "Inventory of controlled drugs taken by", "Inventory of controlled drugs signed by, as second person"
PREFIX = "controlled_inventory-"


@dataclass(frozen=True)
class Line:
    """What was counted of one lot, or of one opened container, at one location."""

    schedule: str
    location: str
    product: str
    display: str
    lot: str
    count: int
    counted: str
    """Number of the count."""
    counted_at: datetime
    counted_by: str
    """Names with credentials, as they were then."""
    expires: str = ""
    container: str = ""
    volume: Quantity | None = None
    """mL in an opened container by its record when it was counted; None where nobody knows."""
    difference: int = 0
    """Counted beyond what the ledger said; below zero: missing. A discrepancy stands for it."""


@dataclass(frozen=True)
class TakeInventory(RecordAction):
    kind: ClassVar[str] = "controlled_inventory_taken"
    number: str
    day: str
    moment: str
    """opening or close of business."""
    lines: tuple[Line, ...] = ()
    """Completed."""
    in_preparation: tuple[InPreparation, ...] = ()
    """Completed: vials that were out for a preparation when their location was counted."""
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class CountersignInventory(RecordAction):
    kind: ClassVar[str] = "controlled_inventory_countersigned"
    signature: Mapping[str, str] | None = None


_ACTIONS: dict[str, type[RecordAction]] = by_kind(TakeInventory, CountersignInventory)
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "controlled_inventory_taken": frozenset({"pharmacist", "lead"}),
    "controlled_inventory_countersigned": frozenset({"buyer", "technician", "pharmacist", "lead"}),
}


@dataclass(frozen=True)
class Inventory:
    """Blank until it is taken."""

    number: str = ""
    day: str = ""
    moment: str = ""
    status: str = ""
    lines: tuple[Line, ...] = ()
    taken_by: str = ""
    taken_at: datetime | None = None
    second: str = ""
    second_at: datetime | None = None
    in_preparation: tuple[InPreparation, ...] = ()


@dataclass(frozen=True)
class InventoryContext:
    record: str
    lines: tuple[Line, ...] = ()
    in_preparation: tuple[InPreparation, ...] = ()
    missing: tuple[str, ...] = ()
    """Locations that hold a controlled drug and were not counted as a whole on that day."""


def inventory_record(number: str) -> str:
    """The id of an inventory's record."""
    return f"{PREFIX}{number}"


def inventories(uow: UnitOfWork) -> tuple[Inventory, ...]:
    """Every inventory, that of the newest day first. Beginnings that were refused are left out."""
    rows = uow.session.execute(select(HEADS.c.record).where(HEADS.c.record.startswith(PREFIX))).scalars()
    found = [load(uow, INVENTORY, record) for record in rows.all()]
    return tuple(sorted((one for one in found if one.number), key=lambda one: (one.day, one.number), reverse=True))


def _apply(state: Inventory, entry: Entry) -> Inventory:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, TakeInventory):
        return Inventory(
            action.number, action.day, action.moment, TAKEN, action.lines, entry.who, entry.at,
            in_preparation=action.in_preparation,
        )  # fmt: skip
    return replace(state, status=SIGNED, second=entry.who, second_at=entry.at)


def _gather(uow: UnitOfWork, record: str, state: Inventory, action: RecordAction, act: Act) -> InventoryContext:
    if not isinstance(action, TakeInventory):
        return InventoryContext(record)
    try:
        day = parse_day(action.day, "day")
    except Fault:
        return InventoryContext(record)
    counts = counts_of(uow, day, act.offset_minutes)
    lines = [line for count in counts.values() for line in _lines(uow, count)]
    ordered = sorted(lines, key=lambda one: (one.schedule != "CII", one.location, one.display, one.lot, one.container))
    formulary = formulary_in_force(uow)
    counted = {place: count.done_at for place, count in counts.items() if count.done_at is not None}
    out = in_preparation(uow, formulary, counted, max(counted.values(), default=act.at))
    missing = sorted(place for place in holding(uow) - set(counts) if not is_in_hand(place))
    return InventoryContext(record, tuple(ordered), out, tuple(missing))


def counts_of(uow: UnitOfWork, day: date, offset_minutes: int) -> dict[str, ControlledCount]:
    """The last whole count of each location on a day of the site's calendar. What is in hand is told with its location."""
    begins = datetime.combine(day, time(), UTC) - timedelta(minutes=offset_minutes)
    found = counted_whole(uow, begins, begins + timedelta(days=1))
    return {place: count for place, count in found.items() if not is_in_hand(place)}


def _lines(uow: UnitOfWork, count: ControlledCount) -> list[Line]:
    items = {item.name: item for item in count.items}
    by = " and ".join(shown_name(uow, person) for person in count.counted_by)
    at = count.done_at
    if at is None:
        return []
    return [
        Line(
            schedule=items[one.name].schedule,
            location=count.location,
            product=items[one.name].product,
            display=items[one.name].display,
            lot=items[one.name].lot,
            count=one.count,
            counted=count.number,
            counted_at=at,
            counted_by=by,
            expires=items[one.name].expires,
            container=items[one.name].container,
            volume=one.volume if one.count else None,
            difference=one.difference,
        )
        for one in count.found
    ]


def _check(state: Inventory, action: RecordAction, act: Act, ctx: InventoryContext) -> RecordAction | Refusal:
    if isinstance(action, TakeInventory):
        return _take(state, action, act, ctx)
    if not state.number:
        return Refusal("inventory_unknown", "There is no such inventory.", 404)
    if state.status == SIGNED:
        return Refusal("inventory_over", "It is signed by two persons already.")
    if act.actor.person == state.taken_by:
        return Refusal("same_person", "You took it. Another person signs it as the second.", 403)
    signature = sign(act, SIGNED_TOO, ctx.record, _content(state.day, state.moment, state.lines, state.in_preparation))
    return signature if isinstance(signature, Refusal) else CountersignInventory(signature.as_data())


def _take(state: Inventory, action: TakeInventory, act: Act, ctx: InventoryContext) -> TakeInventory | Refusal:
    if state.number:
        return Refusal("number_taken", "Another inventory was taken in the same moment. Take it again.")
    if action.moment not in MOMENTS:
        return Refusal("moment_wrong", f"An inventory is taken {' or '.join(MOMENTS.values())}: say which.", 422)
    try:
        day = parse_day(action.day, "day")
    except Fault as fault:
        return Refusal("day_wrong", f"The day is {fault.expected}; found '{action.day}'.", 422)
    if day > (act.at + timedelta(minutes=act.offset_minutes)).date():
        return Refusal("day_wrong", "That day has not come yet.", 422)
    if ctx.missing:
        places = "; ".join(place or "stock without a location" for place in ctx.missing)
        return Refusal("not_counted", f"Not counted as a whole on that day: {places}. Count it blind, then take the inventory.")
    if not ctx.lines and not ctx.in_preparation:
        return Refusal("nothing_counted", "Nothing was counted on that day.", 422)
    signature = sign(act, TAKEN_BY, ctx.record, _content(action.day, action.moment, ctx.lines, ctx.in_preparation))
    if isinstance(signature, Refusal):
        return signature
    return replace(action, lines=ctx.lines, in_preparation=ctx.in_preparation, signature=signature.as_data())


def _content(day: str, moment: str, lines: Sequence[Line], out: Sequence[InPreparation]) -> Any:
    """What both persons sign."""
    told = {"in_preparation": as_data(tuple(out))} if out else {}
    return {"day": day, "moment": moment, "lines": as_data(tuple(lines)), **told}


INVENTORY: RecordType[Inventory, RecordAction, InventoryContext] = RecordType(
    name="controlled_inventory",
    blank=Inventory,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    signed_kinds=frozenset({TakeInventory.kind, CountersignInventory.kind}),
)
