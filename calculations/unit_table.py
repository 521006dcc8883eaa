"""The closed table of units: every atom with its dimension, its exact size, and how it is printed and coded.

Sizes are exact and given in the first unit of each dimension. Dimensions that physics would merge are kept apart here,
because a pharmacist must: a patient's body weight is no drug mass, a body surface no length squared, milliequivalents
no millimoles, an international unit no mass, phenytoin equivalents no phenytoin, age no duration.
A test compares this table with our own pint registry (`calculations.pint_registry`).
"""

from typing import NamedTuple


class Atom(NamedTuple):
    """One unit that is not made of others."""

    name: str
    """Canonical name, used in program text and records."""
    dimension: str
    """What it measures."""
    size: str
    """Exact size in the first unit of its dimension."""
    one: str
    """As printed after the number 1 and below a fraction line."""
    many: str
    """As printed after any other number."""
    ucum: str
    """Its UCUM code."""


def _same(name: str, dimension: str, size: str, shown: str | None = None, ucum: str | None = None) -> Atom:
    text = name if shown is None else shown
    return Atom(name, dimension, size, text, text, ucum or name)


ATOMS: tuple[Atom, ...] = (
    _same("mg", "mass", "1"),
    _same("pg", "mass", "1/1000000000"),
    _same("ng", "mass", "1/1000000"),
    _same("mcg", "mass", "1/1000", ucum="ug"),
    _same("g", "mass", "1000"),
    _same("kg", "mass", "1000000"),
    _same("mmol", "substance", "1"),
    _same("pmol", "substance", "1/1000000000"),
    _same("nmol", "substance", "1/1000000"),
    _same("mcmol", "substance", "1/1000", ucum="umol"),
    _same("mol", "substance", "1000"),
    _same("mEq", "charge equivalents", "1", ucum="meq"),
    _same("Eq", "charge equivalents", "1000", ucum="eq"),
    _same("mOsm", "osmoles", "1", ucum="mosm"),
    _same("Osm", "osmoles", "1000", ucum="osm"),
    Atom("units", "activity", "1", "unit", "units", "[iU]"),
    Atom("milliunits", "activity", "1/1000", "milliunit", "milliunits", "m[iU]"),
    Atom("million_units", "activity", "1000000", "million units", "million units", "10*6.[iU]"),
    _same("mg_PE", "phenytoin equivalents", "1", "mg PE", "mg{PE}"),
    _same("kcal", "energy", "1"),
    _same("kJ", "energy", "125/523"),  # 1 kcal = 4.184 kJ
    Atom("drop", "drops", "1", "drop", "drops", "[drp]"),
    Atom("vial", "vials", "1", "vial", "vials", "{vial}"),
    Atom("dose", "doses", "1", "dose", "doses", "{dose}"),
    _same("mL", "volume", "1"),
    _same("mcL", "volume", "1/1000", ucum="uL"),
    _same("dL", "volume", "100"),
    _same("L", "volume", "1000"),
    _same("cm", "length", "1"),
    _same("mm", "length", "1/10"),
    _same("dm", "length", "10"),
    _same("m", "length", "100"),
    _same("in", "length", "127/50", ucum="[in_i]"),  # 2.54 cm
    _same("kg_water", "water", "1", "kg", "kg"),
    _same("kg_bw", "body weight", "1", "kg", "kg"),
    _same("g_bw", "body weight", "1/1000", "g", "g"),
    _same("lb_bw", "body weight", "45359237/100000000", "lb", "[lb_av]"),
    Atom("m2", "body surface", "1", "m²", "m²", "m2"),
    Atom("min", "time", "1", "min", "min", "min"),
    _same("s", "time", "1/60"),
    _same("h", "time", "60"),
    Atom("day", "time", "1440", "day", "days", "d"),
    Atom("week", "time", "10080", "week", "weeks", "wk"),
    Atom("year", "age", "1", "year", "years", "a"),
)

COUNTED_VOLUMES: tuple[int, ...] = (2, 3, 4, 5, 10, 15, 20, 25, 30, 50, 100, 150, 200, 250, 500, 1000)
"""Counts that may stand before mL below a fraction line, as in `mg/100mL`."""

COUNTED: tuple[Atom, ...] = (
    *(Atom(f"{n}mL", "volume", str(n), f"{n:,} mL", f"{n:,} mL", f"({n}.mL)") for n in COUNTED_VOLUMES),
    Atom("1.73m2", "body surface", "173/100", "1.73 m²", "1.73 m²", "{1.73_m2}"),
)

AMOUNTS: tuple[str, ...] = (
    "mass", "substance", "charge equivalents", "osmoles", "activity", "phenytoin equivalents",
)  # fmt: skip
"""Dimensions that are an amount *of something*; a tag `of` says of what."""

ORDER: tuple[str, ...] = (
    "activity", "mass", "substance", "charge equivalents", "osmoles", "phenytoin equivalents", "energy",
    "drops", "vials", "doses", "volume", "length", "water", "body weight", "body surface", "time", "age",
)  # fmt: skip
"""The order in which the parts of a compound are written: mg/kg/day, mL/kg/h."""

SHORT_NAMES: dict[str, str] = {"AUC": "mg*min/mL", "BMI": "kg_bw/m/m", "per_day": "1/day"}
"""Further canonical names for compounds."""

SHOWN: dict[str, str] = {"kg_bw/m/m": "kg/m²", "one": ""}
"""Compounds that are printed otherwise than part by part."""
