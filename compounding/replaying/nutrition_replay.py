"""Past orders of parenteral nutrition judged by the limits of a set as they are and as they would be.

The same rule as in planning (`calculations.nutrition.limits`), on columns; a figure that lies within `NEAR` of a bound is
judged again exactly, by the planner's own function.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calculations.errors import UnitMismatch
from calculations.findings import Grade
from calculations.nutrition.figures import Figures, is_figure
from calculations.nutrition.limits import Limit, bag_kinds, check_row
from calculations.nutrition.order import Basis
from calculations.quantity import Quantity
from calculations.units import unit
from compounding.replaying.block import NEAR
from compounding.replaying.history import Left, Period
from compounding.replaying.nutrition_history import FigureColumn, NutritionBlock, nutrition_blocks, nutrition_span
from compounding.replaying.outcome import LEVEL_OF, NO_LIMIT, Level, OfLimit, Replayed, Tally, count_limits
from formulary.nutrition.engine_limits import high_alert, limits_of, nutrient_names
from formulary.nutrition.model_profile import NutritionSet

UNLIKE = "a figure of the order counts in another unit or substance than a limit"
BOUNDS = (
    ("upper_soft", Level.WARN), ("lower_soft", Level.WARN), ("upper_hard", Level.STOP), ("lower_hard", Level.STOP),
    ("upper_absolute", Level.NEVER), ("lower_absolute", Level.NEVER),
)  # fmt: skip
"""The bounds of a limit, the gravest last."""


@dataclass
class Levels:
    """What one version of the set says of every order of a block."""

    by_limit: dict[str, Any]
    unlike: Any
    """Orders that a limit cannot be held against."""
    exactly: int = 0


def replay_nutrition(
    session: Session, before: NutritionSet | None, after: NutritionSet, period: Period | None = None
) -> Replayed:
    """What the new version's limits would have done with the orders of the period."""
    period = period or Period()
    result = Replayed("parenteral_nutrition")
    result.first, result.last = nutrition_span(session, period)
    old = {} if before is None else {row.id: row for row in before.limits}
    new = {row.id: row for row in after.limits}
    for name in dict.fromkeys((*old, *new, NO_LIMIT)):
        result.limits[name] = OfLimit(name, old.get(name), new.get(name))
    for found in nutrition_blocks(session, period):
        if isinstance(found, Left):
            result.untold.setdefault(found.why, Tally()).add(found.keys, len(found.keys), found.doses)
        else:
            _judge(result, found, before, after)
    return result


def _judge(result: Replayed, block: NutritionBlock, before: NutritionSet | None, after: NutritionSet) -> None:
    nothing = Levels({}, np.zeros(len(block), dtype=bool))
    was = nothing if before is None else nutrition_levels(block, before)
    now = nutrition_levels(block, after)
    unlike = was.unlike | now.unlike
    result.exactly += was.exactly + now.exactly
    left, kept = np.flatnonzero(unlike), np.flatnonzero(~unlike)
    if len(left):
        doses = int(block.doses[left].sum())
        result.untold.setdefault(UNLIKE, Tally()).add((block.keys[row] for row in left), len(left), doses)
    keys, doses = [block.keys[row] for row in kept], block.doses[kept]
    result.judged.add(keys, len(keys), int(doses.sum()))
    shown = [{name: column[kept] for name, column in side.by_limit.items()} for side in (was, now)]
    count_limits(result, keys, doses, *shown)


def nutrition_levels(block: NutritionBlock, held: NutritionSet) -> Levels:
    """Limit id -> level of every order by that limit, and by the rule that no high-alert nutrient goes without one."""
    found = Levels({}, np.zeros(len(block), dtype=bool))
    kinds = bag_kinds(block.kind, ready_made=block.ready)
    known = nutrient_names(held) | _nutrients(block)
    bounded: dict[str, Any] = {}
    for row in held.limits:
        for limit in limits_of(row):
            if limit.kind not in kinds or limit.line not in ("", block.line):
                continue
            holds = _holds(limit, block)
            level = _level(limit, block, holds, known, found)
            found.by_limit[row.id] = np.maximum(found.by_limit.get(row.id, level), level)
            if limit.upper_bounds():
                bounded[limit.nutrient] = bounded.get(limit.nutrient, False) | holds
    found.by_limit[NO_LIMIT] = _without_limit(block, bounded, high_alert(held, block.population))
    return found


