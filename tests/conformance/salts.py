"""Which substance an input named by a salt, an ion or a molar mass stands for. What leaves the hydrate open is refused."""

import re
from decimal import Decimal

from calculations.quantity import Quantity
from calculations.substance_table import ATOMIC_MASSES, SUBSTANCES, molar_mass
from calculations.substances import Substance
from tests.conformance.case import CannotAnswer

_RADICALS = {"acetate": "C2H3O2", "lactate": "C3H5O3", "bicarbonate": "HCO3", "chloride": "Cl"}
_IONS = {
    "Na": "sodium", "K": "potassium", "Ca": "calcium", "Mg": "magnesium", "Cl": "chloride", "Zn": "zinc",
    "Cu": "copper", "Mn": "manganese", "P": "phosphorus",
}  # fmt: skip
_ATOM = re.compile(r"([A-Z][a-z]?)(\d*)")
_WATER = re.compile(r"[._·](\d*)H2O$")
_MG_SULFATE = ("magnesium sulfate", "heptahydrate")
"""mg of MgSO4 means the heptahydrate: the form in which it is always sold and labelled."""


def salt(name: str) -> Substance | None:
    """The substance of a name such as NaCl, CaCl2_2H2O or Na_lactate; None where the name is no salt of the table.

    Raises:
        CannotAnswer: the name leaves open which hydrate it is.
    """
    anhydrous = name.lower().endswith(("_anhydrous", "_anh"))
    bare = re.sub(r"_(anhydrous|anh)$", "", name, flags=re.IGNORECASE)
    water = _WATER.search(bare)
    formula = bare[: water.start()] if water else bare
    if formula == "MgSO4" and not water and not anhydrous:
        return SUBSTANCES[_MG_SULFATE]
    composition = _composition(formula)
    if composition is None or len(composition) < 2:
        return None
    if water:
        count = int(water[1] or 1)
        composition = {**composition, "H": composition.get("H", 0) + 2 * count, "O": composition.get("O", 0) + count}
    return _only(name, composition, stated=bool(water) or anhydrous)


def _only(name: str, composition: dict[str, int], *, stated: bool) -> Substance | None:
    mass = molar_mass(composition)
    found = [one for one in SUBSTANCES.values() if one.molar_mass == mass]
    if len(found) != 1:
        if not found and not stated and _hydrates(mass):
            raise CannotAnswer(f"{name} does not say which hydrate it is")
        return None
    forms = [form for known, form in SUBSTANCES if known == found[0].name]
    if len(forms) > 1 and not stated:
        raise CannotAnswer(f"{name} does not say which of {', '.join(forms)} it is")
    return found[0]


def _hydrates(mass: Quantity) -> bool:
    """Whether the table knows only hydrates of a salt of this mass."""
    water = molar_mass({"H": 2, "O": 1})
    masses = [one.molar_mass for one in SUBSTANCES.values()]
    return any(mass + water * count in masses for count in range(1, 8))


def _composition(formula: str) -> dict[str, int] | None:
    """Atoms of a formula, or of a cation with a named radical (Na_lactate); None where it is neither."""
    cation, _, radical = formula.partition("_")
    text = cation + _RADICALS.get(radical.lower(), "?") if radical else formula
    atoms = _ATOM.findall(text)
    if not atoms or "".join(a + n for a, n in atoms) != text or any(a not in ATOMIC_MASSES for a, _ in atoms):
        return None
    counted: dict[str, int] = {}
    for atom, count in atoms:
        counted[atom] = counted.get(atom, 0) + int(count or 1)
    return counted


def ion(name: str) -> Substance | None:
    """The element of an input named by an ion with a fixed charge."""
    known = _IONS.get(name, name.lower())
    return SUBSTANCES.get((known, "element"))


def charge_of(mass: Quantity, printed: str) -> int | None:
    """mEq per mmol of the substances of the table with this molar mass, within one of its last printed digit."""
    near = Quantity(Decimal(1).scaleb(Decimal(printed).as_tuple().exponent), "g/mol")  # type: ignore[arg-type]
    charges = {
        one.equivalents
        for one in SUBSTANCES.values()
        if one.molar_mass is not None and abs(one.molar_mass - mass) <= near
    }
    return charges.pop() if len(charges) == 1 else None
