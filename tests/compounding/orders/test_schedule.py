"""Due times: counted on instants, so that a change of the clocks neither doubles nor drops a dose."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.quantity import Quantity
from compounding.orders.reading import Fields
from compounding.orders.schedule import Frequency, due_times, frequency_as_data, hours, last_due_time, read_frequency

NEW_YORK = ZoneInfo("America/New_York")
NIGHTS = {
    "clocks go forward": datetime(2027, 3, 13, 18, 0, tzinfo=NEW_YORK),
    "clocks go back": datetime(2026, 10, 31, 18, 0, tzinfo=NEW_YORK),
    "an ordinary night": datetime(2026, 4, 14, 18, 0, tzinfo=NEW_YORK),
}


def every(number: str, doses: int | None = None) -> Frequency:
    return Frequency(Quantity(number, "h"), doses)


@pytest.mark.parametrize("start", NIGHTS.values(), ids=NIGHTS)
@pytest.mark.parametrize("step", [1, 4, 6, 8, 12, 24])
def test_the_same_hours_lie_between_doses_whatever_the_clocks_do(start, step):
    at = start.astimezone(UTC)
    dues = list(due_times(every(str(step)), start, None, at + timedelta(hours=48)))
    assert len(dues) == 48 // step
    assert {later.astimezone(UTC) - earlier.astimezone(UTC) for earlier, later in pairwise(dues)} <= {
        timedelta(hours=step)
    }


def test_stop_and_horizon_are_left_out():
    start = datetime(2026, 4, 14, 18, 0, tzinfo=UTC)
    stop = start + timedelta(hours=24)
    assert len(list(due_times(every("12"), start, stop, start + timedelta(days=9)))) == 2
    assert len(list(due_times(every("12"), start, None, start + timedelta(hours=12)))) == 1
    assert list(due_times(every("12"), start, None, start)) == []


def test_once_gives_one_dose_and_a_count_is_kept():
    start = datetime(2026, 4, 14, 18, 0, tzinfo=UTC)
    far = start + timedelta(days=30)
    assert list(due_times(Frequency(), start, None, far)) == [start]
    assert list(due_times(Frequency(continuous=True), start, None, far)) == [start]
    assert len(list(due_times(every("6", 12), start, None, far))) == 12


@given(st.integers(1, 96), st.integers(1, 60), st.integers(0, 400))
def test_due_times_are_one_step_apart_and_never_past_the_end(step, count, until):
    start = datetime(2026, 4, 14, 18, 0, tzinfo=UTC)
    end = start + timedelta(hours=until)
    dues = list(due_times(every(str(step), count), start, None, end))
    assert dues == [start + timedelta(hours=step * number) for number in range(len(dues))]
    assert all(due < end for due in dues)
    assert len(dues) == min(count, -(-until // step))


def test_a_time_between_doses_that_is_no_whole_hour_does_not_drift():
    start = datetime(2026, 4, 14, 18, 0, tzinfo=UTC)
    third = Frequency(Quantity("8/3", "h"))
    dues = list(due_times(third, start, None, start + timedelta(days=8)))
    assert abs(dues[9] - start - timedelta(hours=24)) < timedelta(microseconds=10)
    assert abs(dues[63] - start - timedelta(days=7)) < timedelta(microseconds=70)


def test_doses_in_a_day_follow_from_the_time_between_them():
    assert every("8").per_day == 3
    assert every("36").per_day == Quantity("2/3", "one").number
    assert Frequency().per_day is None


@given(st.sampled_from([Frequency(doses=1), every("12"), every("8/3", 7), every("24", 1)]))
def test_what_a_record_keeps_of_a_frequency_is_read_back(frequency):
    fields = Fields({"frequency": frequency_as_data(frequency)}, "order.", kept=True)
    read = read_frequency(fields.part("frequency"), fields, continuous=False)
    assert read == frequency
    assert fields.faults == []


def test_a_duration_becomes_a_time_difference_to_the_microsecond():
    assert hours(Quantity(90, "min")) == timedelta(minutes=90)
    assert hours(Quantity(1, "day")) == timedelta(days=1)


def test_an_order_that_has_run_for_years_is_counted_from_where_it_stands():
    start, now = datetime(1990, 1, 1, tzinfo=UTC), datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
    whole = list(due_times(every("6"), start, None, now))
    assert list(due_times(every("6"), start, None, now, now - timedelta(hours=13))) == whole[-3:]
    far = every("6", 12)
    assert list(due_times(far, start, None, now, now)) == []


@pytest.mark.parametrize("text", ["0.00000000001", "0.01"])
def test_doses_closer_together_than_a_minute_are_refused(text):
    fields = Fields({}, "order.")
    read_frequency(
        Fields({"every": {"value": text, "unit": "h"}}, "order.frequency.", fields.faults), fields, continuous=False
    )
    assert [fault.field for fault in fields.faults] == ["order.frequency.every"]
    assert "at least 1 min" in fields.faults[0].expected


@given(st.integers(1, 96), st.none() | st.integers(1, 60), st.none() | st.integers(1, 4000))
def test_the_last_due_time_is_the_last_of_all_however_far_one_looks(step, count, stop):
    start = datetime(2026, 4, 14, 18, 0, tzinfo=UTC)
    end = None if stop is None else start + timedelta(hours=stop)
    last = last_due_time(every(str(step), count), start, end)
    if count is None and stop is None:
        assert last is None
        return
    far = start + timedelta(hours=step * 60 + 4001)
    assert last == list(due_times(every(str(step), count), start, end, far))[-1]


def test_the_last_due_time_of_one_dose_is_its_start():
    start = datetime(2026, 4, 14, 18, 0, tzinfo=UTC)
    assert last_due_time(Frequency(), start, None) == start
