"""What an input's name stands for: a salt with its hydrate, an ion, or a nutrient with its strength and form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from calculations.chemical_formula import WATERS, composition, hydrated
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.substance_table import ATOMIC_MASSES, DRY, SUBSTANCES, hydrate
from calculations.substances import Substance
from tests.conformance.case import CannotAnswer

CATIONS = {
    "na": "sodium", "k": "potassium", "ca": "calcium", "mg": "magnesium", "nh4": "ammonium", "zn": "zinc",
    "cu": "copper", "mn": "manganese", "fe": "iron", "cr": "chromium", "co": "cobalt",
    "cupric": "copper", "chromic": "chromium",
}  # fmt: skip
ANIONS = {
    "cl": "chloride", "ac": "acetate", "oac": "acetate", "hco3": "bicarbonate", "so4": "sulfate", "sulphate": "sulfate",
    "oh": "hydroxide", "po4": "phosphate", "p": "phosphate", "phosphorus": "phosphate",
    "phos": "phosphate", "phosphates": "phosphate", "i": "iodide", "f": "fluoride",
    "iodine": "iodide", "fluorine": "fluoride", "se": "selenite", "selenium": "selenite", "mo": "molybdate",
    "molybdenum": "molybdate", "glyp": "glycerophosphate", "organic_phosphate": "glycerophosphate",
    "hydrogen_carbonate": "bicarbonate", "hydrogencarbonate": "bicarbonate",
}  # fmt: skip
_PLAIN = {
    *CATIONS.values(), "chloride", "acetate", "lactate", "gluconate", "glycerophosphate", "bicarbonate", "sulfate",
    "phosphate", "citrate", "malate", "iodide", "fluoride", "hydroxide", "aspartate",
}  # fmt: skip
ELEMENTS = {
    "sodium": "Na", "potassium": "K", "calcium": "Ca", "magnesium": "Mg", "zinc": "Zn", "copper": "Cu",
    "manganese": "Mn", "iron": "Fe", "chromium": "Cr", "cobalt": "Co", "chloride": "Cl", "phosphate": "P",
    "selenite": "Se", "molybdate": "Mo", "iodide": "I", "fluoride": "F", "glycerophosphate": "P",
}  # fmt: skip
"""Ion → the element whose mass is meant where a mass of it is given or asked for."""

_CARRIERS = {"H", "C", "N", "O", "S", "Cl", "Na", "K", "P"}
_PHOSPHATES = {
    "dihydrogen": "monobasic", "monobasic": "monobasic", "dihydrogen_phosphate": "monobasic", "h2po4": "monobasic",
    "hydrogen_phosphate": "dibasic", "dibasic": "dibasic", "hydrogenphosphate": "dibasic", "hpo4": "dibasic",
    "dihydrogenphosphate": "monobasic", "dihydrogen phosphate": "monobasic",
}  # fmt: skip
_WATER = re.compile(r"(?:[._·*•]| ?[x×] ?| )(\d*)H2O$")
_WATER_WORD = re.compile(r"_(" + "|".join((*WATERS.values(), "anh", "hydrate", "hydrous")) + r")$", re.IGNORECASE)
_HYDROCHLORIDE = re.compile(r"[_ ](hcl|hydrochloride)$", re.IGNORECASE)
_ALWAYS_HEPTAHYDRATE = "magnesium sulfate"
"""Sold and labelled in no other form."""

AMINO_ACIDS, CARBOHYDRATE, LIPID = "amino_acids", "carbohydrate", "lipid"
_AMINO_ACID_BRANDS = ("trophamine", "travasol", "clinisol", "prosol", "aminosyn", "premasol", "freamine", "aminoven")
_LIPID_BRANDS = (
    "intralipid", "smoflipid", "clinolipid", "nutrilipid", "omegaven", "liposyn", "propofol", "clevidipine", "cleviprex",
)  # fmt: skip
_NUTRIENT = re.compile(
    r"(?P<base>aa|amino_acids?|aminoacids?|protein|d|dw|dextrose|glucose|carbohydrates?|cho|l|lipids?|fat|ile|il|"
    rf"carbs?|ivfe|{'|'.join((*_AMINO_ACID_BRANDS, *_LIPID_BRANDS))})"
    r"_?(?P<strength>\d+(?:\.\d+)?)?W?(?:_?(?:%|p|pct|percent))?(?P<rest>(?:_[a-z]+)*)",
    re.IGNORECASE,
)
_BASES = {
    "aa": AMINO_ACIDS, "amino_acid": AMINO_ACIDS, "aminoacid": AMINO_ACIDS, "protein": AMINO_ACIDS,
    "d": CARBOHYDRATE, "dw": CARBOHYDRATE, "dextrose": CARBOHYDRATE, "glucose": CARBOHYDRATE,
    "carbohydrate": CARBOHYDRATE, "carb": CARBOHYDRATE, "cho": CARBOHYDRATE,
    "l": LIPID, "lipid": LIPID, "fat": LIPID, "ile": LIPID, "il": LIPID, "ivfe": LIPID,
    **dict.fromkeys(_AMINO_ACID_BRANDS, AMINO_ACIDS), **dict.fromkeys(_LIPID_BRANDS, LIPID),
}  # fmt: skip
_ONE_STRENGTH = {
    "propofol": "10", "clevidipine": "20", "cleviprex": "20", "smoflipid": "20", "clinolipid": "20", "nutrilipid": "20",
    "clinisol": "15", "prosol": "20",
}  # fmt: skip
"""Products that are sold in one strength only, in percent of lipid or amino acids."""
_NUTRIENT_WORDS = {
    "dose", "goal", "g", "gram", "grams", "mass", "amount", "concentration", "conc", "final", "stock", "strength",
    "volume", "vol", "ml", "rate", "anhydrous", "monohydrate", "hydrous", "intake", "load", "emulsion", "solution", "injection",
}  # fmt: skip


@dataclass(frozen=True)
class Nutrient:
    """A macronutrient as a name tells it."""

    kind: str
    strength: Fraction | None
    """Percent, where the name has it (D70, AA10, lipid20)."""
    form: str
    """`monohydrate`, `anhydrous` or nothing."""
    european: bool
    """Named glucose: European texts count it anhydrous; US labels name dextrose and count the monohydrate."""
    stock: bool
    """Named as a stock or by its own strength."""


def nutrient(name: str) -> Nutrient | None:
    """The macronutrient of a name; None where it is none."""
    found = _NUTRIENT.fullmatch(name)
    if found is None:
        return None
    base, strength = found["base"].lower(), found["strength"]
    words = set(found["rest"].lower().split("_")) - {""}
    if words - _NUTRIENT_WORDS or (base in ("d", "l", "dw") and strength is None):
        return None
    form = next((word for word in ("anhydrous", "monohydrate") if word in words), "")
    if "hydrous" in words:
        form = "monohydrate"
    strength = strength or _ONE_STRENGTH.get(base)
    kind = _BASES[base if base in _BASES else base.rstrip("s")]
    return Nutrient(
        kind, Fraction(strength) if strength else None, form, base == "glucose", bool(words & {"stock", "strength"})
    )


def ion(name: str) -> str | None:
    """The ion of a name such as Na, sodium, P or acetate; None where it is none."""
    lower = name.lower()
    if lower == "mg" and name != "Mg":
        return None
    found = CATIONS.get(lower) or ANIONS.get(lower) or lower
    return found if found in _PLAIN or found in ELEMENTS else None


@dataclass(frozen=True)
class Salt:
    """A salt of the table as a name tells it; the hydrate may be left open."""

    name: str
    waters: int | None
    """None: the name says no hydrate and more than one could be meant."""
    mass: Fraction | None = None
    """g/mol, where a case counts with a molar mass of its own."""

    def substance(self, *, by_mass: bool = True) -> Substance:
        """The substance; a hydrate that is left open matters only where a mass is converted."""
        if self.mass is not None:
            return replace(hydrate(self.name, 0), molar_mass=Quantity(self.mass, "g/mol"))
        if self.waters is None:
            if by_mass:
                raise CannotAnswer(f"{self.name}: the name does not say which hydrate it is")
            return hydrate(self.name, 0)
        return hydrate(self.name, self.waters)


HYDRATE_AS_NAMED = {"trace_elements", "tpn_products", "iv_fluid_labels"}
"""Topics whose description says that hydrates are named: there a chemical formula without water has none."""


def salt(name: str, topic: str | None = None) -> Salt | Substance | None:
    """The salt, amino acid salt or acid of a name; None where it is none."""
    amino = _amino_acid_salt(name)
    if amino is not None:
        return amino
    bare, waters, hydrous = _without_water(name)
    known = _salt_name(bare)
    if known is None:
        return _acid(name)
    listed = [n for n, word in WATERS.items() if (known, word) in SUBSTANCES]
    if (known, "salt") in SUBSTANCES and waters in (None, 0) and not hydrous:
        return Salt(known, 0)
    if hydrous:
        wet = [n for n in listed if n]
        return Salt(known, wet[0] if len(wet) == 1 else None)
    if waters is None and topic in HYDRATE_AS_NAMED and _is_formula(bare):
        return Salt(known, 0)
    if waters is None and known == _ALWAYS_HEPTAHYDRATE:
        return Salt(known, 7)
    return Salt(known, waters if waters is not None else 0 if listed == [0] else None)


def atoms(name: str, topic: str | None = None) -> dict[str, int] | None:
    """The atoms of a salt or formula with its water as named; None where it is neither.

    Raises:
        CannotAnswer: the name leaves the hydrate open.
    """
    found = salt(name, topic)
    if isinstance(found, Salt):
        if found.waters is None:
            raise CannotAnswer(f"{name} does not say which hydrate it is")
        return hydrated(DRY[found.name][0], found.waters)
    try:
        counted = composition(_FORMULAS.get(name.lower().replace(" ", "_"), re.sub(r"_(?=\d*H2O$)", ".", name)))
    except CannotCompute:
        return None
    return counted if set(counted) <= set(ATOMIC_MASSES) else None


_FORMULAS = {"selenious_acid": "H2SeO3", "ammonium_molybdate_tetrahydrate": "(NH4)6Mo7O24.4H2O"}
"""Words for what is no salt of the table."""


def trace_element(counted: Mapping[str, int]) -> str:
    """The one element of a salt that is meant: not its counter-ion, not its water."""
    found = [symbol for symbol in counted if symbol not in _CARRIERS]
    if len(found) != 1:
        raise CannotAnswer(f"which element is meant of {', '.join(counted)}")
    return found[0]


def _without_water(name: str) -> tuple[str, int | None, bool]:
    """A name without its hydrate, the molecules of water if they are told, and whether it only says `hydrate`."""
    wet = _WATER.search(name)
    if wet:
        return name[: wet.start()], int(wet[1] or 1), False
    word = _WATER_WORD.search(name)
    if word is None:
        return name, None, False
    said, bare = word[1].lower(), name[: word.start()]
    if said in ("hydrate", "hydrous"):
        return bare, None, True
    return bare, 0 if said == "anh" else next(n for n, text in WATERS.items() if text == said), False


def _is_formula(bare: str) -> bool:
    try:
        composition(bare)
    except CannotCompute:
        return False
    return True


def _salt_name(bare: str) -> str | None:
    """The table's name of a dry formula, or of a cation and an anion in words or symbols."""
    try:
        counted = composition(bare)
    except CannotCompute:
        counted = None
    if counted is not None and len(counted) > 1:
        return next((known for known, (dry, _, _) in DRY.items() if dry == counted), None)
    first, _, rest = _turned(bare.lower().replace(" ", "_")).partition("_")
    if first in _PHOSPHATES and rest:  # monobasic_sodium_phosphate
        cation, _, anion = rest.partition("_")
        rest, first = (first, cation) if anion == "phosphate" else (anion, cation)
    cation = {"ferric": "ferric", "ferrous": "ferrous"}.get(first, CATIONS.get(first, first))
    if rest in _PHOSPHATES:
        names = [f"{_PHOSPHATES[rest]} {cation} phosphate"]
    else:
        anion = ANIONS.get(rest, rest)
        old = {"copper": "cupric", "chromium": "chromic"}.get(cation, cation)
        names = [f"{cation} {anion}", f"{old} {anion}"]
    return next((one for one in names if one in DRY), None)


