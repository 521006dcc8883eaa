"""Who does something, where and when; and the answer when a rule says no.

An `Act` is made once at the edge and passed down: it is the only source of identity and time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any


@dataclass(frozen=True)
class Actor:
    """A person at work, with the roles they hold now."""

    person: str
    """Id of the person; never used again for another."""
    name: str
    roles: frozenset[str]
    credentials: str = ""
    """What is printed after the name, e.g. ``CPhT``."""


SYSTEM = Actor("system", "Sufficit", frozenset({"system"}))
"""The actor of what follows from somebody's act without a further decision."""


@dataclass(frozen=True)
class SecretProof:
    """Evidence that a person gave their secret just now. Made only by `batch_records.person_secrets.try_secret`."""

    person: str
    at: datetime
    method: str
    """``PIN`` or ``password``."""
    stamp: str = field(default="", compare=False, repr=False)
    """The server's mark that it looked at the secret itself (see `sealing`); without it nothing is signed."""


@dataclass(frozen=True)
class Act:
    """One request to do something, made once at the edge."""

    actor: Actor
    station: str
    at: datetime
    """UTC, from the server's clock."""
    key: str
    """Chosen by the client, one for each thing it wants done; a repeat with the same key is done once."""
    offset_minutes: int = 0
    """The site's offset from UTC at that time, so that wall-clock time can be shown again."""
    proof: SecretProof | None = None
    zone: tzinfo | None = field(default=None, compare=False)
    """The site's time zone, for other moments than that of the act: its clock may stand otherwise then. None: not known."""

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError(f"an act needs a time in UTC; found {self.at.isoformat()}")
        if not 0 < len(self.key) <= 200:
            raise ValueError("an act needs a key of 1 to 200 characters")


@dataclass(frozen=True)
class Refusal:
    """A rule said no. `text` is a sentence for the person; it is kept in the record."""

    code: str
    text: str
    status: int = 409
    """403 not allowed, 409 the state forbids it, 422 the content is wrong."""
    details: Mapping[str, Any] | None = field(default=None, hash=False)
    """Plain facts of what was refused, kept in the refused entry: of a scan, what was under the scanner."""
