"""One label on its way to a print queue: asked for, begun, and what became of it. One record for each printed copy.

Begun is written and lasting before the first byte goes to the printer, and it passes the head gate: whoever does not write
it does not send. Where no outcome follows, nobody knows whether it printed, and nothing sends it again. What the printer
says never answers the question whether the label is in hand.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import select

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from compounding.planning.plan_data import from_data
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.states import DoseStatus
from compounding.print_papers import AskPaper, asked_paper, paper_name, paper_record
from compounding.printers import PRINTERS, PRINTERS_RECORD, LabelPrinter
from compounding.record_actions import RecordAction, encode, not_allowed

LONGEST_SENDING = timedelta(seconds=60)
"""A job that was not begun by then is never sent any more; one that was begun and has no outcome is not known."""
LONGEST_WORDS = 200
MAY_PRINT = frozenset({"technician", "pharmacist"})


class JobState(StrEnum):
    """How far a job has come, by its entries alone."""

    NONE = "none"
    ASKED = "asked"
    BEGUN = "begun"
    NOT_SENT = "not_sent"
    """Certain: nothing reached the printer, or it refused the job."""
    NOT_KNOWN = "not_known"
    SENT = "sent"
    """The printer took it."""
    ENDED = "ended"
    """The printer said that it is done with it, in one way or another."""


@dataclass(frozen=True)
class PrintJob:
    """What the entries say."""

    state: JobState = JobState.NONE
    number: str = ""
    issue: int = 0
    printer: str = ""
    address: str = ""
    document: str = ""
    media: str = ""
    attempt: int = 0
    at: datetime | None = None
    """Of the newest step."""
    printer_job: int = 0
    """The number the printer gave it."""
    why: str = ""
    outcome: str = ""
    """The printer's last word: completed, aborted or canceled."""

    def state_at(self, now: datetime) -> JobState:
        """As it counts now: what was begun or asked too long ago has no more to hope for."""
        if self.at is None or now - self.at <= LONGEST_SENDING:
            return self.state
        stale = {JobState.ASKED: JobState.NOT_SENT, JobState.BEGUN: JobState.NOT_KNOWN}
        return stale.get(self.state, self.state)


@dataclass(frozen=True)
class AskJob(RecordAction):
    """Send one printed copy to a printer. Completed with the printer's address."""

    kind: ClassVar[str] = "print_job_asked"
    number: str
    issue: int
    printer: str
    stock: str
    media: str
    """Size of the stock in the printer's own words."""
    document: str = ""
    """Digest of the file. Completed."""
    address: str = ""


@dataclass(frozen=True)
class BeginJob(RecordAction):
    kind: ClassVar[str] = "print_job_begun"
    attempt: int


@dataclass(frozen=True)
class JobSent(RecordAction):
    kind: ClassVar[str] = "print_job_sent"
    attempt: int
    printer_job: int


@dataclass(frozen=True)
class JobNotSent(RecordAction):
    kind: ClassVar[str] = "print_job_not_sent"
    attempt: int
    why: str


@dataclass(frozen=True)
class JobNotKnown(RecordAction):
    kind: ClassVar[str] = "print_job_not_known"
    attempt: int
    why: str


@dataclass(frozen=True)
class JobEnded(RecordAction):
    kind: ClassVar[str] = "print_job_ended"
    outcome: str
    why: str = ""


@dataclass(frozen=True)
class JobContext:
    """The dose whose label it is, and the printer."""

    dose: Dose
    printer: LabelPrinter | None
    document: str
    """Digest of the newest printed copy; empty when that is not the copy asked for."""
    printed: int = 0
    """How many copies of a paper may have come out."""


def job_record(number: str, issue: int) -> str:
    """The id of the record of one printed copy's way to a printer."""
    return f"print-job-{number}-{issue}"


def papers_printed(uow: UnitOfWork, dose: Dose, paper: str, now: datetime) -> int:
    """How many copies of this paper of a dose went to a printer and may have come out there."""
    mine = paper_record(dose.number, paper_name(dose, paper), "")
    records = uow.session.execute(select(HEADS.c.record).where(HEADS.c.record.startswith(mine, autoescape=True))).scalars()
    states = [load(uow, PRINT_JOB, record).state_at(now) for record in records]
    return sum(state not in (JobState.NONE, JobState.NOT_SENT) for state in states)


