"""Pictures drawn from numbers: syringe, limit bar, usual range.

Only geometry and words; the macros put them on the page. Volumes come in exactly (text, int, mpq or a
Quantity in mL), so that the words under a syringe never come from a rounded number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from calculations.number import exact
from calculations.printing import show_number

SYRINGE_X0 = 74
"""Where 0 mL stands in the picture."""

MOST_NUMERALS = 12


@dataclass(frozen=True)
class SyringeDrawing:
    """All that ``macros/syringe.html`` needs; lengths in the picture's own units."""

    width: int
    glass_width: int
    flange_x: int
    edge: float
    """x of the plunger's edge, where the volume is read."""
    liquid_width: float
    rod_from: float
    rib_1: float
    rib_2: float
    small_lines: tuple[float, ...]
    long_lines: tuple[float, ...]
    numerals: tuple[tuple[float, str], ...]
    volume_text: str
    flag_x: float
    flag_width: float
    flag_text_x: float
    arrow_from: float
    hint: str
    """Where the edge stands in words, e.g. ``3 small lines past 4``."""
    hint_x: float
    hint_anchor: str
    bracket_from: float | None
    says: str
    """The picture in one sentence, for those who hear it."""


def exact_ml(value: Any) -> mpq:
    """A volume in mL, exactly. Raises TypeError for float, ValueError for text that is no number."""
    return value.amount_in("mL") if hasattr(value, "amount_in") else exact(value)


def lines_between_numerals(capacity: mpq, line: mpq) -> int:
    """How many small lines make one numbered line: as printed on common syringes, at most twelve numbers."""
    for count in (5, 10, 20, 50, 100):
        if capacity / (line * count) <= MOST_NUMERALS:
            return count
    raise ValueError(f"a {show_number(capacity)} mL syringe with lines of {show_number(line)} mL cannot be drawn")


