"""The demonstration's people, hoods and qualifications. Invented; their secrets are printed at the start."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from batch_records.acting import Consequence, Refused, perform_many
from batch_records.acts import Act, Actor, Refusal, SecretProof
from batch_records.people import PERSON, AssignBadge, Register, load_person
from batch_records.person_secrets import (
    PASSWORD,
    PIN,
    badge_hash,
    prove_secret,
)
from batch_records.resets import (
    confirm_reset,
    first_administrator_secret,
    register_first_administrator,
    set_with_one_time,
    start_reset,
)
from batch_records.store import Store
from compounding.qualifications import ASEPTIC, HAZARDOUS, QUALIFICATION, Qualify, qualification_record
from compounding.rooms import HOOD, DescribeHood, hood_record

DEMONSTRATION_PASSWORD = "demonstration only"  # noqa: S105  printed at every start of the demonstration, and used nowhere else
DEMONSTRATION_PIN = "4826"


@dataclass(frozen=True)
class Member:
    """One of the cast, and how they sign on."""

    id: str
    name: str
    sign_on_name: str
    credentials: str
    roles: frozenset[str]
    badge: str


def _member(key: str, name: str, sign_on: str, credentials: str, badge: str, *roles: str) -> Member:
    return Member(f"person-{key}", name, sign_on, credentials, frozenset(roles), badge)


CAST = (
    _member("okonjo", "T. Okonjo", "t.okonjo", "CPhT", "DEMO-101", "technician"),
    _member("amari", "L. Amari", "l.amari", "CPhT", "DEMO-102", "technician"),
    _member("marlow", "J. Marlow", "j.marlow", "RPh", "DEMO-201", "pharmacist"),
    _member("duarte", "K. Duarte", "k.duarte", "RPh", "DEMO-202", "pharmacist"),
    _member("ibarra", "S. Ibarra", "s.ibarra", "RPh", "DEMO-203", "pharmacist"),
    _member("halloran", "N. Halloran", "n.halloran", "RN", "DEMO-301", "nurse"),
    _member("castell", "Dr. R. Castell", "r.castell", "MD", "DEMO-401", "prescriber"),
    _member("lindqvist", "Dr. P. Lindqvist", "p.lindqvist", "MD", "DEMO-402", "prescriber"),
    _member("adeyemi", "B. Adeyemi", "b.adeyemi", "PharmD", "DEMO-501", "lead", "quality"),
    _member("reyes", "M. Reyes", "m.reyes", "CPhT", "DEMO-601", "buyer"),
)
ADMINISTRATOR = _member("novak", "A. Novak", "a.novak", "", "DEMO-901", "administrator")


@dataclass(frozen=True)
class Cast:
    """Actors by the last part of their id."""

    actors: dict[str, Actor]

    def __getitem__(self, key: str) -> Actor:
        return self.actors[key]


class DemonstrationFailed(Exception):
    """The demonstration could not be loaded: a rule refused one of its steps, named here."""


def accepted(answer: object) -> None:
    """Every step of the demonstration must pass the same gates as a person's; a refusal stops the load."""
    if isinstance(answer, Refused):
        raise DemonstrationFailed(f"{answer.refusal.code}: {answer.refusal.text}")
    if isinstance(answer, Refusal):
        raise DemonstrationFailed(f"{answer.code}: {answer.text}")


def register(store: Store, at: datetime) -> Cast:
    """Everybody with badge, PIN and password, each through the ordinary acts of an administrator."""
    secret = first_administrator_secret(store, at)
    if secret is None:
        raise DemonstrationFailed("people are registered already: the demonstration needs a database of its own")
    first = Register(ADMINISTRATOR.name, ADMINISTRATOR.sign_on_name, "", ADMINISTRATOR.roles)
    administrator = register_first_administrator(store, secret, first, DEMONSTRATION_PASSWORD, "set-up", at)
    if isinstance(administrator, Refusal):
        raise DemonstrationFailed(administrator.text)
    actors = {"novak": administrator}
    for member in CAST:
        second = actors.get("marlow", administrator)  # until a pharmacist is there, nobody else can confirm
        actors[member.id.removeprefix("person-")] = _registered(store, member, administrator, second, at)
    return Cast(actors)


def _registered(store: Store, member: Member, administrator: Actor, second: Actor, at: datetime) -> Actor:
    steps: list[Consequence] = [
        (PERSON, member.id, Register(member.name, member.sign_on_name, member.credentials, member.roles)),
        (PERSON, member.id, AssignBadge(badge_hash(store, member.badge))),
    ]
    accepted(perform_many(store, steps, Act(administrator, "set-up", at, f"demonstration/{member.id}")))
    one_time = _one_time(store, member.id, administrator, second, at)
    chosen = {PIN: DEMONSTRATION_PIN, PASSWORD: DEMONSTRATION_PASSWORD}
    actor = set_with_one_time(store, one_time, chosen, "set-up", at, f"demonstration/{member.id}/secrets")
    if isinstance(actor, Refusal):
        raise DemonstrationFailed(actor.text)
    return actor


def _one_time(store: Store, person: str, administrator: Actor, second: Actor, at: datetime) -> str:
    """The whole code of somebody's first secrets: one half for the administrator, one for the second person."""
    key = f"demonstration/{person}/reset"
    first_half = start_reset(store, person, "first secrets", Act(administrator, "set-up", at, key))
    accepted(first_half)
    with store.read() as uow:
        reset = load_person(uow, person).reset
    proof = prove_secret(store, second.person, DEMONSTRATION_PASSWORD, at)
    accepted(proof)
    signed = proof if isinstance(proof, SecretProof) else None
    number = reset.number if reset else 0
    second_half = confirm_reset(store, person, number, Act(second, "set-up", at, f"{key}/confirm", proof=signed))
    accepted(second_half)
    return f"{first_half} {second_half}"


HOODS = (
    ("hood-1", DescribeHood("Hood 1", "IV room A", "2", False, True)),
    ("hood-2", DescribeHood("Hood 2", "IV room A", "2", False, True)),
    ("hood-3", DescribeHood("Hood 3", "hazardous room", "2", True, True)),
)


def equip(store: Store, cast: Cast, at: datetime) -> None:
    """Hoods in service and the technicians' qualifications, valid for half a year."""
    until = (at + timedelta(days=182)).date().isoformat()
    steps: list[Consequence] = [(HOOD, hood_record(hood), described) for hood, described in HOODS]
    makers = [cast[key].person for key in ("okonjo", "amari", "marlow", "duarte", "ibarra")]
    steps += [
        (QUALIFICATION, qualification_record(person), Qualify(person, skill, until, "media fill"))
        for person in makers
        for skill in (ASEPTIC, HAZARDOUS)
    ]
    accepted(perform_many(store, steps, Act(cast["adeyemi"], "set-up", at, "demonstration/equipment")))
