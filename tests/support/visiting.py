"""A browser without a screen: reads the page's token, sends forms as a page would, signs people on."""

import itertools
import re
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from batch_records.store import Store
from compounding.orders.addresses import address_of
from tests.support.cast import Member
from tests.support.staff import BADGE, NOVAK_PASSWORD, OKONJO_PIN
from web.app import create_app
from web.services import Clock
from web.settings import Settings

SECRET = "tests only, 0123456789 abcdefghij KLMNOP"
_KEYS = itertools.count(1)


def an_app(store: Store, clock: Clock, directory: Path, **settings: Any) -> Flask:
    """The application over this store, as the demonstration hospital runs it."""
    return create_app(
        Settings(data_directory=directory, secret_key=SECRET, **{"demonstration": True, **settings}), store, clock
    )


def token_in(page: str) -> str:
    """The token that every form of a page carries."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)


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
