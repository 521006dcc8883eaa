"""``./sufficit demo``: a database of its own, whole or not at all, reached from this machine only."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from batch_records.people import people
from batch_records.store import Store
from compounding.orders.numbers import order_number
from compounding.reviewing.tables import OrderRow
from web.cli import sufficit
from web.demonstration import forget, log_ins, make_ready, settings_of
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The demonstration's settings on a machine that serves a hospital from PostgreSQL to the whole network."""
    hospital = Settings(
        data_directory=tmp_path,
        database="postgresql://sufficit@db/hospital",
        host="0.0.0.0",
        tls_certificate=tmp_path / "c",
        tls_key=tmp_path / "k",
    )
    return settings_of(hospital)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The databases that were loaded; nothing real is loaded."""
    loaded: list[Path] = []
    monkeypatch.setattr("web.demonstration.load", lambda store, *_: loaded.append(Path(store.url.database)))
    return loaded


def test_it_never_touches_the_hospitals_database_and_serves_this_machine_only(settings: Settings, tmp_path: Path):
    assert settings.embedded_file == tmp_path / "demonstration" / "sufficit.db"
    assert settings.only_this_machine
    assert settings.demonstration
    assert not settings.has_tls


def test_it_is_loaded_once(settings: Settings, loads: list[Path]):
    make_ready(settings)
    make_ready(settings)
    assert len(loads) == 1
    assert settings.embedded_file.exists()


def test_an_interrupted_load_is_not_taken_for_a_whole_one(
    settings: Settings, loads: list[Path], monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setattr("web.demonstration.load", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_ready(settings)
    assert not settings.embedded_file.exists()
    make_ready(settings)
    assert len(loads) == 1
    assert settings.embedded_file.exists()


def test_thrown_away_it_is_loaded_anew(settings: Settings, loads: list[Path]):
    make_ready(settings)
    forget(settings)
    make_ready(settings)
    assert len(loads) == 2


def test_every_log_in_is_printed_with_its_role(settings: Settings):
    said = log_ins(settings)
    for name in ("t.okonjo", "j.marlow", "n.halloran", "a.novak", "technician", "pharmacist", "nurse", "administrator"):
        assert name in said
    assert "PIN: " in said
    assert "password: " in said


@pytest.mark.slow
def test_one_command_serves_the_loaded_hospital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SUFFICIT_DATA_DIRECTORY": str(tmp_path)}
    words = [sys.executable, "-m", "web", "demo", "--port", port]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path) as server:
        assert server.stdout is not None
        line = next(line for line in server.stdout if line.startswith("Sufficit is at"))
        assert line == f"Sufficit is at http://127.0.0.1:{port}/ (stop with Ctrl+C)\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-on", timeout=10) as page:
            assert page.status == 200
        server.send_signal(signal.SIGTERM)
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path / "demonstration"))
    for command in (["records", "verify"], ["recheck"]):
        result = CliRunner().invoke(sufficit, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    store = Store.open(f"sqlite:///{tmp_path}/demonstration/sufficit.db")
    with store.read() as uow:
        assert "technician" in {role for _, person in people(uow) for role in person.roles}
        orders = set(uow.session.execute(select(OrderRow.number)).scalars())
    day = datetime.strptime(min(orders)[:6], "%y%m%d").replace(tzinfo=UTC)
    assert order_number(store, "the first order after it", day, 0) not in orders
    store.close()
