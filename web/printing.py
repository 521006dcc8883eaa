"""The printer of the running application: documents are laid out by a process of their own, started when first needed.

What nobody has released yet is tried in another process, with less time: no draft keeps a label waiting.
"""

import atexit
from threading import Lock
from typing import cast

from batch_records.rendering import Renderer, Template
from compounding.documents.printing import FONTS, Printer
from compounding.documents.versions.record import template_at
from web.services import services

_LOCK = Lock()
_NAME = "printer"
_TRIALS = "printer of drafts"
SECONDS_OF_A_TRIAL = 20
"""For one page of a made-up document: a hundred times what the packaged templates take."""


def printer() -> Printer:
    """The printer of this application, with the templates in force. Made once; its process ends with the program."""
    return _made(_NAME, 60).choosing(_in_force)


def trial_printer() -> Printer:
    """The printer that templates are tried with before they are released."""
    return _made(_TRIALS, SECONDS_OF_A_TRIAL)


def _made(name: str, seconds: int) -> Printer:
    extras = services().extras
    with _LOCK:
        if name not in extras:
            made = Printer(Renderer(FONTS, seconds_each=seconds))
            atexit.register(made.close)
            extras[name] = made
        return cast(Printer, extras[name])


def _in_force(kind: str) -> Template:
    running = services()
    with running.store.read() as uow:
        return template_at(uow, kind, running.clock())
