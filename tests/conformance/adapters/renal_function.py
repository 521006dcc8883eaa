"""Kidney function by the formula that inputs, convention and wanted unit determine; every input given must be used."""

import re
from collections.abc import Mapping
from typing import Any

from calculations import renal_function
from calculations.dosing import dose_from_auc
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from tests.conformance import formulas
from tests.conformance.adapters.bsa import surface
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import age, body_weight, convention, creatinine, first, height, sex
from tests.conformance.quantities import case_unit, in_wanted, number, read
from tests.conformance.weights import IDEAL_INPUTS, weight_that_counts

_INDEXED = case_unit("mL/min/1.73m2").dimension
_ABSOLUTE = case_unit("mL/min").dimension
_MASS = case_unit("mg").dimension
_ADULT = Quantity(18, "year")
_LARGEST_K, _SI = Quantity(10, "one"), Quantity("88.4", "one")
_BEDSIDE = Quantity("0.413", "one")
_AUC_UNITS = (
    "1", "", "AUC", "mg*min/mL", "mg.min/mL", "mg·min/mL", "mg/mL*min", "mg/mL.min", "mg/mL·min", "mg/mL/min",
    "min*mg/mL", "mg min/mL", "mg/mL min", "mg/mL x min",
)  # fmt: skip
"""Spellings of mg·min/mL; mg/mL/min is a common slip for it."""
_CAPS = ("gfr_cap", "cap", "crcl_cap", "max_gfr", "max_value")
_LEAST = ("min_value", "min_gfr", "min_crcl")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RAISED, _WORDS = {"up", "least", "minimum", "min", "floor"}, re.compile(r"[a-z]+")
_SPINAL = {"sci", "spinal"}
_FLOORS = ("scr_floor", "min_scr", "creatinine_floor")
CALVERT_INPUTS = {
    *_CAPS, *_FLOORS, *IDEAL_INPUTS, "age", "age_years", "sex", "gender", "weight", "body_weight", "lb", "oz", "height",
    "ft", "in", "scr", "creatinine", "serum_creatinine", "egfr", "gfr", "crcl", "clearance", "bsa", "surface", "auc",
    "target_auc",
}  # fmt: skip
"""All that a dose by Calvert may hang on."""
_KNOWN = {
    *_CAPS, *_FLOORS, *_LEAST, *IDEAL_INPUTS,
    "age", "age_years", "years", "sex", "gender", "weight", "body_weight", "patient_weight", "lb", "oz", "weight_lb",
    "weight_oz", "height", "length", "ht", "ft", "in", "height_ft", "height_in", "scr", "creatinine",
    "serum_creatinine", "cr", "k", "race", "egfr", "gfr", "crcl", "clearance", "rate", "bsa", "surface", "auc", "dose",
    "target_auc",
}  # fmt: skip


def answer(case: Case) -> Answer:
    """Clearance, estimated rate, or the Calvert dose that follows."""
    try:
        found = _find(case)
        if case.wanted_unit in _AUC_UNITS[2:]:
            return Value.of(found.amount_in("AUC"), case.wanted_unit)
        return in_wanted(found, case.wanted_unit)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _find(case: Case) -> Quantity:
    if "urine_creatinine" in case.inputs:
        return _measured(case)
    if unused := set(case.inputs) - _KNOWN:
        raise CannotAnswer(f"no rule uses {', '.join(sorted(unused))}")
    named = convention(case, "formula", "equation", "method") or ""
    if "race" in case.inputs and "2009" not in named and "mdrd" not in named:
        raise CannotAnswer("no formula for the race that is given is named")
    wanted = None if case.wanted_unit in _AUC_UNITS[2:] else case_unit(case.wanted_unit).dimension
    level = creatinine(case)
    if first(case, "auc", "target_auc") is not None and wanted is _MASS:
        return calvert(case)
    if case.wanted_unit in _AUC_UNITS[2:] and first(case, "dose") is not None:
        return read(first(case, "dose")) / dose_from_auc(Quantity(1, "AUC"), _clearance(case)) * Quantity(1, "AUC")
    if level is None:
        return _turned(case, wanted)
    level = _floored(case, level)
    if wanted is _ABSOLUTE:
        return _absolute(case, level)
    if wanted is _INDEXED:
        return _indexed(case, level)
    if set(case.inputs) <= {"scr", "creatinine", "serum_creatinine"}:
        return renal_function.in_mcmol_per_l(level) if "mol" in case.wanted_unit else renal_function.in_mg_per_dl(level)
    raise CannotAnswer(f"no rule gives {case.wanted_unit}")


def _measured(case: Case) -> Quantity:
    """Clearance from collected urine: what was passed in the time ÷ what is in the blood."""
    urine, volume, level = first(case, "urine_creatinine"), first(case, "urine_volume", "volume"), creatinine(case)
    time = first(case, "time", "duration", "collection_time")
    if level is None or volume is None or time is None:
        raise CannotAnswer("a measured clearance needs urine, its volume, the time and the blood")
    return read(urine) * read(volume) / (level * read(time))


def _turned(case: Case, wanted: object) -> Quantity:
    """Between a rate per 1.73 m² and the patient's own."""
    rate = first(case, "egfr", "gfr", "crcl", "clearance", "rate")
    if rate is None:
        raise CannotAnswer("neither creatinine nor a rate is given")
    turn = renal_function.deindexed if wanted is _ABSOLUTE else renal_function.indexed
    return turn(read(rate), _surface(case))


