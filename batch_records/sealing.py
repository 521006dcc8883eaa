"""The server's seal: what was done with a secret given just now carries a mark that only this server can make.

The hash chain shows that nothing was changed since; whoever can write to the database could still add an entry in another
person's name, with every hash right. The seal is an HMAC-SHA256 over the hash of the entry (so over record, sequence,
person, meaning, content, place and time) and over the proof of the secret, with a key derived from the server's own secret,
which is kept outside the database. It is made in `store.UnitOfWork.append` alone, and only for a proof that
`person_secrets.try_secret` has stamped.

The first seal of a database notes where every record stood then (record `SEALING`, itself sealed). What was signed before
that has no seal and needs none; everything signed later does, so nobody can go back to signing without one.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from batch_records.acts import SecretProof
from batch_records.entries import Entry, canonical, entry_hash
from batch_records.reading import entry_from
from batch_records.tables import ENTRIES, HEADS, SEALS
from batch_records.types import instant_text

SEALING = "sealing"
"""The record, and its type, that says where sealing began."""
BEGAN = "sealing_began"
_STAMP, _SEAL = "sufficit/proof of a secret/1", "sufficit/seal of an entry/1"


class NotProved(RuntimeError):
    """Something is to be signed without a secret proved to this server just now. A fault of the program: nothing is written."""


def derived(secret: str, label: str) -> bytes:
    """A key for one purpose, from the server's own secret. Raises NotProved without one."""
    if not secret:
        raise NotProved("the store was opened without the server's secret, so nothing can be signed")
    return hmac.new(secret.encode(), label.encode(), hashlib.sha256).digest()


def _mark(secret: str, label: str, told: Mapping[str, Any]) -> str:
    return hmac.new(derived(secret, label), canonical(told), hashlib.sha256).hexdigest()


def stamped(secret: str, person: str, at: datetime, method: str) -> SecretProof:
    """The proof that this person gave their secret now. For `person_secrets.try_secret`, and for history that is made up."""
    return SecretProof(person, at, method, _stamp(secret, person, at, method))


def _stamp(secret: str, person: str, at: datetime, method: str) -> str:
    return _mark(secret, _STAMP, {"person": person, "at": instant_text(at), "method": method})


def seal(secret: str, entry: Entry, proof: SecretProof | None) -> dict[str, Any]:
    """The row of the seal of an entry. Raises NotProved unless its person's secret was proved to this server."""
    if proof is None or proof.person != entry.who:
        raise NotProved(f"entry {entry.seq} of {entry.record} is signed without a proof of the secret of {entry.who}")
    if not hmac.compare_digest(proof.stamp, _stamp(secret, proof.person, proof.at, proof.method)):
        raise NotProved(f"the proof of the secret of {entry.who} was not made by this server")
    return _row(secret, entry, instant_text(proof.at), proof.method)


def seal_of_beginning(secret: str, entry: Entry) -> dict[str, Any]:
    """The row of the seal of the entry with which sealing begins: nobody's secret stands behind it."""
    return _row(secret, entry, instant_text(entry.at), "server")


def _row(secret: str, entry: Entry, proved: str, method: str) -> dict[str, Any]:
    row = {"record": entry.record, "seq": entry.seq, "proved": proved, "method": method}
    return row | {"seal": _seal(secret, entry, proved, method)}


def _seal(secret: str, entry: Entry, proved: str, method: str) -> str:
    told = {"record": entry.record, "seq": entry.seq, "person": entry.who, "entry": entry.hash}
    return _mark(secret, _SEAL, told | {"proved": proved, "method": method})


@dataclass(frozen=True)
class Seals:
    """All seals of a database, and where every record stood when the first was made (None: never)."""

    secret: str
    rows: Mapping[tuple[str, int], tuple[str, str, str]]
    began: Mapping[str, int] | None

    def faults(self, entry: Entry, always_signed: bool = False) -> list[str]:
        """What is wrong with the seal of an entry whose own hash was checked. `always_signed`: its kind needs a secret."""
        told = entry.payload.get("signature")
        signature = told if isinstance(told, Mapping) else None
        found = self.rows.get((entry.record, entry.seq))
        if found is not None:
            proved, method, known = found
            right = not self.secret or hmac.compare_digest(known, _seal(self.secret, entry, proved, method))
            return [] if right else ["its seal was not made by this server for this entry"]
        if signature is None and not always_signed:
            return []
        if signature is not None and "proved" in signature:
            return ["it is signed, but the server's seal on it is gone"]
        if self.began is None or entry.seq <= self.began.get(entry.record, 0):
            return []
        return ["it counts as signed and has no seal of the server: it was not written by this server"]

    def own_faults(self) -> list[str]:
        """What is wrong with the seals as a whole."""
        if self.rows and self.began is None:
            return [f"entries are sealed, but the record {SEALING!r} that says since when is gone or was altered"]
        return []


Rows = Mapping[tuple[str, int], tuple[str, str, str]]


def read_seals(session: Session, secret: str) -> Seals:
    """Every seal. With an empty `secret` they are only looked for, not computed again."""
    rows = _rows(session, select(SEALS).execution_options(yield_per=5_000))
    return Seals(secret, rows, _began(session, secret, rows))


def has_begun(session: Session) -> bool:
    """Whether anything in this database was sealed."""
    return session.execute(select(HEADS.c.seq).where(HEADS.c.record == SEALING)).first() is not None


def is_own(session: Session, secret: str) -> bool:
    """Whether this is the secret that the database was sealed with, or nothing was sealed yet."""
    mine = _rows(session, select(SEALS).where(SEALS.c.record == SEALING))
    return not has_begun(session) or _began(session, secret, mine) is not None


def _rows(session: Session, query: Select[Any]) -> Rows:
    return {(row.record, row.seq): (row.proved, row.method, row.seal) for row in session.execute(query)}


def _began(session: Session, secret: str, rows: Rows) -> Mapping[str, int] | None:
    """Where every record stood when sealing began; None before, and where that entry is not as it was sealed."""
    stored = session.execute(select(ENTRIES).where(ENTRIES.c.record == SEALING, ENTRIES.c.seq == 1)).one_or_none()
    if stored is None or (SEALING, 1) not in rows:
        return None
    entry = entry_from(stored)
    if entry_hash(entry, stored.payload) != entry.hash or Seals(secret, rows, None).faults(entry):
        return None
    heads: Mapping[str, int] = entry.payload["heads"]
    return heads


def orphans(session: Session) -> list[tuple[str, int]]:
    """Seals of entries that are not there."""
    both = (ENTRIES.c.record == SEALS.c.record) & (ENTRIES.c.seq == SEALS.c.seq)
    query = select(SEALS.c.record, SEALS.c.seq).outerjoin(ENTRIES, both).where(ENTRIES.c.record.is_(None))
    return [(row.record, row.seq) for row in session.execute(query)]
