"""The replay says of a nutrition bag what planning says of its limits, also where a figure lies on a bound."""

import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from calculations.nutrition.bag import Bag
from calculations.nutrition.limits import check_limits
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.totals import Totals, totals_of
from calculations.quantity import Quantity
from compounding.nutrition.judged_on import NutritionJudgedOn, nutrition_judged_on
from compounding.nutrition.planning import bag_of
from compounding.replaying.nutrition_history import NutritionBlock, columns_of
from compounding.replaying.nutrition_replay import nutrition_levels
from compounding.replaying.outcome import LEVEL_OF, NO_LIMIT
from compounding.replaying.projecting import flat_figure
from formulary.nutrition.engine_limits import engine_limits, high_alert, nutrient_names
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import BOUNDS, LimitRow
from formulary.nutrition.packaged import packaged_nutrition
from formulary.nutrition.templates import order_data

WEIGHTS = {
    "preterm_below_1_kg": ("0.7", "0.9"), "preterm_1_to_3_kg": ("1.2", "1.5", "1.499999999999"),
    "term_central": ("3", "3.4"), "infant_central": ("5.5", "6.5"), "child_central": ("18", "10", "29.9"),
    "adult_central": ("62", "48"), "adult_peripheral": ("70",),
}  # fmt: skip
BAGS = [(name, weight) for name, weights in WEIGHTS.items() for weight in weights]
OFF = st.sampled_from([mpq(0), mpq(1, 10**15), mpq(-1, 10**15), mpq(1, 10**9), mpq(-1, 10**7)])
TIMES = st.sampled_from([mpq(1), mpq(1, 2), mpq(9, 10), mpq(2), mpq(10), mpq(1, 10)])


@cache
def bag(template: str, weight: str) -> tuple[Bag, Totals, NutritionJudgedOn]:
    """A bag of a released starting order."""
    held = packaged_nutrition()
    row = next(row for row in held.templates if row.id == template)
    made = bag_of(NutritionOrder.parse(order_data(row, Quantity(weight, "kg_bw"))), held)
    totals = totals_of(made)
    return made, totals, nutrition_judged_on(made, totals)


def block(*judged: NutritionJudgedOn) -> NutritionBlock:
    """The block that some orders of one kind make."""
    weights = [each.weight.amount_in("kg_bw") for each in judged]
    rows = [[SimpleNamespace(**flat_figure(figure)) for figure in each.figures] for each in judged]
    first = judged[0]
    return NutritionBlock(
        first.population, first.kind, first.line, first.ready,
        [(f"order-{index}", 1, 0) for index in range(len(judged))], np.ones(len(judged), dtype=np.int64),
        np.array([float(weight) for weight in weights]), [str(weight) for weight in weights], columns_of(rows),
    )  # fmt: skip


def planned(made: Bag, totals: Totals, held: NutritionSet) -> dict[str, int]:
    """Code of a finding -> the gravest level, by the planner's own function."""
    names, high = nutrient_names(held), high_alert(held, made.order.population)
    levels: dict[str, int] = defaultdict(int)
    for finding in check_limits(made, totals, engine_limits(held), high_alert=high, nutrients=names):
        code = re.sub("^(limit|cannot_assess|unknown_figure)_", "", finding.code)
        code = NO_LIMIT if code.startswith("no_limit_") or code in {name.replace(" ", "_") for name in high} else code
        levels[code] = max(levels[code], LEVEL_OF[finding.grade])
    return levels


def replayed(rows: NutritionBlock, held: NutritionSet) -> dict[str, int]:
    """The same by the replay: figure -> gravest level."""
    found = nutrition_levels(rows, held)
    assert not found.unlike.any()
    figures = {row.id: row.figure.replace(" ", "_") for row in held.limits} | {NO_LIMIT: NO_LIMIT}
    levels: dict[str, int] = defaultdict(int)
    for name, column in found.by_limit.items():
        levels[figures[name]] = max(levels[figures[name]], int(column[0]))
    return {name: level for name, level in levels.items() if level}


def changed(held: NutritionSet, row: LimitRow, **bounds: Any) -> NutritionSet:
    return replace(held, limits=tuple(replace(each, **bounds) if each.id == row.id else each for each in held.limits))


def on_the_figure(totals: Totals, row: LimitRow, off: mpq) -> dict[str, Any]:
    """Bounds on the bag's very figure, or so near it that floating point cannot tell."""
    if row.figure not in totals.figures:
        return {}
    value = totals.figures[row.figure] * (1 + off)
    return {"hard_high": value, "soft_low": value, "absolute": False}


@given(st.sampled_from(BAGS), st.integers(0, 200), st.sampled_from(["times", "out", "figure", "unknown"]), TIMES, OFF)
def test_columns_say_what_the_planner_says_of_a_bag_under_changed_limits(
    chosen: tuple[str, str], index: int, how: str, times: mpq, off: mpq
) -> None:
    made, totals, judged = bag(*chosen)
    held = packaged_nutrition()
    row = held.limits[index % len(held.limits)]
    if how == "times":
        after = changed(held, row, **{name: None if (b := getattr(row, name)) is None else b * times for name in BOUNDS})
    elif how == "figure":
        after = changed(held, row, **on_the_figure(totals, row, off))
    elif how == "unknown":
        after = changed(held, row, figure="sodium per fortnight")
    else:
        after = replace(held, limits=tuple(each for each in held.limits if each.figure != row.figure))
    assert replayed(block(judged), after) == dict(planned(made, totals, after))


def test_a_dose_without_any_bound_from_above_stops_as_in_planning() -> None:
    made, totals, judged = bag("term_central", "3.4")
    held = packaged_nutrition()
    after = replace(held, limits=tuple(row for row in held.limits if not row.figure.startswith("potassium")))
    assert planned(made, totals, after)[NO_LIMIT] == 2
    assert replayed(block(judged), after) == dict(planned(made, totals, after))


def test_a_figure_of_another_substance_is_told_and_not_judged() -> None:
    _, _, judged = bag("term_central", "3.4")
    held = packaged_nutrition()
    row = next(row for row in held.limits if row.figure == "dextrose per kg per day" and row.hard_high is not None)
    assert row.hard_high is not None
    found = nutrition_levels(block(judged), changed(held, row, hard_high=Quantity(row.hard_high.number, row.unit, "starch")))
    assert found.unlike.tolist() == [True]


@pytest.mark.parametrize("weight", ["1.5", "1.499999999999"])
def test_whom_a_limit_is_for_is_told_exactly_at_the_edge_of_a_weight(weight: str) -> None:
    made, totals, judged = bag("preterm_1_to_3_kg", weight)
    held = packaged_nutrition()
    row = next(row for row in held.limits if row.figure == "sodium per kg per day" and "preterm" in row.populations)
    edge = Quantity("1.5", "kg_bw")
    after = changed(held, row, weight_from=edge, hard_high=Quantity("0.01", row.unit), soft_high=None, absolute=False)
    assert replayed(block(judged), after) == dict(planned(made, totals, after))
