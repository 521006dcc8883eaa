"""When a step was done sets the clocks of a preparation; a correction of its record does not turn them back."""

from datetime import timedelta

import pytest

from batch_records.store import Store
from compounding.preparing import actions as a
from compounding.preparing.completing import events
from compounding.preparing.keeping import rest_of
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from tests.support.cast import MARLOW, NOON, OKONJO, do
from tests.support.flow import A_PICTURE, completed, dose_now, formulary, started, step_done

DISSOLVED = NOON + timedelta(minutes=5)
LATER = NOON + timedelta(hours=5)


def dissolved(store: Store) -> tuple[str, int]:
    """The powder was dissolved at five past; gives the dose and the step."""
    number = started(store)
    while dose_now(store, number).current_step.purpose != "reconstitute":
        step_done(store, number)
    step = dose_now(store, number).current_step
    step_done(store, number, at=DISSOLVED)
    return number, step.number


def test_what_was_typed_wrongly_and_corrected_hours_later_was_still_dissolved_then(cast_store: Store) -> None:
    number, step = dissolved(cast_store)
    assert events(dose_now(cast_store, number))["RECONSTITUTION"] == DISSOLVED
    do(cast_store, OKONJO, DOSE, dose_record(number), a.Undo(step, "typed wrongly"), LATER)
    assert step_done(cast_store, number, at=LATER)
    assert events(dose_now(cast_store, number))["RECONSTITUTION"] == DISSOLVED


def test_a_volume_that_is_read_from_its_picture_later_sets_no_clock(cast_store: Store) -> None:
    number = started(cast_store)
    while dose_now(cast_store, number).current_step.purpose != "reconstitute":
        step_done(cast_store, number)
    step = dose_now(cast_store, number).current_step
    unmeasured = a.RecordUnmeasured(step.number, A_PICTURE, "no line to be seen")
    do(cast_store, OKONJO, DOSE, dose_record(number), unmeasured, DISSOLVED)
    completed_dose(cast_store, number)
    do(cast_store, MARLOW, DOSE, dose_record(number), a.ReadFromPicture(step.number, step.volume), LATER)
    dose = dose_now(cast_store, number)
    assert events(dose)["RECONSTITUTION"] == DISSOLVED
    slot = dose.drawing.step(step.number).put
    assert rest_of(dose, slot, formulary()).reconstituted_at == DISSOLVED


def completed_dose(store: Store, number: str) -> None:
    while step_done(store, number):
        pass
    at = NOON + timedelta(minutes=9)
    do(store, OKONJO, DOSE, dose_record(number), a.Complete(f"92{number}", A_PICTURE), at, signed=True)


@pytest.mark.parametrize("moment", ["PREPARATION_START", "DRAW"])
def test_the_other_clocks_stand_as_they_did(cast_store: Store, moment: str) -> None:
    found = events(dose_now(cast_store, completed(cast_store)))
    assert found[moment] == NOON + timedelta(minutes=3 if moment == "PREPARATION_START" else 4)
