"""Blind counts of controlled drugs at a location: who counts signs, and with schedule II a second person counts and signs.

Nobody sees what the ledger expects before the count is done. What differs opens a case at once; nothing is put right by a count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Table, select

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from calculations.quantity import Quantity
from compounding.controlled.cases import CASE, CLOSED, Case, OpenCase, case_record
from compounding.controlled.policy import TWO_PERSONS, controlled_products
from compounding.controlled.tables import CaseRow, ControlledCountRow
from compounding.planning.plan_data import as_data, from_data
from compounding.record_actions import RecordAction, by_kind, by_role, encode, table_of
from compounding.stock.lot import LOT, lot_record
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import DISCARDED, RESERVED, opened_record
from compounding.stock.tables import BalanceRow, LotRow, OpenedRow
from formulary.repository import formulary_in_force

COUNTING, SECOND, DONE, DROPPED = "counting", "second", "done", "dropped"
NOT_THERE = (DISCARDED, RESERVED)
"""An opened container in these states does not lie where it is kept: it is gone, or with the preparation it is staged for."""
COUNTED_BY, COUNTED_TOO = "Counted by", "Counted by, as second person"


@dataclass(frozen=True)
class Item:
    """Something to count: a lot, or one opened container. Without a figure."""

    product: str
    lot: str
    display: str
    schedule: str
    expires: str = ""
    container: str = ""
    """Number of the opened container; empty for a lot."""

    @property
    def name(self) -> str:
        return self.container or f"{self.product} {self.lot}"


@dataclass(frozen=True)
class Counted:
    """What was found of one item; `expected` is completed."""

    name: str
    count: int
    expected: int | None = None
    volume: Quantity | None = None
    """Completed: mL that an opened container held by its record; None for a lot, and where nobody knows."""

    @property
    def difference(self) -> int:
        """Below zero: missing."""
        return self.count - (self.expected or 0)


@dataclass(frozen=True)
class BeginControlledCount(RecordAction):
    kind: ClassVar[str] = "controlled_count_begun"
    number: str
    location: str
    product: str = ""
    """One product alone; empty: everything controlled that lies there."""
    items: tuple[Item, ...] = ()
    """Completed."""


@dataclass(frozen=True)
class EnterControlledCount(RecordAction):
    """The count of the first person, or of the second, who counts without seeing the first."""

    kind: ClassVar[str] = "controlled_count_entered"
    found: tuple[Counted, ...]
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class DropControlledCount(RecordAction):
    kind: ClassVar[str] = "controlled_count_dropped"
    reason: str


_ACTIONS: dict[str, type[RecordAction]] = by_kind(BeginControlledCount, EnterControlledCount, DropControlledCount)
_COUNTING = frozenset({"buyer", "technician", "pharmacist", "lead"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "controlled_count_begun": _COUNTING,
    "controlled_count_entered": _COUNTING,
    "controlled_count_dropped": frozenset({"pharmacist", "lead"}),
}


@dataclass(frozen=True)
class ControlledCount:
    number: str = ""
    location: str = ""
    status: str = ""
    items: tuple[Item, ...] = ()
    product: str = ""
    """The one product that is counted; empty: everything controlled that lies there."""
    first: tuple[Counted, ...] = ()
    found: tuple[Counted, ...] = ()
    """The count that holds."""
    counted_by: tuple[str, ...] = ()
    apart: int = 0
    """How often two persons counted and did not find the same: both count again."""
    begun_at: datetime | None = None
    done_at: datetime | None = None
    reason: str = ""

    @property
    def two_persons(self) -> bool:
        """Something of schedule II is among it."""
        return any(item.schedule in TWO_PERSONS for item in self.items)

    @property
    def differing(self) -> tuple[Counted, ...]:
        return tuple(one for one in self.found if one.difference)


@dataclass(frozen=True)
class CountContext:
    record: str
    items: tuple[Item, ...] = ()
    expected: Mapping[str, int] | None = None
    """What should be there of each item: the ledger, less what open cases are about."""
    volumes: Mapping[str, Quantity] | None = None
    """What is left in each opened container, mL."""


def controlled_count_record(number: str) -> str:
    """The id of a count's record."""
    return f"controlled_count-{number}"


