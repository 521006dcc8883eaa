"""Signatures: a person, a secret given just now, a meaning, and the digest of exactly what was signed.

A signature lives in the entry that it signs for and is covered by that entry's hash. Its seal also covers its own
metadata, so that it cannot be cut out and put under another record, content, person, time or meaning. That it was this server
that wrote it, on a secret it had just looked at, is shown by the server's seal on the entry (`sealing`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from batch_records.acts import Act, Refusal
from batch_records.entries import Entry, canonical, digest
from batch_records.types import instant_text

FRESH = timedelta(minutes=2)
"""How old the proof of a secret may be at the act that it signs."""


@dataclass(frozen=True)
class Signature:
    """What is printed (name, credentials, meaning, time) and what makes it provable (digest, seal)."""

    record: str
    person: str
    name: str
    credentials: str
    meaning: str
    """In words, as it is printed: ``Checked and released by``."""
    at: str
    station: str
    method: str
    content_digest: str
    proved: str
    """When the secret was given. Signatures of version 1 lack it, and carry no seal of the server (see `sealing`)."""
    seal: str

    def as_data(self) -> dict[str, str]:
        """Plain data for the payload of an entry."""
        return asdict(self)


def sign(act: Act, meaning: str, record: str, content: Any) -> Signature | Refusal:
    """Sign `content` (plain data) of a record. Refused without a fresh proof of the actor's own secret. Pure."""
    proof = act.proof
    if proof is None or proof.person != act.actor.person:
        return Refusal("secret_needed", "Signing needs your PIN or password, given now.", 403)
    if not timedelta(0) <= act.at - proof.at <= FRESH:
        return Refusal("secret_stale", "Your PIN or password was given too long ago. Give it again.", 403)
    unsealed = {
        "record": record,
        "person": act.actor.person,
        "name": act.actor.name,
        "credentials": act.actor.credentials,
        "meaning": meaning,
        "at": instant_text(act.at),
        "station": act.station,
        "method": proof.method,
        "content_digest": digest(canonical(content)),
        "proved": instant_text(proof.at),
    }
    return Signature(**unsealed, seal=_seal(unsealed))


def _seal(unsealed: Mapping[str, str]) -> str:
    return digest(canonical({"signature": 2 if "proved" in unsealed else 1, **unsealed}))


_PARTS = frozenset(Signature.__dataclass_fields__)


def _is_whole(told: Mapping[str, str]) -> bool:
    """All parts of a signature, of this version or of version 1, and no other."""
    return set(told) in (_PARTS, _PARTS - {"proved"})


def entry_signature_faults(entry: Entry) -> list[str]:
    """What is wrong with the signature in an entry, if it has one: its seal, or that it is another record's, person's or
    moment's. Whether the content is what was signed only the package that knows the content can tell (`verify_signature`)."""
    told = entry.payload.get("signature")
    if not isinstance(told, Mapping):
        return []
    if not _is_whole(told):
        return ["the signature lacks a part or has one too many"]
    unsealed = {name: text for name, text in told.items() if name != "seal"}
    faults = [] if told["seal"] == _seal(unsealed) else ["the signature's own particulars were changed"]
    wanted = {"record": entry.record, "person": entry.who, "at": instant_text(entry.at), "station": entry.station}
    faults += [f"its signature is of another {name}" for name, value in wanted.items() if told[name] != value]
    return faults


def verify_signature(signature: Mapping[str, str] | Signature, record: str, content: Any) -> list[str]:
    """What is wrong with a signature under this record and content; empty when it holds."""
    told = signature.as_data() if isinstance(signature, Signature) else dict(signature)
    faults = []
    if not _is_whole(told):
        return ["the signature lacks a part or has one too many"]
    seal = told.pop("seal")
    if seal != _seal(told):
        faults.append("the signature's own particulars were changed")
    if told["record"] != record:
        faults.append(f"the signature belongs to record {told['record']}")
    if told["content_digest"] != digest(canonical(content)):
        faults.append("the content is not what was signed")
    return faults
