"""Everything that can be done to a dose, each as a frozen value. What a person sends and what the check completes.

Fields that the server fills in after the gate are marked "completed"; a client cannot set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from calculations.quantity import Quantity
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
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
class ScanContainer(RecordAction):
    """One container under the scanner. Lot and expiry come with the code, from received lots, or typed with a picture."""

    kind: ClassVar[str] = "scan_container"
    code: str
    lot: str = ""
    expires: str = ""
    """Last day of use, as a date."""
    typed: bool = False
    picture: str = ""
    slot: str = ""
    """Completed: which container of the draw-up plan this is."""
    product: str = ""
    """Completed."""
    display: str = ""
    """Completed."""
    content: Quantity | None = None
    """Completed: whole label content."""
    strength: Mapping[str, Any] | None = None
    """Completed: what the label of this product says of its strength; the recalculation works from it."""
    serial: str = ""
    """Completed, where the code carries one."""
    doubts: tuple[str, ...] = ()
    """Completed: what a person should look at although the code was read."""


@dataclass(frozen=True)
class PlanDrawUp(RecordAction):
    """The draw-up plan made anew from what was really scanned."""

    kind: ClassVar[str] = "plan_draw_up"
    draw_up: DrawUpPlan
    reason: str


@dataclass(frozen=True)
class TakeApart(RecordAction):
    kind: ClassVar[str] = "take_apart"
    reason: str


@dataclass(frozen=True)
class CheckStaging(RecordAction):
    kind: ClassVar[str] = "check_staging"


@dataclass(frozen=True)
class StartPreparation(RecordAction):
    kind: ClassVar[str] = "start_preparation"
    hood: str


@dataclass(frozen=True)
class HandOver(RecordAction):
    """The person who acts takes the preparation over: both are preparers from here."""

    kind: ClassVar[str] = "hand_over"


@dataclass(frozen=True)
class RecordVolume(RecordAction):
    kind: ClassVar[str] = "record_volume"
    step: int
    volume: Quantity
    """What the syringe shows, typed by hand."""
    picture: str = ""
    confirmed: str = ""
    """What the preparer confirmed with this step, as a paralyzing drug asks for."""


@dataclass(frozen=True)
class RecordWeight(RecordAction):
    kind: ClassVar[str] = "record_weight"
    step: int
    mass: Quantity
    """Grams, from the balance."""
    picture: str = ""
    volume: Quantity | None = None
    """Completed: mass ÷ density."""


@dataclass(frozen=True)
class RecordUnmeasured(RecordAction):
    """The step was done and not measured: the recalculation shows no pass until a pharmacist reads the picture."""

    kind: ClassVar[str] = "record_unmeasured"
    step: int
    picture: str
    reason: str


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
    """Only where it could not be computed: the pharmacist's time and reason."""
    signature: Mapping[str, Any] | None = None
    """Completed."""
    label: Mapping[str, Any] | None = None
    """Completed: the snapshot of the dispensing label."""


@dataclass(frozen=True)
class EmergencyRelease(RecordAction):
    """A pharmacist alone at night releases what they had a hand in, or without the second check. Checked afterwards."""

    kind: ClassVar[str] = "emergency_release"
    content_digest: str
    reason: str
    beyond_use_decided: Mapping[str, Any] | None = None
    """Only where it could not be computed: the pharmacist's time and reason."""
    signature: Mapping[str, Any] | None = None
    label: Mapping[str, Any] | None = None


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


@dataclass(frozen=True)
class Expire(RecordAction):
    kind: ClassVar[str] = "expire"


@dataclass(frozen=True)
class PrintLabel(RecordAction):
    """One copy of the dispensing label. The first needs no reason; every later one does and is counted."""

    kind: ClassVar[str] = "print_label"
    document: str
    """Digest of the printed file."""
    reason: str = ""
    copy: int = 0
    """Completed."""


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


@dataclass(frozen=True)
class Waste(RecordAction):
    kind: ClassVar[str] = "waste"
    amount: str
    stream: str
    witness: str = ""
    """Person who saw it, for a controlled drug: another person than the one who acts."""


@dataclass(frozen=True)
class Quarantine(RecordAction):
    kind: ClassVar[str] = "quarantine"
    reason: str


@dataclass(frozen=True)
class EndQuarantine(RecordAction):
    """First the designated person closes the investigation, then a pharmacist releases: the same act, by two."""

    kind: ClassVar[str] = "end_quarantine"
    reason: str
    final: bool = False
    """Completed: True for the second of the two."""
    signature: Mapping[str, Any] | None = field(default=None)


ACTIONS: dict[tuple[str, int], type[RecordAction]] = {
    (action.kind, action.version): action
    for action in (
        Queue,
        Hold,
        Resume,
        Cancel,
        ScanContainer,
        PlanDrawUp,
        TakeApart,
        CheckStaging,
        StartPreparation,
        HandOver,
        RecordVolume,
        RecordWeight,
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
        EndQuarantine,
        Say,
    )
}
"""The reader of every released kind and version."""
