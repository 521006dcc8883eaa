from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from batch_records.acting import load, perform
from batch_records.backup import DATABASE, CannotRestore, backup, restore
from batch_records.claims import CLAIM
from batch_records.people import PERSON
from batch_records.pictures import Pictures
from batch_records.store import Store
from batch_records.verify import verify_records
from tests.support.archives import repack
from tests.support.pictures import picture
from tests.support.records import EIGHT, SHEET, Write, an_act

TYPES = [SHEET, PERSON, CLAIM]


@dataclass(frozen=True)
class Site:
    """A store, its folders, and a backup of both."""

    url: str
    folders: dict[str, Path]
    file: Path
    picture: str


@pytest.fixture
def site(store: Store, sqlite_url: str, tmp_path: Path) -> Site:
    folders = {"pictures": tmp_path / "pictures", "documents": tmp_path / "documents"}
    name = Pictures(folders["pictures"]).keep(picture())
    folders["documents"].mkdir()
    (folders["documents"] / "label.pdf").write_bytes(b"%PDF-1.7")
    perform(store, SHEET, "sheet-1", Write("before the backup"), an_act("a"))
    file = tmp_path / "backups" / "sufficit.zip"
    assert backup(store, file, folders, EIGHT) == 3
    perform(store, SHEET, "sheet-1", Write("after the backup"), an_act("b"))
    store.close()
    return Site(sqlite_url, folders, file, name)


def lines(url: str) -> tuple[str, ...]:
    store = Store.open(url)
    try:
        with store.read() as uow:
            return load(uow, SHEET, "sheet-1").lines
    finally:
        store.close()


def test_a_restored_system_is_as_it_was_and_the_old_one_is_kept_aside(site: Site) -> None:
    moved, _ = restore(site.file, site.url, site.folders, EIGHT, TYPES)
    assert lines(site.url) == ("before the backup",)
    assert Pictures(site.folders["pictures"]).faults() == []
    assert Pictures(site.folders["pictures"]).read(site.picture)
    assert (site.folders["documents"] / "label.pdf").read_bytes() == b"%PDF-1.7"
    (old,) = [path for path in moved if ".db.before-" in path.name]
    assert lines(f"sqlite:///{old}") == ("before the backup", "after the backup")


def test_an_empty_machine_is_restored_and_the_proof_goes_on(site: Site, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/records.db"
    folders = {name: tmp_path / "new" / name for name in site.folders}
    assert restore(site.file, url, folders, EIGHT, TYPES) == ([], "")
    store = Store.open(url)
    assert verify_records(store, TYPES).clean
    perform(store, SHEET, "sheet-1", Write("goes on"), an_act("c"))
    assert verify_records(store, TYPES).clean
    store.close()
    assert lines(url) == ("before the backup", "goes on")


def alter_entry(parts: dict[str, bytes]) -> None:
    assert parts[DATABASE].count(b"before the backup") == 1
    parts[DATABASE] = parts[DATABASE].replace(b"before the backup", b"BEFORE the backup")


def put_outside(parts: dict[str, bytes]) -> None:
    parts["pictures/../../evil"] = b"x"


def put_elsewhere(parts: dict[str, bytes]) -> None:
    parts["other/file"] = b"x"


def leave_out(parts: dict[str, bytes]) -> None:
    del parts["documents/label.pdf"]


def no_database(parts: dict[str, bytes]) -> None:
    parts[DATABASE] = b"not a database"


@pytest.mark.parametrize(
    ("change", "keep_manifest"),
    [
        (alter_entry, True),
        (alter_entry, False),
        (put_outside, False),
        (put_elsewhere, False),
        (leave_out, True),
        (no_database, False),
    ],
)
def test_an_unfit_backup_replaces_nothing(
    site: Site, change: Callable[[dict[str, bytes]], None], keep_manifest: bool
) -> None:
    repack(site.file, change, keep_manifest)
    with pytest.raises(CannotRestore):
        restore(site.file, site.url, site.folders, EIGHT, TYPES)
    assert lines(site.url) == ("before the backup", "after the backup")
    assert (site.folders["documents"] / "label.pdf").exists()
    assert not list(site.file.parent.parent.rglob("evil"))
    assert not [path for path in site.file.parent.parent.iterdir() if "before-" in path.name]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_backup_cut_short_or_no_backup_at_all_is_refused(site: Site, share: float) -> None:
    data = site.file.read_bytes()
    site.file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CannotRestore):
        restore(site.file, site.url, site.folders, EIGHT, TYPES)
    assert lines(site.url) == ("before the backup", "after the backup")


def test_a_missing_file_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(CannotRestore):
        restore(tmp_path / "nothing.zip", site.url, site.folders, EIGHT, TYPES)
