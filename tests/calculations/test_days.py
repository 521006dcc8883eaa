"""Days, times of day and moments have one spelling each; every other one is refused with what was expected."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.days import CLOCK, DAY, parse_clock, parse_day, parse_instant
from calculations.errors import Fault

OTHER_SPELLINGS = (
    "", "20260430", "2026-W18-4", "2026W184", "2026-120", "2026120", "2026-4-30", "26-04-30", "30.04.2026", "04/30/2026",
    "2026-04-30T00:00", "2026-04-30 ", " 2026-04-30", "2026-04-30\n", "+2026-04-30", "2026-04", "2026", "2026-02-30",
    "0000-01-01", "２０２６-04-30", "2026‐04‐30", "2026-04-3a", "2026-13-01", "-026-04-30",
)  # fmt: skip


@given(st.dates())
def test_every_day_is_read_as_a_date_field_sends_it(day: date) -> None:
    assert parse_day(day.isoformat(), "expires") == day


@pytest.mark.parametrize("text", OTHER_SPELLINGS)
def test_every_other_spelling_of_a_day_is_refused_by_field(text: str) -> None:
    with pytest.raises(Fault) as refused:
        parse_day(text, "expires")
    assert refused.value == Fault("expires", text or "nothing", DAY)


@given(st.text(alphabet="0123456789-WTZ:+", max_size=12))
def test_no_text_becomes_a_day_that_is_not_spelled_so(text: str) -> None:
    try:
        assert parse_day(text, "expires").isoformat() == text
    except Fault as refused:
        assert refused.field == "expires"


@given(st.times())
def test_every_time_of_day_is_read_with_hours_and_minutes(clock: time) -> None:
    assert parse_clock(f"{clock:%H:%M}", "time") == clock.replace(second=0, microsecond=0)


OTHER_TIMES = ["", "1430", "14.30", "2:30", "+2:30", "14:3", "14:30:00", "24:00", "12:60", "2 pm", "１４:30", "14:30\n"]


@pytest.mark.parametrize("text", OTHER_TIMES)
def test_every_other_spelling_of_a_time_is_refused_by_field(text: str) -> None:
    with pytest.raises(Fault) as refused:
        parse_clock(text, "time")
    assert refused.value == Fault("time", text or "nothing", CLOCK)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-4)), timezone(timedelta(minutes=330))])))
def test_a_moment_is_read_with_its_offset(moment: datetime) -> None:
    assert parse_instant(moment.isoformat(), "start") == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-04-14", "2026-04-14T14:30", "2026-W16-2T14:30:00Z", "20260414T143000Z", "2026-04-14 14:30:00Z",
        "2026-104T14:30Z", "2026-04-14T14Z", "2026-04-14T14:30:00+0400", "2026-04-14T14:30:00+04",
        "2026-04-31T14:30:00Z", "2026-04-14T24:30:00Z",
    ],
)  # fmt: skip
def test_a_moment_without_offset_or_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(Fault, match="offset from UTC"):
        parse_instant(text, "start")
