"""Passwords, PINs and badges: how they are kept, proved, locked out and set anew.

A try is written as bad before the secret is looked at and turned good afterwards, so that many tries at once get no
more guesses than one after the other. Unknown names and badges cost the same time and lock in the same way. Tries on
the password do not lock the badge, so a stranger cannot keep somebody out who stands at the hood.
"""

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from batch_records.acting import Done, Refused, perform
from batch_records.acts import Act, Actor, Refusal, SecretProof
from batch_records.entries import digest
from batch_records.people import (
    ADMINISTRATOR,
    PERSON,
    Person,
    Register,
    SetSecret,
    StartReset,
    load_person,
    unfit_registration,
)
from batch_records.people_tables import ATTEMPTS, ONE_TIME, PEOPLE, SECRETS
from batch_records.store import Store, UnitOfWork
from batch_records.types import instant_text

PIN = "PIN"
PASSWORD = "password"  # noqa: S105  the name of a method, not a password
LOCK_AFTER = 5
"""Bad tries in a row after which an account is locked."""
LOCK_FOR = timedelta(minutes=15)
"""How long it stays locked, and how long a bad try counts."""
ONE_TIME_LASTS = timedelta(hours=24)

# OWASP's two settings: the larger for passwords (about 150 ms), the smaller for the PIN at each signature (22 ms).
_HASHERS = {PASSWORD: PasswordHasher(), PIN: PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)}
_HASHING = threading.BoundedSemaphore(
    4
)  # each password takes 64 MiB: a shift change must not take the machine's memory
_EASY_PINS = {"0123456789"[start : start + size] for size in range(4, 11) for start in range(11 - size)}

_WRONG = Refusal("wrong_secret", "That is not right. Check it and try again.", 403)


def _keyed(store: Store, text: str) -> bytes:
    if not store.pepper:
        raise RuntimeError("the store was opened without the server's secret, so no secret can be checked or set")
    return hmac.new(store.pepper.encode(), text.encode(), hashlib.sha256).digest()


def badge_hash(store: Store, badge: str) -> str:
    """What is kept of a badge's value."""
    return _keyed(store, f"badge/{badge.strip()}").hex()


@cache
def _nobodys_hash(method: str) -> str:
    return _HASHERS[method].hash(secrets.token_bytes(32))


