"""A dose is judged as it was ordered; rounding is told by itself, and never carries a dose over a highest allowed in silence."""

from dataclasses import replace
from typing import Any

from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.order import Order
from compounding.orders.patient import Measure, MeasureKind
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

VANCOMYCIN: dict[str, Any] = {
    "order_type": "intermittent", "drug": "vancomycin", "dose": "15 mg/kg", "infuse_over": "4 h",
    "route": "IV infusion", "line": "peripheral", "frequency": {"every": "12 h"}, "start": NOON.isoformat(),
    "prescriber": "Dr. R. Castell",
}  # fmt: skip


def vancomycin(weight: str, **changes: Any) -> Planned:
    """Vancomycin, rounded to 50 mg, for an adult of that weight."""
    patient = patient_of(demonstration_order("vancomycin").patient)
    measured = Measure(MeasureKind.ACTUAL_WEIGHT, Quantity(weight, "kg_bw"), NOON)
    patient = replace(patient, measures=(measured,))
    order = Order.parse(VANCOMYCIN | {"patient": patient.mrn} | changes)
    return plan_order(Situation(order, patient, formulary(), NOON, 0))


def on_the_dose(found: Planned) -> list[Finding]:
    return [f for f in found.findings if f.code.startswith("limit.dose_adult")]


def amount(found: Planned) -> str:
    assert found.plan is not None, found.findings
    return show(found.plan.actives[0].amount)


def test_a_dose_at_the_usual_least_that_rounding_makes_smaller_is_not_told_to_be_under_the_range() -> None:
    found = vancomycin("81")
    assert amount(found) == "1,200 mg"  # 15 mg/kg are 1,215 mg; 1,200 mg are 14.8 mg/kg
    assert on_the_dose(found) == []


def test_an_order_under_the_usual_range_is_told_even_where_rounding_would_lift_it_into_the_range() -> None:
    found = vancomycin("82.2", dose="14.9 mg/kg")
    assert amount(found) == "1,200 mg"  # 1,224.78 mg
    assert [f.grade for f in on_the_dose(found)] == [Grade.SOFT]
    assert vancomycin("83", dose="14.9 mg/kg").plan is not None
    lifted = vancomycin("83", dose="14.9 mg/kg")
    assert amount(lifted) == "1,250 mg"  # 1,236.7 mg were ordered; 1,250 mg are 15.06 mg/kg
    assert [f.title for f in on_the_dose(lifted)] == ["vancomycin dose is under the usual range"]


def test_rounding_is_told_by_itself_with_how_far_it_moved_the_dose() -> None:
    (told,) = [f for f in vancomycin("81").findings if f.code == "dose_rounded"]
    assert (told.grade, told.title) == (Grade.INFO, "1,215 mg is rounded to 1,200 mg, 1.2 % less")
    assert told.figure is not None and told.figure.amount_in("one") * 1215 == -15
    assert not [f for f in vancomycin("80").findings if f.code == "dose_rounded"]  # 1,200 mg as ordered


def test_rounding_that_carries_a_dose_over_the_highest_allowed_is_a_hard_finding() -> None:
    found = vancomycin("65", dose="35 mg/kg", purpose="load")
    assert amount(found) == "2,300 mg"  # 2,275 mg were ordered; 2,300 mg are 35.4 mg/kg
    (over,) = on_the_dose(found)
    assert over.grade is Grade.HARD and over.title.endswith("over the highest allowed, as it is rounded")
    assert over.figure is not None and over.limit is not None and over.figure > over.limit


def test_an_order_over_the_highest_allowed_stays_hard_where_rounding_brings_it_under() -> None:
    found = vancomycin("64.2", dose="35.1 mg/kg", purpose="load")
    assert amount(found) == "2,250 mg"  # 2,253.42 mg were ordered; 2,250 mg are 35.05 mg/kg
    assert Grade.HARD in {f.grade for f in on_the_dose(found)}
    under = vancomycin("64.5", dose="35.1 mg/kg", purpose="load")
    assert amount(under) == "2,250 mg"  # 34.9 mg/kg
    assert [f.grade for f in on_the_dose(under)] == [Grade.HARD]


def test_the_row_of_the_limit_shows_the_dose_that_was_judged() -> None:
    plan = vancomycin("81").plan
    assert plan is not None
    (row,) = [r for r in plan.checked_limits if r["limit"] == "dose" and r["allowed"].startswith("15")]
    assert (row["found"], row["verdict"]) == ("15 mg/kg", "inside")
