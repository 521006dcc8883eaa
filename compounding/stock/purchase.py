"""Purchase orders: drafted, placed, received against line by line, and closed with what is still short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, by_kind, by_role, encode
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.stock.lot_actions import MOST_CENTS, MOST_CONTAINERS
from compounding.stock.money import price_words
from compounding.stock.receipt import ReceiptContext, receipt_context
from compounding.stock.tables import PurchaseLineRow, PurchaseRow

DRAFT, PLACED, CLOSED = "draft", "placed", "closed"
OPEN = (DRAFT, PLACED)
MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """One product of an order."""

    product: str
    display: str
    count: int
    price: int | None = None
    """Cents for one container."""


@dataclass(frozen=True)
class Told:
    """What differed from the order, in words, and kept."""

    kind: str
    """over, short, damaged, price or spelling."""
    product: str
    text: str


@dataclass(frozen=True)
class DraftPurchase(RecordAction):
    """A draft, or the draft written anew."""

    kind: ClassVar[str] = "purchase_drafted"
    number: str
    supplier: str
    lines: tuple[Line, ...]
    note: str = ""
    replaces: int = 0
    """How often it had been written when this was begun: nobody writes over what they have not seen."""


@dataclass(frozen=True)
class PlacePurchase(RecordAction):
    """Sent to the supplier: from here on its lines stand."""

    kind: ClassVar[str] = "purchase_placed"


@dataclass(frozen=True)
class ReceivePurchase(RecordAction):
    """Containers of one lot that came. The damaged ones are told, and put in quarantine until they are sent back or wasted."""

    kind: ClassVar[str] = "purchase_received"
    product: str
    lot: str
    expires: str
    count: int
    """All that came, damaged ones with them."""
    damaged: int
    place: str
    price: int | None = None
    """Cents for one container, as invoiced."""
    damaged_place: str = ""
    """The quarantine location that the damaged ones are put at; empty where none is damaged."""
    findings: tuple[Told, ...] = ()
    """Completed."""


@dataclass(frozen=True)
class ClosePurchase(RecordAction):
    kind: ClassVar[str] = "purchase_closed"
    reason: str
    findings: tuple[Told, ...] = ()
    """Completed: every line that is short."""


@dataclass(frozen=True)
class ReopenPurchase(RecordAction):
    """What was given up comes after all: the order stands again as it stood, and is received against."""

    kind: ClassVar[str] = "purchase_reopened"
    reason: str


_ACTIONS = by_kind(DraftPurchase, PlacePurchase, ReceivePurchase, ClosePurchase, ReopenPurchase)

_ORDERING = frozenset({"buyer", "pharmacist", "lead"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "purchase_drafted": _ORDERING,
    "purchase_placed": _ORDERING,
    "purchase_received": frozenset({"buyer", "technician", "pharmacist"}),
    "purchase_closed": _ORDERING,
    "purchase_reopened": _ORDERING,
}


@dataclass(frozen=True)
class Purchase:
    number: str = ""
    supplier: str = ""
    status: str = ""
    lines: tuple[Line, ...] = ()
    received: tuple[ReceivePurchase, ...] = ()
    findings: tuple[Told, ...] = ()
    note: str = ""
    reason: str = ""
    """Why it was closed."""
    drafted_at: datetime | None = None
    changed_at: datetime | None = None
    drafts: int = 0
    """How often it was written."""
    placed: bool = False
    """It was sent to the supplier once."""

    @property
    def shown_status(self) -> str:
        """`cancelled` for an order that was closed before anything of it came; `partly` while some of it did."""
        if self.status == CLOSED:
            return CLOSED if self.received else "cancelled"
        return "partly" if self.status == PLACED and self.received else self.status

    def line(self, product: str) -> Line | None:
        """The line of a product."""
        return next((line for line in self.lines if line.product == product), None)

    def came(self, product: str) -> int:
        """Containers that were taken in so far, undamaged."""
        return sum(one.count - one.damaged for one in self.received if one.product == product)


def purchase_record(number: str) -> str:
    """The id of an order's record."""
    return f"purchase-{number}"


