"""The database is brought to the newest structure by one command, and an old or weak one is not served from."""

from pathlib import Path

import pytest
from sqlalchemy import text

from batch_records.store import Store
from calculations.errors import Faults
from web.cli import main
from web.database import newest_revision, open_store, shown, upgrade_database
from web.serving import the_only_server
from web.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A machine without a database."""
    return Settings(data_directory=tmp_path / "var")


def test_a_database_is_made_where_there_is_none(settings: Settings):
    assert upgrade_database(settings) == newest_revision()
    open_store(settings).close()


def test_upgrading_twice_changes_nothing(settings: Settings):
    upgrade_database(settings)
    assert upgrade_database(settings) == newest_revision()


def test_a_database_of_another_version_is_not_served_from(settings: Settings):
    upgrade_database(settings)
    store = Store.open(settings.database_url)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of old'"))
    store.close()
    with pytest.raises(Faults, match=r"structure of old.*\./sufficit db upgrade"):
        open_store(settings)


def test_an_empty_database_is_not_served_from(settings: Settings):
    settings.data_directory.mkdir()
    with pytest.raises(Faults, match="structure none"):
        open_store(settings)


def test_a_database_with_a_table_that_takes_any_type_is_not_served_from(settings: Settings):
    upgrade_database(settings)
    store = Store.open(settings.database_url)
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (volume INTEGER)"))
    store.close()
    with pytest.raises(Faults, match="SQLite table notes"):
        open_store(settings)


def test_the_command_makes_the_database_and_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["db", "upgrade"])
    assert not ended.value.code
    assert capsys.readouterr().out == f"sqlite:///{tmp_path}/sufficit.db has structure {newest_revision()}.\n"
    assert (tmp_path / "sufficit.db").exists()


def test_the_structure_is_not_changed_under_a_running_server(monkeypatch: pytest.MonkeyPatch, settings: Settings):
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(settings.data_directory))
    with the_only_server(settings), pytest.raises(SystemExit) as ended:
        main(["db", "upgrade"])
    assert ended.value.code == 2
    assert not (settings.data_directory / "sufficit.db").exists()


def test_the_address_is_shown_without_its_password():
    assert "hush" not in shown(Settings(database="postgresql://sufficit:hush@db/sufficit"))
