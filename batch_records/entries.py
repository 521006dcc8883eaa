"""The entry: its canonical text, its hash, and the chain in which each entry holds the hash of the one before.

Canonical JSON: keys sorted, no spaces, UTF-8 in Unicode normal form C. Exact values are text (``{"value":"25/33",
"unit":"mL"}``); floats are refused, whole numbers that every JSON reader keeps exactly are allowed for counts.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_records.types import instant_text

START = "0" * 64
"""What the first entry of a record holds in place of the hash of an entry before."""

REFUSED = "refused"
"""Kind of the entry that a refused action leaves behind."""

_LARGEST_WHOLE = 2**53 - 1


class NotCanonical(ValueError):
    """The payload holds something that has no single canonical form (a float, NUL, an unknown type)."""


class AlteredRecord(Exception):
    """What is stored is not what was written. Names the record and the first entry that does not fit."""

    def __init__(self, record: str, seq: int, why: str) -> None:
        super().__init__(f"record {record} was altered at entry {seq}: {why}")
        self.record = record
        self.seq = seq
        self.why = why


@dataclass(frozen=True)
class Entry:
    """One thing that happened to one record, as it was written."""

    record: str
    seq: int
    kind: str
    version: int
    who: str
    station: str
    at: datetime
    offset_minutes: int
    payload: Mapping[str, Any]
    key: str
    previous: str = START
    hash: str = ""
    content: str = ""
    """Digest of what was asked under `key`; the same key with another digest is refused."""
    record_type: str = ""


def canonical(payload: Any) -> bytes:
    """Give the one canonical form of plain data. Raises NotCanonical on anything else."""
    return json.dumps(_plain(payload, "payload"), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _plain(value: Any, path: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        if abs(value) > _LARGEST_WHOLE:
            raise NotCanonical(f"{path}: {value} is too large for a JSON number; write it as text")
        return int(value)
    if isinstance(value, Mapping):
        return _object(value, path)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    raise NotCanonical(f"{path}: {type(value).__name__} has no canonical form; write exact numbers and times as text")


def _text(value: str, path: str) -> str:
    if "\0" in value:
        raise NotCanonical(f"{path}: text holds a character that cannot be stored")
    if value.isascii():  # nearly all text; a long payload is checked at every reading
        return str(value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCanonical(f"{path}: text holds a character that cannot be stored") from None
    return unicodedata.normalize("NFC", str(value))


def _object(value: Mapping[Any, Any], path: str) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, item in value.items():
        if not isinstance(name, str):
            raise NotCanonical(f"{path}: the name {name!r} is not text")
        text = _text(name, path)
        if text in plain:
            raise NotCanonical(f"{path}: the name {text!r} occurs twice")
        plain[text] = _plain(item, f"{path}.{text}")
    return plain


def entry_hash(entry: Entry, payload_text: str) -> str:
    """Hash over every stored field, the payload as the text that is stored."""
    return digest(
        canonical(
            {
                "at": instant_text(entry.at),
                "content": entry.content,
                "key": entry.key,
                "kind": entry.kind,
                "offset_minutes": entry.offset_minutes,
                "payload": payload_text,
                "previous": entry.previous,
                "record": entry.record,
                "record_type": entry.record_type,
                "seq": entry.seq,
                "station": entry.station,
                "version": entry.version,
                "who": entry.who,
            }
        )
    )


def check_chain(stored: Iterable[tuple[Entry, str]], previous: str = START, first: int = 1) -> None:
    """Check that entries of one record follow each other from `first` and that each hash fits what is stored.

    Takes pairs of entry and stored payload text; `previous` is the hash of the entry before the first of them.
    Raises AlteredRecord at the first that does not fit.
    """
    for expected, (entry, payload_text) in enumerate(stored, start=first):
        if entry.seq != expected:
            raise AlteredRecord(entry.record, expected, f"entry {expected} is missing, found {entry.seq}")
        if entry.previous != previous:
            raise AlteredRecord(entry.record, entry.seq, "it does not follow the entry before it")
        if entry_hash(entry, payload_text) != entry.hash:
            raise AlteredRecord(entry.record, entry.seq, "its content does not fit its hash")
        previous = entry.hash
