"""The whole hospital for a browser: the live application over the cast's store, and each person at their own screen."""

import itertools
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError
from werkzeug.serving import make_server

from batch_records.store import Store
from compounding.documents.printing import Printer
from tests.support.cast import Member
from tests.support.flow import code_of
from tests.support.visiting import borrowed_app
from tests.support.wedge import GS, Keys

DESK, HOOD, PHONE = {"width": 1280, "height": 900}, {"width": 1280, "height": 800}, {"width": 390, "height": 844}
_SERIALS = itertools.count(7001)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application in a thread of its own; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def full_code(item_id: str) -> str:
    """A GS1 DataMatrix of a container as the scanner sends it: GTIN, expiry, lot, FNC1, serial number."""
    return f"]d2{code_of(item_id)}{GS}21SER{next(_SERIALS)}"


def words_in(text: str) -> re.Pattern[str]:
    """These words; a space may be one that does not break, as between a number and its unit."""
    return re.compile(text.replace(" ", r"\s"))


def shown(page: Page) -> None:
    """Wait until the page's own scripts have started and its letters are there: both decide what is measured."""
    page.locator("#main[tabindex='-1']").wait_for(state="attached")
    page.wait_for_function("document.fonts.status === 'loaded'")


@dataclass
class Screen:
    """One person in front of one screen, with a scanner."""

    page: Page
    keys: Keys
    address: str

    @property
    def context(self) -> BrowserContext:
        """The browser this screen belongs to; every screen has one of its own."""
        return self.page.context

    def go(self, path: str) -> None:
        """Open a page and wait for its scripts."""
        self.page.goto(self.address + path)
        shown(self.page)

    def press(self, name: str) -> None:
        """Press the one button of that name."""
        self.page.get_by_role("button", name=name).click()

    def touch(self, text: str) -> None:
        """Press keys on the screen."""
        for key in text:
            self.page.locator(f"[data-key='{key}']").click()

    def opened_label(self, number: str) -> bytes:
        """The printed dispensing label as this browser prints it: it opens once."""
        form = self.page.locator("form[target=_blank]")
        fields = {str(one.get_attribute("name")): one.input_value() for one in form.locator("input").all()}
        path = f"{self.address}/labels/{number}/open"
        return self.page.request.post(path, form=fields, headers={"Referer": self.page.url}).body()

    def heading(self, words: str) -> None:
        """Wait for a heading with these words."""
        self._wait(self.page.get_by_role("heading", name=words_in(words)).first, words)

    def sees(self, words: str) -> None:
        """Wait until these words can be seen."""
        self._wait(self.page.get_by_text(words_in(words)).locator("visible=true").first, words)

    def _wait(self, wanted: Locator, words: str) -> None:
        try:
            wanted.wait_for()
        except TimeoutError:
            said = self.page.locator("body").inner_text()
            raise AssertionError(f"{words!r} did not appear at {self.page.url}, which says:\n{said}") from None


@dataclass
class Hospital:
    """The running application and the browsers in front of it."""

    store: Store
    app: Flask
    address: str
    browser: Browser
    clock: Any

    def screen(self, size: dict[str, int], **more: Any) -> Screen:
        """A new browser, with nobody signed on."""
        context = self.browser.new_context(viewport=size, **more)
        context.set_default_timeout(10_000)
        page = context.new_page()
        return Screen(page, Keys(page), self.address)

    def at_hood(self, member: Member, station: str = "hood-1", path: str = "/station") -> Screen:
        """At a hood: badge by scanner, PIN on the screen."""
        screen = self.screen(HOOD, permissions=["camera"])
        screen.go(f"/sign-on?way=badge&next={path}")
        screen.page.select_option("#station", station)
        screen.keys.scan(member.badge)
        screen.sees("Badge read")
        screen.touch(member.pin)
        screen.press("Sign on")
        self._arrived(screen)
        return screen

    def at_desk(self, member: Member, station: str, path: str, size: dict[str, int] = DESK, **more: Any) -> Screen:
        """At a desk or on a phone: name and password."""
        screen = self.screen(size, **more)
        screen.go(f"/sign-on?way=password&next={path}")
        screen.page.select_option("#station", station)
        screen.page.fill("#name", member.sign_on_name)
        screen.page.fill("#password", member.password)
        screen.press("Sign on")
        self._arrived(screen)
        return screen

    def on_phone(self, member: Member, path: str) -> Screen:
        """On the ward, 390 px wide, by touch."""
        return self.at_desk(member, "ward-7w", path, PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)

    def _arrived(self, screen: Screen) -> None:
        screen.page.wait_for_url(lambda url: "/sign-on" not in url)
        shown(screen.page)


@pytest.fixture
def hospital(
    cast_store: Store, printer: Printer, clock: Any, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hospital]:
    """The application over the cast's store, with one warm printer, at noon of the cast's day."""
    from tests.support.cast import NOON

    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    clock.now = NOON
    before = list(browser.contexts)
    with borrowed_app(cast_store, clock, tmp_path) as app, serving(app) as address:
        app.extensions["sufficit"].extras["printer"] = printer
        yield Hospital(cast_store, app, address, browser, clock)
        for context in [one for one in browser.contexts if one not in before]:
            context.close()
