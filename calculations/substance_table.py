"""Molar masses of the salts and elements of the IV room, computed from atomic masses.

Atomic masses: IUPAC abridged standard atomic weights, g/mol. Each salt states its form, because the same name at
another degree of hydration is another mass. Other hydrates of a salt than the listed ones: `hydrate`.
"""

from gmpy2 import mpq

from calculations.chemical_formula import WATERS, composition, hydrated
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.substances import Ion, Substance

ATOMIC_MASSES: dict[str, mpq] = {
    element: mpq(mass)
    for element, mass in {
        "H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "F": "18.998", "Na": "22.990", "Mg": "24.305",
        "Al": "26.982", "P": "30.974", "S": "32.06", "Cl": "35.45", "K": "39.098", "Ca": "40.078", "Cr": "51.996",
        "Mn": "54.938", "Fe": "55.845", "Co": "58.933", "Cu": "63.546", "Zn": "65.38", "Se": "78.971",
        "Mo": "95.95", "I": "126.904",
    }.items()
}  # fmt: skip

CHARGES: dict[str, int | None] = {
    "sodium": 1, "potassium": 1, "calcium": 2, "magnesium": 2, "ammonium": 1, "zinc": 2, "copper": 2, "manganese": 2,
    "iron(II)": 2, "iron(III)": 3, "chromium": 3, "cobalt": 2, "selenite": 2, "molybdate": 2, "fluoride": 1,
    "hydroxide": 1, "chloride": 1, "acetate": 1, "bicarbonate": 1, "carbonate": 2, "lactate": 1, "gluconate": 1,
    "sulfate": 2, "iodide": 1, "citrate": 3, "malate": 2, "aspartate": 1,
    "phosphate": None,  # between 1 and 2 by pH: order and label it in mmol
    "glycerophosphate": 2,
}  # fmt: skip
"""Charge of each ion without sign; None where it is not fixed."""

