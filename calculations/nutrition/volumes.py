"""Volumes of the bag: each source, and water to fill up. Less than no water is refused with what would make it fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from calculations.arithmetic import total
from calculations.formula import Number, any_number, each, formula
from calculations.nutrition.allocation_result import Taken
from calculations.nutrition.refusals import TooMuchVolume
from calculations.printing import show
from calculations.quantity import Quantity

_SOURCE = "Volumes assumed additive"
_MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class Filled:
    """The infused bag."""

    sources: Quantity
    """mL of all sources together."""
    water: Quantity
    """mL of sterile water to fill up; never below zero."""
    total: Quantity
    """mL of the whole bag, as infused."""


@formula(
    id="nutrition.bag.sum", version=1, statement="volume = sum of the volumes", source=_SOURCE,
    inputs={"volumes": each("mL")}, gives="mL",
)  # fmt: skip
def sum_of_volumes(volumes: Number) -> Number:
    """mL together."""
    return total(volumes)


@formula(
    id="nutrition.bag.water", version=1, statement="water = volume of the bag − volume of the sources", source=_SOURCE,
    inputs={"bag": "mL", "sources": "mL"}, gives="mL",
)  # fmt: skip
def water_to_fill(bag: Number, sources: Number) -> Number:
    """mL of water; below zero when the sources do not fit."""
    return bag - sources


@formula(
    id="nutrition.bag.volume_to_raise", version=1,
    statement="volume to raise = excess × excess ÷ (excess − growth of the sources over it)", source=_SOURCE,
    inputs={"excess": "mL", "grown": "mL"}, gives="mL",
)  # fmt: skip
def volume_to_raise(excess: Number, grown: Number) -> Number:
    """mL by which the bag must be larger."""
    return excess * excess / (excess - grown)


@formula(
    id="nutrition.bag.strength_needed", version=1,
    statement="strength that fits = strength × volume ÷ (volume − excess)", source=_SOURCE,
    inputs={"strength": "%", "volume": "mL", "excess": "mL"}, valid={"excess": any_number()}, gives="%",
    substances="any",
)  # fmt: skip
def strength_needed(strength: Number, volume: Number, excess: Number) -> Number:
    """Percent at which a source takes so much less volume."""
    return strength * volume / (volume - excess)


def fill(
    in_bag: Sequence[Taken],
    bag_volume: Quantity | None,
    weight: Quantity,
    growth: Callable[[Quantity], Quantity | None],
) -> Filled:
    """The water that fills the bag; without an ordered volume (a ready bag with additives) none is added.

    `growth`: by how many mL the sources grow when the bag is so many mL larger (what is ordered per litre grows along);
    None: such a bag has no answer.

    Raises `TooMuchVolume` with what would fit: a source concentrated, or the volume raised.
    """
    sources = sum_of_volumes(volumes=[one.volume for one in in_bag])
    if bag_volume is None:
        return Filled(sources, Quantity(0, "mL"), sources)
    water = water_to_fill(bag=bag_volume, sources=sources)
    if water.number < 0:
        raise_by = _raise_by(-water, growth(-water))
        raise TooMuchVolume(-water, bag_volume, raise_by, _ways(in_bag, -water, raise_by, weight))
    return Filled(sources, water, bag_volume)


def _raise_by(excess: Quantity, grown: Quantity | None) -> Quantity | None:
    """mL that make room for the excess, when the sources grow by `grown` for each `excess` of volume."""
    if grown is None or grown >= excess:
        return None
    return volume_to_raise(excess=excess, grown=grown)


def _ways(in_bag: Sequence[Taken], excess: Quantity, raise_by: Quantity | None, weight: Quantity) -> tuple[str, ...]:
    """What would make it fit: more volume, or the largest sources at a higher strength."""
    if raise_by is None:
        ways = ["A larger bag does not help: what is ordered per litre grows along."]
    else:
        raised = Quantity(raise_by.number / weight.number, "mL/kg/day")
        ways = [f"Raise the volume of the bag by {show(raise_by)} ({show(raised)})."]
    by_volume = sorted(in_bag, key=lambda one: (-one.volume.number, one.product.id))
    for one in by_volume[:_MOST_WAYS]:
        percent = _percent(one)
        if percent is not None and one.volume > excess:
            needed = strength_needed(strength=percent, volume=one.volume, excess=excess)
            if needed.number < mpq(100):
                ways.append(f"Or take {one.product.role.value.replace('_', ' ')} at {show(needed)} or stronger.")
    return tuple(ways)


def _percent(one: Taken) -> Quantity | None:
    """The strength of a macronutrient source in g/100 mL."""
    strength = one.product.nutrients.get(one.product.role.value)
    return strength.to("%") if strength is not None and strength.unit.dimension is _PERCENT.dimension else None


_PERCENT = Quantity(1, "%").unit
