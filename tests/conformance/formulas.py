"""Formulas that a case names and the engine itself does not dose by, and the reach of Devine's under 60 inches.

The engine refuses Devine's weight under 60 in. A case that names the formula asks for its line carried on, as its
sources do; a case that names none stays unanswered.
"""

from fractions import Fraction
from typing import Any

from calculations import body_size
from calculations.arithmetic import power
from calculations.errors import OutOfRange
from calculations.number import exact
from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer

_IDEAL = {  # kg at 60 in, kg for each inch above
    "robinson": {"male": ("52", "1.9"), "female": ("49", "1.7")},  # Am J Hosp Pharm 1983;40:1016
    "miller": {"male": ("56.2", "1.41"), "female": ("53.1", "1.36")},  # Am J Hosp Pharm 1983;40:1622
    "hamwi": {"male": ("48", "2.7"), "female": ("45.5", "2.2")},  # Am Diabetes Assoc 1964
}
_LEAN = {  # of weight in kg, of height in cm, of (weight/height)², constant
    "james": {"male": ("1.1", "0", "-128", "0"), "female": ("1.07", "0", "-148", "0")},  # HMSO 1976
    "boer": {"male": ("0.407", "0.267", "0", "-19.2"), "female": ("0.252", "0.473", "0", "-48.3")},  # 1984;247:F632
    "hume": {
        "male": ("0.3281", "0.33929", "0", "-29.5336"), "female": ("0.29569", "0.41813", "0", "-43.2933"),
    },  # J Clin Pathol 1966;19:389
}  # fmt: skip
_CKD_EPI_2009 = {"male": ("0.9", "-0.411", "1"), "female": ("0.7", "-0.329", "1.018")}  # Levey 2009;150:604
_RACE = {"ckd": "1.159", 186: "1.21", 175: "1.212"}
_INCH = Quantity(1, "in")
_SIXTY = Quantity(60, "in")


def one_of(names: object, text: str) -> str | None:
    """The one of these names that stands in the text; None where none or two do."""
    found = [name for name in names if name in text] if isinstance(names, dict) else []
    return found[0] if len(found) == 1 else None


def ideal_weight(who: str, tall: Quantity, named: str = "") -> Quantity:
    """Ideal weight by the named formula, Devine without one; only a named formula reaches under 60 in.

    Raises:
        CannotAnswer: the sex is not told.
        OutOfRange: under 60 in, and no formula is named.
    """
    other = one_of(_IDEAL, named)
    if who not in ("male", "female"):
        raise CannotAnswer("an ideal weight needs the sex")
    if other is not None:
        base, per_inch = (Fraction(one) for one in _IDEAL[other][who])
        return Quantity(base + per_inch * (exact(tall.amount_in("in")) - 60), "kg_bw")
    try:
        return body_size.ideal_body_weight(who, tall)
    except OutOfRange:
        if not named:
            raise
    at_sixty = body_size.ideal_body_weight(who, _SIXTY)
    each_inch = body_size.ideal_body_weight(who, _SIXTY + _INCH) - at_sixty
    return at_sixty - each_inch * ((_SIXTY - tall) / _INCH)


def is_lean(named: str) -> bool:
    """Whether a named formula is one of those for a lean weight that the engine does not have."""
    return one_of(_LEAN, named) is not None


def lean_weight(who: str | None, weight: Quantity, tall: Quantity, named: str) -> Quantity:
    """Lean weight by James, Boer or Hume."""
    name = one_of(_LEAN, named)
    if name is None or who is None:
        raise CannotAnswer(f"no lean weight by {named}")
    of_weight, of_height, of_square, constant = (Fraction(one) for one in _LEAN[name][who])
    kg, cm = exact(weight.amount_in("kg_bw")), exact(tall.amount_in("cm"))
    return Quantity(of_weight * kg + of_height * cm + of_square * (kg / cm) ** 2 + constant, "kg_bw")


def ckd_epi_2009(who: str, years: Quantity, level: Quantity, *, black: bool) -> Quantity:
    """eGFR by CKD-EPI 2009 (creatinine)."""
    kappa, alpha, of_sex = _CKD_EPI_2009[who]
    ratio = _mg_per_dl(level) / exact(kappa)
    bent = power(min(ratio, exact(1)), exact(alpha)) * power(max(ratio, exact(1)), exact("-1.209"))
    found = 141 * bent * power(exact("0.993"), _years(years)) * exact(of_sex)
    return Quantity(found * (exact(_RACE["ckd"]) if black else 1), "mL/min/1.73m2")


def mdrd(who: str, years: Quantity, level: Quantity, *, factor: int, black: bool) -> Quantity:
    """eGFR by MDRD with four variables, by its first factor 186 or 175 (creatinine traceable to IDMS)."""
    found = factor * power(_mg_per_dl(level), exact("-1.154")) * power(_years(years), exact("-0.203"))
    found = found * (exact("0.742") if who == "female" else 1)
    return Quantity(found * (exact(_RACE[factor]) if black else 1), "mL/min/1.73m2")


def salazar_corcoran(who: str, years: Quantity, weight: Quantity, tall: Quantity, level: Quantity) -> Quantity:
    """Clearance of an obese adult by Salazar and Corcoran (Am J Med 1988;84:1053)."""
    age, kg, m = _years(years), exact(weight.amount_in("kg_bw")), exact(tall.amount_in("m"))
    if who == "male":
        found = (137 - age) * (exact("0.285") * kg + exact("12.1") * m * m) / (51 * _mg_per_dl(level))
    else:
        found = (146 - age) * (exact("0.287") * kg + exact("9.74") * m * m) / (60 * _mg_per_dl(level))
    return Quantity(found, "mL/min")


def after_spinal_cord_injury(clearance: Quantity) -> Quantity:
    """Clearance after a spinal cord injury, from that of Cockcroft and Gault (Mirahmadi, Paraplegia 1983;21:23)."""
    return Quantity(exact("2.3") * power(exact(clearance.amount_in("mL/min")), exact("0.7")), "mL/min")


def jelliffe(who: str, years: Quantity, level: Quantity) -> Quantity:
    """Clearance per 1.73 m² by Jelliffe (Ann Intern Med 1973;79:604)."""
    found = (98 - exact("0.8") * (_years(years) - 20)) / _mg_per_dl(level)
    return Quantity(found * (exact("0.9") if who == "female" else 1), "mL/min/1.73m2")


def _years(years: Quantity) -> Any:
    return exact(years.amount_in("year"))


def _mg_per_dl(level: Quantity) -> Any:
    return exact(level.amount_in("mg/dL"))
