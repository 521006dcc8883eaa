"""What the server does by itself once a day: sign where every record stands."""

import logging
import threading

from batch_records.checkpoint import is_due, make_checkpoint, signing_key
from batch_records.store import Store
from web.services import Clock
from web.settings import Settings

LOOK_EVERY_SECONDS = 600.0
log = logging.getLogger(__name__)


def checkpoint_when_due(settings: Settings, store: Store, clock: Clock) -> bool:
    """Make the day's checkpoint when the newest is a day old. True when one was made."""
    if not is_due(store, clock()):
        return False
    make_checkpoint(store, signing_key(settings.checkpoint_key_file), clock())
    return True


def start_daily(settings: Settings, store: Store, clock: Clock) -> threading.Event:
    """Look every ten minutes, beside the requests. Setting the event that is given back ends it."""
    ended = threading.Event()

    def look() -> None:
        while True:
            try:
                checkpoint_when_due(settings, store, clock)
            except Exception:  # said in the log and tried again: the server goes on serving
                log.exception("the daily checkpoint could not be made")
            if ended.wait(LOOK_EVERY_SECONDS):
                return

    threading.Thread(target=look, name="daily", daemon=True).start()
    return ended
