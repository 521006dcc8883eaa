"""Rules of a returned dose: only a pharmacist lets it be used again, of what is known to be sound, never for longer.

What makes it sound is asked one by one, so that the record says what was looked at and not only that somebody agreed.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.acts import Act, Refusal
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose

REUSE_CONDITIONS = {
    "kept": "It stayed in storage that is known and documented, at its labelled temperature",
    "sealed": "Seal and container are intact; it was never opened, activated or connected to a line",
    "clean": "It does not come from an isolation room and is not a patient's own",
    "looked": "Colour and clarity are as they should be, and nothing leaks",
}
"""What the pharmacist finds before a returned dose is used again: code and words."""


def reuse_possible(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """What is never used again, however it was kept."""
    if "controlled" in dose.planned.flags:
        return Refusal("reuse_controlled", "A controlled drug that came back is wasted before a witness, not used again.")
    if dose.planned.storage == "freezer":
        return Refusal("reuse_frozen", "What was kept frozen and came back is not used again. Waste it.")
    ends = dose.beyond_use_at()
    if ends is not None and dose.due is not None and ends < dose.due:
        return Refusal("reuse_too_old", "Its beyond-use time does not reach the time at which it is due. Waste it.")
    return None


def reuse_sound(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Every condition is confirmed; one that is not makes it waste."""
    missing = [words for code, words in REUSE_CONDITIONS.items() if code not in (action.sound or ())]
    if missing:
        return Refusal("reuse_not_sound", f"It is used again only if this holds: {'; '.join(missing)}. Otherwise waste it.", 422)
    return None


def reuse_not_longer(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The same time or a shorter one."""
    if action.beyond_use_decided is None:
        return None
    try:
        at: datetime | None = datetime.fromisoformat(str(action.beyond_use_decided.get("at", "")))
    except ValueError:
        at = None
    ends = dose.beyond_use_at()
    if at is None or at.tzinfo is None or ends is None or at > ends:
        return Refusal("reuse_longer", "The beyond-use time of a returned dose stays, or is set earlier; never later.", 422)
    if at <= act.at:
        return Refusal("beyond_use_passed", "That time has passed: waste it.", 422)
    if dose.due is not None and at < dose.due:
        return Refusal("reuse_too_short", "That time ends before it is due: it is not used again. Waste it.", 422)
    return None


def reused(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """A shorter time needs a label that says it; otherwise the label that was signed is printed again."""
    return action if action.beyond_use_decided is None else replace(action, label=ctx.label)
