"""Mixing two strengths of one drug to a strength between them, and the strength of any mixture.

Strengths are concentrations (with volumes) or shares by weight (with masses); the two kinds never meet.
"""

from dataclasses import dataclass

from calculations.arithmetic import total
from calculations.choosing import fitting
from calculations.errors import CannotCompute
from calculations.formula import Formula, Number, above, each, formula
from calculations.printing import show
from calculations.quantity import Quantity

_SOURCE = "Alligation alternate: parts of the higher = wanted − lower, of the lower = higher − wanted"
_MIXTURE = "Alligation medial: drug in all parts ÷ sum of all parts"


def _higher(whole: Number, higher: Number, lower: Number, wanted: Number) -> Number:
    return whole * (wanted - lower) / (higher - lower)


def _for_lower(have: Number, higher: Number, lower: Number, wanted: Number) -> Number:
    return have * (wanted - lower) / (higher - wanted)


def _for_higher(have: Number, higher: Number, lower: Number, wanted: Number) -> Number:
    return have * (higher - wanted) / (wanted - lower)


def _mixture(strengths: Number, parts: Number) -> Number:
    return total(strength * part for strength, part in zip(strengths, parts, strict=True)) / total(parts)


def _rest(whole: Number, part: Number) -> Number:
    return whole - part


_KINDS = (("by_volume", "amount/mL", "mL"), ("by_weight", "one", "g"))


def _declare(name: str, statement: str, first: str, body: object) -> tuple[Formula, ...]:
    """One formula for concentrations with volumes, one for shares with masses."""
    return tuple(
        formula(
            id=f"alligation.{name}_{kind}", version=1, statement=statement, source=_SOURCE,
            inputs={first: part, "higher": strength, "lower": strength, "wanted": strength}, gives=part,
        )(body)  # type: ignore[arg-type]
        for kind, strength, part in _KINDS
    )  # fmt: skip


_HIGHER = _declare("higher", "higher strength = whole × (wanted − lower) ÷ (higher − lower)", "whole", _higher)
_FOR_LOWER = _declare(
    "to_add_of_higher", "higher to add = lower at hand × (wanted − lower) ÷ (higher − wanted)", "have", _for_lower
)
_FOR_HIGHER = _declare(
    "to_add_of_lower", "lower to add = higher at hand × (higher − wanted) ÷ (wanted − lower)", "have", _for_higher
)
_MIXTURES = tuple(
    formula(
        id=f"alligation.mixture_{kind}", version=1, statement="strength = Σ(strength × part) ÷ Σ part",
        source=_MIXTURE, inputs={"strengths": each(strength), "parts": each(part)}, valid={"parts": above(0)},
        gives=strength,
    )(_mixture)
    for kind, strength, part in _KINDS
)  # fmt: skip
_RESTS = tuple(
    formula(
        id=f"alligation.rest_{kind}", version=1, statement="lower strength = whole − higher strength",
        source=_SOURCE, inputs={"whole": part, "part": part}, gives=part,
    )(_rest)
    for kind, _, part in _KINDS
)  # fmt: skip


@dataclass(frozen=True)
class Mixture:
    """How much of each strength makes the whole."""

    of_higher: Quantity
    of_lower: Quantity


def mix(whole: Quantity, higher: Quantity, lower: Quantity, wanted: Quantity) -> Mixture:
    """How much of two strengths makes `whole` (mL, or g for shares by weight) of `wanted`.

    Raises:
        CannotCompute: the wanted strength does not lie between the two.
    """
    _require_between(higher, lower, wanted)
    of_higher = fitting(whole, *_HIGHER)(whole, higher, lower, wanted)
    return Mixture(of_higher, fitting(whole, *_RESTS)(whole, of_higher))


def higher_to_add(have_lower: Quantity, higher: Quantity, lower: Quantity, wanted: Quantity) -> Quantity:
    """How much of the higher strength brings `have_lower` to `wanted`. Refuses a wanted strength not between them."""
    _require_between(higher, lower, wanted)
    if wanted == higher:
        raise _no_end(wanted)
    return fitting(have_lower, *_FOR_LOWER)(have_lower, higher, lower, wanted)


def lower_to_add(have_higher: Quantity, higher: Quantity, lower: Quantity, wanted: Quantity) -> Quantity:
    """How much of the lower strength brings `have_higher` down to `wanted`. Refuses one not between them."""
    _require_between(higher, lower, wanted)
    if wanted == lower:
        raise _no_end(wanted)
    return fitting(have_higher, *_FOR_HIGHER)(have_higher, higher, lower, wanted)


def mixture(strengths: tuple[Quantity, ...], parts: tuple[Quantity, ...]) -> Quantity:
    """The strength of any number of parts mixed; their order does not matter."""
    if len(strengths) != len(parts) or not strengths:
        raise CannotCompute("parts_unlike", "the strength of a mixture", "every strength needs its part.")
    return fitting(strengths[0], *_MIXTURES)(strengths, parts)


def _require_between(higher: Quantity, lower: Quantity, wanted: Quantity) -> None:
    if not lower <= wanted <= higher or lower == higher:
        raise CannotCompute(
            "not_between",
            f"mixing {show(lower)} and {show(higher)} to {show(wanted)}",
            "the wanted strength must lie between the two.",
            "Choose other strengths.",
        )


def _no_end(wanted: Quantity) -> CannotCompute:
    return CannotCompute(
        "not_between", f"mixing to {show(wanted)}", "no finite amount of that very strength brings the rest to it."
    )
