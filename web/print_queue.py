"""Labels on their way to printers, beside the requests: a slow or dead printer never holds up a page or a scan.

Each job has a thread of its own. Entries decide what was begun and what became of it; only the printer's words between
"it took it" and "it is done with it" are kept in memory.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import cast

from batch_records.acting import Refused, load, perform
from batch_records.acts import SYSTEM, Act
from batch_records.documents import path_of
from batch_records.entries import digest
from calculations.errors import Fault
from compounding.print_jobs import (
    PRINT_JOB,
    BeginJob,
    JobEnded,
    JobNotKnown,
    JobNotSent,
    JobSent,
    JobState,
    PrintJob,
)
from compounding.printer_addresses import PrinterAddress, read_address
from compounding.printers import PRINTERS, PRINTERS_RECORD, LabelPrinter, Printers
from compounding.record_actions import RecordAction
from web import ipp
from web.services import Services, offset_in, services

STATION = "print queue"
"""What the system's own entries about jobs are recorded under."""
FOLLOW_SECONDS = 2.0
LONGEST_FOLLOWED_SECONDS = 900.0
AT_ONCE = 2
"""Jobs that are being sent to one printer at a time; more wait for their turn."""
TURN_SECONDS = 20.0
LOOK_EVERY_SECONDS = 10.0
MOST_SEEN = 500
NO_ANSWER = "no_answer"
ENDED = frozenset({"completed", "aborted", "canceled", "forgotten"})
_NAME = "print_queue"
_LOCK = threading.Lock()
log = logging.getLogger(__name__)


