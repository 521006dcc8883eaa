"""What two persons do together with a controlled drug: take a lot in, move it, send it back, put back what was in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from compounding.planning.plan_data import as_data
from compounding.record_actions import RecordAction, by_kind
from compounding.stock import lot_actions

RECEIPT, TRANSFER, RETURN, BACK = "receipt", "transfer", "return", "back"
SUBJECTS: Mapping[str, str] = {
    RECEIPT: "taken in",
    TRANSFER: "put somewhere else",
    RETURN: "returned to the supplier",
    BACK: "put back, out of a preparation",
}
OFFERED, DONE, TAKEN_BACK = "offered", "done", "taken_back"
DONE_BY, DONE_TOO = "Counted and handled by", "Counted and handled by, as second person"


@dataclass(frozen=True)
class OfferHandling(RecordAction):
    """The first person shows what is done. Nothing moves before the second person has signed."""

    kind: ClassVar[str] = "controlled_handling_offered"
    number: str
    subject: str
    product: str
    lot: str
    count: int
    """Containers; of a receipt all that came, the damaged ones with them."""
    source: str = ""
    target: str = ""
    supplier: str = ""
    reason: str = ""
    expires: str = ""
    price: int | None = None
    order: str = ""
    """Number of the purchase order that they came with."""
    damaged: int = 0
    damaged_place: str = ""
    dose: str = ""
    """Of what is put back: number of the preparation that it was scanned for."""
    container: str = ""
    """Of what is put back: number of an opened container; empty for unopened ones."""
    display: str = ""
    """Completed, as all that follow."""
    schedule: str = ""
    arithmetic: str = ""
    """What the count of each location was, and what it will be."""
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class SecondHandling(RecordAction):
    """Another person, at the same station, counted it too and signs with their own secret."""

    kind: ClassVar[str] = "controlled_handling_done"
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class TakeBackHandling(RecordAction):
    """Nothing was moved."""

    kind: ClassVar[str] = "controlled_handling_taken_back"
    reason: str


ACTIONS: dict[str, type[RecordAction]] = by_kind(OfferHandling, SecondHandling, TakeBackHandling)
DONE_BY_ROLE: Mapping[str, frozenset[str]] = {
    RECEIPT: lot_actions.PERMISSIONS["lot_received"],
    TRANSFER: lot_actions.PERMISSIONS["lot_transferred"],
    RETURN: lot_actions.PERMISSIONS["lot_returned"],
    BACK: frozenset({"technician", "pharmacist", "lead"}),
}
_HANDLING = frozenset({"buyer", "technician", "pharmacist", "lead"})
PERMISSIONS: Mapping[str, frozenset[str]] = dict.fromkeys(ACTIONS, _HANDLING)


@dataclass(frozen=True)
class Handling:
    """Blank until it is offered."""

    offered: OfferHandling | None = None
    status: str = ""
    person: str = ""
    offered_at: datetime | None = None
    station: str = ""
    second: str = ""
    done_at: datetime | None = None
    reason: str = ""
    """Why it was taken back."""

    @property
    def told(self) -> OfferHandling:
        """What is handled. Raises ValueError for one that was never offered."""
        if self.offered is None:
            raise ValueError("what was never offered has nothing to tell")
        return self.offered


def handling_record(number: str) -> str:
    """The id of its record."""
    return f"controlled_handling-{number}"


def content_of(told: OfferHandling, person: str) -> Any:
    """What both persons sign."""
    plain = as_data(told)
    return {name: value for name, value in plain.items() if name != "signature"} | {"handled_by": person}


def said(told: OfferHandling) -> str:
    """`3 containers, IV room A to satellite`."""
    count = f"{told.count} container{'' if told.count == 1 else 's'}"
    if told.subject == BACK:
        return f"{'1 opened container' if told.container else count} back to {told.target or 'where it was'}"
    if told.subject == TRANSFER:
        return f"{count}, {told.source} to {told.target}"
    if told.subject == RETURN:
        return f"{count} out of {told.source}, to {told.supplier}"
    broken = f", {told.damaged} of them damaged, to {told.damaged_place}" if told.damaged else ""
    return f"{count} into {told.target}{broken}"
