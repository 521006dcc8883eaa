"""Sources whose volume no syringe of the house shows: each is diluted first, with volumes that can be measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculations.concentration import amount_in
from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.intermediate_dilution import intermediate_dilution
from calculations.nutrition.bag import Bag
from calculations.nutrition.mixing import MixStep
from calculations.printing import show
from calculations.syringes import CannotMeasure
from compounding.nutrition.plan import Dilution
from compounding.nutrition.rows import contents_per_ml
from compounding.planning.measuring import Measuring

WATER = "sterile_water"
"""The solution that a source is diluted with: it brings nothing of its own."""


@dataclass(frozen=True)
class Dilutions:
    """What is diluted first, by product; and the findings that say so."""

    by_product: Mapping[str, Dilution]
    findings: tuple[Finding, ...]


def diluted_first(bag: Bag, steps: Sequence[MixStep], house: Measuring) -> Dilutions:
    """An intermediate dilution for every step that no syringe measures. What cannot be diluted either stays refused."""
    found: dict[str, Dilution] = {}
    told: list[Finding] = []
    for step in steps:
        if step.refused is None or step.product is None:
            continue
        strength = next(iter(contents_per_ml(bag.line(step.product.id)).values()), None)
        if strength is None:
            continue
        try:
            plan = intermediate_dilution(amount_in(strength, step.volume), strength, house.sizes, house.strict)
        except (CannotMeasure, CannotCompute):
            continue
        found[step.product.id] = Dilution(plan.take, plan.add, plan.final_volume, plan.dose_volume, WATER)
        told.append(
            Finding(
                f"dilute_first.{step.product.id}",
                Grade.INFO,
                f"{step.product.display} {show(step.volume)} cannot be measured: dilute {show(plan.take)} to "
                f"{show(plan.final_volume)}, draw {show(plan.dose_volume)}",
                step.volume,
            )
        )
    return Dilutions(found, tuple(told))
