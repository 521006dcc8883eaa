"""How one input of a case is read: units, percents, ratio strengths, doses a day; every way in which it may be meant."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from calculations import strengths
from calculations.errors import CannotCompute, Fault
from calculations.quantity import Quantity
from calculations.units import unit as engine_unit
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.clinical import (
    HEIGHT_INPUTS,
    OUNCES,
    POUNDS,
    WEIGHT_INPUTS,
    WEIGHT_NAMES,
    grams_in_a_pound,
    weight_of,
)
from tests.conformance.quantities import number, read

PER_DAY_NAMES = {
    "doses", "doses_per_day", "times_per_day", "frequency", "times", "divided_doses", "per_day", "divided", "schedule",
    "times_daily", "daily_doses",
}  # fmt: skip
DENSITY_NAMES = {"sg", "specific_gravity"}
LABELS = {
    "drug", "drug_name", "medication", "name", "product", "brand", "substance", "salt", "fluid", "solution", "vehicle",
    "diluent", "diluent_name", "route", "indication", "device", "container", "sex", "gender", "formula",
}  # fmt: skip
"""Inputs that may say in words what a thing is; words measure nothing."""

_NAMED_TIMES = {"days": "day", "hours": "h", "minutes": "min"}
_NAMED_UNITS = dict.fromkeys(("drop_factor", "drip_factor", "drop_set", "tubing", "calibration"), "drop/mL")
"""Names of a bare number that can only be so much of one unit."""
_TIMES_A_DAY = {
    "daily": 1, "once daily": 1, "qd": 1, "once a day": 1, "bid": 2, "twice daily": 2, "twice a day": 2,
    "tid": 3, "three times a day": 3, "three times daily": 3, "qid": 4, "four times a day": 4, "four times daily": 4,
}  # fmt: skip
_EVERY = re.compile(r"(?:q|every )(\d{1,2}) ?(?:h|hours|hrs|hr)", re.ASCII)
COUNTS = {
    "tablets",
    "capsules",
    "ampuls",
    "ampules",
    "vials",
    "packets",
    "count",
    "number_of_tablets",
    "number_of_vials",
    "cycles",
}
_FACTORS = {"factor", "salt_factor", "conversion_factor", *COUNTS}
"""What they stand beside is multiplied by them."""
_DILUTIONS = {"dilution_factor", "dilution", "fold"}
_OF_THE_DOSE = {"percent_of_dose", "dose_percent", "percent", "percentage", "dose_fraction", "fraction_of_dose"}
_DOSED = {"dose_by_weight", "bsa", "infusion_rate"}
"""Topics in which a percent by itself is one of the dose."""
_WEIGHED = {"percent_ratio_strength", "dilution_alligation", "mg_mmol_meq"}
"""Topics in which the weight is that of a liquid or a mixture; in all others it is the patient's."""
_OF_A_THING = {"weight", "mass", "quantity", "have", "have_lo", "have_hi", "total", "drug", "amount", "base"}
"""Names of what a mixture or a liquid weighs, in the topics above also in pounds."""
_NEVER_ZERO = {*WEIGHT_INPUTS, *HEIGHT_INPUTS, "bsa", "surface", "concentration", "molar_mass", "volume"}
_MASS = engine_unit("g").dimension


def is_label(name: str, data: Any) -> bool:
    """Whether an input only says in words what something is."""
    return name in LABELS and isinstance(data, str) and not any(sign.isdigit() for sign in data)


def readings(case: Case, name: str, data: Any) -> list[Quantity]:
    """Every way in which one input may be meant; dimensions decide between them later.

    Raises:
        CannotAnswer: there is no way, or it is less than nothing.
        UnknownUnit: the unit is outside the vocabulary.
    """
    found = list(_readings(case, name, data))
    if not found:
        raise CannotAnswer(f"{name} cannot be read")
    if found[0].number < 0:
        raise CannotAnswer(f"{name} is below zero")
    if found[0].number == 0 and name in _NEVER_ZERO:
        raise CannotAnswer(f"{name} is zero")
    return found


