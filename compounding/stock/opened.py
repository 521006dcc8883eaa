"""Opened containers with their own clock: kept after a preparation, staged for another dose, drawn from, thrown away.

Everything that happens to one is an entry of its own record. What comes with a dose (staged, given back, drawn from) is
written by the system in the same unit of work as the dose's own entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import SYSTEM, Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from compounding.controlled.opened_volumes import VOLUMES, carried
from compounding.controlled.policy import rest_is_kept, schedule_of, schedule_of_drug
from compounding.planning.plan_data import from_data
from compounding.preparing.dose import Dose
from compounding.preparing.keeping import ISO_CLASS, NOTHING_TO_KEEP, keeping, may_be_kept, rest_of
from compounding.preparing.numbering import dose_record
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.in_hand import hand_at
from compounding.stock.opened_actions import (
    ACTIONS,
    PERMISSIONS,
    DiscardContainer,
    DrawFromContainer,
    FreeContainer,
    GiveBackContainer,
    HoldContainer,
    KeepContainer,
    PutBackContainer,
    StageContainer,
)
from compounding.stock.opened_labels import PrintContainerLabel, printed
from compounding.stock.opened_state import (
    AVAILABLE,
    DISCARDED,
    EMPTY,
    IN_HAND,
    RESERVED,
    SPENT,
    Opened,
    container_number,
    left_words,
    may_be_used,
    opened_record,
)
from compounding.stock.tables import OpenedRow
from compounding.tracing.projecting import BEEN, been_rows
from compounding.tracing.stays import NOWHERE, followed
from formulary.model import Formulary, Product
from formulary.repository import formulary_in_force

__all__ = [
    "OPENED", "DiscardContainer", "DrawFromContainer", "FreeContainer", "GiveBackContainer", "HoldContainer", "KeepContainer",
    "PutBackContainer", "StageContainer", "kept_as",
]  # fmt: skip


@dataclass(frozen=True)
class KeepContext:
    """The record, the dose that opened it, and the rules in force."""

    record: str
    dose: Dose
    formulary: Formulary
    settled: bool = False
    """Something of this controlled vial was wasted, kept or put back already."""
    hand: str = ""
    """Of a controlled one that is given back: the hand that it is in."""


def _apply(state: Opened, entry: Entry) -> Opened:
    after = _after(state, entry)
    here = NOWHERE if after.state == DISCARDED else after.place
    return replace(after, been=followed(state.been, here, entry.at))


def _after(state: Opened, entry: Entry) -> Opened:
    action = from_data(ACTIONS[entry.kind], entry.payload)
    if isinstance(action, KeepContainer):
        return _kept(action)
    if isinstance(action, StageContainer):
        return replace(state, state=RESERVED, reserved_for=action.dose)
    if isinstance(action, GiveBackContainer):
        freed = replace(state, state=AVAILABLE, reserved_for="")
        return replace(freed, state=IN_HAND, place=action.place, home=state.place, hand_of=action.dose) if action.place else freed
    if isinstance(action, PutBackContainer):
        return replace(state, state=AVAILABLE, place=state.home, home="", hand_of="")
    if isinstance(action, DrawFromContainer):
        return replace(_drawn(state, action), draws=(*state.draws, (action.dose, entry.at)))
    if isinstance(action, HoldContainer):
        return replace(state, held=action.recall, reason=action.reason)
    if isinstance(action, FreeContainer):
        return replace(state, held="", reason=action.reason)
    if isinstance(action, PrintContainerLabel):
        return replace(state, labels=action.copy)
    return replace(state, state=DISCARDED, reserved_for="", reason=getattr(action, "reason", ""))


def _kept(action: KeepContainer) -> Opened:
    same = Opened.__dataclass_fields__.keys() & KeepContainer.__dataclass_fields__.keys()
    facts = {name: getattr(action, name) for name in same}
    return Opened(**facts | {"one_patient": bool(action.one_patient), "state": AVAILABLE})


def _drawn(state: Opened, action: DrawFromContainer) -> Opened:
    freed = replace(state, reserved_for="")
    if action.volume is None or state.left is None:
        return replace(freed, state=SPENT, left=None)
    left = state.left - (action.volume if state.concentration is None else action.volume * state.concentration)
    if left.number <= 0:
        return replace(freed, state=EMPTY, left=left - left)
    return replace(freed, state=AVAILABLE, left=left)


def _gather(uow: UnitOfWork, record: str, state: Opened, action: RecordAction, act: Act) -> KeepContext | None:
    from compounding.preparing.record import DOSE

    if isinstance(action, DiscardContainer) and act.actor is not SYSTEM:
        return KeepContext(record, Dose(), formulary_in_force(uow))
    if isinstance(action, GiveBackContainer):
        return _in_hand(uow, record, state)
    if not isinstance(action, KeepContainer):
        return None
    from compounding.controlled.account import settled_of

    settled = settled_of(uow, action.dose, action.slot)
    return KeepContext(record, load(uow, DOSE, dose_record(action.dose)), formulary_in_force(uow), settled)


def _in_hand(uow: UnitOfWork, record: str, state: Opened) -> KeepContext:
    """A controlled one is in hand at the station it was scanned at; anything else lies where it was."""
    formulary = formulary_in_force(uow)
    staged = [entry.station for entry in uow.entries(record) if entry.kind == StageContainer.kind]
    controlled = schedule_of_drug(formulary, state.drug) and staged
    return KeepContext(record, Dose(), formulary, hand=hand_at(staged[-1] or "no station") if controlled else "")


def _check(state: Opened, action: RecordAction, act: Act, ctx: KeepContext | None) -> RecordAction | Refusal:
    if isinstance(action, KeepContainer):
        return _keep(state, action, act, ctx)
    if not state.number:
        return Refusal("opened_unknown", "No opened container has this number.", 404)
    if isinstance(action, StageContainer):
        return may_be_used(state, action.dose, action.patient, act.at) or action
    if isinstance(action, PrintContainerLabel):
        return printed(state, action)
    if isinstance(action, GiveBackContainer):
        return action if ctx is None else replace(action, place=ctx.hand)
    if isinstance(action, PutBackContainer):
        in_hand = state.state == IN_HAND and state.hand_of == action.dose
        return action if in_hand else Refusal("not_in_hand", f"Container {state.number} is in nobody's hand.", 422)
    if isinstance(action, DiscardContainer) and ctx is not None and schedule_of_drug(ctx.formulary, state.drug):
        return Refusal("controlled", "It holds a controlled drug: it is wasted before a witness, under Controlled drugs.", 403)
    return _discard(state, action) if isinstance(action, DiscardContainer) else action


def _discard(state: Opened, action: DiscardContainer) -> RecordAction | Refusal:
    if state.state == DISCARDED:
        return Refusal("discarded_already", "It was thrown away already.")
    if state.reserved_for:
        return Refusal("reserved", f"It is staged for {state.reserved_for}. Take that apart or finish it first.")
    if not action.reason.strip() or not action.stream.strip():
        return Refusal("reason_missing", "Say why, and into which waste.", 422)
    return action


def _keep(state: Opened, action: KeepContainer, act: Act, ctx: KeepContext | None) -> KeepContainer | Refusal:
    if state.number:
        return Refusal("kept_already", f"It is kept already as container {state.number}.")
    if ctx is None or ctx.dose.plan is None:
        return Refusal("dose_unknown", "There is no such dose.", 404)
    if refused := _asked_wrongly(action, act, ctx):
        return refused
    if ctx.settled:
        return Refusal("settled_already", "What was left in it was wasted or kept already.")
    rest = rest_of(ctx.dose, action.slot, ctx.formulary)
    if isinstance(rest, Refusal):
        return rest
    if schedule_of(ctx.formulary, rest.product.id) and not rest_is_kept(ctx.formulary.site):
        return Refusal("controlled_not_kept", "This hospital keeps no rest of a controlled drug: waste it before a witness.")
    until = keeping(rest, ctx.formulary, action.storage, act.at, act.offset_minutes, act.zone)
    if isinstance(until, Refusal):
        return until
    return replace(
        action,
        place=action.place.strip(),
        number=container_number(ctx.dose.number, action.slot),
        product=rest.product.id,
        display=rest.product.display,
        drug=rest.product.drug if isinstance(rest.product, Product) else "",
        lot=rest.scan.lot,
        expires=rest.scan.expires,
        patient=ctx.dose.patient,
        one_patient=int(until.one_patient),
        opened_at=rest.opened_at,
        reconstituted_at=rest.reconstituted_at,
        concentration=rest.concentration,
        left=rest.left,
        usable_until=until.until,
        limit=until.words,
        hood=ctx.dose.hood,
        iso_class=ISO_CLASS,
    )


def _asked_wrongly(action: KeepContainer, act: Act, ctx: KeepContext) -> Refusal | None:
    """Who asks, for which container, and whether they say where it is put."""
    if act.actor.person not in ctx.dose.preparers:
        return Refusal(
            "not_preparer", "Who made the preparation keeps what is left: only they know what was done.", 403
        )
    if not may_be_kept(action.slot) or action.slot not in {scan.slot for scan in ctx.dose.scans}:
        return NOTHING_TO_KEEP
    if ctx.record != kept_as(ctx.dose.number, action.slot):
        return Refusal("wrong_number", "This is not the number of that container.", 422)
    return None if action.place.strip() else Refusal("place_missing", "Say where it is put.", 422)


def _consequences(before: Opened, after: Opened, entry: Entry, ctx: KeepContext | None) -> Sequence[Consequence]:
    """What is kept of a controlled drug stands in the account of the dose that opened it."""
    from compounding.controlled.account import kept_part

    action = from_data(ACTIONS[entry.kind], entry.payload)
    if not isinstance(action, KeepContainer) or ctx is None or not schedule_of(ctx.formulary, action.product):
        return ()
    return [kept_part(action.dose, action.slot, after, entry.who)]


def _rows(record: str, state: Opened) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "number": state.number,
        "product": state.product,
        "display": state.display,
        "lot": state.lot,
        "state": state.shown_state,
        "usable_until": state.usable_until,
        "reserved_for": state.reserved_for,
        "place": state.place,
        "left": left_words(state),
    }
    return {table_of(OpenedRow): [row] if state.number else [], **been_rows(record, {0: state.been})}


OPENED: RecordType[Opened, RecordAction, KeepContext | None] = RecordType(
    name="opened",
    blank=Opened,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    projection_tables=(table_of(OpenedRow), BEEN),
    projection_rows=_rows,
    entry_tables=(VOLUMES,),
    entry_rows=carried,
)


def kept_as(dose: str, slot: str) -> str:
    """The record that the container of a slot has, or would have, once it is kept."""
    return opened_record(container_number(dose, slot))
