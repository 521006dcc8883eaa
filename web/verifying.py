"""The check of all records from a page: one at a time, beside the requests, its report kept until the next."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from batch_records.checkpoint import public_text, signing_key
from batch_records.kept_files import file_problems
from batch_records.verify import Report, verify_records
from web.record_types import RECORD_TYPES
from web.services import Services

_NAME = "verification"
_LOCK = threading.Lock()
MOST_PROBLEMS = 200
"""Problems on the page; the command line shows all of them."""


@dataclass
class Verification:
    """One check: who asked for it, since when, and what it found."""

    by: str
    started: datetime
    done: threading.Event = field(default_factory=threading.Event)
    ended: datetime | None = None
    report: Report | None = None
    failed: str = ""
    """Why it could not be finished."""

    @property
    def running(self) -> bool:
        """True until it has ended, well or not."""
        return self.ended is None


def newest(running: Services) -> Verification | None:
    """The check that runs now, or the last one since the server started."""
    return cast("Verification | None", running.extras.get(_NAME))


def start(running: Services, by: str) -> bool:
    """Begin a check. False when one is running already: it serves both."""
    with _LOCK:
        found = newest(running)
        if found is not None and found.running:
            return False
        mine = Verification(by, running.clock())
        running.extras[_NAME] = mine
    threading.Thread(target=_verify, args=(running, mine), name="verify", daemon=True).start()
    return True


def _verify(running: Services, mine: Verification) -> None:
    try:
        key_file = running.settings.checkpoint_key_file
        public_key = public_text(signing_key(key_file)) if key_file.exists() else None
        report = verify_records(running.store, RECORD_TYPES, public_key)
        folders = running.settings.folders
        report.problems += file_problems(running.store, folders["pictures"], folders["documents"])
        mine.report = report
    except Exception as problem:  # whatever it is: a check that did not end well must never look like one that did
        mine.failed = f"{type(problem).__name__}: {problem}"
    mine.ended = running.clock()
    mine.done.set()
