"""Cyclic PN: the full rate between two tapers, and the rate while tapering.

A taper here is one step at half the full rate. Volume given while tapering is half of what the full rate would give.

>>> full = cyclic_full_rate(Quantity(1800, "mL"), Quantity(12, "h"), Quantity(1, "h"), Quantity(1, "h"))
>>> print(full, "and", taper_rate(full))
163.64 mL/h and 81.82 mL/h
"""

from calculations.errors import CannotCompute
from calculations.formula import Number, above, between, formula
from calculations.quantity import Quantity

_SOURCE = "Volumes of taper up, plateau and taper down add up to the whole"


@formula(
    id="nutrition.cyclic_full_rate", version=1,
    statement="full rate = volume ÷ (hours − half of taper up − half of taper down)", source=_SOURCE,
    inputs={"volume": "mL", "hours": "h", "taper_up": "h", "taper_down": "h"},
    constants={"half": "1/2"}, valid={"hours": above(0, 24)}, gives="mL/h",
)  # fmt: skip
def _full_rate(volume: Number, hours: Number, taper_up: Number, taper_down: Number, half: Number) -> Number:
    return volume / (hours - half * (taper_up + taper_down))


@formula(
    id="nutrition.taper_rate", version=1, statement="taper rate = half of the full rate", source=_SOURCE,
    inputs={"full_rate": "mL/h"}, constants={"half": "1/2"}, gives="mL/h",
)  # fmt: skip
def _taper_rate(full_rate: Number, half: Number) -> Number:
    return full_rate * half


@formula(
    id="nutrition.cycle_volume", version=1,
    statement="volume given = full rate × plateau hours + taper rate × taper hours", source=_SOURCE,
    inputs={"full_rate": "mL/h", "plateau": "h", "taper": "h", "taper_rate": "mL/h"},
    valid={"plateau": between(0, 24), "taper": between(0, 24)}, gives="mL",
)  # fmt: skip
def _cycle_volume(full_rate: Number, plateau: Number, taper: Number, taper_rate: Number) -> Number:
    return full_rate * plateau + taper_rate * taper


def cyclic_full_rate(volume: Quantity, hours: Quantity, taper_up: Quantity, taper_down: Quantity) -> Quantity:
    """Full rate (mL/h, unrounded) of `volume` over `hours` in all, tapers included; tapers of 0 h give volume ÷ hours.

    Raises:
        CannotCompute: the tapers are longer than the whole infusion.
    """
    if taper_up + taper_down > hours:
        raise CannotCompute(
            "tapers_too_long", "the full rate of a cycle", "the tapers are longer than the infusion.",
            "Shorten the tapers, or lengthen the cycle.",
        )  # fmt: skip
    return _full_rate(volume, hours, taper_up, taper_down)


def taper_rate(full_rate: Quantity) -> Quantity:
    """Rate (mL/h, unrounded) of a taper step."""
    return _taper_rate(full_rate)


def cycle_volume(full_rate: Quantity, plateau: Quantity, taper: Quantity, taper_rate: Quantity) -> Quantity:
    """Volume (mL) that a cycle delivers at the rates as programmed (rounded to the pump's step): the check of a cycle."""
    return _cycle_volume(full_rate, plateau, taper, taper_rate)
