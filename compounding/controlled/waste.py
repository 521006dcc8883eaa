"""A waste of a controlled drug as a record: read, checked, signed by both, and what follows for dose, vial, container or lot."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from calculations.quantity import Quantity
from compounding.controlled.account import (
    ACCOUNT,
    REST,
    WITHIN,
    SettleVial,
    account_of,
    account_record,
    left_by_records,
    taken_from,
)
from compounding.controlled.accountability import known, microlitres
from compounding.controlled.cases import CASE, OpenCase, case_record
from compounding.controlled.policy import schedule_of, schedule_of_drug, tolerance_of, witness_within
from compounding.controlled.stopped import content_now
from compounding.controlled.tables import ControlledWasteRow, VolumeRow, volume_row
from compounding.controlled.vials import IN_CASE, PUT_BACK, WASTED, in_dose, vials_of
from compounding.controlled.waste_rules import WasteContext, check
from compounding.controlled.waste_state import (
    ACTIONS,
    BACK,
    CONTAINER,
    DOSE_ITSELF,
    OFFERED,
    PERMISSIONS,
    REMAINDER,
    STOCK,
    STREAMS,
    TAKEN_BACK,
    VIAL,
    WITNESSED,
    ControlledWaste,
    OfferWaste,
    TakeBackWaste,
    WitnessWaste,
    said,
)
from compounding.planning.plan_data import from_data
from compounding.preparing.actions import Waste
from compounding.preparing.keeping import ended
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.lot import LOT, UseContainer, WasteLot, lot_record
from compounding.stock.opened import OPENED, DiscardContainer
from compounding.stock.opened_state import opened_record
from formulary.model import Formulary
from formulary.repository import formulary_in_force


def _apply(state: ControlledWaste, entry: Entry) -> ControlledWaste:
    action = from_data(ACTIONS[entry.kind], entry.payload)
    if isinstance(action, OfferWaste):
        return ControlledWaste(action, OFFERED, entry.who, entry.at, entry.station)
    if isinstance(action, TakeBackWaste):
        return replace(state, status=TAKEN_BACK, reason=action.reason)
    return replace(state, status=WITNESSED, witness=entry.who, witnessed_at=entry.at)


def gather(uow: UnitOfWork, record: str, state: ControlledWaste, action: RecordAction, act: Act) -> WasteContext:
    """What is wasted, as it stands now. Also for a page that shows what would be wasted."""
    told = action if isinstance(action, OfferWaste) else state.offered
    if told is None:
        return WasteContext(record)
    formulary = formulary_in_force(uow)
    ctx = WasteContext(record, tolerance=tolerance_of(formulary.site), within=witness_within(formulary.site))
    if told.subject in (VIAL, DOSE_ITSELF, REMAINDER):
        return _with_dose(uow, ctx, told, formulary)
    if told.subject == CONTAINER:
        found = load(uow, OPENED, opened_record(told.container))
        should_be = left_by_records(uow, found)
        return replace(ctx, container=found, should_be=should_be, schedule=schedule_of_drug(formulary, found.drug))
    schedule = schedule_of(formulary, told.product)
    lot = load(uow, LOT, lot_record(told.product, told.lot))
    return replace(ctx, lot=lot, schedule=schedule, display=formulary.item(told.product).display if schedule else "")


def _with_dose(uow: UnitOfWork, ctx: WasteContext, told: OfferWaste, formulary: Formulary) -> WasteContext:
    dose = load(uow, DOSE, dose_record(told.dose))
    if dose.plan is None:
        return ctx
    rows = account_of(uow, dose, formulary)
    accounts = () if isinstance(rows, Refusal) else rows
    vial = next((one for one in accounts if one.vial.slot == told.slot), None)
    first = vial.vial if vial is not None else next(iter(vials_of(dose, formulary)), None)
    amounts = in_dose(vials_of(dose, formulary))
    return replace(
        ctx,
        dose=dose,
        ended=ended(dose) or dose.completed_at is not None or dose.status is DoseStatus.QUARANTINED,
        vial=vial,
        schedule="" if first is None else first.schedule,
        product="" if first is None else first.product,
        display=dose.planned.title,
        in_dose=amounts.get(first.product) if first is not None and len(amounts) == 1 else None,
        open_vials=isinstance(rows, Refusal) or any(not one.found.closed for one in rows),
        put_in=content_now(dose, formulary),
        taken_from="" if vial is None else taken_from(uow, vial.vial.product, vial.vial.lot, dose.number),
        remainder=load(uow, ACCOUNT, account_record(dose.number)).remainder,
    )


def _consequences(
    before: ControlledWaste, after: ControlledWaste, entry: Entry, ctx: WasteContext
) -> Sequence[Consequence]:
    """Once it is witnessed it is done: in the account of the vial, the dose, the opened container, or the lot."""
    if after.status != WITNESSED or before.status == WITNESSED:
        return ()
    told = after.told
    if told.subject == VIAL:
        return [*_vial_done(after, ctx.taken_from), *_case(after)]
    ways = {DOSE_ITSELF: _dose_done, CONTAINER: _container_done, STOCK: _stock_done, REMAINDER: _remainder_done}
    return [*ways[told.subject](after), *_case(after)]


def _vial_done(after: ControlledWaste, home: str) -> list[Consequence]:
    told = after.told

    def settled(how: str, volume: Quantity, about: str) -> Consequence:
        action = SettleVial(
            told.slot, how, volume, told.product, told.lot, about, after.person, after.witness, told.reason
        )
        return ACCOUNT, account_record(told.dose), action

    volume = known(told.volume)
    back = told.stream == BACK
    follow = [settled(PUT_BACK if back else WASTED, volume, told.number)]
    rest = told.difference
    if rest is not None:
        follow.append(settled(IN_CASE, rest, case_of(told.number)))
    if back:
        put = UseContainer(told.dose, told.product, told.lot, "", -1, home)
        follow.append((LOT, lot_record(told.product, told.lot), put))
    return follow


def _dose_done(after: ControlledWaste) -> list[Consequence]:
    told = after.told
    waste = Waste(said(told), STREAMS[told.stream], after.witness, after.person)
    return [(DOSE, dose_record(told.dose), waste)]


def _container_done(after: ControlledWaste) -> list[Consequence]:
    told = after.told
    reason = f"waste {told.number}: {said(told)}, before a witness"
    return [(OPENED, opened_record(told.container), DiscardContainer(reason, STREAMS[told.stream]))]


def _stock_done(after: ControlledWaste) -> list[Consequence]:
    told = after.told
    reason = f"{told.reason} (waste {told.number}, before a witness)"
    return [(LOT, lot_record(told.product, told.lot), WasteLot(told.count, told.location, told.cause, reason))]


def _remainder_done(after: ControlledWaste) -> list[Consequence]:
    """The dose stays started: its account says what became of the rest, and by which waste."""
    told = after.told
    action = SettleVial(
        REST, WASTED, known(told.volume), told.product, "", told.number, after.person, after.witness, told.reason,
        told.location, told.location,
    )  # fmt: skip
    return [(ACCOUNT, account_record(told.dose), action)]


def case_of(number: str) -> str:
    """The number of the case that a waste opens when something is missing: `W260414-003`."""
    return f"W{number}"


def _case(after: ControlledWaste) -> list[Consequence]:
    told = after.told
    rest = told.difference
    if rest is None:
        return []
    number = case_of(told.number)
    opening = OpenCase(
        number,
        told.product,
        told.display,
        told.lot,
        told.location,
        0,
        volume=-rest,
        about=told.number,
        involved=tuple(dict.fromkeys((*told.involved, after.witness))),
        reason=told.reason,
    )
    return [(CASE, case_record(number), opening)]


def _rows(record: str, state: ControlledWaste) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    if state.offered is None:
        return {}
    told = state.told
    row = {
        "record": record,
        "number": told.number,
        "status": state.status,
        "subject": told.subject,
        "about": told.dose or told.container or told.lot,
        "product": told.product,
        "display": told.display,
        "said": said(told),
        "station": state.station,
        "offered_at": state.offered_at,
        "person": state.person,
        "witness": state.witness,
        "differs": int(told.difference is not None),
    }
    return {table_of(ControlledWasteRow): [row]}


def _volume_rows(
    before: ControlledWaste, after: ControlledWaste, entry: Entry
) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """An opened container leaves the ledger of volumes whole: what was wasted, and what was missing of it."""
    if entry.kind != WitnessWaste.kind or after.told.subject != CONTAINER:
        return {}
    told = after.told
    moves = [(WASTED, told.volume), (IN_CASE, told.difference), (WITHIN, told.within)]
    rows = [
        volume_row(
            entry, part, product=told.product, lot=told.lot, location=told.location, kind=kind,
            microlitres=-microlitres(volume), about=told.number, person=after.person, witness=after.witness, reason=told.reason,
        )
        for part, (kind, volume) in enumerate(moves, start=1)
        if volume is not None and volume.number
    ]  # fmt: skip
    return {table_of(VolumeRow): rows}


CONTROLLED_WASTE: RecordType[ControlledWaste, RecordAction, WasteContext] = RecordType(
    name="controlled_waste",
    blank=ControlledWaste,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=gather,
    check=check,
    encode=encode,
    consequences=_consequences,
    signed_kinds=frozenset({OfferWaste.kind, WitnessWaste.kind}),
    projection_tables=(table_of(ControlledWasteRow),),
    projection_rows=_rows,
    entry_tables=(table_of(VolumeRow),),
    entry_rows=_volume_rows,
)
