"""What is done in a cycle count, and what a count is. Figures of the ledger are completed after the gate, never asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from compounding.record_actions import RecordAction, by_kind

COUNTING, VARIANCE, DONE, DROPPED = "counting", "variance", "done", "dropped"
OPEN = (COUNTING, VARIANCE)


@dataclass(frozen=True)
class Listed:
    """A lot that is to be counted. Without a figure: the count is blind."""

    product: str
    lot: str
    expires: str


@dataclass(frozen=True)
class Found:
    """What was counted of a lot; `expected`, what the ledger said at that moment, is completed."""

    product: str
    lot: str
    count: int
    expected: int | None = None
    corrections: int | None = None
    """How often its count there had been put right before; completed."""

    @property
    def variance(self) -> int:
        """Containers more (or fewer) than the ledger said."""
        return self.count - (self.expected or 0)


@dataclass(frozen=True)
class BeginCount(RecordAction):
    kind: ClassVar[str] = "count_begun"
    number: str
    location: str
    lots: tuple[Listed, ...] = ()
    """Completed: all lots with containers there."""


@dataclass(frozen=True)
class AddToCount(RecordAction):
    """A lot that lies there though the list does not name it. It is counted with the others, as blind as they are."""

    kind: ClassVar[str] = "count_lot_added"
    product: str
    lot: str
    expires: str


@dataclass(frozen=True)
class OpenVariance(RecordAction):
    """Who decides looks at the figures; from then on they do not count."""

    kind: ClassVar[str] = "count_variance_opened"


@dataclass(frozen=True)
class SubmitCount(RecordAction):
    """The first count, or the second by another person."""

    kind: ClassVar[str] = "count_submitted"
    found: tuple[Found, ...]


@dataclass(frozen=True)
class ApproveCount(RecordAction):
    """Another person stands for the variance as it was counted."""

    kind: ClassVar[str] = "count_approved"
    reason: str
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class DropCount(RecordAction):
    kind: ClassVar[str] = "count_dropped"
    reason: str


ACTIONS: dict[str, type[RecordAction]] = by_kind(BeginCount, AddToCount, SubmitCount, OpenVariance, ApproveCount, DropCount)
_COUNTING = frozenset({"buyer", "technician", "pharmacist", "lead"})
_DECIDING = frozenset({"buyer", "pharmacist", "lead"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "count_begun": _COUNTING,
    "count_lot_added": _COUNTING,
    "count_submitted": _COUNTING,
    "count_variance_opened": _DECIDING,
    "count_approved": _DECIDING,
    "count_dropped": _DECIDING,
}


@dataclass(frozen=True)
class Count:
    number: str = ""
    location: str = ""
    status: str = ""
    lots: tuple[Listed, ...] = ()
    found: tuple[Found, ...] = ()
    """The count that holds: the last one."""
    counted_by: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    """Who looked at the variance: they decide, and do not count."""
    agreed_by: str = ""
    reason: str = ""
    begun_at: datetime | None = None

    @property
    def variances(self) -> tuple[Found, ...]:
        """Lots of which more or fewer were counted than the ledger said."""
        return tuple(one for one in self.found if one.variance)
