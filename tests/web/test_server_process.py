"""The real server process: one worker whatever is asked, TLS when set, a clean end."""

import os
import select
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).resolve().parents[2]
TLS = Path(__file__).parent / "tls"

PROGRAM = """
import os, sys
from pathlib import Path
from typing import IO
from flask import Flask
from web.serving import serve
from web.settings import Settings

settings = Settings(data_directory=Path(sys.argv[1]), port=int(sys.argv[2]), clock_kept_by_host=True,
                    **({'tls_certificate': sys.argv[3], 'tls_key': sys.argv[4]} if sys.argv[3:] else {}))

def make_app():
    app = Flask('small')
    app.add_url_rule('/', view_func=lambda: str(os.getpid()))
    return app

serve(settings, lambda: print('prepared', flush=True), make_app, lambda: print('ready', flush=True))
"""

Start = Callable[..., tuple[subprocess.Popen, int]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server on a free port and waits until it says that it is ready."""
    started: list[subprocess.Popen] = []

    def start_server(*tls: Path) -> tuple[subprocess.Popen, int]:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        words = [sys.executable, "-c", PROGRAM, str(tmp_path), str(port), *map(str, tls)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        server = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
        )
        started.append(server)
        assert server.stdout is not None
        assert [server.stdout.readline(), server.stdout.readline()] == ["prepared\n", "ready\n"]
        return server, port

    yield start_server
    for server in started:
        server.kill()
        server.communicate()


def fetch(port: int, context: ssl.SSLContext | None = None) -> str:
    """The answer of the server: the process id of the worker that gave it."""
    scheme = "https" if context else "http"
    with urllib.request.urlopen(f"{scheme}://127.0.0.1:{port}/", timeout=10, context=context) as answer:
        return answer.read().decode()


def children(process: int) -> list[str]:
    """Process ids started by a process."""
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def line_within(seconds: float, stream: IO[str] | None) -> str:
    """The next line, or nothing when none comes in time."""
    assert stream is not None
    readable, _, _ = select.select([stream], [], [], seconds)
    return stream.readline() if readable else ""


def test_one_worker_answers_and_a_signal_for_more_starts_none(start: Start):
    server, port = start()
    assert children(server.pid) == [fetch(port)]
    server.send_signal(signal.SIGTTIN)
    assert "one server process is the rule" in line_within(10, server.stderr)
    assert children(server.pid) == [fetch(port)]


def test_it_ends_cleanly_when_told_to(start: Start):
    server, _ = start()
    server.terminate()
    assert server.wait(timeout=15) == 0


def test_with_a_certificate_it_speaks_tls_only(start: Start):
    _, port = start(TLS / "certificate.pem", TLS / "key.pem")
    trusted = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))
    assert fetch(port, trusted).isdigit()
    with pytest.raises(OSError):
        fetch(port)
