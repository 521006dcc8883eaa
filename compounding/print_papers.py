"""Papers of the station at a print queue: in-process label, label of an intermediate dilution, worksheet. Counted; nothing waits.

They travel as the jobs of `print_jobs` do: begun is lasting before the first byte goes, and nothing is sent twice. Each paper
that may have come out counts as a copy; a label after the first has its reason, which stands on it.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from batch_records.acts import Refusal
from compounding.preparing.dose import Dose
from compounding.preparing.states import DoseStatus
from compounding.printers import SHEET, LabelPrinter
from compounding.record_actions import RecordAction

LABEL, DILUTION, WORKSHEET = "in_process_label", "intermediate_label", "worksheet"
LABELS = (LABEL, DILUTION)
"""What is stuck on something: another one needs its reason."""
LABEL_READY = frozenset({DoseStatus.STAGED, DoseStatus.IN_PREP, DoseStatus.IN_PROCESS_CHECK})
PREFIX = "print-job-"


@dataclass(frozen=True)
class AskPaper(RecordAction):
    """Send one paper of a dose to a printer."""

    kind: ClassVar[str] = "paper_asked"
    number: str
    paper: str
    """in_process_label, intermediate_label or worksheet."""
    printer: str
    media: str
    """Size of the stock in the printer's own words."""
    document: str
    """Digest of the kept file."""
    address: str = ""
    """Completed."""
    copy: int = 0
    """Which copy of this paper it is, as it says itself; 0 in entries from before papers were counted."""
    reason: str = ""
    """Why a label is printed again."""


def paper_name(dose: Dose, paper: str) -> str:
    """The paper by which copies are told apart: of several dilutions in nutrition each label is one of its own."""
    step = dose.current_step
    several = paper == DILUTION and dose.plan is not None and dose.planned.nutrition is not None
    return f"{paper}-{step.number}" if several and step is not None else paper


def paper_record(number: str, paper: str, name: str) -> str:
    """The id of the record of one paper's way; `name` tells two prints of one paper apart."""
    return f"{PREFIX}{number}-{paper}-{name}"


def stock_of(dose: Dose, paper: str) -> str:
    """What a printer must hold for a paper of this dose. A dilution is made in a syringe."""
    return {WORKSHEET: SHEET, DILUTION: "syringe"}.get(paper, dose.planned.container_class)


def dilution_to_label(dose: Dose) -> bool:
    """Whether the label of an intermediate dilution can be printed. Of several in nutrition, that of the step in focus."""
    if dose.status is not DoseStatus.IN_PREP:
        return False
    if dose.planned.nutrition is not None:
        return dose.current_step is not None and dose.current_step.kind == "scan"
    return any(active.intermediate for active in dose.planned.actives)


def not_ready(dose: Dose, paper: str) -> Refusal | None:
    """Why this paper is not printed now."""
    if paper == LABEL and dose.status not in LABEL_READY:
        text = "The in-process label is printed when every container was scanned, until the check."
        return Refusal("label_not_now", text)
    if paper == DILUTION and not dilution_to_label(dose):
        return Refusal("label_not_now", "This preparation has no intermediate dilution to label now.")
    return None


def asked_paper(action: AskPaper, dose: Dose, printer: LabelPrinter | None, printed: int) -> AskPaper | Refusal:
    """Whether this paper may come out at that printer now, as the next copy after those that were printed."""
    if action.paper not in (*LABELS, WORKSHEET) or dose.plan is None:
        return Refusal("no_such_paper", "There is no such paper of this dose.", 422)
    if refused := not_ready(dose, action.paper):
        return refused
    if action.copy != printed + 1:
        return Refusal("label_number", f"Copy {printed + 1} is next: another one was printed meanwhile. Load the page again.")
    if printed and action.paper in LABELS and not action.reason.strip():
        text = "It was printed already. Say why another one is needed, and destroy the old one."
        return Refusal("reprint_reason", text, 422)
    if printer is None or not printer.enabled:
        return Refusal("printer_off", "That printer is not in use here. Choose another, or print through the browser.")
    if stock_of(dose, action.paper) not in printer.stocks:
        return Refusal("printer_stock", f"{printer.name} does not hold what this is printed on.")
    return replace(action, address=printer.address)
