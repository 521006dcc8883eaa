"""The plot of one calcium-phosphate curve: geometry and words; places are floats, the words come from exact figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from calculations.nutrition.curve import polyline
from calculations.printing import show_number
from calculations.quantity import Quantity

LEFT, RIGHT, CEILING, FLOOR = 56.0, 400.0, 26.0, 226.0
STEPS = 4
"""Marks on each axis."""

Pairs = Sequence[tuple[Quantity, Quantity]]
"""Calcium in mEq/L and phosphate in mmol/L."""


@dataclass(frozen=True)
class CurvePlot:
    """Phosphate to the right, calcium upwards, 430 × 262."""

    line: str
    over: str
    """Where a bag may precipitate."""
    points: tuple[tuple[float, float], ...]
    x_marks: tuple[tuple[float, str], ...]
    y_marks: tuple[tuple[float, str], ...]
    says: str


def curve_plot(points: Pairs, line: Pairs = ()) -> CurvePlot | None:
    """The points and, where they make a curve, the line as it is read. None without any point."""
    if not points:
        return None
    most_x = _end(max(float(phosphate.amount_in("mmol/L")) for _, phosphate in points))
    most_y = _end(max(float(calcium.amount_in("mEq/L")) for calcium, _ in points))

    def place(pair: tuple[Quantity, Quantity]) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * float(pair[1].amount_in("mmol/L")) / most_x
        y = FLOOR - (FLOOR - CEILING) * float(pair[0].amount_in("mEq/L")) / most_y
        return round(x, 1), round(y, 1)

    drawn = [place(pair) for pair in line]
    path = "M" + "L".join(f"{x} {y}" for x, y in drawn) if drawn else ""
    over = f"{path}V{CEILING}H{RIGHT}V{drawn[0][1]}z" if drawn else ""
    marks = range(1, STEPS + 1)
    return CurvePlot(
        line=path,
        over=over,
        points=tuple(place(pair) for pair in points),
        x_marks=tuple((round(LEFT + (RIGHT - LEFT) * n / STEPS, 1), f"{most_x * n / STEPS:g}") for n in marks),
        y_marks=tuple((round(FLOOR - (FLOOR - CEILING) * n / STEPS, 1), f"{most_y * n / STEPS:g}") for n in marks),
        says="Calcium against phosphate. " + "; ".join(_words(pair) for pair in points),
    )


def curve_line(points: Pairs) -> Pairs:
    """The line as it is read between the points; none while they make no curve."""
    if len(points) < 2 or out_of_order(points):
        return ()
    return polyline(points)


def out_of_order(points: Pairs) -> bool:
    """Whether the calcium does not rise, or the phosphate rises: no curve can be read from that."""
    return any(after[0] <= before[0] or after[1] > before[1] for before, after in pairwise(points))


def _words(pair: tuple[Quantity, Quantity]) -> str:
    calcium, phosphate = pair[0].amount_in("mEq/L"), pair[1].amount_in("mmol/L")
    return f"{show_number(calcium)} mEq/L with {show_number(phosphate)} mmol/L"


def _end(most: float) -> float:
    """The next length of an axis that divides plainly."""
    for end in (1, 2, 4, 8, 12, 20, 40, 60, 80, 100, 120, 160, 200, 400):
        if most <= end:
            return float(end)
    return most
