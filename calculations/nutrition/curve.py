"""A calcium-phosphate curve: the products and conditions that it was measured for, and its points.

No equation holds for all solutions; only a published curve of the very products does. Between two points the limit is
read on the safe side: on the straight line between them or, where the curve bends, on the lower of the two that
the neighbouring points allow. Outside its range a curve says nothing. No points stand in this program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gmpy2 import mpq

from calculations.errors import Fault, Faults
from calculations.number import Exactable, exact
from calculations.quantity import Quantity
from calculations.units import unit

Point = tuple[Quantity, Quantity]
"""Calcium in mEq/L and the phosphate, mmol/L, up to which the solution stayed clear."""

_CALCIUM, _PHOSPHATE, _PERCENT = unit("mEq/L"), unit("mmol/L"), unit("%")


@dataclass(frozen=True, slots=True)
class Stage:
    """A time at a temperature."""

    celsius: Exactable
    hours: Quantity
    """h."""

    @property
    def degrees(self) -> mpq:
        """°C, exact."""
        return exact(self.celsius)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve as released. Raises `Faults` for points that are not in order or units that do not fit."""

    id: str
    amino_acid_product: str
    """Id of the amino acid product it was measured with."""
    amino_acids: tuple[Quantity, Quantity]
    """Lowest and highest final concentration, %."""
    dextrose: tuple[Quantity, Quantity]
    cysteine: bool
    """Whether the solutions held cysteine."""
    calcium_product: str
    """Id of the calcium salt."""
    phosphate_products: tuple[str, ...]
    """Ids of the phosphate salts it covers."""
    stages: tuple[Stage, ...]
    """How long it was observed, at which temperature."""
    points: tuple[Point, ...]
    """Rising calcium, falling phosphate; at least two."""
    source: str
    with_lipid: bool = False
    """Whether it was measured with lipid in the bag; a curve without says nothing about a 3-in-1 bag."""
    fictional: bool = False
    """Only for the demonstration hospital."""

    def __post_init__(self) -> None:
        faults = _faults(self)
        if faults:
            raise Faults(faults)

    def limit_at(self, calcium: Quantity) -> Quantity | None:
        """The phosphate (mmol/L) that this calcium (mEq/L) allows; None outside the points."""
        found = _read(self._numbers, calcium.amount_in(_CALCIUM))
        return None if found is None else Quantity(found, _PHOSPHATE, "phosphate")

    def polyline(self) -> tuple[Point, ...]:
        """The limit as drawn: its points and, where it bends between two, the corner that is read."""
        return polyline(self.points)

    def holds_for(self, amino_acids: Quantity, dextrose: Quantity) -> bool:
        """Whether both concentrations lie in the range that was measured."""
        return (
            self.amino_acids[0] <= amino_acids <= self.amino_acids[1]
            and self.dextrose[0] <= dextrose <= self.dextrose[1]
        )

    @property
    def _numbers(self) -> list[tuple[mpq, mpq]]:
        return _numbers(self.points)


def polyline(points: Sequence[Point]) -> tuple[Point, ...]:
    """The line through two or more points of rising calcium and falling phosphate, as it is read and drawn."""
    return tuple(
        (Quantity(ca, _CALCIUM, "calcium"), Quantity(phosphate, _PHOSPHATE, "phosphate"))
        for ca, phosphate in _corners(_numbers(points))
    )


def _numbers(points: Sequence[Point]) -> list[tuple[mpq, mpq]]:
    return [(ca.amount_in(_CALCIUM), phosphate.amount_in(_PHOSPHATE)) for ca, phosphate in points]


def storage_covered(curve: Curve, hang: Stage, storage: Stage) -> Quantity | None:
    """The hours of storage that the curve covers together with the hang time, at most `storage.hours`.

    Each planned hour must have been observed at the same or a higher temperature. None: not even the hang time is.
    """
    hours = None
    for stage in (hang, storage):
        seen = sum((s.hours.amount_in("h") for s in curve.stages if s.degrees >= stage.degrees), mpq(0))
        needed = hang.hours.amount_in("h") if hang.degrees >= stage.degrees else mpq(0)
        if needed > seen:
            return None
        if storage.degrees >= stage.degrees:
            left = seen - needed
            hours = left if hours is None else min(hours, left)
    planned = storage.hours.amount_in("h")
    return Quantity(planned if hours is None else min(planned, hours), "h")


