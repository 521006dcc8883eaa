"""One drug's record: its versions, who released them, and which one is in force. See `formulary.versions`."""

import tomllib

from batch_records.entries import Entry
from formulary.versions import ONLY, Stage, Version, Versions, drafted, released, replay_kept, withdrawn

__all__ = ["DrugRecord", "DrugVersion", "Stage", "apply", "record_id"]

DrugVersion = Version
"""A version of a drug: `text` is its whole data file."""
DrugRecord = Versions


def record_id(drug: str) -> str:
    """The id of a drug's record."""
    return f"drug-{drug}"


def apply(state: DrugRecord, entry: Entry) -> DrugRecord:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    match (entry.kind, entry.version):
        case ("drug_loaded", 1 | 2):
            text = str(entry.payload["text"])
            data = tomllib.loads(text)
            return drafted(state, entry, str(data["id"]), str(data["display"]), {ONLY: text})
        case ("drug_released", 1 | 2 | 3):
            return released(state, entry)
        case ("drug_replay_kept", 1):
            return replay_kept(state, entry)
        case ("drug_withdrawn", 1):
            return withdrawn(state, entry)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")
