"""What can be done to an order, each as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.record_actions import RecordAction


@dataclass(frozen=True)
class Place(RecordAction):
    """A complete order version. A later one supersedes it; an administered dose is never rewritten."""

    kind: ClassVar[str] = "place"
    number: str
    order: Mapping[str, Any]
    """Canonical data of the order (`order_as_data`)."""
    message: str = ""
    """Id of the message it came with."""
    brought_in: bool = False
    """It came with a file or message: whoever brought that in did not order, and typed nothing of it."""
    received: str = ""
    """The part of the file that it was read from, as it came (`exact_json.as_received`): evidence, never read again."""
    replaces: int = 0
    """The version that was on the page which was changed; 0 where there was none, as in a message."""


@dataclass(frozen=True)
class ReceiveIncomplete(RecordAction):
    """An order whose message leaves out what compounding needs: it waits for the pharmacist's answer."""

    kind: ClassVar[str] = "receive_incomplete"
    number: str
    draft: Mapping[str, Any]
    """What the message said, as form fields."""
    missing: tuple[str, ...]
    original: str
    message: str = ""
    received: str = ""
    """As in `Place`."""


@dataclass(frozen=True)
class Confirmation:
    """Who confirmed hard findings: a registered prescriber, or all the rest of somebody on the telephone."""

    person: str = ""
    name: str = ""
    role: str = ""
    """Of somebody who is not registered here: `consultant, oncology`."""
    time: str = ""
    """When it was said, by the site's clock: 14:05."""
    read_back: bool = False


@dataclass(frozen=True)
class Accept(RecordAction):
    """A pharmacist accepts the version with its plan. Soft findings carry a reason, hard ones a prescriber's word too."""

    kind: ClassVar[str] = "accept"
    version_number: int
    reasons: Mapping[str, str]
    """Finding code -> reason."""
    prescriber_confirmed: str = ""
    """Completed: who confirmed hard findings, in words. In entries from before a prescriber was chosen, the typed name."""
    content_digest: str = ""
    plan: TherapeuticPlan | None = None
    """Completed: frozen and signed."""
    draw_up: DrawUpPlan | None = None
    """Completed: proposed."""
    findings: tuple[Mapping[str, Any], ...] = ()
    """Completed: every finding as it stood."""
    final: bool = True
    """Completed: False where a second pharmacist must agree."""
    confirmation: Confirmation | None = None
    """Who confirmed hard findings."""
    patient_entries: int = 0
    """Completed: how many entries the patient's record had, so that what became known later can be told. 0: not kept."""
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Clarify(RecordAction):
    kind: ClassVar[str] = "clarify"
    question: str
    version_number: int = 0
    """The version that the pharmacist looked at; 0 where it was not said."""


@dataclass(frozen=True)
class Answer(RecordAction):
    """The prescriber's answer, with the order as it then stands: a new version."""

    kind: ClassVar[str] = "answer"
    answer: str
    answered_by: str
    order: Mapping[str, Any]
    replaces: int = 0
    """As in `Place`."""


@dataclass(frozen=True)
class RejectOrder(RecordAction):
    kind: ClassVar[str] = "reject_order"
    reason: str
    version_number: int = 0
    """The version that the pharmacist looked at; 0 where it was not said."""


@dataclass(frozen=True)
class HoldOrder(RecordAction):
    kind: ClassVar[str] = "hold_order"
    reason: str


@dataclass(frozen=True)
class ResumeOrder(RecordAction):
    """Go on with a held order; what would not be planned as it was reviewed goes back to review instead."""

    kind: ClassVar[str] = "resume_order"
    changed: tuple[str, ...] = ()
    """Completed: what differs from what was reviewed, in words. Then nothing is resumed."""


@dataclass(frozen=True)
class ReviewAgain(RecordAction):
    """The same content as a new version, to be reviewed with the patient as now."""

    kind: ClassVar[str] = "review_again"
    reason: str


@dataclass(frozen=True)
class Discontinue(RecordAction):
    kind: ClassVar[str] = "discontinue"
    reason: str


@dataclass(frozen=True)
class YieldDoses(RecordAction):
    """Doses become due: queues those between the last one yielded and `until`, or one remake."""

    kind: ClassVar[str] = "yield_doses"
    until: datetime
    remake_of: str = ""
    dues: tuple[datetime, ...] = ()
    """Completed: due times of the new doses."""
    parts: tuple[int, ...] = ()
    """Completed: for each of them which container of the plan it is; none at all where every one is the first."""


@dataclass(frozen=True)
class AskNextBag(RecordAction):
    """The nurse asks for the next bag of a continuous infusion before it is due by the clock."""

    kind: ClassVar[str] = "ask_next_bag"
    needed_at: datetime


ACTIONS: dict[tuple[str, int], type[RecordAction]] = {
    (action.kind, action.version): action
    for action in (
        Place,
        ReceiveIncomplete,
        Accept,
        Clarify,
        Answer,
        RejectOrder,
        HoldOrder,
        ResumeOrder,
        ReviewAgain,
        Discontinue,
        YieldDoses,
        AskNextBag,
    )
}
