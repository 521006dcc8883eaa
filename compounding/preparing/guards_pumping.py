"""Rules of what a compounding pump tells: its file fits this preparation, is taken in once, and what it remarks is read."""

from dataclasses import replace
from typing import Any

from batch_records.acts import Act, Refusal
from batch_records.entries import digest
from calculations.errors import Faults
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.pump_file import parse_pump_file, pumped_steps, steps_of


def something_pumped(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The file stands for all pumped steps together: none of them has a record yet, and the first one is next."""
    steps = pumped_steps(dose)
    if not steps:
        return Refusal("nothing_pumped", "Nothing of this preparation is pumped.", 422)
    if digest(action.file.encode()) in (dose.pump_files or ()):
        return Refusal("file_taken_in", "This file was taken in already. Nothing was recorded again.")
    done = [step.number for step in steps if dose.record_of(step.number) is not None]
    if done:
        return Refusal("pumped_already", f"Step {done[0]} is recorded already: take that back first, or type the rest.")
    if dose.current_step is None or dose.current_step.number != steps[0].number:
        return Refusal("wrong_step", "The file is taken in when the first pumped step is next.")
    return None


def pump_file_fits(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Every row belongs to a pumped step of this dose, and every pumped step has its row, inside the tolerance."""
    try:
        steps_of(dose, ctx.formulary, parse_pump_file(action.file))
    except Faults as found:
        return Refusal("pump_file_wrong", " ".join(str(fault) for fault in found.faults), 422)
    return None


def record_pumped(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """Completes the act: the digest of the file, and its rows on their steps."""
    steps = steps_of(dose, ctx.formulary, parse_pump_file(action.file))
    return replace(action, digest=digest(action.file.encode()), steps=steps)


def device_remarks_read(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """An interruption of the pump or a replaced source is an item of its own: whoever passes has read each of them."""
    open_ones = [number for number in remarked_steps(dose) if number not in (action.items_read or ())]
    if open_ones:
        named = ", ".join(str(number) for number in open_ones)
        return Refusal("items_unread", f"Read what the compounder remarks on step {named}, and tick it.", 422)
    return None


def remarked_steps(dose: Dose) -> tuple[int, ...]:
    """Steps of which the compounder tells more than a volume."""
    steps = () if dose.draw_up is None else dose.drawing.measures
    return tuple(s.number for s in steps if (r := dose.record_of(s.number)) is not None and r.device)
