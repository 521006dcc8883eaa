"""Overfill and prime: what is infused, what is prepared, and what is therefore drawn.

Label, limits, energy, glucose rate and aluminium go by the infused amounts; worksheet, pump file and stock by the drawn
ones. Concentrations are the same in both, except for an ingredient that is taken as ordered (one vitamin vial a day):
of it the patient gets only the infused share, and the effect is shown.
"""

from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.formula import Number, above, formula
from calculations.printing import show
from calculations.quantity import Quantity

_NONE = Quantity(0, "mL")
_NO_SHARE = Quantity(0, "one")
_SOURCE = "Overfill and prime as declared in the site profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overfill:
    """How much more is prepared than infused."""

    share: Quantity = _NO_SHARE
    """Of the infused volume, as a plain number: 0.25 is a quarter more."""
    fixed: Quantity = _NONE
    """mL, on top of the share."""
    prime: Quantity = _NONE
    """mL that stay in the infusion set."""
    prime_inside: bool = True
    """True: the overfill must hold the prime; False: the prime comes on top."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A container's volumes."""

    infused: Quantity
    prepared: Quantity
    factor: Quantity
    """Prepared ÷ infused: drawn amounts are infused amounts times this."""
    left_over: Quantity
    """mL that are neither infused nor in the set."""


@formula(
    id="nutrition.bag.prepared", version=1, statement="prepared = infused × (1 + share) + fixed overfill + prime on top",
    source=_SOURCE, inputs={"infused": "mL", "share": "one", "fixed": "mL", "prime_on_top": "mL"},
    constants={"whole": "1 one"}, gives="mL",
)  # fmt: skip
def prepared_volume(infused: Number, share: Number, fixed: Number, prime_on_top: Number, whole: Number) -> Number:
    """mL to prepare."""
    return infused * (whole + share) + fixed + prime_on_top


@formula(
    id="nutrition.bag.overfill_factor", version=1, statement="factor = prepared volume ÷ infused volume", source=_SOURCE,
    inputs={"prepared": "mL", "infused": "mL"}, valid={"infused": above(0)}, gives="one",
)  # fmt: skip
def overfill_factor(prepared: Number, infused: Number) -> Number:
    """Plain number by which infused volumes are multiplied to be drawn."""
    return prepared / infused


@formula(
    id="nutrition.bag.drawn", version=1, statement="drawn = infused × overfill factor", source=_SOURCE,
    inputs={"infused": "mL", "factor": "one"}, gives="mL",
)  # fmt: skip
def drawn_volume(infused: Number, factor: Number) -> Number:
    """mL of a source to draw."""
    return infused * factor


@formula(
    id="nutrition.bag.reaching", version=1, statement="reaching the patient = drawn ÷ overfill factor", source=_SOURCE,
    inputs={"drawn": "mL", "factor": "one"}, valid={"factor": above(0)}, gives="mL",
)  # fmt: skip
def reaching_volume(drawn: Number, factor: Number) -> Number:
    """mL of a source that is not scaled that reach the patient."""
    return drawn / factor


def prepare(infused: Quantity, overfill: Overfill) -> Prepared:
    """The volumes of a container. Raises `CannotCompute` for an overfill that cannot hold the prime put inside it."""
    on_top = _NONE if overfill.prime_inside else overfill.prime
    volume = prepared_volume(infused=infused, share=overfill.share, fixed=overfill.fixed, prime_on_top=on_top)
    left_over = volume - infused - overfill.prime
    if left_over.number < 0:
        raise CannotCompute(
            "prime_limit",
            "the overfill",
            f"it is {show(volume - infused)}, and the prime that it must hold is limited to that: {show(overfill.prime)}.",
            "Raise the overfill in the profile, or put the prime on top of it.",
        )
    return Prepared(infused, volume, overfill_factor(prepared=volume, infused=infused), left_over)
