"""Secrets chosen with a one-time code: after a reset that two people stand behind, and by the first administrator.

The code of a reset has two halves. Each follows from the key of the act that made it, so that the same request sent twice
gives the same half; only this server can work it out, and neither half is stored. The person's record holds a digest of the
whole, so a code put into the database by hand opens nothing.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from batch_records.acting import Done, Refused, perform
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import digest
from batch_records.people import ADMINISTRATOR, PERSON, Person, Register, load_person, people, unfit_registration
from batch_records.people_resets import CODE_LASTS, ConfirmReset, StartReset
from batch_records.people_tables import ONE_TIME, PEOPLE
from batch_records.person_secrets import PASSWORD, keyed, set_secret, unsuitable
from batch_records.store import Store, UnitOfWork

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Digits and letters that nobody mistakes for another."""
_HALF = 12
"""Characters of a half: 59 bits, so that whoever has one half cannot guess the other."""
_NOT_USABLE = Refusal("one_time", "This one-time secret is wrong, used or expired.", 403)


def _half(store: Store, person: str, which: str, key: str) -> str:
    number = int.from_bytes(keyed(store, f"half of a code/{person}/{which}/{key}"))
    letters = "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(_HALF))
    return "-".join(letters[start : start + 4] for start in range(0, _HALF, 4))


def _code_digest(store: Store, code: str) -> str:
    """Of a code as it was typed: case, spaces and hyphens do not matter."""
    return keyed(store, "code/" + "".join(letter for letter in code.lower() if letter.isalnum())).hex()


def start_reset(store: Store, person: str, reason: str, act: Act) -> str | Refused:
    """Ask for a reset; gives the first half of the code, for the person concerned. Nothing ends yet."""
    done = perform(store, PERSON, person, StartReset(reason), act)
    return done if isinstance(done, Refused) else _half(store, person, "first", done.entry.key)


def confirm_reset(store: Store, person: str, number: int, act: Act) -> str | Refused:
    """Confirm the reset that entry `number` asked for, with the actor's own fresh secret; gives the second half.

    Old secrets and all sessions of the person end now.
    """
    with store.read() as uow:
        reset = load_person(uow, person).reset
    first = _half(store, person, "first", reset.key if reset else "")
    second = _half(store, person, "second", act.key)
    code = _code_digest(store, first + second)
    done = perform(store, PERSON, person, ConfirmReset(number, code), act)
    if isinstance(done, Refused):
        return done
    with store.write() as uow:
        if uow.session.execute(select(ONE_TIME.c.person).where(ONE_TIME.c.secret_hash == code)).first() is None:
            _keep(uow, code, person, done.entry.at + CODE_LASTS)
            uow.commit()
    return second


def code_of_key(store: Store, person: str, key: str) -> tuple[str, str]:
    """A whole code and its digest, for an act that nobody confirms."""
    code = f"{_half(store, person, 'first', key)} {_half(store, person, 'second', key)}"
    return code, _code_digest(store, code)


def keep_code(store: Store, code_digest: str, person: str, expires: datetime) -> None:
    """Let a code be used once, for this person; any other of theirs ends."""
    with store.write() as uow:
        _keep(uow, code_digest, person, expires)
        uow.commit()


def waiting_resets(uow: UnitOfWork, at: datetime) -> list[tuple[str, Person]]:
    """Everybody whose reset waits for a second person."""
    return [(person, found) for person, found in people(uow) if found.reset is not None and found.reset.waits(at)]


def _keep(uow: UnitOfWork, secret_hash: str, person: str, expires: datetime) -> None:
    uow.session.execute(delete(ONE_TIME).where(ONE_TIME.c.person == person))
    row = {"secret_hash": secret_hash, "person": person, "expires": expires, "used": None}
    uow.session.execute(insert(ONE_TIME).values(row))


def set_with_one_time(
    store: Store, code: str, chosen: dict[str, str], station: str, at: datetime, key: str
) -> Actor | Refusal:
    """Use both halves, one after the other, to choose secrets (method to secret). A used or expired code is refused."""
    secret_hash = _code_digest(store, code)
    with store.read() as uow:
        person = _usable(uow, secret_hash, at)
        known = load_person(uow, person) if person else Person()
    vouched = known.reset is not None and known.reset.opens(at) and known.reset.code_digest == secret_hash
    if not person or not known.enabled or not vouched:
        return _NOT_USABLE
    weak = [found for method, secret in chosen.items() if (found := unsuitable(method, secret, known))]
    if weak:
        return weak[0]
    if not _use(store, secret_hash, at):
        return _NOT_USABLE
    actor = Actor(person, known.name, known.roles, known.credentials)
    for method, secret in chosen.items():
        answer = set_secret(store, method, secret, Act(actor, station, at, f"{key}/{method}"))
        if not isinstance(answer, Done):
            return answer.refusal if isinstance(answer, Refused) else answer
    return actor


def _usable(uow: UnitOfWork, secret_hash: str, at: datetime) -> str | None:
    where = (ONE_TIME.c.secret_hash == secret_hash) & ONE_TIME.c.used.is_(None) & (ONE_TIME.c.expires > at)
    return uow.session.execute(select(ONE_TIME.c.person).where(where)).scalar_one_or_none()


def _use(store: Store, secret_hash: str, at: datetime) -> bool:
    """Mark it used. One conditional UPDATE: of two at once only one gets it."""
    with store.write() as uow:
        mine = (ONE_TIME.c.secret_hash == secret_hash) & ONE_TIME.c.used.is_(None) & (ONE_TIME.c.expires > at)
        result = uow.session.execute(update(ONE_TIME).where(mine).values(used=at))
        uow.commit()
    return getattr(result, "rowcount", 0) == 1


def first_administrator_secret(store: Store, at: datetime) -> str | None:
    """A one-time secret for whoever sets the system up; None as soon as anybody is registered."""
    with store.read() as uow:
        if uow.session.execute(select(PEOPLE.c.record).limit(1)).first():
            return None
    secret = secrets.token_urlsafe(18)
    with store.write() as uow:
        _keep(uow, digest(secret.encode()), "", at + CODE_LASTS)
        uow.commit()
    return secret


def register_first_administrator(
    store: Store, one_time: str, register: Register, password: str, act_station: str, at: datetime
) -> Actor | Refusal:
    """Register the first person, an administrator, with the secret shown at set-up. Works once."""
    roles = register.roles | {ADMINISTRATOR}
    register = replace(register, roles=roles)
    unfit = unfit_registration(register) or unsuitable(PASSWORD, password, Person(sign_on_name=register.sign_on_name))
    if unfit is not None:
        return unfit
    secret_hash = digest(one_time.encode())
    with store.read() as uow:
        if _usable(uow, secret_hash, at) != "" or uow.session.execute(select(PEOPLE.c.record).limit(1)).first():
            return _NOT_USABLE
    if not _use(store, secret_hash, at):
        return _NOT_USABLE
    person = f"person-{uuid4()}"
    actor = Actor(person, register.name, roles, register.credentials)
    act = Act(actor, act_station, at, f"{person}/register")
    answer = perform(store, PERSON, person, register, act)
    if isinstance(answer, Refused):
        return answer.refusal
    chosen = set_secret(store, PASSWORD, password, Act(actor, act_station, at, f"{person}/password"))
    if isinstance(chosen, Refusal):
        return chosen
    return actor
