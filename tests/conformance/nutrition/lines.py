"""What a line beside the bag brings: its fluid, and what its fluid holds by the words for it."""

import re

from calculations.nutrition.fluid import fluid_per_weight
from calculations.quantity import Quantity
from calculations.units import Unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition.amounts import as_mmol, from_mmol
from tests.conformance.nutrition.bag import Bag
from tests.conformance.nutrition.names import ion, salt
from tests.conformance.quantities import number

_SALINE = {
    "ns": "0.9",
    "normal saline": "0.9",
    "½ns": "0.45",
    "1/2 ns": "0.45",
    "1/2ns": "0.45",
    "half normal saline": "0.45",
}
"""Percent of sodium chloride."""
_GLUCOSE = {"dextrose", "glucose", "carbohydrate"}


def of_line(bag: Bag, measure: Unit, found: re.Match[str]) -> Quantity:
    """A line's fluid, an ion of it or its dextrose."""
    line, what = found[1], found[2]
    volume = bag.lines().get(line)
    if volume is None:
        raise CannotAnswer(f"no rate of the {line} is given")
    if what in ("fluid", "volume"):
        if ("body weight", -1) in measure.dimension.powers:
            return fluid_per_weight(volume / Quantity(1, "day"), bag.weight)
        return bag.as_asked(volume, measure)
    text = bag.texts.get(f"{line}_fluid", "")
    if what in _GLUCOSE:
        return bag.as_asked(_glucose(text) * volume, measure)
    known = ion(what)
    held = _ions(bag, text)
    if known is None or known not in held:
        raise CannotAnswer(f"what the {line} holds of {what} is not given")
    return bag.as_asked(from_mmol(known, held[known] * volume, measure), measure)


def _glucose(text: str) -> Quantity:
    found = re.search(r"\bd(\d+(?:\.\d+)?)w?\b|(\d+(?:\.\d+)?) ?% (?:dextrose|glucose)", text.lower())
    if found is None:
        raise CannotAnswer("the fluid holds no dextrose that is told")
    return Quantity(number(found[1] or found[2]), "%")


def _ions(bag: Bag, text: str) -> dict[str, Quantity]:
    """mmol per volume of every ion that the words for a fluid tell."""
    told = re.search(r"(\d+(?:\.\d+)?) (mEq|mmol) ([A-Za-z]+)/L", text)
    known = ion(told[3]) if told is not None else None
    if told is not None and known is not None:
        held = {known: as_mmol(known, Quantity(number(told[1]), f"{told[2]}/L"))}
        return {**_of_salt(bag, text), **held}
    return _of_salt(bag, text)


def _of_salt(bag: Bag, text: str) -> dict[str, Quantity]:
    """From `0.45 % NaCl`, `77 mEq/L Na acetate`, `NaCl 77 mEq/L` or NS."""
    bare = re.sub(r"\(.*?\)", "", text).strip()
    percent = _SALINE.get(bare.lower())
    if percent is not None:
        return _brought(bag, "NaCl", Quantity(number(percent), "%"))
    for pattern, strength, name in (
        (r"(\d*\.?\d+) ?(%|mEq/L|mmol/L) (?:of )?([\w. ]+)", (1, 2), 3),
        (r"([A-Za-z][\w. ]*?) (\d*\.?\d+) ?(%|mEq/L|mmol/L)", (2, 3), 1),
    ):
        found = re.fullmatch(pattern, bare)
        if found is not None:
            value, measure = (found[group] for group in strength)
            return _brought(bag, found[name].strip().replace(" ", "_"), Quantity(number(value), measure))
    return {}


def _brought(bag: Bag, name: str, strength: Quantity) -> dict[str, Quantity]:
    found = salt(name)
    return {} if found is None else bag.brought(found, strength)
