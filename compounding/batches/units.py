"""Rules of the units: moved, held, freed, assigned, expired, wasted. Pure; each gives the completed action or a refusal.

A move to warmer storage shortens a unit's life by what is stated for that storage, counted from the move; a move back never
makes it longer. Without a statement for a storage nothing is moved there.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.acts import SYSTEM, Act, Refusal
from calculations.beyond_use import BeyondUse, TimeLimit, after_move
from calculations.errors import CannotCompute
from compounding.batches.actions import UnitTime
from compounding.batches.batch import Batch, Unit
from compounding.batches.guards_places import stays_apart, with_storage
from compounding.batches.states import UnitState
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.context import DoseContext
from compounding.recalls.reasons import recall_in
from compounding.stock.location import STORAGES
from formulary.model import Formulary

WARMTH = {"freezer": 0, "fridge": 1, "crt": 2}
IN_HAND = (UnitState.QUARANTINE, UnitState.AVAILABLE)
"""A unit that is still here for a patient."""
WASTABLE = (*IN_HAND, UnitState.SAMPLE, UnitState.RETAINED, UnitState.REJECTED, UnitState.EXPIRED)

Completer = Callable[[Batch, Any, Act, DoseContext], Any]


def chosen(batch: Batch, serials: Iterable[int]) -> tuple[Unit, ...] | Refusal:
    """The units of these serial numbers, each named once; all of them where none is named."""
    wanted = tuple(serials)
    if not wanted:
        return batch.units
    if len(set(wanted)) != len(wanted):
        return Refusal("unit_twice", "A unit is named twice.", 422)
    found = [batch.unit(serial) for serial in wanted]
    missing = next((serial for serial, unit in zip(wanted, found, strict=True) if unit is None), None)
    if missing is not None:
        return Refusal("no_such_unit", f"There is no unit {missing} in this batch.", 422)
    return tuple(unit for unit in found if unit is not None)


def storages_stated(plan: TherapeuticPlan) -> frozenset[str]:
    """Storages for which every active has a stability statement: the labelled one, and others that somebody stated."""
    stated = {rule.storage for rule in plan.time_rules if rule.drug}
    return frozenset(
        place for place in stated if {a.drug for a in plan.actives} <= {r.drug for r in plan.time_rules if r.storage == place}
    )


def time_after_move(plan: TherapeuticPlan, unit: Unit, storage: str, at: datetime) -> UnitTime | Refusal | None:
    """The shorter time of a unit that goes to this storage now; None where it keeps its time."""
    if unit.beyond_use is None or at >= unit.beyond_use:
        return Refusal("beyond_use_passed", f"Unit {unit.serial} is past its beyond-use time. Waste it.")
    if storage not in WARMTH or storage not in storages_stated(plan):
        return Refusal("storage_not_stated", "Nothing says how long it keeps there: it is not moved to that storage.", 422)
    if WARMTH[storage] <= WARMTH[unit.storage]:
        return _frozen_later(unit, storage)
    limits = [
        TimeLimit(rule.name, at, rule.lasts, None, rule.ends, rule.source) for rule in plan.time_rules if rule.storage == storage
    ]
    before = TimeLimit("the time that it had", None, until=unit.beyond_use)
    try:
        found = after_move(BeyondUse(unit.beyond_use, before, ()), at, limits, plan.infuse_over)
    except CannotCompute as why:
        return Refusal("storage_not_stated", f"Unit {unit.serial}: {why.why}", 422)
    return UnitTime(unit.serial, found.at, found.deciding.name) if found.at < unit.beyond_use else None


def _frozen_later(unit: Unit, storage: str) -> Refusal | None:
    """The time in the freezer counts from the making; what thawed is never frozen again."""
    if storage != "freezer" or unit.storage == "freezer":
        return None
    text = f"Unit {unit.serial} was not frozen when it was made, or has thawed: it is not frozen now."
    return Refusal("not_frozen_later", text, 422)


def move(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    """Completes a move with the storage of where it goes and the shorter times that follow from it."""
    if not action.serials:
        return Refusal("move_incomplete", "Say which units are moved.", 422)
    action = with_storage(action, ctx.location)
    if isinstance(action, Refusal):
        return action
    units = chosen(batch, action.serials)
    if isinstance(units, Refusal):
        return units
    times = []
    for unit in units:
        if unit.state not in (*IN_HAND, UnitState.RETAINED, UnitState.SAMPLE):
            return Refusal("unit_not_here", f"Unit {unit.serial} is {unit.state.value}: it is not moved.")
        if apart := stays_apart(unit, ctx.location):
            return apart
        if unit.state not in IN_HAND:  # nobody is given it: its time decides nothing
            continue
        shorter = time_after_move(batch.plan, unit, action.storage, act.at)
        if isinstance(shorter, Refusal):
            return shorter
        times += [shorter] if shorter is not None else []
    return replace(action, place=action.place.strip(), times=tuple(times))


def hold(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    """Holding is possible in every state: also of a unit that is out with a patient's label on it."""
    units = chosen(batch, action.serials)
    if isinstance(units, Refusal):
        return units
    if act.actor is not SYSTEM and (unit := next((unit for unit in units if recall_in(unit.held)), None)) is not None:
        return Refusal("in_recall", f"Recall {recall_in(unit.held)} holds unit {unit.serial} already.")
    return action


