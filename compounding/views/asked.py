"""By whose act it came that the system wrote an entry."""

from batch_records.acts import SYSTEM
from batch_records.entries import Entry
from batch_records.store import UnitOfWork


def asked_by(uow: UnitOfWork, record: str, seq: int) -> Entry | None:
    """The entry of the act that an entry of the system followed from, in the same unit of work; None where there is none."""
    entry: Entry | None = next((one for one in uow.entries(record) if one.seq == seq), None)
    while entry is not None and entry.who == SYSTEM.person:
        key, found = entry.key, None
        while "/" in key and found is None:
            key = key.rpartition("/")[0]
            found = uow.answer_for(key)
        entry = found
    return entry
