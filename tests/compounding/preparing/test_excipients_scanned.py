"""A scanned container that brings what the patient is allergic to, and what the reviewed plan did not have, stops with words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from batch_records.acts import SYSTEM, Refusal
from calculations.quantity import Quantity
from compounding.orders.order import Order
from compounding.orders.patient import Allergy
from compounding.planning.plan import Excipients
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.preparing.actions import Queue, ScanContainer
from compounding.preparing.dose import Dose
from compounding.stock.opened_state import Opened
from compounding.stock.resolving import resolve
from formulary.model import Formulary
from tests.compounding.planning.test_excipients import EPINEPHRINE, FREE_VIAL, IRIS, SULFITE, USUAL_VIAL, with_product
from tests.support.doses import NOON, NUMBER, attempt, code_of, person
from tests.support.flow import formulary

TECHNICIAN = person("t", "technician")


def dose_of(*allergies: Allergy, house: Formulary | None = None) -> Dose:
    usual = {"route": "IV infusion", "start": NOON.isoformat(), "prescriber": "Dr. R. Castell", "patient": IRIS.mrn}
    found = plan_order(
        Situation(Order.parse(usual | EPINEPHRINE), replace(IRIS, allergies=allergies), house or formulary(), NOON, 0)
    )
    assert found.plan is not None and found.draw_up is not None, found.findings
    due = NOON + timedelta(hours=1)
    queue = Queue(NUMBER, "260414-0140", 1, due, "routine", IRIS.mrn, found.plan, found.draw_up, {"name": "x"})
    dose = attempt(Dose(), queue, SYSTEM)
    assert isinstance(dose, Dose)
    return dose


def scan(dose: Dose, product: str, **other: Any) -> Dose | Refusal:
    return attempt(dose, ScanContainer(code_of(product)), TECHNICIAN, **other)


def test_the_planned_product_without_it_goes_in() -> None:
    dose = scan(dose_of(SULFITE), FREE_VIAL)
    assert isinstance(dose, Dose) and dose.scans[-1].product == FREE_VIAL


def test_an_equivalent_product_that_brings_it_stops_and_says_the_way_on() -> None:
    refused = scan(dose_of(SULFITE), USUAL_VIAL)
    assert isinstance(refused, Refusal) and refused.code == "excipient_not_reviewed"
    assert refused.text.startswith("EPINEPHrine 1 mg/mL, 1 mL vial holds sulfite: the patient is allergic to it")
    assert "Take another product" in refused.text and "a pharmacist" in refused.text
    assert refused.details["product"] == USUAL_VIAL


def test_for_a_patient_without_the_allergy_both_are_equivalent() -> None:
    for product in (FREE_VIAL, USUAL_VIAL):
        assert isinstance(scan(dose_of(), product), Dose)


def test_one_of_which_nothing_states_it_stops_too() -> None:
    other = with_product("epinephrine_30mg_30ml_vial", excipients=(), preservative=None)
    dose = dose_of(SULFITE, house=other)
    under_scanner = resolve(other, code_of("epinephrine_30mg_30ml_vial"), NOON.date())
    refused = scan(dose, "epinephrine_30mg_30ml_vial", formulary=other, resolved=under_scanner)
    assert isinstance(refused, Refusal) and refused.code == "excipient_not_reviewed"
    assert refused.text.startswith("Nothing states whether EPINEPHrine 1 mg/mL, 30 mL")


@pytest.mark.parametrize(
    ("reviewed", "stops"),
    [(Excipients((), (), ("sulfite",)), False), (Excipients((), ("sulfite",), ()), True), (None, False)],
)
def test_what_the_reviewer_let_stand_goes_in_and_not_more_than_that(reviewed: Excipients | None, stops: bool) -> None:
    dose = dose_of()
    assert dose.plan is not None
    found = scan(replace(dose, plan=replace(dose.plan, excipients=reviewed)), USUAL_VIAL)
    assert isinstance(found, Refusal) is stops


def test_a_diluent_or_bag_that_brings_it_stops_as_a_drug_does() -> None:
    dose = dose_of(SULFITE)
    bag = next(one for one in dose.drawing.components if one.role == "base")
    solutions = tuple(
        replace(one, preservative="sulfite") if one.id == "dextrose_5" else one for one in formulary().supplies.solutions
    )
    house = replace(formulary(), supplies=replace(formulary().supplies, solutions=solutions))
    refused = scan(dose, bag.product, formulary=house)
    assert isinstance(refused, Refusal) and refused.code == "excipient_not_reviewed"


def test_a_container_of_another_drug_stays_the_wrong_one() -> None:
    refused = scan(dose_of(SULFITE), "norepinephrine_4mg_4ml_vial")
    assert isinstance(refused, Refusal) and refused.code == "wrong_container"


def test_an_opened_container_goes_by_its_product_and_by_what_it_was_dissolved_with() -> None:
    benzyl = Allergy("benzyl alcohol", "benzyl_alcohol")
    dose = dose_of(SULFITE, benzyl)
    other = resolve(formulary(), code_of(USUAL_VIAL), NOON.date())
    left = Quantity("0.5", "mg", of="epinephrine")
    opened = Opened(
        "7", USUAL_VIAL, drug="epinephrine", left=left, concentration=Quantity(1, "mg/mL", of="epinephrine"),
        usable_until=NOON + timedelta(hours=4), state="available",
    )  # fmt: skip
    refused = scan(dose, USUAL_VIAL, resolved=other, opened=opened)
    assert isinstance(refused, Refusal) and refused.code == "excipient_not_reviewed"
    inside = (("vial_bacteriostatic_water_30", "bacteriostatic water for injection 30 mL vial"),)
    refused = scan(dose, FREE_VIAL, dissolved_with=inside)
    assert isinstance(refused, Refusal)
    assert refused.text.startswith("bacteriostatic water for injection 30 mL vial holds benzyl alcohol")
