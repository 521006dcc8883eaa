"""A running server for the browser, and a page of its own on which scans and forms can be counted."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask, Response, redirect, render_template_string, request
from playwright.sync_api import Page
from werkzeug.serving import make_server

import web.sessions
from tests.support.hospital import hospital
from tests.support.printing import printer
from tests.support.staff import Staff
from tests.support.visiting import an_app
from tests.support.wedge import Keys
from web.live import live_part

__all__ = ["hospital", "printer"]

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"

PROBE = (Path(__file__).parent / "probe.html").read_text(encoding="utf-8")

ROWS = """<ul>{% for row in probe.rows %}<li><a href="#{{ row }}" id="{{ row }}">{{ row }}</a></li>{% endfor %}</ul>
<input id="filter" aria-label="Filter" class="input">"""


@dataclass
class Probe:
    """What the server was asked, in order, and what it answers with."""

    app: Flask
    address: str = ""
    step: int = 1
    tone: str = ""
    rows: list[str] = field(default_factory=lambda: ["first", "second"])
    scans: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    plain: int = 0
    polls: int = 0


def _add_probe(probe: Probe) -> None:
    app = probe.app
    app.jinja_env.globals["probe"] = probe
    app.jinja_env.globals["probe_rows"] = app.jinja_env.from_string(ROWS)

    @app.get("/probe", endpoint="probe.page")
    def page() -> str:
        return render_template_string(PROBE)

    @app.post("/probe/scan", endpoint="probe.scan")
    def scan() -> str:
        probe.scans.append(request.form["code"])
        probe.keys.append(request.form["key"])
        return render_template_string(PROBE)

    @app.post("/probe/record", endpoint="probe.record")
    def record() -> Response:
        probe.records.append(request.form["volume"])
        probe.keys.append(request.form["key"])
        probe.pictures += [file.read() for file in request.files.values()]
        probe.step += 1
        return redirect("/probe", 303)

    @app.post("/probe/plain", endpoint="probe.plain")
    def plain() -> Response:
        probe.plain += 1
        return redirect("/probe", 303)

    @app.get("/probe/rows", endpoint="probe.rows")
    def rows() -> Response:
        probe.polls += 1
        return live_part(app.jinja_env.globals["probe_rows"])

    @app.post("/probe/found", endpoint="probe.found")
    def found() -> str:
        return f"<p>found {request.form['looked']}</p>"


@pytest.fixture
def probe(staff: Staff, clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    """The application in a thread, with the probe's own pages, which need no sign-on."""
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    probe = Probe(an_app(staff.store, clock, tmp_path))
    _add_probe(probe)
    own = {rule.endpoint for rule in probe.app.url_map.iter_rules() if rule.endpoint.startswith("probe.")}
    monkeypatch.setattr(web.sessions, "OPEN", web.sessions.OPEN | own)
    server = make_server("127.0.0.1", 0, probe.app, threaded=True)
    server.daemon_threads = True
    probe.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield probe
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live(probe: Probe) -> str:
    """The address of the running application."""
    return probe.address


@pytest.fixture
def keys(page: Page) -> Keys:
    """A scanner and a person at the page's keys."""
    return Keys(page)


@pytest.fixture
def at_probe(page: Page, probe: Probe) -> Page:
    """The probe's page, ready."""
    page.goto(f"{probe.address}/probe")
    page.wait_for_function("document.getElementById('main').tabIndex === -1")
    return page


def serious(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule and element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run()")["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
