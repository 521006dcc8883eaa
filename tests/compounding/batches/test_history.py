"""What history proposes: the doses that were released, whatever unit they were ordered in, and the units on hand."""

from dataclasses import replace
from datetime import timedelta

from calculations.quantity import Quantity
from compounding.batches.history import proposal_for
from compounding.batches.unit_plan import Wanted, plan_unit
from tests.support.batches import FOR_TOMAS, released_batch
from tests.support.cast import NOON
from tests.support.flow import TOMAS, formulary, queued_dose, released

GRAM = Wanted("ceftriaxone_minibag_adult", Quantity("1", "g"), "sodium_chloride_0_9", Quantity(50, "mL"))


def proposed(store, at, **changed):
    wanted = replace(GRAM, **changed)
    with store.read() as uow:
        return proposal_for(uow, plan_unit(formulary(), wanted), formulary(), at)


def test_released_doses_of_the_last_weeks_and_units_on_hand_are_counted(cast_store):
    for index, dose in enumerate(("1 g", "1000 mg")):
        released(cast_store, queued_dose(cast_store, FOR_TOMAS | {"dose": dose}, TOMAS, f"260414-014{index}"))
    later = NOON + timedelta(hours=4)
    found = proposed(cast_store, later)
    assert (found.doses, found.days, found.units, found.on_hand) == (2, Quantity(28, "day"), 0, 0)
    assert found.words.startswith("2 doses ÷ 28 days = 0.07 a day; × 2 days that they keep = 0.1: 0 units")
    assert proposed(cast_store, later, amount=Quantity("2", "g")).doses == 0
    assert proposed(cast_store, later, solution="dextrose_5").doses == 0
    assert proposed(cast_store, later + timedelta(weeks=5)).doses == 0
    released_batch(cast_store)
    assert proposed(cast_store, later).on_hand == 3
