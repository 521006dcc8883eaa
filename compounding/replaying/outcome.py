"""What a replay found: how many past orders would have been stopped, warned of or passed otherwise, with examples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from calculations.findings import Grade
from compounding.replaying.block import Key
from formulary.model import Limit

EXAMPLES = 5
"""How many orders are named for each kind of change."""


class Level(IntEnum):
    """What the limits would have done with an order."""

    PASS = 0
    WARN = 1
    """One pharmacist, with a reason."""
    STOP = 2
    """Two pharmacists and the prescriber."""
    NEVER = 3
    """No path."""


LEVEL_OF = {
    None: Level.PASS,
    Grade.INFO: Level.PASS,
    Grade.SOFT: Level.WARN,
    Grade.HARD: Level.STOP,
    Grade.ABSOLUTE: Level.NEVER,
}
"""Grade of a finding, or none -> level."""


class Change(StrEnum):
    """How an order would fare otherwise. Every change of level is one of these."""

    STOPS = "newly stops"
    WARNS = "newly warns"
    EASES = "stops less"
    """It stopped; now it only warns, or there is a path where there was none."""
    PASSES = "newly passes"


def change_of(before: Level, after: Level) -> Change | None:
    """The kind of change between two levels; None where nothing changes."""
    if before == after:
        return None
    if after > before:
        return Change.STOPS if after >= Level.STOP else Change.WARNS
    return Change.PASSES if after == Level.PASS else Change.EASES


@dataclass
class Tally:
    """Orders and their doses, with the newest few by name."""

    orders: int = 0
    doses: int = 0
    examples: list[Key] = field(default_factory=list)

    def add(self, keys: Iterable[Key], orders: int, doses: int) -> None:
        """Count more rows; of their names a few are kept."""
        self.orders += orders
        self.doses += doses
        if len(self.examples) < EXAMPLES:
            self.examples += list(keys)[: EXAMPLES - len(self.examples)]

    def as_data(self) -> dict[str, Any]:
        """Plain data for a digest."""
        return {"orders": self.orders, "doses": self.doses, "examples": [list(key) for key in self.examples]}


Changes = dict[Change, Tally]


@dataclass
class OfLimit:
    """One limit, as it is and as it would be. None where it is not there."""

    id: str
    before: Limit | None
    after: Limit | None
    changes: Changes = field(default_factory=lambda: {change: Tally() for change in Change})

    @property
    def differs(self) -> bool:
        """Whether the limit itself was changed, added or removed."""
        return self.before != self.after


NO_LIMIT = "no_limit"
"""Stands for the warning that no limit on dose or speed holds at all."""


@dataclass
class Replayed:
    """The replay of one drug."""

    drug: str
    judged: Tally = field(default_factory=Tally)
    exactly: int = 0
    """Figures that lay so close to a bound that they were judged again exactly."""
    changes: Changes = field(default_factory=lambda: {change: Tally() for change in Change})
    limits: dict[str, OfLimit] = field(default_factory=dict)
    untold: dict[str, Tally] = field(default_factory=dict)
    """Why orders could not be judged -> how many. They are in no other count."""
    remarks: dict[str, Tally] = field(default_factory=dict)
    """What else to know of orders that were judged."""
    first: datetime | None = None
    last: datetime | None = None

    def as_data(self) -> Mapping[str, Any]:
        """Plain data for a digest: the counts and names that a page shows."""
        return {
            "drug": self.drug,
            "judged": self.judged.as_data(),
            "changes": {str(change): tally.as_data() for change, tally in self.changes.items()},
            "limits": {
                name: {str(change): tally.as_data() for change, tally in row.changes.items()}
                for name, row in self.limits.items()
            },
            "untold": {why: tally.as_data() for why, tally in self.untold.items()},
            "remarks": {why: tally.as_data() for why, tally in self.remarks.items()},
        }
