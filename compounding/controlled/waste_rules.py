"""The rules of a controlled waste: the amount worked out, what differs, and who may stand as witness. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from batch_records.acts import Act, Refusal
from batch_records.signatures import sign
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.controlled.accountability import NOTHING, Tolerance, Weighed, in_words
from compounding.controlled.vials import Accounted
from compounding.controlled.waste_state import (
    BACK,
    CONTAINER,
    DOSE_ITSELF,
    OFFERED,
    REMAINDER,
    SEEN_BY,
    STOCK,
    STREAMS,
    SUBJECTS,
    VIAL,
    WASTED_BY,
    WASTED_BY_ROLE,
    ControlledWaste,
    OfferWaste,
    WitnessWaste,
    content_of,
)
from compounding.preparing.dose import Dose
from compounding.preparing.states import MOVES, DoseStatus
from compounding.record_actions import RecordAction
from compounding.stock.ledger import Lot
from compounding.stock.lot_actions import CAUSES
from compounding.stock.opened_state import AVAILABLE, EMPTY, IN_HAND, SPENT, Opened


@dataclass(frozen=True)
class WasteContext:
    """What a decision about a waste looks at, read once."""

    record: str
    schedule: str = ""
    tolerance: Tolerance | Refusal | None = None
    within: timedelta | None = None
    dose: Dose = field(default_factory=Dose)
    ended: bool = False
    vial: Accounted | None = None
    product: str = ""
    display: str = ""
    """Of a whole dose: its controlled drug."""
    in_dose: Quantity | None = None
    """Amount of controlled drug in the dose."""
    open_vials: bool = False
    """A vial of the dose is not accounted for."""
    put_in: Quantity | None = None
    """What is in the container of a dose that was stopped while it was made, mL; None where something was not measured."""
    remainder: str = ""
    """Number of the waste by which the rest of the started dose was told already."""
    should_be: Quantity | None = None
    """What is left in the opened container by everything that was recorded, mL."""
    container: Opened = field(default_factory=Opened)
    taken_from: str = ""
    """Of a vial that goes back unopened: where it had been taken from."""
    lot: Lot = field(default_factory=Lot)


def check(state: ControlledWaste, action: RecordAction, act: Act, ctx: WasteContext) -> RecordAction | Refusal:
    """The gate of every controlled waste."""
    if isinstance(action, OfferWaste):
        return _offer(state, action, act, ctx)
    if state.offered is None:
        return Refusal("waste_unknown", "There is no such waste.", 404)
    if state.status != OFFERED:
        return Refusal("waste_over", "It is witnessed already." if state.witness else "It was taken back.")
    if isinstance(action, WitnessWaste):
        return _witness(state, action, act, ctx)
    if not getattr(action, "reason", "").strip():
        return Refusal("reason_missing", "Say why nothing is wasted.", 422)
    return action


def _offer(state: ControlledWaste, action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    if state.offered is not None:
        return Refusal("number_taken", "Another waste was begun in the same moment. Begin it again.")
    if action.subject not in SUBJECTS or action.stream not in STREAMS:
        return Refusal("subject_wrong", "Say what is wasted, and into which stream.", 422)
    if action.stream == BACK and action.subject != VIAL:
        return Refusal("stream_wrong", "Only a vial that was never opened goes back to stock.", 422)
    if not act.actor.roles & WASTED_BY_ROLE[action.subject]:
        who = " or ".join(sorted(WASTED_BY_ROLE[action.subject]))
        return Refusal("not_allowed", f"{SUBJECTS[action.subject].capitalize()} is wasted by a {who}.", 403)
    if not ctx.schedule:
        return Refusal("not_controlled", "This holds no controlled drug: it is wasted where it lies.", 422)
    found = worked_out(action, act, ctx)
    if isinstance(found, Refusal):
        return found
    signature = sign(act, WASTED_BY, ctx.record, content_of(found, act.actor.person))
    return signature if isinstance(signature, Refusal) else replace(found, signature=signature.as_data())


def worked_out(action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    """The waste with everything the server completes, or why it cannot be."""
    ways = {VIAL: _vial, DOSE_ITSELF: _dose, CONTAINER: _container, STOCK: _stock, REMAINDER: _remainder}
    made = ways[action.subject](action, act, ctx)
    if isinstance(made, Refusal) or made.subject == STOCK:
        return made
    if made.volume is None or made.volume.number < 0:
        return Refusal("volume_missing", "Say how many mL are really there.", 422)
    if not isinstance(ctx.tolerance, Tolerance):
        return ctx.tolerance or Refusal("not_set", "The hospital has not set a tolerance.")
    if made.computed is None:
        return made if made.reason.strip() else Refusal("reason_missing", "Say how the volume was found.", 422)
    whole = ctx.dose.planned.final_volume if made.subject == REMAINDER else max(made.computed, made.volume)
    weighed = Weighed(made.volume, made.computed, ctx.tolerance.of(whole))
    if not weighed.differs:
        rest = weighed.difference
        return replace(made, within=rest) if made.subject == CONTAINER and rest.number else made
    if not made.reason.strip():
        should = show(made.computed) if made.computed.number >= 0 else "Less than nothing"
        text = f"{should} should be there, and {show(made.volume)} are. Look again, or say why: a case is opened."
        return Refusal("reason_missing", text, 422)
    return replace(made, difference=weighed.difference)


def _vial(action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    one = ctx.vial
    if one is None:
        return Refusal("vial_unknown", "This dose has no such vial of a controlled drug.", 404)
    if not ctx.ended:
        return Refusal("not_ended", "The preparation is not ended: send it to the check first.")
    rest = one.found.to_waste
    if one.found.closed and not rest.number:
        return Refusal("nothing_left", "Nothing of this vial is left: it is accounted for.")
    back = action.stream == BACK
    if back and (one.vial.touched or one.vial.opened or rest != one.vial.content):
        return Refusal("was_opened", "It was opened: it does not go back to stock.", 422)
    volume = one.vial.content if back else action.volume
    amount = None if volume is None or one.vial.concentration is None else volume * one.vial.concentration
    return replace(
        action,
        product=one.vial.product,
        lot=one.vial.lot,
        display=one.vial.display,
        schedule=ctx.schedule,
        volume=volume,
        computed=rest if one.found.measured else None,
        amount=amount,
        arithmetic=in_words(one.parts, one.found),
        involved=tuple(dict.fromkeys((*ctx.dose.preparers, act.actor.person))),
    )


def _dose(action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    dose = ctx.dose
    if dose.status not in MOVES["waste"][0]:
        return Refusal("wrong_state", f"A dose that is {dose.status.words} is not wasted.")
    if dose.status is DoseStatus.QUARANTINED and "lead" not in act.actor.roles:
        return Refusal("not_allowed", "What is in quarantine is wasted by the designated person.", 403)
    if dose.status is not DoseStatus.QUARANTINED and not act.actor.roles & {"technician", "pharmacist"}:
        return Refusal("not_allowed", "This is wasted by a technician or a pharmacist.", 403)
    if dose.started_at is None and (dose.status is not DoseStatus.QUARANTINED or ctx.open_vials):
        return Refusal("nothing_to_waste", "Nothing was mixed: its vials are put back or wasted each for itself.")
    there = dose.planned.final_volume if dose.completed_at is not None else ctx.put_in
    words = f"the whole preparation, {show(dose.planned.final_volume)} by its plan"
    if dose.completed_at is None:
        words = "put into it before it was stopped" if there is not None else "not all that was put into it was measured"
    if dose.started_at is None:
        action, there, words = replace(action, volume=NOTHING), NOTHING, "nothing was mixed, and every vial is accounted for"
    share = None
    if action.volume is not None and there is not None and ctx.in_dose is not None and there.number:
        share = ctx.in_dose * (action.volume / there)
    return replace(
        action,
        product=ctx.product,
        display=ctx.display,
        schedule=ctx.schedule,
        computed=there,
        amount=share,
        arithmetic=words,
        involved=tuple(dict.fromkeys((*dose.preparers, act.actor.person))),
    )


def _remainder(action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    """Given and wasted together are what left the pharmacy."""
    dose = ctx.dose
    if dose.status is not DoseStatus.ADMINISTERED:
        return Refusal("not_started", "It was not started: it goes back to the pharmacy and is wasted whole.")
    if ctx.remainder:
        return Refusal("told_already", f"What was left of it is recorded already, as waste {ctx.remainder}.")
    if action.given is None or action.given.number < 0:
        return Refusal("given_missing", "Say how many mL the patient was given.", 422)
    left_pharmacy = dose.planned.final_volume
    share = None
    if action.volume is not None and ctx.in_dose is not None and left_pharmacy.number:
        share = ctx.in_dose * (action.volume / left_pharmacy)
    rest = left_pharmacy - action.given
    signed = show(rest) if rest.number >= 0 else f"−{show(-rest)}"
    return replace(
        action,
        product=ctx.product,
        location=dose.place,
        display=ctx.display,
        schedule=ctx.schedule,
        computed=rest.to("mL"),
        amount=share,
        arithmetic=f"{show(left_pharmacy)} left the pharmacy − {show(action.given)} given = {signed}",
        involved=tuple(dict.fromkeys((dose.moved_by, act.actor.person))),
    )


def _container(action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    found = ctx.container
    if found.state not in (AVAILABLE, IN_HAND, EMPTY, SPENT):
        return Refusal("opened_gone", "This container is gone already, or staged for a dose: it is not wasted now.")
    amount = None if action.volume is None or found.concentration is None else action.volume * found.concentration
    return replace(
        action,
        product=found.product,
        lot=found.lot,
        location=found.place,
        display=found.display,
        schedule=ctx.schedule,
        computed=ctx.should_be,
        amount=amount,
        arithmetic="what was left in it, less all that was recorded as drawn",
        involved=(act.actor.person,),
    )


def _stock(action: OfferWaste, act: Act, ctx: WasteContext) -> OfferWaste | Refusal:
    there = max(ctx.lot.at(action.location), 0)
    if not ctx.lot.product or not 1 <= action.count <= there:
        where = f"There are {there} of lot {action.lot} at {action.location or 'this place'}"
        return Refusal("not_enough_there", f"{where}, not {action.count}.", 422)
    if action.cause not in CAUSES or not action.reason.strip():
        return Refusal("reason_missing", "Say why it is wasted: the cause, and a word about it.", 422)
    return replace(
        action,
        display=ctx.display,
        schedule=ctx.schedule,
        volume=None,
        arithmetic=f"{there} at {action.location} − {action.count} wasted = {there - action.count}",
        involved=(act.actor.person,),
    )


def _witness(state: ControlledWaste, action: WitnessWaste, act: Act, ctx: WasteContext) -> WitnessWaste | Refusal:
    if act.actor.person == state.person:
        return Refusal("same_person", "You waste it yourself. Another person watches and signs.", 403)
    if act.station != state.station:
        return Refusal("not_present", "The witness signs where it is wasted, at the same station.", 403)
    if late(state, act.at, ctx.within):
        return Refusal("too_late", "Too much time has passed since it was shown. Take it back and show it again.")
    told = state.told
    if told.subject == VIAL and (ctx.vial is None or _should_be(ctx.vial) != told.computed):
        return Refusal("changed", "Something else was recorded of this vial meanwhile. Take it back and show it again.")
    if told.subject == REMAINDER and ctx.remainder:
        return Refusal("changed", f"It is recorded already, as waste {ctx.remainder}. Take this one back.")
    if told.subject == CONTAINER and ctx.should_be != told.computed:
        return Refusal("changed", "Something was drawn from it meanwhile. Take it back and show it again.")
    signature = sign(act, SEEN_BY, ctx.record, content_of(told, state.person))
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _should_be(one: Accounted) -> Quantity | None:
    return one.found.to_waste if one.found.measured else None


def late(state: ControlledWaste, at: datetime, within: timedelta | None) -> bool:
    """Whether the time for the witness is over; never where the hospital has set none."""
    return within is not None and state.offered_at is not None and at - state.offered_at > within
