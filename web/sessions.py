"""Who is signed on. flask-login asks; our server-side session table answers at every request.

The browser's cookie holds a random token and nothing else about the person. A copied cookie is dead after sign-off, because
the session is; disabling somebody or taking a role works at the next request.
"""

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Forbidden

from batch_records.acts import Actor
from batch_records.sessions import OpenSession, SignedOn, session_for, sign_off
from web.errors import error_page
from web.permissions import OPEN, allowed
from web.services import now, store
from web.stations import here


class Visitor(UserMixin):  # type: ignore[misc]
    """The person behind a session, as flask-login wants it."""

    def __init__(self, token: str, open_session: OpenSession) -> None:
        self.token = token
        self.session = open_session

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token

    @property
    def actor(self) -> Actor:
        """The person with the roles they hold now."""
        return self.session.actor


def asks_by_itself() -> bool:
    """True for what a page asks without its person: it must not keep an empty station open."""
    return "X-Live" in request.headers


def _load(token: str) -> Visitor | None:
    """A session belongs to the station where it began: carried to another place, or to another mark, it is none."""
    found = session_for(store(), token, now(), active=not asks_by_itself())
    return Visitor(token, found) if found and found.station == here().id else None


def visitor() -> Visitor | None:
    """Who is signed on here, also while locked; None for nobody."""
    return cast(Visitor, current_user._get_current_object()) if current_user.is_authenticated else None


def open_visitor() -> Visitor:
    """Who is signed on and not locked. Pages behind the permission table always have one."""
    found = visitor()
    if found is None or found.session.locked:
        raise Forbidden
    return found


def begin(signed_on: SignedOn) -> None:
    """Put a fresh session into the answer's cookie; everything of the session before is forgotten."""
    session.clear()
    login_user(Visitor(signed_on.token, signed_on.session))


def end() -> None:
    """End the session on the server, then in the browser."""
    found = visitor()
    if found is not None:
        sign_off(store(), found.token, now())
    logout_user()
    session.clear()


def local_path(wanted: str) -> str:
    """Where to go next, if it is a page of ours; otherwise the start page."""
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and "\\" not in wanted
    return wanted if plain and wanted.isprintable() else url_for("home.page")


def _not_done(title: str, text: str) -> Response:
    """401 in words; a part of a page that htmx asked for makes the whole page load again instead."""
    response = error_page(401, title, text)
    if "HX-Request" in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response


def _guard() -> Any:
    """Deny by default: open pages, then signed on, then not locked, then a row of the table that names a role."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN:
        return None
    found = visitor()
    reading = request.method == "GET" and not asks_by_itself() and "HX-Request" not in request.headers
    if found is None:
        if reading:
            return redirect(url_for("sign_on.page", next=request.full_path.rstrip("?")), 303)
        return _not_done("You are not signed on.", "Nothing was done. Sign on and repeat it.")
    if found.session.locked:
        if reading:
            return redirect(url_for("sign_on.locked", next=request.full_path.rstrip("?")), 303)
        return _not_done("This station is locked.", "Nothing was done. Unlock it and repeat it.")
    if not allowed(endpoint, found.actor.roles):
        raise Forbidden
    return None


def add_sessions(app: Flask) -> None:
    """Wire flask-login to the session table and put the guard before every request."""
    manager = LoginManager(app)
    manager.session_protection = None  # the token is ours, and bound to nothing that a proxy or an update changes
    manager.user_loader(_load)
    app.before_request(_guard)
