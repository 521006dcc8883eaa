"""The database of this machine: bring it to the newest structure, open it, refuse it when it is weak or old."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url

from batch_records.store import Store, upgrade
from calculations.errors import Fault, Faults
from web.migrations import MIGRATIONS
from web.settings import Settings

DEMONSTRATION = "demonstration"
"""The demonstration's own directory, inside the data directory."""


def shown(settings: Settings) -> str:
    """The database's address without its password."""
    return make_url(settings.database_url).render_as_string(hide_password=True)


def is_new(settings: Settings) -> bool:
    """True where the embedded database has not been made yet. A PostgreSQL is always upgraded by command."""
    return settings.embedded_file is not None and not settings.embedded_file.exists()


def upgrade_database(settings: Settings) -> str:
    """Bring the database to the newest structure, making it where there is none. Gives the revision."""
    if settings.embedded_file:
        settings.embedded_file.parent.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url, MIGRATIONS)
    return newest_revision()


def newest_revision() -> str:
    """The revision that this version of the program works with."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def revision_fault(connection: Connection) -> Fault | None:
    """A fault when the database has another structure than this version of the program."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found == newest_revision():
        return None
    return Fault("database", f"structure {found or 'none'}", f"structure {newest_revision()}: ./sufficit db upgrade")


def open_store(settings: Settings) -> Store:
    """The store, ready to serve from. Raises Faults when the database is old or weakly set."""
    from web.serving import weak_database

    store = Store.open(settings.database_url, settings.pepper())
    with store.engine.connect() as connection:
        old = revision_fault(connection)
        faults = [old] if old else weak_database(connection)
    if faults:
        store.close()
        raise Faults(faults)
    return store


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store for one command, closed afterwards. Raises Faults where there is none, or an old or weak one."""
    if is_new(settings):
        raise Faults([Fault("database", "no database yet", f"one at {shown(settings)}: {_how_to_get_one(settings)}")])
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def _how_to_get_one(settings: Settings) -> str:
    demonstration = settings.data_directory / DEMONSTRATION
    if demonstration.exists():
        return (
            f"./sufficit db upgrade. For the demonstration's write {on_demonstration(demonstration)} before ./sufficit"
        )
    return "./sufficit db upgrade"


def on_demonstration(directory: Path) -> str:
    """What is written before a command that is to look at the demonstration's records."""
    return f"SUFFICIT_DATA_DIRECTORY={directory}"
