"""Lipid emulsion: grams and volume by the product's strength, and the two rates that matter, mL/h and g/kg/h."""

from calculations.formula import Number, above, between, formula
from calculations.quantity import Quantity

_SOURCE = "Definition of a rate; the emulsion's strength is its label's"
_WEIGHT = between("0.3", 300)


@formula(
    id="nutrition.lipid_rate", version=1, statement="lipid rate = volume ÷ infusion time", source=_SOURCE,
    inputs={"volume": "mL", "time": "h"}, valid={"time": above(0)}, gives="mL/h",
)  # fmt: skip
def _rate(volume: Number, time: Number) -> Number:
    return volume / time


@formula(
    id="nutrition.lipid_mass_rate", version=1, statement="lipid per weight and hour = lipid ÷ (weight × infusion time)",
    source=_SOURCE, inputs={"lipid": "g", "weight": "kg_bw", "time": "h"},
    valid={"weight": _WEIGHT, "time": above(0)}, gives="g/kg/h",
)  # fmt: skip
def _mass_rate(lipid: Number, weight: Number, time: Number) -> Number:
    return lipid / (weight * time)


@formula(
    id="nutrition.lipid_in_volume", version=1, statement="lipid = volume × strength", source=_SOURCE,
    inputs={"volume": "mL", "strength": "g/mL"}, gives="g",
)  # fmt: skip
def _in_volume(volume: Number, strength: Number) -> Number:
    return volume * strength


@formula(
    id="nutrition.lipid_volume", version=1, statement="volume = lipid ÷ strength", source=_SOURCE,
    inputs={"lipid": "g", "strength": "g/mL"}, valid={"strength": above(0)}, gives="mL",
)  # fmt: skip
def _volume(lipid: Number, strength: Number) -> Number:
    return lipid / strength


@formula(
    id="nutrition.lipid_volume_at_rate", version=1, statement="volume = rate × infusion time", source=_SOURCE,
    inputs={"rate": "mL/h", "time": "h"}, gives="mL",
)  # fmt: skip
def _volume_at(rate: Number, time: Number) -> Number:
    return rate * time


def lipid_rate(volume: Quantity, time: Quantity) -> Quantity:
    """Pump rate (mL/h, unrounded) of the emulsion over its own infusion time."""
    return _rate(volume, time)


def lipid_mass_rate(lipid: Quantity, weight: Quantity, time: Quantity) -> Quantity:
    """Lipid in g/kg/h while it runs: the figure that labels limit."""
    return _mass_rate(lipid, weight, time)


def lipid_in_volume(volume: Quantity, strength: Quantity) -> Quantity:
    """Lipid (g) in a volume of emulsion. Volume and strength carry their substance where it is named."""
    return _in_volume(volume, strength)


def lipid_volume(lipid: Quantity, strength: Quantity) -> Quantity:
    """Volume (mL) of emulsion that holds a mass of lipid."""
    return _volume(lipid, strength)


def lipid_volume_at_rate(rate: Quantity, time: Quantity) -> Quantity:
    """Volume (mL) that an order in mL/h over its infusion time comes to."""
    return _volume_at(rate, time)