def free(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    units = chosen(batch, action.serials)
    if isinstance(units, Refusal):
        return units
    if not any(unit.held for unit in units):
        return Refusal("not_held", "None of these units is held.")
    if act.actor is not SYSTEM and (unit := next((unit for unit in units if recall_in(unit.held)), None)) is not None:
        text = f"Recall {recall_in(unit.held)} holds unit {unit.serial}: it is cleared there, by two persons."
        return Refusal("in_recall", text)
    return action


def may_be_assigned(batch: Batch, unit: Unit, at: datetime) -> Refusal | None:
    """Whether a unit may become a dose at this moment, and if not, why. Whether it fits the dose is another question."""
    name = f"Unit {unit.serial}"
    if batch.failed is not None:
        return Refusal("test_failed", f"{batch.failed.words}: no unit of this batch is given any more.")
    if unit.held:
        return Refusal("unit_held", f"{name} is held: {unit.held}")
    if unit.state is UnitState.ASSIGNED:
        return Refusal("unit_assigned", f"{name} was assigned to dose {unit.dose} already.")
    if unit.state is not UnitState.AVAILABLE:
        words = {UnitState.QUARANTINE: "in quarantine: its batch is not released"}.get(unit.state, unit.state.value)
        return Refusal("unit_not_available", f"{name} is {words}.")
    if unit.beyond_use is None or at >= unit.beyond_use:
        return Refusal("beyond_use_passed", f"{name} is past its beyond-use time. Waste it.")
    return None


def assign(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The head of the batch decides: of two who take the same unit the second is told whose it became."""
    unit = batch.unit(action.serial)
    if unit is None:
        return Refusal("no_such_unit", f"There is no unit {action.serial} in batch {batch.number}.", 422)
    return may_be_assigned(batch, unit, act.at) or action


def kept_so(plan: TherapeuticPlan, storage: str, formulary: Formulary) -> TherapeuticPlan:
    """The plan as a label says it of a unit that is kept in another storage than the labelled one now."""
    if storage in ("", plan.storage):
        return plan
    place = next((row for row in formulary.site.beyond_use.ranges if row.storage.value == storage), None)
    words = STORAGES[storage] if place is None else f"{place.celsius_low} to {place.celsius_high} °C".replace("-", "−")
    return replace(plan, storage=storage, storage_words=words)


def past_their_time(batch: Batch, at: datetime) -> tuple[int, ...]:
    """Serial numbers of units that are here for a patient and past their beyond-use time."""
    return tuple(u.serial for u in batch.in_state(*IN_HAND) if u.beyond_use is not None and at >= u.beyond_use)


def expire(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    serials = past_their_time(batch, act.at)
    return replace(action, serials=serials) if serials else Refusal("not_expired", "No unit is past its time.")


def waste(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Any:
    if not action.serials or not action.reason.strip() or not action.stream.strip():
        return Refusal("waste_incomplete", "Say which units are wasted, why, and into which waste.", 422)
    units = chosen(batch, action.serials)
    if isinstance(units, Refusal):
        return units
    for unit in units:
        if unit.state is UnitState.ASSIGNED:
            return Refusal("unit_assigned", f"Unit {unit.serial} is dose {unit.dose} now: it is wasted as that dose.")
        if unit.state not in WASTABLE:
            return Refusal("unit_not_here", f"Unit {unit.serial} is {unit.state.value} already.")
    return action
