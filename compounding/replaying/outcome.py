"""What a replay found: how many past orders would have been stopped, warned of or passed otherwise, with examples."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np

from calculations.findings import Grade
from compounding.replaying.block import Key
from formulary.model import Limit
from formulary.nutrition.model_rules import LimitRow

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


Changes = dict[Change, Tally]


@dataclass
class OfLimit:
    """One limit, as it is and as it would be. None where it is not there."""

    id: str
    before: Limit | LimitRow | None
    after: Limit | LimitRow | None
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


def count(changes: Changes, keys: Sequence[Key], doses: Any, was: Any, is_now: Any) -> None:
    """Add the rows whose level differs between two columns of levels."""
    differs = was != is_now
    if not differs.any():
        return
    pairs = was.astype(np.int64) * len(Level) + is_now
    for pair in np.unique(pairs[differs]):
        change = change_of(*(Level(level) for level in divmod(int(pair), len(Level))))
        rows = np.flatnonzero(pairs == pair)
        if change is not None:
            changes[change].add((keys[int(row)] for row in rows), len(rows), int(doses[rows].sum()))


def worst(by_limit: Mapping[str, Any], number: int) -> Any:
    """The gravest level of every row over all limits."""
    found = np.zeros(number, dtype=np.int8)
    for column in by_limit.values():
        np.maximum(found, column, out=found)
    return found


def count_limits(
    result: Replayed, keys: Sequence[Key], doses: Any, was: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    """Add the rows of a block, by all limits together and by each of them."""
    nothing = np.zeros(len(keys), dtype=np.int8)
    count(result.changes, keys, doses, worst(was, len(keys)), worst(now, len(keys)))
    for name, row in result.limits.items():
        if name in was or name in now:
            count(row.changes, keys, doses, was.get(name, nothing), now.get(name, nothing))
