"""The dose of one administration: from weight, surface or target AUC, per day and per dose, caps, rounding, reduction.

Doses come back in the unit they were ordered in (5 mcg/kg gives mcg). Nothing is rounded but by `round_dose`.
"""

from dataclasses import dataclass

from calculations.arithmetic import least, round_to
from calculations.choosing import fitting, product_unit, quotient_unit
from calculations.errors import CannotCompute
from calculations.formula import Formula, Number, above, between, formula
from calculations.number import Exactable
from calculations.quantity import Quantity

_WEIGHT = between("0.3", 300)
_SURFACE = between("0.05", "3.5")
_BASIC = "Definition of a weight- or surface-based dose"
_CHECK = "Definition of a relative difference"


@formula(
    id="dose.per_weight", version=1, statement="dose = dose per weight × weight", source=_BASIC,
    inputs={"dose_per_weight": "amount/kg", "weight": "kg_bw"}, valid={"weight": _WEIGHT}, gives="amount",
)  # fmt: skip
def _from_weight(dose_per_weight: Number, weight: Number) -> Number:
    return dose_per_weight * weight


@formula(
    id="dose.per_weight_and_day", version=1, statement="dose per day = dose per weight and day × weight",
    source=_BASIC, inputs={"dose_per_weight_and_day": "amount/kg/day", "weight": "kg_bw"},
    valid={"weight": _WEIGHT}, gives="amount/day",
)  # fmt: skip
def _from_weight_per_day(dose_per_weight_and_day: Number, weight: Number) -> Number:
    return dose_per_weight_and_day * weight


@formula(
    id="dose.volume_per_weight", version=1, statement="volume = volume per weight × weight", source=_BASIC,
    inputs={"volume_per_weight": "mL/kg", "weight": "kg_bw"}, valid={"weight": _WEIGHT}, gives="mL",
)  # fmt: skip
def _volume_from_weight(volume_per_weight: Number, weight: Number) -> Number:
    return volume_per_weight * weight


@formula(
    id="dose.volume_per_weight_and_day", version=1, statement="volume per day = volume per weight and day × weight",
    source=_BASIC, inputs={"volume_per_weight_and_day": "mL/kg/day", "weight": "kg_bw"},
    valid={"weight": _WEIGHT}, gives="mL/day",
)  # fmt: skip
def _volume_from_weight_per_day(volume_per_weight_and_day: Number, weight: Number) -> Number:
    return volume_per_weight_and_day * weight


@formula(
    id="dose.per_surface", version=1, statement="dose = dose per surface × body surface", source=_BASIC,
    inputs={"dose_per_surface": "amount/m2", "surface": "m2"}, valid={"surface": _SURFACE}, gives="amount",
)  # fmt: skip
def _from_surface(dose_per_surface: Number, surface: Number) -> Number:
    return dose_per_surface * surface


@formula(
    id="dose.per_surface_and_day", version=1, statement="dose per day = dose per surface and day × body surface",
    source=_BASIC, inputs={"dose_per_surface_and_day": "amount/m2/day", "surface": "m2"},
    valid={"surface": _SURFACE}, gives="amount/day",
)  # fmt: skip
def _from_surface_per_day(dose_per_surface_and_day: Number, surface: Number) -> Number:
    return dose_per_surface_and_day * surface


@formula(
    id="dose.calvert", version=1, statement="dose = target AUC × (clearance + 25 mL/min)",
    source="Calvert et al., J Clin Oncol 1989;7:1748. The dose is in mg, not in mg/m²",
    inputs={"target_auc": "AUC", "clearance": "mL/min"}, constants={"non_renal": "25 mL/min"},
    valid={"target_auc": above(0, 20), "clearance": between(0, 300)}, gives="mg",
)  # fmt: skip
def _calvert(target_auc: Number, clearance: Number, non_renal: Number) -> Number:
    return target_auc * (clearance + non_renal)


def _per_administration(per_day: Number, doses_per_day: Number) -> Number:
    return per_day / doses_per_day


def _times_per_day(dose: Number, doses_per_day: Number) -> Number:
    return dose * doses_per_day