def place_in_words(volume: mpq, line: mpq, per_numeral: int) -> tuple[str, mpq]:
    """``3 small lines past 4`` and the numeral it starts from (4). Between two lines is said so, never rounded."""
    numbered = line * per_numeral
    numeral = (volume // numbered) * numbered
    lines = (volume - numeral) / line
    name = show_number(numeral)
    if lines == 0:
        return f"on the line {name}", numeral
    if lines.denominator == 1:
        return f"{lines} small line{'' if lines == 1 else 's'} past {name}", numeral
    below = int(lines)
    return f"between {below} and {below + 1} small lines past {name}", numeral


def syringe_drawing(capacity: Any, line: Any, volume: Any, small: bool = False) -> SyringeDrawing:
    """Draw a syringe of ``capacity`` mL, one small line being ``line`` mL, filled to ``volume`` mL.

    Raises ValueError where the volume is negative or does not fit: such a syringe cannot be held in a hand either.
    """
    cap, step, vol = exact_ml(capacity), exact_ml(line), exact_ml(volume)
    if not 0 < step <= cap or not 0 <= vol <= cap:
        raise ValueError(
            f"{show_number(vol)} mL cannot be drawn in a {show_number(cap)} mL syringe with lines of {show_number(step)} mL"
        )
    length = 640 if small else 440
    per_numeral = lines_between_numerals(cap, step)

    def x_of(ml: mpq) -> float:
        return round(float(SYRINGE_X0 + length * ml / cap), 2)

    edge = x_of(vol)
    small_lines, long_lines, numerals = _marks(cap, step, per_numeral, x_of, edge)
    hint, numeral = place_in_words(vol, step, per_numeral)
    text = f"{show_number(vol)} mL"
    flag = max(76.0, 14.0 * len(text) + 32)
    flag_x = min(max(0.0, edge - flag / 2), 600 - flag)
    hint_x, hint_anchor, bracket = _under(hint, edge, x_of(numeral), numeral == vol)
    return SyringeDrawing(
        width=800 if small else 600, glass_width=length + 42, flange_x=length + 108,
        edge=edge, liquid_width=round(edge - 68, 2), rod_from=round(edge + 20, 2),
        rib_1=round(edge + 11, 2), rib_2=round(edge + 22, 2),
        small_lines=small_lines, long_lines=long_lines, numerals=numerals, volume_text=text,
        flag_x=round(flag_x, 2), flag_width=round(flag, 2), flag_text_x=round(flag_x + flag / 2, 2),
        arrow_from=round(edge - 11, 2), hint=hint,
        hint_x=hint_x, hint_anchor=hint_anchor, bracket_from=bracket,
        says=f"{show_number(cap)} mL syringe, one small line is {show_number(step)} mL, plunger edge at {text}, {hint}",
    )  # fmt: skip


def _under(hint: str, edge: float, numeral_x: float, on_numeral: bool) -> tuple[float, str, float | None]:
    """Where the words stand: right of the edge, else left of the number, else in the middle without a bracket."""
    width = 12.6 * len(hint)
    bracket = None if on_numeral else numeral_x
    if edge + 16 + width < 598:
        return round(edge + 16, 2), "start", bracket
    if numeral_x - 12 > width:
        return round(numeral_x - 12, 2), "end", bracket
    return 300, "middle", None


def _marks(
    cap: mpq, step: mpq, per_numeral: int, x_of: Callable[[mpq], float], edge: float
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[tuple[float, str], ...]]:
    """Small lines, numbered lines and numbers, without those that the plunger's rubber hides."""
    small: list[float] = []
    long: list[float] = []
    numerals: list[tuple[float, str]] = []
    for count in range(int(cap / step) + 1):
        ml = step * count
        x = x_of(ml)
        hidden = edge < x < edge + 34
        if count % per_numeral:
            if not hidden:
                small.append(x)
            continue
        text = show_number(ml)
        if not hidden:
            long.append(x)
        if count and not (x + 7.5 * len(text) > edge and x - 7.5 * len(text) < edge + 34):
            numerals.append((x, text))
    return tuple(small), tuple(long), tuple(numerals)


@dataclass(frozen=True)
class BarText:
    """One word under a bar."""

    x: float
    anchor: str
    kind: str
    text: str


@dataclass(frozen=True)
class BarDrawing:
    """Where a figure stands against its limits, on a bar 760 wide."""

    band_from: float
    band_width: float
    over: tuple[tuple[float, float], ...]
    limits: tuple[float, ...]
    figure_x: float
    texts: tuple[BarText, ...]
    says: str


def limit_bar(
    figure: Any, figure_text: str, *, low: Any = None, low_text: str = "", high: Any = None, high_text: str = ""
) -> BarDrawing:
    """A bar from 0: the allowed band, what lies outside it, and the figure. Numbers in one common unit.

    The picture only shows what the words beside it say, so floats are good enough here. Raises ValueError without a limit.
    """
    if low is None and high is None:
        raise ValueError("a limit bar needs a limit")
    value = float(figure)
    bounds = [float(b) for b in (low, high) if b is not None]
    end = max(max(bounds) * 4 / 3, value * 1.1, 1e-12)

    def x_of(number: float) -> float:
        return round(max(0.0, 760 * number / end), 1)

    start = x_of(float(low)) if low is not None else 0.0
    stop = x_of(float(high)) if high is not None else 760.0
    over = tuple((a, round(b - a, 1)) for a, b in ((0.0, start), (stop, 760.0)) if b > a)
    named = [(x_of(float(n)), t) for n, t in ((low, low_text), (high, high_text)) if n is not None]
    at = min(max(x_of(value), 9.0), 751.0)
    texts = [BarText(0, "start", "pic__quiet", "0")] if not any(x < 60 for x, _ in named) and at > 60 else []
    for x, text in named:
        near = abs(x - at) < 80
        texts.append(BarText(x, ("end" if x <= at else "start") if near else "middle", "pic__stop-text", text))
    close = any(abs(x - at) < 80 for x, _ in named)
    right = all(at >= x for x, _ in named if abs(x - at) < 80)
    anchor = ("start" if right else "end") if close else "middle"
    if at > 690:
        anchor = "end" if not close else anchor
    texts.append(BarText(at, anchor, "pic__bold", figure_text))
    limits = " and ".join(t for _, t in named)
    return BarDrawing(
        start, round(stop - start, 1), over, tuple(x for x, _ in named), at, tuple(texts),
        f"{figure_text} against a limit of {limits}",
    )  # fmt: skip


@dataclass(frozen=True)
class RangeDrawing:
    """A figure, yesterday's figure and the usual range, on a line 120 wide."""

    band_from: float
    band_width: float
    now: float
    was: float | None
    outside: bool


def range_drawing(now: Any, low: Any, high: Any, was: Any = None) -> RangeDrawing:
    """Place a figure against its usual range. Raises ValueError where the range is empty."""
    lo, hi, value = float(low), float(high), float(now)
    if hi <= lo:
        raise ValueError("a usual range needs a low and a higher end")
    pad = max(hi - lo, 1e-12) * 0.5
    first = max(0.0, min(lo - pad, value, lo if was is None else float(was)))
    last = max(hi + pad, value, hi if was is None else float(was))

    def x_of(number: float) -> float:
        return round(8 + 104 * (number - first) / (last - first), 2)

    return RangeDrawing(
        x_of(lo), round(x_of(hi) - x_of(lo), 2), x_of(value), None if was is None else x_of(float(was)),
        not lo <= value <= hi,
    )  # fmt: skip
