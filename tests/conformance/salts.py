"""Which substance an input named by a salt, an ion or a molar mass stands for. What leaves the hydrate open is refused."""

from fractions import Fraction

from calculations.quantity import Quantity
from calculations.substance_table import SUBSTANCES
from calculations.substances import Ion, Substance
from tests.conformance.nutrition import names
from tests.conformance.nutrition.conventions import CALCIUM_GLUCONATE

_IONS = {
    "Na": "sodium", "K": "potassium", "Ca": "calcium", "Mg": "magnesium", "Cl": "chloride", "Zn": "zinc",
    "Cu": "copper", "Mn": "manganese", "P": "phosphorus",
}  # fmt: skip
_ELECTROLYTES = {"sodium", "potassium", "calcium", "magnesium", "ammonium"}
_IN_BLOOD = {"glucose": ("dextrose", "anhydrous"), "creatinine": ("creatinine", "base")}
_CALCIUM_GLUCONATE = Substance(
    "calcium gluconate", "by its label", Quantity(2000 / CALCIUM_GLUCONATE, "g/mol"), 2, (Ion("calcium", 2),)
)
"""Labelled 4.65 mEq per gram by every maker, whichever hydrate the powder is."""
_COMMON = {"dextrose", "creatinine", "cysteine hydrochloride"}


def salt(name: str, *, as_written: bool = False) -> Substance | None:
    """The substance of a name such as NaCl, CaCl2_2H2O or Na_lactate; None where the name is no salt of the table.

    `as_written`: a formula without water has none.

    Raises:
        CannotAnswer: the name leaves open which hydrate it is.
    """
    found = names.salt(name, next(iter(names.HYDRATE_AS_NAMED)) if as_written else None)
    if isinstance(found, names.Salt) and found.name == "calcium gluconate" and found.waters is None:
        return _CALCIUM_GLUCONATE
    return found.substance() if isinstance(found, names.Salt) else found


def ion(name: str) -> Substance | None:
    """The element of an input named by an ion with a fixed charge, or glucose and creatinine as they are in blood."""
    known = _IONS.get(name, name.lower())
    return SUBSTANCES.get(_IN_BLOOD.get(known, (known, "element")))


def charge_of(mass: Quantity, printed: str) -> int | None:
    """mEq per mmol of the substances of the table with this molar mass, within one of its last printed digit.

    Electrolytes and elements come first: trace element salts and amino acids are hardly ever counted in mEq.
    """
    near = Quantity(Fraction(1, 10 ** len(printed.partition(".")[2])), "g/mol")
    close = [one for one in SUBSTANCES.values() if one.molar_mass is not None and abs(one.molar_mass - mass) <= near]
    charges = {one.equivalents for one in [one for one in close if _is_common(one)] or close}
    return charges.pop() if len(charges) == 1 else None


def _is_common(one: Substance) -> bool:
    return one.form == "element" or one.name in _COMMON or any(part.name in _ELECTROLYTES for part in one.ions)
