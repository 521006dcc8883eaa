"""What can be done to a lot: each one an entry, and each change of a count one or two moves of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from compounding.record_actions import RecordAction, by_kind
from compounding.stock.in_hand import PutBackLot
from compounding.stock.sending import ArriveLot, SendLot

CAUSES: Mapping[str, str] = {
    "expired": "expired",
    "broken": "broken or dropped",
    "opened": "opened, the rest not usable",
    "storage": "stored at the wrong temperature",
    "recalled": "held or recalled",
    "other": "something else",
}
"""Why stock is wasted."""


@dataclass(frozen=True)
class ReceiveLot(RecordAction):
    kind: ClassVar[str] = "lot_received"
    product: str
    lot: str
    expires: str
    count: int
    place: str
    """The location it is put at."""
    price: int | None = None
    """Cents for one container, as invoiced; None when nobody said."""
    order: str = ""
    """Number of the purchase order it came with."""
    reason: str = ""
    """Why it was received without an order."""
    spelled: str = ""
    """Completed: how its number was spelled, where the record of the lot spells it in another way."""


@dataclass(frozen=True)
class AdjustLot(RecordAction):
    """A count that differs: what is really there, and why. Without a location it is the count of the whole lot."""

    kind: ClassVar[str] = "lot_adjusted"
    count: int
    reason: str
    location: str = ""
    about: str = ""
    """Number of the cycle count that found it."""


@dataclass(frozen=True)
class TransferLot(RecordAction):
    kind: ClassVar[str] = "lot_transferred"
    count: int
    source: str
    target: str
    reason: str = ""


@dataclass(frozen=True)
class WasteLot(RecordAction):
    kind: ClassVar[str] = "lot_wasted"
    count: int
    location: str
    cause: str
    """One of `CAUSES`."""
    reason: str


@dataclass(frozen=True)
class ReturnLot(RecordAction):
    """Sent back to the supplier."""

    kind: ClassVar[str] = "lot_returned"
    count: int
    location: str
    supplier: str
    reason: str


@dataclass(frozen=True)
class HoldLot(RecordAction):
    kind: ClassVar[str] = "lot_held"
    state: str
    """held or recalled."""
    reason: str
    product: str = ""
    """Product and lot, for a lot that was never received here: a recall stops it when it comes."""
    lot: str = ""
    recall: str = ""
    """Number of the recall that holds it; only that recall lets it go."""


@dataclass(frozen=True)
class FreeLot(RecordAction):
    kind: ClassVar[str] = "lot_freed"
    reason: str


@dataclass(frozen=True)
class UseContainer(RecordAction):
    """Containers went into a preparation, or came back from one that was taken apart (a count below zero)."""

    kind: ClassVar[str] = "lot_used"
    dose: str
    product: str
    lot: str
    expires: str
    count: int
    location: str = ""
    """Completed: where they were taken from, or where they went back to."""
    why: str = ""
    """Completed: why this lot, and which one that expires earlier was passed over."""
    home: str = ""
    """Completed, of a controlled drug that came back: it is in hand at the location, and two persons put it back here."""


ACTIONS: dict[str, type[RecordAction]] = by_kind(
    ReceiveLot, AdjustLot, TransferLot, SendLot, ArriveLot, WasteLot, ReturnLot, HoldLot, FreeLot, UseContainer, PutBackLot,
)  # fmt: skip

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "lot_received": frozenset({"buyer", "technician", "pharmacist"}),
    "lot_adjusted": frozenset({"buyer", "pharmacist"}),
    "lot_transferred": frozenset({"buyer", "technician", "pharmacist", "lead"}),
    "lot_sent": frozenset({"buyer", "technician", "pharmacist", "lead"}),
    "lot_arrived": frozenset({"buyer", "technician", "pharmacist", "lead"}),
    "lot_wasted": frozenset({"buyer", "technician", "pharmacist"}),
    "lot_returned": frozenset({"buyer", "pharmacist"}),
    "lot_held": frozenset({"pharmacist", "lead"}),
    "lot_freed": frozenset({"pharmacist", "lead"}),
    "lot_used": frozenset({"system"}),
    "lot_put_back": frozenset({"system"}),
}
MOST_CONTAINERS = 100_000
"""Of one delivery, one count or one line: more is a slip of the hand."""
MOST_CENTS = 999_999_999
OUT_OF_QUARANTINE = frozenset({"pharmacist", "lead"})
"""Who may put stock from quarantine back where it is used."""
