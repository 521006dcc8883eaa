"""A column: many figures of one unit as a NumPy float64 array, for what is computed over thousands of rows at once."""

from typing import Any

from calculations.errors import Fault, UnitMismatch
from calculations.units import Unit, factor_between, unit


class Column:
    """Finite float64 figures of one unit; `of` as on a quantity. The array is not to be written to afterwards."""

    __slots__ = ("_ends", "array", "of", "unit")

    def __init__(self, array: Any, unit_or_name: Unit | str, of: str | None = None) -> None:
        import numpy

        if not isinstance(array, numpy.ndarray) or array.dtype != numpy.float64 or array.ndim != 1 or not len(array):
            raise TypeError("a column is a one-dimensional array of at least one float64")
        measure = unit(unit_or_name) if isinstance(unit_or_name, str) else unit_or_name
        if measure.needs_substance and not of:
            raise UnitMismatch(measure.shown, "international units mean nothing without their drug.", "Name the drug.")
        if not numpy.isfinite(array).all():
            row = int(numpy.flatnonzero(~numpy.isfinite(array))[0])
            raise Fault(f"row {row}", str(array[row]), "a finite number")
        self.array = array
        self.unit = measure
        self.of = of or None
        self._ends: tuple[float, float] | None = None

    @classmethod
    def known(cls, array: Any, measure: Unit, of: str | None, ends: tuple[float, float]) -> "Column":
        """A column whose smallest and largest figure, both finite, are known already."""
        made = object.__new__(cls)
        made.array, made.unit, made.of, made._ends = array, measure, of, ends
        return made

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest figure."""
        if self._ends is None:
            self._ends = float(self.array.min()), float(self.array.max())
        return self._ends

    def __len__(self) -> int:
        return len(self.array)

    def to(self, target: Unit | str) -> "Column":
        """The same figures in another unit of the same dimension."""
        measure = unit(target) if isinstance(target, str) else target
        if measure is self.unit:
            return self
        return Column(self.array * float(factor_between(self.unit, measure)), measure, self.of)
