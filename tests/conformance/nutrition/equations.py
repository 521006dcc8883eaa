"""Energy and fluid of a patient by an equation that the convention states or names; without one nothing is reckoned."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer, Case
from tests.conformance.clinical import age, body_weight, height, sex
from tests.conformance.nutrition.conventions import texts
from tests.conformance.quantities import number

_VARIABLE = r"(?:w(?:t|eight)?|h(?:t|eight)?|a(?:ge)?)\b(?: ?[\[(]?(?:kg|cm|years?|y)\b[\])]?)?"
_TERM = rf"\(?\d+(?:\.\d+)? ?(?:[x×*·] ?)?(?:\(?{_VARIABLE}\)?)?\)?"
_EQUATION = re.compile(rf"{_TERM}(?: ?[+−–-] ?{_TERM})+")
_PARTS = re.compile(rf"([+−–-]?) ?\(?(\d+(?:\.\d+)?) ?(?:[x×*·] ?)?\(?({_VARIABLE})?")
_FACTORS = {"activity", "activity_factor", "stress", "stress_factor", "injury", "injury_factor", "pal", "factor"}
BASAL = {"bee", "bmr", "ree", "rmr", "eee", "basal_energy", "basal_energy_expenditure", "resting_energy_expenditure"}
TOTAL = {"tde", "tee", "total_daily_energy", "total_daily_expenditure", "total_energy_expenditure"}
_WHO = {  # weights times, plus: by sex, below which age
    "male": ((3, "60.9", "-54"), (10, "22.7", "495"), (18, "17.5", "651"), (30, "15.3", "679"), (60, "11.6", "879")),
    "female": ((3, "61", "-51"), (10, "22.5", "499"), (18, "12.2", "746"), (30, "14.7", "496"), (60, "8.7", "829")),
}
"""FAO/WHO/UNU, Energy and protein requirements (1985), table 5; kcal/d from kg."""
_WHO_OLD = {"male": ("13.5", "487"), "female": ("10.5", "596")}
_MAINTENANCE = (Fraction(10), Fraction(20))


def basal_energy(case: Case) -> Quantity:
    """kcal/day.

    Raises:
        CannotAnswer: no equation is stated, or what it goes by is not given.
    """
    found = set(_stated(case)) or set(_named(case))
    if len(found) != 1:
        raise CannotAnswer("which equation the energy goes by is not told")
    return Quantity(found.pop(), "kcal/day")


def total_energy(case: Case) -> Quantity:
    """Basal energy times every factor that is given."""
    whole = basal_energy(case)
    for name, data in case.inputs.items():
        if name.lower() in _FACTORS:
            times = number(data.get("value") if isinstance(data, Mapping) else data)
            if times <= 0:
                raise CannotAnswer(f"{name} is not above zero")
            whole = whole * times
    return whole


def maintenance_fluid(case: Case) -> Quantity:
    """mL/day after Holliday and Segar: 100 mL for each of the first 10 kg, 50 for the next 10, 20 for the rest.

    Raises:
        CannotAnswer: the convention names no such rule, or there is no weight.
    """
    weight = body_weight(case)
    said = [f"{key} {text}" for key, text in texts(case)]
    if weight is None or not any(_is_maintenance(one) for one in said):
        raise CannotAnswer("by which rule the fluid goes is not told")
    kg = Fraction(str(weight.amount_in("kg_bw")))
    first, second = min(kg, _MAINTENANCE[0]), max(Fraction(0), min(kg, _MAINTENANCE[1]) - _MAINTENANCE[0])
    rest = max(Fraction(0), kg - _MAINTENANCE[1])
    if any(re.search(r"4[-:/, ]+2[-:/, ]+1\b", one) for one in said):
        return Quantity(4 * first + 2 * second + rest, "mL/h") * Quantity(24, "h") / Quantity(1, "day")
    return Quantity(100 * first + 50 * second + 20 * rest, "mL/day")


def speaks_of_equation(case: Case) -> bool:
    """Whether the convention states or names an equation of energy or fluid."""
    return any(
        any(re.search(_VARIABLE, one[0]) for one in _EQUATION.finditer(text))
        or _is_maintenance(f"{key} {text}")
        or _name(f"{key} {text}")
        for key, text in texts(case)
    )


def _is_maintenance(text: str) -> bool:
    return re.search(r"holl?iday|4[-:/, ]+2[-:/, ]+1\b|100[-:/, ]+50[-:/, ]+20\b", text) is not None


def _name(text: str) -> str | None:
    found = re.search(r"mifflin|\bwho\b", text)
    return found[0] if found else None


def _stated(case: Case) -> Iterator[Fraction]:
    """What every equation that is written out for this patient comes to."""
    own, other = {"male": ("men", "male"), "female": ("women", "female")}, sex(case)
    for key, text in texts(case):
        for part in re.split(r"[;\n]", text):
            found = _EQUATION.search(part)
            if found is None or not re.search(_VARIABLE, found[0]):
                continue
            words = set(re.findall(r"[a-z]+", f"{key} {part[: found.start()]}"))
            of = {one for one, said in own.items() if words & {*said, one[0], "boys" if one == "male" else "girls"}}
            if other is not None and of and other not in of:
                continue
            yield _reckoned(case, found[0])


def _reckoned(case: Case, text: str) -> Fraction:
    whole = Fraction(0)
    for sign, value, variable in _PARTS.findall(text):
        term = Fraction(value) * (_value(case, variable[0]) if variable else 1)
        whole += -term if sign in ("-", "−", "–") else term
    return whole


def _value(case: Case, letter: str) -> Fraction:
    found = {"w": body_weight, "h": height, "a": age}[letter](case)
    if found is None or found.number < 0:
        raise CannotAnswer("what the equation goes by is not given")
    return Fraction(str(found.amount_in({"w": "kg_bw", "h": "cm", "a": "year"}[letter])))


def _named(case: Case) -> Iterator[Fraction]:
    """Equations that have one form only: FAO/WHO/UNU 1985 by weight, and Mifflin and St Jeor."""
    who = sex(case)
    for key, text in texts(case):
        name = _name(f"{key} {text}")
        if name is None or who is None:
            continue
        years = _value(case, "a")
        if name == "mifflin":
            offset = 5 if who == "male" else -161
            yield 10 * _value(case, "w") + Fraction("6.25") * _value(case, "h") - 5 * years + offset
        else:
            band = next(((times, plus) for below, times, plus in _WHO[who] if years < below), _WHO_OLD[who])
            yield Fraction(band[0]) * _value(case, "w") + Fraction(band[1])
