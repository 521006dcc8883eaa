"""Percent, ratio strength and parts per million as concentrations. Ratio strengths are read, never printed.

% here is weight in volume, g in 100 mL (unit `%`). Percent by weight (w/w) and by volume (v/v) are shares (`one`), a
kind of their own: neither turns into mg/mL without a density.
"""

import re

from calculations.choosing import fitting
from calculations.errors import Fault
from calculations.formula import Number, above, formula
from calculations.quantity import Quantity

_RATIO = "Ratio strength of a solution, 1:N = 1 g in N mL (USP <7>: no longer on single-entity drug labels)"
_PPM = "Parts per million of a watery solution: 1 ppm = 1 mg/L"
_SHARE = "Percent by weight or by volume: part ÷ whole"
_WRITTEN = re.compile(r"1:([1-9][0-9]{0,8})", re.ASCII)


@formula(
    id="strength.percent", version=1, statement="% w/v = mass × 100 ÷ volume (g in 100 mL)",
    source="USP General Notices, percentage concentrations", inputs={"mass": "g", "volume": "mL"},
    constants={"hundred_millilitres": "100 mL/100mL"}, valid={"volume": above(0)}, gives="%",
)  # fmt: skip
def _percent(mass: Number, volume: Number, hundred_millilitres: Number) -> Number:
    return mass * hundred_millilitres / volume


@formula(
    id="strength.from_ratio", version=1, statement="concentration = 1 g ÷ (N × 1 mL)", source=_RATIO,
    inputs={"n": "one"}, constants={"gram": "1000 mg", "millilitre": "1 mL"}, valid={"n": above(0)}, gives="mg/mL",
)  # fmt: skip
def _from_ratio(n: Number, gram: Number, millilitre: Number) -> Number:
    return gram / (n * millilitre)


@formula(
    id="strength.to_ratio", version=1, statement="N = 1 g ÷ (concentration × 1 mL)", source=_RATIO,
    inputs={"concentration": "mg/mL"}, constants={"gram": "1000 mg", "millilitre": "1 mL"},
    valid={"concentration": above(0)}, gives="one",
)  # fmt: skip
def _to_ratio(concentration: Number, gram: Number, millilitre: Number) -> Number:
    return gram / (concentration * millilitre)


@formula(
    id="strength.from_ppm", version=1, statement="concentration = ppm × 1 mg/L", source=_PPM,
    inputs={"ppm": "one"}, constants={"each": "1 mg/L"}, gives="mg/L",
)  # fmt: skip
def _from_ppm(ppm: Number, each: Number) -> Number:
    return ppm * each


@formula(
    id="strength.to_ppm", version=1, statement="ppm = concentration ÷ 1 mg/L", source=_PPM,
    inputs={"concentration": "mg/L"}, constants={"each": "1 mg/L"}, gives="one",
)  # fmt: skip
def _to_ppm(concentration: Number, each: Number) -> Number:
    return concentration / each


def _part_of_whole(part: Number, whole: Number) -> Number:
    return part / whole


_SHARES = tuple(
    formula(
        id=f"strength.share_{name}", version=1, statement="share = part ÷ whole", source=_SHARE,
        inputs={"part": unit, "whole": unit}, valid={"whole": above(0)}, gives="one", substances="any",
    )(_part_of_whole)
    for name, unit in (("by_weight", "g"), ("by_volume", "mL"))
)  # fmt: skip


def percent(mass: Quantity, volume: Quantity) -> Quantity:
    """% w/v of a mass in a volume."""
    return _percent(mass, volume)


def share(part: Quantity, whole: Quantity) -> Quantity:
    """Part of a whole by weight (g in g) or by volume (mL in mL), as `one`. 0.05 is 5 % w/w or v/v."""
    return fitting(part, *_SHARES)(part, whole)


def from_ratio(n: Quantity) -> Quantity:
    """The concentration (mg/mL) of ratio strength 1:n, `n` as `one`."""
    return _from_ratio(n)


def to_ratio(concentration: Quantity) -> Quantity:
    """The n of ratio strength 1:n (as `one`). For comparing with old texts only."""
    return _to_ratio(concentration)


def parse_ratio(text: str, field: str) -> Quantity:
    """The concentration (mg/mL) of a written ratio strength such as `1:1000`; `Fault` for anything else."""
    written = _WRITTEN.fullmatch(text.replace(",", ""))
    if written is None:
        raise Fault(field, text, "a ratio strength such as 1:1000")
    return _from_ratio(Quantity(int(written[1]), "one"))


def from_ppm(ppm: Quantity) -> Quantity:
    """The concentration (mg/L) of so many parts per million (as `one`) in water."""
    return _from_ppm(ppm)


def to_ppm(concentration: Quantity) -> Quantity:
    """Parts per million (as `one`) of a concentration in water."""
    return _to_ppm(concentration)
