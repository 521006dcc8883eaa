"""The nutrition set as the engine takes it: conventions, products of an age, limits, usual ranges, mixing, plan.

A set never changes, so what is made of it is made once: an order that is typed asks for it at every key.
"""

from functools import lru_cache

from calculations.nutrition import overfill, profile
from calculations.nutrition.calcium_phosphate import Plan
from calculations.nutrition.changes import ChangeLimit
from calculations.nutrition.curve import Curve, Stage
from calculations.nutrition.energy import EnergyConvention
from calculations.nutrition.mixing import MixingOrder
from calculations.nutrition.product import SourceProduct
from calculations.nutrition.screening import ScreeningRule
from calculations.quantity import Quantity
from formulary.nutrition.engine_rules import engine_curve
from formulary.nutrition.model_profile import DayChange, NutritionProfile, NutritionSet


@lru_cache(maxsize=128)
def engine_profile(nutrition: NutritionSet, population: str, kind: str, *, ready_made: bool = False) -> profile.Profile:
    """The house's conventions for an order of this population and kind of bag. Raises KeyError naming what is not set.

    `ready_made`: the order is a ready-made bag with additives; its maker filled it, and it gets no overfill.
    """
    site = nutrition.profile
    first = ("potassium", "sodium") if site.choice("phosphate_salt") == "potassium first" else ("sodium", "potassium")
    return profile.Profile(
        phosphate_order=first,
        lipid_phosphate_counts=site.choice("lipid_phosphate") == "counts",
        ratio_scope=site.choice("ratio_scope"),
        gir_convention=site.choice("gir_convention"),
        energy=_energy(site),
        osmoles={row.name: row.osmoles for row in site.osmoles},
        overfill=overfill.Overfill() if ready_made else _overfill(site, population, kind),
        lipid_overfill=_overfill(site, population, "lipid"),
        lipid_container_hours=site.value("lipid_container"),
        rate_step=site.value("rate_step"),
    )


def _energy(site: NutritionProfile) -> EnergyConvention:
    per_gram = {name: site.value(f"{name}_energy") for name in ("dextrose", "amino_acids", "lipid")}
    sources = {row.source.text for row in site.values if row.name.endswith("_energy")}
    return EnergyConvention(
        name=f"{site.name}, version {site.version}",
        dextrose=per_gram["dextrose"].named("dextrose"),
        dextrose_form=site.choice("dextrose_energy_form"),
        amino_acids=per_gram["amino_acids"].named("amino_acids"),
        lipid=per_gram["lipid"].named("lipid"),
        source="; ".join(sorted(sources)),
    )


def _overfill(site: NutritionProfile, population: str, kind: str) -> overfill.Overfill:
    row = site.overfill_for(population, kind)
    return overfill.Overfill(
        share=Quantity(0, "one") if row.share is None else row.share,
        fixed=Quantity(0, "mL") if row.volume is None else row.volume,
        prime=row.prime,
        prime_inside=row.prime_inside,
    )


def engine_products(nutrition: NutritionSet, population: str) -> dict[str, SourceProduct]:
    """The preferred product for each purpose of this population; of the drugs every released one that it may get."""
    chosen: dict[str, SourceProduct] = {}
    for row in nutrition.profile.stocked:
        if population in row.populations and row.purpose != "drug":
            chosen[row.purpose] = nutrition.source_products[row.products[0]]
    for drug in nutrition.non_nutrients:
        stocked = (
            *nutrition.profile.stocked_for("drug", population),
            *nutrition.profile.stocked_for("cysteine", population),
        )
        usable = [name for name in drug.products if name in stocked]
        if population in drug.populations and usable:
            chosen[drug.nutrient] = nutrition.source_products[usable[0]]
    return chosen


@lru_cache(maxsize=128)
def mixing_order(nutrition: NutritionSet) -> MixingOrder:
    """The house's order of mixing."""
    site = nutrition.profile
    sources = dict.fromkeys(row.source.text for row in site.mixing)
    return MixingOrder(
        order=tuple(row.takes for row in site.mixing),
        apart=frozenset(frozenset((row.first, row.second)) for row in site.apart),
        by_compounder=frozenset(row.takes for row in site.mixing if row.device == "pump"),
        pump_from=site.value("pump_from"),
        rinse=site.value("rinse"),
        near_use={row.takes: row.keeps for row in site.mixing if row.keeps is not None},
        source="; ".join(sources),
    )


@lru_cache(maxsize=128)
def engine_curves(nutrition: NutritionSet, population: str) -> tuple[Curve, ...]:
    """The curves that the house relies on for this population."""
    bound = [row.curve for row in nutrition.profile.curves if population in row.populations]
    return tuple(engine_curve(nutrition.curve(name)) for name in bound)


def storage_plan(nutrition: NutritionSet, population: str, hours: Quantity) -> Plan:
    """Where the bag waits and hangs; `hours` is how long it runs. Raises KeyError when the hospital has not said it."""
    for row in nutrition.profile.storing:
        if population in row.populations:
            return Plan(storage=Stage(row.storage_celsius, row.storage_hours), hang=Stage(row.hang_celsius, hours))
    raise KeyError(f"the nutrition profile {nutrition.profile.id} does not say how bags for {population} are kept")


@lru_cache(maxsize=128)
def screening_rules(nutrition: NutritionSet) -> tuple[ScreeningRule, ...]:
    """The rules of thumb for calcium with phosphate."""
    return tuple(
        ScreeningRule(
            name=row.text,
            kind=row.way,
            limit=row.threshold.number,
            source=row.source.text,
            amino_acids_from=row.amino_acids_from,
            populations=row.populations,
        )
        for row in nutrition.profile.screening
    )


@lru_cache(maxsize=128)
def change_limits(nutrition: NutritionSet, population: str) -> tuple[ChangeLimit, ...]:
    """How far each nutrient may move from one day to the next."""
    return tuple(
        ChangeLimit(row.nutrient, row.soft, row.hard, _change_source(row), row.soft_step, row.hard_step)
        for row in nutrition.profile.changes
        if population in row.populations
    )


def _change_source(row: DayChange) -> str:
    own = [] if row.step_source is None else [f"step: {row.step_source.text}"]
    return "; ".join([row.source.text, *own])
