"""Two people with secrets: an administrator and a technician. Registered once, then copied."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.exceptions import VerificationError

from batch_records import person_secrets
from batch_records.acting import Done, perform
from batch_records.acts import Act, Actor
from batch_records.people import PERSON, AssignBadge, Register, load_person
from batch_records.person_secrets import PASSWORD, PIN, badge_hash
from batch_records.resets import (
    confirm_reset,
    first_administrator_secret,
    register_first_administrator,
    set_with_one_time,
    start_reset,
)
from batch_records.store import Store
from tests.support.records import EIGHT
from tests.support.stores import PEPPER, proof_of

NOVAK_PASSWORD = "a long enough phrase"
OKONJO_PASSWORD = "another long phrase"
OKONJO_PIN = "4821"
DUARTE_PASSWORD = "a third long phrase"
BADGE = "B-000-1"


@dataclass(frozen=True)
class Staff:
    """An open store and who is in it."""

    store: Store
    novak: Actor
    okonjo: Actor


def cheap_secrets() -> AbstractContextManager[Any]:
    """Secrets chosen meanwhile are kept by a quick hash; a hash tells its own cost. Hundreds of tests sign somebody on."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return patch.dict(person_secrets._HASHERS, {PASSWORD: quick, PIN: quick})


@contextmanager
def costs_paid(method: str) -> Iterator[list[Parameters]]:
    """What each try meanwhile pays to compare a secret; no try succeeds."""
    paid: list[Parameters] = []

    class Noting:
        def verify(self, kept: str, _secret: bytes) -> bool:
            paid.append(extract_parameters(kept))
            raise VerificationError

    person_secrets._nobodys_hash(method)
    with patch.dict(person_secrets._HASHERS, {method: Noting()}):
        yield paid


def full_cost(method: str) -> Parameters:
    """What the product's own hash of a secret costs to compare."""
    return extract_parameters(person_secrets._HASHERS[method].hash("anything"))


def confirmed_code(store: Store, person: str, asker: Actor, second: Actor, at: datetime, key: str) -> str:
    """The whole code of a reset: the half of whoever asked and the half of whoever confirmed."""
    first = start_reset(store, person, "forgotten", Act(asker, "desk-1", at, f"{key}/ask"))
    assert isinstance(first, str), first
    with store.read() as uow:
        reset = load_person(uow, person).reset
    assert reset is not None
    proof = proof_of(second.person, at)
    half = confirm_reset(store, person, reset.number, Act(second, "desk-2", at, f"{key}/confirm", proof=proof))
    assert isinstance(half, str), half
    return f"{first} {half}"


def confirmed_reset(staff: "Staff", at: datetime) -> str:
    """A reset of the technician's secrets that the administrator asked for and a pharmacist confirmed; gives the whole code."""
    return confirmed_code(staff.store, staff.okonjo.person, staff.novak, second_person(staff.store, staff.novak), at, "reset")


def second_person(store: Store, novak: Actor) -> Actor:
    """A pharmacist with secrets, registered if there is none yet."""
    person = "person-duarte"
    register = Register("K. Duarte", "k.duarte", "RPh", frozenset({"pharmacist"}))
    assert isinstance(perform(store, PERSON, person, register, Act(novak, "desk-1", EIGHT, "second")), Done)
    code = confirmed_code(store, person, novak, novak, EIGHT, "second-reset")
    actor = set_with_one_time(store, code, {PASSWORD: DUARTE_PASSWORD}, "desk-1", EIGHT, "second-secrets")
    assert isinstance(actor, Actor)
    return actor


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
    one_time = confirmed_code(store, okonjo, novak, novak, EIGHT, "staff-reset")
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
    with cheap_secrets():
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