def _nutrients(block: NutritionBlock) -> frozenset[str]:
    return frozenset(
        name.removesuffix(f" {Basis.PER_DAY}") for name in block.figures if name.endswith(f" {Basis.PER_DAY}")
    )


def _holds(limit: Limit, block: NutritionBlock) -> Any:
    """Which orders the limit's band takes in; a weight on its edge is asked exactly."""
    band, holds = limit.band, np.ones(len(block), dtype=bool)
    if band.populations and block.population not in band.populations:
        return ~holds
    edge = np.zeros(len(block), dtype=bool)
    for bound, inside in ((band.weight_from, np.greater_equal), (band.weight_below, np.less)):
        if bound is not None:
            turn = float(bound.amount_in("kg_bw"))
            holds &= inside(block.weights, turn)
            edge |= np.abs(block.weights - turn) <= NEAR * abs(turn)
    for row in np.flatnonzero(edge).tolist():
        holds[row] = band.holds(block.population, block.weight(row))
    return holds


def _level(limit: Limit, block: NutritionBlock, holds: Any, known: frozenset[str], found: Levels) -> Any:
    level = np.zeros(len(block), dtype=np.int8)
    if not is_figure(limit.figure, known):
        level[holds] = Level.STOP
        return level
    column = block.figures.get(limit.figure)
    if column is None:
        return level
    near = np.zeros(len(block), dtype=bool)
    for name, weight in BOUNDS:
        bound: Quantity | None = getattr(limit, name)
        if bound is not None:
            turn = float(bound.number * bound.unit.factor)
            level[column.values > turn if name.startswith("upper") else column.values < turn] = weight
            near |= np.abs(column.values - turn) <= NEAR * abs(turn)
    if limit.upper_bounds():
        level[column.incomplete & (level == Level.PASS)] = Level.WARN
    level[column.missing] = Level.STOP
    _again(limit, column, np.flatnonzero(near & holds & ~column.missing).tolist(), level, known, found)
    unlike = _unlike(limit, column, len(block)) & holds
    found.unlike |= unlike
    level[~holds | unlike] = Level.PASS
    return level


def _again(
    limit: Limit, column: FigureColumn, rows: Iterable[int], level: Any, known: frozenset[str], found: Levels
) -> None:
    for row in rows:
        figure = column.exact(limit.figure, row)
        try:
            findings = check_row(limit, Figures(found={limit.figure: figure}), known)
        except UnitMismatch:
            continue  # told as unlike
        grades: list[Grade | None] = [finding.grade for finding in findings]
        level[row] = max((LEVEL_OF[grade] for grade in grades), default=Level.PASS)
        found.exactly += 1


def _unlike(limit: Limit, column: FigureColumn, number: int) -> Any:
    """Orders whose figure is of another dimension or substance than a bound: nothing can be compared."""
    unlike = np.zeros(number, dtype=bool)
    bounds = [bound for name, _ in BOUNDS if (bound := getattr(limit, name)) is not None]
    known: dict[tuple[str, str], bool] = {}
    for row, (unit_name, substance, _, _) in column.stored.items():
        key = (unit_name, substance)
        if key not in known:
            known[key] = any(
                bound.unit.dimension is not unit(unit_name).dimension
                or (bound.of is not None and bound.of != substance)
                for bound in bounds
            )
        unlike[row] = known[key]
    return unlike


def _without_limit(block: NutritionBlock, bounded: dict[str, Any], names: Iterable[str]) -> Any:
    level = np.zeros(len(block), dtype=np.int8)
    for name in names:
        column = block.figures.get(f"{name} {Basis.PER_DAY}")
        if column is not None:
            given = column.missing | (~np.isnan(column.values) & (column.values != 0))
            level[given & ~np.asarray(bounded.get(name, np.zeros(len(block), dtype=bool)))] = Level.STOP
    return level


__all__ = ["nutrition_levels", "replay_nutrition"]