def _absolute(case: Case, level: Quantity) -> Quantity:
    """The patient's own clearance: Cockcroft-Gault, or a rate per 1.73 m² by its name and the patient's surface."""
    named = convention(case, "formula", "equation", "method")
    if named is None or "cockcroft" in named or named == "c-g" or "cg" in _WORDS.findall(named):
        found = _cockcroft(case, level)
    elif "salazar" in named:
        found = _salazar(case, level)
    else:
        found = renal_function.deindexed(_by_name(case, named, level), _surface(case))
    cap, least = _limit(case, _CAPS, "mL/min"), _limit(case, _LEAST, "mL/min")
    found = found if least is None else max(found, least)
    return found if cap is None else renal_function.capped_clearance(found, cap)


def _limit(case: Case, names: tuple[str, ...], unit: str) -> Quantity | None:
    """A cap or a floor, as input or by the convention; None where there is none or it says `none`."""
    given = first(case, *names)
    if isinstance(given, Mapping):
        return read(given)
    said = str(given) if given is not None else convention(case, *names)
    if said is None or said in ("none", "no", "uncapped", "not capped"):
        return None
    told = _NUMBER.findall(said)
    if len(told) != 1:
        raise CannotAnswer(f"{said} says no limit")
    return Quantity(number(told[0]), unit)


def _floored(case: Case, level: Quantity) -> Quantity:
    """The creatinine that counts: no less than a floor, also where the convention rounds low ones up to it."""
    said, floor = convention(case, "scr", "creatinine"), _limit(case, _FLOORS, "mg/dL")
    if said is not None:
        told = _NUMBER.findall(said)
        if len(told) != 1 or not _RAISED & set(_WORDS.findall(said)):
            raise CannotAnswer(f"what is done with the creatinine is not clear: {said}")
        floor = Quantity(number(told[0]), "mg/dL")
    return level if floor is None else renal_function.floored_creatinine(level, floor)


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
    if "schwartz" in named and "cystatin" not in named and "ckid" not in named:
        if _schwartz_k(case) is None and ("original" in named or "1976" in named):
            raise CannotAnswer("the original formula has a k for each age and assay, and none is told")
        return _schwartz(case, level)
    if "cockcroft" in named:
        return _cockcroft_indexed(case, level)
    years = age(case)
    if years is None:
        raise CannotAnswer("the age is not given")
    who, black = _sex(case), _is_black(case)
    level = renal_function.in_mg_per_dl(level)
    if "jelliffe" in named:
        return formulas.jelliffe(who, years, level)
    if "mdrd" in named and not any(word in named for word in ("mdrd-6", "mdrd6", "mdrd 6", "six", "6-var", "6 var")):
        older = "186" in f"{named} {convention(case, 'factor', 'constant')}" or "original" in named
        if older or black:
            return formulas.mdrd(who, years, level, factor=186 if older else 175, black=black)
        return renal_function.mdrd(who, years, level)
    if "ckd" in named and not any(word in named for word in ("2012", "cystatin")):
        if "2009" in named:
            return formulas.ckd_epi_2009(who, years, level, black=black)
        return renal_function.ckd_epi_2021(who, years, level)
    raise CannotAnswer(f"no rate by {named}")


def _is_black(case: Case) -> bool:
    """Whether the case tells the race that the older formulas had a factor for."""
    said = str(first(case, "race") or convention(case, "race") or "").lower()
    return "black" in said.replace("non-black", "") or "african" in said


def _salazar(case: Case, level: Quantity) -> Quantity:
    years, weight, tall = age(case), body_weight(case), height(case)
    if years is None or weight is None or tall is None:
        raise CannotAnswer("Salazar and Corcoran need age, weight and height")
    return formulas.salazar_corcoran(_sex(case), years, weight, tall, renal_function.in_mg_per_dl(level))


def _schwartz_k(case: Case) -> Quantity | None:
    k = first(case, "k") or convention(case, "k")
    if k is None:
        return None
    found = read(k) if isinstance(k, Mapping) else Quantity(number(k), "one")
    return found / _SI if found > _LARGEST_K else found  # 36.5 counts beside mcmol/L


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
    if _SPINAL & set(_WORDS.findall(convention(case, "formula", "equation", "method") or "")):
        clearance = formulas.after_spinal_cord_injury(clearance)
    return renal_function.indexed(clearance, _surface(case))


def _surface(case: Case) -> Quantity:
    """The patient's own surface, given or worked out."""
    given = first(case, "bsa", "surface")
    return surface(case, ("bsa",)) if given is None else read(given)


def _sex(case: Case) -> str:
    who = sex(case)
    if who is None:
        raise CannotAnswer("the sex is not given")
    return who


def _cockcroft(case: Case, level: Quantity) -> Quantity:
    years, who = age(case), sex(case)
    if years is None or who is None:
        raise CannotAnswer("age or sex is not given")
    found = renal_function.cockcroft_gault(who, years, weight_that_counts(case, who), level)
    if _SPINAL & set(_WORDS.findall(convention(case, "formula", "equation", "method") or "")):
        return formulas.after_spinal_cord_injury(found)
    return found


def calvert(case: Case) -> Quantity:
    """Carboplatin by Calvert. A clearance above 125 mL/min needs a word on whether it is capped."""
    told = first(case, "auc", "target_auc")
    if isinstance(told, Mapping) and told.get("unit") not in _AUC_UNITS:
        raise UnknownUnit(f"{told.get('unit')} is no unit of an AUC")
    auc = Quantity(number(str(_value(told)).upper().removeprefix("AUC").strip()), "AUC")
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
        return _cockcroft(case, _floored(case, level))
    found = read(given)
    if found.unit.dimension is not _INDEXED:
        return found
    return renal_function.deindexed(found, _surface(case))


def _value(data: Any) -> Any:
    return data.get("value") if isinstance(data, Mapping) else data
