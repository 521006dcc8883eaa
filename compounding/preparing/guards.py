"""One small pure function for each rule of the work. Each gives a refusal in plain words, or nothing.

`GUARDS` says which rules an action passes, in order. They are tried after the table of moves; the first refusal answers.
"""

from collections.abc import Callable
from typing import Any

from batch_records.acts import Act, Refusal
from calculations.printing import show, show_number
from compounding.documents.snapshots import read_barcode
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.recorded import recalculation_or_reason
from compounding.preparing.states import MOVES
from compounding.qualifications import qualification_refusal
from compounding.rooms import hood_refusal
from compounding.stock.lot import expired_on

Guard = Callable[[Dose, Any, Act, DoseContext], Refusal | None]


def move_allowed(dose: Dose, kind: str) -> Refusal | None:
    """The table of moves: an action from a state that does not list it is refused."""
    allowed, _ = MOVES[kind]
    if dose.status in allowed:
        return None
    words = dose.status.value.replace("_", " ")
    return Refusal("wrong_state", f"This dose is {words}; {kind.replace('_', ' ')} is not possible now.")


def order_still_active(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not ctx.order.active:
        return Refusal(
            "order_not_active", f"The order is {ctx.order.status or 'not active'}: nothing more is made for it."
        )
    if ctx.order.version != dose.order_version:
        return Refusal("order_changed", "The order has a newer version. This dose belongs to the old one.")
    return None


def not_too_early(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Made now, it would run out before it is due."""
    if dose.not_before is not None and act.at < dose.not_before:
        return Refusal("too_early", "Made now it would not last until it is due. Wait until the time shown.")
    return None


def lot_not_stopped(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if ctx.lot.state in ("held", "recalled"):
        return Refusal(f"lot_{ctx.lot.state}", f"Lot {ctx.lot.lot} is {ctx.lot.state}: {ctx.lot.reason}")
    return None


def not_expired(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if expired_on(action.expires, act.at):
        return Refusal("container_expired", f"Expired on {action.expires}.")
    return None


def lot_and_expiry_known(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A code without lot or expiry, as on most vials: pick a received lot, or enter it once with a picture."""
    if not action.lot or not action.expires:
        return Refusal(
            "lot_needed", "This code carries no lot or expiry. Pick a received lot, or type it and take a picture.", 422
        )
    if action.typed and not ctx.lot.received and not action.picture:
        return Refusal("picture_needed", "A lot that is typed needs a picture of the container.", 422)
    return None


def not_reserved(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if ctx.reserved_for and ctx.reserved_for != dose.number:
        return Refusal("reserved", f"This container was scanned for {ctx.reserved_for}, another patient's dose.")
    return None


def staging_checked(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.planned.staging_check and not dose.staging_checked_by:
        return Refusal("staging_check_needed", "A pharmacist looks at the containers before this drug is opened.")
    return None


def staging_needs_other(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return _no_hand(dose, act, "looked at")


def person_qualified(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return qualification_refusal(ctx.qualification, act.actor.name, dose.planned.hazardous_hood, act.at)


def hood_good_enough(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return hood_refusal(ctx.hood, dose.planned.category, dose.planned.hazardous_hood)


def is_preparer(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if act.actor.person not in dose.preparers:
        return Refusal(
            "not_preparer", "Somebody else is making this. Take it over first: then both are preparers.", 403
        )
    return None


def step_in_focus(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Steps are done in order, each once."""
    step = dose.current_step
    if step is None or step.number != action.step:
        now = "all steps are done" if step is None else f"step {step.number} is next"
        return Refusal("wrong_step", f"Step {action.step} is not the one in focus: {now}.")
    return None


def step_measures(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.drawing.step(action.step).kind != "measure":
        return Refusal("not_a_measure", "Nothing is measured in this step.", 422)
    return None


def step_confirms(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.drawing.step(action.step).kind not in ("confirm", "scan"):
        return Refusal("not_confirmed", "This step is not closed by a confirmation.", 422)
    return None


def intermediate_label_matches(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """An intermediate dilution is scanned before it is drawn from, and belongs to one preparation."""
    if dose.drawing.step(action.step).kind != "scan" or _number_in(action.code, INTERMEDIATE) == dose.number:
        return None
    return Refusal(
        "wrong_label", f"This is not the label of the intermediate dilution of {dose.number}. Look what you hold.", 422
    )


def volume_inside(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Outside the formulation's tolerance there are two ways only: measure again, or reject."""
    planned, entered = dose.drawing.step(action.step).volume, action.volume
    if entered is None or planned is None:
        return None
    if entered.unit.dimension is not planned.unit.dimension or entered.number <= 0:
        return Refusal("volume_wrong", f"A volume in mL above zero; found {show(entered)}.", 422)
    off = (entered - planned) / planned
    if abs(off) > dose.planned.volume_tolerance:
        percent = show_number(abs(off).amount_in("one") * 100, 1)
        word = "over" if off.number > 0 else "under"
        return Refusal(
            "outside_tolerance", f"{show(entered)} is {percent} % {word} {show(planned)}: measure again or reject.", 422
        )
    return None


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


def reason_given(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not action.reason.strip():
        return Refusal("reason_missing", "Say why.", 422)
    return None


def measures_recorded(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    step = dose.current_step
    if step is not None and step.kind == "check":
        return None
    return Refusal("not_at_check", "The look before mixing comes after all volumes are recorded.")


def no_hand_in_it(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return _no_hand(dose, act, "checked")


def _no_hand(dose: Dose, act: Act, what: str) -> Refusal | None:
    if act.actor.person in dose.hands:
        return Refusal("own_work", f"You staged, scanned, measured or mixed this. It is {what} by somebody else.", 403)
    return None


def only_label_left(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    step = dose.current_step
    if step is not None and step.kind != "label":
        return Refusal("steps_open", f"Step {step.number} is not done yet: {step.title}.")
    return None


def in_process_label_matches(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if _number_in(action.label_code, IN_PROCESS) != dose.number:
        return Refusal(
            "wrong_label", f"This is not the in-process label of {dose.number}. Look which bag you hold.", 422
        )
    return None


def nothing_unmeasured(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    _, why = recalculation_or_reason(dose)
    return Refusal("no_recalculation", f"There is no pass: {why}") if why else None


def recalculation_inside(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    results, _ = recalculation_or_reason(dose)
    for one in results:
        if not one.inside:
            percent = show_number(abs(one.difference).amount_in("one") * 100, 1)
            return Refusal(
                "recalculation_outside",
                f"{show(one.found)} {one.drug} is {percent} % off {show(one.ordered)}: reject it.",
            )
    return None


def same_content(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if action.content_digest != ctx.content_digest:
        return Refusal("page_stale", "Something changed since this page was shown. Load it again and look once more.")
    return None


def before_beyond_use(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    decided = getattr(action, "beyond_use_decided", None)
    ends = Dose(beyond_use=decided).beyond_use_at() if decided else dose.beyond_use_at()
    if ends is None:
        return Refusal(
            "beyond_use_undecided",
            "The beyond-use time could not be computed. Set it, with the reason and source.",
            422,
        )
    if act.at >= ends:
        return Refusal("beyond_use_passed", "Its beyond-use time has passed.")
    return None


def beyond_use_reason(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A pharmacist may set the time only where it could not be computed, never lengthen a computed one."""
    decided = action.beyond_use_decided
    if decided is None:
        return None
    if dose.beyond_use_at() is not None:
        return Refusal("beyond_use_computed", "The beyond-use time is computed and is not changed by hand.", 422)
    if not str(decided.get("reason", "")).strip():
        return Refusal("reason_missing", "Say on what the beyond-use time rests.", 422)
    return None


def second_check_done(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not dose.planned.second_check:
        return None
    if dose.second_check is None or dose.first_check is None:
        return Refusal("second_check_needed", "Two pharmacists check this, each alone. Pass it on to the second.")
    return None


def second_check_asked_for(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not dose.planned.second_check:
        return Refusal("no_second_check", "This formulation asks for no second check.", 422)
    return None


def not_first_checker(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.first_check is not None and dose.first_check.person == act.actor.person:
        return Refusal("same_checker", "The second check is by another pharmacist.", 403)
    return None


def a_second_is_on_duty(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """An emergency release exists for what one person alone cannot do: own work, or a second check that is missing."""
    if act.actor.person not in dose.hands and not dose.planned.second_check:
        return Refusal("no_emergency", "You can check and release this in the ordinary way.", 422)
    return None


def was_emergency(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not dose.emergency:
        return Refusal("no_emergency", "This was released in the ordinary way.", 422)
    if dose.released is not None and dose.released.person == act.actor.person:
        return Refusal("same_checker", "Another pharmacist checks an emergency release afterwards.", 403)
    return None


def label_answered(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Unanswered counts as not printed: a new copy needs the reason, and no second label lies about."""
    if dose.copies and not action.reason.strip():
        return Refusal(
            "reprint_reason",
            "A label was printed already. Say why another one is needed, and destroy the old one.",
            422,
        )
    return None


def label_was_printed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return None if dose.copies else Refusal("no_label", "No dispensing label was printed yet.")


def pair_matches(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.copies == 0 or dose.label_in_hand is not True:
        return Refusal("no_label", "Print the dispensing label first and say that it is in your hand.")
    if _number_in(action.in_process_code, IN_PROCESS) != dose.number:
        return Refusal("wrong_container", f"The container does not carry the in-process label of {dose.number}.", 422)
    if _number_in(action.dispensing_code, DISPENSING) != dose.number:
        return Refusal("wrong_label", f"This dispensing label is not the one of {dose.number}.", 422)
    return None


def inspected_the_same_day(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Not sent out on the day it was made: looked at again just before."""
    if dose.completed_at is not None and act.at.date() != dose.completed_at.date() and not action.inspected_again:
        return Refusal("inspect_again", "It was not made today: look at it again, and say so.", 422)
    return None


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
    return Refusal("was_missing", "It was reported missing: it is not given. Waste it.") if dose.blocked else None


def waste_witnessed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not action.amount.strip() or not action.stream.strip():
        return Refusal("waste_incomplete", "Say how much is wasted and in which stream.", 422)
    if "controlled" not in dose.planned.flags:
        return None
    if not action.witness or action.witness == act.actor.person or not ctx.witness_roles:
        return Refusal("witness_needed", "A controlled drug is wasted before another person, who signs.", 403)
    return None


IN_PROCESS, INTERMEDIATE, DISPENSING = "in_process_label/1", "intermediate_label/1", "dispensing_label/1"


def _number_in(code: str, kind: str) -> str:
    """The dose number in one of our own label codes, or nothing when it is another kind of code."""
    read = read_barcode(code.removeprefix("]d2").removeprefix("]C1"))
    return read[1] if read is not None and read[0] == kind else ""
