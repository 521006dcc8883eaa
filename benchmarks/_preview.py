"""How long a prescriber waits while typing: a look at a nutrition order, the whole request.

The server is the product's own, one process with threads, over the demonstration. Twenty users each change one amount of
a preterm's order every second, as the page does while they type. Part of ``bench nutrition``.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from compounding.demonstration.cast import DEMONSTRATION_PASSWORD
from compounding.demonstration.nutrition import BABY

USERS = 20
EVERY = 1.0
SECONDS = 15
AIM_P95 = 0.150
_START = 120
BUSY = 0.5
"""Load for each processor, before anything was started, from which the machine counts as busy."""


class _Form(HTMLParser):
    """The fields of the form of an id as a browser would send them; without an id the token and key of the page."""

    def __init__(self, page: str, form: str = "") -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._form, self._inside, self._choice = form, not form, ""
        self.feed(page)
        if not form:
            self.fields = {name: self.fields[name] for name in ("csrf_token", "key")}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and self._form and found.get("id") == self._form:
            self._inside = True
        if not self._inside:
            return
        if tag == "input" and "name" in found:
            self.fields[found["name"]] = found.get("value", "")
        elif tag == "select":
            self._choice = found.get("name", "")
        elif tag == "option" and (self._choice not in self.fields or "selected" in found):
            self.fields[self._choice] = found.get("value", "")


@dataclass
class User:
    """One browser: its own session, its own copy of the order."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, text, and where it leads."""
        heads = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            heads |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.line.request(
            "GET" if fields is None else "POST", path, None if fields is None else urlencode(fields), heads
        )
        answer = self.line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        return answer.status, answer.read().decode(), answer.getheader("Location") or ""

    def at_form(self) -> dict[str, str]:
        """Signed on as the prescriber, in front of the copy of yesterday's order."""
        secrets = {
            "way": "password",
            "name": "r.castell",
            "password": DEMONSTRATION_PASSWORD,
            "station": "desk-2",
            "next": "/",
        }
        self.ask("/sign-on", _Form(self.ask("/sign-on")[1]).fields | secrets)
        begun = self.ask("/nutrition/begin", _Form(self.ask("/nutrition")[1]).fields | {"patient": f"{BABY} · SAMPLE"})
        if begun[0] != 303:
            raise SystemExit(f"the order page was not reached: {begun[0]}")
        return _Form(self.ask(f"{begun[2]}?from=yesterday")[1], "order").fields


def _types(user: User, fields: dict[str, str], begin: float, waits: list[float], failures: list[str]) -> None:
    """Another glucose rate every second."""
    row = next(name for name, value in fields.items() if value.startswith("dextrose|"))
    user.line.close()  # the server has given the line up meanwhile
    for count in range(int(SECONDS / EVERY)):
        time.sleep(max(0.0, begin + count * EVERY - time.perf_counter()))
        typed = fields | {row.replace("row_", "amount_"): f"{7 + (count % 29 + 1) / 10:g}"}
        start = time.perf_counter()
        status, text, _ = user.ask("/nutrition/look", typed)
        waits.append(time.perf_counter() - start)
        if status != 200 or 'id="sums"' not in text or "kcal/kg/day" not in text:
            failures.append(f"{status}: {text[:200]}")


def _started(folder: str) -> tuple[subprocess.Popen[bytes], int]:
    """The demonstration's server, as soon as it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "web", "demo", "--port", str(port)]
    given = {**os.environ, "SUFFICIT_DATA_DIRECTORY": folder}
    server = subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL)
    until = time.monotonic() + _START
    while time.monotonic() < until and server.poll() is None:
        try:
            User(port).ask("/sign-on")
        except OSError:
            time.sleep(0.2)
        else:
            return server, port
    server.terminate()
    raise SystemExit("the server did not start")


def preview() -> list[str]:
    """Measure, print, and give what falls short."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    waits: list[float] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        server, port = _started(folder)
        try:
            users = [User(port) for _ in range(USERS)]
            forms = [user.at_form() for user in users]
            begin = time.perf_counter() + 1
            threads = [
                threading.Thread(target=_types, args=(user, form, begin + EVERY * number / USERS, waits, failures))
                for number, (user, form) in enumerate(zip(users, forms, strict=True))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            server.terminate()
            server.wait(30)
    waits.sort()
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    busy = f"busy before it began, {load:.1f} a processor" if load > BUSY else "quiet before it began"
    print(
        f"preview, whole request: {len(waits)} looks, {USERS} users, one each per {EVERY:.0f} s; the machine was {busy}"
    )
    shown = f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, worst {waits[-1] * 1000:.0f} ms"
    print(f"{shown}, target p95 at most {AIM_P95 * 1000:.0f} ms")
    short = [f"{len(failures)} looks failed, the first {failures[0]}"] if failures else []
    return short + ([f"preview p95 {p95 * 1000:.0f} ms"] if p95 > AIM_P95 else [])


if __name__ == "__main__":
    sys.exit(1 if preview() else 0)
