"""What is in every single unit, from what was recorded; and exactly what the pharmacist signs at the check of a batch."""

from typing import Any

from calculations.errors import CannotCompute
from compounding.batches.batch import Batch
from compounding.batches.draw_up_units import unit_slot
from compounding.checking.recalculation import Recalculated, recalculate
from compounding.planning.draw_up import MIX
from compounding.planning.plan_data import as_data
from compounding.preparing.check_page import check_content
from compounding.preparing.recorded import containers, draws


def recalculated_units(batch: Batch) -> tuple[Recalculated, ...]:
    """The amount of drug in each unit, by serial. Raises CannotCompute where something was not measured."""
    plan, active = batch.plan, batch.plan.actives[0]
    held = {container.slot: container for container in containers(batch.work)}
    by_unit: dict[str, list[Any]] = {}
    for draw in draws(batch.work):
        by_unit.setdefault(draw.put, []).append(draw)
    found = []
    for serial in range(1, batch.total + 1):
        slot = unit_slot(serial)
        drawn = by_unit.get(slot, [])
        used = [held[take] for take in dict.fromkeys(draw.take for draw in drawn) if take in held]
        found.append(recalculate(active.drug, active.amount, plan.volume_tolerance, used, drawn, slot, MIX))
    return tuple(found)


def recalculated_or_reason(batch: Batch) -> tuple[tuple[Recalculated, ...], str]:
    """The recalculation of every unit, or why there is none."""
    try:
        return recalculated_units(batch), ""
    except CannotCompute as why:
        return (), f"{why.what}: {why.why} {why.next_step}".strip()


def batch_content(batch: Batch) -> dict[str, Any]:
    """The facts of the batch as they stand, in plain form: what is signed at the check and at the release."""
    if batch.work.plan is None:
        return {}
    return {
        "making": check_content(batch.work),
        "wanted": str(batch.wanted),
        "samples": str(batch.samples),
        "retained": str(batch.retained),
        "tested": "yes" if batch.tested else "no",
        "units": [[str(unit.serial), unit.state.value, unit.held] for unit in batch.units],
        "tests": as_data(batch.tests),
        "printed": str(batch.printed),
        "labels": [] if batch.labels is None else as_data(batch.labels),
    }
