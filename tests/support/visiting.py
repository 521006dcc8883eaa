"""A browser without a screen: reads the page's token, sends forms as a page would, signs people on."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.test import TestResponse

from batch_records.store import Store
from compounding.orders.addresses import address_of
from tests.support.cast import Member
from tests.support.staff import BADGE, NOVAK_PASSWORD, OKONJO_PIN
from web.app import create_app
from web.services import Clock, Services
from web.settings import Settings
from web.site import READY

SECRET = "tests only, 0123456789 abcdefghij KLMNOP"
_KEYS = itertools.count(1)


class _Compiled(BytecodeCache):
    """Templates compiled once for a whole run: every application reads the same files."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
_IDLE: list[tuple[Flask, dict[str, Any]]] = []
"""Applications that no test uses at this moment, with their configuration as it was made."""


def an_app(store: Store, clock: Clock, directory: Path, **settings: Any) -> Flask:
    """The application over this store, as the demonstration hospital runs it."""
    made = create_app(_settings(directory, **settings), store, clock)
    made.jinja_env.bytecode_cache = _COMPILED
    return made


def _settings(directory: Path, **settings: Any) -> Settings:
    return Settings(data_directory=directory, secret_key=SECRET, **{"demonstration": True, **settings})


@contextmanager
def borrowed_app(store: Store, clock: Clock, directory: Path) -> Iterator[Flask]:
    """The same for the length of a test, which may not add pages to it.

    Wiring takes longer than most tests, so an application that nobody uses any more gets another store, clock and folder.
    """
    if not _IDLE:
        made = an_app(store, clock, directory)
        _IDLE.append((made, dict(made.config)))
    app, config = _IDLE.pop()
    running: Services = app.extensions["sufficit"]
    running.settings, running.store, running.clock = _settings(directory), store, clock
    store.clock = clock
    running.extras = {READY: True}
    yield app
    app.config.clear()
    app.config.update(config)
    app.test_client_class = None
    _IDLE.append((app, config))


def token_in(page: str) -> str:
    """The token that every form of a page carries."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)


def fields_in(page: str, form: str) -> dict[str, str]:
    """The fields of a form as a browser sends them when nothing is touched; without token and key."""
    part = page.split(f'id="{form}"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input [^>]*>", part):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if told.get("type") != "checkbox" or " checked" in tag:
            found[told["name"]] = unescape(told.get("value", ""))
    for name, options in re.findall(r'<select(?![^>]* form=")[^>]* name="([^"]+)"[^>]*>(.*?)</select>', part, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen.group(1)) if chosen else ""
    return {name: value for name, value in found.items() if name not in ("key", "csrf_token")}


def send(client: FlaskClient, path: str, page: str = "/sign-on", **fields: Any) -> TestResponse:
    """Send a form with the token of ``page`` and a key of its own."""
    token = token_in(client.get(page).text)
    return client.post(path, data={"csrf_token": token, "key": f"test-{next(_KEYS)}", **fields})


def find(client: FlaskClient, path: str, text: str, page: str = "") -> TestResponse:
    """Search as a page does: by POST, so that what is typed stays out of addresses."""
    return send(client, path, page or path.removesuffix("/find"), q=text)


def of_patient(store: Store, way: str, mrn: str = "DEMO-4417") -> str:
    """The address of a patient's page: ``way`` and the patient's own address."""
    with store.read() as uow:
        return f"{way}/{address_of(uow, mrn)}"


def sign_on_okonjo(client: FlaskClient, station: str = "hood-1", wanted: str = "/") -> TestResponse:
    """The technician, by badge and PIN, at a browser that becomes hood 1."""
    fields = {"way": "badge", "badge": BADGE, "pin": OKONJO_PIN, "station": station, "next": wanted}
    return send(client, "/sign-on", **fields)


def sign_on_novak(client: FlaskClient, station: str = "desk-1") -> TestResponse:
    """The administrator, by name and password, at the check desk."""
    fields = {"way": "password", "name": "a.novak", "password": NOVAK_PASSWORD, "station": station, "next": "/"}
    return send(client, "/sign-on", **fields)


def sign_on_as(client: FlaskClient, member: Member, station: str = "desk-1") -> FlaskClient:
    """One of the cast, by name and password, at a desk."""
    fields = {"way": "password", "name": member.sign_on_name, "password": member.password, "station": station, "next": "/"}
    assert send(client, "/sign-on", **fields).status_code == 303
    return client
