"""Backup of everything that is kept, and restoring it only after it was checked.

One zip archive: the SQLite database as of one moment, the folders beside it (pictures, documents), and a manifest with
the hash of every file. The database is copied first and pictures are written before the entry that names them, so
every picture that the copied database names is in the archive. For PostgreSQL use its own backup of the cluster.
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
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from batch_records.acting import RecordType
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
    """This kind of database is not backed up here."""


def backup(store: Store, file: Path, folders: Mapping[str, Path], at: datetime) -> int:
    """Write the archive and give the number of files in it. The store may be in use. Raises CannotBackUp."""
    if store.dialect != "sqlite":
        raise CannotBackUp("a PostgreSQL database is backed up with PostgreSQL's own tools (pg_basebackup, pg_dump)")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as work:
        copied = Path(work) / DATABASE
        _copy_database(Path(str(store.url.database)), copied)
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


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target)) as to:
        from_.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")  # one file, nothing left beside it


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
) -> list[Path]:
    """Put a backup in place of what is there, and give where that was moved to. The server must not run.

    Unpacked and checked first: every hash, the database and all its chains. Raises CannotRestore, then nothing changed.
    """
    target = _sqlite_file(store_url)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restore-") as work:
        unpacked = Path(work) / "unpacked"
        _unpack(file, unpacked, set(folders))
        _check_database(unpacked / DATABASE, record_types)
        return _put_in_place(unpacked, target, folders, at)


def _sqlite_file(url: str) -> Path:
    store = Store.open(url)
    try:
        if store.dialect != "sqlite":
            raise CannotRestore("a PostgreSQL database is restored with PostgreSQL's own tools")
        return Path(str(store.url.database))
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
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)


def _put_in_place(unpacked: Path, target: Path, folders: Mapping[str, Path], at: datetime) -> list[Path]:
    suffix = f".before-{at:%Y%m%dT%H%M%SZ}"
    moved = []
    old_files = [target, *(target.with_name(target.name + beside) for beside in ("-wal", "-shm"))]
    for old in [*old_files, *folders.values()]:
        if old.exists():
            aside = old.with_name(old.name + suffix)
            old.rename(aside)
            moved.append(aside)
    for prefix, folder in folders.items():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if (unpacked / prefix).exists():
            shutil.move(unpacked / prefix, folder)
        else:
            folder.mkdir()
    (unpacked / DATABASE).replace(target)  # last: until now the new database was not there
    sync_folder(target.parent)
    return moved
