"""Figures that follow from one dosage instruction: how often, how much a day, how long a bag runs, how much to draw.

Each is None where the message does not determine it. Nothing is rounded.
"""

from dataclasses import dataclass
from datetime import date

from calculations.quantity import Quantity
from calculations.units import Dimension, unit
from compounding.orders.fhir_dosage import Dosage
from compounding.orders.fhir_fields import Medication, SentQuantity
from compounding.orders.fhir_text import SaidInText

_DAY = Quantity(1, "day")
VOLUME = unit("mL").dimension
_TIME = unit("min").dimension
_BAG_RATE = unit("mL/h").dimension


@dataclass(frozen=True)
class Figures:
    """Figures of one instruction."""

    times_a_day_least: Quantity | None
    times_a_day_most: Quantity | None
    """Administrations per day (unit 1/day)."""
    volume: Quantity | None
    """Volume of the container, from the quantity supplied, the dose where it is a volume, or the text."""
    strength: Quantity | None
    """Stated strength of the ingredient that the dose is an amount of."""
    dose_volume: Quantity | None
    """Volume of that strength which holds the dose."""
    bag_rate: Quantity | None
    """Volume per time, as sent or from the dose rate and the concentration."""
    run_time: Quantity | None
    """Volume ÷ rate."""
    concentration: Quantity | None
    """Dose in the volume."""
    dose_rate: Quantity | None
    """Amount of drug per time, as sent or from the rate and the concentration."""
    lasts: Quantity | None
    """For how long the order stands."""
    lasts_is_structured: bool
    doses: Quantity | None
    """Number of administrations while the order stands."""


def figures(dosage: Dosage, said: SaidInText, medication: Medication, supplied: SentQuantity | None) -> Figures:
    """What follows from one instruction."""
    dose = dosage.dose.quantity if dosage.dose else None
    rate = dosage.rate.quantity if dosage.rate else None
    least, most = _times_a_day(dosage)
    volume = _volume(dose, said, supplied)
    strength = _strength(dose, rate, medication)
    bag_rate = rate if rate is not None and rate.unit.dimension is _BAG_RATE else None
    in_bag = dose / volume if dose is not None and volume is not None and dose.unit.dimension is not VOLUME else None
    concentration = in_bag if in_bag is not None else strength if dose is None else None
    dose_rate = rate if bag_rate is None else _product(bag_rate, concentration)
    if bag_rate is None:
        bag_rate = _quotient(rate, concentration, _BAG_RATE)
    lasts, structured = _lasts(dosage, said)
    count = dosage.timing.count
    doses = Quantity(count, "one") if count is not None else None
    if doses is None and lasts is not None and least is not None and most is not None and least == most:
        doses = lasts * most
    return Figures(
        times_a_day_least=least,
        times_a_day_most=most,
        volume=volume,
        strength=strength,
        dose_volume=_quotient(dose, strength, VOLUME),
        bag_rate=bag_rate,
        run_time=_quotient(volume, bag_rate, _TIME),
        concentration=concentration,
        dose_rate=dose_rate,
        lasts=lasts,
        lasts_is_structured=structured,
        doses=doses,
    )


def _times_a_day(dosage: Dosage) -> tuple[Quantity | None, Quantity | None]:
    """Fewest and most administrations in a day; a whole number of them in each interval."""
    timing = dosage.timing
    if timing.frequency is None or timing.period is None or timing.period.number <= 0:
        return None, None
    longest = timing.period_max if timing.period_max is not None else timing.period
    least = Quantity(timing.frequency, "one") / longest
    most = Quantity(timing.frequency_max or timing.frequency, "one") / timing.period
    return least.to("1/day"), most.to("1/day")


def _volume(dose: Quantity | None, said: SaidInText, supplied: SentQuantity | None) -> Quantity | None:
    if dose is not None and dose.unit.dimension is VOLUME:
        return dose
    if supplied is not None and supplied.quantity is not None and supplied.quantity.unit.dimension is VOLUME:
        return supplied.quantity
    return said.volume


def _strength(dose: Quantity | None, rate: Quantity | None, medication: Medication) -> Quantity | None:
    """The one ingredient strength in the dose's (or dose rate's) kind of amount; None for none or several."""
    amounts = [one for one in (dose, rate) if one is not None and one.unit.dimension.carries_substance]
    if not amounts:
        strengths = [one.strength for one in medication.ingredients[:1] if one.strength is not None]
    else:
        kinds = {base for base, power in amounts[0].unit.dimension.powers if power > 0}
        strengths = [
            one.strength
            for one in medication.ingredients
            if one.strength is not None
            and kinds == {base for base, power in one.strength.unit.dimension.powers if power > 0}
        ]
    return strengths[0] if len(strengths) == 1 else None


def _lasts(dosage: Dosage, said: SaidInText) -> tuple[Quantity | None, bool]:
    """For how long the order stands, and whether a field says so (else the text does)."""
    if dosage.timing.bounds is not None:
        return dosage.timing.bounds, True
    between = _days_between(dosage.timing.start, dosage.timing.end)
    if between is not None:
        return between, True
    in_days = said.lasts is not None and said.lasts >= _DAY
    return said.lasts if in_days else None, dosage.timing.is_limited


def _days_between(start: str, end: str) -> Quantity | None:
    """Days from the first to the last date, both counted; None unless both are whole dates in order."""
    try:
        days = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
    except ValueError:
        return None
    return Quantity(days, "day") if days > 0 else None


def _product(left: Quantity | None, right: Quantity | None) -> Quantity | None:
    return None if left is None or right is None else left * right


def _quotient(left: Quantity | None, right: Quantity | None, wanted: Dimension) -> Quantity | None:
    """The quotient where it measures what is wanted, else None."""
    if left is None or right is None or right.number == 0:
        return None
    result = left.named(right.of) / right if left.of is None and right.of is not None else left / right
    return result if result.unit.dimension is wanted else None
