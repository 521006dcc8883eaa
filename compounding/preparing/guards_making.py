"""Rules at the hood: steps in order, volumes that a syringe can show, corrections, and the label that closes the work."""

from typing import Any

from batch_records.acts import Act, Refusal
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.plan import Step
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.guards import IN_PROCESS, INTERMEDIATE, issue_in, number_in


def is_preparer(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if act.actor.person not in dose.preparers:
        return Refusal(
            "not_preparer", "Somebody else is making this. Take it over first: then both are preparers.", 403
        )
    return None


def at_its_hood(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Whatever is done to an open preparation is done where it stands: at the hood of its start or of its last move."""
    if act.station != dose.hood:
        return Refusal("other_hood", "This is being made at another hood. Go there, or move it here with the reason.")
    return None


def step_in_focus(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Steps are done in order, each once."""
    step = dose.current_step
    if step is None or step.number != action.step:
        now = "all steps are done" if step is None else f"step {step.number} is next"
        return Refusal("wrong_step", f"Step {action.step} is not the one in focus: {now}.")
    return None


def step_measures(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    step = _step(dose, action.step)
    if step is None or step.kind != "measure":
        return Refusal("not_a_measure", "Nothing is measured in this step.", 422)
    return None


def _step(dose: Dose, number: int) -> Step | None:
    return next((step for step in dose.drawing.steps if step.number == number), None)


def volume_stated(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if action.volume.unit.dimension is not _ML or action.volume.number <= 0:
        return Refusal("volume_wrong", f"A volume in mL above zero; found {show(action.volume)}.", 422)
    return None


def mass_stated(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if action.mass.unit.dimension is not _G or action.mass.number <= 0:
        return Refusal("mass_wrong", f"A mass in g above zero; found {show(action.mass)}.", 422)
    return None


_ML, _G = Quantity(1, "mL").unit.dimension, Quantity(1, "g").unit.dimension


def step_confirms(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.drawing.step(action.step).kind not in ("confirm", "scan"):
        return Refusal("not_confirmed", "This step is not closed by a confirmation.", 422)
    return None


def intermediate_label_matches(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """An intermediate dilution is scanned before it is drawn from, and belongs to one preparation."""
    if dose.drawing.step(action.step).kind != "scan":
        return None
    several = dose.planned.nutrition is not None
    if number_in(action.code, INTERMEDIATE) == dose.number and (not several or issue_in(action.code) == action.step):
        return None
    return Refusal(
        "wrong_label", f"This is not the label of the intermediate dilution of {dose.number}. Look what you hold.", 422
    )


def volume_inside(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Outside the formulation's tolerance, of a volume or of a weighing, there are two ways: measure again, or reject."""
    weighed = action.kind == "record_weight"
    outside = outside_tolerance(dose, action.step, action.volume, weighed=weighed)
    return Refusal("outside_tolerance", f"{outside}: measure again or reject.", 422) if outside else None


def outside_tolerance(dose: Dose, number: int, entered: Quantity | None, *, weighed: bool = False) -> str:
    """How far a volume lies outside the formulation's tolerance, in words; empty when it lies inside or on the edge."""
    allowed = dose.planned.mass_tolerance if weighed else dose.planned.volume_tolerance
    planned = dose.drawing.step(number).volume
    if entered is None or planned is None:
        return ""
    off = (entered - planned) / planned
    if abs(off) <= allowed:
        return ""
    percent = show_number(abs(off).amount_in("one") * 100, 1)
    return f"{show(entered)} is {percent} % {'over' if off.number > 0 else 'under'} {show(planned)}"


def syringe_shows(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The entered volume lies on a line, or halfway between two lines, of the syringe that was asked for."""
    step = dose.drawing.step(action.step)
    if step.syringe is None:
        return None
    half = step.syringe.graduation.amount_in("mL") / 2
    entered = action.volume.amount_in("mL")
    if entered > step.syringe.capacity.amount_in("mL"):
        return Refusal(
            "over_capacity", f"A {show(step.syringe.capacity)} syringe cannot show {show(action.volume)}.", 422
        )
    if (entered / half).denominator != 1:
        return Refusal(
            "between_lines",
            f"A syringe with lines of {show(step.syringe.graduation)} cannot show {show(action.volume)}.",
            422,
        )
    return None


def picture_present(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.planned.pictures and not action.picture:
        return Refusal("picture_needed", "This step needs its picture. Without a camera, ask a pharmacist.", 422)
    return None


def record_to_undo(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.record_of(action.step) is None:
        return Refusal("nothing_to_undo", f"Step {action.step} has no record.", 422)
    later = [r.step for r in dose.records if r.step > action.step]
    if later:
        return Refusal("later_steps_done", f"Undo step {max(later)} first.")
    return None


def measures_recorded(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    step = dose.current_step
    if step is not None and step.kind == "check":
        return None
    return Refusal("not_at_check", "The look before mixing comes after all volumes are recorded.")


def only_label_left(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    step = dose.current_step
    if step is not None and step.kind != "label":
        return Refusal("steps_open", f"Step {step.number} is not done yet: {step.title}.")
    return None


def in_process_label_matches(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if number_in(action.label_code, IN_PROCESS) != dose.number:
        return Refusal(
            "wrong_label", f"This is not the in-process label of {dose.number}. Look which bag you hold.", 422
        )
    return None


def picture_shows_it(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A step that was not measured can only be read later from its picture, whatever the formulation asks for."""
    if not action.picture:
        return Refusal("picture_needed", "What was not measured needs a picture that it can be read from.", 422)
    return None


def unmeasured_with_picture(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A pharmacist reads what was not measured; a volume that somebody measured is never written over."""
    record = dose.record_of(action.step)
    if record is None or record.how not in ("not measured", "read from picture"):
        return Refusal("was_measured", f"Step {action.step} is not waiting to be read from a picture.", 422)
    if not record.picture:
        return Refusal("no_picture", "There is no picture of this step to read from: reject it.", 422)
    return None


def preparer_or_pharmacist(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return None if "pharmacist" in act.actor.roles else is_preparer(dose, action, act, ctx)


def preparer_or_pharmacist_once_started(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Nobody has it in their hands before it is started: then whoever may prepare may give it up."""
    return preparer_or_pharmacist(dose, action, act, ctx) if dose.preparers else None
