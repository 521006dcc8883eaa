"""What the server adds to an action on a batch that passed its guards: the plan, counts, times, signatures. Pure."""

from dataclasses import replace
from typing import Any

from batch_records.acts import Act, Refusal
from batch_records.signatures import sign
from calculations.errors import CannotCompute
from compounding.batches import units as of_units
from compounding.batches.actions import ProposeBatch
from compounding.batches.batch import Batch
from compounding.batches.draw_up_units import draw_up_units
from compounding.batches.numbering import batch_record, is_lot_number
from compounding.batches.proposal import samples_for, whole_number
from compounding.batches.states import SIGNED
from compounding.batches.unit_plan import Wanted, plan_unit
from compounding.batches.units import Completer
from compounding.planning.plan_data import as_data
from compounding.preparing import completing as of_dose
from compounding.preparing import moving
from compounding.preparing.context import DoseContext

MEANINGS = {
    "complete_batch": "Made by",
    "check_batch": "Checked by",
    "enter_second_check": "Second check, worked out alone, by",
    "reject_batch": "Rejected by",
    "record_test": "Test result entered by",
    "release_batch": "Released by",
}
"""What each signature says, as it is printed."""


def propose(batch: Batch, action: ProposeBatch, act: Act, ctx: DoseContext) -> Any:
    """The plan of one unit and the draw-up of all, by the formulary in force."""
    if not is_lot_number(action.number):
        return Refusal("number_wrong", "This is no lot number of a batch.", 422)
    if action.units < 1 or action.retained < 0:
        return Refusal("count_wrong", "A batch has at least one unit for patients.", 422)
    most, proposed = whole_number(ctx.formulary.site, "batch_units_limit"), action.proposed
    try:
        samples = samples_for(ctx.formulary.site, action.units, tested=action.tested)
        whole = replace(action, samples=samples)
        if whole.total > most:
            parts = f"{action.units} + {samples} samples + {action.retained} retained = {whole.total}"
            return Refusal("too_many_units", f"{parts}; at most {most} are made in one batch.", 422)
        wanted = Wanted(action.formulation, action.amount, action.solution, action.volume)
        plan = plan_unit(ctx.formulary, wanted, tested=action.tested)
        draw_up = draw_up_units(whole.total, plan, ctx.formulary)
    except CannotCompute as why:
        return Refusal(why.code, str(why), 422)
    if (proposed is None or action.units > proposed.units) and not action.reason.strip():
        return Refusal("reason_missing", "This is more than history uses up in time. Say why so many are made.", 422)
    return replace(whole, plan=plan, draw_up=draw_up)


def complete(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The beyond-use time by the same calculation as that of a dose; without one nothing is made ahead."""
    done = of_dose.complete(batch.work, replace(action, place=action.place.strip()), act, ctx)
    if not (done.beyond_use or {}).get("at"):
        return Refusal("beyond_use_undecided", f"No beyond-use time can be computed: {done.beyond_use.get('why', '')}".strip())
    return done


def second_check(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    return of_dose.enter_second_check(batch.work, action, act, ctx)


def release(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    return replace(action, place=action.place.strip())


def move_hood(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    return moving.completed(batch.work, action, act, ctx)


COMPLETERS: dict[str, Completer] = {
    "propose_batch": propose,
    "move_hood": move_hood,
    "complete_batch": complete,
    "enter_second_check": second_check,
    "release_batch": release,
    "move_units": of_units.move,
    "hold_units": of_units.hold,
    "free_units": of_units.free,
    "assign_to_dose": of_units.assign,
    "expire_units": of_units.expire,
    "waste_units": of_units.waste,
}


def completed(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The action as it is written, or why it is refused after all."""
    completer = COMPLETERS.get(action.kind)
    done = action if completer is None else completer(batch, action, act, ctx)
    if isinstance(done, Refusal) or action.kind not in SIGNED:
        return done
    signature = sign(act, MEANINGS.get(action.kind, action.kind), batch_record(batch.number), signed_content(done))
    if isinstance(signature, Refusal) or action.kind not in MEANINGS:
        return signature if isinstance(signature, Refusal) else done
    return replace(done, signature=signature.as_data())


def signed_content(action: Any) -> dict[str, Any]:
    """What a signature covers: the whole action without the signature itself."""
    data: dict[str, Any] = as_data(replace(action, signature=None) if hasattr(action, "signature") else action)
    return data