def _matches(store: Store, method: str, stored: str | None, secret: str) -> bool:
    keyed = _keyed(store, f"{method}/{secret}")
    with _HASHING:
        try:
            return _HASHERS[method].verify(stored or _nobodys_hash(method), keyed) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def _begin_try(store: Store, account: str, station: str, at: datetime) -> int | Refusal:
    with store.write() as uow:
        uow.serialise(f"secret of {account}")
        until = _locked_until(uow, account, at)
        row = {"account": account, "at": at, "station": station, "result": "locked" if until else "bad"}
        number = uow.session.execute(insert(ATTEMPTS).values(row).returning(ATTEMPTS.c.number)).scalar_one()
        uow.commit()
    if until is None:
        return int(number)
    minutes = max(1, -(-int((until - at).total_seconds()) // 60))
    return Refusal("locked_out", f"Too many wrong tries. Try again in {minutes} min, or ask an administrator.", 403)


def _locked_until(uow: UnitOfWork, account: str, at: datetime) -> datetime | None:
    newest = uow.session.execute(
        select(ATTEMPTS.c.at, ATTEMPTS.c.result)
        .where(ATTEMPTS.c.account == account, ATTEMPTS.c.result != "locked", ATTEMPTS.c.at > at - LOCK_FOR)
        .order_by(ATTEMPTS.c.number.desc())
        .limit(LOCK_AFTER)
    ).all()
    if len(newest) < LOCK_AFTER or any(row.result == "good" for row in newest):
        return None
    until: datetime = newest[0].at + LOCK_FOR
    return until


def _end_try(store: Store, number: int) -> None:
    with store.write() as uow:
        uow.session.execute(update(ATTEMPTS).where(ATTEMPTS.c.number == number).values(result="good"))
        uow.commit()


def try_secret(
    store: Store, person: str | None, named: str, method: str, secret: str, at: datetime, station: str
) -> SecretProof | Refusal:
    """Check a secret of a person, or of nobody (`person` None) at the same cost. `named`: what was typed or scanned."""
    account = f"{person}/{method}" if person else f"nobody/{_keyed(store, named).hex()}/{method}"
    number = _begin_try(store, account, station, at)
    if isinstance(number, Refusal):
        return number
    stored = None
    if person:
        with store.read() as uow:
            stored = _stored_hash(uow, person, method)
    if not _matches(store, method, stored, secret) or person is None:
        return _WRONG
    _end_try(store, number)
    return SecretProof(person, at, method)


def _stored_hash(uow: UnitOfWork, person: str, method: str) -> str | None:
    """The hash to compare with; None unless the person is enabled and their record vouches for it."""
    known: Person = load_person(uow, person)
    where = (SECRETS.c.person == person) & (SECRETS.c.method == method)
    stored: str | None = uow.session.execute(select(SECRETS.c.hash).where(where)).scalar_one_or_none()
    if stored is None or not known.enabled or known.secrets.get(method) != digest(stored.encode()):
        return None
    return stored


def prove_secret(store: Store, person: str, secret: str, at: datetime, station: str = "") -> SecretProof | Refusal:
    """Prove that a person is there now: their PIN (digits only) or their password.

    Refused with ``wrong_secret`` or, after `LOCK_AFTER` wrong tries, ``locked_out``.
    """
    with store.read() as uow:
        has_pin = PIN in load_person(uow, person).secrets
    method = PIN if has_pin and secret.isascii() and secret.isdigit() and len(secret) <= 12 else PASSWORD
    return try_secret(store, person, person, method, secret, at, station)


def unsuitable(method: str, secret: str, person: Person) -> Refusal | None:
    """Why this cannot be a person's secret, or None. No rule of composition: length is what counts."""
    if method == PIN:
        easy = secret in _EASY_PINS or secret[::-1] in _EASY_PINS or len(set(secret)) == 1
        if not re.fullmatch(r"[0-9]{4,12}", secret) or easy:
            return Refusal("weak_pin", "A PIN has 4 to 12 digits, not all the same and not in a row.", 422)
    elif not 12 <= len(secret) <= 128 or len(set(secret)) < 5 or person.sign_on_name in secret.lower():
        return Refusal(
            "weak_password", "A password has 12 to 128 characters, at least five different, without your name.", 422
        )
    return None


def change_secret(
    store: Store, method: str, secret: str, act: Act, proof: SecretProof
) -> Done[Person] | Refused | Refusal:
    """Let the actor choose a new PIN or password, having just proved an old one."""
    if proof.person != act.actor.person:
        return Refusal("not_own_secret", "A secret is chosen by the person it belongs to, by nobody else.", 403)
    return _set(store, method, secret, act)


def _set(store: Store, method: str, secret: str, act: Act) -> Done[Person] | Refused | Refusal:
    person = act.actor.person
    with store.read() as uow:
        weak = unsuitable(method, secret, load_person(uow, person))
    if weak is not None:
        return weak
    with _HASHING:
        hashed = _HASHERS[method].hash(_keyed(store, f"{method}/{secret}"))
    done = perform(store, PERSON, person, SetSecret(method, digest(hashed.encode())), act)
    if isinstance(done, Done):
        # Until this is written the person has no usable secret of this kind: the record vouches for the new hash only.
        with store.write() as uow:
            uow.session.execute(delete(SECRETS).where(SECRETS.c.person == person, SECRETS.c.method == method))
            uow.session.execute(insert(SECRETS).values(person=person, method=method, hash=hashed))
            uow.commit()
    return done


def start_reset(store: Store, person: str, act: Act) -> str | Refused:
    """Give an administrator a one-time secret for the person, who then chooses their own. Old secrets end now."""
    expires = act.at + ONE_TIME_LASTS
    done = perform(store, PERSON, person, StartReset(instant_text(expires)), act)
    return done if isinstance(done, Refused) else _one_time(store, person, expires)


def _one_time(store: Store, person: str, expires: datetime) -> str:
    secret = secrets.token_urlsafe(18)
    with store.write() as uow:
        uow.session.execute(delete(ONE_TIME).where(ONE_TIME.c.person == person))
        uow.session.execute(
            insert(ONE_TIME).values(secret_hash=digest(secret.encode()), person=person, expires=expires, used=None)
        )
        uow.commit()
    return secret


def set_with_one_time(
    store: Store, one_time: str, chosen: dict[str, str], station: str, at: datetime, key: str
) -> Actor | Refusal:
    """Use a one-time secret to choose secrets (method to secret). A used or expired one is refused."""
    with store.read() as uow:
        row = _usable(uow, one_time, at)
        known = load_person(uow, row) if row else Person()
    if not row or not known.enabled:
        return Refusal("one_time", "This one-time secret is wrong, used or expired.", 403)
    weak = [found for method, secret in chosen.items() if (found := unsuitable(method, secret, known))]
    if weak:
        return weak[0]
    if not _use(store, one_time, at):
        return Refusal("one_time", "This one-time secret is wrong, used or expired.", 403)
    actor = Actor(row, known.name, known.roles, known.credentials)
    for method, secret in chosen.items():
        answer = _set(store, method, secret, Act(actor, station, at, f"{key}/{method}"))
        if not isinstance(answer, Done):
            return answer.refusal if isinstance(answer, Refused) else answer
    return actor


def _usable(uow: UnitOfWork, one_time: str, at: datetime) -> str | None:
    where = (
        (ONE_TIME.c.secret_hash == digest(one_time.encode())) & ONE_TIME.c.used.is_(None) & (ONE_TIME.c.expires > at)
    )
    return uow.session.execute(select(ONE_TIME.c.person).where(where)).scalar_one_or_none()


def _use(store: Store, one_time: str, at: datetime) -> bool:
    """Mark it used. One conditional UPDATE: of two at once only one gets it."""
    with store.write() as uow:
        result = uow.session.execute(
            update(ONE_TIME)
            .where(
                ONE_TIME.c.secret_hash == digest(one_time.encode()), ONE_TIME.c.used.is_(None), ONE_TIME.c.expires > at
            )
            .values(used=at)
        )
        uow.commit()
    return getattr(result, "rowcount", 0) == 1


def first_administrator_secret(store: Store, at: datetime) -> str | None:
    """A one-time secret for whoever sets the system up; None as soon as anybody is registered."""
    with store.read() as uow:
        if uow.session.execute(select(PEOPLE.c.record).limit(1)).first():
            return None
    return _one_time(store, "", at + ONE_TIME_LASTS)


def register_first_administrator(
    store: Store, one_time: str, register: Register, password: str, act_station: str, at: datetime
) -> Actor | Refusal:
    """Register the first person, an administrator, with the secret shown at set-up. Works once."""
    wrong = Refusal("one_time", "This one-time secret is wrong, used or expired.", 403)
    roles = register.roles | {ADMINISTRATOR}
    register = replace(register, roles=roles)
    unfit = unfit_registration(register) or unsuitable(PASSWORD, password, Person(sign_on_name=register.sign_on_name))
    if unfit is not None:
        return unfit
    with store.read() as uow:
        if _usable(uow, one_time, at) != "" or uow.session.execute(select(PEOPLE.c.record).limit(1)).first():
            return wrong
    if not _use(store, one_time, at):
        return wrong
    person = f"person-{uuid4()}"
    actor = Actor(person, register.name, roles, register.credentials)
    act = Act(actor, act_station, at, f"{person}/register")
    answer = perform(store, PERSON, person, register, act)
    if isinstance(answer, Refused):
        return answer.refusal
    chosen = _set(store, PASSWORD, password, Act(actor, act_station, at, f"{person}/password"))
    if isinstance(chosen, Refusal):
        return chosen
    return actor
