"""Sizes that the house calls implausible, and a body surface that left the one the regimen was planned on, are findings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calculations.findings import Finding, Grade
from calculations.quantity import Quantity
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import Measure, MeasureKind, Patient, parse_patient
from compounding.planning.situation import Situation
from compounding.planning.size_findings import size_findings, surface_change
from compounding.planning.therapeutic import plan_order
from formulary.loading import assemble
from formulary.model import Formulary
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary
from tests.support.nutrition_flow import BABY, preterm_order

UNITS = {MeasureKind.HEIGHT: "cm"}
VINCRISTINE = demonstration_order("vincristine")


def with_sizes(**sizes: str) -> Patient:
    """The patient of the vincristine order with these measures and no others."""
    found = [
        Measure(MeasureKind(kind), Quantity(number, UNITS.get(MeasureKind(kind), "kg_bw")), NOON)
        for kind, number in sizes.items()
    ]
    return replace(patient_of(VINCRISTINE.patient), measures=tuple(found))


def house_with(**values: str) -> Formulary:
    """The house with other numbers in its rules, written as shares or in their own unit."""
    of = formulary()
    rows = tuple(
        replace(row, value=Quantity(values[row.name], row.value.unit)) if row.name in values else row for row in of.site.values
    )
    return assemble(of.version, replace(of.site, values=rows), of.supplies, of.drugs)


def situation(patient: Patient, order: Order = VINCRISTINE, of: Formulary | None = None) -> Situation:
    return Situation(order, patient, of or formulary(), NOON, 0)


def planned_on(surface: str, **more: str) -> Order:
    """The vincristine order, by the regimen's own surface."""
    data = order_as_data(VINCRISTINE)
    part = data["chemotherapy"] | {"planned_surface": f"{surface} m2", "planned_on": "2026-03-24"} | more
    return Order.parse({key: value for key, value in data.items() if key != "dose"} | {"dose": "1.4 mg/m2", "chemotherapy": part})


def only(found: list[Finding]) -> Finding:
    (one,) = found
    return one


@pytest.mark.parametrize(
    ("sizes", "code", "figure", "limit"),
    [
        ({"actual_weight": "0.29"}, "weight_implausible", "0.29", "0.3"),
        ({"actual_weight": "300.1"}, "weight_implausible", "300.1", "300"),
        ({"dosing_weight": "700"}, "weight_implausible", "700", "300"),
        ({"birth_weight": "0.1"}, "weight_implausible", "0.1", "0.3"),
        ({"height": "24"}, "height_implausible", "24", "25"),
        ({"height": "231"}, "height_implausible", "231", "230"),
        ({"actual_weight": "300", "height": "230"}, "surface_implausible", None, "3.5"),
    ],
)
def test_a_size_outside_what_the_house_calls_plausible_is_a_soft_finding(
    sizes: dict[str, str], code: str, figure: str | None, limit: str
) -> None:
    found = only(size_findings(situation(with_sizes(**sizes))))
    assert (found.code, found.grade) == (code, Grade.SOFT)
    assert found.figure is not None and found.limit is not None and found.margin is not None
    assert figure is None or found.figure.number == Quantity(figure, "one").number
    assert found.limit.number == Quantity(limit, "one").number
    assert found.margin.number < 0
    assert found.source and found.mend


@pytest.mark.parametrize(("weight", "height"), [("0.3", "50"), ("50", "25"), ("70", "170"), ("300", "25")])
def test_a_size_on_the_bound_is_plausible(weight: str, height: str) -> None:
    assert size_findings(situation(with_sizes(actual_weight=weight, height=height))) == []


def test_the_house_draws_the_window() -> None:
    of = house_with(weight_high="69", height_low="171", surface_high="1.8")
    found = size_findings(situation(with_sizes(actual_weight="70", height="170"), of=of))
    assert [one.code for one in found] == ["weight_implausible", "height_implausible", "surface_implausible"]


def test_a_flat_dose_for_somebody_of_700_kg_is_told_where_it_is_planned() -> None:
    order = replace(VINCRISTINE, dose=Quantity("1.4", "mg", "vincristine"))
    planned = plan_order(situation(with_sizes(actual_weight="700"), order))
    assert "weight_implausible" in {one.code for one in planned.findings}
    assert planned.plan is not None
    assert not any("surface" in str(step) for step in planned.plan.work)


# 70 kg and 170 cm: 1.818 m2.
@pytest.mark.parametrize(("surface", "told"), [("1.75", False), ("1.73", True), ("1.9", False), ("1.92", True)])
def test_a_surface_that_left_that_of_the_regimen_is_told(surface: str, told: bool) -> None:
    planned = plan_order(situation(with_sizes(actual_weight="70", height="170"), planned_on(surface, planned_weight="64 kg")))
    assert ("surface_changed" in {one.code for one in planned.findings}) is told


def test_it_says_both_surfaces_the_share_and_what_to_do() -> None:
    order = planned_on("1.7", planned_weight="64 kg")
    found = only(surface_change(situation(with_sizes(actual_weight="70", height="170"), order)))
    assert found.grade is Grade.SOFT
    assert found.title == (
        "The regimen was planned on a body surface of 1.7 m², 64 kg, on 2026-03-24 and is 1.82 m² today, 6.9 % more; at most 5 %"
    )
    assert found.limit == Quantity("0.05", "one")
    assert "worked out from 1.82 m²" in found.mend
    flat = replace(order, dose=Quantity(2, "mg", "vincristine"))
    assert only(surface_change(situation(with_sizes(actual_weight="70", height="170"), flat))).mend == (
        "Recalculate the dose from 1.82 m², and ask the prescriber for the new one."
    )


def test_a_surface_that_nobody_can_work_out_today_is_told_too() -> None:
    found = only(surface_change(situation(with_sizes(actual_weight="70"), planned_on("1.7"))))
    assert (found.code, found.grade) == ("surface_not_known", Grade.SOFT)


def test_a_size_is_told_with_an_order_of_nutrition_too() -> None:
    of = replace(house_with(weight_low="5"), nutrition=packaged_nutrition())
    order = Order.parse(preterm_order())
    planned = plan_order(Situation(order, parse_patient(BABY), of, datetime(2026, 4, 14, 16, tzinfo=UTC), -240))
    assert "weight_implausible" in {one.code for one in planned.findings}


def test_the_house_sets_how_far_a_surface_may_move() -> None:
    of, patient = house_with(surface_change_limit="0.1"), with_sizes(actual_weight="70", height="170")
    assert surface_change(situation(patient, planned_on("1.7"), of)) == []
    assert surface_change(situation(patient)) == []
