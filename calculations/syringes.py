"""What can be measured with which syringe.

A volume is drawn with the smallest syringe that is neither too empty nor too full for it. Where the lines of that
syringe are too coarse, the fraction is drawn in a second, smaller one (21.7 mL = 21 mL in a 30 mL syringe + 0.7 mL in a
1 mL syringe). What no syringe shows within the allowed rounding is refused: it is diluted first. Sizes, graduations,
smallest measurable volumes and shares are the site's data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.rounding import Rule, to_step


@dataclass(frozen=True)
class SyringeSize:
    """One syringe size of the house."""

    id: str
    capacity: Quantity
    """mL."""
    graduation: Quantity
    """Smallest line, mL."""
    smallest_measurable: Quantity
    """Site data, mL; less than this is never measured with it."""

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True)
class SyringeRules:
    """How full a syringe may be and how far rounding may go, as shares (unit `one`), and what is never measured."""

    fill_low: Quantity
    fill_high: Quantity
    max_rounding: Quantity
    never_below: Quantity
    """mL; no syringe measures less, whatever its own data say."""


@dataclass(frozen=True)
class Part:
    """One draw."""

    size_id: str
    volume: Quantity


@dataclass(frozen=True)
class Measured:
    """A volume as it is really drawn."""

    parts: tuple[Part, ...]
    rounded_total: Quantity
    error: Quantity
    """|rounded − wanted| ÷ wanted, as `one`."""


class CannotMeasure(CannotCompute):
    """No syringe of the house measures this volume within the allowed rounding."""

    def __init__(self, volume: Quantity, why: str, next_step: str = "Dilute first.") -> None:
        super().__init__("cannot_measure", f"measuring {show(volume)}", why, next_step)
        self.volume = volume

    def __reduce__(self) -> tuple[type, tuple[Quantity, str, str]]:
        return type(self), (self.volume, self.why, self.next_step)


def measure(volume: Quantity, sizes: Sequence[SyringeSize], rules: SyringeRules) -> Measured:
    """How to draw `volume` (mL): which syringes, which line in each, and how far rounding moves it.

    A volume larger than the largest syringe takes several draws. Rounding is half-up to a line, and never more than
    `rules.max_rounding` of the whole volume.

    Raises:
        CannotMeasure: too small, or no line comes near enough.
        CannotCompute: no syringes are known, or the volume is not above zero.
    """
    if not sizes:
        raise CannotCompute("no_syringes", f"measuring {show(volume)}", "no syringe sizes are known.")
    if volume.number <= 0:
        raise CannotCompute("no_volume", f"measuring {show(volume)}", "there is nothing to draw.")
    wanted = volume.to("mL")
    found = _drawn(wanted, tuple(sizes), rules)
    if isinstance(found, Measured):
        return found
    raise CannotMeasure(wanted, _why(found, sizes, rules), _next_step(found, sizes, rules))


@lru_cache(maxsize=4096)
def _drawn(wanted: Quantity, sizes: tuple[SyringeSize, ...], rules: SyringeRules) -> Measured | Quantity:
    """How to draw it, or the rest of it that no syringe shows. The same volumes come back at every look at an order."""
    by_size = sorted(sizes, key=lambda size: (size.capacity.amount_in("mL"), size.graduation.amount_in("mL")))
    largest = by_size[-1]
    full = to_step(_most(largest, rules), largest.graduation, Rule.DOWN)
    if full.number <= 0:
        raise CannotCompute("bad_syringe", f"the syringe {largest.id}", "no line lies within its allowed filling.")
    parts: list[Part] = []
    rest = wanted
    while rest > full:
        parts.append(Part(largest.id, full))
        rest = rest - full
    slack = wanted * rules.max_rounding
    found = _draws(rest, by_size, rules, slack)
    if found is None and parts and rest <= slack:
        found = ()  # what is left over is less than rounding may move
    if found is None:
        return rest
    parts.extend(found)
    rounded = _sum([part.volume for part in parts])
    return Measured(tuple(parts), rounded, abs(rounded - wanted) / wanted)


def smallest_of(sizes: Sequence[SyringeSize], rules: SyringeRules) -> Quantity:
    """The smallest volume that any of the syringes measures, mL."""
    return min(_least(size, rules) for size in sizes)


def _draws(
    rest: Quantity, sizes: Sequence[SyringeSize], rules: SyringeRules, slack: Quantity
) -> tuple[Part, ...] | None:
    """One draw, or a coarse and a fine one, whose sum comes within `slack` of `rest`. None if there is no way."""
    suitable = [size for size in sizes if _single(rest, size, rules)]
    return (
        _with(rest, suitable[:1], sizes, rules, slack)
        or _any_two(rest, sizes, rules, slack)
        or _with(rest, suitable[1:], sizes, rules, slack)
    )


def _with(
    rest: Quantity, chosen: Sequence[SyringeSize], sizes: Sequence[SyringeSize], rules: SyringeRules, slack: Quantity
) -> tuple[Part, ...] | None:
    """`rest` with the first of the chosen sizes that comes near enough; its fraction in a finer one where that suits."""
    for size in chosen:
        single = Part(size.id, to_step(rest, size.graduation))
        if single.volume == rest:
            return (single,)
        split = _coarse_and_fine(rest, to_step(rest, size.graduation, Rule.DOWN), size, sizes, rules)
        if split is not None and abs(_sum([part.volume for part in split]) - rest) <= slack:
            return split
        if abs(single.volume - rest) <= slack:
            return (single,)
    return None


def _single(volume: Quantity, size: SyringeSize, rules: SyringeRules) -> Part | None:
    """`volume` at the nearest line of one syringe, if that lies within its allowed filling."""
    rounded = to_step(volume, size.graduation)
    suits = _least(size, rules) <= rounded <= _most(size, rules) and _least(size, rules) <= volume
    return Part(size.id, rounded) if suits else None


def _coarse_and_fine(
    volume: Quantity, coarse: Quantity, size: SyringeSize, sizes: Sequence[SyringeSize], rules: SyringeRules
) -> tuple[Part, ...] | None:
    """`coarse` in the given syringe and the remainder in the smallest finer one that suits it."""
    if not _least(size, rules) <= coarse <= _most(size, rules):
        return None
    for finer in sizes:
        if finer.graduation < size.graduation:
            fine = _single(volume - coarse, finer, rules)
            if fine is not None:
                return (Part(size.id, coarse), fine)
    return None


def _any_two(
    rest: Quantity, sizes: Sequence[SyringeSize], rules: SyringeRules, slack: Quantity
) -> tuple[Part, ...] | None:
    """A coarse draw left so much smaller that a finer syringe can measure the remainder."""
    for size in sizes:
        for finer in sizes:
            if not finer.graduation < size.graduation:
                continue
            coarse = to_step(rest - _least(finer, rules), size.graduation, Rule.DOWN)
            split = _coarse_and_fine(rest, coarse, size, [finer], rules)
            if split is not None and abs(_sum([part.volume for part in split]) - rest) <= slack:
                return split
    return None


def _least(size: SyringeSize, rules: SyringeRules) -> Quantity:
    return max(rules.never_below.to("mL"), size.smallest_measurable.to("mL"), size.capacity.to("mL") * rules.fill_low)


def _most(size: SyringeSize, rules: SyringeRules) -> Quantity:
    return size.capacity.to("mL") * rules.fill_high


def _sum(volumes: Sequence[Quantity]) -> Quantity:
    return sum(volumes[1:], volumes[0])


def _why(rest: Quantity, sizes: Sequence[SyringeSize], rules: SyringeRules) -> str:
    smallest = smallest_of(sizes, rules)
    if rest < smallest:
        floor = f", and nothing under {show(rules.never_below)} is ever measured" if rest < rules.never_below else ""
        return f"the smallest volume that a syringe of the house measures is {show(smallest)}{floor}."
    return f"no syringe has a line within {show(rules.max_rounding * 100)} % of it."


def _next_step(rest: Quantity, sizes: Sequence[SyringeSize], rules: SyringeRules) -> str:
    smallest = smallest_of(sizes, rules)
    if rest < smallest:
        return f"Dilute first: by a factor of {_factor(smallest / rest)} or more it can be measured."
    return "Dilute first, or round the dose."


def _factor(least: Quantity) -> str:
    """The next whole number up."""
    return show(to_step(least, Quantity(1, "one"), Rule.UP))
