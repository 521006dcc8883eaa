"""The wall clock of the site at a moment that may lie before or after a change of the clocks."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from batch_records.acts import Act
from calculations.beyond_use import expiry_end


def on_the_wall(at: datetime, offset_minutes: int, zone: tzinfo | None) -> datetime:
    """What the site's clock shows at `at`: by its zone, or by the offset alone where no zone is known. Marked as UTC, so that
    two such times are compared as the clock shows them."""
    if zone is None:
        return at.astimezone(UTC) + timedelta(minutes=offset_minutes)
    return at.astimezone(zone).replace(tzinfo=UTC, fold=0)


def shown_twice(at: datetime, zone: tzinfo | None) -> str:
    """The name of the time in force (`EDT`) in the hour that the site's clock shows twice; empty at every other moment."""
    if zone is None:
        return ""
    there = at.astimezone(zone)
    first, second = there.replace(fold=0), there.replace(fold=1)
    return there.strftime("%Z") if (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta()) else ""


def day_of(at: datetime, act: Act) -> date:
    """The site's calendar day at a moment."""
    return on_the_wall(at, act.offset_minutes, act.zone).date()


def end_of_day(day: str, offset_minutes: int, zone: tzinfo | None) -> datetime:
    """The last second of an ISO date on the site's clock, as UTC."""
    last = date.fromisoformat(day)
    if zone is not None:
        return expiry_end(last.year, last.month, last.day, zone)
    return expiry_end(last.year, last.month, last.day, UTC) - timedelta(minutes=offset_minutes)
