"""What a scan fills: slot, lot, expiry and strength of the container, and the draw-up plan where its size is another one."""

from dataclasses import replace
from typing import Any

from batch_records.acts import Act, Refusal
from calculations.errors import CannotCompute
from compounding.checking.recalculation import Strength
from compounding.nutrition import staging
from compounding.nutrition.assessed_again import AssessedAgain, assessed_again
from compounding.planning.draw_up import READY
from compounding.planning.opened_parts import PartContainer
from compounding.planning.plan import Component, DrawUpPlan
from compounding.planning.products import source_of
from compounding.preparing import staged_opened
from compounding.preparing.actions import PlanDrawUp, ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.excipients_scanned import without_unreviewed
from compounding.preparing.recorded import strength_data
from compounding.stock.lot import Lot
from compounding.stock.resolving import Resolved, Unknown
from formulary.model import Item, Product


def before_guards(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """What guards need to see: lot and expiry out of the code."""
    if isinstance(action, ScanContainer) and isinstance(ctx.resolved, Resolved):
        found = ctx.resolved
        return replace(
            action,
            lot=found.lot or ctx.lot.lot or action.lot.strip().upper(),  # one spelling, so that a trace finds every one
            expires=_expiry(found.expires, ctx.lot, action.expires),
            typed=not (found.lot and found.expires) and not ctx.lot.received,
            serial=found.serial,
            doubts=found.doubts,
        )
    return action


def _expiry(coded: str, lot: Lot, told: str) -> str:
    """The code's date and that of the received lot count before what somebody says; where both are known, the earlier."""
    known = [text for text in (coded, lot.expires if lot.received else "") if text]
    return min(known) if known else told


def scan_container(dose: Dose, action: ScanContainer, act: Act, ctx: DoseContext) -> ScanContainer | Refusal:
    """Finds the slot that a scanned product fills, or says what it is and what is needed.

    One that brings an excipient which the patient is allergic to, and which nobody reviewed, fills none.
    """
    found = ctx.resolved
    if not isinstance(found, Resolved):
        return code_refusal(found)
    return without_unreviewed(dose, found.item, _fitting(dose, action, act, ctx, found.item), ctx)


def _fitting(dose: Dose, action: ScanContainer, act: Act, ctx: DoseContext, item: Item) -> ScanContainer | Refusal:
    """The scan with its slot filled, or what it is and what is needed."""
    if dose.planned.nutrition is not None and not staging.is_no_source(dose.drawing.components, dose.open_slots, item.id):
        return _nutrition_source(dose, action, item, ctx)
    if ctx.opened is not None:
        return _opened(dose, action, act, ctx)
    for component in dose.drawing.components:
        if component.slot in dose.open_slots and component.product == item.id and not component.opened:
            return _accepted(dose, action, item, component, ctx)
    if isinstance(item, Product):
        return _other_product(dose, action, item, ctx)
    return _wrong(dose, item.display)


def _nutrition_source(dose: Dose, action: ScanContainer, item: Item, ctx: DoseContext) -> ScanContainer | Refusal:
    """A source of parenteral nutrition: the planned product in any size; an opened container is never used."""
    held = ctx.formulary.nutrition
    found = staging.planned_source(held, dose.planned, item)
    if isinstance(found, Refusal):
        return found
    if ctx.opened is not None or held is None:
        return Refusal("opened_not_here", "Parenteral nutrition is made from unopened containers. Take a new one.", 422)
    component = staging.slot_of(dose.drawing.components, dose.open_slots, item.id)
    if component is None:
        anew = replan(dose, ctx, item.id)
        if isinstance(anew, Refusal):
            return anew
        filled = {scan.slot for scan in dose.scans}
        free = [one.slot for one in anew.components if one.slot not in filled]
        component = staging.slot_of(anew.components, free, item.id)
    if component is None:
        return _wrong(dose, item.display)
    strength = staging.brings(held.source_products[found.id])
    return replace(action, slot=component.slot, product=item.id, display=item.display, strength=strength)


def code_refusal(found: Unknown | None) -> Refusal:
    """A code that is not known: a technician raises it, a pharmacist links it, a second confirms."""
    if found is None or not found.readable:
        return Refusal(
            "code_unreadable", f"This code cannot be read. {'' if found is None else found.why}".strip(), 422
        )
    return Refusal(
        "code_unknown", "No product has this code. Ask a pharmacist to link it; nothing counts as used.", 422
    )


def _accepted(dose: Dose, action: ScanContainer, item: Any, component: Component, ctx: DoseContext) -> ScanContainer:
    strength = None
    if isinstance(item, Product):
        strength = _strength(dose, item, component, ctx)
    content = item.content if isinstance(item, Product) else None
    return replace(
        action,
        slot=component.slot,
        product=item.id,
        display=item.display,
        content=content,
        strength=None if strength is None else strength_data(strength),
    )


def _strength(dose: Dose, item: Product, component: Component, ctx: DoseContext) -> Strength | None:
    active = next((a for a in dose.planned.actives if a.drug == component.drug), None)
    if active is None:
        return None
    if component.role == READY:
        return Strength(active.drug, item.content, active.drawn_concentration)
    source = source_of(ctx.formulary, active.drug, item.id, active.formulation, dose.planned.formulary_route)
    if source is None:
        return None
    row = source.reconstitution
    return Strength(
        active.drug,
        item.content,
        source.concentration,
        None if row is None else row.diluent_volume,
        None if row is None else row.final_volume,
    )


def _other_product(dose: Dose, action: ScanContainer, item: Product, ctx: DoseContext) -> ScanContainer | Refusal:
    """An equivalent product re-plans the counts; another concentration stops until a pharmacist plans anew."""
    active = next((a for a in dose.planned.actives if a.drug == item.drug), None)
    if active is None:
        return _wrong(dose, item.display)
    source = source_of(ctx.formulary, active.drug, item.id, active.formulation, dose.planned.formulary_route)
    if source is None or source.group != active.group or item.id not in active.products:
        return Refusal(
            "other_strength", f"{item.display} has another strength or form. A pharmacist must plan it anew.", 422
        )
    replanned = replan(dose, ctx, item.id)
    if isinstance(replanned, Refusal):
        return replanned
    filled = {scan.slot for scan in dose.scans}
    component = next(c for c in replanned.components if c.product == item.id and c.slot not in filled)
    return _accepted(dose, action, item, component, ctx)


def _opened(dose: Dose, action: ScanContainer, act: Act, ctx: DoseContext) -> ScanContainer | Refusal:
    """An opened container: what is left in it is used first, the rest comes from new ones."""
    if ctx.opened is not None and ctx.opened.is_diluent:
        return staged_opened.accepted_diluent(dose, action, act, ctx.opened)
    part = staged_opened.candidate(dose, act, ctx)
    if isinstance(part, Refusal) or ctx.opened is None:
        return part if isinstance(part, Refusal) else code_refusal(None)
    active = next((a for a in dose.planned.actives if a.drug == ctx.opened.drug), None)
    if active is None or part.product not in active.products:
        return _wrong(dose, f"{ctx.opened.display}, opened container {part.number}")
    plan = replan(dose, ctx, part=part)
    return plan if isinstance(plan, Refusal) else staged_opened.accepted(dose, action, ctx.opened, plan)


def replan(dose: Dose, ctx: DoseContext, more: str = "", part: PartContainer | None = None) -> DrawUpPlan | Refusal:
    """The draw-up plan from what was scanned so far and one more product; slots already filled keep their containers."""
    if dose.planned.nutrition is not None:
        made = staging.replan(dose.planned, ctx.formulary, [(s.slot, s.product) for s in dose.scans], more)
        again = None if isinstance(made, Refusal) else _assessed(dose, ctx, made)
        return again if isinstance(again, Refusal) else made
    scanned = [scan.product for scan in dose.scans if scan.strength is not None and not scan.opened]
    parts = [one for one in (*map(staged_opened.part_of, dose.scans), part) if one is not None]
    try:
        plan = ctx.draw_up(dose.planned, ctx.formulary, [*scanned, *([more] if more else [])], parts)
    except CannotCompute as why:
        return Refusal(
            "cannot_replan", f"It cannot be made with this container: {why.why} {why.next_step}".strip(), 422
        )
    for scan in dose.scans:
        if not staged_opened.still_in_place(plan, scan):
            return Refusal(
                "take_apart_first", "Containers already scanned would change places. Take it apart and scan anew.", 409
            )
    return plan


def needs_replan(dose: Dose, action: ScanContainer) -> bool:
    """Whether the accepted container is another product than the draw-up plan lists for its slot."""
    try:
        component = dose.drawing.component(action.slot)
        other_part = component.role != "diluent" and component.opened != action.opened
        return component.product != action.product or other_part
    except KeyError:
        return True


def draw_up_anew(dose: Dose, action: ScanContainer, ctx: DoseContext) -> PlanDrawUp | None:
    """The entry that follows a scan of another size: the plan made anew from what was really scanned."""
    if not needs_replan(dose, action):
        return None
    part = staged_opened.part_of(action)
    plan = replan(dose, ctx, "" if part else action.product, part)
    if isinstance(plan, Refusal):
        return None
    again = _assessed(dose, ctx, plan)
    if not isinstance(again, AssessedAgain):
        return PlanDrawUp(plan, f"{action.display} scanned")
    return PlanDrawUp(plan, f"{action.display} scanned. {again.words}", again)


def _assessed(dose: Dose, ctx: DoseContext, plan: DrawUpPlan) -> AssessedAgain | Refusal | None:
    return assessed_again(dose.planned, ctx.nutrition_order, ctx.formulary, plan)


def _wrong(dose: Dose, display: str) -> Refusal:
    open_ones = [c.display for c in dose.drawing.components if c.slot in dose.open_slots]
    if not open_ones:
        return Refusal("all_scanned", f"Every container is scanned already; {display} is not needed.", 422)
    return Refusal("wrong_container", f"You scanned {display}. Needed: {'; '.join(open_ones)}.", 422)
