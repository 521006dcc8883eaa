"""What is done to a dose after its release: labels, the way to the patient, what comes back, waste. Read with `actions`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class Expire(RecordAction):
    kind: ClassVar[str] = "expire"


@dataclass(frozen=True)
class PrintLabel(RecordAction):
    """One copy of the dispensing label. The first needs no reason; every later one does and is counted.

    It voids the labels that were printed before it.
    """

    kind: ClassVar[str] = "print_label"
    document: str
    """Digest of the printed file."""
    reason: str = ""
    copy: int = 0
    """Completed."""
    issue: int = 0
    """The number in the code of this copy: which label of the dose it is, over its whole life. 0: a code without one."""


@dataclass(frozen=True)
class OpenLabel(RecordAction):
    """The printed copy is opened in a browser to come out there: once, and only where it lies at no printer."""

    kind: ClassVar[str] = "open_label"
    issue: int
    """The number in the code of the copy."""


@dataclass(frozen=True)
class AnswerLabelInHand(RecordAction):
    """ "Label in hand?" Unanswered or no means not printed."""

    kind: ClassVar[str] = "answer_label_in_hand"
    in_hand: bool


@dataclass(frozen=True)
class PairLabels(RecordAction):
    kind: ClassVar[str] = "pair_labels"
    in_process_code: str
    dispensing_code: str
    inspected_again: bool = False


@dataclass(frozen=True)
class Receive(RecordAction):
    kind: ClassVar[str] = "receive"
    place: str


@dataclass(frozen=True)
class StartAdministration(RecordAction):
    kind: ClassVar[str] = "start_administration"


@dataclass(frozen=True)
class ReturnDose(RecordAction):
    kind: ClassVar[str] = "return_dose"
    condition: str
    storage_history: str


@dataclass(frozen=True)
class ReportMissing(RecordAction):
    kind: ClassVar[str] = "report_missing"
    looked: str


@dataclass(frozen=True)
class Find(RecordAction):
    kind: ClassVar[str] = "find"
    place: str


@dataclass(frozen=True)
class Reuse(RecordAction):
    """A returned dose is used again under a new label; its beyond-use time is kept or shorter, never longer."""

    kind: ClassVar[str] = "reuse"
    reason: str
    signature: Mapping[str, Any] | None = None
    sound: tuple[str, ...] | None = None
    """What was found, each of `REUSE_CONDITIONS`; None in entries from before this was asked one by one."""
    beyond_use_decided: Mapping[str, Any] | None = None
    """An earlier time than it had, with the reason; None keeps the time."""
    label: Mapping[str, Any] | None = None
    """Completed where the time is shorter: the label that says it."""


@dataclass(frozen=True)
class Waste(RecordAction):
    kind: ClassVar[str] = "waste"
    amount: str
    stream: str
    witness: str = ""
    """Person who saw it, for a controlled drug: another person than the one who acts."""
    by: str = ""
    """Who wasted it, where a witnessed waste of a controlled drug brings the system to record it here."""


@dataclass(frozen=True)
class Quarantine(RecordAction):
    kind: ClassVar[str] = "quarantine"
    reason: str
    recall: str = ""
    """Number of the recall that holds it; only that recall lets it go."""


@dataclass(frozen=True)
class LiftQuarantine(RecordAction):
    """The recall that held it cleared it, by two persons: it stands again as it did, where it is, under its label."""

    kind: ClassVar[str] = "lift_quarantine"
    reason: str


@dataclass(frozen=True)
class EndQuarantine(RecordAction):
    """First the designated person closes the investigation, then a pharmacist releases: the same act, by two."""

    kind: ClassVar[str] = "end_quarantine"
    reason: str
    final: bool = False
    """Completed: True for the second of the two."""
    signature: Mapping[str, Any] | None = field(default=None)
