"""What is done to a dose at the check: the look before mixing, both checks, release, rejection. Read with `actions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from calculations.quantity import Quantity
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class AskInProcessCheck(RecordAction):
    kind: ClassVar[str] = "ask_in_process_check"


@dataclass(frozen=True)
class PassInProcess(RecordAction):
    kind: ClassVar[str] = "pass_in_process"


@dataclass(frozen=True)
class RejectInProcess(RecordAction):
    kind: ClassVar[str] = "reject_in_process"
    code: str
    reason: str


@dataclass(frozen=True)
class ReadFromPicture(RecordAction):
    kind: ClassVar[str] = "read_from_picture"
    step: int
    volume: Quantity


@dataclass(frozen=True)
class AskSecondCheck(RecordAction):
    """The first checker passes; a second pharmacist now works alone."""

    kind: ClassVar[str] = "ask_second_check"
    content_digest: str
    signature: Mapping[str, Any] | None = None
    """Completed."""
    items_read: tuple[int, ...] | None = None
    """Steps on which a device remarked something, each read and ticked; None where there is nothing to read."""


@dataclass(frozen=True)
class EnterSecondCheck(RecordAction):
    """What the second pharmacist finds from the order and the evidence, before seeing any figure of the first."""

    kind: ClassVar[str] = "enter_second_check"
    drug: str
    volumes: Mapping[str, Any]
    """Slot of each active -> volume drawn, as a quantity in plain form."""
    diluent: str
    final_volume: Quantity
    differences: tuple[str, ...] = ()
    """Completed: empty when everything matches."""
    signature: Mapping[str, Any] | None = None
    """Completed."""


@dataclass(frozen=True)
class Release(RecordAction):
    kind: ClassVar[str] = "release"
    content_digest: str
    """Digest of exactly what was on the page that is signed."""
    beyond_use_decided: Mapping[str, Any] | None = None
    """Where it could not be computed, or to set an earlier one: the pharmacist's time and reason."""
    signature: Mapping[str, Any] | None = None
    """Completed."""
    label: Mapping[str, Any] | None = None
    """Completed: the snapshot of the dispensing label."""
    items_read: tuple[int, ...] | None = None
    """Steps on which a device remarked something, each read and ticked; None where there is nothing to read."""


@dataclass(frozen=True)
class EmergencyRelease(RecordAction):
    """A pharmacist alone at night releases what they had a hand in, or without the second check. Checked afterwards."""

    kind: ClassVar[str] = "emergency_release"
    content_digest: str
    reason: str
    beyond_use_decided: Mapping[str, Any] | None = None
    """Where it could not be computed, or to set an earlier one: the pharmacist's time and reason."""
    signature: Mapping[str, Any] | None = None
    label: Mapping[str, Any] | None = None
    items_read: tuple[int, ...] | None = None
    """Steps on which a device remarked something, each read and ticked; None where there is nothing to read."""


@dataclass(frozen=True)
class CheckAfterwards(RecordAction):
    kind: ClassVar[str] = "check_afterwards"
    agreed: bool
    note: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Reject(RecordAction):
    kind: ClassVar[str] = "reject"
    code: str
    reason: str
