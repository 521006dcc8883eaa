"""An opened container scanned for a dose: whether it fits, the plan that uses what is left, and what follows for it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

from batch_records.acting import Consequence, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.checking.recalculation import Strength
from compounding.planning.draw_up import draw_up
from compounding.planning.opened_parts import PartContainer
from compounding.planning.plan import DrawUpPlan
from compounding.preparing.actions import PlanDrawUp, ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose, Scanned
from compounding.preparing.inside import named_inside
from compounding.preparing.keeping import drawn_from
from compounding.preparing.recorded import strength_data, strength_from
from compounding.stock.lot import LOT, lot_record
from compounding.stock.opened import OPENED, DrawFromContainer, GiveBackContainer, StageContainer
from compounding.stock.opened_state import Opened, may_be_used, number_scanned, opened_record, resolved_opened
from compounding.stock.resolving import Resolved
from formulary.model import Formulary

OVER = ("abandon", "reject_in_process", "quarantine")
"""Ways in which a dose ends before it was completed: its opened containers may have been touched."""


def under_scanner(uow: UnitOfWork, ctx: DoseContext, code: str) -> DoseContext | None:
    """The context of a scan of an opened container; None for any other code."""
    number = number_scanned(code)
    if not number:
        return None
    found = load(uow, OPENED, opened_record(number))
    lot = load(uow, LOT, lot_record(found.product, found.lot)) if found.number else ctx.lot
    resolved = resolved_opened(ctx.formulary, found, code)
    return replace(ctx, opened=found, resolved=resolved, lot=lot, dissolved_with=named_inside(uow, found))


def part_of(scan: Scanned | ScanContainer) -> PartContainer | None:
    """An opened container that was scanned, as the draw-up plan needs it."""
    if not scan.opened or scan.content is None or scan.strength is None:
        return None
    return PartContainer(scan.opened, scan.product, scan.content, strength_from(scan.strength).concentration)


def accepted(dose: Dose, action: ScanContainer, opened: Opened, plan: DrawUpPlan) -> ScanContainer | Refusal:
    """The scan completed with what is left and its clocks."""
    component = next((c for c in plan.components if c.opened == opened.number), None)
    if component is None or opened.left is None or opened.concentration is None:
        return Refusal("not_needed", f"Container {opened.number} is not needed for this dose.", 422)
    return replace(
        action,
        slot=component.slot,
        product=opened.product,
        display=component.display,
        content=opened.left,
        strength=strength_data(Strength(opened.drug, opened.left, opened.concentration)),
        opened=opened.number,
        opened_at=opened.opened_at,
        reconstituted_at=opened.reconstituted_at,
        usable_until=opened.usable_until,
    )


def accepted_diluent(dose: Dose, action: ScanContainer, act: Act, opened: Opened) -> ScanContainer | Refusal:
    """An opened vial of diluent in the place of a new one, where what is left is enough for every step that draws from it.

    It brings the moment until which it may be drawn from, and no clock of its own: what is made with it counts from its start.
    """
    if refused := may_be_used(opened, dose.number, dose.patient, act.at):
        return refused
    fitting = [
        component
        for component in dose.drawing.components
        if component.slot in dose.open_slots and component.role == "diluent" and component.product == opened.product
    ]
    for component in fitting:
        if opened.left is not None and wanted_from(dose.drawing, component.slot) <= opened.left:
            return replace(
                action,
                slot=component.slot,
                product=opened.product,
                display=f"{component.display}, opened container {opened.number}",
                content=opened.left,
                opened=opened.number,
                usable_until=opened.usable_until,
            )
    if fitting:
        return Refusal("not_enough_left", f"Container {opened.number} has too little left: take another one.", 422)
    return Refusal("not_needed", f"Container {opened.number}, {opened.display}, is not needed for this dose.", 422)


def wanted_from(plan: DrawUpPlan, slot: str) -> Quantity:
    """All that the steps take out of one container, mL."""
    volumes = [step.volume for step in plan.measures if step.take == slot and step.volume is not None]
    return reduce(add, volumes, Quantity(0, "mL"))


def still_in_place(plan: DrawUpPlan, scan: Scanned) -> bool:
    """Whether a container that is scanned already keeps its slot in a plan that was made anew, and still holds enough."""
    if scan.opened and scan.strength is None:  # an opened diluent, in the place of a new one
        component = next((c for c in plan.components if (c.slot, c.product) == (scan.slot, scan.product)), None)
        return component is not None and scan.content is not None and wanted_from(plan, scan.slot) <= scan.content
    return (scan.slot, scan.product, scan.opened) in {(c.slot, c.product, c.opened) for c in plan.components}


def candidate(dose: Dose, act: Act, ctx: DoseContext) -> PartContainer | Refusal:
    """The opened container under the scanner as a part, or why it is not used."""
    opened = ctx.opened
    if opened is None or not isinstance(ctx.resolved, Resolved) or opened.left is None or opened.concentration is None:
        gone = None if opened is None else may_be_used(opened, dose.number, dose.patient, act.at)
        return gone or Refusal("opened_unknown", "No opened container has this number.", 422)
    refused = may_be_used(opened, dose.number, dose.patient, act.at)
    return refused or PartContainer(opened.number, opened.product, opened.left, opened.concentration)


def opened_in_time(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The limit of an opened container gates its use up to the draw itself."""
    step = None if not hasattr(action, "step") else dose.drawing.step(action.step)
    for scan in dose.scans:
        if scan.usable_until is None or act.at < scan.usable_until or (step is not None and step.take != scan.slot):
            continue
        return Refusal(
            "opened_over", f"Container {scan.opened} is past its time after opening: nothing more is drawn from it."
        )
    return None


def follows(before: Dose, after: Dose, entry: Entry, formulary: Formulary) -> Sequence[Consequence]:
    """What the records of the opened containers take up with this entry of a dose."""
    if entry.kind == "scan_container":
        scan = after.scans[-1]
        return (
            [(OPENED, opened_record(scan.opened), StageContainer(after.number, after.patient))] if scan.opened else []
        )
    opened = [scan for scan in before.scans if scan.opened]
    if not opened and entry.kind != "take_apart":
        return []
    if entry.kind in ("take_apart", "cancel"):
        back = [(OPENED, opened_record(scan.opened), GiveBackContainer(before.number)) for scan in opened]
        return [*back, *_planned_without(before, entry, formulary)]
    if entry.kind == "complete" or (entry.kind in OVER and before.completed_at is None):
        done = entry.kind == "complete"
        return [
            (
                OPENED,
                opened_record(scan.opened),
                DrawFromContainer(before.number, drawn_from(after, scan.slot) if done else None),
            )
            for scan in opened
        ]
    return []


def _planned_without(dose: Dose, entry: Entry, formulary: Formulary) -> Sequence[Consequence]:
    """Taken apart, the dose is planned with new containers again."""
    from compounding.preparing.record import DOSE

    if entry.kind != "take_apart" or not any(component.opened for component in dose.drawing.components):
        return []
    try:
        plan = draw_up(dose.planned, formulary)
    except CannotCompute:
        return []
    return [(DOSE, entry.record, PlanDrawUp(plan, "taken apart"))]
