"""What stands around every page: station, person, clock, navigation. The templates know it as ``shell``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from flask import Flask, current_app, request, url_for

from compounding.views.controlled import overdue_cases
from web.permissions import allowed
from web.services import now, offset_minutes, services, store
from web.sessions import visitor
from web.showing import clock_time
from web.stations import UNREGISTERED, here

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("Queue", "queue.page"),
    ("Orders", "orders.page"),
    ("Review", "review.page"),
    ("Station", "station.page"),
    ("Check", "check.page"),
    ("Ward", "nurse.page"),
    ("Nutrition", "nutrition.page"),
    ("Batches", "batches.page"),
    ("Stock", "lots.page"),
    ("Controlled", "controlled.page"),
    ("Formulary", "formulary.page"),
    ("Trace", "trace.page"),
    ("Records", "audit.page"),
    ("People", "users.page"),
)
"""What stands in the bar, in this order: those that exist and that the person's roles may ask for."""

BESIDE: Mapping[str, tuple[str, ...]] = {
    "check": ("labels", "label_queue", "quarantine"),
    "controlled": ("controlled_",),
    "formulary": ("formulary_", "house", "replay", "consistency", "substitution", "label_templates", "directory"),
    "lots": ("stock_", "opened", "code_links"),
    "nurse": ("label_camera",),
    "review": ("one_time",),
    "trace": ("recalls",),
    "users": ("resets", "rooms", "printers", "set_up"),
}
"""Areas that stand under the entry of another one, by the beginning of their names."""

HOME_OF = {"hood": "station.page", "bench": "station.page", "ward": "nurse.page", "store": "lots.page"}
"""Where work starts at a kind of station; elsewhere at the first page of the navigation."""


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the bar."""

    text: str
    href: str
    here: bool
    note: str = ""
    """What nobody may overlook there: `1 overdue`."""


def navigation(roles: frozenset[str]) -> list[NavigationItem]:
    """The entries for somebody with these roles."""
    items = []
    for text, endpoint in NAVIGATION:
        if endpoint in current_app.view_functions and allowed(endpoint, roles):
            area, own = (request.endpoint or "").split(".")[0], endpoint.split(".")[0]
            inside = area == own or area.startswith(BESIDE.get(own, ("?",)))
            items.append(NavigationItem(text, url_for(endpoint), inside, _note(endpoint)))
    return items


def _note(endpoint: str) -> str:
    """Discrepancies of controlled drugs that were not closed in their shift; nothing for any other page."""
    if endpoint != "controlled.page":
        return ""
    with store().read() as uow:
        overdue = overdue_cases(uow, now())
    return f"{overdue} overdue" if overdue else ""


def home_of(kind: str, roles: frozenset[str]) -> str | None:
    """Address where work starts for these roles at this kind of station; None when no page of the work is theirs."""
    endpoint = HOME_OF.get(kind, "")
    if endpoint in current_app.view_functions and allowed(endpoint, roles):
        return url_for(endpoint)
    items = navigation(roles)
    return items[0].href if items else None


def _here_path() -> str:
    """The page to come back to after a lock: for an answer to a form, the page the form stood on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    referrer = request.referrer or ""
    return "/" + referrer.split("/", 3)[3] if referrer.startswith(request.host_url) else url_for("home.page")


def shell() -> Mapping[str, Any]:
    """Everything ``base.html`` and the layouts need."""
    at, station, found = now(), here(), visitor()
    open_now = found is not None and not found.session.locked
    actor = found.actor if found and open_now else None
    return {
        "demonstration": services().settings.demonstration,
        "theme": station.theme,
        "density": station.density,
        "station_name": station.name,
        "registered": station is not UNREGISTERED,
        "station": station,
        "scanner_prefix": station.scanner_prefix,
        "scanner_suffix": station.scanner_suffix,
        "idle_seconds": station.idle_seconds if open_now else 0,
        "signed_on": open_now,
        "person": f"{actor.name}, {actor.credentials}".rstrip(", ") if actor else "",
        "roles": actor.roles if actor else frozenset(),
        "may": lambda endpoint: actor is not None and allowed(endpoint, actor.roles),
        "navigation": navigation(actor.roles) if actor else [],
        "home": url_for("home.page"),
        "here": _here_path(),
        "time": clock_time(at),
        "wall_clock_ms": int(at.replace(tzinfo=UTC).timestamp() * 1000) + offset_minutes(at) * 60_000,
    }


def add_shell(app: Flask) -> None:
    """Make ``shell`` known to every template."""
    app.context_processor(lambda: {"shell": shell()})
