"""Versions under change control: what every record of data that two pharmacists release has in common.

A version is a draft with the reason and the source of the change. A first pharmacist releases it and then a second;
neither is its author. From its effective time on it is in force and replaces the one before. A withdrawn version is out of
force at once, and none takes its place by itself. What is in force at a moment follows from the entries and that moment alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from batch_records.entries import Entry
from batch_records.types import instant_from

FAR = datetime.max.replace(tzinfo=UTC)
"""A moment at which everything that was released has taken effect."""
ONLY = "text"
"""The name of the file where a version is a single one."""


class Stage(StrEnum):
    """How far a version has come at a moment."""

    LOADED = "LOADED"
    """May be released once, or abandoned."""
    RELEASED_ONCE = "RELEASED_ONCE"
    """May be released by a second pharmacist, or abandoned."""
    SCHEDULED = "SCHEDULED"
    """Released by two; it takes effect later. May be withdrawn before."""
    IN_FORCE = "IN_FORCE"
    """Orders are planned with it."""
    REPLACED = "REPLACED"
    """A later version is in force. Doses planned with it keep it."""
    WITHDRAWN = "WITHDRAWN"
    """Never again. A draft that was withdrawn is abandoned."""


DRAFTS = frozenset({Stage.LOADED, Stage.RELEASED_ONCE})


@dataclass(frozen=True)
class SeenReplay:
    """A replay of a draft over past orders that a pharmacist looked at and kept with it."""

    person: str
    at: datetime
    against: int
    """Version that the draft was compared with; 0: with none, or with what comes with the program."""
    digest: str
    """Of everything that the replay told; the totals are the short of it."""
    totals: Mapping[str, Any]

    def as_data(self) -> dict[str, Any]:
        """As the entry of a release keeps it."""
        return {"person": self.person, "against": self.against, "digest": self.digest, "totals": dict(self.totals)}


@dataclass(frozen=True)
class Version:
    """One version as it was drafted. `texts` are its whole files: what is released is what was read."""

    version: int
    display: str
    digest: str
    texts: Mapping[str, str]
    author: str
    drafted: datetime
    why: str = ""
    """Reason of the change, in the author's words. Empty in records from before reasons were asked for."""
    source: str = ""
    """What the change rests on: a label, a paper, a decision."""
    base: int = 0
    """Version that it was drafted from; 0 when the whole was brought in anew."""
    stage: Stage = Stage.LOADED
    first: str | None = None
    second: str | None = None
    effective: datetime | None = None
    """From when on it is in force; None before the second release."""
    decided: int = 0
    """The entry of its second release: of two for one moment the one that was released later replaces the other."""
    ended: datetime | None = None
    """When it was withdrawn or abandoned."""
    reason: str = ""
    """Why it was withdrawn or abandoned."""
    first_against: int = 0
    """Version that it was to replace when the first pharmacist released it."""
    replays: tuple[SeenReplay, ...] = ()
    """Replays of it that were kept, the oldest first."""
    without_replay: str = ""
    """Why it was released without one, in the words of the last release that said so."""

    @property
    def text(self) -> str:
        """The only file of a version that is a single one. Raises KeyError for a set of files."""
        return self.texts[ONLY]


