"""Body weights: conversion, ideal, adjusted, lean; heights; the mass index; a dosing weight by a named rule."""

import re
from collections.abc import Mapping

from calculations import body_size
from calculations.errors import CannotCompute
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
from tests.conformance.formulas import ideal_weight, is_lean, lean_weight
from tests.conformance.quantities import case_unit, in_wanted, number
from tests.conformance.weights import IDEAL_INPUTS

_IDEAL = {"devine", "ideal", "ibw", "robinson", "miller", "hamwi"}
_ANY_IDEAL = {"ideal", "ibw", "body", "weight", "bw", "actual", "total", "tbw"}
_LEAN = {"janmahasatian", "lean", "lbw", "ffm"}
_BODY_WORDS = {"body", "weight", "bw"}
_ADJUSTED = re.compile(r"(?:adjusted|adjbw|abw)(?: body)?(?: weight)?(?:,?(?: factor)? \(?(0?\.\d+)\)?)?")
_ADJUSTED_FROM = Quantity("1.2", "one")
_INDEX_UNITS = ("kg/m2", "kg/m²", "kg/m^2")
_SHARES = ("factor", "share", "adjustment_factor", "correction_factor")
_KNOWN = {*WEIGHT_INPUTS, *HEIGHT_INPUTS, *IDEAL_INPUTS, *_SHARES, "sex", "gender", "age", "age_years", "bmi"}


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
    rule, asked = convention(case, "formula", "rule", "weight", "method") or "", _asked(case)
    if weight is not None and first(case, *IDEAL_INPUTS) is not None:
        return _adjusted(case, rule, weight_of(case, first(case, *IDEAL_INPUTS)), weight)
    if weight is not None and first(case, "bmi") is not None:
        return _lean_by_index(case, rule, who, weight)
    if tall is None and weight is not None:
        if asked or (rule and not _says(rule, {"actual", "total", "tbw"})):
            raise CannotAnswer(f"the height for {rule or asked} is not given")
        return weight
    if tall is None or who is None:
        raise CannotAnswer("neither a weight alone nor height and sex")
    if weight is None or asked == "ideal":
        if rule and not _says(rule, _IDEAL):
            raise CannotAnswer(f"no ideal weight by {rule}")
        return ideal_weight(who, tall, _named(rule))
    if is_lean(rule):
        return lean_weight(who, weight, tall, rule)
    if _says(rule, _LEAN) or (asked == "lean" and not rule):
        return body_size.lean_body_weight(who, weight, tall)
    return _chosen(case, rule, who, weight, tall)


def _chosen(case: Case, rule: str, who: str, weight: Quantity, tall: Quantity) -> Quantity:
    """The weight that a rule chooses where weight, height and sex are given."""
    chosen = convention(case, "rule", "weight") or ""
    if _says(chosen, _IDEAL) and convention(case, *_SHARES) is None and not _asked(case):
        return ideal_weight(who, tall, _named(rule))
    if _says(chosen, {"actual", "total", "tbw"}):
        return weight
    if rule == "insightrx dosing weight":
        return dosing_weight(who, weight, tall)
    return _adjusted(case, rule, ideal_weight(who, tall, _named(rule)), weight)


def _asked(case: Case) -> str:
    """ideal, adjusted or lean, where the wanted figure is named so; nothing else."""
    words = set(str((case.wanted or {}).get("name", "")).lower().split("_"))
    kinds = {"ideal": {"ideal", "ibw"}, "adjusted": {"adjusted", "adjbw"}, "lean": {"lean", "lbw"}}
    return next((kind for kind, names in kinds.items() if words & names), "")


def _named(rule: str) -> str:
    """The formula for the ideal weight that a rule names; nothing where it only says that it is the ideal one."""
    return rule if any(word not in _ANY_IDEAL for word in rule.split()) and _ADJUSTED.fullmatch(rule) is None else ""


def _says(rule: str, names: set[str]) -> bool:
    """Whether a rule is one of these names, with or without `body weight` behind it."""
    words = set(rule.split())
    return bool(words & names) and words <= names | _BODY_WORDS


def _adjusted(case: Case, rule: str, ideal: Quantity, weight: Quantity) -> Quantity:
    """Ideal weight and a share of what is above it; the share must be told, by itself or in the rule."""
    told, given = _ADJUSTED.fullmatch(rule), first(case, *_SHARES)
    share = convention(case, *_SHARES) if given is None else given
    if isinstance(share, Mapping):
        share = share.get("value")
    if share is None and (told is not None or _asked(case) == "adjusted"):
        share = told[1] if told and told[1] else "0.4"
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
    ideal = ideal_weight(who, tall, "devine")
    if weight < ideal:
        return weight
    return body_size.adjusted_body_weight(ideal, weight) if weight > ideal * _ADJUSTED_FROM else ideal
