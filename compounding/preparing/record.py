"""A dose as a record: who may act, what is read for a decision, the one gate, what follows, what lists show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from batch_records.acting import Consequence, RecordType
from batch_records.acts import SYSTEM, Act, Actor, Refusal
from batch_records.entries import Entry, canonical, digest
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from compounding.orders.schedule import hours
from compounding.preparing import completing, completing_scans, staged_opened
from compounding.preparing.actions import AssignUnit, Quarantine, ScanContainer
from compounding.preparing.check_page import check_content
from compounding.preparing.context import DoseContext, OrderNow
from compounding.preparing.dose import Dose
from compounding.preparing.folding import apply
from compounding.preparing.gathering import (
    expiries_of,
    formulary_of,
    lots_of,
    recalled_by,
    with_nutrition_order,
    with_person_and_hood,
    with_scan,
)
from compounding.preparing.guards import Guard, move_allowed, no_new_allergy, nothing_changed_since
from compounding.preparing.guards_scanning import scanned_lots_not_stopped
from compounding.preparing.label_station import with_label
from compounding.preparing.numbering import order_record
from compounding.preparing.projecting import TABLES, rows
from compounding.preparing.rechecking import changes_decided, one_may_decide, something_changed
from compounding.preparing.rules import GUARDS
from compounding.preparing.scanned import scanned_details, scanned_while_made
from compounding.preparing.states import OUT, PERMISSIONS, SIGNED, DoseStatus
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.stock.lot import LOT, UseContainer, lot_record
from compounding.stock.resolving import Resolved, Unknown
from formulary.model import Formulary
from formulary.repository import formulary_in_force

LOOK_AT_CHANGES: frozenset[Guard] = frozenset({nothing_changed_since, changes_decided, something_changed})
"""Guards that ask what of the patient is not as it was at the review."""


def authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, PERMISSIONS)


def check(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The only gate: the table of moves, the guards of the action, then what the server completes and signs.

    A refusal of something scanned says in its details what was under the scanner.
    """
    decided = _decided(dose, action, act, ctx)
    if isinstance(decided, Refusal) and (details := scanned_details(action, ctx)):
        return replace(decided, details=details)
    return decided


