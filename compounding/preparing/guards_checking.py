"""Rules of the check: nobody checks own work, nothing unmeasured or outside passes, two check alone, and time is left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from batch_records.acts import Act, Refusal
from calculations.printing import show, show_number
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.guards_making import outside_tolerance
from compounding.preparing.holding import over_capacity
from compounding.preparing.recorded import recalculation_or_reason


def nothing_unmeasured(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Every measured step has its volume, also those that the recalculation of the drug does not need."""
    if dose.unmeasured:
        return Refusal(
            "not_measured",
            f"There is no pass: step {dose.unmeasured[0]} was not measured. Enter the volume read from its picture, or reject.",
        )
    return None


def volumes_inside(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A volume read from a picture is recorded as it is; outside the tolerance it is rejected."""
    for step in dose.drawing.measures:
        record = dose.record_of(step.number)
        if record is None:
            continue
        outside = outside_tolerance(dose, step.number, record.volume, weighed=record.how == "weighed")
        if outside:
            return Refusal("outside_tolerance", f"Step {step.number}: {outside}. Reject it.")
    return None


def controlled_accounted(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Nothing with a controlled drug is released while a vial of it is open: each is drawn, kept, or wasted before a witness."""
    if not ctx.unaccounted:
        return None
    text = f"{' '.join(ctx.unaccounted)} Keep it, or waste it before a witness, under Controlled drugs."
    return Refusal("not_accounted", text)


def recalculated(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
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


def container_holds_it(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The volumes that were measured at the hood must fit the container; the plan's own volumes fitted before."""
    over = over_capacity(dose, ctx.formulary)
    return Refusal("over_capacity", f"{over}: reject it.") if over else None


def same_content(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if action.content_digest != ctx.content_digest:
        return Refusal("page_stale", "Something changed since this page was shown. Load it again and look once more.")
    return None


def before_beyond_use(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    decided = action.beyond_use_decided
    ends = _moment(decided) if decided else dose.beyond_use_at()
    if ends is None:
        return Refusal(
            "beyond_use_undecided",
            "The beyond-use time could not be computed. Set it, with the reason and source.",
            422,
        )
    if act.at >= ends:
        return Refusal("beyond_use_passed", "Its beyond-use time has passed.")
    return None


def _moment(data: Mapping[str, Any]) -> datetime | None:
    """The time that was decided; None for what is no instant with its offset."""
    try:
        at = datetime.fromisoformat(str(data.get("at", "")))
    except ValueError:
        return None
    return None if at.tzinfo is None else at


def beyond_use_reason(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A pharmacist sets the time where it could not be computed, or an earlier one, with the reason; never a later one."""
    decided = action.beyond_use_decided
    if decided is None:
        return None
    computed, ends = dose.beyond_use_at(), _moment(decided)
    if computed is not None and (ends is None or ends > computed):
        return Refusal("beyond_use_computed", "The beyond-use time is computed; by hand it is only set earlier.", 422)
    if not str(decided.get("reason", "")).strip():
        return Refusal("reason_missing", "Say on what the beyond-use time rests.", 422)
    latest = _moment({"at": (dose.beyond_use or {}).get("latest", "")})
    if latest is not None and ends is not None and ends > latest:
        return Refusal(
            "beyond_use_too_late", f"It may not be later than {(dose.beyond_use or {}).get('latest_rule', '')}.", 422
        )
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
    if dose.afterwards is not None:
        return Refusal("checked_already", f"It was checked afterwards already, by {dose.afterwards.person}.")
    return None


def no_open_difference(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """An emergency is no way past a second pharmacist who found something else."""
    if dose.second_differences:
        found = ", ".join(dose.second_differences)
        return Refusal("check_differs", f"The second pharmacist found another {found}. Both look again, or reject it.")
    return None


def note_when_not_agreed(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not action.agreed and not action.note.strip():
        return Refusal("reason_missing", "Say what is wrong with it.", 422)
    return None