def _turned(words: str) -> str:
    """sodium_phosphate_monobasic and disodium_phosphate in the order and words of the others."""
    basic = re.fullmatch(r"(\w+)_phosphate_(monobasic|dibasic)", words)
    if basic:
        return f"{basic[1]}_{basic[2]}"
    counted = re.fullmatch(r"(mono|di)(sodium|potassium)_(?:hydrogen_)?phosphate", words)
    if counted:
        return f"{counted[2]}_{counted[1]}basic"
    return words


def _amino_acid_salt(name: str) -> Substance | None:
    """lysine_HCl, histidine_HCl_H2O, lysine_acetate and their like."""
    bare, waters, _ = _without_water(name)
    found = _HYDROCHLORIDE.search(bare)
    kind = "hydrochloride" if found else "acetate"
    base = bare[: found.start()] if found else re.sub(r"[_ ](acetate|ac)$", "", bare, flags=re.IGNORECASE)
    known = f"{base.lower().removeprefix('l-').removeprefix('l_')} {kind}"
    forms = [form for one, form in SUBSTANCES if one == known and known not in DRY]
    if not forms:
        return None
    form = WATERS[waters] if waters else "salt"
    if form not in forms:
        raise CannotAnswer(f"{name} does not say which of its forms ({', '.join(forms)}) it is")
    return SUBSTANCES[known, form]


def _acid(name: str) -> Substance | None:
    """malic_acid, HCl, citric_acid_H2O."""
    bare, waters, _ = _without_water(name)
    known = "hydrochloric acid" if bare == "HCl" else bare.lower().replace("_", " ").removeprefix("l-")
    forms = {form: one for (found, form), one in SUBSTANCES.items() if found == known and "acid" in form}
    if not forms:
        return None
    if len(forms) == 1:
        return next(iter(forms.values()))
    form = f"acid {WATERS[waters]}" if waters is not None else ""
    if form not in forms:
        raise CannotAnswer(f"{name} does not say which of {', '.join(forms)} it is")
    return forms[form]
