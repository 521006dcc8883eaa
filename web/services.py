"""What every page may ask for: settings, store, clock and site. Put in place once by ``create_app``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
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
    offset = at.astimezone(services().zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)
