"""People from the command line: only with an administrator's own password, and every refusal in words."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from batch_records.acting import Refused, perform
from batch_records.acts import Act, Actor, Refusal
from batch_records.people import PERSON, load_person, person_with_sign_on_name
from batch_records.people_resets import Recover
from batch_records.person_secrets import PASSWORD, PIN
from batch_records.resets import set_with_one_time
from batch_records.store import Store
from batch_records.verify import verify_records
from tests.support.records import EIGHT
from tests.support.staff import DUARTE_PASSWORD, NOVAK_PASSWORD, OKONJO_PASSWORD, Staff, second_person
from tests.support.stores import PEPPER
from tests.support.visiting import send
from web.cli import sufficit
from web.cli_users import users
from web.database import upgrade_database
from web.record_types import RECORD_TYPES
from web.services import system_clock
from web.settings import Settings

LONG = "quite a long new phrase"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """A machine with an empty database."""
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    settings = Settings(data_directory=tmp_path)
    upgrade_database(settings)
    return settings


@pytest.fixture
def staffed(monkeypatch: pytest.MonkeyPatch, staff: Staff, tmp_path: Path) -> Store:
    """A machine with an administrator and a technician."""
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("SUFFICIT_DATABASE", f"sqlite:///{staff.store.url.database}")
    (tmp_path / "sign_on_key").write_text(PEPPER)
    return staff.store


def run(*words: str, typed: str = "") -> Result:
    """Run ``./sufficit users ...`` with lines typed at its prompts."""
    return CliRunner().invoke(sufficit, ["users", *words], input=typed, catch_exceptions=False)


def novak(*words: str) -> Result:
    """The administrator does something, with the right password."""
    return run(*words, "--as", "a.novak", typed=f"{NOVAK_PASSWORD}\n")


def test_the_first_administrator_is_registered_once(machine: Settings):
    typed = f"{LONG}\n{LONG}\n"
    assert "A. Novak may sign on as a.novak." in run("first", "a.novak", "--name", "A. Novak", typed=typed).output
    assert "administrator" in run("list").output
    again = run("first", "b.second", "--name", "B. Second", typed=typed)
    assert again.exit_code == 1
    assert "Somebody is registered already" in again.output


def test_who_is_locked_out_comes_back_from_the_server_and_everybody_is_told(staffed: Store, app: Flask):
    said = run("recover", "a.novak", "--reason", "every secret forgotten")
    code = re.search(r"shown only now: (.+)", said.output)
    assert code is not None, said.output
    with staffed.read() as uow:
        person = person_with_sign_on_name(uow, "a.novak") or ""
        assert load_person(uow, person).secrets == {}
        last = uow.entries(person)[-1]
    assert (last.who, last.kind, last.payload["reason"]) == ("server", "recovered_at_server", "every secret forgotten")
    assert isinstance(set_with_one_time(staffed, code[1], {PASSWORD: LONG}, "desk-1", last.at, "back"), Actor)
    assert isinstance(set_with_one_time(staffed, code[1], {PASSWORD: LONG}, "desk-1", last.at, "twice"), Refusal)
    assert verify_records(staffed, RECORD_TYPES).clean
    app.extensions["sufficit"].clock = lambda: last.at + timedelta(minutes=1)
    browser = app.test_client()
    fields = {"way": "password", "name": "a.novak", "password": LONG, "station": "desk-1", "next": "/"}
    assert send(browser, "/sign-on", **fields).status_code == 303
    for page in ("/records", "/people"):
        shown = browser.get(page).text
        assert "Recovered at the server" in shown
        assert "every secret forgotten" in shown


def test_a_recovery_needs_the_key_of_this_database_and_no_page_can_ask_for_it(staffed: Store, staff: Staff, tmp_path: Path):
    second_person(staff.store, staff.novak)  # something is sealed
    (tmp_path / "sign_on_key").write_text("the key of another server")
    refused = run("recover", "a.novak", "--reason", "mine now")
    assert refused.exit_code == 1
    assert "not the one that this database was written with" in refused.output
    act = Act(staff.novak, "desk-1", EIGHT, "from a page")
    answer = perform(staffed, PERSON, staff.okonjo.person, Recover("mine now", "0" * 64), act)
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "not_allowed"


def test_no_account_exists_on_a_new_machine(machine: Settings):
    assert run("list").output == ""


def test_a_weak_first_password_is_refused(machine: Settings):
    result = run("first", "a.novak", "--name", "A. Novak", typed="short\nshort\n")
    assert result.exit_code == 1
    assert "12 to 128 characters" in result.output
    assert run("list").output == ""


def test_everybody_is_listed_with_roles(staffed: Store):
    assert "t.okonjo             T. Okonjo CPhT                 technician" in run("list").output


def test_a_new_person_gets_half_a_code_and_no_password(staffed: Store):
    words = ("add", "j.marlow", "--name", "J. Marlow", "--credentials", "RPh", "--role", "pharmacist")
    assert "First half of the code of j.marlow" in novak(*words).output
    with staffed.read() as uow:
        person = load_person(uow, str(person_with_sign_on_name(uow, "j.marlow")))
    assert (person.name, person.credentials, person.roles) == ("J. Marlow", "RPh", frozenset({"pharmacist"}))
    assert person.secrets == {}


def test_the_record_says_who_did_it_and_that_it_was_at_the_console(staffed: Store, staff: Staff):
    novak("disable", "t.okonjo", "--reason", "has left")
    with staffed.read() as uow:
        last = uow.entries(staff.okonjo.person)[-1]
    assert (last.kind, last.who, last.station) == ("disabled", staff.novak.person, "console")


def test_access_is_taken_and_given_back(staffed: Store):
    assert "can no longer sign on" in novak("disable", "t.okonjo", "--reason", "has left").output
    assert "DISABLED" in run("list").output
    assert "may sign on again" in novak("enable", "t.okonjo", "--reason", "is back").output
    assert "DISABLED" not in run("list").output


def half_in(output: str) -> str:
    return output.split("shown only now: ")[1].split()[0]


def test_a_reset_takes_two_at_the_console_too_and_the_person_chooses_alone(staffed: Store, staff: Staff):
    second_person(staffed, staff.novak)
    asked = novak("reset", "t.okonjo", "--reason", "PIN forgotten")
    with staffed.read() as uow:
        assert load_person(uow, staff.okonjo.person).secrets != {}
    confirmed = run("confirm-reset", "t.okonjo", "--as", "k.duarte", typed=f"{DUARTE_PASSWORD}\n")
    with staffed.read() as uow:
        assert load_person(uow, staff.okonjo.person).secrets == {}
    code = half_in(asked.output) + half_in(confirmed.output)
    assert isinstance(set_with_one_time(staffed, code, {PIN: "2581"}, "desk-1", system_clock(), "k"), Actor)


def test_who_asked_for_a_reset_cannot_confirm_it_at_the_console(staffed: Store, staff: Staff):
    second_person(staffed, staff.novak)
    novak("reset", "t.okonjo", "--reason", "PIN forgotten")
    answer = novak("confirm-reset", "t.okonjo")
    assert answer.exit_code == 1
    assert "A second person confirms it." in answer.output
    with staffed.read() as uow:
        assert load_person(uow, staff.okonjo.person).secrets != {}


def test_no_command_sets_a_secret_of_somebody_who_is_registered():
    words = {name for name in users.commands if name not in {"list", "add", "disable", "enable", "reset", "confirm-reset"}}
    assert words == {"first", "recover"}  # the second gives a code, with which the person chooses alone


def test_a_confirmation_without_a_reset_is_refused_in_words(staffed: Store, staff: Staff):
    assert "No reset of T. Okonjo waits" in novak("confirm-reset", "t.okonjo").output


def test_a_wrong_password_changes_nothing(staffed: Store):
    result = run("disable", "t.okonjo", "--reason", "x", "--as", "a.novak", typed="a guess that is wrong\n")
    assert result.exit_code == 1
    assert "DISABLED" not in run("list").output


def test_the_console_gives_no_rights_that_a_person_does_not_have(staffed: Store):
    result = run("disable", "a.novak", "--reason", "x", "--as", "t.okonjo", typed=f"{OKONJO_PASSWORD}\n")
    assert result.exit_code == 1
    assert "Only an administrator may do this." in result.output


def test_an_unknown_name_is_said(staffed: Store):
    assert "Nobody has the sign-on name n.obody" in novak("disable", "n.obody", "--reason", "x").output


def test_the_password_is_never_shown(staffed: Store):
    assert NOVAK_PASSWORD not in novak("disable", "t.okonjo", "--reason", "x").output
