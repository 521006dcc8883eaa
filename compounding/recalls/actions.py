"""What can be done to a recall and to its parts. Fields marked "completed" are filled in after the gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class Touched:
    """One thing to list; product and lot name a lot that was never received, serials the units of a batch that lay at the place.
    Entries from before units had a history name the place itself."""

    item: str
    what: str
    product: str = ""
    lot: str = ""
    place: str = ""
    serials: tuple[int, ...] = ()


@dataclass(frozen=True)
class Listed:
    """The same as it was found: how it stood, and whether this recall holds it from now on."""

    item: str
    what: str
    category: str
    held: int
    product: str = ""
    lot: str = ""
    serials: tuple[int, ...] = ()
    """Units of a batch that are held; none for all of them."""


@dataclass(frozen=True)
class OpenRecall(RecordAction):
    kind: ClassVar[str] = "recall_opened"
    number: str
    subject: str
    """Kind of subject."""
    title: str
    reason: str
    source: str
    """Who says so: supplier's letter, authority's notice, own finding."""
    product: str = ""
    lot: str = ""
    batch: str = ""
    hood: str = ""
    person: str = ""
    place: str = ""
    test: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Completed for what is traced by making or place: what is made after the opening is not touched."""


@dataclass(frozen=True)
class AskClosing(RecordAction):
    """The first of two signatures: everything is settled."""

    kind: ClassVar[str] = "recall_closing_asked"
    reason: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CloseRecall(RecordAction):
    """The second signature, of another person."""

    kind: ClassVar[str] = "recall_closed"
    reason: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ListThings(RecordAction):
    """A portion of what was touched: listed, and held where it can be."""

    kind: ClassVar[str] = "recall_things_listed"
    recall: str
    why: str
    """The reason that everything held carries."""
    lot_state: str
    """held or recalled: how lots are stopped."""
    touched: tuple[Touched, ...]
    listed: tuple[Listed, ...] = ()
    """Completed."""


@dataclass(frozen=True)
class RecordOutcome(RecordAction):
    kind: ClassVar[str] = "recall_outcome"
    way: str
    items: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class AskClearing(RecordAction):
    """The first of two who decide that things are good after all."""

    kind: ClassVar[str] = "recall_clearing_asked"
    items: tuple[str, ...]
    """Without any: everything that may be cleared."""
    reason: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ConfirmClearing(RecordAction):
    """The second: what was asked for is cleared, and what this recall held is free."""

    kind: ClassVar[str] = "recall_clearing_confirmed"
    items: tuple[str, ...]
    reason: str
    freed: tuple[str, ...] = ()
    """Completed: what is let go now. The rest was never held, is gone, or is held by another recall as well."""
    signature: Mapping[str, Any] | None = None


RECALL_ACTIONS = {a.kind: a for a in (OpenRecall, AskClosing, CloseRecall)}
PART_ACTIONS = {a.kind: a for a in (ListThings, RecordOutcome, AskClearing, ConfirmClearing)}

_DECIDE = frozenset({"pharmacist", "lead"})
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "recall_opened": _DECIDE,
    "recall_closing_asked": _DECIDE,
    "recall_closed": _DECIDE,
    "recall_things_listed": _DECIDE | {"system"},
    "recall_outcome": frozenset({"nurse", "technician", "pharmacist", "lead"}),
    "recall_clearing_asked": _DECIDE,
    "recall_clearing_confirmed": frozenset({"pharmacist"}),
}
"""Who may do what. Which outcome each role may record stands in `tasks.WAYS`."""
