"""The composition: settings, store and clock go in, a Flask application comes out. Nothing is global."""

import hashlib
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import StrictUndefined

from batch_records.store import Store
from web import pages
from web.addresses import add_addresses
from web.errors import add_errors
from web.macros import Macros
from web.permissions import endpoints_without_row
from web.security import secure
from web.services import SITE_ZONE, Clock, Services, system_clock
from web.sessions import add_sessions
from web.settings import Settings
from web.shell import add_shell
from web.showing import add_showing
from web.site import add_set_up

STATIC = Path(__file__).parent / "static"


class UnguardedPage(Exception):
    """An endpoint stands in no row of the permission table. The server does not start."""


def _version() -> str:
    """A name for the files of this version, so that browsers may keep them and never mix two versions."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def create_app(settings: Settings, store: Store, clock: Clock = system_clock, zone: ZoneInfo = SITE_ZONE) -> Flask:
    """Wire the application. ``zone``: the wall clock that people see; records keep UTC.

    Raises UnguardedPage when a page has no row in the table of permissions.
    """
    app = Flask(__name__, template_folder="templates", static_folder="static", static_url_path=f"/static/{_version()}")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)  # a changed file has another address
    store.clock = clock
    running = Services(settings, store, clock, zone, {})
    app.extensions["sufficit"] = running
    app.jinja_env.undefined = StrictUndefined  # a page that shows nothing where a figure belongs must fail instead
    app.jinja_env.globals["ui"] = Macros(app.jinja_env)
    add_showing(app)
    secure(app, settings)
    add_set_up(app, running)
    add_sessions(app)
    add_addresses(app)
    add_shell(app)
    add_errors(app)
    names = pages.PAGES + (pages.DEMONSTRATION_PAGES if settings.demonstration else ())
    for name in names:
        app.register_blueprint(import_module(f"web.pages.{name}").blueprint)
    unguarded = endpoints_without_row(rule.endpoint for rule in app.url_map.iter_rules())
    if unguarded:
        raise UnguardedPage(f"no row in web/permissions.py for {', '.join(unguarded)}")
    return app
