"""The state of the nutrition record: versions of the whole set, who released them, and which one is in force.

A version is loaded by its author, released by a first pharmacist and then by a second; neither is the author, and the
two are not the same person. With the second release it is in force and replaces the one before. A withdrawn version is
out of force at once, and none takes its place by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from batch_records.entries import Entry
from formulary.drug_record import Stage

NUTRITION_RECORD = "nutrition"
"""The id of the one record of this type."""


@dataclass(frozen=True)
class NutritionVersion:
    """One version as it was loaded. `texts` are the whole files: what is released is what was read."""

    version: int
    name: str
    digest: str
    texts: Mapping[str, str]
    author: str
    stage: Stage = Stage.LOADED
    first: str | None = None
    second: str | None = None
    reason: str = ""
    """Why it was withdrawn."""


@dataclass(frozen=True)
class NutritionRecord:
    """The record, folded."""

    versions: Mapping[int, NutritionVersion] = field(default_factory=dict)

    @property
    def in_force(self) -> NutritionVersion | None:
        """The version that orders are planned with; None when there is none."""
        return next((row for row in self.versions.values() if row.stage is Stage.IN_FORCE), None)

    @property
    def newest(self) -> int:
        """The highest version number so far, 0 when nothing was loaded."""
        return max(self.versions, default=0)


def apply(state: NutritionRecord, entry: Entry) -> NutritionRecord:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    match (entry.kind, entry.version):
        case ("nutrition_loaded", 1):
            return _loaded(state, entry)
        case ("nutrition_released", 1):
            return _released(state, entry)
        case ("nutrition_withdrawn", 1):
            row = state.versions[int(entry.payload["version"])]
            return _with(state, replace(row, stage=Stage.WITHDRAWN, reason=str(entry.payload["reason"])))
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _with(state: NutritionRecord, *rows: NutritionVersion) -> NutritionRecord:
    return replace(state, versions={**state.versions, **{row.version: row for row in rows}})


def _loaded(state: NutritionRecord, entry: Entry) -> NutritionRecord:
    row = NutritionVersion(
        version=int(entry.payload["version"]),
        name=str(entry.payload["name"]),
        digest=str(entry.payload["digest"]),
        texts={str(name): str(text) for name, text in entry.payload["texts"].items()},
        author=entry.who,
    )
    return _with(state, row)


def _released(state: NutritionRecord, entry: Entry) -> NutritionRecord:
    row = state.versions[int(entry.payload["version"])]
    if row.first is None:
        return _with(state, replace(row, first=entry.who, stage=Stage.RELEASED_ONCE))
    now = replace(row, second=entry.who, stage=Stage.IN_FORCE)
    before = state.in_force
    return _with(state, now) if before is None else _with(state, replace(before, stage=Stage.REPLACED), now)
