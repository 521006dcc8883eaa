"""Running a formula over columns: the same body, on NumPy float64 in blocks that fit the processor's cache.

Figures are within 1e-12 of the largest input. Where a float could decide otherwise than the exact number (a row within
1e-9 of a range's end, of a `choose` or of a rounding tie) the row is computed again exactly, each float taken as the
shortest decimal that reads back as it.
"""

from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from calculations.arithmetic import NEAR, near_rows
from calculations.column import Column
from calculations.declaration import Input, Plan
from calculations.errors import CannotCompute, UnitMismatch
from calculations.number import exact
from calculations.quantity import Quantity

if TYPE_CHECKING:
    from calculations.formula import Formula

BLOCK = 16384
"""Rows per block."""

Given = dict[str, Column | Quantity]


def run(formula: "Formula", given: Given) -> Column:
    """The formula over columns of equal length; a quantity among the inputs holds for every row.

    Refuses as a call does; a refusal of a range names the first row. List inputs are not taken.
    """
    import numpy  # loaded only where columns are used

    if set(given) != set(formula.names) or any(item.many for item in formula.plans[0].inputs):
        raise TypeError(f"{formula.id} takes columns for {', '.join(formula.names)}, no lists")
    plan = formula.plans[0] if formula.chooser is None else formula.plan_for(given[formula.chooser])
    rows = _length(given)
    tag = _substance(formula, plan, given)
    for item in plan.inputs:
        _check_range(item, given[item.name])
    result = numpy.empty(rows)
    noted: list[Any] = []
    token = near_rows.set(noted)
    try:
        with numpy.errstate(all="ignore"):
            ends = _run_blocks(formula, plan, given, result, noted)
    finally:
        near_rows.reset(token)
    if not numpy.isfinite(ends).all():
        row = int(numpy.flatnonzero(~numpy.isfinite(result))[0])
        raise CannotCompute("not_finite", f"{formula.statement}, row {row}", "the figure is not finite.")
    return Column.known(result, plan.gives, tag, ends)


def _run_blocks(formula: "Formula", plan: Plan, given: Given, result: Any, noted: list[Any]) -> tuple[float, float]:
    """Fill `result` block by block; gives its smallest and largest figure (NaN if any figure is)."""
    import numpy

    body, constants = formula.body, [float(number) for number in plan.bare_constants]
    sources = [_source(item, given[item.name]) for item in plan.inputs]
    lowest, highest = [], []
    for start in range(0, len(result), BLOCK):
        stop = start + BLOCK
        block = [
            figures if factor is None else figures[start:stop] if factor == 1 else figures[start:stop] * factor
            for figures, factor in sources
        ]
        part = result[start:stop]
        part[:] = body(*block, *constants)
        if noted:
            for row in numpy.flatnonzero(numpy.logical_or.reduce(noted)):
                part[row] = float(formula.compute(plan, _exact_row(plan, given, start + int(row))))
            noted.clear()
        lowest.append(numpy.minimum.reduce(part))
        highest.append(numpy.maximum.reduce(part))
    return float(numpy.min(lowest)), float(numpy.max(highest))


def _source(item: Input, value: Column | Quantity) -> tuple[Any, float | None]:
    """The figures with their conversion factor; for a quantity its number with no factor."""
    if isinstance(value, Quantity):
        return float(item.number(value)), None
    return value.array, float(item.factor(value.unit))


def _check_range(item: Input, value: Column | Quantity) -> None:
    """Refuse a column that leaves the valid range, by the exact numbers of the rows near its ends."""
    if isinstance(value, Quantity):
        item.number(value)
        return
    import numpy

    exact_factor = item.factor(value.unit)
    factor, suspects = float(exact_factor), []
    lowest, highest = value.ends
    if item.range.low is not None:
        low = float(item.range.low) + NEAR * abs(float(item.range.low))
        if lowest * factor < low or (item.range.low_open and lowest * factor <= low):
            suspects.append(value.array * factor <= low)
    if item.range.high is not None:
        high = float(item.range.high) - NEAR * abs(float(item.range.high))
        if highest * factor > high:
            suspects.append(value.array * factor > high)
    for mask in suspects:
        for row in numpy.flatnonzero(mask):
            if not item.range.holds(_read_back(value.array[row]) * exact_factor):
                raise item.refusal(f"row {row}: {value.array[row]} {value.unit.shown}")


def _exact_row(plan: Plan, given: Given, row: int) -> list[mpq]:
    return [
        item.number(value)
        if isinstance(value := given[item.name], Quantity)
        else _read_back(value.array[row]) * item.factor(value.unit)
        for item in plan.inputs
    ]


def _read_back(figure: Any) -> mpq:
    """A float as the shortest decimal that reads back as it: what somebody once typed."""
    import numpy

    return exact(numpy.format_float_positional(figure, unique=True, trim="-"))


def _length(given: Given) -> int:
    lengths = {len(value) for value in given.values() if isinstance(value, Column)}
    if len(lengths) != 1:
        raise ValueError(f"columns of one length are needed, found {sorted(lengths) or 'none'}")
    return lengths.pop()


def _substance(formula: "Formula", plan: Plan, given: Given) -> str | None:
    if formula.told["substances"] != "one":
        return None
    tags = {given[item.name].of for item in plan.inputs if item.carries}
    if len(tags) > 1:
        raise UnitMismatch(formula.statement, f"unlike substances: {', '.join(sorted(t or 'unnamed' for t in tags))}.")
    return tags.pop() if tags and plan.gives.dimension.carries_substance else None
