"""Everything that can be done to a dose, each as a frozen value. What a person sends and what the check completes.

Fields that the server fills in after the gate are marked "completed"; a client cannot set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from calculations.quantity import Quantity
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.preparing.actions_checking import (
    AskInProcessCheck,
    AskSecondCheck,
    CheckAfterwards,
    EmergencyRelease,
    EnterSecondCheck,
    PassInProcess,
    ReadFromPicture,
    Reject,
    RejectInProcess,
    Release,
)
from compounding.preparing.actions_delivering import (
    AnswerLabelInHand,
    EndQuarantine,
    Expire,
    Find,
    LiftQuarantine,
    OpenLabel,
    PairLabels,
    PrintLabel,
    Quarantine,
    Receive,
    ReportMissing,
    ReturnDose,
    Reuse,
    StartAdministration,
    Waste,
)
from compounding.preparing.actions_pumping import RecordPumped
from compounding.preparing.actions_staging import CheckStaging, PlanDrawUp, ScanContainer, TakeApart
from compounding.preparing.actions_units import AssignUnit
from compounding.preparing.rechecking import AskRecheck, KeepReleased
from compounding.preparing.remarks import Say
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class Queue(RecordAction):
    kind: ClassVar[str] = "queue"
    number: str
    order: str
    order_version: int
    due: datetime
    priority: str
    patient: str
    plan: TherapeuticPlan
    draw_up: DrawUpPlan
    patient_shown: Mapping[str, str]
    """Name, birth date, location, allergies as shown when the order was accepted."""
    not_before: datetime | None = None
    """Made earlier it would not last until it is due."""
    remake_of: str = ""


@dataclass(frozen=True)
class Hold(RecordAction):
    kind: ClassVar[str] = "hold"
    reason: str


@dataclass(frozen=True)
class Resume(RecordAction):
    kind: ClassVar[str] = "resume"


@dataclass(frozen=True)
class Cancel(RecordAction):
    kind: ClassVar[str] = "cancel"
    reason: str


@dataclass(frozen=True)
class StartPreparation(RecordAction):
    kind: ClassVar[str] = "start_preparation"
    hood: str


@dataclass(frozen=True)
class HandOver(RecordAction):
    """The person who acts takes the preparation over: both are preparers from here."""

    kind: ClassVar[str] = "hand_over"


@dataclass(frozen=True)
class MoveHood(RecordAction):
    """A preparer goes on at the hood where they stand now."""

    kind: ClassVar[str] = "move_hood"
    reason: str
    to: str = ""
    """Completed: the station of the act."""


@dataclass(frozen=True)
class RecordVolume(RecordAction):
    kind: ClassVar[str] = "record_volume"
    step: int
    volume: Quantity
    """What the syringe shows, typed by hand."""
    picture: str = ""
    confirmed: str = ""
    """What the preparer read aloud off the container, where a paralyzing drug asks for it: `read_aloud.words_to_read`."""


@dataclass(frozen=True)
class RecordWeight(RecordAction):
    kind: ClassVar[str] = "record_weight"
    step: int
    mass: Quantity
    """Grams, from the balance."""
    picture: str = ""
    volume: Quantity | None = None
    """Completed: mass ÷ density."""
    confirmed: str = ""
    """As of a volume."""


@dataclass(frozen=True)
class WeighContainer(RecordAction):
    """The filled container as a whole on the balance, held against the mass of everything that belongs in it."""

    kind: ClassVar[str] = "weigh_container"
    step: int
    mass: Quantity
    """Grams of content: without the empty container."""
    picture: str = ""


@dataclass(frozen=True)
class RecordUnmeasured(RecordAction):
    """The step was done and not measured: the recalculation shows no pass until a pharmacist reads the picture."""

    kind: ClassVar[str] = "record_unmeasured"
    step: int
    picture: str
    reason: str
    confirmed: str = ""
    """As of a volume."""


@dataclass(frozen=True)
class ConfirmStep(RecordAction):
    kind: ClassVar[str] = "confirm_step"
    step: int
    picture: str = ""
    code: str = ""
    """Of the label that was scanned, where the step asks for a scan."""


@dataclass(frozen=True)
class Undo(RecordAction):
    """A correction: names the step whose last record does not count."""

    kind: ClassVar[str] = "undo"
    step: int
    reason: str


@dataclass(frozen=True)
class Complete(RecordAction):
    """The in-process label on the container was scanned: the preparation goes to the check."""

    kind: ClassVar[str] = "complete"
    label_code: str
    picture: str = ""
    beyond_use: Mapping[str, Any] | None = None
    """Completed: the time, what decided it, every candidate."""


@dataclass(frozen=True)
class Abandon(RecordAction):
    kind: ClassVar[str] = "abandon"
    reason: str


ACTIONS: dict[tuple[str, int], type[RecordAction]] = {
    (action.kind, action.version): action
    for action in (
        Queue,
        AssignUnit,
        Hold,
        Resume,
        Cancel,
        ScanContainer,
        PlanDrawUp,
        TakeApart,
        CheckStaging,
        StartPreparation,
        HandOver,
        MoveHood,
        RecordVolume,
        RecordWeight,
        WeighContainer,
        RecordPumped,
        RecordUnmeasured,
        ConfirmStep,
        Undo,
        AskInProcessCheck,
        PassInProcess,
        RejectInProcess,
        Complete,
        Abandon,
        ReadFromPicture,
        AskSecondCheck,
        EnterSecondCheck,
        Release,
        EmergencyRelease,
        CheckAfterwards,
        Reject,
        Expire,
        PrintLabel,
        OpenLabel,
        AnswerLabelInHand,
        PairLabels,
        Receive,
        StartAdministration,
        ReturnDose,
        ReportMissing,
        Find,
        Reuse,
        Waste,
        Quarantine,
        LiftQuarantine,
        EndQuarantine,
        Say,
        AskRecheck,
        KeepReleased,
    )
}
"""The reader of every released kind and version."""

__all__ = [
    "ACTIONS",
    "Abandon",
    "AnswerLabelInHand",
    "AskInProcessCheck",
    "AskRecheck",
    "AskSecondCheck",
    "AssignUnit",
    "Cancel",
    "CheckAfterwards",
    "CheckStaging",
    "Complete",
    "ConfirmStep",
    "EmergencyRelease",
    "EndQuarantine",
    "EnterSecondCheck",
    "Expire",
    "Find",
    "HandOver",
    "Hold",
    "KeepReleased",
    "MoveHood",
    "OpenLabel",
    "PairLabels",
    "PassInProcess",
    "PlanDrawUp",
    "PrintLabel",
    "Quarantine",
    "Queue",
    "ReadFromPicture",
    "Receive",
    "RecordPumped",
    "RecordUnmeasured",
    "RecordVolume",
    "RecordWeight",
    "Reject",
    "RejectInProcess",
    "Release",
    "ReportMissing",
    "Resume",
    "ReturnDose",
    "Reuse",
    "Say",
    "ScanContainer",
    "StartAdministration",
    "StartPreparation",
    "TakeApart",
    "Undo",
    "Waste",
    "WeighContainer",
]