class PrintQueue:
    """Sends, follows and cancels jobs of one running application."""

    def __init__(self, running: Services, every: float = FOLLOW_SECONDS) -> None:
        self._running = running
        self._every = every
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._seen: OrderedDict[str, ipp.JobNow] = OrderedDict()
        self._followed: set[str] = set()
        self._turns: dict[str, threading.BoundedSemaphore] = {}
        self._looked: dict[str, float] = {}
        self._ended = threading.Event()

    def send(self, record: str) -> None:
        """Send a job that was asked for. Once, however often this is called: the job's own record decides."""
        self._beside(self._send, record)

    def follow(self, record: str) -> None:
        """Ask the printer how a job stands until it is done with it. Nothing for a job that is followed already."""
        with self._lock:
            if record in self._followed:
                return
        self._beside(self._follow, record)

    def cancel(self, record: str) -> None:
        """Ask the printer to give up a job that it took; it may be too late, and nobody relies on it."""
        self._beside(self._cancel, record)

    def seen(self, record: str) -> ipp.JobNow | None:
        """What a printer said last of a job, or of itself under ``printer-<id>``; None before it was asked."""
        with self._lock:
            return self._seen.get(record)

    def look(self, printer: LabelPrinter) -> ipp.JobNow | None:
        """What a printer said of itself last. It is asked again beside the request when that is some seconds old."""
        name = f"printer-{printer.id}-{printer.address}"
        with self._lock:
            due = time.monotonic() - self._looked.get(name, float("-inf")) > LOOK_EVERY_SECONDS
            if due:
                self._looked[name] = time.monotonic()
        if due:
            self._beside(lambda _: self._keep(name, _printer_now(printer.address)), name)
        return self.seen(name)

    def settle(self) -> None:
        """Wait until nothing is under way any more."""
        while True:
            with self._lock:
                waiting = [thread for thread in self._threads if thread.is_alive()]
                self._threads = waiting
            if not waiting:
                return
            waiting[0].join()

    def stop(self) -> None:
        """Follow no job any more, and wait until nothing is under way."""
        self._ended.set()
        self.settle()

    def _beside(self, task: Callable[[str], None], record: str) -> None:
        def work() -> None:
            try:
                task(record)
            except Exception:  # said in the log; a job without an outcome counts as not known by itself
                log.exception("the print queue failed at %s", record)

        thread = threading.Thread(target=work, name=f"print {record}", daemon=True)
        with self._lock:
            self._threads = [other for other in self._threads if other.is_alive()]
            self._threads.append(thread)
            thread.start()

    def _read(self, record: str) -> tuple[PrintJob, Printers]:
        with self._running.store.read() as uow:
            return load(uow, PRINT_JOB, record), load(uow, PRINTERS, PRINTERS_RECORD)

    def _send(self, record: str) -> None:
        job, printers = self._read(record)
        if job.state is not JobState.ASKED:
            return
        address = configured(job, printers)
        pdf = self._pdf(job.document)
        if address is None or pdf is None:
            why = "the printer was changed meanwhile" if address is None else "the printed file is not what was kept"
            self._record(record, JobNotSent(job.attempt, why))
            return
        with self._turn(job.printer) as got:
            if not got:
                self._record(record, JobNotSent(job.attempt, "earlier labels still wait for it"))
                return
            if not self._record(record, BeginJob(job.attempt)):
                return
            self._record(record, _outcome(job, address, pdf))
        self.follow(record)

    def _pdf(self, document: str) -> bytes | None:
        try:
            content = path_of(self._running.settings.folders["documents"], document).read_bytes()
        except OSError:
            return None
        return content if digest(content) == document else None

    @contextmanager
    def _turn(self, printer: str) -> Iterator[bool]:
        with self._lock:
            turn = self._turns.setdefault(printer, threading.BoundedSemaphore(AT_ONCE))
        got = turn.acquire(timeout=TURN_SECONDS)
        try:
            yield got
        finally:
            if got:
                turn.release()

    def _record(self, record: str, action: RecordAction) -> bool:
        at = self._running.clock()
        key = f"{record}/{action.kind}/{token_hex(8)}"
        act = Act(SYSTEM, STATION, at, key, offset_in(self._running.zone, at))
        return not isinstance(perform(self._running.store, PRINT_JOB, record, action, act), Refused)

    def _follow(self, record: str) -> None:
        with self._lock:
            if record in self._followed:
                return
            self._followed.add(record)
        try:
            until = time.monotonic() + LONGEST_FOLLOWED_SECONDS
            while self._still_going(record) and time.monotonic() < until and not self._ended.wait(self._every):
                pass
        finally:
            with self._lock:
                self._followed.discard(record)

    def _still_going(self, record: str) -> bool:
        job, printers = self._read(record)
        address = configured(job, printers)
        if job.state is not JobState.SENT or address is None:
            return False
        try:
            found = ipp.job_now(address, job.printer_job)
        except (ipp.NotSent, ipp.NotKnown):
            found = ipp.JobNow(NO_ANSWER, ())
        self._keep(record, found)
        if found.state not in ENDED:
            return True
        self._record(record, JobEnded(found.state, ",".join(found.reasons)[:200]))
        return False

    def _cancel(self, record: str) -> None:
        job, printers = self._read(record)
        address = configured(job, printers)
        if job.state is JobState.SENT and address is not None:
            try:
                ipp.cancel_job(address, job.printer_job)
            except (ipp.NotSent, ipp.NotKnown) as problem:
                log.warning("%s was not cancelled: %s", record, problem)

    def _keep(self, name: str, found: ipp.JobNow) -> None:
        with self._lock:
            self._seen[name] = found
            self._seen.move_to_end(name)
            while len(self._seen) > MOST_SEEN:
                self._seen.popitem(last=False)


def _printer_now(address: str) -> ipp.JobNow:
    try:
        return ipp.printer_now(read_address(address))
    except (Fault, ipp.NotSent, ipp.NotKnown) as problem:
        return ipp.JobNow(NO_ANSWER, (str(problem),))


def _outcome(job: PrintJob, address: PrinterAddress, pdf: bytes) -> RecordAction:
    # no name of a patient stands in the printer's list
    name = f"label {job.number} no. {job.issue}" if job.issue else f"paper of {job.number}"
    try:
        return JobSent(job.attempt, ipp.print_pdf(address, pdf, name, job.media))
    except ipp.NotSent as why:
        return JobNotSent(job.attempt, str(why))
    except ipp.NotKnown as why:
        return JobNotKnown(job.attempt, str(why))


def configured(job: PrintJob, printers: Printers) -> PrinterAddress | None:
    """Where a job goes, if that still is an address of a printer of this site that is switched on."""
    printer = printers.by_id.get(job.printer)
    if printer is None or not printer.enabled or printer.address != job.address:
        return None
    return read_address(printer.address)


def print_queue() -> PrintQueue:
    """The print queue of the running application. Made once."""
    running = services()
    with _LOCK:
        if _NAME not in running.extras:
            running.extras[_NAME] = PrintQueue(running)
        return cast(PrintQueue, running.extras[_NAME])
