"""Molar masses of the salts and elements of the IV room, computed from atomic masses.

Atomic masses: IUPAC abridged standard atomic weights, g/mol. Each salt states its form, because the same name at
another degree of hydration is another mass.
"""

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.substances import Ion, Substance

ATOMIC_MASSES: dict[str, mpq] = {
    element: mpq(mass)
    for element, mass in {
        "H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "Na": "22.990", "Mg": "24.305", "P": "30.974",
        "S": "32.06", "Cl": "35.45", "K": "39.098", "Ca": "40.078", "Cr": "51.996", "Mn": "54.938", "Fe": "55.845",
        "Cu": "63.546", "Zn": "65.38", "Se": "78.971", "I": "126.904",
    }.items()
}  # fmt: skip

_CHARGES: dict[str, int | None] = {
    "sodium": 1, "potassium": 1, "calcium": 2, "magnesium": 2, "ammonium": 1, "zinc": 2, "copper": 2, "manganese": 2,
    "chloride": 1, "acetate": 1, "bicarbonate": 1, "lactate": 1, "gluconate": 1, "sulfate": 2, "iodide": 1,
    "phosphate": None,  # between 1 and 2 by pH: order and label it in mmol
}  # fmt: skip

_Row = tuple[str, str, dict[str, int], dict[str, int], int | None]
_ROWS: tuple[_Row, ...] = (
    ("sodium chloride", "salt", {"Na": 1, "Cl": 1}, {"sodium": 1, "chloride": 1}, 1),
    ("potassium chloride", "salt", {"K": 1, "Cl": 1}, {"potassium": 1, "chloride": 1}, 1),
    ("sodium acetate", "anhydrous", {"Na": 1, "C": 2, "H": 3, "O": 2}, {"sodium": 1, "acetate": 1}, 1),
    ("sodium acetate", "trihydrate", {"Na": 1, "C": 2, "H": 9, "O": 5}, {"sodium": 1, "acetate": 1}, 1),
    ("potassium acetate", "salt", {"K": 1, "C": 2, "H": 3, "O": 2}, {"potassium": 1, "acetate": 1}, 1),
    ("sodium bicarbonate", "salt", {"Na": 1, "H": 1, "C": 1, "O": 3}, {"sodium": 1, "bicarbonate": 1}, 1),
    ("sodium lactate", "salt", {"Na": 1, "C": 3, "H": 5, "O": 3}, {"sodium": 1, "lactate": 1}, 1),
    ("sodium iodide", "salt", {"Na": 1, "I": 1}, {"sodium": 1, "iodide": 1}, 1),
    ("monobasic sodium phosphate", "monohydrate", {"Na": 1, "H": 4, "P": 1, "O": 5}, {"sodium": 1, "phosphate": 1}, 1),
    ("dibasic sodium phosphate", "anhydrous", {"Na": 2, "H": 1, "P": 1, "O": 4}, {"sodium": 2, "phosphate": 1}, 2),
    ("monobasic potassium phosphate", "salt", {"K": 1, "H": 2, "P": 1, "O": 4}, {"potassium": 1, "phosphate": 1}, 1),
    ("dibasic potassium phosphate", "salt", {"K": 2, "H": 1, "P": 1, "O": 4}, {"potassium": 2, "phosphate": 1}, 2),
    ("calcium chloride", "dihydrate", {"Ca": 1, "Cl": 2, "H": 4, "O": 2}, {"calcium": 1, "chloride": 2}, 2),
    ("calcium chloride", "anhydrous", {"Ca": 1, "Cl": 2}, {"calcium": 1, "chloride": 2}, 2),
    ("calcium gluconate", "anhydrous", {"Ca": 1, "C": 12, "H": 22, "O": 14}, {"calcium": 1, "gluconate": 2}, 2),
    ("calcium gluconate", "monohydrate", {"Ca": 1, "C": 12, "H": 24, "O": 15}, {"calcium": 1, "gluconate": 2}, 2),
    ("magnesium sulfate", "heptahydrate", {"Mg": 1, "S": 1, "O": 11, "H": 14}, {"magnesium": 1, "sulfate": 1}, 2),
    ("magnesium sulfate", "anhydrous", {"Mg": 1, "S": 1, "O": 4}, {"magnesium": 1, "sulfate": 1}, 2),
    ("magnesium chloride", "hexahydrate", {"Mg": 1, "Cl": 2, "H": 12, "O": 6}, {"magnesium": 1, "chloride": 2}, 2),
    ("ammonium chloride", "salt", {"N": 1, "H": 4, "Cl": 1}, {"ammonium": 1, "chloride": 1}, 1),
    ("sodium glycerophosphate", "anhydrous", {"Na": 2, "C": 3, "H": 7, "O": 6, "P": 1}, {"sodium": 2}, 2),
    ("sodium glycerophosphate", "pentahydrate", {"Na": 2, "C": 3, "H": 17, "O": 11, "P": 1}, {"sodium": 2}, 2),
    ("zinc sulfate", "heptahydrate", {"Zn": 1, "S": 1, "O": 11, "H": 14}, {"zinc": 1, "sulfate": 1}, 2),
    ("cupric chloride", "dihydrate", {"Cu": 1, "Cl": 2, "H": 4, "O": 2}, {"copper": 1, "chloride": 2}, 2),
    ("selenious acid", "acid", {"H": 2, "Se": 1, "O": 3}, {}, None),
    ("cysteine hydrochloride", "monohydrate", {"C": 3, "H": 10, "Cl": 1, "N": 1, "O": 3, "S": 1}, {"chloride": 1}, 1),
    ("dextrose", "anhydrous", {"C": 6, "H": 12, "O": 6}, {}, None),
    ("dextrose", "monohydrate", {"C": 6, "H": 14, "O": 7}, {}, None),
    ("creatinine", "base", {"C": 4, "H": 7, "N": 3, "O": 1}, {}, None),
    *(
        (name, "element", {symbol: 1}, {}, charge)
        for name, symbol, charge in (
            ("sodium", "Na", 1), ("potassium", "K", 1), ("calcium", "Ca", 2), ("magnesium", "Mg", 2),
            ("chloride", "Cl", 1), ("phosphorus", "P", None), ("zinc", "Zn", 2), ("copper", "Cu", 2),
            ("selenium", "Se", None), ("manganese", "Mn", 2), ("iron", "Fe", None), ("chromium", "Cr", None),
            ("iodine", "I", 1),
        )
    ),
)  # fmt: skip


def molar_mass(composition: dict[str, int]) -> Quantity:
    """g/mol of a composition, element by element."""
    return Quantity(sum((ATOMIC_MASSES[atom] * count for atom, count in composition.items()), mpq(0)), "g/mol")


SUBSTANCES: dict[tuple[str, str], Substance] = {
    (name, form): Substance(
        name, form, molar_mass(composition), equivalents, tuple(Ion(ion, _CHARGES[ion], n) for ion, n in ions.items())
    )
    for name, form, composition, ions, equivalents in _ROWS
}
"""(name, form) → substance."""


def substance(name: str, form: str) -> Substance:
    """The substance of the table; `CannotCompute` names the forms that are known."""
    found = SUBSTANCES.get((name, form))
    if found is None:
        forms = ", ".join(f for n, f in SUBSTANCES if n == name) or "none"
        raise CannotCompute("unknown_substance", f"{name} {form}", f"it is not in the table; known forms: {forms}.")
    return found
