"""The one printer of the running application: documents are laid out by a process of their own, started when first needed."""

import atexit
from threading import Lock
from typing import cast

from compounding.documents.printing import Printer
from web.services import services

_LOCK = Lock()
_NAME = "printer"


def printer() -> Printer:
    """The printer of this application. Made once; its process ends with the program."""
    extras = services().extras
    with _LOCK:
        if _NAME not in extras:
            made = Printer()
            atexit.register(made.close)
            extras[_NAME] = made
        return cast(Printer, extras[_NAME])
