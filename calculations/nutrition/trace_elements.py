"""The element in a trace element salt, in mass and in amount, from the salt's molar mass, hydrate included.

A label often names the salt without its water; only the right hydrate gives the printed element. The salt is therefore
always given as a `Substance` with its form.
"""

from calculations.formula import Number, above, formula
from calculations.quantity import Quantity

_SOURCE = "Definition of the mole; atomic masses by IUPAC"


@formula(
    id="nutrition.element_amount", version=1,
    statement="amount of the element = mass of salt ÷ molar mass of salt × atoms per formula unit", source=_SOURCE,
    inputs={"salt": "mg", "molar_mass": "mg/mmol", "atoms": "one"}, valid={"molar_mass": above(0)}, gives="mmol",
    substances="any",
)  # fmt: skip
def _amount(salt: Number, molar_mass: Number, atoms: Number) -> Number:
    return salt / molar_mass * atoms


@formula(
    id="nutrition.element_mass", version=1,
    statement="mass of the element = mass of salt × atoms × atomic mass ÷ molar mass of salt", source=_SOURCE,
    inputs={"salt": "mg", "molar_mass": "mg/mmol", "atoms": "one", "atomic_mass": "mg/mmol"},
    valid={"molar_mass": above(0)}, gives="mg", substances="any",
)  # fmt: skip
def _mass(salt: Number, molar_mass: Number, atoms: Number, atomic_mass: Number) -> Number:
    return salt * atoms * atomic_mass / molar_mass


@formula(
    id="nutrition.salt_of_element", version=1,
    statement="mass of salt = mass of the element × molar mass of salt ÷ (atoms × atomic mass)", source=_SOURCE,
    inputs={"element": "mg", "molar_mass": "mg/mmol", "atoms": "one", "atomic_mass": "mg/mmol"},
    valid={"atoms": above(0), "atomic_mass": above(0)}, gives="mg", substances="any",
)  # fmt: skip
def _salt(element: Number, molar_mass: Number, atoms: Number, atomic_mass: Number) -> Number:
    return element * molar_mass / (atoms * atomic_mass)


def element_amount(salt: Quantity, molar_mass: Quantity, atoms: int = 1) -> Quantity:
    """mmol of the element in a mass of salt; `molar_mass` (g/mol) is the salt's with its water."""
    return _amount(salt, _per_mmol(molar_mass), Quantity(atoms, "one"))


def element_mass(salt: Quantity, molar_mass: Quantity, atomic_mass: Quantity, atoms: int = 1) -> Quantity:
    """mg of the element in a mass of salt."""
    return _mass(salt, _per_mmol(molar_mass), Quantity(atoms, "one"), _per_mmol(atomic_mass))


def salt_of_element(element: Quantity, molar_mass: Quantity, atomic_mass: Quantity, atoms: int = 1) -> Quantity:
    """mg of the salt that brings a mass of the element."""
    return _salt(element, _per_mmol(molar_mass), Quantity(atoms, "one"), _per_mmol(atomic_mass))


def _per_mmol(molar_mass: Quantity) -> Quantity:
    return Quantity(molar_mass.amount_in("g/mol"), "mg/mmol")
