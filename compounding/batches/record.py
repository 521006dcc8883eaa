"""A batch as a record: who may act, what is read for a decision, the one gate, what follows, what lists show.

Its making is the making of a dose: the same scans, the same guards, the same readers, on `Batch.work`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import SYSTEM, Act, Actor, Refusal
from batch_records.entries import Entry, canonical, digest
from batch_records.store import UnitOfWork
from compounding.batches import completing
from compounding.batches.actions import HoldUnits
from compounding.batches.batch import Batch, Unit
from compounding.batches.draw_up_units import draw_up_units
from compounding.batches.folding import apply
from compounding.batches.guards import GOES_ON, GONE, move_allowed
from compounding.batches.recalculated import batch_content
from compounding.batches.rules import GUARDS, LOTS_ASKED, OF_DOSE
from compounding.batches.states import MOVES, PERMISSIONS, SIGNED, UnitState
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.preparing import completing_scans as of_dose
from compounding.preparing.actions import ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.gathering import expiries_of, lots_of, used_rows, with_person_and_hood, with_scan
from compounding.preparing.projecting import made_in
from compounding.preparing.scanned import scanned_details
from compounding.preparing.tables import UsedRow
from compounding.recalls.reasons import recall_in
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.stock.location import LOCATION, location_record
from compounding.stock.lot import LOT, UseContainer, lot_record
from compounding.stock.resolving import Resolved, Unknown
from compounding.tracing.projecting import BEEN, HANDS, MAKINGS, Hand, been_rows, hands_of, making_rows
from formulary.repository import formulary_in_force, kept_for


def authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def gather(uow: UnitOfWork, record: str, batch: Batch, action: Any, act: Act) -> DoseContext:
    """Everything a decision about this batch looks at, read once."""
    formulary = formulary_in_force(uow)
    if batch.work.plan is not None:
        formulary = kept_for(uow, formulary, batch.plan.drug_versions)
    ctx = DoseContext(formulary, draw_up=partial(draw_up_units, batch.total))
    if act.actor is SYSTEM:
        return ctx
    if action.kind in LOTS_ASKED:
        ctx = replace(ctx, lots=lots_of(uow, batch.work))
    if action.kind in GOES_ON:
        ctx = replace(ctx, recalled_by=_recalled_by(uow, record))
    if hasattr(action, "place"):
        ctx = replace(ctx, location=load(uow, LOCATION, location_record(action.place)))
    if hasattr(action, "content_digest"):
        ctx = replace(ctx, content_digest=digest(canonical(batch_content(batch))))
    if action.kind in ("start_preparation", "hand_over", "move_hood"):
        return with_person_and_hood(uow, ctx, action, act)
    if action.kind == "complete_batch":
        return replace(ctx, expiries=tuple(dict.fromkeys(expiries_of(batch.work, act))))
    return with_scan(uow, ctx, record, action, act) if isinstance(action, ScanContainer) else ctx


def _recalled_by(uow: UnitOfWork, record: str) -> str:
    from compounding.recalls.looking import recall_not_settled

    return recall_not_settled(uow, record)


def check(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The only gate: the table of moves, the guards of a dose's making, those of a batch, then what is completed and signed.

    A refusal of something scanned says in its details what was under the scanner.
    """
    decided = move_allowed(batch, action.kind) or _decided(batch, action, act, ctx)
    if isinstance(decided, Refusal) and (details := scanned_details(action, ctx)):
        return replace(decided, details=details)
    return decided


