"""Our own pint registry: the units again, written down independently of the table, as an oracle for it.

It starts empty (pint's stock units read `unit` as micronit and `5 MG` as megagauss) and is loaded only where it is
used. No text from a person ever reaches it.
"""

from fractions import Fraction
from functools import cache
from typing import Any

from gmpy2 import mpq

from calculations.units import Unit

_DEFINITIONS = """
gram = [mass]
kilogram = 1000 * gram
milligram = gram / 1000
microgram = milligram / 1000
nanogram = microgram / 1000
picogram = nanogram / 1000
mole = [substance]
millimole = mole / 1000
micromole = millimole / 1000
nanomole = micromole / 1000
picomole = nanomole / 1000
equivalent = [charge_equivalents]
milliequivalent = equivalent / 1000
osmole = [osmoles]
milliosmole = osmole / 1000
international_unit = [activity]
milliunit = international_unit / 1000
million_international_units = 1000000 * international_unit
phenytoin_equivalent = [phenytoin_equivalents]
kilojoule = [energy]
kilocalorie = 4.184 * kilojoule
drop = [drops]
vial = [vials]
dose = [doses]
liter = [volume]
deciliter = liter / 10
milliliter = liter / 1000
microliter = milliliter / 1000
metre = [length]
decimetre = metre / 10
centimetre = metre / 100
millimetre = centimetre / 10
inch = 2.54 * centimetre
water_kilogram = [water]
body_kilogram = [body_weight]
body_gram = body_kilogram / 1000
body_pound = 0.45359237 * body_kilogram
surface_square_metre = [body_surface]
second = [time]
minute = 60 * second
hour = 60 * minute
day = 24 * hour
week = 7 * day
year_of_age = [age]
"""

PINT_NAMES: dict[str, str] = {
    "mg": "milligram", "pg": "picogram", "ng": "nanogram", "mcg": "microgram", "g": "gram", "kg": "kilogram",
    "mmol": "millimole", "pmol": "picomole", "nmol": "nanomole", "mcmol": "micromole", "mol": "mole",
    "mEq": "milliequivalent", "Eq": "equivalent", "mOsm": "milliosmole", "Osm": "osmole",
    "units": "international_unit", "milliunits": "milliunit", "million_units": "million_international_units",
    "mg_PE": "phenytoin_equivalent", "kcal": "kilocalorie", "kJ": "kilojoule",
    "drop": "drop", "vial": "vial", "dose": "dose",
    "mL": "milliliter", "mcL": "microliter", "dL": "deciliter", "L": "liter",
    "cm": "centimetre", "mm": "millimetre", "dm": "decimetre", "m": "metre", "in": "inch",
    "kg_water": "water_kilogram", "kg_bw": "body_kilogram", "g_bw": "body_gram", "lb_bw": "body_pound",
    "m2": "surface_square_metre", "min": "minute", "s": "second", "h": "hour", "day": "day", "week": "week",
    "year": "year_of_age",
}  # fmt: skip
"""Atom of the table → name in the registry."""


@cache
def registry() -> Any:
    """The registry, built once. All its numbers are fractions."""
    import pint

    made: Any = pint.UnitRegistry(None, non_int_type=Fraction, on_redefinition="raise")
    for line in _DEFINITIONS.strip().splitlines():
        made.define(line)
    return made


def quantity(number: mpq, measure: Unit) -> Any:
    """A pint quantity of this number and unit, built atom by atom."""
    made = registry().Quantity(Fraction(int(number.numerator), int(number.denominator)), "dimensionless")
    for name, power in measure.terms:
        made = made * _atom(name) ** power
    return made


@cache
def _atom(name: str) -> Any:
    if name == "1.73m2":
        return registry().Quantity(Fraction("1.73"), "surface_square_metre")
    if name not in PINT_NAMES:  # counted millilitres, such as 100mL
        return registry().Quantity(Fraction(int(name.removesuffix("mL"))), "milliliter")
    return registry().Quantity(Fraction(1), PINT_NAMES[name])
