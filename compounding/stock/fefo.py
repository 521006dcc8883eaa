"""First expired, first out: which container of a product is taken next, and why. Pure.

What may not be used is never chosen: held, recalled, expired, in quarantine, past its time after opening, none left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Candidate:
    """A lot at a location, or one opened container."""

    product: str
    lot: str
    location: str
    expires: str
    """Last day of use on the site's calendar, ISO date; empty when it is not known."""
    state: str = "available"
    quarantined: bool = False
    count: int = 1
    distance: int = 0
    """How far the location is from the work; smaller is nearer."""
    opened: str = ""
    """Number of the container when it is an opened one."""
    usable_until: datetime | None = None
    """An opened container's last moment."""


@dataclass(frozen=True)
class Chosen:
    """The container to take, and the reason in words."""

    candidate: Candidate
    why: str


def may_be_taken(candidate: Candidate, now: datetime, today: date) -> bool:
    """Whether it may be used at this moment; `today` is the day on the site's calendar."""
    if candidate.state != "available" or candidate.quarantined or candidate.count < 1:
        return False
    if candidate.expires and date.fromisoformat(candidate.expires) < today:
        return False
    if candidate.opened:
        return candidate.usable_until is not None and now < candidate.usable_until
    return True


def in_order(candidates: Iterable[Candidate], now: datetime, today: date) -> list[Candidate]:
    """Those that may be taken, the one to take first: opened ones by their time, then lots by expiry, then the nearest."""
    fit = [one for one in candidates if may_be_taken(one, now, today)]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        fit,
        key=lambda one: (
            not one.opened,
            one.usable_until or far,
            one.expires or date.max.isoformat(),
            one.distance,
            one.lot,
            one.location,
        ),
    )


def choose(candidates: Iterable[Candidate], now: datetime, today: date) -> Chosen | None:
    """The container to take; None when nothing may be taken."""
    fit = in_order(candidates, now, today)
    return Chosen(fit[0], _why(fit)) if fit else None


def _why(fit: list[Candidate]) -> str:
    first = fit[0]
    if first.opened:
        return "opened already, and still good: it is used up first"
    others = [one for one in fit[1:] if one.lot != first.lot]
    if not others:
        return "the only lot that may be used"
    if others[0].expires == first.expires:
        return f"expires on the same day as lot {others[0].lot}"
    return f"expires before lot {others[0].lot}"


def passed_over(
    taken_lot: str, taken_expires: str, candidates: Iterable[Candidate], now: datetime, today: date
) -> Candidate | None:
    """The unopened lot that expires before the one that was taken and could have been taken; None when there is none."""
    return next(
        (
            one
            for one in in_order(candidates, now, today)
            if not one.opened and one.lot != taken_lot and one.expires and one.expires < taken_expires
        ),
        None,
    )
