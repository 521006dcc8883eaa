"""Body weights: conversion, ideal, adjusted, lean; heights; the mass index; a dosing weight by a named rule."""

import re
from collections.abc import Mapping

from calculations import body_size
from calculations.errors import CannotCompute, OutOfRange
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.clinical import (
    HEIGHT_INPUTS,
    POUNDS,
    WEIGHT_INPUTS,
    body_weight,
    convention,
    first,
    height,
    kilograms_in_a_pound,
    sex,
    weight_of,
)
from tests.conformance.quantities import case_unit, in_wanted, number

_IDEAL = {"devine", "ideal", "ibw"}
_LEAN = {"janmahasatian", "lean", "lbw", "ffm"}
_BODY_WORDS = {"body", "weight", "bw"}
_ADJUSTED = re.compile(r"(?:adjusted|adjbw|abw)(?: body)?(?: weight)?(?: \(?(0?\.\d+)\)?)?")
_ADJUSTED_FROM = Quantity("1.2", "one")
_IDEAL_INPUTS = ("ibw", "ideal", "ideal_weight", "ideal_body_weight")
_INDEX_UNITS = ("kg/m2", "kg/m²", "kg/m^2")
_KNOWN = {*WEIGHT_INPUTS, *HEIGHT_INPUTS, *_IDEAL_INPUTS, "sex", "gender", "age", "age_years", "bmi"}


def answer(case: Case) -> Answer:
    """The weight (or height, or mass index) that the inputs and the convention determine."""
    if unused := set(case.inputs) - _KNOWN:
        raise CannotAnswer(f"no rule uses {', '.join(sorted(unused))}")
    wanted = case.wanted_unit
    try:
        if wanted in _INDEX_UNITS:
            return Value.of(_mass_index(case).amount_in("BMI"), wanted)
        if wanted not in POUNDS and case_unit(wanted).dimension is unit("cm").dimension:
            return in_wanted(_height_alone(case), wanted)
        found = _find(case)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
    if wanted in POUNDS:
        return Value.of(found.amount_in("kg_bw") / kilograms_in_a_pound(case), wanted)
    return in_wanted(found, wanted, body_weight=wanted in ("kg", "g"))


def _mass_index(case: Case) -> Quantity:
    weight, tall = body_weight(case), height(case)
    if weight is None or tall is None:
        raise CannotAnswer("a mass index needs weight and height")
    return body_size.bmi(weight, tall)


def _height_alone(case: Case) -> Quantity:
    tall = height(case)
    if tall is None or body_weight(case) is not None:
        raise CannotAnswer("there is no height alone")
    return tall


def _find(case: Case) -> Quantity:
    weight, tall, who = body_weight(case), height(case), sex(case)
    rule = convention(case, "formula", "rule", "weight", "method") or ""
    if weight is not None and first(case, *_IDEAL_INPUTS) is not None:
        return _adjusted(case, rule, weight_of(case, first(case, *_IDEAL_INPUTS)), weight)
    if weight is not None and first(case, "bmi") is not None:
        return _lean_by_index(case, rule, who, weight)
    if tall is None and weight is not None:
        if rule and not _says(rule, {"actual", "total", "tbw"}):
            raise CannotAnswer(f"the height for {rule} is not given")
        return weight
    if tall is None or who is None:
        raise CannotAnswer("neither a weight alone nor height and sex")
    if weight is None:
        if rule and not _says(rule, _IDEAL):
            raise CannotAnswer(f"no ideal weight by {rule}")
        return body_size.ideal_body_weight(who, tall)
    if _says(rule, _LEAN):
        return body_size.lean_body_weight(who, weight, tall)
    chosen = convention(case, "rule", "weight") or ""
    if _says(chosen, _IDEAL) and convention(case, "factor", "share") is None:
        return body_size.ideal_body_weight(who, tall)
    if _says(chosen, {"actual", "total", "tbw"}):
        return weight
    if rule == "insightrx dosing weight":
        return dosing_weight(who, weight, tall)
    return _adjusted(case, rule, body_size.ideal_body_weight(who, tall), weight)


def _says(rule: str, names: set[str]) -> bool:
    """Whether a rule is one of these names, with or without `body weight` behind it."""
    words = set(rule.split())
    return bool(words & names) and words <= names | _BODY_WORDS


def _adjusted(case: Case, rule: str, ideal: Quantity, weight: Quantity) -> Quantity:
    """Ideal weight and a share of what is above it; the share must be told, by itself or in the rule."""
    told, share = _ADJUSTED.fullmatch(rule), convention(case, "factor", "share")
    if share is None and told is not None:
        share = told[1] or "0.4"
    if share is None or (rule and not _says(rule, _IDEAL) and told is None):
        raise CannotAnswer("the inputs do not say which weight is meant")
    return body_size.adjusted_body_weight(ideal, weight, Quantity(number(share), "one"))


def _lean_by_index(case: Case, rule: str, who: str | None, weight: Quantity) -> Quantity:
    """Lean weight where the mass index is given in the place of the height."""
    if not _says(rule, _LEAN) or who is None:
        raise CannotAnswer("weight and mass index, and nothing says what follows from them")
    given = first(case, "bmi")
    plain = given.get("value") if isinstance(given, Mapping) and given.get("unit") in _INDEX_UNITS else given
    return body_size.lean_body_weight_from_bmi(who, weight, Quantity(number(plain), "BMI"))


def dosing_weight(who: str, weight: Quantity, tall: Quantity) -> Quantity:
    """Actual below the ideal weight, adjusted above 120 % of it, ideal between (rule of the InsightRX clinPK package)."""
    try:
        ideal = body_size.ideal_body_weight(who, tall)
    except OutOfRange as refused:
        raise CannotAnswer(str(refused)) from None
    if weight < ideal:
        return weight
    return body_size.adjusted_body_weight(ideal, weight) if weight > ideal * _ADJUSTED_FROM else ideal
