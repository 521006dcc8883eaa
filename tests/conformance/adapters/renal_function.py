"""Kidney function by the formula that inputs, convention and wanted unit determine; every input given must be used."""

import re
from collections.abc import Mapping
from typing import Any

from calculations import body_size, renal_function
from calculations.dosing import dose_from_auc
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from tests.conformance.adapters.bsa import surface
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.clinical import age, body_weight, convention, creatinine, first, height, sex
from tests.conformance.quantities import case_unit, in_wanted, number, read

_INDEXED = case_unit("mL/min/1.73m2").dimension
_ABSOLUTE = case_unit("mL/min").dimension
_MASS = case_unit("mg").dimension
_UNDERWEIGHT = Quantity("18.5", "BMI")
_OVERWEIGHT = Quantity(25, "BMI")
_ADULT = Quantity(18, "year")
_BEDSIDE = Quantity("0.413", "one")
_ACTUAL, _IDEAL, _ADJUSTED = {"actual", "total", "tbw", "abw"}, {"ideal", "ibw", "devine"}, {"adjusted", "adjbw"}
_RULE_WORDS = {*_ACTUAL, *_IDEAL, *_ADJUSTED, "body", "weight", "factor", "with", "bw", "lean"}
_FACTOR, _LETTERS = re.compile(r"0?\.\d+"), re.compile(r"[a-z]+")
_CAPS = ("gfr_cap", "cap", "crcl_cap", "max_gfr", "max_value")
_FLOORS = ("scr_floor", "min_scr", "creatinine_floor")
_KNOWN = {
    *_CAPS, *_FLOORS,
    "age", "age_years", "years", "sex", "gender", "weight", "body_weight", "patient_weight", "lb", "oz", "weight_lb",
    "weight_oz", "height", "length", "ht", "ft", "in", "height_ft", "height_in", "scr", "creatinine",
    "serum_creatinine", "cr", "k", "egfr", "gfr", "crcl", "clearance", "rate", "bsa", "surface", "auc", "target_auc",
}  # fmt: skip


def answer(case: Case) -> Answer:
    """Clearance, estimated rate, or the Calvert dose that follows."""
    try:
        return in_wanted(_find(case), case.wanted_unit)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _find(case: Case) -> Quantity:
    if unused := set(case.inputs) - _KNOWN:
        raise CannotAnswer(f"no rule uses {', '.join(sorted(unused))}")
    wanted = case_unit(case.wanted_unit).dimension
    level = creatinine(case)
    if first(case, "auc", "target_auc") is not None and wanted is _MASS:
        return calvert(case)
    if level is None:
        return _turned(case, wanted)
    floor = _limit(case, _FLOORS, "mg/dL")
    level = level if floor is None else renal_function.floored_creatinine(level, floor)
    if wanted is _ABSOLUTE:
        return _absolute(case, level)
    if wanted is _INDEXED:
        return _indexed(case, level)
    if set(case.inputs) <= {"scr", "creatinine", "serum_creatinine"}:
        return renal_function.in_mcmol_per_l(level) if "mol" in case.wanted_unit else renal_function.in_mg_per_dl(level)
    raise CannotAnswer(f"no rule gives {case.wanted_unit}")


def _turned(case: Case, wanted: object) -> Quantity:
    """Between a rate per 1.73 m² and the patient's own."""
    rate = first(case, "egfr", "gfr", "crcl", "clearance", "rate")
    if rate is None:
        raise CannotAnswer("neither creatinine nor a rate is given")
    given = first(case, "bsa", "surface")
    own = surface(case, ("bsa",)) if given is None else read(given)
    turn = renal_function.deindexed if wanted is _ABSOLUTE else renal_function.indexed
    return turn(read(rate), own)


def _absolute(case: Case, level: Quantity) -> Quantity:
    """The patient's own clearance: Cockcroft-Gault, or a rate per 1.73 m² by its name and the patient's surface."""
    named = convention(case, "formula", "equation", "method")
    if named is None or "cockcroft" in named or named in ("cg", "c-g"):
        found = _cockcroft(case, level)
    else:
        found = renal_function.deindexed(_by_name(case, named, level), surface(case, ("bsa",)))
    cap = _limit(case, _CAPS, "mL/min")
    return found if cap is None else renal_function.capped_clearance(found, cap)


def _limit(case: Case, names: tuple[str, ...], unit: str) -> Quantity | None:
    """A cap or a floor, as input or by the convention; None where there is none or it says `none`."""
    given = first(case, *names)
    if isinstance(given, Mapping):
        return read(given)
    said = str(given) if given is not None else convention(case, *names)
    if said is None or said in ("none", "no", "uncapped"):
        return None
    return Quantity(number(said.split()[0]), unit)


def _indexed(case: Case, level: Quantity) -> Quantity:
    """A figure per 1.73 m² by the formula that is named, else by the one that uses all that is given."""
    named = convention(case, "formula", "equation", "method")
    if named is not None:
        return _by_name(case, named, level)
    years, tall, weight = age(case), height(case), body_weight(case)
    if _schwartz_k(case) is not None and tall is not None:
        return _schwartz(case, level)
    if years is None:
        raise CannotAnswer("the age is not given")
    if tall is not None and years < _ADULT:
        return _schwartz(case, level)
    if weight is not None and tall is not None:  # they have no other use here; the index needs them both
        return _cockcroft_indexed(case, level)
    if weight is not None or tall is not None:
        raise CannotAnswer("a size is given, and no formula that uses it alone")
    return renal_function.ckd_epi_2021(_sex(case), years, level)


