"""Two people with secrets: an administrator and a technician. Registered once, then copied."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from batch_records.acting import Done, perform
from batch_records.acts import Act, Actor
from batch_records.people import PERSON, AssignBadge, Register
from batch_records.person_secrets import (
    PASSWORD,
    PIN,
    badge_hash,
    first_administrator_secret,
    register_first_administrator,
    set_with_one_time,
    start_reset,
)
from batch_records.store import Store
from tests.support.records import EIGHT
from tests.support.stores import PEPPER

NOVAK_PASSWORD = "a long enough phrase"
OKONJO_PASSWORD = "another long phrase"
OKONJO_PIN = "4821"
BADGE = "B-000-1"


@dataclass(frozen=True)
class Staff:
    """An open store and who is in it."""

    store: Store
    novak: Actor
    okonjo: Actor


def _register(store: Store) -> tuple[Actor, Actor]:
    secret = first_administrator_secret(store, EIGHT) or ""
    register = Register("A. Novak", "a.novak", "", frozenset({"administrator"}))
    novak = register_first_administrator(store, secret, register, NOVAK_PASSWORD, "server", EIGHT)
    assert isinstance(novak, Actor)
    okonjo = "person-okonjo"
    steps = [
        Register("T. Okonjo", "t.okonjo", "CPhT", frozenset({"technician"})),
        AssignBadge(badge_hash(store, BADGE)),
    ]
    for number, step in enumerate(steps):
        assert isinstance(perform(store, PERSON, okonjo, step, Act(novak, "desk-1", EIGHT, f"staff-{number}")), Done)
    one_time = start_reset(store, okonjo, Act(novak, "desk-1", EIGHT, "staff-reset"))
    assert isinstance(one_time, str)
    chosen = {PIN: OKONJO_PIN, PASSWORD: OKONJO_PASSWORD}
    actor = set_with_one_time(store, one_time, chosen, "desk-1", EIGHT, "staff-secrets")
    assert isinstance(actor, Actor)
    return novak, actor


@pytest.fixture(scope="session")
def staffed_template(migrated_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Actor, Actor]:
    """A SQLite file that holds both, to be copied."""
    path = tmp_path_factory.mktemp("staff") / "staffed.db"
    shutil.copyfile(migrated_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    actors = _register(store)
    store.close()
    return path, *actors


@pytest.fixture
def staff(staffed_template: tuple[Path, Actor, Actor], tmp_path: Path) -> Iterator[Staff]:
    """A fresh copy of the staffed database."""
    template, novak, okonjo = staffed_template
    path = tmp_path / "staffed.db"
    shutil.copyfile(template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    yield Staff(store, novak, okonjo)
    store.close()