def items_at(uow: UnitOfWork, location: str, product: str = "") -> tuple[Item, ...]:
    """Everything controlled that the ledgers know of at a location, by name."""
    products = controlled_products(formulary_in_force(uow))
    wanted = [one for one in products if not product or one == product]
    lots = uow.session.execute(
        select(LotRow.product, LotRow.lot, LotRow.expires)
        .join(BalanceRow, BalanceRow.record == LotRow.record)
        .where(BalanceRow.location == location, LotRow.product.in_(wanted))
    ).all()
    opened = uow.session.execute(
        select(OpenedRow.product, OpenedRow.lot, OpenedRow.number).where(
            OpenedRow.place == location, OpenedRow.product.in_(wanted), OpenedRow.state.not_in(NOT_THERE)
        )
    ).all()
    found = [Item(one, lot, *products[one], expires) for one, lot, expires in lots]
    found += [Item(one, lot, *products[one], "", number) for one, lot, number in opened]
    return tuple(sorted(found, key=lambda item: (item.schedule, item.display, item.lot, item.container)))


def counted_whole(uow: UnitOfWork, since: datetime, until: datetime | None = None) -> dict[str, ControlledCount]:
    """The last whole count of each location in a time: everything controlled that lay there, not one product alone."""
    query = select(ControlledCountRow.record).where(ControlledCountRow.status == DONE, ControlledCountRow.done_at >= since)
    if until is not None:
        query = query.where(ControlledCountRow.done_at < until)
    rows = uow.session.execute(query.order_by(ControlledCountRow.done_at)).scalars()
    found: list[ControlledCount] = [load(uow, CONTROLLED_COUNT, record) for record in rows.all()]
    return {count.location: count for count in found if not count.product}


def holding(uow: UnitOfWork) -> frozenset[str]:
    """The locations that hold a controlled drug now, by the ledgers."""
    products = list(controlled_products(formulary_in_force(uow)))
    lots = select(BalanceRow.location).join(LotRow, LotRow.record == BalanceRow.record).where(LotRow.product.in_(products))
    opened = select(OpenedRow.place).where(OpenedRow.product.in_(products))
    places = {*uow.session.execute(lots.distinct()).scalars(), *uow.session.execute(opened.distinct()).scalars()}
    return frozenset(place for place in places if items_at(uow, place))


def _apply(state: ControlledCount, entry: Entry) -> ControlledCount:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, BeginControlledCount):
        return ControlledCount(
            action.number, action.location, COUNTING, action.items, action.product, begun_at=entry.at
        )
    if isinstance(action, DropControlledCount):
        return replace(state, status=DROPPED, reason=action.reason)
    found = action.found if isinstance(action, EnterControlledCount) else ()
    if state.counted_by and not _same(state.first, found):
        return replace(state, status=COUNTING, first=(), counted_by=(), apart=state.apart + 1)
    done = not state.two_persons or bool(state.counted_by)
    return replace(
        state,
        first=state.first or found,
        found=found if done else (),
        counted_by=(*state.counted_by, entry.who),
        status=DONE if done else SECOND,
        done_at=entry.at if done else None,
    )


def _same(first: Sequence[Counted], second: Sequence[Counted]) -> bool:
    return {one.name: one.count for one in first} == {one.name: one.count for one in second}


def _gather(uow: UnitOfWork, record: str, state: ControlledCount, action: RecordAction, act: Act) -> CountContext:
    if isinstance(action, BeginControlledCount):
        return CountContext(record, items_at(uow, action.location, action.product))
    if not isinstance(action, EnterControlledCount):
        return CountContext(record)
    cases = _open_cases(uow, state.location)
    expected: dict[str, int] = {}
    volumes: dict[str, Quantity] = {}
    for item in state.items:
        if item.container:
            held = load(uow, OPENED, opened_record(item.container))
            there = held.state not in ("", *NOT_THERE) and held.place == state.location
            expected[item.name] = int(there) + _known(cases, item, held.volume_left is not None)
            if held.volume_left is not None:
                volumes[item.name] = held.volume_left
        else:
            lot = load(uow, LOT, lot_record(item.product, item.lot))
            expected[item.name] = lot.at(state.location) + _known(cases, item, volume=False)
    return CountContext(record, expected=expected, volumes=volumes)


