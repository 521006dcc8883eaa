"""Body weights: conversion, ideal, adjusted, lean; the mass index; a dosing weight by a named rule."""

from calculations import body_size
from calculations.errors import CannotCompute, OutOfRange
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.clinical import body_weight, convention, height, sex
from tests.conformance.quantities import in_wanted, number

_IDEAL = {"devine", "ideal", "ibw"}
_LEAN = {"janmahasatian", "lean", "lbw"}
_ADJUSTED_FROM = Quantity("1.2", "one")


def answer(case: Case) -> Answer:
    """The weight (or mass index) that the inputs and the convention determine."""
    try:
        if case.wanted_unit in ("kg/m2", "kg/m²"):
            return Value.of(_mass_index(case).amount_in("BMI"), case.wanted_unit)
        found = _find(case)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
    return in_wanted(found, case.wanted_unit, body_weight=case.wanted_unit in ("kg", "g", "lb"))


def _mass_index(case: Case) -> Quantity:
    weight, tall = body_weight(case), height(case)
    if weight is None or tall is None:
        raise CannotAnswer("a mass index needs weight and height")
    return body_size.bmi(weight, tall)


def _find(case: Case) -> Quantity:
    weight, tall, who = body_weight(case), height(case), sex(case)
    if tall is None and weight is not None:
        return weight
    if tall is None or who is None:
        raise CannotAnswer("neither a weight alone nor height and sex")
    rule = convention(case, "formula", "rule", "weight") or ""
    if weight is None:
        if rule and rule not in _IDEAL:
            raise CannotAnswer(f"no ideal weight by {rule}")
        return body_size.ideal_body_weight(who, tall)
    if rule in _LEAN:
        return body_size.lean_body_weight(who, weight, tall)
    return _from_actual(case, rule, who, weight, tall)


def _from_actual(case: Case, rule: str, who: str, weight: Quantity, tall: Quantity) -> Quantity:
    """A weight that starts from the actual one: adjusted by a stated factor, or a named dosing weight."""
    factor = convention(case, "factor")
    if rule in _IDEAL and factor is not None:
        ideal = body_size.ideal_body_weight(who, tall)
        return body_size.adjusted_body_weight(ideal, weight, Quantity(number(factor), "one"))
    if rule == "insightrx dosing weight":
        return dosing_weight(who, weight, tall)
    raise CannotAnswer("the inputs do not say which weight is meant")


def dosing_weight(who: str, weight: Quantity, tall: Quantity) -> Quantity:
    """Actual below the ideal weight, adjusted above 120 % of it, ideal between (rule of the InsightRX clinPK package)."""
    try:
        ideal = body_size.ideal_body_weight(who, tall)
    except OutOfRange as refused:
        raise CannotAnswer(str(refused)) from None
    if weight < ideal:
        return weight
    return body_size.adjusted_body_weight(ideal, weight) if weight > ideal * _ADJUSTED_FROM else ideal
