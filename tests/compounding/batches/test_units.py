"""Units that are moved: a shorter life in warmer storage, never a longer one, and nowhere without a statement. Pure."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.batches.batch import Unit
from compounding.batches.states import UnitState
from compounding.batches.unit_plan import Wanted, plan_unit
from compounding.batches.units import WARMTH, storages_stated, time_after_move
from compounding.planning.plan import TherapeuticPlan
from tests.support.cast import NOON
from tests.support.flow import formulary

CEFAZOLIN = Wanted("cefazolin_minibag_adult", Quantity("1", "g"), "sodium_chloride_0_9", Quantity(50, "mL"))
LATE = NOON + timedelta(days=9)


@cache
def cefazolin() -> TherapeuticPlan:
    """The plan of one minibag of cefazolin 1 g."""
    return plan_unit(formulary(), CEFAZOLIN)


def unit(storage: str = "fridge", until=LATE) -> Unit:
    return Unit(1, UnitState.AVAILABLE, "refrigerator 1", storage, until)


def moved(one: Unit, storage: str, at) -> Unit:
    """The unit after a move, as the record has it."""
    told = time_after_move(cefazolin(), one, storage, at)
    assert not isinstance(told, Refusal), told
    return replace(one, storage=storage) if told is None else replace(one, storage=storage, beyond_use=told.at)


def test_cefazolin_out_of_the_refrigerator_keeps_for_its_time_at_room_temperature():
    assert storages_stated(cefazolin()) >= {"crt", "fridge"}
    warm = moved(unit(), "crt", NOON)
    assert warm.beyond_use == NOON + timedelta(hours=24)
    assert moved(warm, "fridge", NOON + timedelta(hours=1)).beyond_use == warm.beyond_use


@pytest.mark.parametrize(("storage", "code"), [("freezer", "storage_not_stated"), ("shelf", "storage_not_stated")])
def test_nothing_is_moved_where_nobody_says_how_long_it_keeps(storage, code):
    told = time_after_move(cefazolin(), unit(), storage, NOON)
    assert isinstance(told, Refusal)
    assert told.code == code


def test_a_unit_past_its_time_is_not_saved_by_a_move():
    told = time_after_move(cefazolin(), unit(until=NOON), "crt", NOON)
    assert isinstance(told, Refusal)
    assert told.code == "beyond_use_passed"


@given(st.lists(st.tuples(st.sampled_from(["crt", "fridge"]), st.integers(1, 600)), max_size=6))
def test_no_way_of_moving_makes_a_unit_last_longer(moves):
    one, at = unit(), NOON
    for storage, minutes in moves:
        at += timedelta(minutes=minutes)
        if at >= one.beyond_use:
            break
        after = moved(one, storage, at)
        assert after.beyond_use <= one.beyond_use
        if WARMTH[storage] > WARMTH[one.storage]:
            assert after.beyond_use <= at + timedelta(hours=24)
        one = after
