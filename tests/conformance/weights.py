"""The weight that counts for a dose or a clearance: actual, ideal, adjusted or lean, by the rule that a case names."""

import re

from calculations import body_size
from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer, Case
from tests.conformance.clinical import body_weight, convention, first, height, weight_of
from tests.conformance.formulas import ideal_weight
from tests.conformance.quantities import number

IDEAL_INPUTS = ("ibw", "ideal", "ideal_weight", "ideal_body_weight")
_UNDERWEIGHT = Quantity("18.5", "BMI")
_OVERWEIGHT = Quantity(25, "BMI")
_ACTUAL, _IDEAL, _ADJUSTED = {"actual", "total", "tbw", "abw"}, {"ideal", "ibw", "devine"}, {"adjusted", "adjbw"}
_SMALLER = re.compile(
    r"\b(?:smaller|lower|lesser|min|minimum)\b.*|(?:ideal|ibw).*\b(?:unless|if)\b.*\b(?:less|lower|below|smaller)\b.*"
)
"""The smaller of ideal and actual weight, in whichever words."""
_FORMULA_WORDS = {"cockcroft", "gault", "cg", "equation", "formula"}
_RULE_WORDS = {
    *_ACTUAL, *_IDEAL, *_ADJUSTED, *_FORMULA_WORDS, "body", "weight", "factor", "with", "bw", "lean", "use", "using", "the",
    "of", "by",
}  # fmt: skip
_KINDS = {*_ACTUAL, *_IDEAL, *_ADJUSTED, "lean"}
_FACTOR, _LETTERS = re.compile(r"0?\.\d+"), re.compile(r"[a-z]+")


def weight_that_counts(case: Case, who: str, *, plain: bool = False) -> Quantity:
    """The weight that the convention names; without one the actual weight, if no height suggests another."""
    actual, tall = body_weight(case), height(case)
    rule = convention(case, "weight", "rule") or _in_formula(case)
    rule = "" if set(_LETTERS.findall(rule)) <= _FORMULA_WORDS else rule
    plainly = set(_LETTERS.findall(rule)) <= _RULE_WORDS  # no `if`, `above` or `unless`
    kind = next((word for word in _LETTERS.findall(rule) if word in _KINDS), "")
    if actual is None and first(case, *IDEAL_INPUTS) is not None and (not rule or kind in _IDEAL):
        return _ideal(case, who, rule)
    if kind in _IDEAL and plainly:
        return _ideal(case, who, rule)
    if actual is None:
        raise CannotAnswer("the weight is not given")
    if not rule and (tall is not None or first(case, *IDEAL_INPUTS) is not None) and not plain:
        raise CannotAnswer("weight and height are given, and no rule says which weight counts")
    if not rule or (kind in _ACTUAL and plainly):
        return actual
    if "bmi" in rule and "class" in rule and tall is not None:
        return _by_mass_index(who, actual, tall)
    if {"ideal", "ibw"} & set(_LETTERS.findall(rule)) and _SMALLER.search(rule):
        return min(_ideal(case, who, rule), actual)
    if kind in _ADJUSTED and plainly:
        factor = _FACTOR.search(rule)
        share = factor.group() if factor else convention(case, "factor", "share") or "0.4"
        return body_size.adjusted_body_weight(_ideal(case, who, rule), actual, Quantity(number(share), "one"))
    if kind == "lean" and plainly and tall is not None:
        return body_size.lean_body_weight(who, actual, tall)
    raise CannotAnswer(f"no weight by the rule {rule}")


def _in_formula(case: Case) -> str:
    """A weight that is named with the formula, as in `Cockcroft-Gault with IBW`."""
    named = convention(case, "formula", "equation", "method") or ""
    words = set(_LETTERS.findall(named))
    return named if words & _KINDS and words & _FORMULA_WORDS else ""


def _ideal(case: Case, who: str, rule: str) -> Quantity:
    """The ideal weight that is given, else by Devine."""
    given, tall = first(case, *IDEAL_INPUTS), height(case)
    if given is not None:
        return weight_of(case, given)
    if tall is None:
        raise CannotAnswer(f"{rule} needs the height")
    return ideal_weight(who, tall, "devine" if "devine" in rule else "")


def _by_mass_index(who: str, actual: Quantity, tall: Quantity) -> Quantity:
    """Underweight: actual; normal: the smaller of ideal and actual; above: adjusted (the rule of MDCalc)."""
    index = body_size.bmi(actual, tall)
    if index < _UNDERWEIGHT:
        return actual
    ideal = ideal_weight(who, tall, "devine")  # as that calculator carries it on under 60 in
    return min(ideal, actual) if index < _OVERWEIGHT else body_size.adjusted_body_weight(ideal, actual)
