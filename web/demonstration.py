"""The demonstration hospital on this machine: a data directory of its own, made once, served on this machine only."""

import sys
from pathlib import Path

from batch_records.pictures import Pictures
from batch_records.store import Store
from compounding.demonstration import load
from compounding.demonstration.cast import ADMINISTRATOR, CAST, DEMONSTRATION_PASSWORD, DEMONSTRATION_PIN
from web.database import DEMONSTRATION, on_demonstration, upgrade_database
from web.services import SITE_ZONE, offset_in, system_clock
from web.settings import Settings

UNFINISHED = "loading.db"


def settings_of(machine: Settings) -> Settings:
    """The demonstration's settings on this machine: never the hospital's database, never beyond this machine."""
    own = {
        "data_directory": machine.data_directory / DEMONSTRATION,
        "database": "",
        "host": "127.0.0.1",
        "tls_certificate": None,
        "tls_key": None,
        "demonstration": True,
    }
    return machine.model_copy(update=own)


def make_ready(settings: Settings) -> None:
    """Load the demonstration where it is not yet; bring an older one to the newest structure.

    It is loaded under another name first: an interrupted load is never taken for a whole one.
    """
    target = settings.data_directory / "sufficit.db"
    if target.exists():
        upgrade_database(settings)
        return
    _remove(settings.data_directory / UNFINISHED)
    print("sufficit: loading the demonstration hospital (once)", file=sys.stderr)  # noqa: T201 - said while one waits
    unfinished = settings.model_copy(update={"database": f"sqlite:///{settings.data_directory / UNFINISHED}"})
    upgrade_database(unfinished)
    store = Store.open(unfinished.database_url, settings.pepper())
    now = system_clock()
    try:
        load(store, now, offset_in(SITE_ZONE, now), Pictures(settings.folders["pictures"]).keep, SITE_ZONE)
    finally:
        store.close()
    (settings.data_directory / UNFINISHED).rename(target)


def forget(settings: Settings) -> None:
    """Throw away what was done in the demonstration. The server must not run."""
    _remove(settings.data_directory / "sufficit.db")


def _remove(database: Path) -> None:
    for name in (database.name, f"{database.name}-wal", f"{database.name}-shm"):
        database.with_name(name).unlink(missing_ok=True)


def log_ins(settings: Settings) -> str:
    """Who may sign on, as lines for the terminal."""
    lines = [
        "",
        "Demonstration only: invented people, patients, products. Sign on with badge and PIN, or name and password.",
        "",
    ]
    for member in (*CAST, ADMINISTRATOR):
        roles = ", ".join(sorted(member.roles))
        printed = " ".join(filter(None, (member.name, member.credentials)))
        badge = member.badge if member is not ADMINISTRATOR else ""
        lines.append(f"  {printed:20} {roles:16} {member.sign_on_name:14} {badge}")
    lines += ["", f"  password: {DEMONSTRATION_PASSWORD}    PIN: {DEMONSTRATION_PIN}", ""]
    return "\n".join(
        [*lines, f"Its records: {on_demonstration(settings.data_directory)} ./sufficit records verify", ""]
    )
