"""An amount of an ion as mmol, mEq or mass of its element, and what an amount counts."""

from calculations.quantity import Quantity
from calculations.substance_table import ATOMIC_MASSES, CHARGES
from calculations.units import Unit, unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition.names import ELEMENTS


def as_mmol(name: str, amount: Quantity) -> Quantity:
    """An amount of an ion (mass of its element, mmol or mEq, over anything) in mmol over the same."""
    if measures(amount, "mEq"):
        charge = CHARGES.get(name)
        if charge is None:
            raise CannotAnswer(f"mEq of {name} are not defined: it has no fixed charge")
        return amount / Quantity(charge, "mEq/mmol")
    if measures(amount, "g"):
        symbol = ELEMENTS.get(name)
        if symbol is None:
            raise CannotAnswer(f"grams of {name} are not converted")
        return amount / Quantity(ATOMIC_MASSES[symbol], "mg") * Quantity(1, "mmol")
    return amount


def from_mmol(name: str, amount: Quantity, measure: Unit) -> Quantity:
    """mmol of an ion (over anything) as mmol, mEq or mass of its element, whichever `measure` counts."""
    if "mEq" in measure.name or measure.name.startswith("Eq"):
        charge = CHARGES.get(name)
        if charge is None:
            raise CannotAnswer(f"mEq of {name} are not defined: it has no fixed charge")
        return amount * Quantity(charge, "mEq/mmol")
    if any(base == "mass" and power > 0 for base, power in measure.dimension.powers):
        symbol = ELEMENTS.get(name)
        if symbol is None:
            raise CannotAnswer(f"grams of {name} are not given")
        return amount * Quantity(ATOMIC_MASSES[symbol], "mg") / Quantity(1, "mmol")
    return amount


def measures(amount: Quantity, base: str) -> bool:
    """Whether an amount counts what `base` counts, above the line."""
    (dimension, _), *_ = unit(base).dimension.powers
    return any(name == dimension and power > 0 for name, power in amount.unit.dimension.powers)


def counts_mass(amount: Quantity) -> bool:
    """Whether an amount is a mass (over anything)."""
    return measures(amount, "g")


def is_concentration(amount: Quantity) -> bool:
    """Mass per volume."""
    return amount.unit.dimension is unit("g/mL").dimension
