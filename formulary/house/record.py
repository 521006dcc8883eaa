"""The records of the house: its rules, its beyond-use table and its supplies, each in versions that two pharmacists release.

The files that come with the program are the first proposal. As long as a part has no version in force, the packaged one is
used, as a DRAFT.
"""

from dataclasses import dataclass

from batch_records.entries import Entry
from formulary.versions import ONLY, Versions, drafted, released, replay_kept, withdrawn


@dataclass(frozen=True)
class Part:
    """One of the three records."""

    id: str
    display: str
    about: str


PARTS = {
    part.id: part
    for part in (
        Part(
            "rules", "House rules", "Tolerances, pump step, windows of time, and who is an adult, a child, a neonate."
        ),
        Part("beyond_use", "Beyond-use table", "The sterility ceiling by category and storage, and opened containers."),
        Part("supplies", "Supplies", "Solutions, bags, diluent vials, syringes, devices, filters and bulk containers."),
    )
}
"""By id, in the order of the pages."""


def record_id(part: str) -> str:
    """The id of a part's record."""
    return f"house-{part}"


def apply(state: Versions, entry: Entry) -> Versions:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    match (entry.kind, entry.version):
        case ("house_loaded", 1):
            part = str(entry.payload["part"])
            return drafted(state, entry, part, PARTS[part].display, {ONLY: str(entry.payload["text"])})
        case ("house_released", 2 | 3):
            return released(state, entry)
        case ("house_replay_kept", 1):
            return replay_kept(state, entry)
        case ("house_withdrawn", 1):
            return withdrawn(state, entry)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")
