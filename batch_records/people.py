"""People: each is a record of their own. Nobody is removed; a person who has left is disabled.

Administrators register people, give roles and badges and ask for a reset, which a second person confirms; they never see
or choose a secret, and never change their own roles.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Table, select, update

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.claims import claim
from batch_records.entries import Entry
from batch_records.people_names import bad_roles, one_spelling
from batch_records.people_resets import (
    AT_SERVER,
    MAY_CONFIRM,
    RECOVERED,
    Concerned,
    ConfirmReset,
    Recover,
    Reset,
    StartReset,
    check_confirm,
    check_start,
)
from batch_records.people_tables import PEOPLE, SESSIONS
from batch_records.store import UnitOfWork

ADMINISTRATOR = "administrator"
_SIGN_ON_NAME = re.compile(r"[a-z0-9][a-z0-9.\-]{1,39}")


@dataclass(frozen=True)
class Person:
    """A person as the entries tell. `secrets` maps a method (``PIN``, ``password``) to a digest of its stored hash."""

    name: str = ""
    sign_on_name: str = ""
    credentials: str = ""
    roles: frozenset[str] = frozenset()
    badge: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = False
    reset: Reset | None = None
    """A reset that waits, or whose code was not used yet."""
    had_secrets: bool = False
    """Whether they ever chose a secret."""
    could_confirm: bool = False
    """Whether they ever had a secret together with a role that confirms resets."""

    @property
    def exists(self) -> bool:
        """False for an id that nobody has."""
        return bool(self.name)


@dataclass(frozen=True)
class Register:
    """Make a person known. `credentials` is printed after the name (``CPhT``)."""

    name: str
    sign_on_name: str
    credentials: str
    roles: frozenset[str]


@dataclass(frozen=True)
class ChangeRoles:
    """Give the person exactly these roles."""

    roles: frozenset[str]
    reason: str


@dataclass(frozen=True)
class AssignBadge:
    """Give a badge, named by `person_secrets.badge_hash`. The badge before it stops working at once."""

    badge: str


@dataclass(frozen=True)
class RevokeBadge:
    """Stop the badge at once: lost, stolen, left."""

    reason: str


@dataclass(frozen=True)
class SetSecret:
    """Note that the person chose a secret. The hash itself is kept outside the record."""

    method: str
    hash_digest: str


@dataclass(frozen=True)
class Disable:
    """End the person's access at once."""

    reason: str


@dataclass(frozen=True)
class Enable:
    """Give access back."""

    reason: str


PersonAction = (
    Register | ChangeRoles | AssignBadge | RevokeBadge | SetSecret | StartReset | ConfirmReset | Recover | Disable | Enable
)


@dataclass(frozen=True)
class Around:
    """What the rules need beyond the person's own record."""

    record: str
    others_could_confirm: bool = True
    """Read only where somebody confirms the reset that they asked for."""


def _authorise(actor: Actor, action: PersonAction) -> Refusal | None:
    if isinstance(action, SetSecret):  # whose secret it is, `check` decides: it knows the record
        return None
    if isinstance(action, Recover):
        text = "Only the server's own command line does this: ./sufficit users recover"
        return None if actor is AT_SERVER else Refusal("not_allowed", text, 403)
    if isinstance(action, ConfirmReset):
        text = f"A reset is confirmed by one of: {', '.join(sorted(MAY_CONFIRM))}."
        return None if actor.roles & MAY_CONFIRM else Refusal("not_allowed", text, 403)
    if ADMINISTRATOR in actor.roles:
        return None
    return Refusal("not_allowed", "Only an administrator may do this.", 403)


def _gather(uow: UnitOfWork, record_id: str, state: Person, action: PersonAction, act: Act) -> Around:
    own = isinstance(action, ConfirmReset) and state.reset is not None and state.reset.by == act.actor.person
    if not own:
        return Around(record_id)
    others = set(uow.session.execute(select(PEOPLE.c.record)).scalars()) - {record_id, act.actor.person}
    return Around(record_id, any(load_person(uow, other).could_confirm for other in others))


