"""Figures over many orders at once: declared formulas on NumPy columns, block by block while the block is in the cache.

Units are settled once, when the sheet is made. Ranges are looked at block by block; a row that a float could judge
otherwise than the exact number (within 1e-9 of a range's end, of a `choose` or of a rounding tie) is worked out again
exactly, each float taken as the shortest decimal that reads back as it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from calculations.arithmetic import NEAR, near_rows
from calculations.column import Column
from calculations.declaration import Input, Plan
from calculations.errors import CannotCompute, OutOfRange
from calculations.formula import Formula
from calculations.number import exact
from calculations.quantity import Quantity, trusted
from calculations.recorder import Step, running
from calculations.units import Unit, unit

BLOCK = 1024
"""Rows per block."""

Source: TypeAlias = "str | Quantity | tuple[str | Quantity, ...]"
"""Where an input comes from: a column or an earlier cell by its name, a quantity for every row, or a list of these."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: a formula and where each of its inputs comes from."""

    formula: Formula
    inputs: Mapping[str, Source]


@dataclass(slots=True)
class _Ready:
    """A cell with everything settled that does not depend on the row."""

    name: str
    formula: Formula
    plan: Plan
    inputs: tuple[tuple[str, Source], ...]
    parts: list[tuple[bool, list[tuple[str, Any, Any, bool]]]]
    """For each input whether it is a list, and its parts: (name, exact factor, float factor, whether that is 1), or
    ("", exact number, float number, False)."""
    constants: list[float]
    checks: list[tuple[str, Input, Any, Any, Any]] = field(default_factory=list)
    """(name, input, exact factor, low end, high end) of the parts whose range is looked at; ends in the part's unit."""


