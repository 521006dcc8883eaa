"""Backup, restore and the records from the command line: what they promise, and what they refuse."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.staff import Staff
from tests.support.stores import PEPPER
from web.cli import sufficit
from web.serving import the_only_server
from web.settings import Settings, read_settings


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, staff: Staff, tmp_path: Path) -> Settings:
    """A machine whose database holds two people, and one picture beside it."""
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("SUFFICIT_DATABASE", f"sqlite:///{staff.store.url.database}")
    (tmp_path / "sign_on_key").write_text(PEPPER)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "ab12.jpg").write_bytes(b"a picture")
    return read_settings()


def run(*words: str) -> Result:
    """Run ``./sufficit ...``."""
    return CliRunner().invoke(sufficit, list(words), catch_exceptions=False)


def alter(settings: Settings) -> str:
    """Change one letter of one stored payload by hand, past every trigger. Gives the record."""
    with closing(sqlite3.connect(str(settings.embedded_file))) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        (record,) = connection.execute("SELECT record FROM entries WHERE instr(payload, 'Okonjo')").fetchone()
        connection.execute("UPDATE entries SET payload = replace(payload, 'Okonjo', 'Okonja')")
    return str(record)


def test_untouched_records_verify_clean(machine: Settings):
    result = run("records", "verify")
    assert result.exit_code == 0, result.output
    assert "nothing was altered" in result.output


def test_an_altered_record_is_named_and_the_exit_code_says_so(machine: Settings):
    record = alter(machine)
    result = run("records", "verify")
    assert result.exit_code == 1
    assert f"{record}: entry 1" in result.output


def test_a_kept_checkpoint_shows_a_removed_record(machine: Settings, tmp_path: Path):
    kept = tmp_path / "kept.json"
    kept.write_text(run("records", "checkpoint").output)
    assert json.loads(kept.read_text())["number"] == 1
    with closing(sqlite3.connect(str(machine.embedded_file))) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for table in ("entries", "heads", "people"):
            connection.execute(f"DELETE FROM {table} WHERE record = 'person-okonjo'")
        connection.execute("DELETE FROM checkpoints")
    result = run("records", "verify", "--checkpoint", str(kept))
    assert result.exit_code == 1
    assert "person-okonjo" in result.output


def test_an_export_is_checked_by_python_alone(machine: Settings, tmp_path: Path):
    archive = tmp_path / "export.zip"
    assert "entries. Check it anywhere" in run("records", "export", str(archive)).output
    check = subprocess.run([sys.executable, "-I", str(archive)], capture_output=True, text=True, cwd=tmp_path)
    assert check.returncode == 0, check.stdout + check.stderr


def test_exporting_a_record_that_is_not_there_is_refused(machine: Settings, tmp_path: Path):
    result = run("records", "export", str(tmp_path / "export.zip"), "dose-nowhere")
    assert result.exit_code == 1
    assert "dose-nowhere" in result.output
    assert not (tmp_path / "export.zip").exists()


def test_a_backup_brings_back_database_and_pictures(machine: Settings, tmp_path: Path):
    file = tmp_path / "backups" / "sufficit.zip"
    assert run("backup", str(file)).exit_code == 0
    alter(machine)
    (tmp_path / "pictures" / "ab12.jpg").unlink()
    result = run("restore", str(file))
    assert result.exit_code == 0, result.output
    assert "moved aside" in result.output
    assert run("records", "verify").exit_code == 0
    assert (tmp_path / "pictures" / "ab12.jpg").read_bytes() == b"a picture"


def test_the_keys_are_in_no_backup(machine: Settings, tmp_path: Path):
    run("backup", str(tmp_path / "sufficit.zip"))
    with zipfile.ZipFile(tmp_path / "sufficit.zip") as archive:
        assert not [name for name in archive.namelist() if "key" in name]


def test_a_damaged_backup_changes_nothing(machine: Settings, tmp_path: Path):
    file = tmp_path / "sufficit.zip"
    run("backup", str(file))
    file.write_bytes(file.read_bytes()[:-400])
    before = Path(str(machine.embedded_file)).read_bytes()
    result = run("restore", str(file))
    assert result.exit_code == 1
    assert Path(str(machine.embedded_file)).read_bytes() == before


def test_nothing_is_restored_under_a_running_server(machine: Settings, tmp_path: Path):
    run("backup", str(tmp_path / "sufficit.zip"))
    with the_only_server(machine), pytest.raises(Exception, match="no running server"):
        run("restore", str(tmp_path / "sufficit.zip"))


@pytest.mark.parametrize("words", [("records", "verify"), ("backup", "x.zip"), ("users", "list")])
def test_without_a_database_it_says_how_to_make_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
):
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    with pytest.raises(Exception, match=r"\./sufficit db upgrade"):
        run(*words)
    assert list(tmp_path.iterdir()) == []
