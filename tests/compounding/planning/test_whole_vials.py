"""A chemotherapy dose near to whole vials is told, within the house's share, and never rounded by itself."""

from dataclasses import replace

import pytest

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.quantity import Quantity
from calculations.vials import nearest_whole
from compounding.orders.order import Order
from compounding.orders.patient import Measure, MeasureKind
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from formulary.loading import assemble
from formulary.model import Formulary
from tests.support.doses import NOON, patient_of
from tests.support.flow import formulary


def mg(number: str) -> Quantity:
    return Quantity(number, "mg")


def order(drug: str, dose: str, kind: str = "chemotherapy") -> Order:
    return Order.parse(
        {
            "order_type": kind, "patient": "DEMO-8812", "drug": drug, "dose": dose,
            "route": "IV infusion", "line": "central", "infuse_over": "60 min",
            "frequency": {"once": True}, "start": NOON.isoformat(), "prescriber": "Dr. P. Lindqvist",
            "chemotherapy": {"regimen": "weekly", "cycle": "1", "day": "1"},
        }
    )  # fmt: skip


def planned(drug: str, dose: str, of: Formulary | None = None) -> Planned:
    patient = patient_of("DEMO-8812")
    weight = Measure(MeasureKind.ACTUAL_WEIGHT, Quantity(70, "kg_bw"), NOON)
    height = Measure(MeasureKind.HEIGHT, Quantity(170, "cm"), NOON)
    found = plan_order(Situation(order(drug, dose), replace(patient, measures=(weight, height)), of or formulary(), NOON, 0))
    assert found.plan is not None, found.findings
    return found


def told(found: Planned) -> list[Finding]:
    return [one for one in found.findings if one.code == "whole_vials"]


def test_a_dose_within_the_houses_share_of_whole_vials_is_told_and_made_as_ordered() -> None:
    found = planned("rituximab", "680 mg")
    (one,) = told(found)
    assert one.grade is Grade.INFO
    assert one.limit == Quantity("0.1", "one")
    assert one.title == "680 mg leaves 20 mg; whole vials (2 × 100 mg + 1 × 500 mg) are 700 mg, 2.9 % more than ordered"
    assert one.source and one.mend == "Within 10 %: ask the prescriber whether to order 700 mg."
    assert found.plan is not None and found.plan.actives[0].amount == Quantity(680, "mg", "rituximab")


def test_outside_the_houses_share_nothing_is_told() -> None:
    of = formulary()
    rows = tuple(
        replace(row, value=Quantity("0.01", "one")) if row.name == "vial_rounding_limit" else row for row in of.site.values
    )
    strict = assemble(of.version, replace(of.site, values=rows), of.supplies, of.drugs)
    assert told(planned("rituximab", "680 mg"))
    assert told(planned("rituximab", "680 mg", strict)) == []


def test_a_dose_of_whole_vials_and_one_whose_formulation_is_not_rounded_are_not_told() -> None:
    assert told(planned("rituximab", "700 mg")) == []
    assert told(planned("pembrolizumab", "190 mg")) == []


def test_what_is_left_of_a_multiple_dose_vial_is_kept_and_nothing_is_told() -> None:
    assert told(planned("trastuzumab", "440 mg")) == []


@pytest.mark.parametrize(
    ("dose", "contents", "nearest"),
    [
        ("460", ["150", "450"], "450"), ("440", ["150"], "450"), ("525", ["150", "450"], "450"), ("10", ["150"], "150"),
        ("600", ["150", "450"], "600"), ("610", ["150", "450"], "600"), ("700", ["150", "450"], "750"),
    ],
)  # fmt: skip
def test_the_nearest_amount_of_whole_containers(dose: str, contents: list[str], nearest: str) -> None:
    assert nearest_whole(mg(dose), [mg(one) for one in contents]) == mg(nearest)


def test_nothing_to_round_and_too_many_ways_are_refused() -> None:
    for dose, contents in (("0", ["1"]), ("5", []), ("5", ["0"]), ("100000", ["1"])):
        with pytest.raises(CannotCompute):
            nearest_whole(mg(dose), [mg(one) for one in contents])
