"""Batches: demand, units, samples and yield, exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.batch import demand_per_day, samples_of, total_amount, units_for, yield_share
from calculations.errors import CannotCompute, OutOfRange
from calculations.quantity import Quantity

TABLE = {"share": Quantity("0.1", "one"), "least": 4, "below": 40, "middle_to": 100, "above_middle": 10, "known_to": 500}
"""USP <797> and <71>, table 3: 10 % below 40 units; the greater of 10 % and 4 up to 100; 10 up to 500."""


def test_units_are_what_is_used_up_before_it_runs_out():
    demand = demand_per_day(42, Quantity(4, "week"))
    exact, units = units_for(demand, Quantity(240, "h"))
    assert (demand, exact, units) == (Quantity("3/2", "1/day"), Quantity(15, "one"), 15)  # 42 ÷ 28 d = 1.5; × 10 d


def test_a_part_of_a_unit_is_not_made():
    assert units_for(demand_per_day(5, Quantity(7, "day")), Quantity(48, "h"))[1] == 1  # 5 ÷ 7 × 2 = 1.43


@settings(max_examples=40)
@given(doses=st.integers(0, 5_000), hours=st.integers(0, 2_000), days=st.integers(1, 400))
def test_never_more_is_proposed_than_history_uses(doses, hours, days):
    exact, units = units_for(demand_per_day(doses, Quantity(days, "day")), Quantity(hours, "h"))
    assert units <= exact.amount_in("one") < units + 1


BY_UNITS = [(1, 1), (10, 1), (11, 2), (39, 4), (40, 4), (41, 5), (100, 10), (101, 10), (250, 10)]


@pytest.mark.parametrize(("units", "samples"), BY_UNITS)
def test_the_samples_of_a_sterility_test(units, samples):
    assert samples_of(units, **TABLE) == samples


@pytest.mark.parametrize("units", [0, 501])
def test_a_number_of_units_that_no_rule_names_has_no_samples(units):
    with pytest.raises(CannotCompute):
        samples_of(units, **TABLE)


def test_the_amount_of_all_units_is_exact():
    assert total_amount(Quantity("1/3", "g"), 250) == Quantity("250/3", "g")


def test_a_yield_is_a_share_of_what_was_planned():
    assert yield_share(27, 30) == Quantity("0.9", "one")
    with pytest.raises(OutOfRange):
        yield_share(1, 0)
