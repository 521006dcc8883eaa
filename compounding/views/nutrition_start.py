"""What an order of nutrition can begin with: yesterday's order, or a template by age band with a measured weight."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calculations.nutrition.order import Basis, NutritionOrder, OrderedAmount, order_as_data
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from compounding.documents.dose_documents import Clock
from compounding.nutrition.patient_findings import WEIGHTS
from compounding.orders.patient import MeasureKind, Patient
from compounding.planning.situation import birthday
from compounding.reviewing.yesterday import OrderBefore
from formulary.model import Formulary
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.templates import order_data

YESTERDAY = "yesterday"
READY_BAG = "ready_bag"
ADULTS = ("adult",)
_ADDED = {
    "chloride": "mEq/kg/day",
    "acetate": "mEq/kg/day",
    "zinc": "mcg/kg/day",
    "copper": "mcg/kg/day",
    "selenium": "mcg/kg/day",
    READY_BAG: "mL/day",
}
"""Rows that stand in no template and may be added, each in one unit."""
_ALWAYS = ("chloride", "acetate")
_IN_THE_BAG = ("amino_acids", "dextrose", "lipid")
"""What a ready-made bag brings by itself: no rows beside it."""


@dataclass(frozen=True)
class Start:
    """One way to begin."""

    source: str
    """`yesterday`, or the id of a template."""
    weight: str
    """The kind of measured weight; empty for yesterday's own."""
    title: str
    note: str


def starts(
    patient: Patient, formulary: Formulary, before: OrderBefore | None, at: datetime, clock: Clock
) -> tuple[Start, ...]:
    """Yesterday's order first, then each template that holds for the age and a measured weight. Nothing is chosen for anybody."""
    found = []
    if before is not None:
        weight = show(before.order.dosing_weight)
        days = (clock.local(at).date() - clock.local(before.start).date()).days
        title = "Copy yesterday's order" if days <= 1 else f"Copy the order before, {days} days ago"
        found.append(Start(YESTERDAY, "", title, f"{clock.moment(before.start)}, dosing weight {weight}"))
    held = formulary.nutrition
    if held is None:
        return tuple(found)
    age = formulary.site.population("adult").age_from
    adult = age is not None and clock.local(at).date() >= birthday(patient.birth_date, age)
    for kind in WEIGHTS:
        measure = patient.latest(kind)
        if measure is None:
            continue
        day = clock.local(measure.at)
        words = f"{kind.value.replace('_', ' ')} {show(measure.amount)}, {day.day} {day:%b}"
        found += [
            Start(row.id, kind.value, row.title, words)
            for population in held.profile.populations
            if (population in ADULTS) is adult
            for row in held.templates_for(population, measure.amount)
        ]
        found += [
            Start(f"{READY_BAG} {population}", kind.value, f"Ready-made bag, {held.product(products[0]).display}", words)
            for population in held.profile.populations
            if (population in ADULTS) is adult and (products := held.profile.stocked_for(READY_BAG, population))
        ]
    return tuple(found)


def beginning(
    source: str, weight: str, patient: Patient, held: NutritionSet, before: OrderBefore | None
) -> dict[str, Any] | None:
    """The fields that the chosen beginning gives; None for one that is not there."""
    if source == YESTERDAY:
        return None if before is None else order_as_data(before.order)
    ready, _, population = source.partition(" ")
    template = next((row for row in held.templates if row.id == source), None)
    kind = next((one for one in WEIGHTS if one.value == weight), None)
    measure = None if kind is None else patient.latest(MeasureKind(kind))
    if ready == READY_BAG and measure is not None:
        return _ready_bag(held, population, measure.amount)
    if template is None or measure is None:
        return None
    return order_data(template, measure.amount)


def _ready_bag(held: NutritionSet, population: str, weight: Quantity) -> dict[str, Any] | None:
    """An order of a ready-made bag as far as it says itself: its volume a day and its line are the prescriber's."""
    products = held.profile.stocked_for(READY_BAG, population)
    if not products:
        return None
    brings = {row.name for row in held.product(products[0]).nutrients if row.per_ml.number}
    return {
        "dosing_weight": weight.as_data(), "population": population, "kind": "3-in-1" if "lipid" in brings else "2-in-1",
        "line": "", "lipid_apart": False, "hours": Quantity(24, "h").as_data(), "anions": "balanced",
        "amounts": [{"nutrient": READY_BAG, "amount": Quantity(0, "mL/day").as_data(), "basis": str(Basis.PER_DAY)}],
    }  # fmt: skip


def rows_beside(source: str, held: NutritionSet, population: str) -> tuple[OrderedAmount, ...]:
    """Empty rows beside a beginning: what may be added, and to a ready-made bag all that it does not bring alone."""
    added = may_be_added(held, population)
    if source.partition(" ")[0] != READY_BAG:
        return added
    first = next((row for row in held.templates if row.population == population), None)
    rows = () if first is None else first.amounts
    additives = [
        OrderedAmount(row.nutrient, Quantity(0, row.amount.unit, of=row.amount.of), Basis(row.basis), row.stated_as)
        for row in rows
        if row.nutrient not in _IN_THE_BAG
    ]
    known = {row.nutrient for row in additives}
    return (*additives, *(row for row in added if row.nutrient not in known))


def may_be_added(held: NutritionSet, population: str) -> tuple[OrderedAmount, ...]:
    """Rows that may be ordered beside a template's: ions, single trace elements and released drugs, each in one unit."""
    rows = [
        _row(name, unit(shown))
        for name, shown in _ADDED.items()
        if name in _ALWAYS or held.profile.stocked_for(name, population)
    ]
    return (
        *rows,
        *(_row(one.nutrient, one.units[0]) for one in held.non_nutrients if population in one.populations),
    )


Offered = tuple[str, str, str, str]
"""Nutrient, unit as shown, basis, and element or salt."""


def offered_rows(held: NutritionSet, *orders: NutritionOrder | None) -> frozenset[Offered]:
    """Every row that the page may have shown: of the templates, of what may be added, and of these orders."""
    rows = [row for order in orders if order is not None for row in order.amounts]
    rows += [row for population in held.profile.populations for row in may_be_added(held, population)]
    told = {(row.nutrient, row.amount.unit.shown, str(row.basis), row.stated_as) for row in rows}
    drafts = (row for template in held.templates for row in template.amounts)
    return frozenset(told | {(row.nutrient, row.amount.unit.shown, row.basis, row.stated_as) for row in drafts})


def _row(nutrient: str, measure: Unit) -> OrderedAmount:
    return OrderedAmount(nutrient, Quantity(0, measure, of=nutrient), basis_of(measure))


def basis_of(measure: Unit) -> Basis:
    """The one basis that a unit can have."""
    if "/kg/" in measure.name or measure.name.endswith("/kg_bw/day"):
        return Basis.PER_KG_DAY
    if measure.name.endswith(("/day", "mL/h")):
        return Basis.PER_DAY
    if measure.name.endswith(("/L", "/mL")) or measure.name == "%":
        return Basis.PER_LITRE
    return Basis.PER_BAG


def weight_facts(patient: Patient, clock: Clock) -> tuple[str, ...]:
    """Every measured weight with its kind and day, for the place beside the dosing weight."""
    facts = []
    for kind in WEIGHTS:
        measure = patient.latest(kind)
        if measure is not None:
            day = clock.local(measure.at)
            facts.append(f"{kind.value.replace('_', ' ')} {show(measure.amount)}, {day.day} {day:%b}")
    return tuple(facts)
