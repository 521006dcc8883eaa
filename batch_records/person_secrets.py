"""Passwords, PINs and badges: how they are kept, proved and chosen.

Unknown names and badges cost the same time and wait in the same way. Tries on the password do not hold up the badge, so a
stranger cannot keep somebody out who stands at the hood. How wrong tries are counted stands in `guesses`, how secrets are set
anew in `resets`.
"""

import hashlib
import hmac
import re
import secrets
import threading
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select

from batch_records.acting import Done, Refused, perform
from batch_records.acts import Act, Refusal, SecretProof
from batch_records.entries import digest
from batch_records.guesses import Typed, begin_try, chosen_anew, end_try
from batch_records.people import PERSON, Person, SetSecret, load_person
from batch_records.people_tables import SECRETS
from batch_records.sealing import stamped
from batch_records.store import Store, UnitOfWork

PIN = "PIN"
PASSWORD = "password"  # noqa: S105  the name of a method, not a password
NOBODY = "person-nobody"
"""An id that is never given: what is read in its place costs an unknown name the same."""

# OWASP's two settings: the larger for passwords (about 150 ms), the smaller for the PIN at each signature (22 ms).
_HASHERS = {PASSWORD: PasswordHasher(), PIN: PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)}
_HASHING = threading.BoundedSemaphore(
    4
)  # each password takes 64 MiB: a shift change must not take the machine's memory
_EASY_PINS = {"0123456789"[start : start + size] for size in range(4, 11) for start in range(11 - size)}

_WRONG = Refusal("wrong_secret", "That is not right. Check it and try again.", 403)


def keyed(store: Store, text: str) -> bytes:
    """A digest that only this server can make. Raises RuntimeError for a store without the server's secret."""
    if not store.pepper:
        raise RuntimeError("the store was opened without the server's secret, so no secret can be checked or set")
    return hmac.new(store.pepper.encode(), text.encode(), hashlib.sha256).digest()


def badge_hash(store: Store, badge: str) -> str:
    """What is kept of a badge's value."""
    return keyed(store, f"badge/{badge.strip()}").hex()


@cache
def _nobodys_hash(method: str) -> str:
    return _HASHERS[method].hash(secrets.token_bytes(32))


def _matches(store: Store, method: str, stored: str | None, secret: str) -> bool:
    pepper_and_secret = keyed(store, f"{method}/{secret}")
    with _HASHING:
        try:
            return _HASHERS[method].verify(stored or _nobodys_hash(method), pepper_and_secret) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def try_secret(
    store: Store, person: str | None, named: str, method: str, secret: str, at: datetime, typed: Typed
) -> SecretProof | Refusal:
    """Check a secret of a person, or of nobody (`person` None) at the same cost. `named`: what was typed or scanned."""
    account = f"{person}/{method}" if person else f"nobody/{keyed(store, named).hex()}/{method}"
    number = begin_try(store, account, person, typed, at)
    if isinstance(number, Refusal):
        return number
    with store.read() as uow:
        stored = _stored_hash(uow, person or NOBODY, method)
    if not _matches(store, method, stored, secret) or person is None:
        return _WRONG
    end_try(store, number)
    return stamped(store.pepper, person, at, method)


def _stored_hash(uow: UnitOfWork, person: str, method: str) -> str | None:
    """The hash to compare with; None unless the person is enabled and their record vouches for it."""
    known: Person = load_person(uow, person)
    where = (SECRETS.c.person == person) & (SECRETS.c.method == method)
    stored: str | None = uow.session.execute(select(SECRETS.c.hash).where(where)).scalar_one_or_none()
    if stored is None or not known.enabled or known.secrets.get(method) != digest(stored.encode()):
        return None
    return stored


def prove_secret(
    store: Store, person: str, secret: str, at: datetime, typed: Typed = Typed()  # noqa: B008  frozen
) -> SecretProof | Refusal:
    """Prove that a person is there now: their PIN (digits only) or their password. `typed`: where it was given.

    Refused with ``wrong_secret`` or, after too many wrong ones, ``locked_out`` or ``try_later`` (see `guesses`).
    """
    with store.read() as uow:
        known = load_person(uow, person)
    has_pin = PIN in known.secrets or not known.exists
    method = PIN if has_pin and secret.isascii() and secret.isdigit() and len(secret) <= 12 else PASSWORD
    return try_secret(store, person if known.exists else None, person, method, secret, at, typed)


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
    return set_secret(store, method, secret, act)


def set_secret(store: Store, method: str, secret: str, act: Act) -> Done[Person] | Refused | Refusal:
    """Set a secret of the actor. For `change_secret` and the one-time codes of `resets` only: it asks for no proof."""
    person = act.actor.person
    with store.read() as uow:
        weak = unsuitable(method, secret, load_person(uow, person))
    if weak is not None:
        return weak
    with _HASHING:
        hashed = _HASHERS[method].hash(keyed(store, f"{method}/{secret}"))
    done = perform(store, PERSON, person, SetSecret(method, digest(hashed.encode())), act)
    if isinstance(done, Done):
        # Until this is written the person has no usable secret of this kind: the record vouches for the new hash only.
        with store.write() as uow:
            uow.session.execute(delete(SECRETS).where(SECRETS.c.person == person, SECRETS.c.method == method))
            uow.session.execute(insert(SECRETS).values(person=person, method=method, hash=hashed))
            if method == PIN:
                chosen_anew(uow, f"{person}/{method}", act.station, act.at)
            uow.commit()
    return done
