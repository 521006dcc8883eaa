"""Contradictions inside the limit table, and the rule that nothing stocked may be without a hard bound."""

from collections.abc import Iterator

from calculations.nutrition.product import CATIONS, POPULATIONS, Role
from calculations.quantity import Quantity
from formulary.checks_products import Found, ascending, text
from formulary.model_common import Line
from formulary.nutrition.checks_rules import BAGS, known, some, twice, under, weight_faults
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import BOUNDS, LIMIT_KINDS, LimitRow, LimitTable, unit_expected

ORDER = ("hard_low", "soft_low", "usual_low", "usual_high", "soft_high", "hard_high")

ALWAYS = ("amino_acids", "dextrose", "lipid", "sodium", "potassium", "calcium", "magnesium", "phosphate")
"""High-alert whatever is stocked: each needs a hard upper bound on its dose for everybody whom the house serves."""

RATES = ("glucose infusion rate", "potassium per kg per hour")
"""Rates that need a hard upper bound as well."""

_LIGHTEST = Quantity("0.001", "kg_bw")
_LINES = (Line.CENTRAL, Line.PERIPHERAL)


def limit_faults(table: LimitTable) -> Iterator[Found]:
    """Every contradiction inside the table of limits."""
    yield from twice([row.id for row in table.limits], "limits")
    for index, row in enumerate(table.limits):
        yield from under(f"limits[{index}]", _row_faults(row))


def _row_faults(row: LimitRow) -> Iterator[Found]:
    wanted = unit_expected(row.figure, row.unit)
    if wanted is not None:
        yield "unit", f"{row.unit.name} for {row.figure}", wanted
    yield from some(row.populations, POPULATIONS, "populations")
    yield from known(row.kinds, LIMIT_KINDS, "kinds")
    yield from weight_faults(row.weight_from, row.weight_below)
    stated = {name: bound for name in BOUNDS if (bound := getattr(row, name)) is not None}
    if not stated:
        yield "hard_high", None, "at least one bound"
    strange = {name: bound for name, bound in stated.items() if bound.unit != row.unit}
    for name, bound in strange.items():
        yield name, text(bound), f"the row's unit, {row.unit.name}"
    if row.absolute and not {"hard_low", "hard_high"} & stated.keys():
        yield "absolute", True, "a hard bound that is absolute"
    if not strange:
        yield from ascending([(name, stated.get(name)) for name in ORDER])


def unbounded(nutrition: NutritionSet) -> Iterator[tuple[str, str, str]]:
    """Nutrient, population and where its hard upper bound is missing: a version with one of these is never in force."""
    for population in nutrition.profile.populations:
        for nutrient in high_alert(nutrition, population):
            figures = (f"{nutrient} per kg per day", f"{nutrient} per day")
            where = _first_gap(nutrition, figures, population, BAGS)
            if where is not None:
                yield nutrient, population, where
        for rate in RATES:
            where = _first_gap(nutrition, (rate,), population, BAGS)
            if where is not None:
                yield rate, population, where


def high_alert(nutrition: NutritionSet, population: str) -> tuple[str, ...]:
    """Nutrients that need a hard upper bound: the ones of `ALWAYS`, and whatever a product stocked for this age brings."""
    stocked = {name for row in nutrition.profile.stocked if population in row.populations for name in row.products}
    brought = (name for row in nutrition.products if row.id in stocked for name in _brings(row))
    return tuple(dict.fromkeys((*ALWAYS, *brought)))


def _brings(product: NutritionProduct) -> Iterator[str]:
    yield from (row.name for row in product.ions if row.per_ml.number and row.name in (*CATIONS, "phosphate"))
    if product.role in (Role.TRACE_ELEMENTS, Role.CYSTEINE):
        yield from (row.name for row in product.nutrients if row.per_ml.number)


def is_bounded(nutrition: NutritionSet, figures: tuple[str, ...], population: str, kinds: tuple[str, ...]) -> bool:
    """Whether one of the figures has a hard upper bound at every weight, for both lines and these kinds of bag."""
    return _first_gap(nutrition, figures, population, kinds) is None


def _first_gap(
    nutrition: NutritionSet, figures: tuple[str, ...], population: str, kinds: tuple[str, ...]
) -> str | None:
    rows = [row for row in nutrition.limits if row.figure in figures and row.hard_high is not None]
    edges = {edge for row in rows for edge in (row.weight_from, row.weight_below) if edge is not None}
    for weight in sorted({_LIGHTEST, *edges}):
        for line in _LINES:
            for kind in kinds:
                if not any(row.holds_for(population, weight, line, kind) for row in rows):
                    return f"from {text(weight)}, {line.value} line, {kind}"
    return None
