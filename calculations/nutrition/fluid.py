"""The fluid allowance, and what lines beside the bag bring of it.

>>> allowance = Quantity(100, "mL/kg/day")
>>> print(pn_volume(allowance, Quantity(8, "kg_bw"), [Quantity(40, "mL/day")]))
760 mL/day
"""

from collections.abc import Sequence

from calculations.arithmetic import total
from calculations.errors import CannotCompute
from calculations.formula import Number, above, between, each, formula
from calculations.printing import show
from calculations.quantity import Quantity

_WEIGHT = between("0.3", 300)
_ALLOWANCE = "Fluid is counted once, whichever line brings it"


@formula(
    id="nutrition.fluid_allowance", version=1, statement="fluid a day = fluid per weight × weight", source=_ALLOWANCE,
    inputs={"per_weight": "mL/kg/day", "weight": "kg_bw"}, valid={"weight": _WEIGHT}, gives="mL/day",
)  # fmt: skip
def _allowance(per_weight: Number, weight: Number) -> Number:
    return per_weight * weight


@formula(
    id="nutrition.pn_volume", version=1, statement="PN volume = fluid a day − lipid, drips, flushes and feeds",
    source=_ALLOWANCE, inputs={"allowance": "mL/day", "others": each("mL/day")}, gives="mL/day",
)  # fmt: skip
def _pn_volume(allowance: Number, others: Number) -> Number:
    return allowance - total(others)


@formula(
    id="nutrition.daily_volume_of_line", version=1, statement="volume a day = rate × hours a day", source=_ALLOWANCE,
    inputs={"rate": "mL/h", "hours": "h"}, constants={"day": "1 day"}, valid={"hours": between(0, 24)}, gives="mL/day",
)  # fmt: skip
def _daily_volume(rate: Number, hours: Number, day: Number) -> Number:
    return rate * hours / day


@formula(
    id="nutrition.daily_amount_of_line", version=1, statement="amount a day = volume a day × concentration",
    source=_ALLOWANCE, inputs={"concentration": "amount/mL", "volume": "mL/day"}, gives="amount/day",
)  # fmt: skip
def _daily_amount(concentration: Number, volume: Number) -> Number:
    return concentration * volume


@formula(
    id="nutrition.fluid_per_weight", version=1, statement="fluid per weight = volume a day ÷ weight", source=_ALLOWANCE,
    inputs={"volume": "mL/day", "weight": "kg_bw"}, valid={"weight": _WEIGHT}, gives="mL/kg/day",
)  # fmt: skip
def _per_weight(volume: Number, weight: Number) -> Number:
    return volume / weight


@formula(
    id="nutrition.final_percent", version=1, statement="final % = mass in the bag ÷ volume (g in 100 mL)",
    source="USP General Notices, percentage concentrations", inputs={"mass": "g", "volume": "100mL"},
    valid={"volume": above(0)}, gives="%",
)  # fmt: skip
def _final_percent(mass: Number, volume: Number) -> Number:
    return mass / volume


def fluid_allowance(per_weight: Quantity, weight: Quantity) -> Quantity:
    """mL/day of an allowance in mL/kg/day."""
    return _allowance(per_weight, weight)


def pn_volume(per_weight: Quantity, weight: Quantity, others: Sequence[Quantity]) -> Quantity:
    """mL/day left for the PN bag after lipid, drips, flushes and feeds (each mL/day; none is allowed).

    Raises:
        CannotCompute: the others take all of the allowance or more; it says by how much.
    """
    allowance = _allowance(per_weight, weight)
    left = _pn_volume(allowance, others) if others else allowance
    if left.number <= 0:
        raise CannotCompute(
            "no_volume_left",
            "the PN volume",
            f"the other fluids take {show(allowance - left)} of an allowance of {show(allowance)}.",
            "Concentrate or stop another fluid, or have the allowance raised.",
        )
    return left


def daily_volume_of_line(rate: Quantity, hours: Quantity | None = None) -> Quantity:
    """mL/day of a drip or flush that runs `hours` a day (24 h unless given)."""
    return _daily_volume(rate, hours if hours is not None else Quantity(24, "h"))


def daily_amount_of_line(concentration: Quantity, volume: Quantity) -> Quantity:
    """What a line brings a day (sodium in mEq/day, dextrose in mg/day)."""
    return _daily_amount(concentration, volume)


def fluid_per_weight(volume: Quantity, weight: Quantity) -> Quantity:
    """mL/kg/day of a daily volume."""
    return _per_weight(volume, weight)


def final_percent(mass: Quantity, volume: Quantity) -> Quantity:
    """Final concentration (%, g in 100 mL) of amino acids, dextrose or lipid in the bag."""
    return _final_percent(mass, volume)
