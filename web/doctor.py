"""What this machine lacks and how to get it: ``./sufficit doctor``."""

import ctypes
import ctypes.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from web.settings import LOOPBACK, Settings

PRINTING_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "gobject-2.0": "libglib2.0-0",
    "fontconfig": "libfontconfig1",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
PRINTING_LINE = "apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
BROWSER_LINE = "apt-get install -y --no-install-recommends chromium libatomic1"
FONT_DIRECTORIES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
FONT = "DejaVuSans.ttf"


class State(StrEnum):
    """How a check ended."""

    GOOD = "ok"
    ADVICE = "advice"
    """Works without it, but something is lost; said, not counted as a failure."""
    MISSING = "missing"


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found and, where it is not good, how to mend it."""

    name: str
    state: State
    found: str
    mend: str = ""


def check_python() -> Check:
    """The interpreter is one that the locked packages are made for."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Check("Python", State.GOOD, found)
    return Check("Python", State.MISSING, found, "install Python 3.11, 3.12 or 3.13 and remove .venv")


def check_printing(find: Callable[[str], str | None] = ctypes.util.find_library) -> Check:
    """The system libraries that WeasyPrint loads when a label is printed."""
    missing = [package for library, package in PRINTING_LIBRARIES.items() if not find(library)]
    if not missing:
        return Check("printing libraries", State.GOOD, "Pango and HarfBuzz are here")
    return Check("printing libraries", State.MISSING, "not here: " + ", ".join(missing), PRINTING_LINE)


def check_fonts(directories: tuple[Path, ...] = FONT_DIRECTORIES) -> Check:
    """The font of labels and worksheets."""
    for directory in directories:
        found = next(directory.rglob(FONT), None) if directory.is_dir() else None
        if found:
            return Check("fonts", State.GOOD, str(found))
    return Check("fonts", State.MISSING, f"no {FONT}", PRINTING_LINE)


def find_chromium() -> str | None:
    """The browser that the browser tests play in."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


def check_browser() -> Check:
    """Needed by the tests only."""
    path = find_chromium()
    if path:
        return Check("browser for the tests", State.GOOD, path)
    return Check("browser for the tests", State.ADVICE, "no Chromium: browser tests cannot run", BROWSER_LINE)


def check_database(settings: Settings) -> Check:
    """The database answers; a database that is not there yet is made at the first start."""
    from sqlalchemy import NullPool, create_engine, make_url, text
    from sqlalchemy.exc import SQLAlchemyError

    shown = make_url(settings.database_url).render_as_string(hide_password=True)
    if settings.embedded_file and not settings.embedded_file.exists():
        return Check("database", State.ADVICE, f"{shown} does not exist yet", "./sufficit db upgrade")
    try:
        with create_engine(settings.database_url, poolclass=NullPool).connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master" if settings.embedded_file else "SELECT 1"))
    except SQLAlchemyError as problem:
        reason = str(getattr(problem, "orig", problem)).splitlines()[0]
        return Check("database", State.MISSING, f"{shown}: {reason}", "correct the setting `database`")
    return Check("database", State.GOOD, shown)


def check_server_secret(settings: Settings) -> Check:
    """The server's own secret is the one that this database was written with: PINs and signatures hang on it."""
    from sqlalchemy.exc import SQLAlchemyError

    from batch_records.sealing import is_own
    from batch_records.store import Store

    name, file = "server's secret", settings.sign_on_key_file
    mend = f"put the kept copy of {file.name} back in {file.parent}; without it nobody signs on and no signature is proved"
    if settings.embedded_file and not settings.embedded_file.exists():
        return Check(name, State.GOOD, "made at the first start")
    if not file.exists():
        return Check(name, State.MISSING, f"{file} is not there", mend)
    store = Store.open(settings.database_url)
    try:
        with store.read() as uow:
            own = is_own(uow.session, settings.pepper())
    except SQLAlchemyError:
        return Check(name, State.ADVICE, "the database cannot be asked", "./sufficit db upgrade")
    finally:
        store.close()
    if own:
        return Check(name, State.GOOD, f"{file}: keep a copy in another place, no backup holds it")
    return Check(name, State.MISSING, f"{file} is not the one that this database was sealed with", mend)


def check_tls(settings: Settings) -> Check:
    """A certificate is needed as soon as another machine may connect (cameras work only so)."""
    if settings.has_tls:
        return Check("TLS", State.GOOD, str(settings.tls_certificate))
    if settings.host in LOOPBACK:
        return Check("TLS", State.GOOD, f"not needed: only this machine can connect ({settings.host})")
    return Check("TLS", State.MISSING, f"none, but host is {settings.host}", "set tls_certificate and tls_key")


def clock_is_synchronised() -> bool | None:
    """What the kernel says of its clock; None where it cannot be asked (not Linux)."""
    try:
        adjtimex = ctypes.CDLL(None).adjtimex
    except (AttributeError, OSError):
        return None
    time_error = 5
    return int(adjtimex(ctypes.create_string_buffer(512))) not in (-1, time_error)


def check_clock(settings: Settings) -> Check:
    """Times on labels and signatures come from this machine: its clock must be kept right."""
    mend = "apt-get install -y chrony, or set clock_kept_by_host = true where the virtual host keeps it"
    if settings.clock_kept_by_host:
        return Check("clock", State.GOOD, "kept by the host of this virtual machine")
    answer = clock_is_synchronised()
    if answer is None:
        return Check("clock", State.ADVICE, "this system cannot be asked whether its clock is kept right", mend)
    if answer:
        return Check("clock", State.GOOD, "synchronised")
    return Check("clock", State.MISSING, "not synchronised with a time source", mend)


def check_all(settings: Settings) -> list[Check]:
    """Every check, in the order in which they are mended."""
    from web.print_check import check_printers  # it needs `Check`

    return [
        check_python(),
        check_printing(),
        check_fonts(),
        check_browser(),
        check_database(settings),
        check_server_secret(settings),
        check_tls(settings),
        check_clock(settings),
        *check_printers(settings),
    ]