def _open_cases(uow: UnitOfWork, location: str) -> list[Case]:
    records = uow.session.execute(select(CaseRow.record).where(CaseRow.location == location, CaseRow.status != CLOSED))
    return [load(uow, CASE, record) for record in records.scalars().all()]


def _known(cases: Sequence[Case], item: Item, volume: bool) -> int:
    """What open cases say already about an item, so that no count finds the same thing twice."""
    told = [case.told for case in cases if case.opened is not None]
    if item.container:
        return -1 if volume and any(one.container == item.container for one in told) else 0
    return sum(one.difference for one in told if (one.product, one.lot, one.container) == (item.product, item.lot, ""))


def _check(state: ControlledCount, action: RecordAction, act: Act, ctx: CountContext) -> RecordAction | Refusal:
    if isinstance(action, BeginControlledCount):
        if state.number:
            return Refusal("number_taken", "Another count was begun in the same moment. Begin it again.")
        if not ctx.items:
            return Refusal("nothing_there", f"No controlled drug lies at {action.location or 'this place'}.", 422)
        return replace(action, items=ctx.items)
    if state.status not in (COUNTING, SECOND):
        return Refusal("count_over", "This count is over." if state.number else "There is no such count.")
    if isinstance(action, EnterControlledCount):
        return _enter(state, action, act, ctx)
    if state.counted_by or state.apart:
        text = "Somebody counted and signed already: what they found does not go unseen. A second person counts, and finishes it."
        return Refusal("counted_already", text)
    return action if getattr(action, "reason", "").strip() else Refusal("reason_missing", "Say why.", 422)


def _enter(
    state: ControlledCount, action: EnterControlledCount, act: Act, ctx: CountContext
) -> EnterControlledCount | Refusal:
    if act.actor.person in state.counted_by:
        return Refusal("counted_already", "You counted it first. Another person counts it as the second.", 403)
    asked = [item.name for item in state.items]
    if sorted(one.name for one in action.found) != sorted(asked):
        return Refusal("not_all", "Count every line of the list: none left out, none twice.", 422)
    opened = {item.name for item in state.items if item.container}
    if any(one.count < 0 or (one.name in opened and one.count > 1) for one in action.found):
        return Refusal("count_wrong", "A count is zero or more; an opened container is there once or not.", 422)
    expected = ctx.expected or {}
    if state.two_persons and not state.counted_by:  # no record tells the second person what to find
        found = tuple(replace(one, expected=None, volume=None) for one in action.found)
    else:
        volumes = ctx.volumes or {}
        found = tuple(
            replace(one, expected=expected[one.name], volume=volumes.get(one.name) if one.name in opened else None)
            for one in action.found
        )
    meaning = COUNTED_TOO if state.counted_by else COUNTED_BY
    signature = sign(act, meaning, ctx.record, {"location": state.location, "found": as_data(found)})
    return signature if isinstance(signature, Refusal) else replace(action, found=found, signature=signature.as_data())


def _consequences(
    before: ControlledCount, after: ControlledCount, entry: Entry, ctx: CountContext
) -> Sequence[Consequence]:
    """A case for each item that differs."""
    if after.status != DONE or before.status == DONE:
        return ()
    items = {item.name: item for item in after.items}
    cases: list[Consequence] = []
    for index, one in enumerate(after.differing, start=1):
        item, number = items[one.name], f"C{after.number}-{index}"
        volume = (ctx.volumes or {}).get(one.name) if item.container else None
        opening = OpenCase(
            number, item.product, item.display, item.lot, after.location, one.difference,
            volume=None if volume is None or not volume.number else volume * one.difference,
            about=after.number, container=item.container, involved=after.counted_by,
        )  # fmt: skip
        cases.append((CASE, case_record(number), opening))
    return cases


def _rows(record: str, state: ControlledCount) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "number": state.number,
        "location": state.location,
        "status": state.status,
        "begun_at": state.begun_at,
        "done_at": state.done_at,
        "counted_by": ", ".join(state.counted_by),
        "differing": len(state.differing),
    }
    return {table_of(ControlledCountRow): [row] if state.number else []}


CONTROLLED_COUNT: RecordType[ControlledCount, RecordAction, CountContext] = RecordType(
    name="controlled_count",
    blank=ControlledCount,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    signed_kinds=frozenset({EnterControlledCount.kind}),
    projection_tables=(table_of(ControlledCountRow),),
    projection_rows=_rows,
)
