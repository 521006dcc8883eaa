"""Dilute first: an intermediate from which a dose becomes measurable.

For example 0.03 mL of a stock cannot be measured; 1 mL of the stock and 9 mL of diluent make a tenfold weaker solution,
of which the dose is 0.3 mL. Both volumes of the intermediate and the dose drawn from it must be measurable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calculations.concentration import volume_of_dose
from calculations.dilution import diluted
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.syringes import CannotMeasure, Measured, SyringeRules, SyringeSize, measure

_FACTORS = (2, 4, 5, 10, 20, 25, 50, 100)
"""Whole-number dilutions that a person can check in the head, weakest first."""
_STOCK_STEPS = ("1/10", "1/5", "1/2", "1", "2", "5", "10")
"""Stock volumes in mL to try, smallest first: they lie on the lines of ordinary syringes."""


@dataclass(frozen=True)
class IntermediatePlan:
    """Draw `take` of the stock, add `add` of diluent, draw the dose from the result."""

    take: Quantity
    add: Quantity
    final_volume: Quantity
    concentration: Quantity
    dose_volume: Quantity
    """Exact."""
    measured: Measured
    """The dose as it is really drawn."""


def intermediate_dilution(
    dose: Quantity,
    stock_concentration: Quantity,
    sizes: Sequence[SyringeSize],
    rules: SyringeRules,
    target_concentration: Quantity | None = None,
    largest_volume: Quantity | None = None,
) -> IntermediatePlan:
    """The smallest intermediate from which `dose` can be measured.

    With `target_concentration` (the formulary's named intermediate) only that strength is tried. `largest_volume`
    bounds the final volume of the intermediate; without it, the largest syringe does.

    Raises:
        CannotCompute: a target stronger than the stock.
        CannotMeasure: no such dilution makes the dose measurable.
    """
    bound = largest_volume or max(size.capacity for size in sizes)
    for factor in _factors(stock_concentration, target_concentration):
        for step in _STOCK_STEPS:
            found = _try(dose, stock_concentration, Quantity(step, "mL"), factor, sizes, rules)
            if found is not None and found.final_volume <= bound:
                return found
    raise CannotMeasure(
        volume_of_dose(dose, stock_concentration),
        f"no intermediate of at most {show(bound)} makes {show(dose)} measurable.",
        "A pharmacist chooses another product or strength.",
    )


def _factors(stock: Quantity, target: Quantity | None) -> Iterator[Quantity]:
    if target is None:
        yield from (Quantity(factor, "one") for factor in _FACTORS)
        return
    if target >= stock:
        raise CannotCompute(
            "not_a_dilution",
            f"an intermediate of {show(target)}",
            f"the stock has only {show(stock)}.",
            "Check the strengths.",
        )
    yield stock / target


def _try(
    dose: Quantity,
    stock: Quantity,
    take: Quantity,
    factor: Quantity,
    sizes: Sequence[SyringeSize],
    rules: SyringeRules,
) -> IntermediatePlan | None:
    """The intermediate of this stock volume and factor, or None if some volume of it cannot be measured."""
    final = take * factor
    add = final - take
    try:
        if any(measure(volume, sizes, rules).error.number for volume in (take, add)):
            return None
        concentration = diluted(stock, take, final)
        dose_volume = volume_of_dose(dose, concentration)
        if dose_volume > final:
            return None
        return IntermediatePlan(take, add, final, concentration, dose_volume, measure(dose_volume, sizes, rules))
    except CannotMeasure:
        return None
