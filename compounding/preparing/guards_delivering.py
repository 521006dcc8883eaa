"""Rules after release: labels and their pair, time left, what comes back, what is blocked, and how waste is recorded."""

from typing import Any

from batch_records.acts import SYSTEM, Act, Refusal
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.finished_units import container_matches
from compounding.preparing.guards import DISPENSING, issue_in, no_hand, number_in
from compounding.preparing.states import OUT, DoseStatus
from compounding.site_time import day_of

_WITNESS = "A controlled drug is wasted before another person, who signs with their own secret: waste it under Controlled drugs."
ASKED_OF_RECALLS = frozenset({
    "assign_unit", "start_preparation", "complete", "pass_in_process", "ask_second_check", "enter_second_check", "release",
    "emergency_release", "print_label", "pair_labels", "receive", "start_administration", "reuse",
})  # fmt: skip
"""What goes on with a preparation: asked of every open recall, also before the recall has come to list it."""
_WAS_MISSING = "It was reported missing: it is not given. Waste it."


def label_answered(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Unanswered counts as not printed: a new copy needs the reason, and no second label lies about."""
    if dose.copies and not action.reason.strip():
        return Refusal(
            "reprint_reason",
            "A label was printed already. Say why another one is needed, and destroy the old one.",
            422,
        )
    return None


def label_numbered(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The code that was laid out carries the number that is next: of two copies laid out at once one is printed."""
    if action.issue != dose.labels + 1:
        return Refusal(
            "label_number",
            f"Label {dose.labels + 1} of this dose is next: another one was printed meanwhile. Load the page again.",
        )
    return None


def label_was_printed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return None if dose.copies else Refusal("no_label", "No dispensing label was printed yet.")


def pair_matches(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.copies == 0 or dose.label_in_hand is not True:
        return Refusal("no_label", "Print the dispensing label first and say that it is in your hand.")
    if not container_matches(dose, action.in_process_code):
        marked = "in-process label" if dose.unit is None else "unit label"
        return Refusal("wrong_container", f"The container does not carry the {marked} of {dose.number}.", 422)
    if number_in(action.dispensing_code, DISPENSING) != dose.number:
        return Refusal("wrong_label", f"This dispensing label is not the one of {dose.number}.", 422)
    return None


def newest_label(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A reprint voids the copies before it, and a dose given out again the label it had: only the newest one pairs."""
    scanned = issue_in(action.dispensing_code)
    if scanned == dose.label_issue:
        return None
    which = f"label {scanned}" if scanned else "a label without a copy number"
    newest = f"label {dose.label_issue}" if dose.label_issue else "the one without a copy number"
    return Refusal(
        "label_void", f"This is {which} of {dose.number}; {newest} was printed last and alone counts. Destroy this one.", 422
    )


def inspected_the_same_day(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Not sent out on the day it was made: looked at again just before."""
    if _another_day(dose, act) and not action.inspected_again:
        return Refusal("inspect_again", "It was not made today: look at it again, and say so.", 422)
    return None


def _another_day(dose: Dose, act: Act) -> bool:
    """By the site's calendar, not by that of UTC."""
    if dose.completed_at is None:
        return False
    return day_of(act.at, act) != day_of(dose.completed_at, act)


def before_beyond_use_now(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    ends = dose.beyond_use_at()
    return (
        Refusal("beyond_use_passed", "Its beyond-use time has passed.") if ends is not None and act.at >= ends else None
    )


def beyond_use_reached(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    ends = dose.beyond_use_at()
    if ends is None or act.at < ends:
        return Refusal("not_expired", "Its beyond-use time has not passed.")
    return None


def never_given_once_missing(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return Refusal("was_missing", _WAS_MISSING) if dose.blocked else None


def condition_recorded(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not action.condition.strip() or not action.storage_history.strip():
        return Refusal("return_incomplete", "Say in which condition it is and how it was stored since it left.", 422)
    return None


def place_looked_at(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return None if action.looked.strip() else Refusal("place_missing", "Say where you looked for it.", 422)


def place_named(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return None if action.place.strip() else Refusal("place_missing", "Say where it is.", 422)


def held_by_recall(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Only a recall lets go, and only what it held once it was finished."""
    if not dose.recall or dose.completed_at is None:
        return Refusal("not_recalled", "No recall holds it, or it was stopped half made: it is not let go like this.")
    return None


def not_being_recalled(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """From the opening of a recall nothing that it touched is gone on with, however long it takes to list all of it."""
    if not ctx.recalled_by:
        return None
    text = f"Recall {ctx.recalled_by} touches it and is putting it in quarantine. Do not use it; keep it where it is."
    return Refusal("in_recall", text)


def not_in_recall(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """What a recall holds, or lists although something else held it before, is decided there."""
    if number := dose.recall or ctx.recalled_by:
        return Refusal("in_recall", f"Recall {number} holds it: it is cleared there, by two persons, or wasted.")
    return None


def released_before_quarantine(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Quarantine ends only for what had passed its check and was never missing; anything else is wasted."""
    return only_wasted(dose)


def only_wasted(dose: Dose) -> Refusal | None:
    """Why nothing but waste can end the quarantine of this dose."""
    if dose.released is None or dose.before_quarantine not in OUT | {DoseStatus.RETURNED}:
        return Refusal("never_released", "It was not released before the quarantine: it can only be wasted.")
    return Refusal("was_missing", _WAS_MISSING) if dose.blocked else None


def closed_by_two(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The designated person closes the investigation, then a pharmacist without a hand in the dose releases it."""
    closed = dose.investigation_closed
    if closed is None and "lead" not in act.actor.roles:
        return Refusal("not_allowed", "The designated person closes the investigation first.", 403)
    if closed is None:
        return None
    if "pharmacist" not in act.actor.roles:
        return Refusal("not_allowed", "The investigation is closed; a pharmacist now decides on the release.", 403)
    if closed.person == act.actor.person:
        return Refusal("same_person", "You closed the investigation. Another person, a pharmacist, releases it.", 403)
    if dose.disagreed and dose.released is not None and dose.released.person == act.actor.person:
        text = "Your emergency release was found wrong. Another pharmacist decides whether it is released again."
        return Refusal("same_checker", text, 403)
    return no_hand(dose, act, "released")


def wasted_by_whom(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """What is in quarantine is destroyed by the designated person, everything else by those who make."""
    if act.actor is SYSTEM:  # follows from a witnessed waste of a controlled drug, which asked the same
        return None
    if dose.status is DoseStatus.QUARANTINED and "lead" not in act.actor.roles:
        return Refusal("not_allowed", "What is in quarantine is wasted by the designated person.", 403)
    if dose.status is not DoseStatus.QUARANTINED and not act.actor.roles & {"technician", "pharmacist"}:
        return Refusal("not_allowed", "This is wasted by a technician or a pharmacist.", 403)
    return None


def something_to_waste(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.status is DoseStatus.CANCELLED and dose.staged_at is None:
        return Refusal("nothing_to_waste", "It was cancelled before anything was taken for it.")
    return None


def waste_witnessed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not action.amount.strip() or not action.stream.strip():
        return Refusal("waste_incomplete", "Say how much is wasted and in which stream.", 422)
    if "controlled" not in dose.planned.flags:
        return None
    if not action.witness or action.witness == (action.by or act.actor.person) or not ctx.witness_roles:
        return Refusal("witness_needed", _WITNESS, 403)
    return None
