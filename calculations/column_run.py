"""Running a formula over columns: the same body, on NumPy float64 in blocks that fit the processor's cache.

Figures are within 1e-12 of the largest input. Where a float could decide otherwise than the exact number (a row within
1e-9 of a range's end, of a `choose` or of a rounding tie) the row is computed again exactly, each float taken as the
shortest decimal that reads back as it.
"""

from typing import TYPE_CHECKING, Any

import numpy
from gmpy2 import mpq

from calculations.arithmetic import NEAR, near_rows
from calculations.column import Column
from calculations.declaration import Input, Plan
from calculations.errors import CannotCompute, UnitMismatch
from calculations.number import exact
from calculations.quantity import Quantity

if TYPE_CHECKING:
    from calculations.formula import Formula

BLOCK = 4096
"""Rows per block."""


def run(formula: "Formula", given: dict[str, Column | Quantity]) -> Column:
    """The formula over columns of equal length; a quantity among the inputs holds for every row.

    Refuses as a call does; a refusal of a range names the first row. List inputs are not taken.
    """
    if set(given) != set(formula.names) or any(item.many for item in formula.plans[0].inputs):
        raise TypeError(f"{formula.id} takes columns for {', '.join(formula.names)}, no lists")
    plan = formula.plans[0] if formula.chooser is None else formula.plan_for(given[formula.chooser])
    rows = _length(given)
    tag = _substance(formula, plan, given)
    factors = [item.factor(given[item.name].unit) for item in plan.inputs]
    constants = [float(number) for number in plan.bare_constants]
    result = numpy.empty(rows)
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        block = [
            _figures(item, given[item.name], factor, start, stop)
            for item, factor in zip(plan.inputs, factors, strict=True)
        ]
        token = near_rows.set([])
        try:
            with numpy.errstate(all="ignore"):
                result[start:stop] = formula.body(*block, *constants)
            noted = near_rows.get()
        finally:
            near_rows.reset(token)
        for row in _rows(noted, stop - start):
            result[start + row] = float(formula.compute(plan, _exact_row(plan, given, factors, start + row)))
    if not numpy.isfinite(result).all():
        row = int(numpy.flatnonzero(~numpy.isfinite(result))[0])
        raise CannotCompute("not_finite", f"{formula.statement}, row {row}", "the figure is not finite.")
    return Column(result, plan.gives, tag)


def _figures(item: Input, value: Column | Quantity, factor: mpq, start: int, stop: int) -> Any:
    """One input for one block, converted and within its valid range."""
    if isinstance(value, Quantity):
        return float(item.number(value))
    figures = value.array[start:stop]
    if factor != 1:
        figures = figures * float(factor)
    low, high = item.range.low, item.range.high
    if low is not None:
        lowest = float(low) + NEAR * abs(float(low))
        if (figures.min() <= lowest) if item.range.low_open else (figures.min() < lowest):
            _check_rows(item, value, factor, start, figures <= lowest)
    if high is not None:
        highest = float(high) - NEAR * abs(float(high))
        if figures.max() > highest:
            _check_rows(item, value, factor, start, figures > highest)
    return figures


def _check_rows(item: Input, value: Column, factor: mpq, start: int, suspects: Any) -> None:
    for row in numpy.flatnonzero(suspects):
        figure = value.array[start + row]
        if not item.range.holds(_read_back(figure) * factor):
            raise item.refusal(f"row {start + row}: {figure} {value.unit.shown}")


def _exact_row(plan: Plan, given: dict[str, Any], factors: list[mpq], row: int) -> list[mpq]:
    return [
        item.number(value) if isinstance(value := given[item.name], Quantity) else _read_back(value.array[row]) * factor
        for item, factor in zip(plan.inputs, factors, strict=True)
    ]


def _read_back(figure: Any) -> mpq:
    """A float as the shortest decimal that reads back as it: what somebody once typed."""
    return exact(f"{numpy.format_float_positional(figure, unique=True, trim='-')}")


def _rows(noted: list[Any] | None, count: int) -> Any:
    if not noted:
        return ()
    return numpy.flatnonzero(numpy.logical_or.reduce([numpy.broadcast_to(mask, count) for mask in noted]))


def _length(given: dict[str, Column | Quantity]) -> int:
    lengths = {len(value) for value in given.values() if isinstance(value, Column)}
    if len(lengths) != 1:
        raise ValueError(f"columns of one length are needed, found {sorted(lengths) or 'none'}")
    return lengths.pop()


def _substance(formula: "Formula", plan: Plan, given: dict[str, Column | Quantity]) -> str | None:
    if formula.told["substances"] != "one":
        return None
    tags = {given[item.name].of for item in plan.inputs if item.carries}
    if len(tags) > 1:
        raise UnitMismatch(formula.statement, f"unlike substances: {', '.join(sorted(t or 'unnamed' for t in tags))}.")
    return tags.pop() if tags and plan.gives.dimension.carries_substance else None