def _check(state: Person, action: PersonAction, act: Act, around: Around) -> PersonAction | Refusal:
    record_id = around.record
    if isinstance(action, Register):
        return _check_register(state, action)
    if not state.exists:
        return Refusal("unknown_person", "Nobody is registered under this id.")
    if isinstance(action, SetSecret) and act.actor.person != record_id:
        return Refusal("not_own_secret", "A secret is chosen by the person it belongs to, by nobody else.", 403)
    if isinstance(action, StartReset | ConfirmReset):
        return _check_reset(state, action, act, around)
    if isinstance(action, ChangeRoles):
        return _check_roles(action, act.actor.person == record_id)
    if isinstance(action, Disable) and act.actor.person == record_id:
        return Refusal("own_access", "Nobody ends their own access; another administrator does.")
    if isinstance(action, Disable | Enable) and state.enabled is isinstance(action, Enable):
        return Refusal("no_change", f"{state.name} is {'active' if state.enabled else 'disabled'} already.")
    if isinstance(action, RevokeBadge) and state.badge is None:
        return Refusal("no_badge", f"{state.name} has no badge.")
    if isinstance(action, ChangeRoles | RevokeBadge | Disable | Enable | Recover) and not action.reason.strip():
        return Refusal("no_reason", "A reason is needed.", 422)
    return action


def _check_reset(
    state: Person, action: StartReset | ConfirmReset, act: Act, around: Around
) -> PersonAction | Refusal:
    concerned = Concerned(around.record, state.name, state.enabled, state.had_secrets, state.reset)
    if isinstance(action, StartReset):
        return check_start(action, concerned, act) or action
    signed = check_confirm(action, concerned, act, around.others_could_confirm)
    return signed if isinstance(signed, Refusal) else replace(action, signature=signed)


def _check_register(state: Person, action: Register) -> Register | Refusal:
    if state.exists:
        return Refusal("id_in_use", "This id belongs to somebody already; an id is never used again.")
    return unfit_registration(action) or action


def unfit_registration(action: Register) -> Refusal | None:
    """What is wrong with the name, sign-on name or roles of a registration, or None."""
    if not action.name.strip() or len(action.name) > 100:
        return Refusal("name", "A name of 1 to 100 characters is needed.", 422)
    if not _SIGN_ON_NAME.fullmatch(action.sign_on_name):
        return Refusal(
            "sign_on_name", "A sign-on name has 2 to 40 characters: small letters, digits, full stop, hyphen.", 422
        )
    return bad_roles(action.roles)


def _check_roles(action: ChangeRoles, own: bool) -> ChangeRoles | Refusal:
    if own:
        return Refusal("own_roles", "Nobody changes their own roles; another administrator does.")
    if not action.reason.strip():
        return Refusal("no_reason", "A reason is needed.", 422)
    return bad_roles(action.roles) or action


def _encode(action: PersonAction) -> tuple[str, int, Mapping[str, Any]]:
    match action:
        case Register(name, sign_on_name, credentials, roles):
            payload = {"name": name, "sign_on_name": sign_on_name, "credentials": credentials, "roles": sorted(roles)}
            return "registered", 1, payload
        case ChangeRoles(roles, reason):
            return "roles_changed", 1, {"roles": sorted(roles), "reason": reason}
        case AssignBadge(badge):
            return "badge_assigned", 1, {"badge": badge}
        case RevokeBadge(reason):
            return "badge_revoked", 1, {"reason": reason}
        case SetSecret(method, hash_digest):
            return "secret_set", 1, {"method": method, "hash_digest": hash_digest}
        case StartReset(reason):
            return "reset_asked", 1, {"reason": reason}
        case ConfirmReset(number, code_digest, signature):
            signed = {} if signature is None else {"signature": signature.as_data()}
            return "reset_confirmed", 1, {"number": number, "code_digest": code_digest, **signed}
        case Recover(reason, code_digest):
            return RECOVERED, 1, {"reason": reason, "code_digest": code_digest}
        case Disable(reason):
            return "disabled", 1, {"reason": reason}
        case Enable(reason):
            return "enabled", 1, {"reason": reason}


