"""The nutrition record: versions of the whole set of files, and which one is in force. See `formulary.versions`."""

from batch_records.entries import Entry
from formulary.versions import Version, Versions, drafted, released, replay_kept, withdrawn

NUTRITION_RECORD = "nutrition"
"""The id of the one record of this type."""

NutritionVersion = Version
"""A version of the set: `texts` are its files by name, `display` the name of its profile."""
NutritionRecord = Versions


def apply(state: NutritionRecord, entry: Entry) -> NutritionRecord:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    match (entry.kind, entry.version):
        case ("nutrition_loaded", 1 | 2):
            texts = {str(name): str(text) for name, text in entry.payload["texts"].items()}
            return drafted(state, entry, NUTRITION_RECORD, str(entry.payload["name"]), texts)
        case ("nutrition_released", 1 | 2 | 3):
            return released(state, entry)
        case ("nutrition_replay_kept", 1):
            return replay_kept(state, entry)
        case ("nutrition_withdrawn", 1):
            return withdrawn(state, entry)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")
