"""Everything that can be done to a dose, each as a frozen value. What a person sends and what the check completes.

Fields that the server fills in after the gate are marked "completed"; a client cannot set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from calculations.quantity import Quantity

from compounding.planning.plan import DrawUpPlan, TherapeuticPlan


@dataclass(frozen=True)
class Action:
    """Base of all actions: `kind` and `version` name the entry, and readers for every released pair stay for ever."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1


@dataclass(frozen=True)
class Queue(Action):
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
class Hold(Action):
    kind: ClassVar[str] = "hold"
    reason: str


@dataclass(frozen=True)
class Resume(Action):
    kind: ClassVar[str] = "resume"


@dataclass(frozen=True)
class Cancel(Action):
    kind: ClassVar[str] = "cancel"
    reason: str


@dataclass(frozen=True)
class ScanContainer(Action):
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
    opened: str = ""
    """Id of an opened container with its own clock, when a part container is used."""


@dataclass(frozen=True)
class PlanDrawUp(Action):
    """The draw-up plan made anew from what was really scanned."""

    kind: ClassVar[str] = "plan_draw_up"
    draw_up: DrawUpPlan
    reason: str


@dataclass(frozen=True)
class TakeApart(Action):
    kind: ClassVar[str] = "take_apart"
    reason: str


@dataclass(frozen=True)
class CheckStaging(Action):
    kind: ClassVar[str] = "check_staging"


@dataclass(frozen=True)
class StartPreparation(Action):
    kind: ClassVar[str] = "start_preparation"
    hood: str


@dataclass(frozen=True)
class HandOver(Action):
    """The person who acts takes the preparation over: both are preparers from here."""

    kind: ClassVar[str] = "hand_over"


@dataclass(frozen=True)
class RecordVolume(Action):
    kind: ClassVar[str] = "record_volume"
    step: int
    volume: Quantity
    """What the syringe shows, typed by hand."""
    picture: str = ""


@dataclass(frozen=True)
class RecordWeight(Action):
    kind: ClassVar[str] = "record_weight"
    step: int
    mass: Quantity
    """Grams, from the balance."""
    picture: str = ""
    volume: Quantity | None = None
    """Completed: mass ÷ density."""


@dataclass(frozen=True)
class RecordUnmeasured(Action):
    """The step was done and not measured: the recalculation shows no pass until a pharmacist reads the picture."""

    kind: ClassVar[str] = "record_unmeasured"
    step: int
    picture: str
    reason: str


@dataclass(frozen=True)
class ConfirmStep(Action):
    kind: ClassVar[str] = "confirm_step"
    step: int
    picture: str = ""


@dataclass(frozen=True)
class Undo(Action):
    """A correction: names the step whose last record does not count."""

    kind: ClassVar[str] = "undo"
    step: int
    reason: str


@dataclass(frozen=True)
class AskInProcessCheck(Action):
    kind: ClassVar[str] = "ask_in_process_check"


@dataclass(frozen=True)
class PassInProcess(Action):
    kind: ClassVar[str] = "pass_in_process"


@dataclass(frozen=True)
class RejectInProcess(Action):
    kind: ClassVar[str] = "reject_in_process"
    code: str
    reason: str


@dataclass(frozen=True)
class Complete(Action):
    """The in-process label on the container was scanned: the preparation goes to the check."""

    kind: ClassVar[str] = "complete"
    label_code: str
    picture: str = ""
    beyond_use: Mapping[str, Any] | None = None
    """Completed: the time, what decided it, every candidate."""


@dataclass(frozen=True)
class Abandon(Action):
    kind: ClassVar[str] = "abandon"
    reason: str


@dataclass(frozen=True)
class ReadFromPicture(Action):
    kind: ClassVar[str] = "read_from_picture"
    step: int
    volume: Quantity


@dataclass(frozen=True)
class AskSecondCheck(Action):
    """The first checker passes; a second pharmacist now works alone."""

    kind: ClassVar[str] = "ask_second_check"
    content_digest: str
    signature: Mapping[str, Any] | None = None
    """Completed."""


@dataclass(frozen=True)
class EnterSecondCheck(Action):
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
class Release(Action):
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
class EmergencyRelease(Action):
    """A pharmacist alone at night releases what they had a hand in, or without the second check. Checked afterwards."""

    kind: ClassVar[str] = "emergency_release"
    content_digest: str
    reason: str
    signature: Mapping[str, Any] | None = None
    label: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CheckAfterwards(Action):
    kind: ClassVar[str] = "check_afterwards"
    agreed: bool
    note: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Reject(Action):
    kind: ClassVar[str] = "reject"
    code: str
    reason: str


@dataclass(frozen=True)
class Expire(Action):
    kind: ClassVar[str] = "expire"


@dataclass(frozen=True)
class PrintLabel(Action):
    """One copy of the dispensing label. The first needs no reason; every later one does and is counted."""

    kind: ClassVar[str] = "print_label"
    document: str
    """Digest of the printed file."""
    reason: str = ""
    copy: int = 0
    """Completed."""


@dataclass(frozen=True)
class AnswerLabelInHand(Action):
    """"Label in hand?" Unanswered or no means not printed."""

    kind: ClassVar[str] = "answer_label_in_hand"
    in_hand: bool


@dataclass(frozen=True)
class PairLabels(Action):
    kind: ClassVar[str] = "pair_labels"
    in_process_code: str
    dispensing_code: str
    inspected_again: bool = False


@dataclass(frozen=True)
class Receive(Action):
    kind: ClassVar[str] = "receive"
    place: str


@dataclass(frozen=True)
class StartAdministration(Action):
    kind: ClassVar[str] = "start_administration"


@dataclass(frozen=True)
class ReturnDose(Action):
    kind: ClassVar[str] = "return_dose"
    condition: str
    storage_history: str


@dataclass(frozen=True)
class ReportMissing(Action):
    kind: ClassVar[str] = "report_missing"
    looked: str


@dataclass(frozen=True)
class Find(Action):
    kind: ClassVar[str] = "find"
    place: str


@dataclass(frozen=True)
class Reuse(Action):
    """A returned dose is used again under a new label; its beyond-use time is kept or shorter, never longer."""

    kind: ClassVar[str] = "reuse"
    reason: str
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Waste(Action):
    kind: ClassVar[str] = "waste"
    amount: str
    stream: str
    witness: str = ""
    """Person who saw it, for a controlled drug: another person than the one who acts."""


@dataclass(frozen=True)
class Quarantine(Action):
    kind: ClassVar[str] = "quarantine"
    reason: str


@dataclass(frozen=True)
class EndQuarantine(Action):
    kind: ClassVar[str] = "end_quarantine"
    reason: str
    signature: Mapping[str, Any] | None = field(default=None)


ACTIONS: dict[tuple[str, int], type[Action]] = {
    (action.kind, action.version): action
    for action in (
        Queue, Hold, Resume, Cancel, ScanContainer, PlanDrawUp, TakeApart, CheckStaging, StartPreparation, HandOver,
        RecordVolume, RecordWeight, RecordUnmeasured, ConfirmStep, Undo, AskInProcessCheck, PassInProcess,
        RejectInProcess, Complete, Abandon, ReadFromPicture, AskSecondCheck, EnterSecondCheck, Release,
        EmergencyRelease, CheckAfterwards, Reject, Expire, PrintLabel, AnswerLabelInHand, PairLabels, Receive,
        StartAdministration, ReturnDose, ReportMissing, Find, Reuse, Waste, Quarantine, EndQuarantine,
    )
}  # fmt: skip
"""The reader of every released kind and version."""
