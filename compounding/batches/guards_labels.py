"""Rules of unit labels: printed for what there is, each one counted, and all accounted for before the release."""

from typing import Any

from batch_records.acts import Act, Refusal
from compounding.batches.batch import Batch, Unit
from compounding.batches.states import UnitState
from compounding.preparing.context import DoseContext

NEVER_LABELLED = (UnitState.REJECTED, UnitState.WASTED, UnitState.EXPIRED)
"""A label for one of these could only end on something else."""
NEED_A_LABEL = (UnitState.QUARANTINE, UnitState.AVAILABLE, UnitState.SAMPLE, UnitState.RETAINED)


def to_label(batch: Batch) -> tuple[int, ...]:
    """Serial numbers of the units that a label can be printed for."""
    return tuple(unit.serial for unit in batch.units if unit.state not in NEVER_LABELLED)


def labels_reconciled(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Every label that was printed is on a unit, spoiled or destroyed, before anything is released."""
    if batch.printed == 0:
        return Refusal("no_labels", "No unit label was printed yet.")
    if batch.labels is None:
        return Refusal("labels_open", f"{batch.printed} labels were printed: say what became of each before the release.")
    if not batch.labels_reconciled:
        return Refusal(
            "labels_open", f"{batch.printed} labels were printed and {batch.labels.total} are accounted for. Count them again."
        )
    bare = next((unit for unit in batch.in_state(*NEED_A_LABEL) if unit.serial not in batch.labelled), None)
    return None if bare is None else Refusal("labels_open", f"Unit {bare.serial} has no label yet.")


def labels_add_up(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Printed = used + spoiled + destroyed, and used = the units that carry one."""
    if min(action.used, action.spoiled, action.destroyed) < 0:
        return Refusal("count_wrong", "A count is zero or more.", 422)
    told = action.used + action.spoiled + action.destroyed
    if told != batch.printed:
        figure = f"{action.used} used + {action.spoiled} spoiled + {action.destroyed} destroyed = {told}"
        return Refusal("labels_differ", f"{figure}, and {batch.printed} were printed. Look for the difference.", 422)
    carry = sum(1 for unit in batch.units if unit.serial in batch.labelled and unit.state is not UnitState.REJECTED)
    if action.used != carry:
        return Refusal("labels_differ", f"{carry} units carry a label, and {action.used} labels are said to be used.", 422)
    return None


def label_possible(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """One label for each unit that is named, and none for a unit that is no good, gone or past its time."""
    units: dict[int, Unit] = {}
    for serial in action.serials:
        unit = batch.unit(serial)
        if unit is None:
            return Refusal("no_such_unit", f"There is no unit {serial} to print a label for.", 422)
        if serial in units:
            return Refusal("unit_twice", f"Unit {serial} is named twice: it carries one label.", 422)
        if unit.state in NEVER_LABELLED:
            return Refusal("no_label_for_it", f"Unit {serial} is {unit.state.value}: no label is printed for it.")
        units[serial] = unit
    if not units:
        return Refusal("no_such_unit", "There is no unit to print a label for.", 422)
    if len({(unit.beyond_use, unit.storage) for unit in units.values()}) > 1:
        text = "These units are not all used until the same time, or not kept in the same way: print their labels apart."
        return Refusal("labels_apart", text, 422)
    return None


def label_reason(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The first print is one label for each unit; every later label needs its reason."""
    if batch.printed and not action.reason.strip():
        return Refusal("reprint_reason", "Labels were printed already. Say why more are needed; they are counted.", 422)
    return None
