"""Signing on, locking and signing off. Badge and PIN at a hood, name and password at a desk; never the badge alone."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from batch_records.acts import Refusal
from batch_records.people import load_person
from batch_records.person_secrets import PIN
from batch_records.sessions import (
    SignedOn,
    sign_on_with_badge,
    sign_on_with_password,
)
from batch_records.sessions import (
    lock as lock_session,
)
from batch_records.sessions import (
    unlock as unlock_session,
)
from calculations.errors import Fault
from web.acting import read_form
from web.errors import again
from web.services import now, store
from web.sessions import begin, end, local_path, visitor
from web.stations import KINDS, UNREGISTERED, Station, here, mark, station_named, stations

blueprint = Blueprint("sign_on", __name__)


def _next() -> str:
    return local_path(request.values.get("next", ""))


@blueprint.get("/sign-on")
def page() -> str | Response:
    """The sign-on page of this station. With somebody signed on it is the hand-over."""
    way = request.values.get("way", "")
    by_badge = way == "badge" or (way != "password" and KINDS[here().kind].by_badge)
    options = [(s.id, f"{KINDS[s.kind].text}: {s.name}") for s in stations()]
    return render_template("sign_on/page.html", by_badge=by_badge, next=_next(), station_options=options)


def _station(form: dict[str, str]) -> Station:
    """The station of this browser; an unregistered one says it with the sign-on."""
    if here() is not UNREGISTERED:
        return here()
    chosen = station_named(form.get("station", ""))
    if chosen is None:
        raise Fault("station", form.get("station", ""), "where this screen stands")
    return chosen


@blueprint.post("/sign-on")
@again(page)
def sign_on() -> Any:
    """Sign on; a session before in this browser ends. An unregistered browser becomes its station by the same step."""
    form = read_form(["way", "next"], ["badge", "pin", "name", "password", "station"])
    station = _station(form)
    before = visitor()
    old = before.token if before else ""
    registered = here() is not UNREGISTERED
    if form["way"] == "badge":
        found = sign_on_with_badge(
            store(), form.get("badge", ""), form.get("pin", ""), station.id, station.kind, now(), old, registered
        )
    else:
        found = sign_on_with_password(
            store(), form.get("name", ""), form.get("password", ""), station.id, station.kind, now(), old, registered
        )
    if isinstance(found, Refusal):
        return found
    return mark(_go(found, form["next"]), station)  # type: ignore[arg-type]


def _go(signed_on: SignedOn, wanted: str) -> Response:
    begin(signed_on)
    return redirect(local_path(wanted), 303)


@blueprint.post("/lock")
def lock() -> Response:
    """Lock this session now; the step stays."""
    found = visitor()
    if found is not None:
        lock_session(store(), found.token)
    return redirect(url_for("sign_on.locked", next=_next()), 303)


@blueprint.get("/locked")
def locked() -> str | Response:
    """What a locked station shows: whose it is, and nothing about any patient."""
    found = visitor()
    if found is None:
        return redirect(url_for("sign_on.page", next=_next()), 303)
    if not found.session.locked:
        return redirect(_next(), 303)
    with store().read() as uow:
        by_pin = PIN in load_person(uow, found.actor.person).secrets and KINDS[here().kind].by_badge
    who = f"{found.actor.name}, {found.actor.credentials}".rstrip(", ")
    return render_template("sign_on/locked.html", who=who, next=_next(), by_pin=by_pin)


@blueprint.post("/locked")
@again(locked)
def unlock() -> Any:
    """Open it again with the secret of the same person; the cookie's token changes."""
    form = read_form(["secret", "next"])
    found = visitor()
    if found is None:
        return redirect(url_for("sign_on.page", next=_next()), 303)
    opened = unlock_session(store(), found.token, form["secret"], now())
    return opened if isinstance(opened, Refusal) else _go(opened, form["next"])


@blueprint.post("/sign-off")
def sign_out() -> Response:
    """End the session on the server; every copy of its cookie is dead."""
    end()
    return redirect(url_for("sign_on.page"), 303)
