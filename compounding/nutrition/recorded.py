"""Hands what was recorded of a nutrition container to its recalculation."""

from typing import Any

from calculations.quantity import Quantity
from compounding.checking.nutrition_recalculation import Drawn, Source, recalculate_nutrition
from compounding.checking.recalculation import Recalculated
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
        Drawn(step.number, step.take, None if (record := dose.record_of(step.number)) is None else record.volume)
        for step in dose.drawing.measures
    )
    return recalculate_nutrition({row.name: row.amount for row in nutrition.contents}, tolerance, sources, drawn)
