"""Tables of people and sessions: the projection of person records, live sessions, and failed attempts."""

from datetime import datetime
from typing import cast

from sqlalchemy import Boolean, Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class PersonRow(Base):
    """Projection of a person record, one row each. That names and badges are unique is decided by claims."""

    __tablename__ = "people"

    record: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sign_on_name: Mapped[str] = mapped_column(index=True)
    credentials: Mapped[str]
    roles: Mapped[str]
    badge: Mapped[str | None] = mapped_column(index=True)
    enabled: Mapped[bool] = mapped_column(Boolean)


class SessionRow(Base):
    """One sign-on. Holds the hash of the token, so that a copy of the database opens no session."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    station: Mapped[str]
    station_kind: Mapped[str]
    method: Mapped[str]
    started: Mapped[datetime]
    last_used: Mapped[datetime]
    locked: Mapped[bool] = mapped_column(Boolean)
    ended: Mapped[datetime | None]
    ended_why: Mapped[str | None]


class AttemptRow(Base):
    """One attempt to give a secret, kept for the lock-out and for the audit. Never holds what was typed."""

    __tablename__ = "secret_attempts"
    __table_args__ = (
        Index("ix_secret_attempts_account_at", "account", "at"),
        Index("ix_secret_attempts_origin_at", "origin", "at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    """Person and method (``person-…/PIN``), or a keyed hash of a name or badge that nobody has."""
    at: Mapped[datetime]
    station: Mapped[str]
    origin: Mapped[str]
    """What a wrong try is counted against: the station, the person's own session, or whoever typed it for another."""
    result: Mapped[str]
    """``good``, ``bad`` or ``locked`` (not looked at); ``bad`` until the secret is checked, so that no try is free."""


class SecretRow(Base):
    """The argon2 hash of a secret. The person's record holds a digest of this text, so a swapped hash opens nothing."""

    __tablename__ = "secrets"

    person: Mapped[str] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str]


class OneTimeRow(Base):
    """The hash of a one-time secret (first administrator) or code (confirmed reset) until it is used."""

    __tablename__ = "one_time_secrets"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    """Whose secrets it may set; empty for the first administrator."""
    expires: Mapped[datetime]
    used: Mapped[datetime | None]


PEOPLE = cast(Table, PersonRow.__table__)
SESSIONS = cast(Table, SessionRow.__table__)
ATTEMPTS = cast(Table, AttemptRow.__table__)
SECRETS = cast(Table, SecretRow.__table__)
ONE_TIME = cast(Table, OneTimeRow.__table__)
