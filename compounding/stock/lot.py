"""One lot of one product: a record of its own, and its ledger. A held or recalled lot stops at every scan."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Table

from batch_records.acting import RecordType, load
from batch_records.acts import SYSTEM, Act
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from compounding.controlled.policy import received_by_two, schedule_of
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.candidates import why_taken
from compounding.stock.in_hand import InHand, PutBackLot, after_putting_back, hand_at, is_in_hand, still_there
from compounding.stock.ledger import Lot, balances_after, moves_of, worth
from compounding.stock.location import LOCATION, location_record
from compounding.stock.lot_actions import (
    ACTIONS,
    PERMISSIONS,
    AdjustLot,
    FreeLot,
    HoldLot,
    ReceiveLot,
    ReturnLot,
    TransferLot,
    UseContainer,
    WasteLot,
)
from compounding.stock.lot_names import lot_key
from compounding.stock.lot_rules import BY_TWO, LotContext, check, expired_on
from compounding.stock.sending import ArriveLot
from compounding.stock.tables import BalanceRow, LotRow, MoveRow
from formulary.repository import formulary_in_force

__all__ = [
    "LOT", "AdjustLot", "FreeLot", "HoldLot", "Lot", "PutBackLot", "ReceiveLot", "ReturnLot", "TransferLot", "UseContainer",
    "WasteLot", "expired_on", "lot_record",
]  # fmt: skip

_LOTS, _BALANCES, _MOVES = (table_of(row) for row in (LotRow, BalanceRow, MoveRow))


def lot_record(product: str, lot: str) -> str:
    """The id of a lot's record. Small letters typed for capitals are the same lot: a hold is not got round by typing."""
    return f"lot-{product}-{lot_key(lot)}"


def _read(entry: Entry) -> RecordAction:
    return from_data(ACTIONS[entry.kind], entry.payload)


def _apply(state: Lot, entry: Entry) -> Lot:
    after = _applied(state, _read(entry))
    return replace(after, in_hand=still_there(after.in_hand, after.balances)) if after.in_hand else after


def _applied(state: Lot, action: RecordAction) -> Lot:
    after = replace(state, balances=balances_after(state, moves_of(state, action)))
    if isinstance(action, ReceiveLot):
        return replace(
            after,
            product=action.product,
            lot=action.lot,
            expires=action.expires,
            place=action.place,
            received=True,
            price=state.price if action.price is None else action.price,
        )
    if isinstance(action, HoldLot):
        return _stopped(replace(after, product=state.product or action.product, lot=state.lot or action.lot), action)
    if isinstance(action, FreeLot):
        stop, reason = state.beneath if state.beneath[0] else ("available", action.reason)
        return replace(after, state=stop, reason=reason, recall="", beneath=("", ""))
    if isinstance(action, AdjustLot):
        places = {move.location for move in moves_of(state, action)}
        corrections = {**state.corrections, **{place: state.corrections.get(place, 0) + 1 for place in places}}
        return replace(after, reason=action.reason, corrections=corrections)
    if isinstance(action, TransferLot | ArriveLot) and after.at(state.place) <= 0:
        return replace(after, place=action.target)
    if isinstance(action, PutBackLot):
        return replace(after, in_hand=after_putting_back(state.in_hand, action))
    if isinstance(action, UseContainer):
        back = (InHand(action.dose, action.location, action.home),) * -action.count if is_in_hand(action.location) else ()
        return replace(
            after, product=action.product, lot=action.lot, expires=state.expires or action.expires,
            in_hand=(*state.in_hand, *back),
        )  # fmt: skip
    return after


def _stopped(state: Lot, action: HoldLot) -> Lot:
    """A recall and a stop of our own hold each for itself: neither ends the other."""
    if state.recall and not action.recall:
        return replace(state, beneath=(action.state, action.reason))
    if action.recall and not state.recall and state.state != "available":
        state = replace(state, beneath=(state.state, state.reason))
    return replace(state, state=action.state, reason=action.reason, recall=action.recall or state.recall)


def _gather(uow: UnitOfWork, record: str, state: Lot, action: RecordAction, act: Act) -> LotContext:
    named = {getattr(action, name, "") for name in ("place", "source", "target", "location")}
    places = sorted({*state.balances, state.place, *named} - {""})
    locations = {place: load(uow, LOCATION, location_record(place)) for place in places}
    if not isinstance(action, UseContainer):
        return LotContext(locations, schedule=_asks_for_two(uow, state, action, act))
    if action.count < 0:
        return _comes_back(uow, LotContext(locations), record, state, action)
    why = why_taken(uow, action.product, action.lot, state.expires or action.expires, act)
    return LotContext(locations, why=why)


def _asks_for_two(uow: UnitOfWork, state: Lot, action: RecordAction, act: Act) -> str:
    """Schedule of a controlled drug with which one person asks for what takes two; what two did comes from the system."""
    if act.actor is SYSTEM or not isinstance(action, BY_TWO):
        return ""
    formulary = formulary_in_force(uow)
    if isinstance(action, ReceiveLot):
        return schedule_of(formulary, action.product) if received_by_two(formulary.site) else ""
    return schedule_of(formulary, state.product)


def _comes_back(
    uow: UnitOfWork, ctx: LotContext, record: str, state: Lot, action: UseContainer
) -> LotContext:
    """Where a container that came back goes: where it had been taken from, the last one first; the lot's place when nobody wrote
    that down. A controlled drug is not put back by whoever had it in hand: it counts as in hand at the station it was scanned at.
    """
    out: list[tuple[str, str]] = []
    for entry in uow.entries(record):
        if entry.kind == UseContainer.kind and entry.payload["dose"] == action.dose:
            count = int(entry.payload["count"])
            out += [(str(entry.payload.get("location", "")), entry.station)] * count
            del out[len(out) + min(count, 0) :]
    home, station = out[-1] if out else ("", "")
    home = home or state.place
    if action.location or not schedule_of(formulary_in_force(uow), action.product):
        return replace(ctx, taken_from=home)
    return replace(ctx, taken_from=hand_at(station or "no station"), home=home)


def _rows(record: str, state: Lot) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "product": state.product,
        "lot": state.lot,
        "expires": state.expires,
        "state": state.state,
        "place": state.place_words,
        "on_hand": state.on_hand,
    }
    balances = [
        {"record": record, "location": place, "count": count, "cents": worth(state.price, count)}
        for place, count in sorted(state.balances.items())
    ]
    return {_LOTS: [row] if state.product else [], _BALANCES: balances}


def _move_rows(before: Lot, after: Lot, entry: Entry) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    action = _read(entry)
    about = next((text for name in ("dose", "order", "about") if (text := getattr(action, name, ""))), "")
    cause = getattr(action, "cause", "")
    reason = ": ".join(filter(None, (cause, getattr(action, "reason", "") or getattr(action, "why", ""))))
    rows = [
        {
            "record": entry.record,
            "seq": entry.seq,
            "part": part,
            "product": after.product,
            "lot": after.lot,
            "location": move.location,
            "count": move.count,
            "kind": entry.kind,
            "at": entry.at,
            "person": entry.who,
            "reason": reason,
            "about": about,
            "cents": worth(after.price, move.count),
        }
        for part, move in enumerate(moves_of(before, action), start=1)
    ]
    return {_MOVES: rows}


LOT: RecordType[Lot, RecordAction, LotContext] = RecordType(
    name="lot",
    blank=Lot,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=check,
    encode=encode,
    projection_tables=(_LOTS, _BALANCES),
    projection_rows=_rows,
    entry_tables=(_MOVES,),
    entry_rows=_move_rows,
)
