"""Weighing instead of reading: volume from mass by the density of the product, and how far a weighing is off.

A density is product data; none is assumed where it is not known. Weighing shows how much, never what.
"""

from calculations.dosing import deviation
from calculations.errors import CannotCompute
from calculations.formula import Number, above, formula
from calculations.printing import show
from calculations.quantity import Quantity

_SOURCE = "Definition of density"
_WATER = "Specific gravity: density relative to water, taken as 1 g/mL"


@formula(
    id="weigh.expected_mass", version=1, statement="mass = volume × density", source=_SOURCE,
    inputs={"volume": "mL", "density": "g/mL"}, valid={"density": above(0)}, gives="g", substances="any",
)  # fmt: skip
def _expected_mass(volume: Number, density: Number) -> Number:
    return volume * density


@formula(
    id="weigh.volume", version=1, statement="volume = mass ÷ density", source=_SOURCE,
    inputs={"mass": "g", "density": "g/mL"}, valid={"density": above(0)}, gives="mL", substances="any",
)  # fmt: skip
def _volume(mass: Number, density: Number) -> Number:
    return mass / density


@formula(
    id="weigh.added", version=1, statement="mass added = mass after − mass before", source="Weighing by difference",
    inputs={"after": "g", "before": "g"}, gives="g",
)  # fmt: skip
def _added(after: Number, before: Number) -> Number:
    return after - before


@formula(
    id="weigh.density", version=1, statement="density = specific gravity × 1 g/mL", source=_WATER,
    inputs={"specific_gravity": "one"}, constants={"water": "1 g/mL"}, valid={"specific_gravity": above(0)},
    gives="g/mL",
)  # fmt: skip
def _density(specific_gravity: Number, water: Number) -> Number:
    return specific_gravity * water


@formula(
    id="weigh.specific_gravity", version=1, statement="specific gravity = mass ÷ (volume × 1 g/mL)", source=_WATER,
    inputs={"mass": "g", "volume": "mL"}, constants={"water": "1 g/mL"}, valid={"volume": above(0)}, gives="one",
)  # fmt: skip
def _specific_gravity(mass: Number, volume: Number, water: Number) -> Number:
    return mass / (volume * water)


def expected_mass(volume: Quantity, density: Quantity) -> Quantity:
    """The mass (g) that an addition of `volume` must weigh."""
    return _expected_mass(volume, density)


def volume_from_mass(mass: Quantity, density: Quantity) -> Quantity:
    """The volume (mL) that a weighed mass stands for."""
    return _volume(mass, density)


def mass_added(after: Quantity, before: Quantity) -> Quantity:
    """The mass (g) between two weighings.

    Raises:
        CannotCompute: the second weighing is lighter.
    """
    if after < before:
        raise CannotCompute(
            "lighter",
            "the mass added",
            f"{show(after)} after is less than {show(before)} before.",
            "Weigh again.",
        )
    return _added(after, before)


def mass_deviation(found: Quantity, expected: Quantity) -> Quantity:
    """(found − expected) ÷ expected, as `one`: −0.05 is 5 % too little."""
    return deviation(found, expected)


def within_tolerance(found: Quantity, expected: Quantity, tolerance: Quantity) -> bool:
    """Whether a weighing (or a volume) passes: |deviation| at most `tolerance`, a share as `one`; the edge passes."""
    return abs(deviation(found, expected)) <= tolerance


def density_of(specific_gravity: Quantity) -> Quantity:
    """The density (g/mL) of a specific gravity (as `one`)."""
    return _density(specific_gravity)


def specific_gravity(mass: Quantity, volume: Quantity) -> Quantity:
    """The specific gravity (as `one`) of a mass in a volume."""
    return _specific_gravity(mass, volume)
