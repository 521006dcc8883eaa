"""Fixtures and rules of the whole suite: a clock that stands still, hypothesis profiles, the browser.

The order of tests is random (pytest-randomly prints its seed). A missing Chromium is never passed over
in silence: the last line says how many tests were not run, and SUFFICIT_REQUIRE_BROWSER=1 makes them fail.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from web.doctor import BROWSER_LINE, find_chromium

pytest_plugins = [
    "tests.support.stores", "tests.support.staff", "tests.support.cast", "tests.support.batches", "tests.support.office",
    "tests.support.demonstrating",
]  # fmt: skip

settings.register_profile("default", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("deep", derandomize=False, deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

SUNDAY_MORNING = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


class FixedClock:
    """A clock that is called for the time, like the product's, and moves only when a test says so."""

    def __init__(self, now: datetime = SUNDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move on, with the words of ``timedelta``: ``clock.advance(hours=2)``."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> FixedClock:
    """2026-03-01 08:00 UTC until the test moves it."""
    return FixedClock()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's own SUFFICIT_* settings must not decide what a test sees."""
    for name in list(os.environ):
        if name.startswith("SUFFICIT_") and name != "SUFFICIT_REQUIRE_BROWSER":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The system's Chromium instead of a downloaded one, with a fake camera."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": CHROMIUM_FLAGS}


def browser_is_required() -> bool:
    """CI says so: there a browser test that did not run is a failure."""
    return os.environ.get("SUFFICIT_REQUIRE_BROWSER") == "1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A browser test without a browser fails where it is required, otherwise it is counted as not run."""
    if item.get_closest_marker("browser") is None or find_chromium():
        return
    if browser_is_required():
        pytest.fail(f"Chromium is missing and SUFFICIT_REQUIRE_BROWSER=1. {BROWSER_LINE}", pytrace=False)
    item.config.stash[NOT_RUN] += 1
    pytest.skip("Chromium is missing")


NOT_RUN = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the count."""
    config.stash[NOT_RUN] = 0


def pytest_unconfigure(config: pytest.Config) -> None:
    """After pytest's own closing line: the very last line must not hide what was left out."""
    count = config.stash.get(NOT_RUN, 0)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if count and reporter is not None:
        reporter.write_line(f"NOT RUN: {count} browser tests", red=True)