_Row = tuple[str, str, str, str, int | None]
_SALTS: tuple[_Row, ...] = (
    # name, forms as molecules of water (a dash: sold in one form only), dry formula, ions, mEq per mmol
    ("sodium chloride", "-", "NaCl", "sodium chloride", 1),
    ("potassium chloride", "-", "KCl", "potassium chloride", 1),
    ("sodium acetate", "0 3", "NaC2H3O2", "sodium acetate", 1),
    ("potassium acetate", "-", "KC2H3O2", "potassium acetate", 1),
    ("sodium bicarbonate", "-", "NaHCO3", "sodium bicarbonate", 1),
    ("potassium bicarbonate", "-", "KHCO3", "potassium bicarbonate", 1),
    ("potassium citrate", "0 1", "K3C6H5O7", "3 potassium, citrate", 3),
    ("calcium carbonate", "-", "CaCO3", "calcium carbonate", 2),
    ("sodium lactate", "-", "NaC3H5O3", "sodium lactate", 1),
    ("sodium iodide", "-", "NaI", "sodium iodide", 1),
    ("potassium iodide", "-", "KI", "potassium iodide", 1),
    ("sodium fluoride", "-", "NaF", "sodium fluoride", 1),
    ("sodium hydroxide", "-", "NaOH", "sodium hydroxide", 1),
    ("potassium hydroxide", "-", "KOH", "potassium hydroxide", 1),
    ("sodium gluconate", "-", "NaC6H11O7", "sodium gluconate", 1),
    ("sodium citrate", "0 2", "Na3C6H5O7", "3 sodium, citrate", 3),
    ("monobasic sodium phosphate", "0 1 2", "NaH2PO4", "sodium phosphate", 1),
    ("dibasic sodium phosphate", "0 2 7 12", "Na2HPO4", "2 sodium, phosphate", 2),
    ("monobasic potassium phosphate", "-", "KH2PO4", "potassium phosphate", 1),
    ("dibasic potassium phosphate", "-", "K2HPO4", "2 potassium, phosphate", 2),
    ("calcium chloride", "2 0 6", "CaCl2", "calcium, 2 chloride", 2),
    ("calcium gluconate", "0 1", "CaC12H22O14", "calcium, 2 gluconate", 2),
    ("calcium acetate", "0 1", "CaC4H6O4", "calcium, 2 acetate", 2),
    ("magnesium sulfate", "7 0", "MgSO4", "magnesium sulfate", 2),
    ("magnesium chloride", "6", "MgCl2", "magnesium, 2 chloride", 2),
    ("magnesium acetate", "4 0", "MgC4H6O4", "magnesium, 2 acetate", 2),
    ("magnesium aspartate", "0 2 4", "MgC8H12N2O8", "magnesium, 2 aspartate", 2),
    ("ammonium chloride", "-", "NH4Cl", "ammonium chloride", 1),
    ("sodium glycerophosphate", "0 5", "Na2C3H7O6P", "2 sodium, glycerophosphate", 2),
    ("zinc sulfate", "7 1", "ZnSO4", "zinc sulfate", 2),
    ("zinc chloride", "0", "ZnCl2", "zinc, 2 chloride", 2),
    ("zinc acetate", "2 0", "ZnC4H6O4", "zinc, 2 acetate", 2),
    ("zinc gluconate", "0 3", "ZnC12H22O14", "zinc, 2 gluconate", 2),
    ("cupric chloride", "2", "CuCl2", "copper, 2 chloride", 2),
    ("cupric sulfate", "5 0", "CuSO4", "copper sulfate", 2),
    ("copper gluconate", "0", "CuC12H22O14", "copper, 2 gluconate", 2),
    ("manganese chloride", "4", "MnCl2", "manganese, 2 chloride", 2),
    ("manganese sulfate", "1 0", "MnSO4", "manganese sulfate", 2),
    ("manganese gluconate", "0 2", "MnC12H22O14", "manganese, 2 gluconate", 2),
    ("chromic chloride", "6", "CrCl3", "chromium, 3 chloride", 3),
    ("ferric chloride", "6", "FeCl3", "iron(III), 3 chloride", 3),
    ("ferrous chloride", "4", "FeCl2", "iron(II), 2 chloride", 2),
    ("ferrous gluconate", "0 2", "FeC12H22O14", "iron(II), 2 gluconate", 2),
    ("ferrous sulfate", "7 1", "FeSO4", "iron(II) sulfate", 2),
    ("cobalt gluconate", "0 2", "CoC12H22O14", "cobalt, 2 gluconate", 2),
    ("sodium selenite", "0", "Na2SeO3", "2 sodium, selenite", 2),
    ("sodium molybdate", "2 0", "Na2MoO4", "2 sodium, molybdate", 2),
    ("dextrose", "0 1", "C6H12O6", "", None),
)  # fmt: skip
_OTHERS: tuple[_Row, ...] = (
    # name, form in words, whole formula, ions, mEq per mmol
    ("selenious acid", "acid", "H2SeO3", "", None),
    ("malic acid", "acid", "C4H6O5", "malate", 2),
    ("acetic acid", "acid", "C2H4O2", "acetate", 1),
    ("lactic acid", "acid", "C3H6O3", "lactate", 1),
    ("citric acid", "acid monohydrate", "C6H8O7·H2O", "citrate", 3),
    ("citric acid", "acid anhydrous", "C6H8O7", "citrate", 3),
    ("hydrochloric acid", "acid", "HCl", "chloride", 1),
    ("cysteine hydrochloride", "monohydrate", "C3H7NO2SHCl·H2O", "chloride", 1),
    ("cysteine", "base", "C3H7NO2S", "", None),
    ("lysine hydrochloride", "salt", "C6H14N2O2HCl", "chloride", 1),
    ("lysine acetate", "salt", "C6H14N2O2C2H4O2", "acetate", 1),
    ("lysine", "monohydrate", "C6H14N2O2·H2O", "", None),
    ("lysine", "base", "C6H14N2O2", "", None),
    ("arginine hydrochloride", "salt", "C6H14N4O2HCl", "chloride", 1),
    ("arginine", "base", "C6H14N4O2", "", None),
    ("histidine hydrochloride", "monohydrate", "C6H9N3O2HCl·H2O", "chloride", 1),
    ("histidine", "base", "C6H9N3O2", "", None),
    ("ornithine hydrochloride", "salt", "C5H12N2O2HCl", "chloride", 1),
    ("ornithine", "base", "C5H12N2O2", "", None),
    ("glycerol", "base", "C3H8O3", "", None),
    ("creatinine", "base", "C4H7N3O", "", None),
    *(
        (name, "element", symbol, "", charge)
        for name, symbol, charge in (
            ("sodium", "Na", 1), ("potassium", "K", 1), ("calcium", "Ca", 2), ("magnesium", "Mg", 2),
            ("chloride", "Cl", 1), ("phosphorus", "P", None), ("zinc", "Zn", 2), ("copper", "Cu", 2),
            ("selenium", "Se", None), ("manganese", "Mn", 2), ("iron", "Fe", None), ("chromium", "Cr", None),
            ("iodine", "I", 1),
        )
    ),
)  # fmt: skip


