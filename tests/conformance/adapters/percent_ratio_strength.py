"""Percent, ratio strength, ppm and specific gravity."""

from collections.abc import Mapping
from math import prod

from calculations import gravimetry, strengths
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.notation import COUNTS, DENSITY_NAMES, readings
from tests.conformance.quantities import case_unit, in_wanted, number
from tests.conformance.solving import read_all, solve, wanted_units

RATIO = "x of 1:x"
_SHARES = {"% w/w": 100, "% v/v": 100, "mg/g": 1000, "mcg/g": 10**6, "g/100g": 100, "g/100 g": 100}
"""Notations of a share by weight or volume, and how many of each make the whole."""
_MILLIONTHS = {"ppm": 1, "ppb": 1000}
_DRUG = ("drug", "solute", "active", "part", "amount", "ingredient")
_VEHICLE = ("diluent", "vehicle", "base", "solvent", "filler", "water", "petrolatum", "lactose")
_WHOLE = (
    "total", "whole", "final", "final_volume", "product", "mixture", "solution", "ointment", "cream", "quantity",
    "volume", "weight", "mass",
)  # fmt: skip
_CONCENTRATION = unit("mg/mL").dimension
_MASS, _VOLUME, _PLAIN = unit("g").dimension, unit("mL").dimension, unit("one").dimension


def answer(case: Case) -> Answer:
    """The strength in the wanted notation, or the amount that it stands for."""
    try:
        return _find(case)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _find(case: Case) -> Answer:
    text = case.wanted_unit
    density = next((name for name in DENSITY_NAMES if name in case.inputs), None)
    if density is not None and len(case.inputs) > 2:
        return _amount_over_density(case, density)
    if text in (RATIO, *_MILLIONTHS, "%", "% w/v", *_SHARES):
        strength = _strength(case, text) if density is None else _by_density(case, density, text)
        return Value.of(said(strength, text), text)
    if density is not None and _strengths_of(case, density) and case_unit(text).dimension is _CONCENTRATION:
        return in_wanted(_by_density(case, density, text), text)
    if density is not None and len(case.inputs) == 1 and "specific_volume" in str((case.wanted or {}).get("name", "")):
        return Value.of(1 / readings(case, density, case.inputs[density])[0].amount_in("g/mL"), text)
    if text == "1" and len(case.inputs) == 2:
        return _specific_gravity(case)
    return _amount(case)


def _by_density(case: Case, density: str, text: str) -> Quantity:
    """From w/w to w/v, or back, over the density."""
    heavy = readings(case, density, case.inputs[density])[0]
    names = [name for name in case.inputs if name != density]
    if len(names) != 1 or heavy.unit.dimension is not _CONCENTRATION or not heavy.number:
        raise CannotAnswer("a density needs one strength beside it")
    (strength, *more) = readings(case, names[0], case.inputs[names[0]])
    by_weight = strength.unit.dimension is _PLAIN
    if more or by_weight == (text in _SHARES):
        raise CannotAnswer(f"{names[0]} does not say by weight or by volume it is told")
    return strength * heavy if by_weight else strength / heavy


def _strengths_of(case: Case, density: str) -> list[str]:
    """The inputs that are told as a share by weight."""
    others = {name: data for name, data in case.inputs.items() if name != density}
    return [name for name, data in others.items() if isinstance(data, Mapping) and data.get("unit") in ("% w/w", "%")]


def _amount_over_density(case: Case, density: str) -> Answer:
    """An amount in a liquid whose strength is told by weight: the density makes it one by volume."""
    heavy, names = readings(case, density, case.inputs[density])[0], _strengths_of(case, density)
    if len(names) != 1:
        raise CannotAnswer("a density needs one strength by weight beside it")
    shares = [one for one in readings(case, names[0], case.inputs[names[0]]) if one.unit.dimension is _PLAIN]
    others = {name: readings(case, name, data) for name, data in case.inputs.items() if name not in (density, names[0])}
    return solve(case, {**others, "strength": [one * heavy for one in shares]})


