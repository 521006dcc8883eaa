"""What a dose is worked out from is not too old: creatinine, a child's height, a dosing weight that the patient has left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calculations.quantity import Quantity
from compounding.orders.order import Order
from compounding.orders.patient import Measure, MeasureKind, Patient, Result
from compounding.planning.situation import Situation
from compounding.planning.stale_findings import old_dosing_weight, stale_creatinine, stale_height
from compounding.planning.therapeutic import plan_order
from formulary.model import WeightKind
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

CHILD, WOMAN = patient_of("DEMO-4417"), patient_of("DEMO-3358")
CARBOPLATIN = demonstration_order("carboplatin")


def situation(patient: Patient, order: Order) -> Situation:
    return Situation(order, patient, formulary(), NOON, -240)


def codes(patient: Patient, order: Order) -> set[str]:
    return {finding.code for finding in plan_order(situation(patient, order)).findings}


@pytest.mark.parametrize(("days", "stale"), [(7, False), (8, True), (120, True)])
def test_a_clearance_from_an_old_creatinine_is_told(days: int, stale: bool) -> None:
    old = Result("creatinine", Quantity("0.5", "mg/dL"), NOON - timedelta(days=days))
    assert ("creatinine_stale" in codes(replace(WOMAN, results=(old,)), CARBOPLATIN)) is stale
    assert bool(stale_creatinine(situation(WOMAN, CARBOPLATIN), old)) is stale


def test_a_childs_surface_from_an_old_height_is_told_and_an_adults_is_not() -> None:
    def measured(patient: Patient) -> Situation:
        height = Measure(MeasureKind.HEIGHT, Quantity(74, "cm"), NOON - timedelta(days=200))
        others = tuple(one for one in patient.measures if one.kind is not MeasureKind.HEIGHT)
        return situation(replace(patient, measures=(*others, height)), CARBOPLATIN)

    assert [one.code for one in stale_height(measured(CHILD))] == ["height_stale"]
    assert stale_height(measured(WOMAN)) == []
    surface = replace(demonstration_order("vincristine"), dose=Quantity("1.5", "mg/m2", "vincristine"))
    assert "height_stale" in codes(measured(CHILD).patient, surface)
    assert "height_stale" not in codes(CHILD, surface)


@pytest.mark.parametrize(
    ("dosing", "set_before", "told"), [("3.1", 30, True), ("8.9", 30, False), ("3.1", -1, False)]
)
def test_a_dosing_weight_that_the_patient_has_left_is_told(dosing: str, set_before: int, told: bool) -> None:
    """9.2 kg this morning: a dosing weight of before is told where it differs by more than the site allows."""
    weight = Measure(MeasureKind.DOSING_WEIGHT, Quantity(dosing, "kg_bw"), NOON - timedelta(days=set_before, hours=5))
    child = replace(CHILD, measures=(*CHILD.measures, weight))
    found = old_dosing_weight(situation(child, CARBOPLATIN), WeightKind.DOSING)
    assert bool(found) is told
    assert old_dosing_weight(situation(child, CARBOPLATIN), WeightKind.ACTUAL) == []