def _apply(state: PrintJob, entry: Entry) -> PrintJob:
    """The job after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    told = entry.payload
    if entry.version == 1:
        match entry.kind:
            case "print_job_asked":
                asked = from_data(AskJob, told)
                return PrintJob(
                    JobState.ASKED, asked.number, asked.issue, asked.printer, asked.address, asked.document,
                    asked.media, state.attempt + 1, entry.at,
                )  # fmt: skip
            case "paper_asked":
                paper = from_data(AskPaper, told)
                return PrintJob(
                    JobState.ASKED, paper.number, 0, paper.printer, paper.address, paper.document, paper.media,
                    state.attempt + 1, entry.at,
                )  # fmt: skip
            case "print_job_begun":
                return replace(state, state=JobState.BEGUN, at=entry.at)
            case "print_job_sent":
                return replace(state, state=JobState.SENT, at=entry.at, printer_job=told["printer_job"], why="")
            case "print_job_not_sent":
                return replace(state, state=JobState.NOT_SENT, at=entry.at, why=told["why"])
            case "print_job_not_known":
                return replace(state, state=JobState.NOT_KNOWN, at=entry.at, why=told["why"])
            case "print_job_ended":
                return replace(state, state=JobState.ENDED, at=entry.at, outcome=told["outcome"], why=told["why"])
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, dict.fromkeys(("print_job_asked", "paper_asked"), MAY_PRINT))


def _gather(uow: UnitOfWork, record: str, state: PrintJob, action: RecordAction, act: Act) -> JobContext | None:
    from compounding.preparing.record import DOSE

    if not isinstance(action, AskJob | AskPaper):
        return None
    printer = load(uow, PRINTERS, PRINTERS_RECORD).by_id.get(action.printer)
    dose = load(uow, DOSE, dose_record(action.number))
    if isinstance(action, AskPaper):
        if uow.writing:
            uow.serialise(f"papers of {action.number}")
        return JobContext(dose, printer, "", papers_printed(uow, dose, action.paper, act.at))
    prints = [entry for entry in uow.entries(dose_record(action.number)) if entry.kind == "print_label"]
    newest = prints[-1].payload["document"] if prints and dose.labels == action.issue else ""
    return JobContext(dose, printer, newest)


def _check(state: PrintJob, action: RecordAction, act: Act, context: JobContext | None) -> RecordAction | Refusal:
    if isinstance(action, AskJob) and context is not None:
        return _asked(state, action, act, context)
    if isinstance(action, AskPaper) and context is not None:
        if state.state_at(act.at) not in (JobState.NONE, JobState.NOT_SENT):
            return Refusal("job_on_its_way", "This paper went to a printer already and is not sent again.")
        return asked_paper(action, context.dose, context.printer, context.printed)
    if isinstance(action, BeginJob):
        if state.state is not JobState.ASKED or state.attempt != action.attempt:
            return Refusal("job_begun", "This label is being sent already, or was asked for anew.", 409)
        late = state.state_at(act.at) is not JobState.ASKED
        return Refusal("job_late", "This label was asked for too long ago to come out now.", 409) if late else action
    if isinstance(action, JobEnded):
        return action if state.state is JobState.SENT else Refusal("job_not_sent", "No printer has this job.", 409)
    now_at = getattr(action, "attempt", 0) == state.attempt
    open_ones = (
        (JobState.BEGUN, JobState.NOT_KNOWN) if isinstance(action, JobSent) else (JobState.ASKED, JobState.BEGUN)
    )
    return action if now_at and state.state in open_ones else Refusal("job_decided", "This job has its outcome.", 409)


def _asked(state: PrintJob, action: AskJob, act: Act, context: JobContext) -> AskJob | Refusal:
    if state.state_at(act.at) not in (JobState.NONE, JobState.NOT_SENT):
        return Refusal(
            "job_on_its_way",
            "This copy went to a printer already and is not sent again. If it is not in your hand, say so and print another.",
        )
    dose = context.dose
    if dose.status is not DoseStatus.RELEASED or not context.document:
        return Refusal("label_not_newest", "This is not the label that waits for its container. Load the page again.")
    if dose.label_in_hand is not None:
        return Refusal("label_answered", "It was said already whether this copy is in hand: print another one instead.")
    if dose.label_opened:
        return Refusal("label_opened", "This copy was opened in a browser to print. Say whether it is in hand, or print another.")
    if context.printer is None or not context.printer.enabled:
        return Refusal("printer_off", "That printer is not in use here. Choose another, or print through the browser.")
    if action.stock not in context.printer.stocks or action.stock != dose.planned.container_class:
        return Refusal("printer_stock", f"{context.printer.name} does not hold the stock of this label.")
    return replace(action, document=context.document, address=context.printer.address)


PRINT_JOB: RecordType[PrintJob, RecordAction, JobContext | None] = RecordType(
    name="print_job", blank=PrintJob, apply=_apply, authorise=_authorise, gather=_gather, check=_check, encode=encode
)
