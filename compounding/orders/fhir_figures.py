"""Figures that follow from one dosage instruction: how often, how much a day, how long a bag runs, how much to draw.

Each is None where the message does not determine it. Nothing is rounded.
"""

from dataclasses import dataclass
from datetime import date

from calculations.quantity import Quantity
from calculations.units import Dimension, unit
from compounding.orders.fhir_dosage import Dosage
from compounding.orders.fhir_fields import Medication, SentQuantity
from compounding.orders.fhir_text import SaidInText, volume_in_name

_DAY = Quantity(1, "day")
VOLUME = unit("mL").dimension
_TIME = unit("min").dimension
_BAG_RATE = unit("mL/h").dimension
_PER_VOLUME = tuple(unit(name).dimension for name in ("mg/mL", "mEq/mL", "mmol/mL", "units/mL", "mOsm/mL"))


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
    bag_rate = rate if rate is not None and rate.unit.dimension is _BAG_RATE else None
    volume = _volume(dose, said, medication, supplied if bag_rate is not None else None)
    strength = _strength(dosage, medication)
    in_bag = dose / volume if dose is not None and volume is not None and dose.unit.dimension is not VOLUME else None
    concentration = in_bag if in_bag is not None else strength
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


def _volume(
    dose: Quantity | None, said: SaidInText, medication: Medication, supplied: SentQuantity | None
) -> Quantity | None:
    """The container's volume; `supplied` is handed in only for an infusion, where it is the bag."""
    if supplied is not None and dose is not None and dose.unit.dimension is VOLUME:
        return dose
    if supplied is not None and supplied.quantity is not None and supplied.quantity.unit.dimension is VOLUME:
        return supplied.quantity
    return said.volume if said.volume is not None else volume_in_name(medication.name)


def _strength(dosage: Dosage, medication: Medication) -> Quantity | None:
    """Amount per volume of the ingredient that is dosed; None where it cannot be told from the others.

    It is the one whose amount is of the dose's kind (mEq, units …) or, among several, the one that the text or the
    medication's name names.
    """
    amounts = [one.quantity for one in (dosage.dose, dosage.rate) if one is not None and one.quantity is not None]
    kinds = [_above(one) for one in amounts if one.unit.dimension.carries_substance]
    stated = [
        (one.name, one.strength)
        for one in medication.ingredients
        if one.strength is not None and one.strength.unit.dimension in _PER_VOLUME
        if not kinds or _above(one.strength) == kinds[0]
    ]
    if len(stated) > 1:
        words = f"{dosage.text} {medication.name}".lower()
        stated = [(name, strength) for name, strength in stated if name.split() and name.split()[0].lower() in words]
    return stated[0][1] if len(stated) == 1 else None


def _above(quantity: Quantity) -> frozenset[str]:
    """The kinds of amount above the fraction line."""
    return frozenset(base for base, power in quantity.unit.dimension.powers if power > 0)


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
