"""Stations: which place a browser is. The kind gives density, idle time and where work starts.

A browser is registered once, with a signed cookie, by somebody who signs on there. An unregistered browser can sign on, but
must say where it stands.
"""

import re
from dataclasses import dataclass

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from batch_records.sessions import RULES
from compounding.rooms import HoodRow, hood_record
from compounding.stock.in_hand import IN_HAND, hand_at
from web.security import cookie_name
from web.services import services, store

COOKIE_SECONDS = 400 * 24 * 3600


@dataclass(frozen=True)
class Kind:
    """What a kind of station means for its screen."""

    text: str
    density: str
    """``glove``, ``desk`` or ``phone``."""
    by_badge: bool
    """Sign-on begins with badge and PIN; name and password stand one press away."""


KINDS = {
    "hood": Kind("Hood", "glove", True),
    "bench": Kind("Staging bench", "glove", True),
    "desk": Kind("Desk", "desk", False),
    "store": Kind("Store room", "desk", False),
    "ward": Kind("Ward", "phone", False),
}


@dataclass(frozen=True)
class Station:
    """One registered place. ``scanner_prefix``: a character the scanner sends before each code, if it is set up so."""

    id: str
    name: str
    kind: str
    theme: str = ""
    """``light``, ``dark`` or empty: the device decides."""
    scanner_prefix: str = ""
    scanner_suffix: str = "Enter"

    @property
    def density(self) -> str:
        """Of the screen."""
        return KINDS[self.kind].density

    @property
    def idle_seconds(self) -> int:
        """How long it may be left alone before it locks."""
        return int(RULES.idle_at(self.kind).total_seconds())


UNREGISTERED = Station("unregistered", "", "desk")

DEMONSTRATION_HOODS: tuple[Station, ...] = (
    Station("hood-1", "Hood 1, IV room A", "hood"),
    Station("hood-2", "Hood 2, IV room A", "hood"),
    Station("hood-3", "Hood 3, hazardous room", "hood"),
)
"""Where the demonstration has no hood described yet."""

PLACES: tuple[Station, ...] = (
    Station("bench-1", "Staging bench, IV room A", "bench"),
    Station("desk-1", "Check desk", "desk"),
    Station("desk-2", "Review desk", "desk"),
    Station("store-1", "Store room", "store"),
    Station("ward-7w", "7 West", "ward"),
    Station("ward-icu", "ICU", "ward"),
    Station("ward-peds", "Pediatrics", "ward"),
    Station("ward-nicu", "NICU", "ward"),
)
"""Places of the demonstration. A site's own stand in its record, and from there in ``services().extras["places"]``."""


def stations() -> tuple[Station, ...]:
    """All stations of this site: its hoods as they are described in the records, then the other places."""
    own = services().extras.get("places")
    usual = PLACES if services().settings.demonstration else tuple(place for place in PLACES if place.kind == "desk")
    return (*_hoods(), *(own if isinstance(own, tuple) else usual))


def _hoods() -> tuple[Station, ...]:
    with store().read() as uow:
        rows = uow.session.execute(select(HoodRow).order_by(HoodRow.record)).scalars().all()
        found = tuple(_as_station(row) for row in rows)
    return found or (DEMONSTRATION_HOODS if services().settings.demonstration else ())


def _as_station(row: HoodRow) -> Station:
    ending = "" if row.in_service else ", out of service"
    return Station(row.record.removeprefix(hood_record("")), f"{row.name}, {row.room}{ending}", "hood")


def station_named(station_id: str) -> Station | None:
    """The station of that id, or None."""
    return next((station for station in stations() if station.id == station_id), None)


def place_name(station_id: str) -> str:
    """What people call the place with this id; the id itself where no such place is described any more."""
    if "place_names" not in g:
        g.place_names = {station.id: station.name for station in stations()}
    names: dict[str, str] = g.place_names
    return names.get(station_id, station_id)


def at_stations(words: str) -> str:
    """Words about places in hand with the names of their stations: `In hand at hood-1` → `In hand at Hood 1, IV room A`."""
    for station in stations() if IN_HAND in words else ():
        words = re.sub(rf"{re.escape(hand_at(station.id))}(?![\w-])", hand_at(station.name).replace("\\", r"\\"), words)
    return words


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="station")


def _cookie() -> str:
    return cookie_name(services().settings, "station")


def here() -> Station:
    """The station of the browser that asks; `UNREGISTERED` when it has no valid mark."""
    if "station" not in g:
        try:
            found = station_named(str(_serializer().loads(request.cookies.get(_cookie(), ""))))
        except BadSignature:
            found = None
        g.station = found or UNREGISTERED
    station: Station = g.station
    return station


def mark(response: Response, station: Station) -> Response:
    """Register the browser: put the station's signed mark into the answer."""
    response.set_cookie(
        _cookie(), _serializer().dumps(station.id), max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", path="/",
        secure=services().settings.has_tls,
    )  # fmt: skip
    return response
