"""Backup and restore of a PostgreSQL database, and from one kind of database into the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from batch_records.acting import load, perform
from batch_records.backup import DATABASE, CannotBackUp, CannotRestore, backup, restore
from batch_records.claims import CLAIM
from batch_records.copying import CannotCopy
from batch_records.people import PERSON
from batch_records.people_tables import AttemptRow
from batch_records.store import Store
from batch_records.tables import ENTRIES
from batch_records.verify import verify_records
from tests.support.archives import repack
from tests.support.records import EIGHT, SHEET, Write, an_act

pytestmark = pytest.mark.postgresql
TYPES = [SHEET, PERSON, CLAIM]
ASIDE = f"before_{EIGHT:%Y%m%dt%H%M%Sz}"

ATTEMPT = {"account": "person-1/PIN", "at": EIGHT, "station": "hood-1", "origin": "hood-1", "result": "good"}


def lines(store: Store) -> tuple[str, ...]:
    with store.read() as uow:
        return load(uow, SHEET, "sheet-1").lines


def attempts(store: Store) -> list[int]:
    """One more attempt at a secret is counted; the numbers of all."""
    with store.write() as uow:
        uow.session.execute(insert(AttemptRow).values(ATTEMPT))
        uow.commit()
    with store.read() as uow:
        return list(uow.session.scalars(select(AttemptRow.number).order_by(AttemptRow.number)))


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "label.pdf").write_bytes(b"%PDF-1.7")
    return {"documents": tmp_path / "documents"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "sufficit.zip"


def test_a_restored_postgresql_is_as_it_was_goes_on_and_the_old_one_is_kept_aside(
    postgresql_store: Store, folders: dict[str, Path], file: Path
) -> None:
    perform(postgresql_store, SHEET, "sheet-1", Write("before the backup"), an_act("a"))
    assert attempts(postgresql_store) == [1]
    assert backup(postgresql_store, file, folders, EIGHT) == 2
    perform(postgresql_store, SHEET, "sheet-1", Write("after the backup"), an_act("b"))
    url = postgresql_store.url.render_as_string(hide_password=False)
    restored = restore(file, url, folders, EIGHT, TYPES)
    assert restored.schema == ASIDE
    assert [path.name.split(".")[0] for path in restored.moved] == ["documents"]
    assert lines(postgresql_store) == ("before the backup",)
    assert (folders["documents"] / "label.pdf").read_bytes() == b"%PDF-1.7"
    with postgresql_store.engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {ASIDE}.entries WHERE record = 'sheet-1'")) == 2
    assert attempts(postgresql_store) == [1, 2]
    perform(postgresql_store, SHEET, "sheet-1", Write("goes on"), an_act("c"))
    assert lines(postgresql_store) == ("before the backup", "goes on")
    assert verify_records(postgresql_store, TYPES).clean


def test_what_is_restored_refuses_to_be_changed_as_before(
    postgresql_store: Store, folders: dict[str, Path], file: Path
) -> None:
    perform(postgresql_store, SHEET, "sheet-1", Write("before the backup"), an_act("a"))
    backup(postgresql_store, file, folders, EIGHT)
    restore(file, postgresql_store.url.render_as_string(hide_password=False), folders, EIGHT, TYPES)
    with pytest.raises(DBAPIError, match="never changed or removed"), postgresql_store.engine.begin() as connection:
        connection.execute(text("DELETE FROM entries"))


def test_the_embedded_database_moves_to_postgresql_and_back(
    store: Store, postgresql_store: Store, folders: dict[str, Path], file: Path, tmp_path: Path
) -> None:
    perform(store, SHEET, "sheet-1", Write("written in the file"), an_act("a"))
    backup(store, file, folders, EIGHT)
    restore(file, postgresql_store.url.render_as_string(hide_password=False), folders, EIGHT, TYPES)
    assert lines(postgresql_store) == ("written in the file",)
    perform(postgresql_store, SHEET, "sheet-1", Write("written on the server"), an_act("b"))
    again = file.with_name("again.zip")
    backup(postgresql_store, again, folders, EIGHT)
    elsewhere = {"documents": tmp_path / "elsewhere" / "documents"}
    url = f"sqlite:///{tmp_path}/elsewhere/records.db"
    restore(again, url, elsewhere, EIGHT, TYPES)
    back = Store.open(url)
    assert lines(back) == ("written in the file", "written on the server")
    with store.read() as one, postgresql_store.read() as other, back.read() as third:
        first, second, last = (
            [
                tuple(row)
                for row in uow.session.execute(select(ENTRIES).where(ENTRIES.c.seq == 1).order_by(ENTRIES.c.record))
            ]
            for uow in (one, other, third)
        )
    assert first == second == last != []
    back.close()


def altered(parts: dict[str, bytes]) -> None:
    parts[DATABASE] = parts[DATABASE].replace(b"before the backup", b"BEFORE the backup")


def test_an_altered_backup_changes_nothing_in_postgresql(
    postgresql_store: Store, folders: dict[str, Path], file: Path
) -> None:
    perform(postgresql_store, SHEET, "sheet-1", Write("before the backup"), an_act("a"))
    backup(postgresql_store, file, folders, EIGHT)
    repack(file, altered)
    with pytest.raises(CannotRestore, match="sheet-1"):
        restore(file, postgresql_store.url.render_as_string(hide_password=False), folders, EIGHT, TYPES)
    assert lines(postgresql_store) == ("before the backup",)
    with postgresql_store.engine.connect() as connection:
        assert connection.scalar(select(func.to_regnamespace(ASIDE))) is None


def test_a_restore_that_fails_on_the_way_changes_nothing(
    postgresql_store: Store, folders: dict[str, Path], file: Path
) -> None:
    perform(postgresql_store, SHEET, "sheet-1", Write("before the backup"), an_act("a"))
    backup(postgresql_store, file, folders, EIGHT)
    with postgresql_store.engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {ASIDE}"))
    with pytest.raises(CannotRestore, match="already exists"):
        restore(file, postgresql_store.url.render_as_string(hide_password=False), folders, EIGHT, TYPES)
    assert lines(postgresql_store) == ("before the backup",)
    assert not list(folders["documents"].parent.glob("documents.before*"))


def test_folders_come_back_when_the_database_does_not_become_lasting(
    postgresql_store: Store, folders: dict[str, Path], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(postgresql_store, file, folders, EIGHT)
    (folders["documents"] / "newer.pdf").write_bytes(b"%PDF-1.7")

    @contextmanager
    def lost_at_its_end(*_: object) -> Iterator[str]:
        yield ASIDE
        raise CannotCopy("the connection was lost")

    monkeypatch.setattr("batch_records.backup.file_as_postgresql", lost_at_its_end)
    with pytest.raises(CannotRestore, match="connection was lost"):
        restore(file, postgresql_store.url.render_as_string(hide_password=False), folders, EIGHT, TYPES)
    assert sorted(path.name for path in folders["documents"].iterdir()) == ["label.pdf", "newer.pdf"]


def test_a_database_with_tables_of_others_is_not_copied_in_part(postgresql_store: Store, file: Path) -> None:
    with postgresql_store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE payroll (number int)"))
    with pytest.raises(CannotBackUp, match="payroll"):
        backup(postgresql_store, file, {}, EIGHT)
    assert not file.exists()
