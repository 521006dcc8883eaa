"""What people and messages may write for a unit, and what is refused with a hint.

Exact match only: case is never guessed, nothing is trimmed or completed. UCUM codes are accepted where they mean
one thing.
"""

from calculations.unit_table import COUNTED_VOLUMES

_SPELLED: dict[str, tuple[str, ...]] = {
    "pg": ("pg",),
    "ng": ("ng",),
    "mcg": ("mcg", "ug", "\u00b5g", "\u03bcg"),  # both code points of micro
    "mg": ("mg",),
    "g": ("g",),
    "kg": ("kg",),
    "pmol": ("pmol",),
    "nmol": ("nmol",),
    "mcmol": ("mcmol", "umol", "\u00b5mol", "\u03bcmol"),
    "mmol": ("mmol",),
    "mol": ("mol",),
    "mEq": ("mEq", "meq"),
    "Eq": ("Eq", "eq"),
    "mOsm": ("mOsm", "mosm"),
    "Osm": ("Osm", "osm"),
    "units": ("units", "unit", "[iU]", "[USP'U]"),
    "milliunits": ("milliunits", "milliunit", "m[iU]"),
    "million_units": ("million units", "million unit", "10*6.[iU]"),
    "mg_PE": ("mg PE", "mg{PE}"),
    "kcal": ("kcal",),
    "kJ": ("kJ",),
    "drop": ("drop", "drops", "gtt", "[drp]"),
    "vial": ("vial", "vials", "{vial}"),
    "dose": ("dose", "doses", "{dose}"),
    "mcL": ("mcL", "uL"),
    "mL": ("mL", "ml"),
    "dL": ("dL", "dl"),
    "L": ("L", "l"),
    "mm": ("mm",),
    "cm": ("cm",),
    "dm": ("dm",),
    "m": ("m",),
    "in": ("in", "[in_i]"),
    "m2": ("m2", "m²"),
    "s": ("s",),
    "min": ("min",),
    "h": ("h", "hr", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("wk", "week", "weeks"),
    "year": ("a", "year", "years"),
}

ABOVE: dict[str, str] = {spelling: name for name, spellings in _SPELLED.items() for spelling in spellings}
"""Spelling → canonical atom, for the part above the fraction line."""

_DIVIDE: tuple[str, ...] = (
    "mg", "g", "mmol", "mol", "mEq", "mL", "dL", "L", "vial", "dose", "m2", "s", "min", "h", "day", "week",
)  # fmt: skip

BELOW: dict[str, str] = {
    **{spelling: name for spelling, name in ABOVE.items() if name in _DIVIDE},
    "kg": "kg",  # below the line a kilogram is always the patient's
    "1.73m2": "1.73m2",
    "1.73 m2": "1.73m2",
    "1.73 m²": "1.73m2",
    "{1.73_m2}": "1.73m2",
    **{f"{n}{space}{ml}": f"{n}mL" for n in COUNTED_VOLUMES for space in ("", " ") for ml in ("mL", "ml")},
    **{f"({n}.mL)": f"{n}mL" for n in COUNTED_VOLUMES},
}
"""Spelling → canonical atom, for each part below the line."""

WHOLE: dict[str, str] = {
    "%": "%",
    "1": "one",
    "mg*min/mL": "AUC",
    "mg.min/mL": "AUC",
    "mg·min/mL": "AUC",
    "mOsm/kg": "mOsm/kg_water",  # osmolality is per kilogram of water, never of the patient
    "mosm/kg": "mOsm/kg_water",
}
"""Whole texts with a meaning of their own."""

BODY_WEIGHT: dict[str, str] = {
    "kg": "kg_bw", "g": "g_bw", "lb": "lb_bw", "[lb_av]": "lb_bw",
}  # fmt: skip
"""Spellings in a field that holds a patient's weight."""

_UNITS_IN_FULL = "the word 'units' in full"
_CUBIC = "mL"
HINTS: dict[str, str] = {
    "U": _UNITS_IN_FULL, "u": _UNITS_IN_FULL, "IU": _UNITS_IN_FULL, "iu": _UNITS_IN_FULL, "iU": _UNITS_IN_FULL,
    "mU": "the word 'milliunits' in full", "MU": "'million units' or 'milliunits' in full",
    "cc": _CUBIC, "ML": _CUBIC, "Ml": _CUBIC, "mls": _CUBIC, "mLs": _CUBIC,
    "Mg": "mg in small letters", "MG": "mg in small letters", "mgs": "mg", "mgm": "mg",
    "MCG": "mcg in small letters", "Mcg": "mcg in small letters",
    "gr": "g or mg: 'gr' also means grain", "gm": "g", "G": "g", "GM": "g", "gms": "g",
    "KG": "kg in small letters", "Kg": "kg in small letters",
    "M": "mmol/mL or mol/L", "mM": "mmol/L", "%g": "% or g/100 mL", "g%": "% or g/100 mL",
    "MEQ": "mEq", "Meq": "mEq", "MEq": "mEq", "HR": "h", "H": "h", "hrs": "h", "D": "day",
    "lb": "kg, or a field for body weight", "PE": "mg PE",
}  # fmt: skip
"""Refused texts for which the right spelling can be named without guessing the meaning."""
