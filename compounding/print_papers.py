"""Papers of the station at a print queue: the in-process label and the worksheet. Not counted, and nothing waits for them.

They travel as the jobs of `print_jobs` do: begun is lasting before the first byte goes, and nothing is sent twice.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from batch_records.acts import Refusal
from compounding.preparing.dose import Dose
from compounding.preparing.states import DoseStatus
from compounding.printers import SHEET, LabelPrinter
from compounding.record_actions import RecordAction

LABEL, WORKSHEET = "in_process_label", "worksheet"
LABEL_READY = frozenset({DoseStatus.STAGED, DoseStatus.IN_PREP, DoseStatus.IN_PROCESS_CHECK})


@dataclass(frozen=True)
class AskPaper(RecordAction):
    """Send one paper of a dose to a printer."""

    kind: ClassVar[str] = "paper_asked"
    number: str
    paper: str
    """in_process_label or worksheet."""
    printer: str
    media: str
    """Size of the stock in the printer's own words."""
    document: str
    """Digest of the kept file."""
    address: str = ""
    """Completed."""


def paper_record(number: str, paper: str, name: str) -> str:
    """The id of the record of one paper's way; `name` tells two prints of one paper apart."""
    return f"print-job-{number}-{paper}-{name}"


def stock_of(dose: Dose, paper: str) -> str:
    """What a printer must hold for a paper of this dose."""
    return SHEET if paper == WORKSHEET else dose.planned.container_class


def asked_paper(action: AskPaper, dose: Dose, printer: LabelPrinter | None) -> AskPaper | Refusal:
    """Whether this paper may come out at that printer now."""
    if action.paper not in (LABEL, WORKSHEET) or dose.plan is None:
        return Refusal("no_such_paper", "There is no such paper of this dose.", 422)
    if action.paper == LABEL and dose.status not in LABEL_READY:
        text = "The in-process label is printed when every container was scanned, until the check."
        return Refusal("label_not_now", text)
    if printer is None or not printer.enabled:
        return Refusal("printer_off", "That printer is not in use here. Choose another, or print through the browser.")
    if stock_of(dose, action.paper) not in printer.stocks:
        return Refusal("printer_stock", f"{printer.name} does not hold what this is printed on.")
    return replace(action, address=printer.address)