def _apply(state: Purchase, entry: Entry) -> Purchase:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    after = replace(state, changed_at=entry.at, drafted_at=state.drafted_at or entry.at)
    if isinstance(action, DraftPurchase):
        return replace(
            after,
            number=action.number,
            supplier=action.supplier,
            lines=action.lines,
            note=action.note,
            status=DRAFT,
            drafts=state.drafts + 1,
        )
    if isinstance(action, ReceivePurchase):
        return replace(after, received=(*state.received, action), findings=(*state.findings, *action.findings))
    if isinstance(action, ClosePurchase):
        return replace(after, status=CLOSED, reason=action.reason, findings=(*state.findings, *action.findings))
    if isinstance(action, ReopenPurchase):
        told = tuple(one for one in state.findings if one.kind != "short")
        return replace(after, status=PLACED if state.placed else DRAFT, reason="", findings=told)
    return replace(after, status=PLACED, placed=True)


def _gather(uow: UnitOfWork, record: str, state: Purchase, action: RecordAction, act: Act) -> ReceiptContext:
    if not isinstance(action, ReceivePurchase):
        return ReceiptContext()
    return receipt_context(uow, action.product, action.lot, action.damaged_place, act)


def _check(state: Purchase, action: RecordAction, act: Act, ctx: ReceiptContext) -> RecordAction | Refusal:
    if isinstance(action, DraftPurchase):
        return _draft(state, action) or action
    if not state.number:
        return Refusal("purchase_unknown", "There is no such purchase order.", 404)
    if isinstance(action, ReceivePurchase) and ctx.schedule:
        text = f"Lot {action.lot} is {ctx.schedule}: it is received by two persons, under Controlled drugs."
        return Refusal("controlled", text, 403)
    if isinstance(action, ReceivePurchase):
        return _receive(state, action, ctx)
    if isinstance(action, ReopenPurchase):
        return _reopen(state, action) or action
    if state.status == CLOSED:
        return Refusal("closed_already", "This purchase order is closed.")
    if isinstance(action, ClosePurchase):
        short = shortages(state)
        if (short or state.status == DRAFT) and not action.reason.strip():
            return Refusal("reason_missing", "Not all of it came. Say why it is closed all the same.", 422)
        return replace(action, findings=short)
    return action if state.status == DRAFT else Refusal("placed_already", "This purchase order was placed already.")


def _reopen(state: Purchase, action: ReopenPurchase) -> Refusal | None:
    if state.status != CLOSED:
        return Refusal("not_closed", "This purchase order is not closed.")
    return None if action.reason.strip() else Refusal("reason_missing", "Say why it is opened again.", 422)


def _draft(state: Purchase, action: DraftPurchase) -> Refusal | None:
    if state.number and state.status != DRAFT:
        return Refusal("placed_already", "It was placed already. What it asks for stands; close it and write another.")
    if action.replaces != state.drafts:
        text = "It was written by somebody else in the meantime" if action.replaces else "Another order took this number"
        return Refusal("written_meanwhile", f"{text}. Load the page again.")
    if not action.supplier.strip():
        return Refusal("supplier_missing", "Say from whom it is ordered.", 422)
    products = [line.product for line in action.lines]
    if not products or len(products) > MOST_LINES or len(set(products)) != len(products):
        return Refusal("lines_wrong", f"An order has 1 to {MOST_LINES} lines, one for each product.", 422)
    if not all(1 <= line.count <= MOST_CONTAINERS and _priced(line.price) for line in action.lines):
        text = f"Each line asks for 1 to {MOST_CONTAINERS:,} containers, at a price of zero or more and below ten million."
        return Refusal("count_wrong", text, 422)
    return None


def _priced(cents: int | None) -> bool:
    return cents is None or 0 <= cents <= MOST_CENTS


