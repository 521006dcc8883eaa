"""The kind of order of many doses at once, for lists: read from the entry that queued each, which never changes."""

import json
from collections.abc import Collection

from sqlalchemy import select

from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES

_KNOWN: dict[str, str] = {}
"""Kind by the hash of the entry that queued the dose."""
_MOST = 20_000


def order_types(uow: UnitOfWork, records: Collection[str]) -> dict[str, str]:
    """Record of a dose -> the kind of order it was planned for."""
    first = (ENTRIES.c.record.in_(records), ENTRIES.c.seq == 1)
    hashes = {row.record: row.hash for row in uow.session.execute(select(ENTRIES.c.record, ENTRIES.c.hash).where(*first))}
    new = [record for record, found in hashes.items() if found not in _KNOWN]
    if new:
        if len(_KNOWN) > _MOST:
            _KNOWN.clear()
        told = select(ENTRIES.c.hash, ENTRIES.c.payload).where(ENTRIES.c.record.in_(new), ENTRIES.c.seq == 1)
        for row in uow.session.execute(told):
            _KNOWN[row.hash] = str(json.loads(row.payload)["plan"]["order_type"])
    return {record: _KNOWN[found] for record, found in hashes.items() if found in _KNOWN}
