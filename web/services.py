"""What every page may ask for: settings, store, clock and site. Put in place once by ``create_app``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app

from batch_records.store import Store
from web.settings import Settings

SITE_ZONE = ZoneInfo("America/New_York")
"""Wall-clock time of the demonstration hospital."""

Clock = Callable[[], datetime]
"""Gives the time now, in UTC. Handed in, so that tests state the time."""


def system_clock() -> datetime:
    """The server's own time, in UTC."""
    return datetime.now(UTC)


@dataclass
class Services:
    """The parts of the running application. ``extras`` holds what pages share (loaded formulary, renderer), by name."""

    settings: Settings
    store: Store
    clock: Clock
    zone: ZoneInfo
    extras: dict[str, object]


def services() -> Services:
    """The parts of the application that answers the present request."""
    return cast(Services, current_app.extensions["sufficit"])


def store() -> Store:
    """The store of the present application."""
    return services().store


def now() -> datetime:
    """The time of the present request, in UTC, from the application's clock."""
    return services().clock()


def offset_minutes(at: datetime) -> int:
    """How far the site's wall clock is from UTC at that instant."""
    return offset_in(services().zone, at)


def offset_in(zone: ZoneInfo, at: datetime) -> int:
    """How far the wall clock of a zone is from UTC at that instant, in minutes."""
    return int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