def _receive(state: Purchase, action: ReceivePurchase, ctx: ReceiptContext) -> ReceivePurchase | Refusal:
    if state.status != PLACED:
        more = " Open it again, or receive without an order." if state.status == CLOSED else ""
        return Refusal("not_placed", f"This purchase order is {state.shown_status}: nothing is received against it.{more}")
    line = state.line(action.product)
    if line is None:
        return Refusal(
            "not_ordered", "This product is not on the order. Receive it without an order, and say why.", 422
        )
    if not 1 <= action.count <= MOST_CONTAINERS or not 0 <= action.damaged <= action.count:
        return Refusal("count_wrong", f"1 to {MOST_CONTAINERS:,} came, and no more are damaged than came.", 422)
    if action.damaged and not (ctx.damaged_place.quarantined and ctx.damaged_place.active):
        return Refusal("quarantine_missing", "Say in which quarantine location the damaged ones are put.", 422)
    action = replace(action, damaged_place=ctx.damaged_place.name if action.damaged else "")
    told = differences(state, line, action)
    if ctx.spelled not in ("", action.lot.strip()):
        words = f"Spelling: lot {action.lot.strip()} stands in the books as {ctx.spelled}. It is one lot and keeps that spelling."
        told = (*told, Told("spelling", line.product, words))
    return replace(action, findings=told)


def differences(state: Purchase, line: Line, action: ReceivePurchase) -> tuple[Told, ...]:
    """What a delivery brings that the order did not say. Short is told when the order is closed: more may come."""
    told = []
    good = action.count - action.damaged
    after = state.came(line.product) + good
    if after > line.count:
        over = f"Over: {after} of {line.display} came in all, {line.count} were ordered."
        told.append(Told("over", line.product, over))
    if action.damaged:
        of = f"{action.damaged} of {action.count} of {line.display}, lot {action.lot}"
        damaged = f"Damaged: {of}; put in {action.damaged_place}."
        told.append(Told("damaged", line.product, damaged))
    if action.price is not None and line.price is not None and action.price != line.price:
        way = "more" if action.price > line.price else "less"
        difference = price_words(abs(action.price - line.price))
        price = f"Price: {line.display} was invoiced at {price_words(action.price)}, ordered at {price_words(line.price)}"
        told.append(Told("price", line.product, f"{price}: {difference} {way} for one."))
    return tuple(told)


def shortages(state: Purchase) -> tuple[Told, ...]:
    """Every line of which less came than was ordered."""
    return tuple(
        Told("short", line.product, f"Short: {came} of {line.count} of {line.display} came.")
        for line in state.lines
        if (came := state.came(line.product)) < line.count
    )


def _consequences(before: Purchase, after: Purchase, entry: Entry, context: ReceiptContext) -> Sequence[Consequence]:
    """The lot takes up what came: the damaged ones in quarantine first, then the good ones where they are used from."""
    if entry.kind != ReceivePurchase.kind:
        return ()
    came = after.received[-1]
    price = came.price
    if price is None and (line := after.line(came.product)) is not None:
        price = line.price
    good = ReceiveLot(came.product, came.lot, came.expires, came.count - came.damaged, came.place, price, after.number)
    damaged = replace(good, count=came.damaged, place=came.damaged_place, reason="damaged when it came")
    return [(LOT, lot_record(came.product, came.lot), one) for one in (damaged, good) if one.count and one.place]


def _rows(record: str, state: Purchase) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    head = {
        "record": record,
        "number": state.number,
        "supplier": state.supplier,
        "status": state.status,
        "drafted_at": state.drafted_at,
        "changed_at": state.changed_at,
    }
    lines = [
        {
            "record": record,
            "product": line.product,
            "status": state.status,
            "ordered": line.count,
            "received": state.came(line.product),
            "price": line.price,
        }
        for line in state.lines
    ]
    return {_TABLES[0]: [head] if state.number else [], _TABLES[1]: lines}


_TABLES = cast(tuple[Table, ...], (PurchaseRow.__table__, PurchaseLineRow.__table__))

PURCHASE: RecordType[Purchase, RecordAction, ReceiptContext] = RecordType(
    name="purchase",
    blank=Purchase,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    projection_tables=_TABLES,
    projection_rows=_rows,
)
