"""Gravity infusions counted in drops. The drop factor belongs to the set (and some drugs change the size of a drop)."""

from calculations.arithmetic import round_to
from calculations.formula import Number, above, formula
from calculations.quantity import Quantity

_SOURCE = "Drop factor: drops per mL of the infusion set"


@formula(
    id="drops.rate", version=1, statement="drops per minute = rate × drop factor ÷ 60 min/h", source=_SOURCE,
    inputs={"rate": "mL/h", "drop_factor": "drop/mL"}, constants={"minutes_per_hour": "60 min/h"},
    valid={"drop_factor": above(0)}, gives="drop/min",
)  # fmt: skip
def _drop_rate(rate: Number, drop_factor: Number, minutes_per_hour: Number) -> Number:
    return rate * drop_factor / minutes_per_hour


@formula(
    id="drops.to_rate", version=1, statement="rate = drops per minute × 60 min/h ÷ drop factor", source=_SOURCE,
    inputs={"drop_rate": "drop/min", "drop_factor": "drop/mL"}, constants={"minutes_per_hour": "60 min/h"},
    valid={"drop_factor": above(0)}, gives="mL/h",
)  # fmt: skip
def _rate_of_drops(drop_rate: Number, drop_factor: Number, minutes_per_hour: Number) -> Number:
    return drop_rate * minutes_per_hour / drop_factor


@formula(
    id="drops.whole", version=1, statement="whole drops per minute = drops per minute rounded half-up",
    source="Drops are counted, not measured", inputs={"drop_rate": "drop/min"}, constants={"one_drop": "1 drop/min"},
    gives="drop/min",
)  # fmt: skip
def _whole_drops(drop_rate: Number, one_drop: Number) -> Number:
    return round_to(drop_rate, one_drop)


def drop_rate(rate: Quantity, drop_factor: Quantity) -> Quantity:
    """Drops per minute, unrounded."""
    return _drop_rate(rate, drop_factor)


def whole_drops(rate: Quantity, drop_factor: Quantity) -> Quantity:
    """Whole drops per minute, half-up, as a person counts them."""
    return _whole_drops(_drop_rate(rate, drop_factor))


def rate_of_drops(drops: Quantity, drop_factor: Quantity) -> Quantity:
    """The rate (mL/h) that so many drops per minute come to."""
    return _rate_of_drops(drops, drop_factor)
