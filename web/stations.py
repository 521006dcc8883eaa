"""Stations: which place a browser is. The kind gives density, idle time and where work starts.

A browser is registered once, with a signed cookie, by somebody who signs on there. An unregistered browser can sign on, but
must say where it stands.
"""

from dataclasses import dataclass

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from batch_records.sessions import RULES
from web.security import cookie_name
from web.services import services

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

STATIONS: tuple[Station, ...] = (
    Station("hood-1", "Hood 1, IV room A", "hood"),
    Station("hood-2", "Hood 2, IV room A", "hood"),
    Station("hood-3", "Hood 3, hazardous room", "hood"),
    Station("bench-1", "Staging bench, IV room A", "bench"),
    Station("desk-1", "Check desk", "desk"),
    Station("desk-2", "Review desk", "desk"),
    Station("store-1", "Store room", "store"),
    Station("ward-7w", "7 West", "ward"),
    Station("ward-icu", "ICU", "ward"),
    Station("ward-peds", "Pediatrics", "ward"),
    Station("ward-nicu", "NICU", "ward"),
)
"""The stations of the demonstration hospital. A site's own list stands in ``services().extras["stations"]``."""


def stations() -> tuple[Station, ...]:
    """All stations of this site."""
    own = services().extras.get("stations")
    return own if isinstance(own, tuple) else STATIONS


def station_named(station_id: str) -> Station | None:
    """The station of that id, or None."""
    return next((station for station in stations() if station.id == station_id), None)


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
