"""Dilution by C1 × V1 = C2 × V2, in one step or several."""

from collections.abc import Sequence
from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.formula import Number, above, formula
from calculations.printing import show
from calculations.quantity import Quantity

_SOURCE = "C1 × V1 = C2 × V2: the drug in the stock volume is the drug in the diluted volume"


@formula(
    id="dilution.stock_volume",
    version=1,
    statement="stock volume = wanted concentration × wanted volume ÷ stock concentration",
    source=_SOURCE,
    inputs={"stock_concentration": "amount/mL", "wanted_concentration": "amount/mL", "wanted_volume": "mL"},
    valid={"stock_concentration": above(0)},
    gives="mL",
)
def _stock_volume(stock_concentration: Number, wanted_concentration: Number, wanted_volume: Number) -> Number:
    return wanted_concentration * wanted_volume / stock_concentration


@formula(
    id="dilution.final_volume",
    version=1,
    statement="final volume = stock concentration × stock volume ÷ wanted concentration",
    source=_SOURCE,
    inputs={"stock_concentration": "amount/mL", "stock_volume": "mL", "wanted_concentration": "amount/mL"},
    valid={"wanted_concentration": above(0)},
    gives="mL",
)
def _final_volume(stock_concentration: Number, stock_volume: Number, wanted_concentration: Number) -> Number:
    return stock_concentration * stock_volume / wanted_concentration


@formula(
    id="dilution.concentration",
    version=1,
    statement="concentration = stock concentration × stock volume ÷ final volume",
    source=_SOURCE,
    inputs={"stock_concentration": "amount/mL", "stock_volume": "mL", "final_volume": "mL"},
    valid={"final_volume": above(0)},
    gives="amount/mL",
)
def _diluted(stock_concentration: Number, stock_volume: Number, final_volume: Number) -> Number:
    return stock_concentration * stock_volume / final_volume


@formula(
    id="dilution.diluent",
    version=1,
    statement="diluent = final volume − stock volume",
    source="Volumes assumed additive",
    inputs={"final_volume": "mL", "stock_volume": "mL"},
    gives="mL",
)
def _diluent(final_volume: Number, stock_volume: Number) -> Number:
    return final_volume - stock_volume


@dataclass(frozen=True)
class Dilution:
    """Take `stock_volume` of the stock and add `diluent`: `final_volume` of `concentration`."""

    stock_volume: Quantity
    diluent: Quantity
    final_volume: Quantity
    concentration: Quantity


def stock_volume(stock: Quantity, wanted: Quantity, wanted_volume: Quantity) -> Quantity:
    """The stock (mL) to take for `wanted_volume` of concentration `wanted`.

    Raises:
        CannotCompute: the wanted concentration is higher than the stock's.
    """
    _require_weaker(stock, wanted)
    return _stock_volume(stock, wanted, wanted_volume)


def final_volume(stock: Quantity, stock_taken: Quantity, wanted: Quantity) -> Quantity:
    """The volume (mL) to which `stock_taken` is filled up to reach `wanted`. Refuses a stronger `wanted`."""
    _require_weaker(stock, wanted)
    return _final_volume(stock, stock_taken, wanted)


def diluted(stock: Quantity, stock_taken: Quantity, final: Quantity) -> Quantity:
    """The concentration when `stock_taken` is filled up to `final`. Refuses more stock than the final volume."""
    diluent_for(final, stock_taken)
    return _diluted(stock, stock_taken, final)


def diluent_for(final: Quantity, stock_taken: Quantity) -> Quantity:
    """The diluent (mL) to add.

    Raises:
        CannotCompute: more is taken of the stock than the final volume holds.
    """
    if stock_taken > final:
        raise CannotCompute(
            "over_full",
            f"diluting {show(stock_taken)} to {show(final)}",
            "the stock alone is more than the final volume.",
            "Take less, or dilute to more.",
        )
    return _diluent(final, stock_taken)


def dilute(stock: Quantity, wanted: Quantity, wanted_volume: Quantity) -> Dilution:
    """The whole dilution: what to take and what to add. Refuses a wanted concentration above the stock's."""
    taken = stock_volume(stock, wanted, wanted_volume)
    return Dilution(taken, diluent_for(wanted_volume, taken), wanted_volume, wanted)


def serial(stock: Quantity, steps: Sequence[tuple[Quantity, Quantity]]) -> tuple[Dilution, ...]:
    """Dilutions one after the other: each step takes a volume of the one before and fills it up to a final volume."""
    made: list[Dilution] = []
    strength = stock
    for taken, final in steps:
        strength = diluted(strength, taken, final)
        made.append(Dilution(taken, diluent_for(final, taken), final, strength))
    return tuple(made)


def _require_weaker(stock: Quantity, wanted: Quantity) -> None:
    if wanted > stock:
        raise CannotCompute(
            "not_a_dilution",
            f"a dilution to {show(wanted)}",
            f"the stock has only {show(stock)}.",
            "Use a stronger stock.",
        )
