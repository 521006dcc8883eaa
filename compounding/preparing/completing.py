"""What the server adds to an action that passed its guards: slots, times, signatures. Pure, from the dose and context."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.acts import Act, Refusal
from batch_records.signatures import sign
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.checking.recalculation import Strength
from compounding.nutrition import staging
from compounding.planning.draw_up import READY
from compounding.planning.opened_parts import PartContainer
from compounding.planning.plan import Component, DrawUpPlan
from compounding.planning.plan_data import as_data
from compounding.planning.products import source_of
from compounding.planning.time_rules import as_shown, latest_decided, preparation_beyond_use
from compounding.preparing import moving, staged_opened
from compounding.preparing.actions import PlanDrawUp, ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.finished_units import completed_unit
from compounding.preparing.guards_making import volume_inside
from compounding.preparing.guards_pumping import record_pumped
from compounding.preparing.guards_returning import reused
from compounding.preparing.numbering import dose_record
from compounding.preparing.recorded import strength_data
from compounding.stock.lot import Lot
from compounding.stock.resolving import Resolved, Unknown
from formulary.model import Item, Product

Completer = Callable[[Dose, Any, Act, DoseContext], Any]


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
    """Finds the slot that a scanned product fills, or says what it is and what is needed."""
    found = ctx.resolved
    if not isinstance(found, Resolved):
        return code_refusal(found)
    item = found.item
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
        return staging.replan(dose.planned, ctx.formulary, [(s.slot, s.product) for s in dose.scans], more)
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
    return None if isinstance(plan, Refusal) else PlanDrawUp(plan, f"{action.display} scanned")


def _wrong(dose: Dose, display: str) -> Refusal:
    open_ones = [c.display for c in dose.drawing.components if c.slot in dose.open_slots]
    if not open_ones:
        return Refusal("all_scanned", f"Every container is scanned already; {display} is not needed.", 422)
    return Refusal("wrong_container", f"You scanned {display}. Needed: {'; '.join(open_ones)}.", 422)


def record_weight(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """Mass becomes volume by the density of what was drawn. Without a density with a source nothing is assumed."""
    step = dose.drawing.step(action.step)
    if step.density is None:
        return Refusal(
            "no_density", "There is no density with a source for this: enter the volume that the syringe shows.", 422
        )
    least = ctx.formulary.site.value("balance_smallest_net")
    if action.mass < least:
        return Refusal(
            "too_light", f"Less than {show(least)} is not weighed here: enter the volume that the syringe shows.", 422
        )
    weighed = replace(action, volume=(action.mass / step.density).to("mL"))
    return volume_inside(dose, weighed, act, ctx) or weighed


def complete(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """Sets the beyond-use time; where it cannot be computed, says why, and a pharmacist decides at the check."""
    clocks = events(dose)
    try:
        found = as_shown(preparation_beyond_use(dose.planned, clocks, ctx.expiries))
    except CannotCompute as why:
        found = {"at": "", "why": f"{why.why} {why.next_step}".strip(), "candidates": []}
        found |= latest_decided(dose.planned, clocks, ctx.expiries)
    return replace(action, beyond_use=found)


def events(dose: Dose) -> dict[str, datetime]:
    """The clocks of this preparation: each event with the earliest moment it can have happened."""
    if dose.started_at is None:
        return {}
    found = {"PREPARATION_START": dose.started_at, "FIRST_PUNCTURE": dose.started_at}
    for step in dose.drawing.steps:
        record = dose.record_of(step.number)
        if record is None:
            continue
        name = {"reconstitute": "RECONSTITUTION", "draw": "DRAW", "dilute": "DILUTION"}.get(step.purpose)
        if name is not None:
            found.setdefault(name, record.at)
    found.setdefault("DILUTION", found.get("DRAW", dose.started_at))
    for scan in dose.scans:  # an opened container brings its clocks along
        if scan.reconstituted_at is not None:
            found["RECONSTITUTION"] = min(found.get("RECONSTITUTION", scan.reconstituted_at), scan.reconstituted_at)
        if scan.opened_at is not None:
            found["FIRST_PUNCTURE"] = min(found["FIRST_PUNCTURE"], scan.opened_at)
    return found


def enter_second_check(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """Compares what the second pharmacist entered alone with what was recorded and planned."""
    return replace(action, differences=tuple(_differences(dose, action)))


def _differences(dose: Dose, action: Any) -> list[str]:
    plan, found = dose.planned, list[str]()
    if action.drug != plan.drug:
        found.append("drug")
    if plan.nutrition is None and action.diluent != (plan.base_display or "undiluted"):
        found.append("diluent")
    if not _near(action.final_volume, plan.final_volume, dose):
        found.append("final volume")
    for active in plan.actives:
        entered = action.volumes.get(active.drug)
        if entered is None or not _near(Quantity.from_data(entered), active.drawn_volume, dose):
            found.append(f"volume of {active.display}")
    return found


def _near(entered: Quantity, wanted: Quantity, dose: Dose) -> bool:
    if entered.unit.dimension is not wanted.unit.dimension:
        return False
    return abs((entered - wanted) / wanted) <= dose.planned.volume_tolerance


def print_label(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    return replace(action, copy=dose.copies + 1)


def end_quarantine(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    return replace(action, final=dose.investigation_closed is not None)


def with_label(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    return replace(action, label=ctx.label)


MEANINGS = {
    "ask_second_check": "First check passed by",
    "enter_second_check": "Second check, worked out alone, by",
    "release": "Checked and released by",
    "emergency_release": "Released in an emergency by",
    "check_afterwards": "Checked afterwards by",
    "reuse": "Released again by",
    "assign_unit": "Finished unit compared with the order and released by",
    "end_quarantine": "Released from quarantine by",
}
"""What each signature says, as it is printed."""
INVESTIGATED = "Investigation closed by"
"""What the first of the two who end a quarantine signs."""


def signed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The signature over exactly this dose as it stands and this action. Refused without a fresh secret."""
    closes = action.kind == "end_quarantine" and not action.final
    meaning = INVESTIGATED if closes else MEANINGS[action.kind]
    signature = sign(act, meaning, dose_record(dose.number), signed_content(action))
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def signed_content(action: Any) -> dict[str, Any]:
    """What a signature covers: the whole action without the signature itself. It names the digest of the page."""
    data: dict[str, Any] = as_data(replace(action, signature=None))
    return data


COMPLETERS: dict[str, Completer] = {
    "assign_unit": completed_unit,
    "reuse": reused,
    "scan_container": scan_container,
    "move_hood": moving.completed,
    "record_weight": record_weight,
    "record_pumped": record_pumped,
    "complete": complete,
    "enter_second_check": enter_second_check,
    "print_label": print_label,
    "end_quarantine": end_quarantine,
    "release": with_label,
    "emergency_release": with_label,
}
