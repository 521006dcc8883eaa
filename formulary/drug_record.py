"""The state of one drug's record: its versions, who released them, and which one is in force.

A version is loaded by its author, released by a first pharmacist and then by a second; neither is the author, and the
two are not the same person. With the second release it is in force and replaces the one before. A withdrawn version is
out of force at once, and none takes its place by itself.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from batch_records.entries import Entry


class Stage(StrEnum):
    """How far a version has come."""

    LOADED = "LOADED"
    """May be released once, or withdrawn."""
    RELEASED_ONCE = "RELEASED_ONCE"
    """May be released by a second pharmacist, or withdrawn."""
    IN_FORCE = "IN_FORCE"
    """Orders are planned with it."""
    REPLACED = "REPLACED"
    """A later version is in force. Doses planned with it keep it."""
    WITHDRAWN = "WITHDRAWN"
    """Never again."""


@dataclass(frozen=True)
class DrugVersion:
    """One version as it was loaded. `text` is the whole data file: what is released is what was read."""

    version: int
    display: str
    digest: str
    text: str
    author: str
    stage: Stage = Stage.LOADED
    first: str | None = None
    second: str | None = None
    reason: str = ""
    """Why it was withdrawn."""


@dataclass(frozen=True)
class DrugRecord:
    """A drug's record, folded."""

    drug: str = ""
    versions: Mapping[int, DrugVersion] = field(default_factory=dict)

    @property
    def in_force(self) -> DrugVersion | None:
        """The version that orders are planned with; None when there is none."""
        return next((row for row in self.versions.values() if row.stage is Stage.IN_FORCE), None)

    @property
    def newest(self) -> int:
        """The highest version number so far, 0 when nothing was loaded."""
        return max(self.versions, default=0)


def record_id(drug: str) -> str:
    """The id of a drug's record."""
    return f"drug-{drug}"


def apply(state: DrugRecord, entry: Entry) -> DrugRecord:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    match (entry.kind, entry.version):
        case ("drug_loaded", 1):
            return _loaded(state, entry)
        case ("drug_released", 1):
            return _released(state, entry)
        case ("drug_withdrawn", 1):
            return _withdrawn(state, entry)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _with(state: DrugRecord, *rows: DrugVersion) -> Mapping[int, DrugVersion]:
    return {**state.versions, **{row.version: row for row in rows}}


def _loaded(state: DrugRecord, entry: Entry) -> DrugRecord:
    text = str(entry.payload["text"])
    data = tomllib.loads(text)
    row = DrugVersion(
        version=int(entry.payload["version"]),
        display=str(data["display"]),
        digest=str(entry.payload["digest"]),
        text=text,
        author=entry.who,
    )
    return replace(state, drug=str(data["id"]), versions=_with(state, row))


def _released(state: DrugRecord, entry: Entry) -> DrugRecord:
    row = state.versions[int(entry.payload["version"])]
    if row.first is None:
        return replace(state, versions=_with(state, replace(row, first=entry.who, stage=Stage.RELEASED_ONCE)))
    now = replace(row, second=entry.who, stage=Stage.IN_FORCE)
    before = state.in_force
    rows = [now] if before is None else [replace(before, stage=Stage.REPLACED), now]
    return replace(state, versions=_with(state, *rows))


def _withdrawn(state: DrugRecord, entry: Entry) -> DrugRecord:
    row = state.versions[int(entry.payload["version"])]
    withdrawn = replace(row, stage=Stage.WITHDRAWN, reason=str(entry.payload["reason"]))
    return replace(state, versions=_with(state, withdrawn))
