"""The site as the running application knows it, and the gate that keeps every page closed until it is set up."""

from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, redirect, request, url_for
from sqlalchemy import select

from batch_records.acting import load
from batch_records.people_tables import PEOPLE
from batch_records.store import Store
from compounding.rooms import HoodRow
from formulary.site_record import SITE, SITE_RECORD, Site
from web.errors import error_page
from web.services import SITE_ZONE, Services, services, store
from web.sessions import asks_by_itself
from web.stations import Station

READY = "set_up"
"""Name in `Services.extras`: true once everything is there, so that no request asks the database again."""
ALWAYS = frozenset({"static", "health.alive", "health.ready", "set_up.page", "set_up.first"})
WITH_ADMINISTRATOR = ALWAYS | {"sign_on.page", "sign_on.sign_on", "sign_on.sign_out", "sign_on.lock", "sign_on.locked",
                               "sign_on.unlock", "set_up.site", "set_up.describe", "rooms.page", "rooms.describe",
                               "rooms.one", "rooms.change"}  # fmt: skip


class Stage(StrEnum):
    """How far the set-up has come."""

    NOBODY = "nobody is registered"
    SITE = "the site is not described"
    HOODS = "no hood is described"
    READY = "set up"


def described(of: Store) -> Site:
    """The site's record, folded; its name is empty until it was described."""
    with of.read() as uow:
        return load(uow, SITE, SITE_RECORD)


def zone_of(of: Store) -> ZoneInfo:
    """The site's time zone; the demonstration's until a site was described."""
    zone = described(of).zone
    return ZoneInfo(zone) if zone else SITE_ZONE


def stage() -> Stage:
    """How far the set-up of this hospital has come."""
    with store().read() as uow:
        somebody = uow.session.execute(select(PEOPLE.c.record).limit(1)).first()
        site = load(uow, SITE, SITE_RECORD)
        hood = uow.session.execute(select(HoodRow.record).limit(1)).first()
    if somebody is None:
        return Stage.NOBODY
    if not site.name:
        return Stage.SITE
    return Stage.READY if hood else Stage.HOODS


def use(running: Services, site: Site) -> None:
    """Let the running application follow the site's record: its clock on the wall and its places."""
    if site.name:
        running.zone = ZoneInfo(site.zone)
        running.extras["places"] = tuple(Station(place.id, place.name, place.kind) for place in site.places)


def _gate() -> Any:
    """Nothing is served before there are an administrator, the site's data and a hood."""
    if services().extras.get(READY):
        return None
    found = stage()
    if found is Stage.READY:
        use(services(), described(store()))
        services().extras[READY] = True
        return None
    open_now = ALWAYS if found is Stage.NOBODY else WITH_ADMINISTRATOR
    if request.endpoint is None or request.endpoint in open_now:
        return None
    if request.method == "GET" and not asks_by_itself():
        return redirect(url_for("set_up.page"), 303)
    return error_page(403, "Not set up yet.", "Nothing was done: this hospital is not set up yet.")


def add_set_up(app: Flask, running: Services) -> None:
    """Close every page until the site is set up. The demonstration comes set up."""
    if running.settings.demonstration:
        running.extras[READY] = True
    app.before_request(_gate)