def _decided(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    action = of_dose.before_guards(batch.work, action, act, ctx)
    if isinstance(action, ScanContainer):
        if not isinstance(ctx.resolved, Resolved):
            return of_dose.code_refusal(ctx.resolved if isinstance(ctx.resolved, Unknown) else None)
        if ctx.opened is None:
            action = of_dose.scan_container(batch.work, action, act, ctx)
            if isinstance(action, Refusal):
                return action
    for guard in OF_DOSE.get(action.kind, ()):
        if refused := guard(batch.work, action, act, ctx):
            return _at_step(action, refused)
    for batch_guard in GUARDS.get(action.kind, ()):
        if refused := batch_guard(batch, action, act, ctx):
            return refused
    return completing.completed(batch, action, act, ctx)


def _at_step(action: Any, refused: Refusal) -> Refusal:
    """Several volumes are sent at once: the refusal says which of them it means."""
    if action.kind != "record_volume":
        return refused
    return replace(refused, text=f"Step {action.step}: {refused.text}")


def consequences(before: Batch, after: Batch, entry: Entry, ctx: DoseContext) -> Sequence[Consequence]:
    """Lots count what went into the batch and what came back; other sizes are followed by a plan."""
    if entry.kind == "scan_container":
        scan = after.work.scans[-1]
        use = UseContainer(after.number, scan.product, scan.lot, scan.expires, 1)
        follow: list[Consequence] = [(LOT, lot_record(scan.product, scan.lot), use)]
        action = ScanContainer(
            scan.code, scan.lot, scan.expires, scan.typed, "", scan.slot, scan.product, scan.display, scan.content, scan.strength
        )
        anew = of_dose.draw_up_anew(before.work, action, ctx)
        return [*follow, (BATCH, entry.record, anew)] if anew is not None else follow
    if entry.kind == "record_test":
        return _stopped_by(after, entry)
    given_back = entry.kind == "take_apart" or (entry.kind == "cancel_batch" and before.work.started_at is None)
    if not given_back:
        return ()
    return [
        (LOT, lot_record(s.product, s.lot), UseContainer(before.number, s.product, s.lot, s.expires, -1))
        for s in before.work.scans
    ]


def _stopped_by(batch: Batch, entry: Entry) -> Sequence[Consequence]:
    """A failed test holds every unit, wherever it is: also one that a patient's label is on. What a recall holds stays held."""
    result = batch.tests[-1]
    free = tuple(unit.serial for unit in batch.units if unit.state not in GONE and not recall_in(unit.held))
    if result.result != "failed" or batch.status not in MOVES["hold_units"] or not free:
        return ()
    return [(BATCH, entry.record, HoldUnits(result.words, free))]


def rows(record: str, batch: Batch) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """What lists show of a batch. Pure."""
    if batch.work.plan is None:
        return {}
    making = making_rows(record, dict(reversed(batch.work.hoods)), hands_of_batch(batch))
    return {
        _table(BatchRow): [_batch_row(record, batch)],
        _table(BatchUnitRow): [_unit_row(record, batch, unit) for unit in batch.units],
        _table(UsedRow): used_rows(record, batch.number, "", batch.work),
        **making,
        **been_rows(record, {0: batch.work.been, **{unit.serial: unit.been for unit in batch.units}}),
    }


def hands_of_batch(batch: Batch) -> tuple[Hand, ...]:
    """Everybody with a hand in a batch, each part with its moment."""
    signed = ((batch.checked, "checked"), (batch.second, "checked"), (batch.released, "released"))
    return (*hands_of(batch.work), *((one.person, part, one.at) for one, part in signed if one is not None))


def _batch_row(record: str, batch: Batch) -> dict[str, Any]:
    return {
        "record": record,
        "number": batch.number,
        "formulation": batch.plan.formulation,
        "drug": batch.plan.drug,
        "title": batch.plan.title,
        "subtitle": made_in(batch.plan),
        "status": batch.status.value,
        "tested": int(batch.tested),
        "units": batch.total,
        "finished": batch.finished,
        "available": sum(1 for unit in batch.in_state(UnitState.AVAILABLE) if not unit.held),
        "made_by": batch.work.preparers[0] if batch.work.preparers else "",
        "completed_by": batch.work.completed_by,
        "checked_by": "" if batch.checked is None else batch.checked.person,
        "released_by": "" if batch.released is None else batch.released.person,
        "proposed_at": batch.proposed_at,
        "beyond_use_date": batch.work.beyond_use_at(),
        "moved_at": batch.moved_at,
    }


def _unit_row(record: str, batch: Batch, unit: Unit) -> dict[str, Any]:
    return {
        "record": record,
        "serial": unit.serial,
        "lot": batch.number,
        "formulation": batch.plan.formulation,
        "drug": batch.plan.drug,
        "title": batch.plan.title,
        "state": unit.shown_state,
        "location": unit.place,
        "storage": unit.storage,
        "dose": unit.dose,
        "patient": unit.patient,
        "beyond_use_date": unit.beyond_use,
    }


def _table(row: Any) -> Table:
    return cast(Table, row.__table__)


BATCH: RecordType[Batch, Any, DoseContext] = RecordType(
    name="batch",
    blank=Batch,
    apply=apply,
    authorise=authorise,
    check=check,
    encode=encode,
    gather=gather,
    consequences=consequences,
    signed_kinds=SIGNED,
    projection_tables=(_table(BatchRow), _table(BatchUnitRow), _table(UsedRow), MAKINGS, HANDS, BEEN),
    projection_rows=rows,
)
