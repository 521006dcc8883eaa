"""Days and times of day as they are typed or sent: one spelling each.

`date.fromisoformat` also reads `20260430`, `2026W186` and week dates; a slip of the hand then becomes another day in silence.
Here a day is `2026-04-30`, as a date field sends it, and a time of day is `14:30` on the 24 h clock.
"""

import re
from datetime import date, datetime, time

from calculations.errors import Fault

DAY = "a day like 2026-04-14: year, month, day"
"""What is expected of a typed day, in the words of every message."""
CLOCK = "a time on the 24 h clock, like 14:30"
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)


def parse_day(text: str, field: str, expected: str = DAY) -> date:
    """The day that `text` spells. Raises Fault for every other spelling and for a day that no calendar has."""
    spelled = _DAY.fullmatch(text)
    try:
        if spelled is not None:
            return date(int(spelled[1]), int(spelled[2]), int(spelled[3]))
    except ValueError:
        pass
    raise Fault(field, text or "nothing", expected)


def parse_clock(text: str, field: str) -> time:
    """The time of day that `text` spells, hours and minutes. Raises Fault."""
    spelled = _CLOCK.fullmatch(text)
    try:
        if spelled is not None:
            return time(int(spelled[1]), int(spelled[2]))
    except ValueError:
        pass
    raise Fault(field, text or "nothing", CLOCK)


def parse_instant(text: str, field: str) -> datetime:
    """The moment that `text` spells, like `2026-04-14T14:30:00-04:00`. Raises Fault, also without an offset from UTC."""
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Fault(field, text or "nothing", "a moment with its offset from UTC, like 2026-04-14T14:30:00-04:00")