@dataclass(frozen=True)
class Versions:
    """A record of versions, folded. `stage` of each is as everything released has taken effect; `at` gives a moment."""

    subject: str = ""
    """What the versions are of: the id of a drug, of a part of the house."""
    versions: Mapping[int, Version] = field(default_factory=dict)
    latest: datetime | None = None
    """Time of the newest entry: a look is never from before it."""

    @property
    def drug(self) -> str:
        """The id of the drug, where the record is a drug's."""
        return self.subject

    @property
    def newest(self) -> int:
        """The highest version number so far, 0 when there is none."""
        return max(self.versions, default=0)

    @property
    def in_force(self) -> Version | None:
        """The version whose stage is in force, at the moment that this state is of."""
        return next((row for row in self.versions.values() if row.stage is Stage.IN_FORCE), None)

    def in_force_at(self, at: datetime) -> Version | None:
        """The version in force at a moment, past or to come, as far as is known now; None when there is none."""
        begun = [row for row in self.versions.values() if _took_effect(row, at)]
        if not begun:
            return None
        last = max(begun, key=_order)
        return None if last.ended is not None and last.ended <= at else last

    def replaced_by(self, row: Version) -> Version | None:
        """The version that a released one replaced, or will; None when there was none."""
        if row.effective is None:
            return None
        before = {number: other for number, other in self.versions.items() if _order(other) < _order(row)}
        return replace(self, versions=before).in_force_at(row.effective)

    @property
    def to_replace(self) -> Version | None:
        """The version that a draft would replace: it takes effect after every one that waits, so the last of these, else the
        one in force."""
        return self.in_force_at(FAR)

    def scheduled_at(self, at: datetime) -> tuple[Version, ...]:
        """Versions released by two that take effect after this moment, the earliest first."""
        rows = [row for row in self.versions.values() if _stage(row, None, at) is Stage.SCHEDULED]
        return tuple(sorted(rows, key=_order))

    def at(self, moment: datetime) -> "Versions":
        """The same record with the stage of every version at this moment, or at the newest entry where that is later."""
        moment = moment if self.latest is None else max(moment, self.latest)
        in_force = self.in_force_at(moment)
        rows = {number: replace(row, stage=_stage(row, in_force, moment)) for number, row in self.versions.items()}
        return replace(self, versions=rows)


def _took_effect(row: Version, at: datetime) -> bool:
    if row.effective is None or row.effective > at:
        return False
    return row.ended is None or row.ended >= row.effective


def _order(row: Version) -> tuple[datetime, int]:
    return row.effective or FAR, row.decided


def _stage(row: Version, in_force: Version | None, at: datetime) -> Stage:
    if row.ended is not None and row.ended <= at:
        return Stage.WITHDRAWN
    if row.effective is None:
        return Stage.LOADED if row.first is None else Stage.RELEASED_ONCE
    if row.effective > at:
        return Stage.SCHEDULED
    return Stage.IN_FORCE if in_force is not None and in_force.version == row.version else Stage.REPLACED


def drafted(state: Versions, entry: Entry, subject: str, display: str, texts: Mapping[str, str]) -> Versions:
    """The record after a version was drafted."""
    told = entry.payload
    row = Version(
        version=int(told["version"]),
        display=display,
        digest=str(told["digest"]),
        texts=texts,
        author=entry.who,
        drafted=entry.at,
        why=str(told.get("why", "")),
        source=str(told.get("source", "")),
        base=int(told.get("base", 0)),
    )
    return _with(replace(state, subject=subject), row, entry)


def released(state: Versions, entry: Entry) -> Versions:
    """The record after a release: the first, or the second with the time from which it is in force."""
    row = state.versions[int(entry.payload["version"])]
    row = replace(row, without_replay=str(entry.payload.get("without_replay", "")) or row.without_replay)
    if row.first is None:
        replaced = state.to_replace
        against = 0 if replaced is None else replaced.version
        return _with(state, replace(row, first=entry.who, first_against=against), entry)
    told = str(entry.payload.get("effective", ""))
    effective = max(entry.at, instant_from(told)) if told else entry.at
    return _with(state, replace(row, second=entry.who, effective=effective, decided=entry.seq), entry)


def replay_kept(state: Versions, entry: Entry) -> Versions:
    """The record after a replay of a draft was kept with it."""
    told = entry.payload
    row = state.versions[int(told["version"])]
    seen = SeenReplay(entry.who, entry.at, int(told["against"]), str(told["replay"]), told["totals"])
    return _with(state, replace(row, replays=(*row.replays, seen)), entry)


def withdrawn(state: Versions, entry: Entry) -> Versions:
    """The record after a version was withdrawn, or a draft abandoned."""
    row = state.versions[int(entry.payload["version"])]
    return _with(state, replace(row, ended=entry.at, reason=str(entry.payload["reason"])), entry)


def _with(state: Versions, row: Version, entry: Entry) -> Versions:
    return replace(state, versions={**state.versions, row.version: row}, latest=entry.at).at(FAR)
