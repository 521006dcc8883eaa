"""Hands what was recorded of a nutrition container to its recalculation."""

from typing import Any

from calculations.quantity import Quantity
from compounding.checking.nutrition_recalculation import Drawn, Source, recalculate_nutrition
from compounding.checking.recalculation import Recalculated
from compounding.nutrition.draw_up import FINAL
from compounding.nutrition.plan import NutritionPlan
from compounding.nutrition.staging import brings_from


def nutrition_recalculation(dose: Any, nutrition: NutritionPlan, tolerance: Quantity) -> tuple[Recalculated, ...]:
    """Every constituent of the container. Raises CannotCompute when something was not measured."""
    sources = tuple(
        Source(scan.slot, scan.display, scan.lot, brings_from(scan.strength))
        for scan in dose.scans
        if scan.strength is not None
    )
    drawn = tuple(
        Drawn(
            step.number, step.take, step.put, None if (found := dose.record_of(step.number)) is None else found.volume
        )
        for step in dose.drawing.measures
    )
    planned = {row.name: row.amount for row in nutrition.contents}
    return recalculate_nutrition(planned, tolerance, sources, drawn, FINAL)