def _divided(name: str, whole: str, part: str) -> Formula:
    return formula(
        id=f"dose.divided{name}", version=1, statement="single dose = dose per day ÷ doses per day", source=_BASIC,
        inputs={"per_day": whole, "doses_per_day": "per_day"}, valid={"doses_per_day": above(0, 288)}, gives=part,
    )(_per_administration)  # fmt: skip


_DIVIDED = (
    _divided("", "amount/day", "amount"),
    _divided(".per_weight", "amount/kg/day", "amount/kg"),
    _divided(".per_surface", "amount/m2/day", "amount/m2"),
    _divided(".volume", "mL/day", "mL"),
    _divided(".volume_per_weight", "mL/kg/day", "mL/kg"),
)
_DAILY = formula(
    id="dose.daily", version=1, statement="dose per day = single dose × doses per day", source=_BASIC,
    inputs={"dose": "amount", "doses_per_day": "per_day"}, valid={"doses_per_day": above(0, 288)}, gives="amount/day",
)(_times_per_day)  # fmt: skip


@formula(
    id="dose.capped", version=1, statement="dose = the smaller of dose and cap", source="An absolute maximum dose",
    inputs={"dose": "amount", "cap": "amount"}, valid={"cap": above(0)}, gives="amount",
)  # fmt: skip
def _capped(dose: Number, cap: Number) -> Number:
    return least(dose, cap)


@formula(
    id="dose.rounded", version=1, statement="rounded dose = dose to the nearest multiple of the step, half-up",
    source="Dose rounding before preparation", inputs={"dose": "amount", "step": "amount"}, valid={"step": above(0)},
    gives="amount",
)  # fmt: skip
def _rounded(dose: Number, step: Number) -> Number:
    return round_to(dose, step)


@formula(
    id="dose.reduced", version=1, statement="reduced dose = dose × (1 − reduction)",
    source="A percentage dose reduction", inputs={"dose": "amount", "reduction": "one"},
    constants={"whole": "1"}, valid={"reduction": between(0, 1)}, gives="amount",
)  # fmt: skip
def _reduced(dose: Number, reduction: Number, whole: Number) -> Number:
    return dose * (whole - reduction)


@formula(
    id="dose.as_per_weight", version=1, statement="dose per weight = dose ÷ weight", source=_BASIC,
    inputs={"dose": "amount", "weight": "kg_bw"}, valid={"weight": _WEIGHT}, gives="amount/kg",
)  # fmt: skip
def _as_per_weight(dose: Number, weight: Number) -> Number:
    return dose / weight


@formula(
    id="dose.as_per_weight_and_day", version=1, statement="dose per weight and day = dose per day ÷ weight",
    source=_BASIC, inputs={"per_day": "amount/day", "weight": "kg_bw"}, valid={"weight": _WEIGHT},
    gives="amount/kg/day",
)  # fmt: skip
def _as_per_weight_and_day(per_day: Number, weight: Number) -> Number:
    return per_day / weight


@formula(
    id="dose.as_per_surface", version=1, statement="dose per surface = dose ÷ body surface", source=_BASIC,
    inputs={"dose": "amount", "surface": "m2"}, valid={"surface": _SURFACE}, gives="amount/m2",
)  # fmt: skip
def _as_per_surface(dose: Number, surface: Number) -> Number:
    return dose / surface


def _share(found: Number, wanted: Number) -> Number:
    return (found - wanted) / wanted


def _deviation(name: str, unit: str) -> Formula:
    return formula(
        id=f"check.deviation.{name}", version=1, statement="deviation = (found − wanted) ÷ wanted", source=_CHECK,
        inputs={"found": unit, "wanted": unit}, valid={"wanted": above(0)}, gives="one",
    )(_share)  # fmt: skip


