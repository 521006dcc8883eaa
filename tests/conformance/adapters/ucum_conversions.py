"""UCUM: conversion, commensurability and validity of codes."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from calculations.quantity import Quantity
from calculations.units import Dimension, Unit
from compounding.orders.ucum import is_ucum
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import POUNDS
from tests.conformance.quantities import DRUG, case_unit, in_wanted, number, read, spelled

_AMOUNTS = {"mass", "substance", "charge equivalents"}
# What UCUM makes of dimensions that the engine keeps apart on purpose.
_AS_UCUM: dict[str, dict[str, int]] = {
    "age": {"time": 1}, "body surface": {"length": 2}, "volume": {"length": 3}, "drops": {"length": 3},
    "body weight": {"mass": 1}, "water": {"mass": 1}, "energy": {"mass": 1, "length": 2, "time": -2},
    "vials": {}, "doses": {},
}  # fmt: skip
_ANNOTATION = re.compile(r"(?<=[A-Za-z0-9\]%])\{[^}]*\}")
_PLAIN = {"1": Fraction(1), "%": Fraction(1, 100), "[ppm]": Fraction(1, 10**6)}
"""Numbers without a dimension, in UCUM's sense."""
_COUNTS_OF_PARTICLES = {"substance", "charge equivalents", "osmoles"}


def answer(case: Case) -> Answer:
    """A converted value, a refused conversion with its reason, or a yes or no."""
    if "ucum" in case.inputs:
        return {"valid": is_ucum(str(case.inputs["ucum"]))}
    if {"a", "b"} <= set(case.inputs):
        return _commensurable(str(case.inputs["a"]), str(case.inputs["b"]))
    if {"value", "to_unit"} <= set(case.inputs):
        return _convert(case)
    raise CannotAnswer(f"no rule for inputs {sorted(case.inputs)}")


def _commensurable(a: str, b: str) -> dict[str, Any]:
    if {a, b} <= set(_PLAIN):
        return {"commensurable": True}
    _apart_from_ucum(a, b)
    one, other = _both(_bare(a), _bare(b))
    change = _physical(_difference(one.dimension, other.dimension))
    if change and set(change) <= _COUNTS_OF_PARTICLES:
        raise CannotAnswer("moles, equivalents and osmoles are one kind for UCUM and three for the engine")
    return {"commensurable": not change}


def _convert(case: Case) -> Answer:
    """Convert, over the molar mass and the charge where they are needed and given."""
    given, to_unit = case.inputs["value"], str(case.inputs["to_unit"])
    if not isinstance(given, Mapping):
        raise CannotAnswer("no value with a unit")
    if {str(given.get("unit")), to_unit} <= set(_PLAIN):
        return Value.of(number(given.get("value")) * _PLAIN[str(given.get("unit"))] / _PLAIN[to_unit], to_unit)
    _apart_from_ucum(str(given.get("unit")), to_unit)
    source_unit, target = _both(_bare(str(given.get("unit"))), _bare(to_unit))
    value = Quantity(number(given.get("value")), source_unit, DRUG if source_unit.needs_substance else None)
    change = _difference(value.unit.dimension, target.dimension)
    if change:
        if not (set(change) <= _AMOUNTS and sorted(change.values()) == [-1, 1]):
            if not _physical(change):
                raise CannotAnswer("UCUM converts this, the engine keeps the two kinds apart on purpose")
            return {"error": "not commensurable"}
        (source,) = (name for name, power in change.items() if power < 0)
        (goal,) = (name for name, power in change.items() if power > 0)
        if "mass" in change and "molar_mass" not in case.inputs:
            return {"error": "molar mass missing"}
        if "charge equivalents" in change and "charge" not in case.inputs:
            return {"error": "charge missing"}
        value = _over_substance(case, value, source, goal)
    asked = case.wanted_unit if case.wanted else to_unit
    return Value.of(value.amount_in(target), asked) if asked == to_unit else in_wanted(value, asked)


def _apart_from_ucum(*codes: str) -> None:
    """In UCUM a percent is a plain 1/100; the engine's is g in 100 mL.

    Raises:
        CannotAnswer: one of the codes is a percent.
    """
    if any("%" in code for code in codes):
        raise CannotAnswer("a percent is 1/100 for UCUM and g in 100 mL for the engine")


def _bare(code: str) -> str:
    """A code without its annotations, which UCUM does not count; an annotation alone stays."""
    return _ANNOTATION.sub("", code)


def _both(a: str, b: str) -> tuple[Unit, Unit]:
    """Two units; a pound is one of body weight, and then so is the other mass."""
    if any(spelled(code) != code for code in (a, b)):
        raise UnknownUnit(f"{a} and {b} are read letter for letter")
    in_pounds = bool({a, b} & POUNDS)
    return case_unit(a, body_weight=in_pounds), case_unit(b, body_weight=in_pounds)


def _over_substance(case: Case, value: Quantity, source: str, goal: str) -> Quantity:
    """Mass to moles to equivalents, or back."""
    if source == "mass":
        value = value / read(case.inputs["molar_mass"])
    if source == "charge equivalents":
        value = value / Quantity(number(case.inputs["charge"]), "mEq/mmol")
    if goal == "charge equivalents":
        value = value * Quantity(number(case.inputs["charge"]), "mEq/mmol")
    if goal == "mass":
        value = value * read(case.inputs["molar_mass"])
    return value


def _difference(source: Dimension, target: Dimension) -> dict[str, int]:
    """By how much each base dimension's power differs; empty where they are the same."""
    powers = dict(target.powers)
    for name, power in source.powers:
        powers[name] = powers.get(name, 0) - power
    return {name: power for name, power in powers.items() if power}


def _physical(difference: dict[str, int]) -> dict[str, int]:
    """A difference of dimensions in the dimensions of physics, as UCUM has them."""
    powers: dict[str, int] = {}
    for name, power in difference.items():
        for base, times in _AS_UCUM.get(name, {name: 1}).items():
            powers[base] = powers.get(base, 0) + times * power
    return {name: power for name, power in powers.items() if power}
