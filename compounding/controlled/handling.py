"""A controlled drug handled by two persons, as a record: shown by one, counted and signed by the other, then done at once.

What happens to the lot follows in the same transaction, so the perpetual count of both locations moves with the second
signature or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import SYSTEM, Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from compounding.controlled.handling_state import (
    ACTIONS,
    BACK,
    DONE,
    DONE_BY,
    DONE_BY_ROLE,
    DONE_TOO,
    OFFERED,
    PERMISSIONS,
    RECEIPT,
    RETURN,
    SUBJECTS,
    TAKEN_BACK,
    TRANSFER,
    Handling,
    OfferHandling,
    SecondHandling,
    TakeBackHandling,
    content_of,
    said,
)
from compounding.controlled.policy import schedule_of, witness_within
from compounding.controlled.tables import ControlledWasteRow
from compounding.people import roles_of
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.in_hand import PutBackLot
from compounding.stock.ledger import Lot
from compounding.stock.location import LOCATION, location_record
from compounding.stock.lot import LOT, lot_record
from compounding.stock.lot_actions import OUT_OF_QUARANTINE, ReceiveLot, ReturnLot, TransferLot
from compounding.stock.opened import OPENED, PutBackContainer
from compounding.stock.opened_state import Opened, left_words, opened_record
from compounding.stock.purchase import PURCHASE, ReceivePurchase, purchase_record
from formulary.repository import formulary_in_force


@dataclass(frozen=True)
class HandlingContext:
    """What a decision looks at, read once."""

    record: str
    schedule: str = ""
    display: str = ""
    lot: Lot | None = None
    container: Opened | None = None
    """The opened container that is put back."""
    refused: Refusal | None = None
    """Why the lot or the purchase order would not take it up as it stands."""
    out_of_quarantine: bool = False
    within: timedelta | None = None
    roles: frozenset[str] = frozenset()
    """Of the person who offered it."""


def followed(told: OfferHandling) -> Consequence:
    """What is done to the lot, directly or by its purchase order."""
    record = lot_record(told.product, told.lot)
    reason = f"{told.reason} (handling {told.number}, by two persons)".strip()
    if told.subject == TRANSFER:
        return LOT, record, TransferLot(told.count, told.source, told.target, reason)
    if told.container:
        return OPENED, opened_record(told.container), PutBackContainer(told.dose, reason)
    if told.subject == BACK:
        return LOT, record, PutBackLot(told.count, told.dose, told.source, told.target, reason)
    if told.subject == RETURN:
        return LOT, record, ReturnLot(told.count, told.source, told.supplier, reason)
    if told.order:
        came = ReceivePurchase(
            told.product, told.lot, told.expires, told.count, told.damaged, told.target, told.price, told.damaged_place
        )
        return PURCHASE, purchase_record(told.order), came
    came_alone = ReceiveLot(told.product, told.lot, told.expires, told.count, told.target, told.price, reason=reason)
    return LOT, record, came_alone


def _apply(state: Handling, entry: Entry) -> Handling:
    action = from_data(ACTIONS[entry.kind], entry.payload)
    if isinstance(action, OfferHandling):
        return Handling(action, OFFERED, entry.who, offered_at=entry.at, station=entry.station)
    if isinstance(action, TakeBackHandling):
        return replace(state, status=TAKEN_BACK, reason=action.reason)
    return replace(state, status=DONE, second=entry.who, done_at=entry.at)


def _gather(uow: UnitOfWork, record: str, state: Handling, action: RecordAction, act: Act) -> HandlingContext:
    told = action if isinstance(action, OfferHandling) else state.offered
    if told is None or told.subject not in SUBJECTS:
        return HandlingContext(record)
    formulary = formulary_in_force(uow)
    schedule = schedule_of(formulary, told.product)
    other, other_record, follow = followed(told)
    before = load(uow, other, other_record)
    by_system = replace(act, actor=SYSTEM, proof=None)
    found = other.check(before, follow, by_system, other.gather(uow, other_record, before, follow, by_system))
    return HandlingContext(
        record,
        schedule,
        formulary.item(told.product).display if schedule else "",
        load(uow, LOT, lot_record(told.product, told.lot)),
        load(uow, OPENED, opened_record(told.container)) if told.container else None,
        found if isinstance(found, Refusal) else None,
        bool(told.source) and load(uow, LOCATION, location_record(told.source)).quarantined,
        witness_within(formulary.site),
        roles_of(uow, state.person) if state.person else frozenset(),
    )


def _check(state: Handling, action: RecordAction, act: Act, ctx: HandlingContext) -> RecordAction | Refusal:
    if isinstance(action, OfferHandling):
        return _offer(state, action, act, ctx)
    if state.offered is None:
        return Refusal("handling_unknown", "There is no such handling.", 404)
    if state.status != OFFERED:
        return Refusal("handling_over", "It is done already." if state.second else "It was taken back.")
    if isinstance(action, SecondHandling):
        return _second(state, action, act, ctx)
    if not getattr(action, "reason", "").strip():
        return Refusal("reason_missing", "Say why nothing is done.", 422)
    return action


def _offer(state: Handling, action: OfferHandling, act: Act, ctx: HandlingContext) -> OfferHandling | Refusal:
    if state.offered is not None:
        return Refusal("number_taken", "Another one was begun in the same moment. Begin it again.")
    if action.subject not in SUBJECTS:
        return Refusal("subject_wrong", f"Say what is done: {', '.join(SUBJECTS.values())}.", 422)
    if ctx.container is not None and not _is_that(action, ctx.container):
        return Refusal("container_wrong", "This is not the container that is in hand. Begin it again.", 422)
    still_controlled = bool(ctx.schedule) or action.subject == BACK  # what got into a hand as controlled leaves it by two
    if not still_controlled or ctx.lot is None:
        return Refusal("not_controlled", "This is no controlled drug: one person does it under Stock.", 422)
    if not act.actor.roles & DONE_BY_ROLE[action.subject]:
        who = " or ".join(sorted(DONE_BY_ROLE[action.subject]))
        return Refusal("not_allowed", f"A controlled drug is {SUBJECTS[action.subject]} by a {who}, with a second person.", 403)
    if action.damaged and not action.order:
        text = "Damaged ones are told on their order. Without an order, take in what came and waste the broken before a witness."
        return Refusal("damaged_alone", text, 422)
    if ctx.refused is not None:
        return ctx.refused
    if not action.reason.strip() and not action.order and action.subject != BACK:
        return Refusal("reason_missing", "Say why.", 422)
    worked = arithmetic(action, ctx.lot, ctx.container)
    made = replace(action, display=ctx.display or action.product, schedule=ctx.schedule, arithmetic=worked)
    signature = sign(act, DONE_BY, ctx.record, content_of(made, act.actor.person))
    return signature if isinstance(signature, Refusal) else replace(made, signature=signature.as_data())


def _is_that(told: OfferHandling, found: Opened) -> bool:
    """Whether what is said of an opened container is what its record says."""
    said_of = (told.subject, told.product, told.lot, told.count, told.source, told.target)
    return said_of == (BACK, found.product, found.lot, 1, found.place, found.home)


def arithmetic(told: OfferHandling, lot: Lot, container: Opened | None = None) -> str:
    """`IV room A: 10 − 3 = 7; satellite: 0 + 3 = 3`; of an opened container what its record says is in it."""
    if container is not None:
        return f"{left_words(container)} in it by its record"
    moved = [(told.source, -told.count), (told.target, told.count)]
    moves = {
        RECEIPT: [(told.target, told.count - told.damaged), (told.damaged_place, told.damaged)],
        TRANSFER: moved,
        RETURN: [(told.source, -told.count)],
        BACK: moved,
    }[told.subject]
    return "; ".join(
        f"{place}: {lot.at(place)} {'+' if count > 0 else '−'} {abs(count)} = {lot.at(place) + count}"
        for place, count in moves
        if place and count
    )


def _second(state: Handling, action: SecondHandling, act: Act, ctx: HandlingContext) -> SecondHandling | Refusal:
    told = state.told
    if act.actor.person == state.person:
        return Refusal("same_person", "You showed it yourself. Another person counts it too, and signs.", 403)
    if act.station != state.station:
        return Refusal("not_present", "The second person signs where it is done, at the same station.", 403)
    if late(state, act.at, ctx.within):
        return Refusal("too_late", "Too much time has passed since it was shown. Take it back and show it again.")
    if ctx.refused is not None:
        return ctx.refused
    if ctx.lot is not None and arithmetic(told, ctx.lot, ctx.container) != told.arithmetic:
        return Refusal("changed", "Something else was taken or put there meanwhile. Take it back and show it again.")
    if ctx.out_of_quarantine and not (act.actor.roles | ctx.roles) & OUT_OF_QUARANTINE:
        return Refusal("not_allowed", "Of the two who take it out of quarantine, one is a pharmacist or the lead.", 403)
    signature = sign(act, DONE_TOO, ctx.record, content_of(told, state.person))
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def late(state: Handling, at: datetime, within: timedelta | None) -> bool:
    """Whether the time for the second person is over; never where the hospital has set none."""
    return within is not None and state.offered_at is not None and at - state.offered_at > within


def _consequences(before: Handling, after: Handling, entry: Entry, ctx: HandlingContext) -> Sequence[Consequence]:
    return [followed(after.told)] if after.status == DONE and before.status != DONE else ()


def _rows(record: str, state: Handling) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    if state.offered is None:
        return {}
    told = state.told
    row = {
        "record": record,
        "number": told.number,
        "status": state.status,
        "subject": told.subject,
        "about": told.lot,
        "product": told.product,
        "display": told.display,
        "said": said(told),
        "station": state.station,
        "offered_at": state.offered_at,
        "person": state.person,
        "witness": state.second,
        "differs": 0,
    }
    return {table_of(ControlledWasteRow): [row]}


HANDLING: RecordType[Handling, RecordAction, HandlingContext] = RecordType(
    name="controlled_handling",
    blank=Handling,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    signed_kinds=frozenset({OfferHandling.kind, SecondHandling.kind}),
    projection_tables=(table_of(ControlledWasteRow),),
    projection_rows=_rows,
)
