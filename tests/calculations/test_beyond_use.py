"""The worked examples of the beyond-use rules, and the ways in which no time can be given."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.beyond_use import (
    Celsius,
    TimeLimit,
    after_move,
    beyond_use,
    expiry_end,
    may_draw,
    require_inside,
)
from calculations.errors import CannotCompute
from calculations.quantity import Quantity

START = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
ZONE = ZoneInfo("America/Chicago")


def hours(number: int | str) -> Quantity:
    return Quantity(number, "h")


def lasting(name: str, number: int | str, start: datetime = START, ends: str = "START_OF_ADMIN") -> TimeLimit:
    return TimeLimit(name, start, hours(number), ends=ends, source="test")


def test_vancomycin_in_the_refrigerator_is_decided_by_the_category_and_not_by_fourteen_days_of_stability() -> None:
    found = beyond_use([lasting("category 2", 240), lasting("label, refrigerator", 14 * 24)])
    assert found.at == datetime(2026, 3, 12, 9, 15, tzinfo=UTC)
    assert found.deciding.name == "category 2"
    assert [limit.name for limit, _ in found.candidates] == ["category 2", "label, refrigerator"]


def test_meropenem_kept_at_five_degrees_gets_fifteen_hours_from_dilution() -> None:
    require_inside(Celsius(2, 5), Celsius(None, 5), "meropenem, refrigerated")
    diluted = START + timedelta(minutes=20)
    found = beyond_use([lasting("category 2", 240), lasting("label", 15, diluted)])
    assert found.at == diluted + timedelta(hours=15)


def test_a_two_to_eight_degree_refrigerator_does_not_lie_inside_up_to_five_degrees() -> None:
    with pytest.raises(CannotCompute) as refused:
        require_inside(Celsius(2, 8), Celsius(None, 5), "meropenem, refrigerated")
    assert refused.value.code == "storage_not_covered"
    assert "2 to 8 °C" in str(refused.value)


@pytest.mark.parametrize(
    ("kept", "label", "inside"),
    [
        (Celsius(2, 8), Celsius(2, 8), True),
        (Celsius(20, 25), Celsius(None, 25), True),
        (Celsius(20, 25), Celsius(15, 30), True),
        (Celsius(15, 30), Celsius(20, 25), False),
        (Celsius(None, 8), Celsius(2, 8), False),
        (Celsius(2, None), Celsius(2, 8), False),
        (Celsius(None, None), Celsius(None, None), True),
    ],
)
def test_a_storage_range_must_lie_wholly_inside_the_labels_own(kept: Celsius, label: Celsius, inside: bool) -> None:
    if inside:
        require_inside(kept, label, "x")
    else:
        with pytest.raises(CannotCompute):
            require_inside(kept, label, "x")


@pytest.mark.parametrize(
    ("category", "stability", "expected"),
    [(96, 24, 24), (96, 4, 4), (24, 24, 24)],
    ids=["piperacillin-tazobactam at room temperature", "phenylephrine", "phenylephrine in a segregated area"],
)
def test_the_shorter_of_category_and_stability_decides(category: int, stability: int, expected: int) -> None:
    found = beyond_use([lasting("category", category), lasting("label", stability)])
    assert found.at == START + timedelta(hours=expected)


def test_a_part_vial_brings_its_own_clock_along() -> None:
    dissolved = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    found = beyond_use([lasting("category", 96), lasting("dissolved vial", 24, dissolved)])
    assert found.at == dissolved + timedelta(hours=24)


def test_a_component_that_expires_tonight_caps_the_beyond_use_time() -> None:
    expiry = TimeLimit("expiry of heparin", None, until=expiry_end(2026, 3, 2, ZONE))
    found = beyond_use([lasting("category", 96), expiry])
    assert found.at.astimezone(ZONE) == datetime(2026, 3, 2, 23, 59, 59, tzinfo=ZONE)
    assert found.deciding is expiry


def test_an_immediate_use_preparation_must_be_begun_within_its_four_hours() -> None:
    begun = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
    assert beyond_use([lasting("immediate use", 4, begun)]).at == datetime(2026, 3, 2, 18, 5, tzinfo=UTC)


def test_a_limit_to_the_end_of_the_infusion_is_shortened_by_the_infusion_time() -> None:
    limits = [lasting("category", 96), lasting("docetaxel label", 6, ends="END_OF_INFUSION")]
    assert beyond_use(limits, hours(1)).at == START + timedelta(hours=5)


def test_without_the_infusion_time_such_a_limit_cannot_be_used() -> None:
    with pytest.raises(CannotCompute) as refused:
        beyond_use([lasting("docetaxel label", 6, ends="END_OF_INFUSION")])
    assert refused.value.code == "no_infusion_time"


def test_an_infusion_longer_than_its_limit_is_refused() -> None:
    with pytest.raises(CannotCompute) as refused:
        beyond_use([lasting("label", 6, ends="END_OF_INFUSION")], hours(6))
    assert refused.value.code == "infusion_outlasts_limit"


def test_an_unknown_end_of_a_limit_is_an_error_and_not_skipped() -> None:
    with pytest.raises(ValueError):
        beyond_use([lasting("label", 6, ends="WHENEVER")])


@pytest.mark.parametrize(
    "limits",
    [
        [],
        [TimeLimit("neither", START)],
        [TimeLimit("both", START, hours(1), START)],
        [TimeLimit("no start", None, hours(1))],
        [TimeLimit("local", datetime(2026, 3, 2, 9, 15), hours(1))],  # noqa: DTZ001
        [TimeLimit("backwards", START, hours(-1))],
    ],
)
def test_a_limit_that_is_not_whole_gives_no_time(limits: list[TimeLimit]) -> None:
    with pytest.raises(CannotCompute):
        beyond_use(limits)


def test_out_of_the_refrigerator_the_lesser_of_the_remaining_clock_and_the_new_limit_counts() -> None:
    cold = beyond_use([lasting("category, refrigerator", 240)])
    early = START + timedelta(days=2)
    late = START + timedelta(days=8)
    assert after_move(cold, early, [lasting("room", 96, early)]).at == early + timedelta(hours=96)
    stays = after_move(cold, late, [lasting("room", 96, late)])
    assert stays.at == cold.at
    assert "before the move" in stays.deciding.name


def test_a_move_after_the_beyond_use_time_is_refused() -> None:
    cold = beyond_use([lasting("category", 24)])
    with pytest.raises(CannotCompute) as refused:
        after_move(cold, cold.at, [lasting("room", 96, cold.at)])
    assert refused.value.code == "beyond_use_passed"


def test_the_in_use_limit_of_a_bulk_vial_only_gates_the_draw() -> None:
    punctured = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    expiry = expiry_end(2027, 6, None, ZONE)
    drawn_at = punctured.replace(hour=11)
    assert may_draw(punctured, hours(4), expiry, drawn_at).allowed
    refused = may_draw(punctured, hours(4), expiry, punctured.replace(hour=12))
    assert not refused.allowed
    assert refused.until == punctured.replace(hour=12)
    assert beyond_use([lasting("category", 96, drawn_at)]).at == drawn_at + timedelta(hours=96)


def test_a_stock_bag_is_usable_twelve_hours_after_puncture_or_until_its_own_time() -> None:
    made = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    stock = beyond_use([lasting("category", 96, made)])
    found = may_draw(made.replace(hour=10), hours(12), stock.at, made.replace(hour=21))
    assert found.allowed
    assert found.until == made.replace(hour=22)


def test_an_opened_container_without_an_in_use_limit_is_not_drawn_from_again() -> None:
    assert not may_draw(START, None, None, START).allowed


def test_an_unopened_container_may_be_drawn_from_until_its_expiry() -> None:
    expiry = expiry_end(2026, 2, None, UTC)
    assert expiry == datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
    assert may_draw(None, None, expiry, expiry - timedelta(seconds=1)).allowed
    assert not may_draw(None, None, expiry, expiry + timedelta(seconds=1)).allowed
    assert may_draw(None, None, None, START).allowed


def test_an_expiry_by_month_runs_to_the_last_day_of_the_month_in_leap_years_too() -> None:
    assert expiry_end(2028, 2, None, UTC).day == 29


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.integers(1, 5000))
def test_another_limit_never_lengthens_the_time(durations: list[int], another: int) -> None:
    limits = [lasting(f"limit {number}", number) for number in durations]
    assert beyond_use([*limits, lasting("another", another)]).at <= beyond_use(limits).at


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=5), st.integers(0, 4000), st.integers(1, 5000))
def test_a_move_never_lengthens_the_time(durations: list[int], after_minutes: int, room: int) -> None:
    before = beyond_use([lasting(f"limit {number}", number) for number in durations])
    moved = START + timedelta(minutes=after_minutes)
    if moved < before.at:
        assert after_move(before, moved, [lasting("room", room, moved)]).at <= before.at