def molar_mass(atoms: dict[str, int]) -> Quantity:
    """g/mol of a composition, element by element; `CannotCompute` for an element without atomic mass here."""
    unknown = [atom for atom in atoms if atom not in ATOMIC_MASSES]
    if unknown:
        raise CannotCompute("unknown_element", "a molar mass", f"no atomic mass stands here for {', '.join(unknown)}.")
    return Quantity(sum((ATOMIC_MASSES[atom] * count for atom, count in atoms.items()), mpq(0)), "g/mol")


def _ions(text: str) -> tuple[Ion, ...]:
    """`2 sodium, phosphate` or, one of each, `sodium chloride`."""
    parts = text.split(", ") if "," in text else text.split()
    counted = [part.split(" ") if " " in part else ["1", part] for part in parts]
    return tuple(Ion(name, CHARGES[name], int(count)) for count, name in counted)


def _made(name: str, form: str, atoms: dict[str, int], ions: str, equivalents: int | None) -> Substance:
    return Substance(name, form, molar_mass(atoms), equivalents, _ions(ions))


DRY: dict[str, tuple[dict[str, int], str, int | None]] = {
    name: (composition(dry), ions, equivalents) for name, _, dry, ions, equivalents in _SALTS
}
"""Name of a salt → atoms without crystal water, ions, mEq per mmol."""

SUBSTANCES: dict[tuple[str, str], Substance] = {
    **{
        (name, form): _made(name, form, hydrated(composition(dry), waters), ions, equivalents)
        for name, forms, dry, ions, equivalents in _SALTS
        for form, waters in ([("salt", 0)] if forms == "-" else [(WATERS[int(n)], int(n)) for n in forms.split()])
    },
    **{
        (name, form): _made(name, form, composition(whole), ions, equivalents)
        for name, form, whole, ions, equivalents in _OTHERS
    },
}
"""(name, form) → substance."""


def substance(name: str, form: str) -> Substance:
    """The substance of the table; `CannotCompute` names the forms that are known."""
    found = SUBSTANCES.get((name, form))
    if found is None:
        forms = ", ".join(f for n, f in SUBSTANCES if n == name) or "none"
        raise CannotCompute("unknown_substance", f"{name} {form}", f"it is not in the table; known forms: {forms}.")
    return found


def hydrate(name: str, waters: int) -> Substance:
    """A salt of the table with any number of molecules of crystal water, 0 for anhydrous."""
    if name not in DRY:
        raise CannotCompute("unknown_substance", name, "it is not in the table of salts.")
    listed = SUBSTANCES.get((name, WATERS.get(waters, ""))) or (SUBSTANCES.get((name, "salt")) if not waters else None)
    if listed is not None:
        return listed
    atoms, ions, equivalents = DRY[name]
    return _made(name, WATERS.get(waters, f"{waters}-hydrate"), hydrated(atoms, waters), ions, equivalents)


def molar_mass_of(name: str, form: str) -> Quantity:
    """g/mol of a substance of the table; `CannotCompute` if it, or its molar mass, is not known."""
    found = substance(name, form)
    if found.molar_mass is None:
        raise CannotCompute("no_molar_mass", found.tag, "its molar mass is missing.")
    return found.molar_mass
