"""A label's way to the printer in words. Whatever it says, whether the label is in hand stays a question to the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from compounding.print_jobs import JobState, PrintJob

REASONS = {
    "media-empty": "paper out",
    "media-needed": "paper out",
    "media-jam": "jammed",
    "cover-open": "cover open",
    "door-open": "cover open",
    "interlock-open": "cover open",
    "marker-supply-empty": "ribbon or ink empty",
    "toner-empty": "toner empty",
    "output-area-full": "output full",
    "paused": "paused",
    "offline": "switched off",
    "shutdown": "switched off",
    "timed-out": "does not answer",
    "connecting-to-device": "still looking for the printer",
    "stopped-partly": "stopped in part",
    "job-hold-until-specified": "held",
    "job-canceled-by-user": "cancelled",
    "job-canceled-by-operator": "cancelled at the printer",
    "job-canceled-at-device": "cancelled at the printer",
    "aborted-by-system": "given up by the printer",
    "document-format-error": "the printer could not read it",
    "unsupported-document-format": "the printer does not take PDF",
}
"""Keywords of RFC 8011 and of CUPS -> words; others say nothing to a person at the printer."""
GRADES = ("-error", "-warning", "-report")


@dataclass(frozen=True)
class JobShown:
    """One job for the page."""

    words: str
    tone: str
    """work, stop or done."""
    sure_not_printed: bool
    """It may be sent again, or printed through the browser, without a second paper of the same copy."""
    printer: str


def reasons_in_words(reasons: Iterable[str]) -> str:
    """Why a printer or a job stands still; empty when nothing that a person could mend was said."""
    found = []
    for reason in reasons:
        bare = next((reason.removesuffix(grade) for grade in GRADES if reason.endswith(grade)), reason)
        found.append(REASONS.get(bare, ""))
    return ", ".join(dict.fromkeys(filter(None, found)))


def job_shown(
    job: PrintJob, printer: str, now: datetime, state: str = "", reasons: Iterable[str] = ()
) -> JobShown | None:
    """A job in words, None where there is none. ``state`` and ``reasons``: what the printer said last, in its own words."""
    at = job.state_at(now)
    if at is JobState.NONE:
        return None
    why = f" ({job.why})" if job.why else ""
    unsure = "Not known whether it printed"
    words, tone = {
        JobState.ASKED: (f"Waiting to be sent to {printer}.", "work"),
        JobState.BEGUN: (f"Being sent to {printer}.", "work"),
        JobState.NOT_SENT: (f"Not sent to {printer}{why}. Nothing was printed.", "stop"),
        JobState.NOT_KNOWN: (f"{unsure} at {printer}{why}. Look there: is the label in hand?", "stop"),
        JobState.SENT: _at_the_printer(printer, state, reasons_in_words(reasons)),
        JobState.ENDED: _ended(printer, job.outcome, reasons_in_words(job.why.split(","))),
    }[at]
    return JobShown(words, tone, at is JobState.NOT_SENT, printer)


def _at_the_printer(printer: str, state: str, why: str) -> tuple[str, str]:
    because = f": {why}" if why else ""
    if state == "no_answer":
        return f"{printer} took it and does not answer now. Switched off? Look there: is the label in hand?", "stop"
    if state in ("stopped", "held") or why:
        return f"Stopped at {printer}{because}. It may come out later: answer no and destroy it if it does.", "stop"
    return (f"Printing at {printer}." if state == "processing" else f"Queued at {printer}."), "work"


def _ended(printer: str, outcome: str, why: str) -> tuple[str, str]:
    because = f": {why}" if why else ""
    if outcome == "completed" and not why:
        return f"{printer} says it is done. Is the label in hand?", "done"
    if outcome == "completed":
        return f"{printer} says it is done{because}. Look at the label: is it whole and in hand?", "stop"
    if outcome == "forgotten":
        return f"{printer} knows nothing of it any more. Look there: is the label in hand?", "stop"
    return f"Given up at {printer}{because}. A part of it may have come out: look there.", "stop"
