"""An application with two people in it, and browsers that visit it."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.staff import Staff
from tests.support.visiting import an_app, sign_on_okonjo


@pytest.fixture
def app(staff: Staff, clock, tmp_path: Path) -> Flask:
    """The application over a fresh copy of the staffed database."""
    return an_app(staff.store, clock, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed on at."""
    return app.test_client()


@pytest.fixture
def okonjo(client: FlaskClient) -> FlaskClient:
    """A browser at hood 1 with the technician signed on."""
    assert sign_on_okonjo(client).status_code == 303
    return client
