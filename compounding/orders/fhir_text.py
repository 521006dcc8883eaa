"""What the free text of a dosage instruction says, as far as a closed list of phrases can be read from it.

Only used to notice where text and fields disagree and what stands in the text alone: never to make an order from words.
"""

import re
from dataclasses import dataclass

from calculations.errors import Fault
from calculations.quantity import Quantity
from calculations.units import parse_unit

# A whole number with its point, never the tail of a longer one: ".5" and "1,500" are not read as 5 and 500.
_NUMBER = r"(?<![0-9.,])([0-9]{1,12}(?:\.[0-9]{1,12})?)(?![0-9])"
_AMOUNT = r"(mg/kg|mg/m2|mcg/kg/min|mcg/kg/h|mcg/min|mg/h|mcg|mg|grams?|gm|g|mEq|meq|mmol|units?|Units?)"
_VOLUME = r"(m[lL]|[lL])"
_TIME = r"(minutes?|min|hours?|hrs?|hr|h|days?|d|weeks?|wks?|wk)"
_SPELLED = {"grams": "g", "gram": "g", "gm": "g", "Units": "units", "Unit": "units", "unit": "units",
            "minutes": "min", "minute": "min", "hours": "h", "hour": "h", "hrs": "h", "hr": "h", "days": "day",
            "d": "day", "weeks": "week", "wks": "week", "wk": "week", "meq": "mEq", "ml": "mL", "l": "L"}  # fmt: skip

_DOSE = re.compile(rf"{_NUMBER}(?:\s*-\s*{_NUMBER})?\s*{_AMOUNT}(?![\w/])")
_IN_VOLUME = re.compile(rf"\bin\s+(?:[A-Z0-9.%]+\s+)?{_NUMBER}\s*{_VOLUME}\b")
_BAG = re.compile(rf"(?:^|\s){_NUMBER}\s*{_VOLUME}\s+(?:to be\s+)?infuse", re.I)
_RATE = re.compile(rf"\bat\s+{_NUMBER}\s*{_VOLUME}/\s*(hour|hr|h|min)\b")
_OVER = re.compile(rf"\bover\s+{_NUMBER}(?:\s*-\s*{_NUMBER})?\s*{_TIME}\b")
_EVERY = re.compile(
    rf"\b(?:every\s+{_NUMBER}(?:\s*-\s*{_NUMBER})?\s*{_TIME}|q\s?([0-9]{{1,6}})\s?(h|hours?|d|days?))\b", re.I
)
_TIMES_DAILY = re.compile(
    r"(?:\b(once|one time|twice|two times|three times|four times)\s+(?:a\s+day|per\s+day|daily)|\bdaily)\b(?!-)", re.I
)
_FOR = re.compile(rf"(?:\bfor(?:\s+up\s+to)?|\bx)\s*([0-9]{{1,6}})\s*{_TIME}\b", re.I)
_LIMIT = re.compile(
    rf"(?:exceed(?:\s+more\s+than)?|(?:no|not)\s+more\s+than|maxim[ui]m\s+of|max\.?)\s+{_NUMBER}\s*{_AMOUNT}\s*"
    rf"(?:/|per|in|a)\s*(day|dose|d|24\s*h(?:ours)?)\b",
    re.I,
)
_PER_DAY = {"once": 1, "one time": 1, "twice": 2, "two times": 2, "three times": 3, "four times": 4}


@dataclass(frozen=True)
class SaidInText:
    """What was recognised; None where the text says nothing that this reader knows."""

    dose: Quantity | None = None
    dose_max: Quantity | None = None
    volume: Quantity | None = None
    rate: Quantity | None = None
    infuse_over: Quantity | None = None
    infuse_over_max: Quantity | None = None
    every: Quantity | None = None
    every_max: Quantity | None = None
    times_a_day: int | None = None
    lasts: Quantity | None = None
    """For how long the order, or one infusion, is to go on: the words do not say which."""
    limit_per_day: Quantity | None = None
    limit_per_dose: Quantity | None = None
    says_intravenous: bool = False


def read_text(text: str, of: str) -> SaidInText:
    """The phrases of one instruction's text; `of` is the drug, for amounts in units."""
    limit = _LIMIT.search(text)
    body = text[: limit.start()] if limit else text
    dose, over, every = _DOSE.search(body), _OVER.search(text), _EVERY.search(text)
    volume, rate, lasts = _IN_VOLUME.search(text) or _BAG.search(text), _RATE.search(text), _FOR.search(text)
    daily = _TIMES_DAILY.search(text)
    ceiling = _quantity(limit[1], limit[2], of) if limit else None
    per_dose = bool(limit) and limit is not None and limit[3].lower() == "dose"
    interval = (every[1] or every[4], every[3] or every[5]) if every else (None, None)
    return SaidInText(
        dose=_quantity(dose[1], dose[3], of) if dose else None,
        dose_max=_quantity(dose[2], dose[3], of) if dose else None,
        volume=_quantity(volume[1], volume[2], of) if volume else None,
        rate=_rate(rate) if rate else None,
        infuse_over=_quantity(over[1], over[3], of) if over else None,
        infuse_over_max=_quantity(over[2], over[3], of) if over else None,
        every=_quantity(interval[0], interval[1], of),
        every_max=_quantity(every[2], every[3], of) if every else None,
        times_a_day=_PER_DAY[(daily[1] or "once").lower()] if daily else None,
        lasts=_quantity(lasts[1], lasts[2], of) if lasts else None,
        limit_per_day=None if per_dose else ceiling,
        limit_per_dose=ceiling if per_dose else None,
        says_intravenous=re.search(r"\bIV\b|\bintravenous", text) is not None,
    )


def volume_in_name(name: str) -> Quantity | None:
    """The volume that a medication's name gives, as in `Dopamine 400mg in 500mL D5W`."""
    found = _IN_VOLUME.search(name)
    return _quantity(found[1], found[2], "") if found else None


def _quantity(number: str | None, unit_text: str | None, of: str) -> Quantity | None:
    if number is None or unit_text is None:
        return None
    spelled = _SPELLED.get(unit_text, _SPELLED.get(unit_text.lower(), unit_text))
    try:
        measure = parse_unit(spelled, "text", of or "the drug")
    except Fault:
        return None
    return Quantity(number, measure, (of or "the drug") if measure.needs_substance else None)


def _rate(found: re.Match[str]) -> Quantity:
    volume = Quantity(found[1], "L" if found[2] in ("L", "l") else "mL")
    return volume / Quantity(1, "min" if found[3] == "min" else "h")
