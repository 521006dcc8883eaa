"""Chloride against acetate: what goes with the sodium and potassium that are still open, and in which salt.

The share follows from the order alone. Where more than one split over the four salts would do, chloride goes to
potassium first: as much potassium chloride as possible, within what the products handed in allow.
"""

from gmpy2 import mpq

from calculations.formula import Number, above, any_number, formula
from calculations.nutrition.order import AnionChoice
from calculations.nutrition.refusals import Infeasible, NoSource
from calculations.nutrition.sources import Sources
from calculations.printing import show
from calculations.quantity import Quantity

_ZERO = Quantity(0, "mEq")
_SOURCE = "Each mEq of cation goes with one mEq of anion"
_EVEN = Quantity(1, "one")


@formula(
    id="nutrition.bag.chloride_for_ratio", version=1,
    statement="chloride to add = (ratio × (acetate present + open cations) − chloride present) ÷ (1 + ratio)",
    source=_SOURCE,
    inputs={"open_cations": "mEq", "chloride_present": "mEq", "acetate_present": "mEq", "ratio": "one"},
    constants={"whole": "1 one"}, valid={"ratio": above(0)}, gives="mEq", substances="any",
)  # fmt: skip
def chloride_for_ratio(
    open_cations: Number, chloride_present: Number, acetate_present: Number, ratio: Number, whole: Number
) -> Number:
    """mEq; below zero or above the open cations when the ratio cannot be reached."""
    return (ratio * (acetate_present + open_cations) - chloride_present) / (whole + ratio)


@formula(
    id="nutrition.bag.anion_left", version=1, statement="other anion = open cations − this anion", source=_SOURCE,
    inputs={"open_cations": "mEq", "anion": "mEq"}, valid={"anion": any_number()}, gives="mEq", substances="any",
)  # fmt: skip
def anion_left(open_cations: Number, anion: Number) -> Number:
    """mEq of the other anion."""
    return open_cations - anion


def share(
    choice: AnionChoice, ratio: Quantity | None, open_cations: Quantity, chloride: Quantity, acetate: Quantity
) -> tuple[Quantity, Quantity]:
    """mEq of chloride and of acetate to add. `chloride` and `acetate` are what is present in the scope of the choice.

    Raises `Infeasible` naming the anion that is there in excess of a ratio, and by how much.
    """
    if choice is AnionChoice.MAX_CHLORIDE:
        return open_cations, _ZERO
    if choice is AnionChoice.MAX_ACETATE:
        return _ZERO, open_cations
    wanted = ratio if ratio is not None else _EVEN
    added = chloride_for_ratio(
        open_cations=open_cations, chloride_present=chloride, acetate_present=acetate, ratio=wanted
    )
    how = f"chloride to acetate {show(wanted)} : 1"
    if added.number < 0:
        excess = Quantity(chloride.number - wanted.number * (acetate.number + open_cations.number), "mEq")
        raise Infeasible(
            "over_supplied", "chloride", excess, f"{how} is not reached even with all sodium and potassium as acetate.",
            "Choose maximum acetate, or another ratio.",
        )  # fmt: skip
    if added > open_cations:
        excess = Quantity(acetate.number - (chloride.number + open_cations.number) / wanted.number, "mEq")
        raise Infeasible(
            "over_supplied", "acetate", excess, f"{how} is not reached even with all sodium and potassium as chloride.",
            "Choose maximum chloride, or another ratio.",
        )  # fmt: skip
    return added, anion_left(open_cations=open_cations, anion=added)


def share_as_ordered(
    open_cations: Quantity, chloride: Quantity | None, acetate: Quantity | None
) -> tuple[Quantity, Quantity]:
    """mEq of chloride and of acetate to add, from what of the ordered ones is still open (None: not ordered).

    Raises `Infeasible` when sodium and potassium leave too little or too much for them to go with.
    """
    if chloride is not None and acetate is not None:
        gap = open_cations - (chloride + acetate)
        if gap.number > 0:
            raise Infeasible(
                "under_supplied", "acetate", gap, "sodium and potassium as ordered need more chloride and acetate.",
                "Leave acetate to balance, or raise chloride or acetate.",
            )  # fmt: skip
        if gap.number < 0:
            raise Infeasible(
                "under_supplied", "sodium", -gap, "chloride and acetate as ordered need more sodium or potassium.",
                "Leave acetate to balance, or lower chloride or acetate.",
            )  # fmt: skip
        return chloride, acetate
    name, wanted = ("chloride", chloride) if chloride is not None else ("acetate", acetate)
    assert_wanted = wanted if wanted is not None else _ZERO
    other = anion_left(open_cations=open_cations, anion=assert_wanted)
    if other.number < 0:
        raise Infeasible(
            "under_supplied", name, -other, "no sodium or potassium is left for it to go with.",
            f"Lower {name}, or raise sodium or potassium.",
        )  # fmt: skip
    return (assert_wanted, other) if name == "chloride" else (other, assert_wanted)


def split(
    sodium: Quantity, potassium: Quantity, chloride: Quantity, sources: Sources
) -> tuple[tuple[str, str, Quantity], ...]:
    """(cation, anion, mEq) for each of the four salts that is used, from the open mEq of sodium and potassium.

    Raises `NoSource` naming the salts that are missing.
    """
    na, k, cl = sodium.number, potassium.number, chloride.number
    low, high = max(mpq(0), cl - na), min(k, cl)
    pins = {
        ("potassium", "chloride"): mpq(0), ("potassium", "acetate"): k,
        ("sodium", "chloride"): cl, ("sodium", "acetate"): cl - na,
    }  # fmt: skip
    missing = []
    for (cation, anion), pin in pins.items():
        if sources.carrying(cation, anion) is None:
            missing.append(f"{cation} {anion}")
            low, high = max(low, pin), min(high, pin)
    if low > high:
        raise NoSource(" or ".join(missing), "chloride and acetate do not come out without it.", "Release the product.")
    amounts = (
        ("sodium", "chloride", cl - high), ("sodium", "acetate", na - cl + high),
        ("potassium", "chloride", high), ("potassium", "acetate", k - high),
    )  # fmt: skip
    return tuple((cation, anion, Quantity(n, "mEq", of=cation)) for cation, anion, n in amounts if n)