def _decided(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    if refused := move_allowed(dose, action.kind):
        return scanned_while_made(dose, action, ctx) or refused
    action = completing_scans.before_guards(dose, action, act, ctx)
    if isinstance(action, ScanContainer) and not isinstance(ctx.resolved, Resolved):
        return completing_scans.code_refusal(ctx.resolved if isinstance(ctx.resolved, Unknown) else None)
    if isinstance(action, ScanContainer):
        fits = completing_scans.scan_container(dose, action, act, ctx)
        if isinstance(fits, Refusal):
            return fits
    for guard in GUARDS[action.kind]:
        if refused := guard(dose, action, act, ctx):
            return refused
    return _completed(dose, action, act, ctx)


def _completed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    completer = completing.COMPLETERS.get(action.kind)
    if completer is not None:
        action = completer(dose, action, act, ctx)
    if isinstance(action, Refusal):
        return action
    if action.kind in completing.MEANINGS:
        return completing.signed(dose, action, act, ctx)
    return _with_secret(action, act) if action.kind in SIGNED else action


def _with_secret(action: Any, act: Act) -> Any:
    """The act itself is the signature: refused without the person's own secret, given just now."""
    signature = sign(act, action.kind, "", {})
    return signature if isinstance(signature, Refusal) else action


def gather(uow: UnitOfWork, record: str, dose: Dose, action: Any, act: Act) -> DoseContext:
    """Everything a decision about this dose looks at, read once."""
    from compounding.batches.assigning import stops_of, with_unit
    from compounding.controlled.account import unaccounted
    from compounding.reviewing.new_excipients import containers_of, new_excipients
    from compounding.reviewing.record import order_now
    from compounding.reviewing.since_review import changed_since, grave_since, new_allergies

    formulary = formulary_in_force(uow)
    if act.actor is SYSTEM and action.kind == "waste":
        return DoseContext(formulary, witness_roles=_roles(uow, action.witness))
    if act.actor is SYSTEM or dose.status is DoseStatus.NEW:
        return DoseContext(formulary, OrderNow())
    formulary = formulary_of(uow, dose, formulary)
    recall = recalled_by(uow, record, action.kind)
    ctx = DoseContext(formulary, order_now(uow, order_record(dose.order)), recalled_by=recall)
    if scanned_lots_not_stopped in GUARDS[action.kind]:
        made_from, held = stops_of(uow, dose)
        ctx = replace(ctx, lots=(*lots_of(uow, dose), *made_from), unit_held=held)
    if no_new_allergy in GUARDS[action.kind]:
        brought = () if isinstance(action, AssignUnit) else new_excipients(uow, dose, containers_of(uow, dose), formulary)
        found = new_allergies(uow, dose.order, dose.planned, formulary)
        ctx = replace(ctx, new_allergies=(*found, *brought))
    if LOOK_AT_CHANGES & set(GUARDS[action.kind]):
        ctx = replace(ctx, changed_since=changed_since(uow, dose.order, formulary, act))
    if one_may_decide in GUARDS[action.kind]:
        ctx = replace(ctx, grave_since=grave_since(uow, dose.order, formulary, act))
    if action.kind in ("start_preparation", "hand_over", "move_hood"):
        return with_person_and_hood(uow, ctx, action, act)
    if action.kind == "complete":
        return replace(ctx, expiries=expiries_of(dose, act))
    if hasattr(action, "content_digest"):
        ctx = replace(ctx, content_digest=digest(canonical(check_content(dose))))
    if isinstance(action, AssignUnit):
        return with_unit(uow, ctx, dose, action, act)
    if isinstance(action, ScanContainer):
        return with_scan(uow, with_nutrition_order(uow, ctx, dose), record, action, act)
    if action.kind in ("release", "emergency_release", "reuse"):
        ctx = replace(ctx, unaccounted=unaccounted(uow, dose, formulary))
        return replace(ctx, label=_label(uow, dose, action, act, formulary))
    return with_label(uow, ctx, dose, action.kind, act)


def _label(uow: UnitOfWork, dose: Dose, action: Any, act: Act, formulary: Formulary) -> dict[str, object]:
    from compounding.documents.dose_documents import label_of_release

    return cast(dict[str, object], label_of_release(uow, dose, action, act, formulary))


def _roles(uow: UnitOfWork, person: str) -> frozenset[str]:
    from compounding.people import roles_of

    return roles_of(uow, person)


def consequences(before: Dose, after: Dose, entry: Entry, ctx: DoseContext) -> Sequence[Consequence]:
    """Lots and opened containers count what went into a dose and what came back; other sizes are followed by a plan."""
    from compounding.controlled.following import follows as controlled

    opened = staged_opened.follows(before, after, entry, ctx.formulary)
    return [*opened, *controlled(before, after, entry, ctx.formulary), *_consequences(before, after, entry, ctx)]


def _consequences(before: Dose, after: Dose, entry: Entry, ctx: DoseContext) -> Sequence[Consequence]:
    if entry.kind == "scan_container":
        scan = after.scans[-1]
        use = UseContainer(after.number, scan.product, scan.lot, scan.expires, 1)
        follow: list[Consequence] = [] if scan.opened else [(LOT, lot_record(scan.product, scan.lot), use)]
        action = _action_of(scan, entry)
        anew = completing_scans.draw_up_anew(before, action, ctx) if ctx.resolved is not None else None
        return [*follow, (DOSE, entry.record, anew)] if anew is not None else follow
    if entry.kind == "assign_unit":
        from compounding.batches.assigning import taken

        return [taken(after)]
    if entry.kind == "take_apart" or (entry.kind == "cancel" and before.scans):
        return [
            (LOT, lot_record(s.product, s.lot), UseContainer(before.number, s.product, s.lot, s.expires, -1))
            for s in before.scans
            if not s.opened
        ]
    if entry.kind == "start_administration" and after.planned.order_type == "continuous":
        return [_next_bag(after, entry, ctx)]
    if entry.kind == "check_afterwards" and not entry.payload["agreed"] and after.status in OUT | {DoseStatus.RETURNED}:
        return [(DOSE, entry.record, Quarantine("checked afterwards and not agreed"))]
    return ()


def _next_bag(dose: Dose, entry: Entry, ctx: DoseContext) -> Consequence:
    """A continuous infusion that starts makes its next bag due when this one runs out."""
    from compounding.reviewing.actions import YieldDoses
    from compounding.reviewing.record import ORDER

    until = entry.at + hours(ctx.formulary.site.value("make_ahead"))
    return ORDER, order_record(dose.order), YieldDoses(until)


def _action_of(scan: Any, entry: Entry) -> ScanContainer:
    return ScanContainer(
        scan.code, scan.lot, scan.expires, scan.typed, "", scan.slot, scan.product, scan.display,
        scan.content, scan.strength, opened=scan.opened,
    )  # fmt: skip


DOSE: RecordType[Dose, Any, DoseContext] = RecordType(
    name="dose",
    signed_kinds=SIGNED,
    blank=Dose,
    apply=apply,
    authorise=authorise,
    check=check,
    encode=encode,
    gather=gather,
    consequences=consequences,
    projection_tables=TABLES,
    projection_rows=rows,
)
