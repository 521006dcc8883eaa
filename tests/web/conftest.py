"""An application with two people in it, and browsers that visit it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.staff import Staff
from tests.support.visiting import borrowed_app, sign_on_okonjo


@pytest.fixture
def app(staff: Staff, clock, tmp_path: Path) -> Iterator[Flask]:
    """The application over a fresh copy of the staffed database."""
    with borrowed_app(staff.store, clock, tmp_path) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed on at."""
    return app.test_client()


@pytest.fixture
def okonjo(client: FlaskClient) -> FlaskClient:
    """A browser at hood 1 with the technician signed on."""
    assert sign_on_okonjo(client).status_code == 303
    return client
