"""Sessions live on the server: the browser holds a random token, the database its hash.

A copied cookie is dead after log-out because the session is. A station left alone locks: the session and the step in
work stay, and the same person's secret opens it again with a new token. Everything about the person is read from their
record at each request, so disabling somebody or taking a role works at once.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from batch_records.acts import Actor, Refusal, SecretProof
from batch_records.entries import digest
from batch_records.guesses import Typed
from batch_records.people import actor_for, person_with_badge, person_with_sign_on_name
from batch_records.people_tables import SESSIONS
from batch_records.person_secrets import PASSWORD, PIN, badge_hash, prove_secret, try_secret
from batch_records.store import Store, UnitOfWork

TOUCH_EVERY = timedelta(seconds=20)
"""Use of a session is written at most this often: a page refreshed every few seconds must not be a write each."""


@dataclass(frozen=True)
class SessionRules:
    """When a session locks and ends. The site may give its own."""

    idle: Mapping[str, timedelta] = field(
        default_factory=lambda: {
            "hood": timedelta(minutes=15),
            "bench": timedelta(minutes=10),
            "desk": timedelta(minutes=10),
            "store": timedelta(minutes=10),
            "ward": timedelta(minutes=5),
        }
    )
    idle_elsewhere: timedelta = timedelta(minutes=5)
    """For a kind of station that is not listed."""
    absolute: timedelta = timedelta(hours=12)

    def idle_at(self, station_kind: str) -> timedelta:
        """How long a station of this kind may be left alone."""
        return self.idle.get(station_kind, self.idle_elsewhere)


RULES = SessionRules()
_ENDED = Refusal("session_ended", "This session has ended. Sign on again.", 403)


@dataclass(frozen=True)
class OpenSession:
    """A session that has not ended. While `locked` it shows nothing and does nothing but ask for the secret."""

    actor: Actor
    station: str
    station_kind: str
    method: str
    started: datetime
    last_used: datetime
    locked: bool
    token_hash: str


def typed_in(session: OpenSession) -> Typed:
    """Where a secret is typed that is asked for in this session."""
    return Typed(session.station, session=session.token_hash, person=session.actor.person)


@dataclass(frozen=True)
class SignedOn:
    """A fresh session. `token` goes into the cookie and is kept nowhere else."""

    token: str
    session: OpenSession


def sign_on_with_badge(
    store: Store, badge: str, pin: str, station: str, station_kind: str, at: datetime, old_token: str = "",
    registered: bool = True,
) -> SignedOn | Refusal:  # fmt: skip
    """Badge and PIN. The badge alone opens nothing. A session under `old_token` ends.

    `registered`: False for a browser that only says which station it is.
    """
    hashed = badge_hash(store, badge)
    with store.read() as uow:
        person = person_with_badge(uow, hashed)
    proof = try_secret(store, person, hashed, PIN, pin, at, Typed(station, registered))
    return _open(store, proof, station, station_kind, at, old_token)


def sign_on_with_password(
    store: Store, name: str, password: str, station: str, station_kind: str, at: datetime, old_token: str = "",
    registered: bool = True,
) -> SignedOn | Refusal:  # fmt: skip
    """Sign-on name and password. A session under `old_token` ends. `registered`: as for the badge."""
    with store.read() as uow:
        person = person_with_sign_on_name(uow, name)
    proof = try_secret(store, person, name.strip().lower(), PASSWORD, password, at, Typed(station, registered))
    return _open(store, proof, station, station_kind, at, old_token)


def _open(
    store: Store, proof: SecretProof | Refusal, station: str, station_kind: str, at: datetime, old_token: str
) -> SignedOn | Refusal:
    if isinstance(proof, Refusal):
        return proof
    token = secrets.token_urlsafe(32)
    with store.write() as uow:
        _end(uow, SESSIONS.c.token_hash == _hash(old_token), at, "signed on anew")
        row = {
            "token_hash": _hash(token),
            "person": proof.person,
            "station": station,
            "station_kind": station_kind,
            "method": proof.method,
            "started": at,
            "last_used": at,
            "locked": False,
        }
        uow.session.execute(insert(SESSIONS).values(row))
        uow.commit()
    session = session_for(store, token, at)
    return SignedOn(token, session) if session else Refusal("no_access", "This account is disabled.", 403)


def _hash(token: str) -> str:
    return digest(token.encode())


def session_for(
    store: Store, token: str, at: datetime, *, active: bool = True, rules: SessionRules = RULES
) -> OpenSession | None:
    """The session behind a cookie, or None when it never was, has ended, or the person has no access any more.

    `active=False` is for what a page asks by itself: it must not keep an empty station open.
    """
    with store.read() as uow:
        found = _read(uow, _hash(token), at, rules)
    if found is None or found.locked or not active:
        return found
    if at - found.last_used >= TOUCH_EVERY:
        with store.write() as uow:
            mine = (SESSIONS.c.token_hash == found.token_hash) & SESSIONS.c.ended.is_(None)
            uow.session.execute(update(SESSIONS).where(mine).values(last_used=at))
            uow.commit()
    return found


def _read(uow: UnitOfWork, token_hash: str, at: datetime, rules: SessionRules) -> OpenSession | None:
    open_now = (SESSIONS.c.token_hash == token_hash) & SESSIONS.c.ended.is_(None)
    row = uow.session.execute(select(SESSIONS).where(open_now)).one_or_none()
    if row is None or at - row.started >= rules.absolute:
        return None
    actor = actor_for(uow, row.person)
    return None if actor is None else _as_session(row, actor, at, rules)


def _as_session(row: Any, actor: Actor, at: datetime, rules: SessionRules) -> OpenSession:
    return OpenSession(
        actor=actor,
        station=row.station,
        station_kind=row.station_kind,
        method=row.method,
        started=row.started,
        last_used=row.last_used,
        locked=row.locked or at - row.last_used >= rules.idle_at(row.station_kind),
        token_hash=row.token_hash,
    )


def lock(store: Store, token: str) -> None:
    """Lock a session now, as its person walks away."""
    with store.write() as uow:
        uow.session.execute(update(SESSIONS).where(SESSIONS.c.token_hash == _hash(token)).values(locked=True))
        uow.commit()


def unlock(store: Store, token: str, secret: str, at: datetime, *, rules: SessionRules = RULES) -> SignedOn | Refusal:
    """Open a locked session with the secret of the person it belongs to. The token changes; the start does not."""
    session = session_for(store, token, at, active=False, rules=rules)
    if session is None:
        return _ENDED
    proof = prove_secret(store, session.actor.person, secret, at, typed_in(session))
    if isinstance(proof, Refusal):
        return proof
    fresh = secrets.token_urlsafe(32)
    with store.write() as uow:
        mine = (SESSIONS.c.token_hash == session.token_hash) & SESSIONS.c.ended.is_(None)
        changed = uow.session.execute(
            update(SESSIONS).where(mine).values(token_hash=_hash(fresh), locked=False, last_used=at)
        )
        uow.commit()
    opened = session_for(store, fresh, at, rules=rules) if getattr(changed, "rowcount", 0) == 1 else None
    return (
        SignedOn(fresh, opened) if opened else Refusal("session_ended", "This session has ended. Sign on again.", 403)
    )


def sign_off(store: Store, token: str, at: datetime) -> None:
    """End a session at once. Every copy of its cookie is dead from here on."""
    with store.write() as uow:
        _end(uow, SESSIONS.c.token_hash == _hash(token), at, "signed off")
        uow.commit()


def end_session(store: Store, token_hash: str, at: datetime, why: str) -> None:
    """End one session from the list of an administrator or of the person."""
    with store.write() as uow:
        _end(uow, SESSIONS.c.token_hash == token_hash, at, why)
        uow.commit()


def end_sessions_of(store: Store, person: str, at: datetime, why: str) -> None:
    """End every session of a person at once."""
    with store.write() as uow:
        _end(uow, SESSIONS.c.person == person, at, why)
        uow.commit()


def _end(uow: UnitOfWork, which: Any, at: datetime, why: str) -> None:
    uow.session.execute(update(SESSIONS).where(which, SESSIONS.c.ended.is_(None)).values(ended=at, ended_why=why))


def open_sessions(
    store: Store, at: datetime, person: str | None = None, *, rules: SessionRules = RULES
) -> list[OpenSession]:
    """The sessions that are open now, of one person or of all, the oldest first."""
    query = select(SESSIONS.c.token_hash).where(SESSIONS.c.ended.is_(None)).order_by(SESSIONS.c.started)
    if person is not None:
        query = query.where(SESSIONS.c.person == person)
    with store.read() as uow:
        hashes = uow.session.execute(query).scalars().all()
        found = [_read(uow, token_hash, at, rules) for token_hash in hashes]
    return [session for session in found if session is not None]
