"""Limits and usual ranges as the engine takes them."""

from functools import lru_cache

from calculations.nutrition.limits import Band, Limit
from calculations.nutrition.order import Basis
from calculations.nutrition.suspicion import UsualRange
from formulary.model_common import Line
from formulary.nutrition import checks_limits
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import LimitRow, nutrient_and_basis

AS_NUTRIENT = {"glucose infusion rate": ("dextrose", Basis.PER_KG_DAY)}
"""Figures that exist once and are still ordered as a nutrient."""


@lru_cache(maxsize=16)
def engine_limits(nutrition: NutritionSet) -> tuple[Limit, ...]:
    """Every soft, hard and absolute bound, with its source and how well that is founded."""
    return tuple(limit for row in nutrition.limits for limit in limits_of(row))


def limits_of(row: LimitRow) -> tuple[Limit, ...]:
    """A row of the set as the engine's limits, one for each kind of bag that it names; none where it only says what is usual."""
    if all(bound is None for bound in (row.soft_low, row.soft_high, row.hard_low, row.hard_high)):
        return ()
    return tuple(_limit(row, kind) for kind in row.kinds or ("",) if kind != "lipid")


def _limit(row: LimitRow, kind: str) -> Limit:
    return Limit(
        figure=row.figure,
        band=_band(row),
        source=f"{row.source.text} ({row.source.confidence.value})",
        line="" if row.line is Line.ANY else row.line.value,
        kind=kind,
        lower_soft=row.soft_low,
        lower_hard=None if row.absolute else row.hard_low,
        lower_absolute=row.hard_low if row.absolute else None,
        upper_soft=row.soft_high,
        upper_hard=None if row.absolute else row.hard_high,
        upper_absolute=row.hard_high if row.absolute else None,
        mend=row.condition,
    )


def _band(row: LimitRow) -> Band:
    return Band(populations=row.populations, weight_from=row.weight_from, weight_below=row.weight_below)


@lru_cache(maxsize=16)
def usual_ranges(nutrition: NutritionSet) -> tuple[UsualRange, ...]:
    """Every usual range with both ends: a misreading by ten is told from what is usual."""
    found = []
    for row in nutrition.limits:
        named = nutrient_and_basis(row.figure) or AS_NUTRIENT.get(row.figure)
        if named is None or row.usual_low is None or row.usual_high is None:
            continue
        nutrient, basis = named
        source = f"{row.source.text} ({row.source.confidence.value})"
        found.append(
            UsualRange(
                nutrient=nutrient, basis=basis, low=row.usual_low, high=row.usual_high, band=_band(row), source=source
            )
        )
    return tuple(found)


@lru_cache(maxsize=16)
def nutrient_names(nutrition: NutritionSet) -> frozenset[str]:
    """Every ion, nutrient and drug of the set: a limit that names another is no limit."""
    stated = {row.name for product in nutrition.products for row in (*product.ions, *product.nutrients)}
    return frozenset(stated | {name for product in nutrition.products for name in product.unknown})


@lru_cache(maxsize=64)
def high_alert(nutrition: NutritionSet, population: str) -> tuple[str, ...]:
    """Nutrients that need a hard upper bound in this population; see `checks_limits`."""
    return checks_limits.high_alert(nutrition, population)


__all__ = ["engine_limits", "high_alert", "limits_of", "nutrient_names", "usual_ranges"]
