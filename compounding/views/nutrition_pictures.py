"""What the pictures of a nutrition bag show, as numbers: stacked volumes, calcium against phosphate, osmolarity."""

from dataclasses import dataclass

from gmpy2 import mpq

from calculations.nutrition.product import Role
from calculations.quantity import Quantity
from compounding.nutrition.plan import CalciumPhosphate, NutritionPlan
from formulary.model_common import Line
from formulary.nutrition.model_profile import NutritionSet

LAYERS = ("water", "others", "calcium", "dextrose", "lipid", "amino acids")
"""From the top of the bag down."""
_NAMES = {
    Role.WATER: "water",
    Role.DEXTROSE: "dextrose",
    Role.LIPID: "lipid",
    Role.AMINO_ACIDS: "amino acids",
    Role.READY_BAG: "amino acids",
}


@dataclass(frozen=True)
class Layer:
    """One layer of the bag: everything of one kind, as it is put in."""

    name: str
    volume: mpq
    """mL."""


@dataclass(frozen=True)
class Point:
    """mmol/L of phosphate and mEq/L of calcium."""

    phosphate: mpq
    calcium: mpq


@dataclass(frozen=True)
class CurvePicture:
    """Calcium against phosphate at the worst moment of mixing, beside the curve that was measured."""

    line: tuple[Point, ...]
    now: Point
    was: Point | None
    was_day: str
    verdict: str
    assessed: bool
    fictional: bool
    curve: str


@dataclass(frozen=True)
class Mark:
    """A limit beside the column."""

    number: mpq
    text: str


@dataclass(frozen=True)
class OsmolarityPicture:
    """mOsm/L of the bag and the limits of both lines."""

    figure: mpq
    marks: tuple[Mark, ...]
    over: bool
    """Over the limit of the line it is ordered for."""


def layers(plan: NutritionPlan, held: NutritionSet) -> tuple[Layer, ...]:
    """The layers of the prepared bag with a volume, from the top down; what is small and many stands together."""
    found: dict[str, list[mpq]] = {name: [] for name in LAYERS}
    for draw in plan.draws:
        product = held.source_products[draw.product]
        name = "calcium" if "calcium" in product.ions else _NAMES.get(product.role, "others")
        found[name].append(draw.drawn.amount_in("mL"))
    return tuple(
        Layer(f"{len(parts)} others" if name == "others" and len(parts) > 1 else name, sum(parts, mpq(0)))
        for name, parts in found.items()
        if parts
    )


def curve_picture(now: CalciumPhosphate | None, was: CalciumPhosphate | None, was_day: str) -> CurvePicture | None:
    """None where calcium and phosphate never meet."""
    if now is None or not now.moments:
        return None
    line = tuple(Point(one.phosphate.amount_in("mmol/L"), one.calcium.amount_in("mEq/L")) for one in now.points)
    worst = _worst(now)
    before = None if was is None or not was.moments else _worst(was)
    return CurvePicture(line, worst, before, was_day, now.verdict, now.assessed, now.fictional, now.curve)


def _worst(found: CalciumPhosphate) -> Point:
    moment = found.moments[found.worst if found.points else -1]
    return Point(moment.phosphate.amount_in("mmol/L"), moment.calcium.amount_in("mEq/L"))


def osmolarity_picture(
    plan: NutritionPlan, held: NutritionSet, weight: Quantity, line: str, kind: str
) -> OsmolarityPicture | None:
    """None where the osmolarity could not be worked out."""
    figure = next((one.amount for one in plan.figures if one.name == "osmolarity"), None)
    if figure is None:
        return None
    marks = []
    over = False
    for where in (Line.CENTRAL, Line.PERIPHERAL):
        rows = held.limits_for("osmolarity", plan.population, weight, where, kind)
        bounds = [bound for row in rows for bound in (row.soft_high, row.hard_high) if bound is not None]
        if bounds:
            lowest = min(bound.amount_in("mOsm/L") for bound in bounds)
            marks.append(Mark(lowest, f"{where.value}"))
            over = over or (where.value == line and figure.amount_in("mOsm/L") > lowest)
    return OsmolarityPicture(figure.amount_in("mOsm/L"), tuple(marks), over)