def _by_name(case: Case, named: str, level: Quantity) -> Quantity:
    """A figure per 1.73 m² by a named formula.

    Raises:
        CannotAnswer: we do not have that formula, or in another version.
    """
    if "schwartz" in named and not any(word in named for word in ("original", "1976", "cystatin", "ckid")):
        return _schwartz(case, level)
    if "cockcroft" in named:
        return _cockcroft_indexed(case, level)
    years = age(case)
    if years is None:
        raise CannotAnswer("the age is not given")
    if "mdrd" in named and not any(word in named for word in ("original", "186", "6", "six")):
        return renal_function.mdrd(_sex(case), years, level)
    if "ckd" in named and not any(word in named for word in ("2009", "2012", "cystatin")):
        return renal_function.ckd_epi_2021(_sex(case), years, level)
    raise CannotAnswer(f"no rate by {named}")


def _schwartz_k(case: Case) -> Quantity | None:
    k = first(case, "k") or convention(case, "k")
    if k is None:
        return None
    return read(k) if isinstance(k, Mapping) else Quantity(number(k), "one")


def _schwartz(case: Case, level: Quantity) -> Quantity:
    """By the k that is given, else bedside; the age is checked where it is given."""
    tall, years, k = height(case), age(case), _schwartz_k(case)
    if tall is None:
        raise CannotAnswer("the height is not given")
    if k is not None:
        return renal_function.schwartz(k, tall, level)
    if years is not None:
        return renal_function.schwartz_bedside(years, tall, level)
    return renal_function.schwartz(_BEDSIDE, tall, level)


def _cockcroft_indexed(case: Case, level: Quantity) -> Quantity:
    years, who = age(case), _sex(case)
    if years is None:
        raise CannotAnswer("the age is not given")
    clearance = renal_function.cockcroft_gault(who, years, weight_that_counts(case, who, plain=True), level)
    return renal_function.indexed(clearance, surface(case, ("bsa",)))


def _sex(case: Case) -> str:
    who = sex(case)
    if who is None:
        raise CannotAnswer("the sex is not given")
    return who


def _cockcroft(case: Case, level: Quantity) -> Quantity:
    years, who = age(case), sex(case)
    if years is None or who is None:
        raise CannotAnswer("age or sex is not given")
    return renal_function.cockcroft_gault(who, years, weight_that_counts(case, who), level)


def weight_that_counts(case: Case, who: str, *, plain: bool = False) -> Quantity:
    """The weight that the convention names; without one the actual weight, if no height suggests another."""
    actual, tall = body_weight(case), height(case)
    rule = convention(case, "weight", "rule") or ""
    plainly = set(_LETTERS.findall(rule)) <= _RULE_WORDS  # no `if`, `above` or `unless`
    kind = rule.partition(" ")[0]
    if kind in _IDEAL and plainly and tall is not None:
        return body_size.ideal_body_weight(who, tall)
    if actual is None:
        raise CannotAnswer("the weight is not given")
    if not rule and tall is not None and not plain:
        raise CannotAnswer("weight and height are given, and no rule says which weight counts")
    if not rule or (kind in _ACTUAL and plainly):
        return actual
    if tall is None:
        raise CannotAnswer(f"{rule} needs the height")
    if "bmi" in rule and "class" in rule:
        return _by_mass_index(who, actual, tall)
    if kind in _ADJUSTED and plainly:
        factor = _FACTOR.search(rule)
        share = Quantity(number(factor.group()) if factor else "0.4", "one")
        return body_size.adjusted_body_weight(body_size.ideal_body_weight(who, tall), actual, share)
    if kind == "lean" and plainly:
        return body_size.lean_body_weight(who, actual, tall)
    raise CannotAnswer(f"no weight by the rule {rule}")


def _by_mass_index(who: str, actual: Quantity, tall: Quantity) -> Quantity:
    """Underweight: actual; normal: the smaller of ideal and actual; above: adjusted (the rule of MDCalc)."""
    index = body_size.bmi(actual, tall)
    if index < _UNDERWEIGHT:
        return actual
    ideal = body_size.ideal_body_weight(who, tall)
    return min(ideal, actual) if index < _OVERWEIGHT else body_size.adjusted_body_weight(ideal, actual)


def calvert(case: Case) -> Quantity:
    """Carboplatin by Calvert. A clearance above 125 mL/min needs a word on whether it is capped."""
    told = first(case, "auc", "target_auc")
    auc = read(told) if isinstance(told, Mapping) and told.get("unit") != "1" else Quantity(number(_value(told)), "AUC")
    clearance = _clearance(case)
    cap = _limit(case, _CAPS, "mL/min")
    is_open = cap is None and first(case, *_CAPS) is None and convention(case, *_CAPS) is None
    if is_open and clearance > Quantity(125, "mL/min"):
        raise CannotAnswer("nothing says whether the clearance is capped")
    return dose_from_auc(auc, clearance if cap is None else min(clearance, cap))


def _clearance(case: Case) -> Quantity:
    """The clearance for Calvert, mL/min: as given, from a rate per 1.73 m² and the surface, or by Cockcroft-Gault."""
    given = first(case, "gfr", "crcl", "clearance", "egfr")
    if given is None:
        level = creatinine(case)
        if level is None:
            raise CannotAnswer("neither clearance nor creatinine is given")
        floor = _limit(case, _FLOORS, "mg/dL")
        return _cockcroft(case, level if floor is None else renal_function.floored_creatinine(level, floor))
    found = read(given)
    if found.unit.dimension is not _INDEXED:
        return found
    own = first(case, "bsa", "surface")
    return renal_function.deindexed(found, surface(case, ("bsa",)) if own is None else read(own))


def _value(data: Any) -> Any:
    return data.get("value") if isinstance(data, Mapping) else data
