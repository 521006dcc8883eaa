"""The people of the demonstration hospital, registered with real secrets, with qualifications, hoods and formulary.

Registered once for a whole run, then copied: `cast_store` is a fresh store with everybody in it.
"""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from batch_records.acting import Done, Refused, perform, perform_many
from batch_records.acts import Act, Actor
from batch_records.people import PERSON, AssignBadge, Register, actor_for
from batch_records.person_secrets import PASSWORD, PIN, badge_hash
from batch_records.resets import first_administrator_secret, register_first_administrator, set_with_one_time
from batch_records.store import Store
from compounding.qualifications import ASEPTIC, HAZARDOUS, QUALIFICATION, Qualify, qualification_record
from compounding.rooms import HOOD, DescribeHood, hood_record
from formulary.nutrition.packaged import load_packaged_nutrition, release_packaged_nutrition
from formulary.packaged import load_packaged, release_packaged
from tests.support.staff import cheap_secrets, confirmed_code
from tests.support.stores import PEPPER, database_address, make_database, proof_of

MORNING = datetime(2026, 4, 14, 12, 0, tzinfo=UTC)
"""When everybody was registered: 08:00 on the site's clock."""
NOON = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
"""When the work of the tests begins: 13:00 on the site's clock, 14 Apr 2026."""
OFFSET = -240
"""Minutes from UTC to the site's clock on that day."""
_KEYS = itertools.count(1)


@dataclass(frozen=True)
class Member:
    """One of the cast. The PIN and the password are set for real."""

    person: str
    name: str
    sign_on_name: str
    credentials: str
    roles: frozenset[str]
    pin: str
    badge: str
    password: str


def _member(short: str, name: str, sign_on_name: str, credentials: str, role: str, pin: str) -> Member:
    return Member(
        f"person-{short}", name, sign_on_name, credentials, frozenset({role}), pin, f"B-{short.upper()}",
        f"the long phrase of {short}",
    )  # fmt: skip


NOVAK = _member("novak", "A. Novak", "a.novak", "", "administrator", "7391")
OKONJO = _member("okonjo", "T. Okonjo", "t.okonjo", "CPhT", "technician", "4821")
AMARI = _member("amari", "L. Amari", "l.amari", "CPhT", "technician", "5930")
MARLOW = _member("marlow", "J. Marlow", "j.marlow", "RPh", "pharmacist", "6142")
DUARTE = _member("duarte", "K. Duarte", "k.duarte", "RPh", "pharmacist", "7250")
IBARRA = _member("ibarra", "S. Ibarra", "s.ibarra", "RPh", "pharmacist", "8361")
HALLORAN = _member("halloran", "N. Halloran", "n.halloran", "RN", "nurse", "9472")
CASTELL = _member("castell", "Dr. R. Castell", "r.castell", "", "prescriber", "1593")
LINDQVIST = _member("lindqvist", "Dr. P. Lindqvist", "p.lindqvist", "", "prescriber", "2604")
ADEYEMI = _member("adeyemi", "B. Adeyemi", "b.adeyemi", "", "lead", "3715")

CAST = (OKONJO, AMARI, MARLOW, DUARTE, IBARRA, HALLORAN, CASTELL, LINDQVIST, ADEYEMI)
"""Everybody but the administrator, who registers them."""
PREPARERS = (OKONJO, AMARI, MARLOW, DUARTE, IBARRA)
"""Qualified until the end of 2026, for hazardous drugs as well, except L. Amari, who is not for those."""
HOODS = (
    ("hood-1", "Hood 1", "IV room A", "2", False),
    ("hood-2", "Hood 2", "IV room A", "2", False),
    ("hood-3", "Hood 3", "hazardous room", "2", True),
)


def acting(member: Member) -> Actor:
    """The actor that a member is, with the roles of the cast."""
    return Actor(member.person, member.name, member.roles, member.credentials)


def act_of(
    member: Member, at: datetime = NOON, *, station: str = "hood-1", signed: bool = False, key: str = ""
) -> Act:
    """An act of one of the cast under a key of its own; `signed`: with a secret given just now."""
    proof = proof_of(member.person, at) if signed else None
    return Act(acting(member), station, at, key or f"cast-{next(_KEYS)}", OFFSET, proof)


