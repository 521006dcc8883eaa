"""Reading the house in force from its records: what two pharmacists released, else what comes with the program, as a DRAFT."""

from datetime import UTC, datetime
from functools import lru_cache

from batch_records.acting import load
from batch_records.entries import digest
from batch_records.store import UnitOfWork
from formulary.faults import FormularyFaults
from formulary.house.loading import House, house_with, proposal
from formulary.house.record import PARTS, record_id
from formulary.versions import ONLY, Version, Versions

HOUSE_RECORDS = tuple(record_id(part) for part in PARTS)
"""The ids of the three records."""

PACKAGED = 0
"""As the number of a version: what comes with the program."""

_HOUSES: dict[tuple[str, ...], House] = {}
"""Houses that were read, by the digests of their parts."""


@lru_cache(maxsize=8)
def packaged_version(part: str) -> Version:
    """What comes with the program, as if it were a version: the first proposal. Raises KeyError for another part."""
    text = proposal(part)
    return Version(
        PACKAGED, PARTS[part].display, digest(text.encode()), {ONLY: text}, "", datetime.min.replace(tzinfo=UTC)
    )


def house_record(uow: UnitOfWork, part: str) -> Versions:
    """A part's record as it stands at the moment of the act or the look; blank when nothing was drafted."""
    return _record(uow, part).at(uow.at)


def _record(uow: UnitOfWork, part: str) -> Versions:
    from formulary.house.releasing import HOUSE

    return load(uow, HOUSE, record_id(part))


def house_at(uow: UnitOfWork, moment: datetime) -> House:
    """Site rules with the beyond-use table, and supplies, at a moment. A withdrawn part is the packaged one again.

    Raises FormularyFaults when the program no longer accepts what was once released.
    """
    from formulary.repository import house

    rows = {part: _record(uow, part).in_force_at(moment) for part in PARTS}
    key = tuple("" if row is None else row.digest for row in rows.values())
    known = _HOUSES.get(key)
    if known is None:
        known = house()
        for part, row in rows.items():
            if row is not None:
                read, _, _, faults = house_with(part, row.text, known)
                if read is None or faults:
                    raise FormularyFaults(faults)
                known = read
        _HOUSES[key] = known
    return known
