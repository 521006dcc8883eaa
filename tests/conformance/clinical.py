"""How the words and notations of clinical cases are read: weights with their pounds, percents, ratios, doses per day."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from calculations import strengths
from calculations.errors import CannotCompute, Fault
from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.quantities import number, read

PER_DAY_NAMES = {"doses", "doses_per_day", "times_per_day", "frequency", "times", "divided_doses", "per_day"}
DENSITY_NAMES = {"sg", "specific_gravity"}
_NAMED_TIMES = {"days": "day", "hours": "h", "minutes": "min"}
WEIGHT_NAMES = ("weight", "body_weight", "patient_weight", "bodyweight")
HEIGHT_NAMES = ("height", "length", "ht")
_INCHES_IN_A_FOOT = 12
_OUNCES_IN_A_POUND = 16


def convention(case: Case, *names: str) -> str | None:
    """What the convention says under the first of these names, in lower case; None where it says nothing."""
    said = case.convention
    if not isinstance(said, Mapping):
        return None
    for name in names:
        if said.get(name) is not None:
            return str(said[name]).strip().lower()
    return None


def first(case: Case, *names: str) -> Any:
    """The first of these inputs that the case gives; None where it gives none."""
    return next((case.inputs[name] for name in names if case.inputs.get(name) is not None), None)


def pounds(case: Case, number_of: Fraction) -> Quantity:
    """A body weight in pounds as kilograms: by the case's own factor, else by the exact pound."""
    factor = convention(case, "lb_per_kg")
    if factor is None:
        return Quantity(number_of, "lb_bw").to("kg_bw")
    return Quantity(number_of / number(factor), "kg_bw")


def body_weight(case: Case) -> Quantity | None:
    """The body weight that the case gives, in whichever way; None where it gives none."""
    lb, oz = first(case, "lb", "pounds", "weight_lb"), first(case, "oz", "ounces", "weight_oz")
    if lb is not None or oz is not None:
        return pounds(case, number(_value(lb or "0")) + number(_value(oz or "0")) / _OUNCES_IN_A_POUND)
    given = first(case, *WEIGHT_NAMES)
    return None if given is None else weight_of(case, given)


def weight_of(case: Case, data: Any) -> Quantity:
    """One input read as a body weight."""
    unit = str(data.get("unit")) if isinstance(data, Mapping) else ""
    if unit in ("lb", "lbs", "[lb_av]"):
        return pounds(case, number(data["value"]))
    if unit in ("oz", "[oz_av]"):
        return pounds(case, number(data["value"]) / _OUNCES_IN_A_POUND)
    return read(data, body_weight=True)


def height(case: Case) -> Quantity | None:
    """The height that the case gives, also in feet and inches; None where it gives none."""
    feet, inches = first(case, "ft", "feet", "height_ft"), first(case, "in", "inches", "height_in")
    if feet is not None or inches is not None:
        return Quantity(number(_value(feet or "0")) * _INCHES_IN_A_FOOT + number(_value(inches or "0")), "in")
    given = first(case, *HEIGHT_NAMES)
    if given is None:
        return None
    if isinstance(given, Mapping) and given.get("unit") == "ft":
        return Quantity(number(given["value"]) * _INCHES_IN_A_FOOT, "in")
    return read(given)


def sex(case: Case) -> str | None:
    """female or male, as the case says it."""
    said = str(first(case, "sex", "gender") or "").strip().lower()
    return {"f": "female", "female": "female", "woman": "female", "m": "male", "male": "male", "man": "male"}.get(said)


def age(case: Case) -> Quantity | None:
    """The age in years."""
    given = first(case, "age", "age_years", "years")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        return Quantity(number(given), "year")
    if given.get("unit") in ("mo", "month", "months"):
        return Quantity(number(given["value"]) / 12, "year")
    return read(given)


def creatinine(case: Case) -> Quantity | None:
    """Serum creatinine."""
    given = first(case, "scr", "creatinine", "serum_creatinine", "cr")
    return None if given is None else read(given)


def readings(case: Case, name: str, data: Any) -> list[Quantity]:
    """Every way in which one input may be meant; dimensions decide between them later.

    Raises:
        CannotAnswer, UnknownUnit: there is no way.
    """
    found = list(_readings(case, name, data))
    if not found:
        raise CannotAnswer(f"{name} cannot be read")
    return found


def _readings(case: Case, name: str, data: Any) -> Iterator[Quantity]:
    if not isinstance(data, Mapping):
        yield from _plain_readings(name, str(data))
        return
    unit, value = str(data.get("unit")), data.get("value")
    if unit == "ppm":
        yield strengths.from_ppm(Quantity(number(value), "one"))
        return
    if unit in ("1", ""):
        yield from _plain_readings(name, str(value))
        return
    if unit in ("lb", "lbs", "[lb_av]", "oz"):
        yield weight_of(case, data)
        return
    refusal: UnknownUnit | None = None
    try:
        yield read(data)
    except UnknownUnit as found:
        refusal = found
    if unit in ("kg", "g"):
        yield read(data, body_weight=True)
    elif unit == "%":
        yield Quantity(number(value), "one") / 100
    elif refusal is not None:
        raise refusal


def _plain_readings(name: str, text: str) -> Iterator[Quantity]:
    """A bare number or a ratio strength (w/v as a concentration, w/w and v/v as a share, otherwise as either)."""
    ratio, _, kind = text.partition(" ")
    if ":" in ratio:
        try:
            strength = strengths.parse_ratio(ratio, name)
        except (Fault, CannotCompute) as found:
            raise CannotAnswer(str(found)) from None
        if kind not in ("w/w", "v/v"):
            yield strength
        if kind != "w/v":
            yield Quantity(1, "one") / strengths.to_ratio(strength).number
        return
    value = number(text.strip())
    if name in _NAMED_TIMES:
        yield Quantity(value, _NAMED_TIMES[name])
        return
    if name in PER_DAY_NAMES:
        yield Quantity(value, "per_day")
    elif name in DENSITY_NAMES:
        yield Quantity(value, "g/mL")
    yield Quantity(value, "one")


def _value(data: Any) -> Any:
    return data["value"] if isinstance(data, Mapping) else data