def _apply(state: Person, entry: Entry) -> Person:
    told = entry.payload
    match entry.kind, entry.version:
        case "registered", 1:
            return Person(
                name=told["name"],
                sign_on_name=told["sign_on_name"],
                credentials=told["credentials"],
                roles=frozenset(told["roles"]),
                enabled=True,
            )
        case "roles_changed", 1:
            return _vouching(replace(state, roles=frozenset(told["roles"])))
        case "badge_assigned", 1:
            return replace(state, badge=told["badge"])
        case "badge_revoked", 1:
            return replace(state, badge=None)
        case "secret_set", 1:
            chosen = {**state.secrets, told["method"]: told["hash_digest"]}
            confirmed = state.reset is not None and bool(state.reset.code_digest)
            return _vouching(replace(state, secrets=chosen, had_secrets=True, reset=None if confirmed else state.reset))
        case "reset_asked", 1:
            return replace(state, reset=Reset(entry.seq, entry.key, entry.who, told["reason"], entry.at))
        case "reset_confirmed", 1 if state.reset is not None:
            confirmed_now = {"code_digest": told["code_digest"], "confirmed_by": entry.who, "confirmed_at": entry.at}
            return replace(state, secrets={}, reset=replace(state.reset, **confirmed_now))
        case "recovered_at_server", 1:
            known = Reset(entry.seq, entry.key, entry.who, told["reason"], entry.at, told["code_digest"], entry.who, entry.at)
            return replace(state, secrets={}, enabled=True, reset=known)
        case "disabled" | "enabled", 1:
            return replace(state, enabled=entry.kind == "enabled")
    raise ValueError(f"a person's record cannot hold {entry.kind} version {entry.version}")


def _vouching(state: Person) -> Person:
    return replace(state, could_confirm=state.could_confirm or bool(state.secrets and state.roles & MAY_CONFIRM))


def _consequences(_before: Person, after: Person, entry: Entry, _context: Around) -> Sequence[Consequence]:
    if entry.kind == "registered":
        names = claim("printed name", one_spelling(after.name), entry.record)
        return [claim("sign-on name", after.sign_on_name, entry.record), names]
    if entry.kind == "badge_assigned" and after.badge is not None:
        return [claim("badge", after.badge, entry.record)]
    return []


def _rows(record_id: str, state: Person) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    if not state.exists:
        return {}
    row = {
        "record": record_id,
        "name": state.name,
        "sign_on_name": state.sign_on_name,
        "credentials": state.credentials,
        "roles": ", ".join(sorted(state.roles)),
        "badge": state.badge,
        "enabled": state.enabled,
    }
    return {PEOPLE: [row]}


def _end_sessions(uow: UnitOfWork, _state: Person, entry: Entry) -> None:
    """What takes access away ends every session in the same unit of work, so that giving it back revives none."""
    if entry.kind in {"disabled", "reset_confirmed", "badge_revoked", RECOVERED}:
        mine = (SESSIONS.c.person == entry.record) & SESSIONS.c.ended.is_(None)
        uow.session.execute(update(SESSIONS).where(mine).values(ended=entry.at, ended_why=entry.kind))


PERSON: RecordType[Person, PersonAction, Around] = RecordType(
    name="person",
    signed_kinds=frozenset({"reset_confirmed", RECOVERED}),
    blank=Person,
    apply=_apply,
    authorise=_authorise,
    gather=_gather,
    check=_check,
    encode=_encode,
    project=_end_sessions,
    consequences=_consequences,
    projection_tables=(PEOPLE,),
    projection_rows=_rows,
)


def load_person(uow: UnitOfWork, person: str) -> Person:
    """The person as their entries tell; `Person().exists` is False for an unknown id."""
    return load(uow, PERSON, person)


def actor_for(uow: UnitOfWork, person: str) -> Actor | None:
    """The actor of an enabled person, with the roles they hold now; None when there is none."""
    found = load_person(uow, person)
    return Actor(person, found.name, found.roles, found.credentials) if found.enabled else None


def person_with_sign_on_name(uow: UnitOfWork, name: str) -> str | None:
    """The id behind a sign-on name, however its letters are cased."""
    found = uow.session.execute(select(PEOPLE.c.record).where(PEOPLE.c.sign_on_name == name.strip().lower()))
    return found.scalar_one_or_none()


def person_with_badge(uow: UnitOfWork, badge: str) -> str | None:
    """The id behind a hashed badge."""
    return uow.session.execute(select(PEOPLE.c.record).where(PEOPLE.c.badge == badge)).scalar_one_or_none()


def people(uow: UnitOfWork) -> list[tuple[str, Person]]:
    """Everybody who was ever registered, by name."""
    ids = uow.session.execute(select(PEOPLE.c.record).order_by(PEOPLE.c.name)).scalars().all()
    return [(person, load_person(uow, person)) for person in ids]
