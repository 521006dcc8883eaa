"""What is missing on a machine is said with the line that mends it."""

from pathlib import Path

import pytest

from tests.support.staff import Staff
from tests.support.stores import PEPPER
from web.doctor import (
    PRINTING_LINE,
    State,
    check_all,
    check_clock,
    check_database,
    check_fonts,
    check_printing,
    check_server_secret,
    check_tls,
)
from web.settings import Settings


def test_missing_printing_libraries_are_named_with_the_line_that_installs_them():
    check = check_printing(find=lambda library: None if library == "pangoft2-1.0" else "here")
    assert (check.state, check.found, check.mend) == (State.MISSING, "not here: libpangoft2-1.0-0", PRINTING_LINE)


def test_printing_libraries_that_are_there_are_good():
    assert check_printing(find=lambda library: library).state is State.GOOD


def test_a_missing_font_is_said(tmp_path: Path):
    assert check_fonts((tmp_path, tmp_path / "nowhere")).state is State.MISSING
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "DejaVuSans.ttf").touch()
    assert check_fonts((tmp_path,)).state is State.GOOD


def test_a_database_that_is_not_made_yet_is_advice(tmp_path: Path):
    assert check_database(Settings(data_directory=tmp_path)).state is State.ADVICE
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_does_not_answer_is_missing():
    settings = Settings(database="postgresql://sufficit:hush@127.0.0.1:1/sufficit")
    check = check_database(settings)
    assert check.state is State.MISSING
    assert "hush" not in check.found


def test_a_file_that_is_no_database_is_missing(tmp_path: Path):
    (tmp_path / "sufficit.db").write_text("this is a shopping list, not a database, and long enough to tell" * 9)
    assert check_database(Settings(data_directory=tmp_path)).state is State.MISSING


def test_the_servers_own_secret_that_is_gone_or_another_is_missing(staff: Staff, tmp_path: Path):
    settings = Settings(data_directory=tmp_path, database=str(staff.store.url))
    assert check_server_secret(settings).state is State.MISSING
    assert list(tmp_path.glob("sign_on_key")) == []  # looking makes none
    settings.sign_on_key_file.write_text("the key of another server")
    other = check_server_secret(settings)
    assert other.state is State.MISSING
    assert "sealed with" in other.found
    settings.sign_on_key_file.write_text(PEPPER)
    assert check_server_secret(settings).state is State.GOOD


@pytest.mark.parametrize(("host", "state"), [("127.0.0.1", State.GOOD), ("0.0.0.0", State.MISSING)])
def test_tls_is_missing_only_where_others_can_connect(host: str, state: State):
    assert check_tls(Settings(host=host)).state is state


@pytest.mark.parametrize(("answer", "state"), [(True, State.GOOD), (False, State.MISSING), (None, State.ADVICE)])
def test_the_clock_is_asked_for(answer: bool | None, state: State, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.doctor.clock_is_synchronised", lambda: answer)
    assert check_clock(Settings()).state is state


def test_a_clock_kept_by_the_host_is_not_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.doctor.clock_is_synchronised", lambda: pytest.fail("asked"))
    assert check_clock(Settings(clock_kept_by_host=True)).state is State.GOOD


def test_whatever_is_not_good_says_how_to_mend_it(tmp_path: Path):
    checks = check_all(Settings(data_directory=tmp_path, host="0.0.0.0"))
    assert all(check.mend for check in checks if check.state is not State.GOOD)
    assert len(checks) == 8
