"""What the patient's own data say to an order of parenteral nutrition: weight, age, line, allergies to what goes in."""

from datetime import timedelta

from calculations.dosing import deviation
from calculations.findings import Finding, Grade
from calculations.nutrition.order import NutritionOrder, OrderedAmount
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.patient import Measure, MeasureKind
from compounding.planning.allergies import asked_findings
from compounding.planning.dose_amount import weight_age_findings
from compounding.planning.order_findings import order_findings
from compounding.planning.patient_findings import line_findings
from compounding.planning.situation import Situation
from compounding.planning.stale_findings import stale_weight, weighed_since
from formulary.nutrition.model_products import NonNutrient
from formulary.nutrition.model_profile import NutritionSet

WEIGHTS = (MeasureKind.DOSING_WEIGHT, MeasureKind.ACTUAL_WEIGHT, MeasureKind.BIRTH_WEIGHT)
"""Which measured weight the ordered one may be."""


def nutrition_patient_findings(s: Situation, order: NutritionOrder, held: NutritionSet) -> list[Finding]:
    """Every finding that the engine cannot know of."""
    return [
        *order_findings(s),
        *line_findings(s),
        *_line_agrees(s, order),
        *_weight(s, order, held),
        *_weight_age(s, order),
        *_population(s, order, held),
        *_allergies(s),
        *_others_refused(order, held),
    ]


def dosing_weight_note(s: Situation, order: NutritionOrder) -> str:
    """Which measured weight the dosing weight is, and of which day; says so when none was measured like it."""
    measure = _like(s, order.dosing_weight)
    if measure is None:
        return "as ordered"
    day = measure.at + timedelta(minutes=s.offset_minutes)
    return f"{measure.kind.value.replace('_', ' ')}, {day.day} {day:%b}"


def _like(s: Situation, weight: Quantity) -> Measure | None:
    measures = [measure for kind in WEIGHTS if (measure := s.measure(kind)) is not None]
    return next((measure for measure in measures if measure.amount == weight), None)


def _line_agrees(s: Situation, order: NutritionOrder) -> list[Finding]:
    said = "central" if s.order.line in ("central", "umbilical") else s.order.line
    if said and said != order.line:
        title = f"The order says {s.order.line} line and, for the nutrition, {order.line} line"
        return [Finding("line_differs", Grade.HARD, title, mend="Ask which line it runs in.")]
    return []


def _weight(s: Situation, order: NutritionOrder, held: NutritionSet) -> list[Finding]:
    """The dosing weight is a measured one, or it is told how far it lies from what was measured."""
    if _like(s, order.dosing_weight) is not None:
        return []
    measured = s.measure(MeasureKind.ACTUAL_WEIGHT)
    if measured is None:
        title = f"No weight is recorded; {show(order.dosing_weight)} was ordered as the dosing weight"
        return [Finding("weight_missing", Grade.HARD, title, order.dosing_weight, mend="Weigh and record it.")]
    off = deviation(order.dosing_weight, measured.amount)
    allowed = held.profile.value("weight_change") if _has(held, "weight_change") else None
    grade = Grade.HARD if allowed is not None and abs(off) > allowed else Grade.SOFT
    title = f"The dosing weight {show(order.dosing_weight)} is not a measured one: {show(measured.amount)} was measured"
    return [
        Finding("weight_differs", grade, title, order.dosing_weight, measured.amount, mend="Ask which weight holds.")
    ]


def _weight_age(s: Situation, order: NutritionOrder) -> list[Finding]:
    """Every amount per kg goes by the dosing weight: one that is old, or older than another weighing, is told."""
    like, weighed = _like(s, order.dosing_weight), s.measure(MeasureKind.ACTUAL_WEIGHT)
    if weighed is None:
        return [] if like is None else stale_weight(s, like)
    found = weight_age_findings(s)
    if like is not None and like.kind is not MeasureKind.ACTUAL_WEIGHT:
        found += weighed_since(s, like, weighed)
    return found


def _has(held: NutritionSet, name: str) -> bool:
    return any(row.name == name for row in held.profile.values)


def _population(s: Situation, order: NutritionOrder, held: NutritionSet) -> list[Finding]:
    """The ordered population must be one that the house makes for, and one that the patient's age allows."""
    found = []
    if order.population not in held.profile.populations:
        title = f"The house does not make parenteral nutrition for: {order.population}"
        found.append(
            Finding("population_not_made", Grade.ABSOLUTE, title, mend="Transfer, or use a ready-made product.")
        )
    young = order.population in ("preterm", "term", "infant")
    if s.is_a("adult") and order.population != "adult":
        title = f"The patient is an adult and the order is one for: {order.population}"
        found.append(Finding("population_differs", Grade.HARD, title, mend="Choose the patient's own age band."))
    elif not s.is_a("adult") and order.population == "adult":
        title = "The order is one for an adult and the patient is a child"
        found.append(Finding("population_differs", Grade.HARD, title, mend="Choose the patient's own age band."))
    elif young and not s.is_a("neonate") and not s.is_a("child"):
        title = f"The patient's age is not told to be that of: {order.population}"
        found.append(Finding("population_differs", Grade.SOFT, title, mend="Check birth date and gestational age."))
    return found


def _allergies(s: Situation) -> list[Finding]:
    """Whether anybody asked; what is recorded is held against the sources once they are known."""
    return asked_findings(s.patient)


def _others_refused(order: NutritionOrder, held: NutritionSet) -> list[Finding]:
    """A drug in the bag must stand on the released list for this population and kind of bag."""
    drugs = {row.nutrient for row in held.non_nutrients}
    found = []
    for row in order.amounts:
        if row.nutrient not in drugs:
            continue
        released = held.non_nutrient(row.nutrient, order.population, order.kind)
        if released is None:
            title = f"{row.nutrient.capitalize()} is not released for this population and kind of bag"
            found.append(
                Finding(f"not_released.{row.nutrient}", Grade.ABSOLUTE, title, mend="Give it by another line.")
            )
        else:
            found += _unit_refused(row, released)
            found += [
                Finding(f"drug_in_bag.{row.nutrient}.{number}", Grade.INFO, text, source=released.source.text)
                for number, text in enumerate(released.conditions, start=1)
            ]
    return found


def _unit_refused(row: OrderedAmount, released: NonNutrient) -> list[Finding]:
    """A drug is ordered only in a unit that was released for it: in another one a slip of the basis is not seen."""
    if row.amount.unit in released.units:
        return []
    units = " or ".join(unit.shown for unit in released.units)
    title = f"{row.nutrient.capitalize()} is ordered in {row.amount.unit.shown}, which is not released for it"
    mend = f"Order it in {units}."
    return [Finding(f"unit_not_released.{row.nutrient}", Grade.ABSOLUTE, title, source=released.source.text, mend=mend)]
