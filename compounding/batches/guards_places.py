"""Rules of the places of finished units: a described location in use, apart until the release, and kept as they are labelled."""

from dataclasses import replace
from typing import Any

from batch_records.acts import Act, Refusal
from compounding.batches.batch import Batch, Unit
from compounding.batches.states import UnitState
from compounding.preparing.context import DoseContext
from compounding.stock.location import MIXED, STORAGES, Location


def keeps(location: Location, storage: str) -> bool:
    """Whether what is kept in this storage may lie there."""
    return location.storage in (storage, MIXED)


def place_known(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if not action.place.strip():
        return Refusal("place_missing", "Say where the units are put.", 422)
    if not ctx.location.active:
        text = f"'{action.place.strip()}' is no location in use. Choose one; locations are described under Stock."
        return Refusal("place_unknown", text, 422)
    return None


def waits_apart(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Until the release units lie where nothing is used from, in the storage that is on their label."""
    if not ctx.location.quarantined:
        return Refusal("place_not_apart", "Until their release the units wait in a quarantine location. Choose one.", 422)
    return None if keeps(ctx.location, batch.plan.storage) else _elsewhere("The units are", batch.plan.storage, ctx.location)


def put_for_use(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Released units lie where something is used from, each in the storage that it was kept in until now."""
    if ctx.location.quarantined:
        return Refusal("place_quarantine", "Nothing is used from a quarantine location. Choose where the units are put.", 422)
    wrong = (unit for unit in batch.in_state(UnitState.QUARANTINE) if not keeps(ctx.location, unit.storage))
    unit: Unit | None = next(wrong, None)
    return None if unit is None else _elsewhere(f"Unit {unit.serial} is", unit.storage, ctx.location)


def _elsewhere(what: str, storage: str, location: Location) -> Refusal:
    kept, there = STORAGES[storage], STORAGES[location.storage]
    return Refusal("storage_wrong", f"{what} kept so: {kept}. {location.name} is {there}. Choose another location.", 422)


def with_storage(action: Any, location: Location) -> Any:
    """A move with the storage of where it goes; where there is more than one kind, the one that was said."""
    if location.storage == MIXED:
        return action if action.storage else Refusal("storage_missing", "Say how they are kept there.", 422)
    if action.storage and action.storage != location.storage:
        return Refusal("storage_wrong", f"{location.name} is {STORAGES[location.storage]}.", 422)
    return replace(action, storage=location.storage)


def stays_apart(unit: Unit, location: Location) -> Refusal | None:
    """A unit that is not released goes nowhere from where something is used."""
    if unit.state is not UnitState.QUARANTINE or location.quarantined:
        return None
    return Refusal("place_not_apart", f"Unit {unit.serial} is not released: it goes to a quarantine location only.", 422)
