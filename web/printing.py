"""The one printer of the running application: documents are laid out by a process of their own, started when first needed."""

import atexit
from threading import Lock
from typing import cast

from batch_records.rendering import Template
from compounding.documents.printing import Printer
from compounding.documents.versions.record import template_at
from web.services import services

_LOCK = Lock()
_NAME = "printer"


def printer() -> Printer:
    """The printer of this application, with the templates in force. Made once; its process ends with the program."""
    extras = services().extras
    with _LOCK:
        if _NAME not in extras:
            made = Printer()
            atexit.register(made.close)
            extras[_NAME] = made
        return cast(Printer, extras[_NAME]).choosing(_in_force)


def _in_force(kind: str) -> Template:
    running = services()
    with running.store.read() as uow:
        return template_at(uow, kind, running.clock())
