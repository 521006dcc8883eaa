"""Checkpoints: a signed list of where every record stands, made daily.

The chain inside a record shows a changed entry. A record removed whole, or a chain computed anew by somebody who owns
the database, shows against a checkpoint: its Ed25519 key stands outside the database. Keep a copy of each checkpoint
elsewhere (print it, send it): `Checkpoint.as_text` is what to keep.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from sqlalchemy import insert, select

from batch_records.entries import START, canonical, digest
from batch_records.store import Store, UnitOfWork
from batch_records.tables import CHECKPOINTS, HEADS
from batch_records.types import instant_from, instant_text

DAILY = timedelta(hours=24)


@dataclass(frozen=True)
class Checkpoint:
    """One signed list. `body` is canonical JSON: number, time, digest of the checkpoint before, heads."""

    number: int
    body: str
    signature: str
    public_key: str

    def told(self) -> Mapping[str, Any]:
        """What the body says. Raises ValueError when it cannot be read."""
        told = json.loads(self.body)
        if not isinstance(told, dict) or not isinstance(told.get("heads"), dict):
            raise ValueError("the body of a checkpoint is not a list of heads")
        return told

    def as_text(self) -> str:
        """One line to keep outside the database."""
        return canonical(asdict(self)).decode()

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Read what `as_text` wrote. Raises ValueError or TypeError on anything else."""
        return cls(**json.loads(text))

    def link(self) -> str:
        """What the next checkpoint holds of this one."""
        return digest(canonical([self.body, self.signature]))


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The server's signing key, made on first use (mode 600). Raises ValueError for a foreign file."""
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half as 64 hexadecimal digits: what a stranger needs to check with."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def make_checkpoint(store: Store, key: Ed25519PrivateKey, at: datetime) -> Checkpoint:
    """Sign where every record stands now, and keep it."""
    with store.write() as uow:
        uow.serialise("checkpoint")
        before = newest_checkpoint(uow)
        heads = uow.session.execute(select(HEADS).order_by(HEADS.c.record)).all()
        number = before.number + 1 if before else 1
        body = canonical(
            {
                "number": number,
                "at": instant_text(at),
                "previous": before.link() if before else START,
                "heads": {row.record: [row.seq, row.hash] for row in heads},
            }
        ).decode()
        made = Checkpoint(number, body, key.sign(body.encode()).hex(), public_text(key))
        uow.session.execute(insert(CHECKPOINTS).values(asdict(made) | {"at": at}))
        uow.commit()
    return made


def checkpoints(uow: UnitOfWork) -> list[Checkpoint]:
    """All checkpoints in order."""
    columns = [CHECKPOINTS.c[name] for name in Checkpoint.__dataclass_fields__]
    rows = uow.session.execute(select(*columns).order_by(CHECKPOINTS.c.number)).all()
    return [Checkpoint(*row) for row in rows]


def newest_checkpoint(uow: UnitOfWork) -> Checkpoint | None:
    """The checkpoint made last, if any."""
    columns = [CHECKPOINTS.c[name] for name in Checkpoint.__dataclass_fields__]
    row = uow.session.execute(select(*columns).order_by(CHECKPOINTS.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else Checkpoint(*row)


def is_due(store: Store, at: datetime) -> bool:
    """True when the newest checkpoint is a day old, or there is none."""
    with store.read() as uow:
        newest = newest_checkpoint(uow)
    return newest is None or at - instant_from(newest.told()["at"]) >= DAILY


def signature_holds(checkpoint: Checkpoint, public_key: str) -> bool:
    """Was this body signed by the holder of the key?"""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(checkpoint.signature), checkpoint.body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
