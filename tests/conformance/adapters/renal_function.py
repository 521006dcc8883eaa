"""Kidney function by the formula that inputs, convention and wanted unit determine; every input given must be used."""

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
_KNOWN = {
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
    if wanted is _ABSOLUTE:
        return _cockcroft(case, level)
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
    own = surface(case) if given is None else read(given)
    turn = renal_function.deindexed if wanted is _ABSOLUTE else renal_function.indexed
    return turn(read(rate), own)


def _indexed(case: Case, level: Quantity) -> Quantity:
    """A figure per 1.73 m²: Schwartz by its k or by a child's height, else Cockcroft-Gault where a size is given."""
    years, tall, who = age(case), height(case), sex(case)
    k = first(case, "k") or convention(case, "k")
    if k is not None and tall is not None:
        factor = read(k) if isinstance(k, dict) else Quantity(number(k), "one")
        return renal_function.schwartz(factor, tall, level)
    if years is None:
        raise CannotAnswer("the age is not given")
    if tall is not None and body_weight(case) is None and years < _ADULT:
        return renal_function.schwartz_bedside(years, tall, level)
    if who is None:
        raise CannotAnswer("the sex is not given")
    if body_weight(case) is not None and tall is not None:
        # Weight and height have no other use here; the index needs them both.
        return renal_function.indexed(
            renal_function.cockcroft_gault(who, years, _weight(case, who, plain=True), level), surface(case)
        )
    named = convention(case, "formula", "equation") or "ckd-epi 2021"
    if "mdrd" in named:
        return renal_function.mdrd(who, years, level)
    if "ckd" not in named or any(year in named for year in ("2009", "2012")):
        raise CannotAnswer(f"no rate by {named}")
    return renal_function.ckd_epi_2021(who, years, level)


def _cockcroft(case: Case, level: Quantity) -> Quantity:
    years, who = age(case), sex(case)
    if years is None or who is None:
        raise CannotAnswer("age or sex is not given")
    return renal_function.cockcroft_gault(who, years, _weight(case, who), level)


def _weight(case: Case, who: str, *, plain: bool = False) -> Quantity:
    """The weight that the convention names; without one the actual weight, if no height suggests another."""
    actual, tall = body_weight(case), height(case)
    if actual is None:
        raise CannotAnswer("the weight is not given")
    rule = convention(case, "weight", "rule")
    if rule is None:
        if tall is not None and not plain:
            raise CannotAnswer("weight and height are given, and no rule says which weight counts")
        return actual
    if rule in ("actual", "total", "tbw", "abw"):
        return actual
    if tall is None:
        raise CannotAnswer(f"{rule} needs the height")
    return _by_rule(rule, who, actual, tall)


def _by_rule(rule: str, who: str, actual: Quantity, tall: Quantity) -> Quantity:
    if "bmi" in rule:
        index = body_size.bmi(actual, tall)
        if index < _UNDERWEIGHT:
            return actual
        ideal = body_size.ideal_body_weight(who, tall)
        return min(ideal, actual) if index < _OVERWEIGHT else body_size.adjusted_body_weight(ideal, actual)
    kind, _, factor = rule.partition(" ")
    ideal = body_size.ideal_body_weight(who, tall)
    if kind in ("ideal", "ibw", "devine"):
        return ideal
    if kind == "adjusted" and (not factor or factor.replace(".", "", 1).isdigit()):
        return body_size.adjusted_body_weight(ideal, actual, Quantity(factor or "0.4", "one"))
    if kind == "lean":
        return body_size.lean_body_weight(who, actual, tall)
    raise CannotAnswer(f"no weight by the rule {rule}")


def calvert(case: Case) -> Quantity:
    """Carboplatin by Calvert. A clearance above 125 mL/min needs a word on whether it is capped."""
    auc, given = read(first(case, "auc", "target_auc")), first(case, "gfr", "crcl", "clearance", "egfr")
    if given is not None:
        clearance = read(given)
    else:
        level = creatinine(case)
        if level is None:
            raise CannotAnswer("neither clearance nor creatinine is given")
        clearance = _cockcroft(case, level)
    cap = convention(case, "gfr_cap", "cap")
    customary = Quantity(125, "mL/min")
    if cap in (None, "none", "no"):
        if cap is None and clearance > customary:
            raise CannotAnswer("nothing says whether the clearance is capped")
        return dose_from_auc(auc, clearance)
    return dose_from_auc(auc, min(clearance, Quantity(number(cap.split()[0]), "mL/min")))
