"""Where a label goes when it was printed: to the station's printer of its stock, to another one, or to the browser."""

from dataclasses import dataclass

from batch_records.acting import Refused, load, perform
from batch_records.acts import Act
from batch_records.rendering import Page
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.preparing.dose import Dose
from compounding.print_jobs import PRINT_JOB, AskJob, JobState, job_record
from compounding.printers import PRINTERS, PRINTERS_RECORD, Printers
from compounding.views.label_printing import stage_of, stock_for
from compounding.views.print_job import JobShown, job_shown
from formulary.repository import formulary_in_force
from web.doses import dose_of
from web.print_queue import print_queue
from web.services import now, store
from web.stations import here

BROWSER = "browser"
"""The choice that is no print queue: the label opens in this browser and is printed from there."""


@dataclass(frozen=True)
class LabelQueue:
    """What the label's page shows of printers; nothing of it where the site has none for this stock."""

    number: str
    choices: tuple[tuple[str, str], ...]
    """Value and words of each place this label may be printed at; empty without a print queue."""
    usual: str
    job: JobShown | None
    may_send: bool
    """The newest copy waits for its answer and certainly lies at no printer."""


def label_queue(uow: UnitOfWork, dose: Dose) -> LabelQueue:
    """The printers for this label, and how its newest copy stands with them."""
    stock = dose.planned.container_class
    printers = load(uow, PRINTERS, PRINTERS_RECORD)
    holding = printers.holding(stock)
    usual = printers.usual_at(here().id, stock)
    choices = [(row.id, f"{row.name}, {row.place}") for row in holding]
    job = _job_of(uow, dose, printers)
    return LabelQueue(
        dose.number,
        (*choices, (BROWSER, "This screen's browser")) if choices else (),
        usual.id if usual else BROWSER,
        job,
        bool(choices) and stage_of(dose) == "answer" and not dose.label_opened and (job is None or job.sure_not_printed),
    )


def _job_of(uow: UnitOfWork, dose: Dose, printers: Printers) -> JobShown | None:
    if not printers.by_id or not dose.copies:
        return None
    record = job_record(dose.number, dose.labels)
    job = load(uow, PRINT_JOB, record)
    printer = printers.by_id.get(job.printer)
    queue = print_queue()
    if job.state is JobState.SENT:
        queue.follow(record)  # after a start of the server nobody follows it yet
    found = queue.seen(record)
    name = printer.name if printer else job.printer
    return job_shown(job, name, now(), found.state if found else "", found.reasons if found else ())


def chosen(number: str, printer: str | None) -> str:
    """The id of the printer a label goes to, empty for the browser. ``None``: the usual one here. Raises Fault."""
    with store().read() as uow:
        stock = dose_of(uow, number).planned.container_class
        printers = load(uow, PRINTERS, PRINTERS_RECORD)
    if printer is None:
        usual = printers.usual_at(here().id, stock)
        return usual.id if usual else ""
    if printer != BROWSER and printer not in {row.id for row in printers.holding(stock)}:
        raise Fault("printer", printer or "nothing", "one of the list")
    return "" if printer == BROWSER else printer


def send_newest(number: str, printer: str, act: Act) -> Refused | None:
    """Send the newest printed copy to a printer, beside this request. Gives the refusal when a rule says no.

    The same key asks once; nothing at all for an empty ``printer``.
    """
    if not printer:
        return None
    with store().read() as uow:
        if uow.answer_for(act.key) is not None:
            return None
        dose = dose_of(uow, number)
        stock = dose.planned.container_class
        page = stock_for(formulary_in_force(uow), stock)
    record = job_record(number, dose.labels)
    answer = perform(store(), PRINT_JOB, record, AskJob(number, dose.labels, printer, stock, media_of(page)), act)
    if isinstance(answer, Refused):
        return answer
    print_queue().send(record)
    return None


def media_of(page: Page) -> str:
    """The stock's size as PWG 5101.1 names one that has no name of its own."""
    return f"custom_label_{page.width}x{page.height}in"


def give_up(number: str) -> None:
    """The newest copy is not in hand: the printer is asked not to bring it out later."""
    with store().read() as uow:
        dose = dose_of(uow, number)
        if not load(uow, PRINTERS, PRINTERS_RECORD).by_id:
            return
    print_queue().cancel(job_record(number, dose.labels))