def _readings(case: Case, name: str, data: Any) -> Iterator[Quantity]:
    if not isinstance(data, Mapping):
        yield from _plain_readings(name, data)
        return
    unit, value = str(data.get("unit")), data.get("value")
    if unit == "%" and ((name in _OF_THE_DOSE and case.topic in _DOSED) or "fraction" in name):
        yield Quantity(number(value) * 10, "mg/g")  # a share of it, never divided by
        return
    if unit in ("ppm", "ppb"):
        million = Quantity(number(value) / (1 if unit == "ppm" else 1000), "one")
        yield strengths.from_ppm(million)
        yield million / 10**6
    elif unit in ("1", ""):
        yield from _plain_readings(name, value)
    elif unit in POUNDS | OUNCES and case.topic in _WEIGHED and name in _OF_A_THING and not _is_per_weight(case):
        yield Quantity(number(value) * grams_in_a_pound(case) / (16 if unit in OUNCES else 1), "g")
    elif unit in POUNDS | OUNCES:
        yield weight_of(case, data)
    elif unit.startswith("% "):
        yield from _percent_readings(unit, number(value))
    else:
        of_patient = name in WEIGHT_NAMES or not set(WEIGHT_NAMES) & set(case.inputs)
        if name in WEIGHT_NAMES and unit in ("kg", "g") and (case.topic not in _WEIGHED or _is_per_weight(case)):
            yield read(data, body_weight=True)
        else:
            yield from _measured(data, unit, value, of_patient=of_patient)


def _is_per_weight(case: Case) -> bool:
    """Whether something is told per kilogram of a patient."""
    return any(isinstance(data, Mapping) and "/kg" in str(data.get("unit")) for data in case.inputs.values())


def _measured(data: Mapping[str, Any], unit: str, value: Any, *, of_patient: bool) -> Iterator[Quantity]:
    """A number with a unit; a kilogram may be the drug's or (`of_patient`) the patient's, a percent may be a share."""
    refusal: UnknownUnit | None = None
    try:
        yield read(data)
    except UnknownUnit as found:
        refusal = found
    if unit in ("kg", "g") and of_patient:
        yield read(data, body_weight=True)
    elif unit.endswith("/dose") and refusal is None:  # so much per dose is so much
        yield read({"value": value, "unit": unit.removesuffix("/dose")})
    elif unit == "%":
        yield Quantity(number(value), "one") / 100
    elif refusal is not None:
        raise refusal


def _percent_readings(unit: str, value: Fraction) -> Iterator[Quantity]:
    """A percent that says of what: g in 100 mL, or a share by weight or volume."""
    if unit == "% w/v":
        yield Quantity(value, "%")
    elif unit in ("% w/w", "% v/v"):
        yield Quantity(value, "one") / 100
    else:
        raise UnknownUnit(f"{unit} is no percent of the vocabulary")


def _plain_readings(name: str, data: Any) -> Iterator[Quantity]:
    """A bare number or a ratio strength (w/v as a concentration, w/w and v/v as a share, otherwise as either)."""
    text = str(data).strip()
    if name in _DILUTIONS and (times := number(text.replace(" ", "").removeprefix("1:"))) >= 1:
        yield Quantity(1000 / times, "mg/g")  # 1 in so many
        return
    ratio, _, kind = text.replace(" in ", ":").replace(": ", ":").partition(" ")
    if ":" in ratio:
        yield from _ratio_readings(name, ratio, kind)
    elif name in PER_DAY_NAMES and (often := times_a_day(text)) is not None:
        yield Quantity(often, "per_day")
    elif name in _NAMED_TIMES:
        yield Quantity(number(data), _NAMED_TIMES[name])
    elif name in _NAMED_UNITS:
        yield Quantity(number(data), _NAMED_UNITS[name])
    else:
        value = number(data)
        if name in PER_DAY_NAMES:
            yield Quantity(value, "per_day")
        elif name in DENSITY_NAMES:
            yield Quantity(value, "g/mL")
        elif name in _FACTORS or "fraction" in name:
            yield Quantity(value * 1000, "mg/g")
            return
        yield Quantity(value, "one")


def times_a_day(text: str) -> Fraction | None:
    """How often a day, from words such as bid or q8h; None for other words."""
    words = text.lower().replace(".", "")
    if words in _TIMES_A_DAY:
        return Fraction(_TIMES_A_DAY[words])
    every = _EVERY.fullmatch(words)
    return Fraction(24, int(every[1])) if every and int(every[1]) else None


def _ratio_readings(name: str, ratio: str, kind: str) -> Iterator[Quantity]:
    part, _, whole = ratio.partition(":")
    try:
        strength = strengths.parse_ratio(f"1:{whole}", name) * number(part)
    except (Fault, CannotCompute) as found:
        raise CannotAnswer(str(found)) from None
    if kind not in ("w/w", "v/v"):
        yield strength
    if kind != "w/v":
        yield Quantity(1, "one") / strengths.to_ratio(strength).number
