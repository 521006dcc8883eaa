"""What the limits of a nutrition bag were judged on, frozen with the plan: what a replay of past orders needs."""

from dataclasses import dataclass

from calculations.nutrition.bag import Bag
from calculations.nutrition.totals import Totals
from calculations.quantity import Quantity


@dataclass(frozen=True)
class JudgedFigure:
    """One named figure of the bag."""

    name: str
    value: Quantity | None
    """None: it could not be given, and so no limit on it could be assessed."""
    complete: bool
    """False: a lower bound, because a label does not tell."""


@dataclass(frozen=True)
class NutritionJudgedOn:
    """Every figure of the bag, with whom and what it is for."""

    population: str
    kind: str
    line: str
    ready: bool
    """A ready-made bag, which its maker answers for."""
    weight: Quantity
    """The dosing weight."""
    figures: tuple[JudgedFigure, ...]
    """By name, each once."""


def nutrition_judged_on(bag: Bag, totals: Totals) -> NutritionJudgedOn:
    """What the limits are held against, for the plan to keep."""
    order = bag.order
    missing = [JudgedFigure(name, None, True) for name in totals.figures.missing]
    found = [
        JudgedFigure(row.name, row.value, row.complete)
        for row in totals.figures
        if row.name not in totals.figures.missing
    ]
    return NutritionJudgedOn(
        population=order.population,
        kind=order.kind,
        line=order.line,
        ready=order.row("ready_bag") is not None,
        weight=order.dosing_weight,
        figures=tuple(sorted((*found, *missing), key=lambda figure: figure.name)),
    )
