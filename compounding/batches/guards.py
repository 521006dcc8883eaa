"""Rules of a batch that a dose does not have. Each is one small pure function: a refusal in plain words, or nothing."""

from collections.abc import Callable
from typing import Any

from batch_records.acts import Act, Refusal
from calculations.printing import show, show_number
from compounding.batches.batch import Batch, Unit
from compounding.batches.draw_up_units import unit_slot
from compounding.batches.recalculated import recalculated_or_reason
from compounding.batches.states import MOVES, UnitState
from compounding.batches.unit_plan import switched_since
from compounding.preparing.context import DoseContext
from compounding.preparing.holding import over_capacity

BatchGuard = Callable[[Batch, Any, Act, DoseContext], Refusal | None]

GONE = (UnitState.REJECTED, UnitState.WASTED)
"""A unit that is counted and never given."""


def move_allowed(batch: Batch, kind: str) -> Refusal | None:
    """The table of moves: an action from a state that does not list it is refused."""
    if batch.status in MOVES[kind]:
        return None
    return Refusal("wrong_state", f"This batch is {batch.status.words}: that is not possible now.")


GOES_ON = frozenset({"start_preparation", "pass_in_process", "complete_batch", "release_batch"})
"""What goes on with a batch: asked of every open recall that touches it."""


def not_recalled(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A recall holds units; before there are any it stops the batch itself, until two persons cleared it there."""
    if not ctx.recalled_by:
        return None
    text = f"Recall {ctx.recalled_by} touches this batch. It is given up, or goes on once the recall has cleared it."
    return Refusal("in_recall", text)


def made_as_planned(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A batch of which nothing is opened yet follows an alternative that began or ended since: it is proposed anew."""
    why = switched_since(batch.plan, ctx.formulary)
    return Refusal("switched", f"This is not made as it was planned: {why}. Give it up and propose it anew.") if why else None


def not_scanned_twice(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """One container is one: the same serial number does not fill two places."""
    if action.serial and any((s.product, s.serial) == (action.product, action.serial) for s in batch.work.scans):
        return Refusal("scanned_already", "This very container is scanned for this batch already. Take another one.")
    return None


def no_opened_container(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if ctx.opened is not None:
        return Refusal("opened_not_here", "A batch is made from unopened containers. Take a new one.", 422)
    return None


def serials_fit(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Every unit is named once, and is a unit of this batch."""
    named = [*action.rejected, *action.samples, *action.retained]
    wrong = next((serial for serial in named if not 1 <= serial <= batch.total), None)
    if wrong is not None:
        return Refusal("no_such_unit", f"There is no unit {wrong}: this batch has units 1 to {batch.total}.", 422)
    twice = next((serial for serial in named if named.count(serial) > 1), None)
    if twice is not None:
        return Refusal("unit_twice", f"Unit {twice} is named twice.", 422)
    return None


def samples_taken(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """As many samples and retained units as were planned; what is rejected is none of them."""
    for what, taken, planned in (
        ("samples", len(action.samples), batch.samples),
        ("retained units", len(action.retained), batch.retained),
    ):
        if taken != planned:
            return Refusal("samples_count", f"{planned} {what} were planned, {taken} are named.", 422)
    return None


def rejected_with_reason(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if action.rejected and not action.reason.strip():
        return Refusal("reason_missing", "Say why units were rejected.", 422)
    if len(action.rejected) + len(action.samples) + len(action.retained) >= batch.total:
        return Refusal("no_unit_left", "No unit is left for a patient. Cancel the batch instead.", 422)
    return None


def every_unit_inside(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Each unit is recalculated from what was recorded. One outside the tolerance is rejected or wasted, or the batch is."""
    results, why = recalculated_or_reason(batch)
    if why:
        return Refusal("no_recalculation", f"There is no pass: {why}")
    for serial, one in enumerate(results, start=1):
        unit = batch.unit(serial)
        if not one.inside and (unit is None or unit.state not in GONE):
            percent = show_number(abs(one.difference).amount_in("one") * 100, 1)
            return Refusal(
                "recalculation_outside", f"Unit {serial}: {show(one.found)} is {percent} % off {show(one.ordered)}. Waste it."
            )
    return None


def every_unit_holds_it(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """What was measured into each unit fits its container, where the capacity of the container is known."""
    for unit in batch.units:
        over = "" if unit.state in GONE else over_capacity(batch.work, ctx.formulary, unit_slot(unit.serial))
        if over:
            return Refusal("over_capacity", f"Unit {unit.serial}: {over}. Waste it.")
    return None


def time_known(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Without a computed beyond-use time nothing is made ahead; past it nothing is released."""
    until = batch.work.beyond_use_at()
    if until is None:
        return Refusal("beyond_use_undecided", f"No beyond-use time: {batch.beyond_use.get('why', '')}".strip())
    return Refusal("beyond_use_passed", "Its beyond-use time has passed.") if act.at >= until else None


def not_first_checker(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if batch.checked is not None and batch.checked.person == act.actor.person:
        return Refusal("same_checker", "The second check is by another pharmacist.", 403)
    return None


def no_unit_held(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A unit that is gone holds nobody up."""
    held: Unit | None = next((unit for unit in batch.in_state(UnitState.QUARANTINE) if unit.held), None)
    return None if held is None else Refusal("unit_held", f"Unit {held.serial} is held: {held.held}. Free it first.")
