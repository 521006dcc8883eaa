"""The server: gunicorn inside this program, ONE worker process with N threads.

One process, because the lock that serves writers in the order of their arrival lives in it (design: records).
What would make a record or a log-in weak is refused before the first request, with its name.
"""

import fcntl
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from sqlalchemy import Connection, text

from calculations.errors import Fault, Faults
from web.doctor import State, check_clock
from web.settings import Settings

PLACEHOLDERS = ("changeme", "change-me", "secret", "password", "example", "default", "insecure", "sufficit")
ON = frozenset({"1", "true", "on", "yes"})


def weak_settings(settings: Settings, environment: Mapping[str, str] | None = None) -> list[Fault]:
    """Everything in the machine's settings that must not reach a ward. Empty when all is well."""
    environment = os.environ if environment is None else environment
    faults = []
    if not settings.only_this_machine and not settings.has_tls:
        needed = "tls_certificate and tls_key, or host 127.0.0.1 (cameras and passwords need an encrypted connection)"
        faults.append(Fault("host", f"{settings.host} without TLS", needed))
    if environment.get("FLASK_DEBUG", "").lower() in ON:
        faults.append(Fault("FLASK_DEBUG in the environment", "on", "off: debug pages give the server away"))
    if is_guessable(settings.secret()):
        faults.append(Fault("secret_key", "a value that can be guessed", "at least 32 random characters"))
    if not settings.demonstration:
        clock = check_clock(settings)
        if clock.state is State.MISSING:
            faults.append(Fault("clock", clock.found, f"a synchronised clock ({clock.mend})"))
    return faults


def is_guessable(secret: str) -> bool:
    """True for a short, repetitive or placeholder secret."""
    lowered = secret.lower()
    stripped = lowered
    for word in PLACEHOLDERS:
        stripped = stripped.replace(word, "")
    return len(secret) < 32 or len(set(lowered)) < 10 or len(stripped) < 24


def weak_database(connection: Connection) -> list[Fault]:
    """Database settings under which an acknowledged action could be lost or a wrong type stored."""
    if connection.dialect.name == "sqlite":
        return _weak_sqlite(connection)
    return _weak_postgresql(connection)


def _weak_sqlite(connection: Connection) -> list[Fault]:
    wanted = {"journal_mode": ("wal",), "synchronous": (2, 3), "foreign_keys": (1,)}
    faults = []
    for pragma, allowed in wanted.items():
        found = connection.execute(text(f"PRAGMA {pragma}")).scalar_one()
        if found not in allowed:
            faults.append(Fault(f"SQLite {pragma}", str(found), " or ".join(str(value) for value in allowed)))
    for table in connection.execute(text("PRAGMA table_list")).mappings():
        ours = table["schema"] == "main" and table["type"] == "table"
        if ours and not table["name"].startswith(("sqlite_", "alembic_")) and not table["strict"]:
            faults.append(Fault(f"SQLite table {table['name']}", "not STRICT", "a STRICT table"))
    return faults


def _weak_postgresql(connection: Connection) -> list[Fault]:
    wanted = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply")}
    faults = []
    for name, allowed in wanted.items():
        found = connection.execute(text(f"SHOW {name}")).scalar_one()
        if found not in allowed:
            faults.append(Fault(f"PostgreSQL {name}", str(found), " or ".join(allowed)))
    return faults


def busy_port(settings: Settings) -> Fault | None:
    """A fault when something listens on the address already."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            return Fault("port", f"{settings.port}, which cannot be used: {problem.strerror}", "a free port (--port)")
    return None


@contextmanager
def the_only_server(settings: Settings) -> Iterator[IO[str]]:
    """Held while serving. Raises Faults when another server works on the same data directory."""
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    path = settings.data_directory / "serving.lock"
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wanted = "a directory that no running server uses (one server for one data directory)"
            raise Faults([Fault("data_directory", str(settings.data_directory), wanted)]) from None
        yield file


class OneWorker(Arbiter):
    """Gunicorn's master that never starts a second worker."""

    def handle_ttin(self) -> None:
        """The signal that asks for one worker more is not followed."""
        self.log.warning("one server process is the rule; no further worker was started")


class Server(BaseApplication):
    """Gunicorn set from our settings alone: no configuration file, no command line of its own."""

    def __init__(self, settings: Settings, make_app: Callable[[], Flask], on_ready: Callable[[], None]) -> None:
        self.settings = settings
        self.make_app = make_app
        self.on_ready = on_ready
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn is told."""
        for name, value in gunicorn_options(self.settings).items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", lambda _worker: self.on_ready())

    def load(self) -> Flask:
        """Called in the worker: connections must not cross the fork."""
        return self.make_app()

    def run(self) -> None:
        """Serve until a signal says stop."""
        OneWorker(self).run()


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings for ours."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options: dict[str, Any] = {
        "bind": f"{host}:{settings.port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.threads,
        "loglevel": "warning",
        "control_socket_disable": True,
        "graceful_timeout": 10,
        "chdir": str(Path.cwd()),
    }
    if settings.has_tls:
        options |= {"certfile": str(settings.tls_certificate), "keyfile": str(settings.tls_key)}
    return options


def serve(
    settings: Settings, prepare: Callable[[], None], make_app: Callable[[], Flask], on_ready: Callable[[], None]
) -> None:
    """Serve until stopped.

    ``prepare`` gets the database ready, before anything listens and with no other server at work on the same data.
    ``make_app`` runs in the worker, ``on_ready`` when it takes requests.
    Raises Faults for weak settings, a used port or a second server; then nothing was prepared and nothing listens.
    """
    faults = weak_settings(settings)
    busy = busy_port(settings)
    if busy:
        faults.append(busy)
    if faults:
        raise Faults(faults)
    with the_only_server(settings):
        prepare()
        Server(settings, make_app, on_ready).run()