def _read(points: Sequence[tuple[mpq, mpq]], calcium: mpq) -> mpq | None:
    if not points[0][0] <= calcium <= points[-1][0]:
        return None
    own = next((phosphate for ca, phosphate in points if ca == calcium), None)
    if own is not None:
        return own
    return _between(points, next(i for i in range(len(points) - 1) if calcium < points[i + 1][0]), calcium)


def _between(points: Sequence[tuple[mpq, mpq]], place: int, calcium: mpq) -> mpq:
    """The limit between the point at `place` and the next, on the safe side."""
    chord = _on_line(points[place], points[place + 1], calcium)
    return min(chord, max(_drawn_on(points, place, calcium), points[place + 1][1]))


def _drawn_on(points: Sequence[tuple[mpq, mpq]], place: int, calcium: mpq) -> mpq:
    """The higher of the neighbouring lines drawn on: a curve that sags between its points never lies below it."""
    drawn = [_on_line(points[i], points[i + 1], calcium) for i in (place - 1, place + 1) if 0 <= i < len(points) - 1]
    return max(drawn) if drawn else points[place + 1][1]


def _on_line(left: tuple[mpq, mpq], right: tuple[mpq, mpq], calcium: mpq) -> mpq:
    return left[1] + (right[1] - left[1]) * (calcium - left[0]) / (right[0] - left[0])


def _corners(points: Sequence[tuple[mpq, mpq]]) -> list[tuple[mpq, mpq]]:
    """The points and, between two of them, where the lines that are read begin, cross and end."""
    found = [points[0]]
    for place in range(len(points) - 1):
        left, right = points[place], points[place + 1]
        lines = [(left, right), ((left[0], right[1]), right)]
        lines += [(points[i], points[i + 1]) for i in (place - 1, place + 1) if 0 <= i < len(points) - 1]
        crossings = {x for i, a in enumerate(lines) for b in lines[i + 1 :] if (x := _crossing(a, b)) is not None}
        inside = sorted({left[0], right[0], *(x for x in crossings if left[0] < x < right[0])})
        found += [*((x, _between(points, place, x)) for x in inside), right]
    return [point for before, point in zip([None, *found], found, strict=False) if point != before]


def _crossing(a: tuple[tuple[mpq, mpq], ...], b: tuple[tuple[mpq, mpq], ...]) -> mpq | None:
    slope_a, slope_b = ((right[1] - left[1]) / (right[0] - left[0]) for left, right in (a, b))
    if slope_a == slope_b:
        return None
    return (b[0][1] - slope_b * b[0][0] - a[0][1] + slope_a * a[0][0]) / (slope_a - slope_b)


def _faults(curve: Curve) -> list[Fault]:
    place = f"curve {curve.id}"
    faults = []
    wrong = [str(q) for point in curve.points for q, u in zip(point, (_CALCIUM, _PHOSPHATE), strict=True)
             if q.unit.dimension is not u.dimension or q.number < 0]  # fmt: skip
    ranges = (*curve.amino_acids, *curve.dextrose)
    if wrong:
        return [Fault(place, ", ".join(wrong), "calcium in mEq/L and phosphate in mmol/L")]
    if any(q.unit.dimension is not _PERCENT.dimension for q in ranges):
        return [Fault(place, ", ".join(map(str, ranges)), "amino acids and dextrose in %")]
    points = curve._numbers
    if len(points) < 2:
        faults.append(Fault(place, f"{len(points)} points", "two or more points"))
    for before, after in pairwise(points):
        if after[0] <= before[0] or after[1] > before[1]:
            faults.append(
                Fault(place, f"{after[0]} mEq/L, {after[1]} mmol/L", "rising calcium with phosphate not rising")
            )
    if not curve.stages or not curve.source.strip():
        faults.append(Fault(place, "no time or no source", "hours, temperature and source"))
    return faults
