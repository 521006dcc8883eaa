"""From a stored row to an entry. Kept apart so that the store and the verifier read in the same way."""

import json
from typing import Any

from batch_records.entries import AlteredRecord, Entry


def unread(row: Any) -> Entry:
    """The entry of a row of ``entries`` without its payload: all that its hash needs besides the stored text."""
    return _entry(row, {})


def entry_from(row: Any) -> Entry:
    """Make an entry of a row of ``entries``. Raises AlteredRecord when the stored payload is no JSON object."""
    try:
        payload = json.loads(row.payload)
    except ValueError as fault:
        raise AlteredRecord(row.record, row.seq, "its payload cannot be read") from fault
    if not isinstance(payload, dict):
        raise AlteredRecord(row.record, row.seq, "its payload is not an object")
    return _entry(row, payload)


def _entry(row: Any, payload: dict[str, Any]) -> Entry:
    return Entry(
        record=row.record,
        seq=row.seq,
        kind=row.kind,
        version=row.version,
        who=row.who,
        station=row.station,
        at=row.at,
        offset_minutes=row.offset_minutes,
        payload=payload,
        key=row.key,
        previous=row.previous,
        hash=row.hash,
        content=row.content,
        record_type=row.record_type,
    )
