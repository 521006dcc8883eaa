"""What the server adds to an action that passed its guards: times, signatures. Pure, from the dose and context."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.acts import Act, Refusal
from batch_records.signatures import sign
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.planning.plan_data import as_data
from compounding.planning.time_rules import as_shown, latest_decided, preparation_beyond_use
from compounding.preparing import moving
from compounding.preparing.completing_scans import scan_container
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.finished_units import completed_unit
from compounding.preparing.guards_making import volume_inside
from compounding.preparing.guards_pumping import record_pumped
from compounding.preparing.guards_returning import reused
from compounding.preparing.numbering import dose_record

Completer = Callable[[Dose, Any, Act, DoseContext], Any]


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
        done = dose.done_at(step.number)
        name = {"reconstitute": "RECONSTITUTION", "draw": "DRAW", "dilute": "DILUTION"}.get(step.purpose)
        if name is not None and done is not None:
            found[name] = min(done, found.get(name, done))
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
    "keep_released": "Looked at what changed since the review and kept by",
}
"""What each signature says, as it is printed."""
BY_POLICY = "Finished unit scanned for this dose under the released house rules by"
"""What is signed by who assigns a unit and is no pharmacist."""
INVESTIGATED = "Investigation closed by"
"""What the first of the two who end a quarantine signs."""


def signed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The signature over exactly this dose as it stands and this action. Refused without a fresh secret."""
    closes = action.kind == "end_quarantine" and not action.final
    meaning = INVESTIGATED if closes else MEANINGS[action.kind]
    if getattr(action, "policy", None) is not None:
        meaning = BY_POLICY
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