def do(store: Store, member: Member, record_type: Any, record: str, action: Any, at: datetime = NOON, **act: Any) -> Any:
    """Do one thing and give the state after it. A refusal fails the test with its words."""
    answer = perform(store, record_type, record, action, act_of(member, at, **act))
    assert isinstance(answer, Done), f"{action.kind}: {answer.refusal.text}"
    return answer.state


def refused(store: Store, member: Member, record_type: Any, record: str, action: Any, at: datetime = NOON, **act: Any) -> str:
    """Do one thing that must be refused, and give the code of the refusal."""
    answer = perform(store, record_type, record, action, act_of(member, at, **act))
    assert isinstance(answer, Refused), f"{action.kind} was not refused"
    return answer.refusal.code


def register_cast(store: Store) -> None:
    """Register everybody with badge, PIN and password; qualify the preparers; describe the hoods; release the formulary."""
    secret = first_administrator_secret(store, MORNING) or ""
    first = Register(NOVAK.name, NOVAK.sign_on_name, NOVAK.credentials, NOVAK.roles)
    novak = register_first_administrator(store, secret, first, NOVAK.password, "server", MORNING)
    assert isinstance(novak, Actor), novak
    for member in CAST:
        _register(store, novak, member)
    for member in PREPARERS:
        for skill in (ASEPTIC,) if member is AMARI else (ASEPTIC, HAZARDOUS):
            passed = Qualify(member.person, skill, "2026-12-31", "media fill, gloved fingertips, written test")
            do(store, ADEYEMI, QUALIFICATION, qualification_record(member.person), passed, MORNING)
    for station, *described in HOODS:
        name, room, category, hazardous = described
        do(store, ADEYEMI, HOOD, hood_record(station), DescribeHood(name, room, category, hazardous, True), MORNING)
    sets = (
        (ADEYEMI, load_packaged()), (MARLOW, release_packaged()), (DUARTE, release_packaged()),
        (ADEYEMI, load_packaged_nutrition()), (MARLOW, release_packaged_nutrition()), (DUARTE, release_packaged_nutrition()),
    )  # fmt: skip
    for member, steps in sets:
        answer = perform_many(store, steps, act_of(member, MORNING, station="desk-1", signed=True))
        assert not isinstance(answer, Refused), answer.refusal.text


def _register(store: Store, novak: Actor, member: Member) -> None:
    steps = (
        Register(member.name, member.sign_on_name, member.credentials, member.roles),
        AssignBadge(badge_hash(store, member.badge)),
    )
    for step in steps:
        key = f"cast-{next(_KEYS)}"
        assert isinstance(perform(store, PERSON, member.person, step, Act(novak, "desk-1", MORNING, key)), Done)
    second = novak if member in CAST[:3] else acting(MARLOW)  # until a pharmacist is there, nobody else can confirm
    one_time = confirmed_code(store, member.person, novak, second, MORNING, f"cast-{next(_KEYS)}")
    chosen = {PIN: member.pin, PASSWORD: member.password}
    key = f"cast-{next(_KEYS)}"
    assert isinstance(set_with_one_time(store, one_time, chosen, "desk-1", MORNING, key), Actor)
    with store.read() as uow:
        assert actor_for(uow, member.person) == acting(member)


@pytest.fixture(scope="session")
def cast_template(migrated_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the whole cast, to be copied."""
    path = tmp_path_factory.mktemp("cast") / "cast.db"
    shutil.copyfile(migrated_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    with cheap_secrets():
        register_cast(store)
    store.close()
    return path


@pytest.fixture
def cast_store(cast_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh copy of the database with the whole cast."""
    path = tmp_path / "cast.db"
    shutil.copyfile(cast_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgresql_cast_template(postgresql_admin: str, postgresql_template: str) -> str:
    """The name of a PostgreSQL database that holds the whole cast, to be copied."""
    name = make_database(postgresql_admin, postgresql_template)
    store = Store.open(database_address(postgresql_admin, name), PEPPER)
    with cheap_secrets():
        register_cast(store)
    store.close()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_cast_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A fresh copy of the database with the whole cast, once on each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("cast_store")
        return
    admin, template = (request.getfixturevalue(name) for name in ("postgresql_admin", "postgresql_cast_template"))
    store = Store.open(database_address(admin, make_database(admin, template)), PEPPER)
    yield store
    store.close()
