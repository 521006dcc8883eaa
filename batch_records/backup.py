"""Backup of everything that is kept, and restoring it only after it was checked.

One zip archive: the database as of one moment, always as a SQLite file, the folders beside it (pictures, documents), and
a manifest with the hash of every file. The database is copied first and pictures are written before the entry that names
them, so every picture that the copied database names is in the archive. A backup of either kind of database is restored
into either: this is also the way from the embedded database to PostgreSQL.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from batch_records.acting import RecordType
from batch_records.copying import CannotCopy, as_one_file, file_as_postgresql, postgresql_as_file
from batch_records.entries import canonical
from batch_records.pictures import sync_folder
from batch_records.store import Store
from batch_records.types import instant_text
from batch_records.verify import verify_records

FORMAT = 1
DATABASE = "database.db"
MANIFEST = "manifest.json"
_NAME = re.compile(r"[a-z_]+(/[A-Za-z0-9_\-][A-Za-z0-9_\-.]*)+")


class CannotRestore(Exception):
    """The archive is not whole, not ours, or does not pass the check. Nothing was replaced."""


class CannotBackUp(Exception):
    """The database cannot be copied whole. No archive was written."""


class Restored(NamedTuple):
    """Where that was moved to which was there before."""

    moved: list[Path]
    """Files and folders."""
    schema: str = ""
    """The schema of a PostgreSQL database that holds its former tables; "" where there were none."""


def backup(store: Store, file: Path, folders: Mapping[str, Path], at: datetime) -> int:
    """Write the archive and give the number of files in it. The store may be in use. Raises CannotBackUp."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as work:
        copied = Path(work) / DATABASE
        _copy_database(store, copied)
        unfinished = Path(work) / "backup.zip"
        hashes: dict[str, str] = {}
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for name, path in [(DATABASE, copied), *_files(folders)]:
                hashes[name] = _hash(path)
                archive.write(path, name)
            manifest = {"format": FORMAT, "made": instant_text(at), "files": hashes}
            archive.writestr(MANIFEST, canonical(manifest))
        with unfinished.open("rb") as done:
            os.fsync(done.fileno())
        unfinished.replace(file)
    sync_folder(file.parent)
    return len(hashes)


def _copy_database(store: Store, target: Path) -> None:
    if store.dialect == "postgresql":
        try:
            postgresql_as_file(store, target)
        except CannotCopy as fault:
            raise CannotBackUp(str(fault)) from fault
        return
    with closing(sqlite3.connect(str(store.url.database))) as from_, closing(sqlite3.connect(target)) as to:
        from_.backup(to)
    as_one_file(target)


def _files(folders: Mapping[str, Path]) -> Iterable[tuple[str, Path]]:
    for prefix, folder in sorted(folders.items()):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{prefix}/{path.relative_to(folder).as_posix()}", path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(
    file: Path,
    store_url: str,
    folders: Mapping[str, Path],
    at: datetime,
    record_types: Iterable[RecordType[Any, Any, Any]] | None = None,
    upgrade: Callable[[str], object] | None = None,
) -> Restored:
    """Put a backup in place of what is there, and give where that was moved to. The server must not run.

    Unpacked and checked first: every hash, the database and all its chains; then `upgrade` brings the unpacked database,
    named by its address, to the structure of this program. Raises CannotRestore, then nothing changed.
    """
    store = Store.open(store_url)
    postgresql = store.dialect == "postgresql"
    beside = next(iter(folders.values())).parent if postgresql else Path(str(store.url.database)).parent
    beside.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix=".restore-") as work:
            unpacked = Path(work) / "unpacked"
            _unpack(file, unpacked, set(folders))
            _check_database(unpacked / DATABASE, record_types)
            if upgrade is not None:
                upgrade(f"sqlite:///{unpacked / DATABASE}")
            return (_put_in_postgresql if postgresql else _put_in_file)(unpacked, store, folders, at)
    finally:
        store.close()


def _unpack(file: Path, folder: Path, prefixes: set[str]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            told = json.loads(archive.read(MANIFEST))
            hashes = told["files"]
            if told["format"] != FORMAT or set(archive.namelist()) != {MANIFEST, *hashes} or DATABASE not in hashes:
                raise CannotRestore(f"{file} does not hold what its manifest says")
            for name, known in hashes.items():
                _unpack_one(archive, name, known, folder, prefixes)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, OSError, EOFError) as fault:
        raise CannotRestore(f"{file} is no whole backup: {fault}") from fault


def _unpack_one(archive: zipfile.ZipFile, name: str, known: str, folder: Path, prefixes: set[str]) -> None:
    fits = _NAME.fullmatch(name) and ".." not in name and name.split("/")[0] in prefixes
    if name != DATABASE and not fits:
        raise CannotRestore(f"the backup holds {name!r}, which has no place here")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, path.open("wb") as out:
        shutil.copyfileobj(packed, out)
        out.flush()
        os.fsync(out.fileno())
    if _hash(path) != known:
        raise CannotRestore(f"{name} in the backup was altered")


def _check_database(path: Path, record_types: Iterable[RecordType[Any, Any, Any]] | None) -> None:
    store = Store.open(f"sqlite:///{path}")
    try:
        report = verify_records(store, record_types)
    finally:
        store.close()
    if not report.clean:
        first = report.problems[0]
        raise CannotRestore(f"{first.record or 'the database'} in the backup does not pass the check: {first.text}")


def _put_in_postgresql(unpacked: Path, store: Store, folders: Mapping[str, Path], at: datetime) -> Restored:
    moved: list[Path] = []
    try:
        with file_as_postgresql(unpacked / DATABASE, store, f"before_{at:%Y%m%dt%H%M%Sz}") as schema:
            moved += _put_folders(unpacked, folders, at)
            return Restored(moved, schema)
    except CannotCopy as fault:
        for old in moved:  # the database did not become lasting: its folders stay as they were too
            shutil.rmtree(_before(old))
            old.rename(_before(old))
        raise CannotRestore(str(fault)) from fault


def _put_in_file(unpacked: Path, store: Store, folders: Mapping[str, Path], at: datetime) -> Restored:
    target = Path(str(store.url.database))
    as_one_file(unpacked / DATABASE)
    old_files = [target, *(target.with_name(target.name + beside) for beside in ("-wal", "-shm"))]
    moved = [_aside(old, at) for old in old_files if old.exists()]
    moved += _put_folders(unpacked, folders, at)
    (unpacked / DATABASE).replace(target)  # last: until now the new database was not there
    sync_folder(target.parent)
    return Restored(moved)


def _aside(old: Path, at: datetime) -> Path:
    return old.rename(old.with_name(f"{old.name}.before-{at:%Y%m%dT%H%M%SZ}"))


def _before(aside: Path) -> Path:
    return aside.with_name(aside.name.rpartition(".before-")[0])


def _put_folders(unpacked: Path, folders: Mapping[str, Path], at: datetime) -> list[Path]:
    moved = [_aside(old, at) for old in folders.values() if old.exists()]
    for prefix, folder in folders.items():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if (unpacked / prefix).exists():
            shutil.move(unpacked / prefix, folder)
        else:
            folder.mkdir()
        sync_folder(folder.parent)
    return moved
