"""What can be done to an opened container: each one an entry of its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from calculations.quantity import Quantity
from compounding.preparing.keeping import ISO_CLASS
from compounding.record_actions import RecordAction, by_kind
from compounding.stock.opened_labels import PrintContainerLabel


@dataclass(frozen=True)
class KeepContainer(RecordAction):
    """The rest of a container is kept after the preparation that opened it. Everything but the first four is completed."""

    kind: ClassVar[str] = "container_kept"
    dose: str
    slot: str
    storage: str
    """crt, fridge or freezer."""
    place: str
    number: str = ""
    product: str = ""
    display: str = ""
    drug: str = ""
    lot: str = ""
    expires: str = ""
    patient: str = ""
    one_patient: int = 0
    """1: for this patient alone."""
    opened_at: datetime | None = None
    reconstituted_at: datetime | None = None
    concentration: Quantity | None = None
    left: Quantity | None = None
    usable_until: datetime | None = None
    limit: str = ""
    hood: str = ""
    iso_class: int = ISO_CLASS


@dataclass(frozen=True)
class StageContainer(RecordAction):
    """Scanned for a dose: nobody else takes it."""

    kind: ClassVar[str] = "container_staged"
    dose: str
    patient: str


@dataclass(frozen=True)
class GiveBackContainer(RecordAction):
    """The dose was taken apart or cancelled before anything was drawn."""

    kind: ClassVar[str] = "container_given_back"
    dose: str
    place: str = ""
    """Completed, of a controlled drug: the hand that it is in until two persons put it back."""


@dataclass(frozen=True)
class PutBackContainer(RecordAction):
    """Two persons put it back where it was kept."""

    kind: ClassVar[str] = "container_put_back"
    dose: str
    reason: str = ""


@dataclass(frozen=True)
class DrawFromContainer(RecordAction):
    """What a preparation took out of it; without a volume nobody measured it, and the rest is not used."""

    kind: ClassVar[str] = "container_drawn_from"
    dose: str
    volume: Quantity | None = None


@dataclass(frozen=True)
class DiscardContainer(RecordAction):
    kind: ClassVar[str] = "container_discarded"
    reason: str
    stream: str
    """Where it went: sharps, hazardous waste, controlled waste."""


@dataclass(frozen=True)
class HoldContainer(RecordAction):
    """A recall touched it: nobody draws from it until that is decided."""

    kind: ClassVar[str] = "container_held"
    recall: str
    reason: str


@dataclass(frozen=True)
class FreeContainer(RecordAction):
    """The recall cleared it."""

    kind: ClassVar[str] = "container_freed"
    reason: str


ACTIONS: dict[str, type[RecordAction]] = by_kind(
    KeepContainer, StageContainer, GiveBackContainer, PutBackContainer, DrawFromContainer, DiscardContainer, HoldContainer,
    FreeContainer, PrintContainerLabel,
)  # fmt: skip

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "container_kept": frozenset({"technician", "pharmacist"}),
    "container_discarded": frozenset({"technician", "pharmacist"}),
    "container_label_printed": frozenset({"technician", "pharmacist"}),
    "container_staged": frozenset({"system"}),
    "container_given_back": frozenset({"system"}),
    "container_put_back": frozenset({"system"}),
    "container_drawn_from": frozenset({"system"}),
    "container_held": frozenset({"system"}),
    "container_freed": frozenset({"system"}),
}
