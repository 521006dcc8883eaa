"""Fixtures of the check desk, for every page that checks, labels or shows what was released."""

import pytest

from tests.support.cast import OKONJO
from tests.support.check_desk import at_check, at_station, printer  # noqa: F401
from tests.support.visiting import sign_on_as


@pytest.fixture
def hood(office):
    """The technician at hood 1."""
    return sign_on_as(office.test_client(), OKONJO, "hood-1")
