"""Where something was, and from when to when: the places of one thing in order, and the one spelling that places are found by.

Pure. A stay begins when the thing comes and ends when it goes somewhere else, or when there is nothing left to lie anywhere:
given, wasted, cancelled, become a dose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NOWHERE = ""
"""The place of what lies nowhere any more, or not yet."""

Been = tuple[tuple[str, datetime], ...]
"""Each place with the moment of coming there, in order; `NOWHERE` ends the stay before it."""


@dataclass(frozen=True)
class Stay:
    """One stay at one place."""

    place: str
    since: datetime
    until: datetime | None
    """None while it still lies there."""


def place_key(place: str) -> str:
    """The one spelling of a place that is compared: small letters, single spaces."""
    return " ".join(place.split()).casefold()


def followed(been: Been, place: str, at: datetime) -> Been:
    """The places of a thing that is at `place` now; unchanged where it has not moved."""
    last = been[-1][0] if been else NOWHERE
    return been if place_key(place) == place_key(last) else (*been, (place, at))


def stays(been: Been) -> tuple[Stay, ...]:
    """Each stay with its end."""
    ends: Sequence[datetime | None] = [at for _, at in been[1:]]
    return tuple(Stay(place, at, end) for (place, at), end in zip(been, [*ends, None], strict=False) if place != NOWHERE)
