"""Attacks while a dose is made: volumes, masses, pictures, containers, people without the right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.dose import Dose
from tests.support.attempts import at_state, code, passed, refusal
from tests.support.dose_histories import (
    CHECKER,
    MAKER,
    PLANS,
    fitting,
)
from tests.support.doses import NOON, QUALIFIED, attempt, code_of, content_digest, queued

LATER = NOON + timedelta(minutes=40)
BOTH = replace(MAKER, roles=frozenset({"technician", "pharmacist"}))
"""The technician, made a pharmacist while the dose was on its way."""


def release(dose: Dose) -> a.Release:
    """The release of exactly this page."""
    return a.Release(content_digest(dose))


def waiting(plan: str = "ceftriaxone") -> Dose:
    """Made, and waiting for the final check."""
    return at_state(plan, "complete")


def making(plan: str = "ceftriaxone") -> Dose:
    """Being made, the first volume in focus."""
    dose = at_state(plan, "start_preparation")
    while dose.current_step is not None and dose.current_step.kind != "measure":
        dose = passed(dose, fitting(dose, "confirm_step"))
    return dose


# Volumes


@pytest.mark.parametrize(
    "volume",
    [
        Quantity(0, "mL"), Quantity(-1, "mL"), Quantity("4.6", "mg"), Quantity("4.6", "L"), Quantity("4.6", "g"),
        Quantity(4_600, "mL"), Quantity("0.0046", "mL"), Quantity("1/3", "mL"), Quantity(5, "mg/mL"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("plan", PLANS)
def test_a_volume_that_cannot_be_is_refused_wherever_it_is_entered(plan, volume):
    dose = making(plan)
    step = dose.current_step.number
    wrong = replace(fitting(dose, "record_volume"), volume=volume)
    assert refusal(dose, wrong, MAKER).code in ("volume_wrong", "over_capacity", "between_lines", "outside_tolerance")
    assert passed(dose, fitting(dose, "record_volume"), MAKER).record_of(step) is not None


@pytest.mark.parametrize("mass", [Quantity(0, "g"), Quantity(-1, "g"), Quantity(5, "mL"), Quantity(5, "kg")])
def test_a_mass_that_cannot_be_is_refused(mass):
    dose = making()
    assert refusal(dose, a.RecordWeight(dose.current_step.number, mass, "0" * 64), MAKER).status == 422


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e3", "1e999", "0x10", "1/0", "", " 5", "５"])
def test_no_quantity_is_made_of_what_is_no_number(text):
    with pytest.raises((ValueError, TypeError, ZeroDivisionError)):
        Quantity(text, "mL")


def test_a_volume_read_from_a_picture_outside_the_tolerance_passes_no_check():
    dose = making()
    step = dose.current_step
    unmeasured = passed(dose, a.RecordUnmeasured(step.number, "0" * 64, "no light"), MAKER)
    while unmeasured.current_step is not None and unmeasured.current_step.kind != "label":
        kind = "record_volume" if unmeasured.current_step.kind == "measure" else "confirm_step"
        unmeasured = passed(unmeasured, fitting(unmeasured, kind), MAKER)
    done = passed(unmeasured, fitting(unmeasured, "complete"), MAKER, LATER)
    assert code(done, release(done), CHECKER, LATER) == "not_measured"
    read = passed(done, a.ReadFromPicture(step.number, step.volume * 2), CHECKER, LATER)
    assert code(read, release(read), CHECKER, LATER) == "outside_tolerance"
    assert code(read, a.EmergencyRelease(content_digest(read), "night"), BOTH, LATER) == "outside_tolerance"


def test_a_measured_volume_is_not_written_over_from_a_picture():
    dose = waiting()
    step = dose.drawing.measures[0]
    assert code(dose, a.ReadFromPicture(step.number, step.volume), CHECKER, LATER) == "was_measured"


# Scans


def test_a_container_that_was_refused_is_not_counted():
    dose = queued("ceftriaxone")
    for wrong in ("01" + "9" * 14, "", "x" * 5000, code_of(at_state("vincristine", "queue").drawing.components[0].product)):
        assert isinstance(attempt(dose, a.ScanContainer(wrong), MAKER), Refusal)
    assert dose.scans == ()
    assert code(dose, fitting(dose, "start_preparation"), MAKER) == "wrong_state"


@pytest.mark.parametrize("plan", ["rocuronium"])
def test_a_paralyzing_drug_is_not_opened_before_a_pharmacist_looked_nor_after_the_containers_changed(plan):
    staged = at_state(plan, "check_staging")
    assert staged.staging_checked_by == CHECKER.person
    hood = fitting(staged, "start_preparation")
    assert code(replace(staged, staging_checked_by=""), hood, MAKER, LATER) == "staging_check_needed"
    apart = passed(staged, a.TakeApart("later"), MAKER, LATER)
    while apart.open_slots:
        apart = passed(apart, fitting(apart, "scan_container"), MAKER, LATER)
    assert code(apart, hood, MAKER, LATER) == "staging_check_needed"


def test_who_is_not_qualified_neither_starts_nor_takes_over():
    nobody = replace(QUALIFIED, valid_until={})
    staged = at_state("ceftriaxone", "scan_container")
    assert code(staged, a.StartPreparation("hood-1"), MAKER, LATER, qualification=nobody) == "not_qualified"
    assert code(making(), a.HandOver(), CHECKER, LATER, qualification=nobody) == "not_qualified"


def test_an_own_or_absent_witness_wastes_no_controlled_drug():
    dose = at_state("fentanyl", "release")
    for witness, roles in (("", frozenset()), (MAKER.person, frozenset({"technician"})), ("nobody", frozenset())):
        waste = a.Waste("50 mL", "controlled", witness)
        assert code(dose, waste, MAKER, LATER, witness_roles=roles) == "witness_needed"
