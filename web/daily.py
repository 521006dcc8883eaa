"""What the server does by itself: sign where every record stands, once a day; expire and queue doses, every minute.

Recalls that touched more than fits one unit of work go on by themselves, portion by portion.
"""

import logging
import threading
from zoneinfo import ZoneInfo

from batch_records.checkpoint import is_due, make_checkpoint, signing_key
from batch_records.store import Store
from compounding.recalls.going_on import ASKED, go_on_with_all
from compounding.sweeping import sweep
from web.services import SITE_ZONE, Clock, offset_in
from web.settings import Settings
from web.site import zone_of

LOOK_EVERY_SECONDS = 600.0
SWEEP_EVERY_SECONDS = 60.0
LOOK_FOR_RECALLS_SECONDS = 1.0
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


def sweep_now(store: Store, clock: Clock, zone: ZoneInfo = SITE_ZONE) -> tuple[int, int]:
    """Expire doses past their time and queue those that come due; gives how many doses and how many orders."""
    at = clock()
    offset = at.astimezone(zone).utcoffset()
    return sweep(store, at, int(offset.total_seconds() // 60) if offset else 0)


def recalls_go_on(store: Store, clock: Clock, zone: ZoneInfo = SITE_ZONE) -> int:
    """List and hold what open recalls have not listed yet; gives how many of them have something left."""
    at = clock()
    return go_on_with_all(store, at, offset_in(zone, at))


def start_sweeping(store: Store, clock: Clock) -> threading.Event:
    """Sweep every minute, beside the requests. Setting the event that is given back ends it."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(SWEEP_EVERY_SECONDS):
            try:
                sweep_now(store, clock, zone_of(store))
            except Exception:  # said in the log and tried again: the server goes on serving
                log.exception("the sweep of doses and orders failed")

    threading.Thread(target=look, name="sweep", daemon=True).start()
    return ended


def start_recalls(store: Store, clock: Clock) -> threading.Event:
    """Go on with every open recall: at once when one was opened or something is left, else every minute."""
    ended = threading.Event()

    def look() -> None:
        waited = 0.0
        while not ended.wait(LOOK_FOR_RECALLS_SECONDS):
            waited += LOOK_FOR_RECALLS_SECONDS
            if not ASKED.is_set() and waited < SWEEP_EVERY_SECONDS:
                continue
            ASKED.clear()
            waited = 0.0
            try:
                if recalls_go_on(store, clock, zone_of(store)):
                    ASKED.set()
            except Exception:  # said in the log and tried again a minute later
                log.exception("a recall could not go on")

    threading.Thread(target=look, name="recalls", daemon=True).start()
    return ended
