"""Fixtures of the check desk, for every page that checks, labels or shows what was released."""

from tests.support.check_desk import at_check, at_station, printer  # noqa: F401
