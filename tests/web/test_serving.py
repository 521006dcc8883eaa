"""The server refuses to start with weak settings, and starts one worker only."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from batch_records.store import Store, create_schema
from calculations.errors import Faults
from web.serving import busy_port, gunicorn_options, is_guessable, serve, the_only_server, weak_database, weak_settings
from web.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with nothing weak in them."""
    return Settings(data_directory=tmp_path, clock_kept_by_host=True)


def names(faults: list) -> list[str]:
    """The settings that were named."""
    return [fault.field for fault in faults]


def test_good_settings_are_not_complained_about(settings: Settings):
    assert weak_settings(settings, {}) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "pharmacy.example"])
def test_another_machine_may_connect_only_with_tls(settings: Settings, host: str, tmp_path: Path):
    open_to_all = settings.model_copy(update={"host": host})
    assert names(weak_settings(open_to_all, {})) == ["host"]
    with_tls = open_to_all.model_copy(update={"tls_certificate": tmp_path / "c", "tls_key": tmp_path / "k"})
    assert weak_settings(with_tls, {}) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_needs_no_tls(settings: Settings, host: str):
    assert weak_settings(settings.model_copy(update={"host": host}), {}) == []


def test_debug_pages_are_refused(settings: Settings):
    assert names(weak_settings(settings, {"FLASK_DEBUG": "1"})) == ["FLASK_DEBUG in the environment"]


@pytest.mark.parametrize(
    "secret",
    ["x" * 40, "changeme-changeme-changeme-changeme", "abcdef" * 8, "k9$Tz", "sufficit-default-secret-key-example-1"],
)
def test_a_secret_that_can_be_guessed_is_refused(settings: Settings, secret: str):
    (settings.data_directory / "secret_key").write_text(secret)
    assert names(weak_settings(settings, {})) == ["secret_key"]


def test_a_secret_made_by_the_program_is_good(settings: Settings):
    assert not is_guessable(settings.secret())


def test_an_unsynchronised_clock_is_refused_except_in_a_demonstration(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("web.doctor.clock_is_synchronised", lambda: False)
    checked = settings.model_copy(update={"clock_kept_by_host": False})
    assert names(weak_settings(checked, {})) == ["clock"]
    assert weak_settings(checked.model_copy(update={"demonstration": True}), {}) == []


def test_our_own_store_is_not_weak(tmp_path: Path):
    store = Store.open(f"sqlite:///{tmp_path}/records.db")
    create_schema(store)
    with store.engine.connect() as connection:
        assert weak_database(connection) == []
    store.close()


@pytest.fixture
def plain(tmp_path: Path) -> Connection:
    """SQLite as it comes, without our settings."""
    engine = create_engine(f"sqlite:///{tmp_path}/plain.db")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_a_database_without_foreign_keys_or_wal_is_refused(plain: Connection):
    assert names(weak_database(plain)) == ["SQLite journal_mode", "SQLite foreign_keys"]


@pytest.mark.parametrize("weak", ["NORMAL", "OFF"])
def test_a_database_that_does_not_wait_for_the_disk_is_refused(plain: Connection, weak: str):
    plain.exec_driver_sql(f"PRAGMA synchronous={weak}")
    assert "SQLite synchronous" in names(weak_database(plain))


def test_a_table_that_takes_any_type_is_refused(plain: Connection):
    plain.execute(text("CREATE TABLE doses (volume INTEGER)"))
    assert "SQLite table doses" in names(weak_database(plain))


@pytest.mark.parametrize(
    ("setting", "value"), [("fsync", "off"), ("synchronous_commit", "off"), ("synchronous_commit", "local")]
)
def test_a_postgresql_that_may_lose_a_commit_is_refused(setting: str, value: str):
    assert names(weak_database(PostgresqlSaying(**{setting: value}))) == [f"PostgreSQL {setting}"]


def test_a_postgresql_with_safe_settings_is_accepted():
    assert weak_database(PostgresqlSaying()) == []


class PostgresqlSaying:
    """Stands for a connection to a PostgreSQL that answers SHOW as told, all else being on."""

    class dialect:
        name = "postgresql"

    def __init__(self, **says: str) -> None:
        self.says = says

    def execute(self, statement: object) -> "PostgresqlSaying":
        self.asked = str(statement).removeprefix("SHOW ")
        return self

    def scalar_one(self) -> str:
        return self.says.get(self.asked, "on")


def test_exactly_one_worker_process_with_threads_is_started(settings: Settings):
    options = gunicorn_options(settings)
    assert (options["workers"], options["worker_class"], options["threads"]) == (1, "gthread", 16)


def test_a_second_server_on_the_same_data_is_refused(settings: Settings):
    with the_only_server(settings), pytest.raises(Faults, match="no running server uses"), the_only_server(settings):
        pass
    with the_only_server(settings):
        pass


def test_a_port_in_use_is_named(settings: Settings):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        fault = busy_port(settings.model_copy(update={"port": port}))
    assert fault is not None
    assert fault.field == "port"
    assert str(port) in fault.found


def test_nothing_is_prepared_and_nothing_listens_when_a_setting_is_weak(settings: Settings):
    def must_not_happen() -> None:
        pytest.fail("went on with a weak setting")

    with pytest.raises(Faults, match="TLS"):
        serve(settings.model_copy(update={"host": "0.0.0.0"}), must_not_happen, must_not_happen, must_not_happen)