_DEVIATIONS = tuple(
    _deviation(name, unit)
    for name, unit in (
        ("amount", "amount"), ("volume", "mL"), ("concentration", "amount/mL"), ("rate", "mL/h"),
        ("body_weight", "kg_bw"), ("surface", "m2"), ("per_weight", "amount/kg"), ("per_surface", "amount/m2"),
        ("share", "one"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class RoundedDose:
    """A dose before and after rounding."""

    exact: Quantity
    rounded: Quantity
    """What is made: the rounded dose, or the exact one where it is kept."""
    deviation: Quantity
    """(rounded to the step − exact) ÷ exact, as `one`; also where the exact dose is kept."""
    step: Quantity
    kept: bool
    """True: rounding would have moved the dose too far, and the exact dose stands."""


def dose_from_weight(per_kg: Quantity, weight: Quantity) -> Quantity:
    """Dose per kg (or mL/kg, or either per day) × weight; weight 0.3 to 300 kg, else `OutOfRange`."""
    chosen = fitting(per_kg, _from_weight, _from_weight_per_day, _volume_from_weight, _volume_from_weight_per_day)
    return chosen(per_kg, weight).to(product_unit(per_kg, weight))


def dose_from_surface(per_m2: Quantity, surface: Quantity) -> Quantity:
    """Dose per m² (or per m² and day) × body surface; surface 0.05 to 3.5 m², else `OutOfRange`."""
    chosen = fitting(per_m2, _from_surface, _from_surface_per_day)
    return chosen(per_m2, surface).to(product_unit(per_m2, surface))


def dose_from_auc(target_auc: Quantity, clearance: Quantity) -> Quantity:
    """Carboplatin by Calvert, in mg. A cap on the clearance is the formulary's and is applied before."""
    return _calvert(target_auc, clearance)


def dose_per_administration(per_day: Quantity, doses_per_day: Exactable) -> Quantity:
    """A dose per day, in any basis (mg/day, mg/kg/day, mg/m²/day, mL/day), divided into `doses_per_day`."""
    often = Quantity(doses_per_day, "per_day")
    return fitting(per_day, *_DIVIDED)(per_day, often).to(quotient_unit(per_day, Quantity(1, _day_of(per_day))))


def capped(dose: Quantity, cap: Quantity) -> Quantity:
    """The smaller of `dose` and `cap`, in the unit of the dose."""
    return _capped(dose, cap.named(dose.of) if cap.of is None else cap).to(dose.unit)


def round_dose(dose: Quantity, step: Quantity, max_deviation: Quantity) -> RoundedDose:
    """`dose` to the nearest multiple of `step` (half-up), unless that moves it by more than `max_deviation` (as `one`).

    Raises:
        CannotCompute: a dose that is not above zero.
    """
    if dose.number <= 0:
        raise CannotCompute("no_dose", "rounding a dose", f"{dose} is not a dose.")
    rounded = _rounded(dose, step.named(dose.of) if step.of is None else step).to(dose.unit)
    moved = deviation(rounded, dose)
    kept = abs(moved) > max_deviation
    return RoundedDose(dose, dose if kept else rounded, moved, step, kept)


def percent_reduction(dose: Quantity, percent: Exactable) -> Quantity:
    """`dose` less so many percent of it (20 means 20 %); 0 to 100, else `OutOfRange`."""
    return _reduced(dose, Quantity(percent, "one") / 100).to(dose.unit)


def per_weight(dose: Quantity, weight: Quantity) -> Quantity:
    """What a dose (or a dose per day) is per kg of body weight."""
    return fitting(dose, _as_per_weight, _as_per_weight_and_day)(dose, weight)


def per_surface(dose: Quantity, surface: Quantity) -> Quantity:
    """What a dose is per m² of body surface."""
    return _as_per_surface(dose, surface)


def per_day(dose: Quantity, doses_per_day: Exactable) -> Quantity:
    """What a dose comes to in a day."""
    return _DAILY(dose, Quantity(doses_per_day, "per_day"))


def deviation(found: Quantity, wanted: Quantity) -> Quantity:
    """(found − wanted) ÷ wanted as `one`: −0.05 is 5 % too little. For amounts, volumes, concentrations, body size."""
    return fitting(found, *_DEVIATIONS)(found, wanted)


def _day_of(per_day: Quantity) -> str:
    """The frequency unit that turns the unit of a daily dose into that of one dose."""
    time = next(
        (name for name, power in per_day.unit.terms if power < 0 and name in ("day", "h", "min", "week")), "day"
    )
    return f"1/{time}"