class Sheet:
    """A fixed set of figures, worked out for as many rows as there are. Units are checked when it is made."""

    def __init__(self, columns: Mapping[str, str], cells: Mapping[str, Cell]) -> None:
        self.units: dict[str, Unit] = {name: unit(shown) for name, shown in columns.items()}
        self.columns = tuple(columns)
        self._cells: list[_Ready] = []
        checked: set[tuple[str, str]] = set()
        for name, cell in cells.items():
            self._cells.append(self._ready(name, cell, checked))
            self.units[name] = self._cells[-1].plan.gives

    def work(self, given: Mapping[str, Quantity]) -> dict[str, Quantity]:
        """All figures of one order, exactly: units and ranges of what is given are checked, and each figure's range.

        Inside `recording()` every figure leaves its derivation, as a call of its formula would. Raises `UnitMismatch`
        or `OutOfRange` as formulas do.
        """
        known = {
            name: trusted(given[name].amount_in(self.units[name]), self.units[name], None) for name in self.columns
        }
        found = self._figures({name: quantity.number for name, quantity in known.items()})
        recorder = running.get()
        if recorder is not None:
            known.update(found)
            for cell in self._cells:
                told = cell.formula
                taken = {label: _taken(known, source) for label, source in cell.inputs}
                recorder.steps.append(Step(told.id, told.version, told.statement, taken, found[cell.name]))
        return found

    def run(self, given: Mapping[str, Column]) -> dict[str, Column]:
        """All figures for all rows. Raises `OutOfRange` naming the first row that a formula does not allow."""
        import numpy

        arrays = {name: given[name].to(self.units[name]).array for name in self.columns}
        rows = len(next(iter(arrays.values())))
        if any(len(array) != rows for array in arrays.values()):
            raise ValueError("columns of one length are needed")
        results = {cell.name: numpy.empty(rows) for cell in self._cells}
        noted: list[Any] = []
        token = near_rows.set(noted)
        try:
            with numpy.errstate(all="ignore"):
                for start in range(0, rows, BLOCK):
                    self._block(arrays, results, start, noted)
        finally:
            near_rows.reset(token)
        return {name: Column(array, self.units[name]) for name, array in results.items()}

    def exact_row(self, given: Mapping[str, Column], row: int) -> dict[str, Quantity]:
        """All figures of one row, exactly."""
        arrays = {name: given[name].to(self.units[name]).array for name in self.columns}
        return self._exact(arrays, row)

    def _ready(self, name: str, cell: Cell, checked: set[tuple[str, str]]) -> _Ready:
        formula = cell.formula
        if set(cell.inputs) != set(formula.names):
            raise TypeError(f"{formula.id} takes {', '.join(formula.names)}")
        plan = (
            formula.plans[0] if formula.chooser is None else formula.plan_for(self._like(cell.inputs[formula.chooser]))
        )
        constants = [float(number) for number in plan.bare_constants]
        ready = _Ready(name, formula, plan, tuple(cell.inputs.items()), [], constants)
        for item in plan.inputs:
            source = cell.inputs[item.name]
            parts = source if isinstance(source, tuple) else (source,)
            ready.parts.append((item.many, [self._part(item, part) for part in parts]))
            for part in parts:
                if isinstance(part, str) and (part, item.range.words(item.unit)) not in checked:
                    checked.add((part, item.range.words(item.unit)))
                    factor = item.factor(self.units[part])
                    low, high = (None if end is None else end / factor for end in (item.range.low, item.range.high))
                    ready.checks.append((part, item, factor, low, high))
        return ready

    def _like(self, source: Source) -> Any:
        """Something with the unit of a source, for the formula to choose its plan by."""
        first = source[0] if isinstance(source, tuple) else source
        return first if isinstance(first, Quantity) else trusted(exact(1), self.units[first], None)

    def _part(self, item: Input, part: str | Quantity) -> tuple[str, Any, Any, bool]:
        if isinstance(part, Quantity):
            number = item.number(part)
            return "", number, float(number), False
        factor = item.factor(self.units[part])
        return part, factor, float(factor), factor == 1

    def _block(self, arrays: Mapping[str, Any], results: Mapping[str, Any], start: int, noted: list[Any]) -> None:
        stop = start + BLOCK
        values = {name: array[start:stop] for name, array in arrays.items()}
        suspects: set[int] = set()
        for cell in self._cells:
            for name, item, factor, _, _ in cell.checks:
                suspects.update(_near_range(values[name], item, float(factor)))
            figures = [
                tuple(_value(values, part) for part in parts) if many else _value(values, parts[0])
                for many, parts in cell.parts
            ]
            out = results[cell.name][start:stop]
            out[:] = cell.formula.body(*figures, *cell.constants)
            values[cell.name] = out
        for mask in noted:
            suspects.update(int(row) for row in mask.nonzero()[0])
        noted.clear()
        for row in sorted(suspects):
            for name, quantity in self._exact(arrays, start + row).items():
                results[name][start + row] = float(quantity.number)

    def _exact(self, arrays: Mapping[str, Any], row: int) -> dict[str, Quantity]:
        try:
            return self._figures({name: _read_back(array[row]) for name, array in arrays.items()})
        except CannotCompute as refusal:
            raise OutOfRange(f"row {row}, {refusal.what}", refusal.why) from refusal

    def _figures(self, numbers: dict[str, Any]) -> dict[str, Quantity]:
        """The figures from exact numbers in the columns' units."""
        found = {}
        for cell in self._cells:
            for name, item, _, low, high in cell.checks:
                number = numbers[name]
                if (low is not None and number <= low) or (high is not None and number >= high):
                    item.number(trusted(number, self.units[name], None))  # refuses what is outside
            figures = [
                tuple([_exact_part(numbers, part) for part in parts]) if many else _exact_part(numbers, parts[0])
                for many, parts in cell.parts
            ]
            number = numbers[cell.name] = cell.formula.compute(cell.plan, figures)
            found[cell.name] = trusted(number, cell.plan.gives, None)
        return found


def _taken(known: Mapping[str, Quantity], source: Source) -> Quantity | tuple[Quantity, ...]:
    if isinstance(source, str):
        return known[source]
    if isinstance(source, Quantity):
        return source
    return tuple([known[part] if isinstance(part, str) else part for part in source])


def _exact_part(numbers: Mapping[str, Any], part: tuple[str, Any, Any, bool]) -> Any:
    name, factor, _, same = part
    if not name:
        return factor
    return numbers[name] if same else numbers[name] * factor


def _value(values: Mapping[str, Any], part: tuple[str, Any, Any, bool]) -> Any:
    name, _, factor, same = part
    if not name:
        return factor
    return values[name] if same else values[name] * factor


def _near_range(block: Any, item: Input, factor: float) -> list[int]:
    """Rows of the block that a range's end might refuse; NaN counts as one."""
    low, high = item.range.low, item.range.high
    found = []
    if low is not None:
        edge = float(low) + NEAR * abs(float(low))
        if not block.min() * factor > edge:
            found += [
                int(row)
                for row in (~(block * factor > edge)).nonzero()[0]
                if low or item.range.low_open or block[row] < 0
            ]
    if high is not None:
        edge = float(high) - NEAR * abs(float(high))
        if not block.max() * factor < edge:
            found += [int(row) for row in (~(block * factor < edge)).nonzero()[0]]
    return found


def _read_back(figure: Any) -> Any:
    """A float as the shortest decimal that reads back as it: what somebody once typed."""
    import numpy

    return exact(numpy.format_float_positional(figure, unique=True, trim="-"))
