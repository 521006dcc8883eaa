"""A moment is shown as the site's clock stands then, not as it stands now: clocks change between a release and its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock, dispensing_snapshot, storage_path
from compounding.planning.plan import TimeRule
from compounding.preparing.gathering import expiries_of
from compounding.preparing.guards_delivering import inspected_the_same_day
from compounding.site_time import day_of, end_of_day, shown_twice
from compounding.views.nurse import ward_page
from compounding.views.strip import due_text
from formulary.repository import formulary_in_force
from tests.support.cast import MARLOW, act_of
from tests.support.doses import planned
from tests.support.flow import ADA, dose_now, released

ZONE = ZoneInfo("America/New_York")
BEFORE = datetime(2026, 10, 30, 16, 0, tzinfo=UTC)
"""30 October, noon by daylight time: four hours from UTC. From 1 November it is five."""
NOW = Clock(-240, ZONE)


def test_a_label_that_ends_after_the_clocks_went_back_says_the_time_that_the_clock_will_show(cast_store: Store) -> None:
    number = released(cast_store)
    ends = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
    act = replace(act_of(MARLOW, BEFORE), zone=ZONE)
    with cast_store.read() as uow:
        formulary = formulary_in_force(uow)
        dose = replace(dose_now(cast_store, number), due=datetime(2026, 11, 8, 13, 0, tzinfo=UTC))
        label = dispensing_snapshot(uow, dose, act, formulary, ends)
    assert label["beyond_use"]["at"] == "9 Nov 2026, 09:00"
    assert "9 Nov 2026, 09:00" in label["beyond_use"]["storage"]
    assert label["due"] == {"date": "8 Nov 2026", "time": "08:00"}


def test_every_page_shows_a_moment_by_the_clock_of_that_moment(cast_store: Store) -> None:
    assert due_text(datetime(2026, 11, 2, 13, 0, tzinfo=UTC), BEFORE, NOW) == "2 Nov, 08:00"
    assert due_text(datetime(2027, 3, 15, 12, 0, tzinfo=UTC), datetime(2027, 3, 13, 17, 0, tzinfo=UTC), Clock(-300, ZONE)) == (
        "15 Mar, 08:00"
    )
    released(cast_store)  # of April, looked at in winter
    with cast_store.read() as uow:
        page = ward_page(uow, ADA["mrn"], formulary_in_force(uow), datetime(2026, 12, 1, 17, 0, tzinfo=UTC), Clock(-300, ZONE))
    assert page is not None
    assert "released 14 Apr 2026, 13:10" in page.cards[0].place_note


def test_the_hour_that_comes_twice_is_named() -> None:
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert [NOW.time(at) for at in (first, second)] == ["01:30 EDT", "01:30 EST"]
    assert [shown_twice(at, ZONE) for at in (first - timedelta(hours=1), second + timedelta(hours=1))] == ["", ""]


@pytest.mark.parametrize(
    ("day", "offset", "ends"),
    [
        ("2027-03-14", -300, datetime(2027, 3, 15, 3, 59, 59, tzinfo=UTC)),
        ("2026-11-01", -240, datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)),
        ("2028-02-29", -300, datetime(2028, 3, 1, 4, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_container_expires_at_the_end_of_its_day_by_the_clock_of_that_day(
    cast_store: Store, day: str, offset: int, ends: datetime
) -> None:
    assert end_of_day(day, offset, ZONE) == ends
    dose = dose_now(cast_store, released(cast_store))
    scanned = replace(dose, scans=(replace(dose.scans[0], expires=day),))
    act = replace(act_of(MARLOW), offset_minutes=offset, zone=ZONE)
    assert [until for _, until in expiries_of(scanned, act)] == [ends]


def test_the_same_day_is_told_by_the_clock_of_each_moment(cast_store: Store) -> None:
    dose = replace(dose_now(cast_store, released(cast_store)), completed_at=datetime(2026, 11, 1, 4, 30, tzinfo=UTC))
    later = replace(act_of(MARLOW, datetime(2026, 11, 1, 15, 0, tzinfo=UTC)), offset_minutes=-300, zone=ZONE)
    assert day_of(later.at, later).isoformat() == "2026-11-01"
    pairing = type("Pairing", (), {"inspected_again": False})()
    assert inspected_the_same_day(dose, pairing, later, None) is None  # type: ignore[arg-type]


def test_without_a_zone_the_offset_of_the_act_counts() -> None:
    assert end_of_day("2026-04-14", -240, None) == datetime(2026, 4, 15, 3, 59, 59, tzinfo=UTC)
    assert Clock(-240).moment(BEFORE) == "30 Oct 2026, 12:00"


def test_once_out_of_the_refrigerator_the_infusion_itself_has_to_end_in_time() -> None:
    """Pembrolizumab: 6 h at room temperature to the end of the infusion, which takes half an hour."""
    plan = planned("ceftriaxone").plan
    assert plan is not None
    room = TimeRule("stability", "DILUTION", Quantity(6, "h"), "END_OF_INFUSION", "crt", "label", plan.actives[0].drug)
    cold = replace(plan, storage="fridge", time_rules=(room,), infuse_over=Quantity(30, "min"))
    assert storage_path(cold, BEFORE, NOW).endswith("once out, start within 5 h 30 min")
    to_start = replace(cold, time_rules=(replace(room, ends="START_OF_ADMIN"),))
    assert storage_path(to_start, BEFORE, NOW).endswith("once out, start within 6 h")
    too_long = replace(cold, infuse_over=Quantity(7, "h"))
    assert "take out just before use" in storage_path(too_long, BEFORE, NOW)
