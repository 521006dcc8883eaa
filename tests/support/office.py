"""The office pages over the whole cast: an application at noon, and a browser for each of the cast."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from batch_records.store import Store
from tests.support.cast import NOON, Member
from tests.support.visiting import borrowed_app, sign_on_as

At = Callable[[Member], FlaskClient]


@pytest.fixture
def office(cast_store: Store, clock, tmp_path: Path) -> Iterator[Flask]:
    """The application over a fresh copy of the cast, at noon."""
    clock.now = NOON
    with borrowed_app(cast_store, clock, tmp_path) as app:
        yield app


@pytest.fixture
def at_desk(office: Flask) -> At:
    """Signs somebody on in a browser of their own."""
    return lambda member: sign_on_as(office.test_client(), member)
