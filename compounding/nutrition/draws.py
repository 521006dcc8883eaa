"""What is taken of each source of a nutrition bag: planned in mixing order, really in the syringes, and its weight."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from calculations.errors import CannotCompute
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.mixing import MixStep
from calculations.nutrition.product import Role
from calculations.nutrition.solution import mass_of_parts
from calculations.nutrition.totals import Totals
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.nutrition.draw_up import really_drawn
from compounding.nutrition.plan import Dilution, SourceDraw
from formulary.model import Formulary
from formulary.nutrition.model_profile import NutritionSet

_NOTHING = Quantity(0, "mL")
_NO_WATER = (
    "what is diluted first brings more water than the bag has room for.",
    "Raise the volume of the bag, or choose a weaker product.",
)


def draws_of(bag: Bag, steps: Sequence[MixStep], dilutions: Mapping[str, Dilution]) -> tuple[SourceDraw, ...]:
    """The additions in their real sequence, each with what is done before it. Dilutions take their water from the bag's.

    Raises CannotCompute when the water does not last for the dilutions.
    """
    extra = _water_of_dilutions(bag, dilutions)
    found: list[SourceDraw] = []
    before: list[str] = []
    for step in steps:
        if step.product is None:
            before.append(step.words)
            continue
        line, volume = bag.line(step.product.id), step.volume
        if step.product.role is Role.WATER:
            volume = volume - extra
            extra = _NOTHING
            if volume.number < 0:
                raise CannotCompute("volume_limit", "water for the dilutions", *_NO_WATER)
        if not volume.number:
            continue
        found.append(
            SourceDraw(
                step.product.id,
                step.product.id,
                step.product.display,
                line.reaching,
                volume,
                "pump" if step.by == "compounder" else "hand",
                rinse=" ".join(before),
                note=_note(step, line),
                dilution=dilutions.get(step.product.id),
            )
        )
        before = []
    if extra.number > 0:
        raise CannotCompute("volume_limit", "water for the dilutions", *_NO_WATER)
    return tuple(found)


def _water_of_dilutions(bag: Bag, dilutions: Mapping[str, Dilution]) -> Quantity:
    return sum((one.draw - bag.line(product).drawn for product, one in dilutions.items()), _NOTHING)


def _note(step: MixStep, line: Line) -> str:
    parts = []
    if step.near_use is not None:
        parts.append(f"near use: keeps for {show(step.near_use)} from here")
    if not line.product.scaled:
        parts.append(f"not scaled by the overfill: {show(line.reaching)} of it reach the patient")
    return "; ".join(parts)


def as_drawn(
    steps: Sequence[MixStep],
    draws: Sequence[SourceDraw],
    formulary: Formulary,
    held: NutritionSet,
    scanned: Sequence[str] = (),
) -> tuple[MixStep, ...]:
    """The same steps with what will really be drawn: by hand the lines of the syringes, of a dilution its share.

    `volume` is then what the bag gets of the source itself, and `after` what the bag holds with all that came along.
    A compounder pumps what it was told. What no syringe shows stays as it is: such an order is stopped by its finding.
    `scanned` are ids of the containers that are there; without them those that the house stocks.
    """
    by_product = {draw.product: draw for draw in draws}
    found: list[MixStep] = []
    inside = _NOTHING
    for step in steps:
        draw = None if step.product is None else by_product.get(step.product.id)
        of_source = into_bag = step.volume if step.product is None else _NOTHING
        if draw is not None:
            of_source, into_bag = (draw.drawn, draw.drawn) if draw.by == "pump" else really_drawn(draw, formulary, held, scanned)
        inside = inside + into_bag
        found.append(replace(step, volume=of_source, after=inside))
    return tuple(found)


def expected_mass(bag: Bag, totals: Totals, dilutions: Mapping[str, Dilution], formulary: Formulary) -> Quantity:
    """g of the finished content, dilutions with their water. Raises CannotCompute naming what has no density."""
    if not dilutions:
        return totals.figures["expected mass"]
    extra = _water_of_dilutions(bag, dilutions)
    parts: list[tuple[str, Quantity, Quantity | None]] = []
    for line in bag.lines:
        product, one = line.product, dilutions.get(line.product.id)
        if one is None:
            volume = line.drawn - extra if product.role is Role.WATER else line.drawn
            parts.append((product.display, volume, product.density))
            continue
        solution = formulary.solution(one.diluent)
        parts.append((product.display, one.draw * (one.take / one.final), product.density))
        parts.append((solution.display, one.draw * (one.add / one.final), solution.density))
    return mass_of_parts(parts)