def _amount(case: Case) -> Answer:
    """An amount that a strength stands for; of a share, names say whether part or whole is given."""
    choices = read_all(case)
    whole = next((name for name in _WHOLE if name in choices), None)
    part = next((name for name in _DRUG if name in choices), None)
    name = whole or part
    if len(choices) != 2 or name is None or (whole and part):
        return solve(case, choices)
    ((strength, shares),) = ((key, given) for key, given in choices.items() if key != name)
    of_share = [one for one in shares if one.unit.dimension is _PLAIN]
    given = choices[name][0]
    if of_share and given.unit.dimension is wanted_units(case.wanted_unit)[0].dimension:
        found = given * of_share[0] if whole else given / of_share[0]
        return in_wanted(found, case.wanted_unit)
    return solve(case, {name: choices[name], strength: shares})


def _strength(case: Case, text: str) -> Quantity:
    """The one strength of the case: a concentration, or a share by weight or by volume."""
    names = list(case.inputs)
    if set(names) & set(_WHOLE) and set(names) & set(_DRUG):
        names = [name for name in names if name not in _VEHICLE]  # the rest of the whole says nothing new
    names = [name for name in names if name not in COUNTS or len(case.inputs) == 1]
    if len(names) == 1:
        return _single(case, names[0], text)
    whole = next((name for name in (*_VEHICLE, *_WHOLE) if name in names), None)
    if whole is None or len(names) != 2:
        raise CannotAnswer("no part and whole to take a strength from")
    (part,) = (name for name in names if name != whole)
    times = [number(_value(case.inputs[name])) for name in case.inputs if name in COUNTS]
    (a, *_), (b, *_) = readings(case, part, case.inputs[part]), readings(case, whole, case.inputs[whole])
    a = a * prod(times)
    if whole == "water" and text == "% w/w" and b.unit.dimension is _VOLUME:
        b = b * Quantity(1, "g/mL")
    if a.unit.dimension is b.unit.dimension:
        return strengths.share(a, a + b if whole in _VEHICLE else b)
    if whole in _VEHICLE:
        raise CannotAnswer("the volume of the whole is not given")
    return strengths.percent(a, b)


def _value(data: object) -> object:
    return data.get("value") if isinstance(data, Mapping) else data


def _single(case: Case, name: str, text: str) -> Quantity:
    """A single strength; a plain percent counts as g in 100 mL unless a share is asked for. Bare numbers are none."""
    found = readings(case, name, case.inputs[name])
    kinds = (_PLAIN, _CONCENTRATION) if text in _SHARES else (_CONCENTRATION, _PLAIN)
    is_bare = len(found) == 1 and ":" not in str(case.inputs[name]) and not isinstance(case.inputs[name], Mapping)
    for kind in kinds:
        for one in found:
            if one.unit.dimension is kind and not is_bare:
                return one
    raise CannotAnswer(f"{name} is no strength")


def said(strength: Quantity, text: str) -> object:
    """The number of a strength in percent, ppm, 1:x or per gram.

    Raises:
        CannotAnswer: a share is asked for as a concentration, or the other way round.
    """
    share = strength.unit.dimension is _PLAIN
    number = strength.amount_in("one") if share else strength.number
    if text == RATIO:
        if not number:
            raise CannotAnswer("nothing in it is no ratio")
        return 1 / number if share else strengths.to_ratio(strength).number
    if text in _MILLIONTHS:
        return (number * 10**6 if share else strengths.to_ppm(strength).number) * _MILLIONTHS[text]
    if (share and text == "% w/v") or (not share and text in _SHARES):
        raise CannotAnswer(f"{'a share' if share else 'a concentration'} cannot be given in {text}")
    return number * _SHARES.get(text, 100) if share else strength.amount_in("%")


def _specific_gravity(case: Case) -> Answer:
    """Mass and volume of one liquid, relative to water."""
    masses, volumes = [], []
    for choices in read_all(case).values():
        masses += [one for one in choices if one.unit.dimension is _MASS]
        volumes += [one for one in choices if one.unit.dimension is _VOLUME]
    if len(case.inputs) != 2 or len(masses) != 1 or len(volumes) != 1:
        raise CannotAnswer("a specific gravity needs one mass and one volume")
    return Value.of(gravimetry.specific_gravity(masses[0], volumes[0]).number, case.wanted_unit)
