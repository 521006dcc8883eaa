"""Infusion rates: from volume and time, from a dose rate and back, and how long a container runs."""

from calculations.choosing import fitting
from calculations.errors import CannotCompute
from calculations.formula import Number, above, between, formula
from calculations.quantity import Quantity

_SOURCE = "Definition of a rate; concentration × rate is the dose per time"
_WEIGHT = between("0.3", 300)


@formula(
    id="rate.volume", version=1, statement="rate = volume ÷ time", source=_SOURCE,
    inputs={"volume": "mL", "time": "h"}, valid={"time": above(0)}, gives="mL/h",
)  # fmt: skip
def _rate_over(volume: Number, time: Number) -> Number:
    return volume / time


@formula(
    id="rate.from_dose_rate", version=1, statement="rate = dose rate ÷ concentration", source=_SOURCE,
    inputs={"dose_rate": "amount/h", "concentration": "amount/mL"}, valid={"concentration": above(0)}, gives="mL/h",
)  # fmt: skip
def _from_dose_rate(dose_rate: Number, concentration: Number) -> Number:
    return dose_rate / concentration


@formula(
    id="rate.from_dose_rate_per_weight", version=1,
    statement="rate = dose rate per weight × weight × 60 min/h ÷ concentration", source=_SOURCE,
    inputs={"dose_rate": "amount/kg/min", "concentration": "amount/mL", "weight": "kg_bw"},
    constants={"minutes_per_hour": "60 min/h"}, valid={"concentration": above(0), "weight": _WEIGHT}, gives="mL/h",
)  # fmt: skip
def _from_dose_rate_per_weight(
    dose_rate: Number, concentration: Number, weight: Number, minutes_per_hour: Number
) -> Number:
    return dose_rate * weight * minutes_per_hour / concentration


@formula(
    id="rate.from_volume_rate_per_weight", version=1, statement="rate = volume rate per weight × weight",
    source=_SOURCE, inputs={"volume_rate": "mL/kg/h", "weight": "kg_bw"}, valid={"weight": _WEIGHT}, gives="mL/h",
)  # fmt: skip
def _from_volume_rate(volume_rate: Number, weight: Number) -> Number:
    return volume_rate * weight


@formula(
    id="rate.as_dose_rate", version=1, statement="dose rate = rate × concentration", source=_SOURCE,
    inputs={"rate": "mL/h", "concentration": "amount/mL"}, gives="amount/h",
)  # fmt: skip
def _dose_rate(rate: Number, concentration: Number) -> Number:
    return rate * concentration


@formula(
    id="rate.as_dose_rate_per_weight", version=1,
    statement="dose rate per weight = rate × concentration ÷ (weight × 60 min/h)", source=_SOURCE,
    inputs={"rate": "mL/h", "concentration": "amount/mL", "weight": "kg_bw"},
    constants={"minutes_per_hour": "60 min/h"}, valid={"weight": _WEIGHT}, gives="amount/kg/min",
)  # fmt: skip
def _dose_rate_per_weight(rate: Number, concentration: Number, weight: Number, minutes_per_hour: Number) -> Number:
    return rate * concentration / (weight * minutes_per_hour)


@formula(
    id="rate.run_time", version=1, statement="running time = volume ÷ rate", source=_SOURCE,
    inputs={"volume": "mL", "rate": "mL/h"}, valid={"rate": above(0)}, gives="h",
)  # fmt: skip
def _run_time(volume: Number, rate: Number) -> Number:
    return volume / rate


@formula(
    id="rate.dose_over_time", version=1, statement="dose rate = dose ÷ time", source=_SOURCE,
    inputs={"dose": "amount", "time": "h"}, valid={"time": above(0)}, gives="amount/h",
)  # fmt: skip
def _dose_over(dose: Number, time: Number) -> Number:
    return dose / time


@formula(
    id="rate.dose_over_time_per_weight", version=1, statement="dose rate per weight = dose ÷ (time × weight)",
    source=_SOURCE, inputs={"dose": "amount", "time": "h", "weight": "kg_bw"},
    valid={"time": above(0), "weight": _WEIGHT}, gives="amount/kg/h",
)  # fmt: skip
def _dose_over_per_weight(dose: Number, time: Number, weight: Number) -> Number:
    return dose / (time * weight)


@formula(
    id="rate.volume_given", version=1, statement="volume = rate × time", source=_SOURCE,
    inputs={"rate": "mL/h", "time": "h"}, gives="mL",
)  # fmt: skip
def _volume_given(rate: Number, time: Number) -> Number:
    return rate * time


def rate_over(volume: Quantity, time: Quantity) -> Quantity:
    """The pump rate (mL/h, unrounded) that gives `volume` in `time`. Refuses a time of zero."""
    return _rate_over(volume, time)


def rate_from_dose_rate(dose_rate: Quantity, concentration: Quantity, weight: Quantity | None = None) -> Quantity:
    """The pump rate (mL/h, unrounded) for a dose rate; the weight counts only where the dose rate is per weight.

    Raises:
        CannotCompute: a dose rate per weight without the weight.
    """
    if _is_per_weight(dose_rate):
        return _from_dose_rate_per_weight(dose_rate, concentration, _needed(weight, dose_rate))
    return _from_dose_rate(dose_rate, concentration)


def rate_from_volume_rate(volume_rate: Quantity, weight: Quantity) -> Quantity:
    """The pump rate (mL/h) for an order in mL/kg/h, mL/kg/min or mL/kg/day."""
    return fitting(volume_rate, _from_volume_rate)(volume_rate, weight)


def dose_rate_from_rate(rate: Quantity, concentration: Quantity, unit: str, weight: Quantity | None = None) -> Quantity:
    """The dose rate, in `unit` (such as mcg/kg/min or units/h), that a pump rate delivers."""
    wanted = Quantity(1, unit, concentration.of)
    if _is_per_weight(wanted):
        return _dose_rate_per_weight(rate, concentration, _needed(weight, wanted)).to(unit)
    return _dose_rate(rate, concentration).to(unit)


def run_time(volume: Quantity, rate: Quantity) -> Quantity:
    """How long (h) `volume` runs at `rate`. Refuses a rate of zero."""
    return _run_time(volume, rate)


def dose_rate_over(dose: Quantity, time: Quantity, unit: str, weight: Quantity | None = None) -> Quantity:
    """The dose rate, in `unit`, when `dose` runs in over `time`."""
    wanted = Quantity(1, unit, dose.of)
    if _is_per_weight(wanted):
        return _dose_over_per_weight(dose, time, _needed(weight, wanted)).to(unit)
    return _dose_over(dose, time).to(unit)


def volume_given(rate: Quantity, time: Quantity) -> Quantity:
    """The volume (mL) that has run in after `time` at `rate`."""
    return _volume_given(rate, time)


def _is_per_weight(figure: Quantity) -> bool:
    return any(base == "body weight" and power < 0 for base, power in figure.unit.dimension.powers)


def _needed(weight: Quantity | None, figure: Quantity) -> Quantity:
    if weight is None:
        raise CannotCompute(
            "weight_missing", f"a rate in {figure.unit.shown}", "there is no weight.", "Record the weight."
        )
    return weight
