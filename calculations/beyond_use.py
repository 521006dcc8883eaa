"""Beyond-use date and time: the earliest of several limits, each with its own start and its own end.

The limits themselves (category table, stability, expiry, house rules) are formulary data; this module only does the
arithmetic of clocks. The beyond-use time is the latest moment to *begin* giving the dose. A limit that must hold until
the infusion has ended is shortened by the planned infusion time. Limits are never added up across places of storage.
How long an opened container may be drawn from is no candidate: `may_draw` gates the draw and nothing else.

Source: USP <797> (2023), beyond-use dates; 21 CFR 211.137 for expiry by month.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from calculations.errors import CannotCompute
from calculations.quantity import Quantity

_MICROSECONDS_IN_A_MINUTE = 60_000_000


class Ends(StrEnum):
    """What must have happened when a limit runs out."""

    START_OF_ADMIN = "START_OF_ADMIN"
    END_OF_INFUSION = "END_OF_INFUSION"


@dataclass(frozen=True)
class TimeLimit:
    """One limit with its own start: either it `lasts` from `starts_at`, or it holds `until` a moment."""

    name: str
    """As shown: "category 2, refrigerator", "stability in 0.9 % sodium chloride", "expiry of lot A1"."""
    starts_at: datetime | None
    """Start of preparation, reconstitution of that vial, dilution, removal from cold, thaw; None only with `until`."""
    lasts: Quantity | None = None
    """A duration."""
    until: datetime | None = None
    """A moment, such as the end of an expiry date."""
    ends: str = Ends.START_OF_ADMIN
    source: str = ""
    """Where the limit comes from."""


@dataclass(frozen=True)
class BeyondUse:
    """The beyond-use moment, the limit that decides it, and every candidate."""

    at: datetime
    """UTC. The dose must have been started by this moment."""
    deciding: TimeLimit
    candidates: tuple[tuple[TimeLimit, datetime], ...]
    """Every limit with the moment it allows, in the order given."""


@dataclass(frozen=True)
class Celsius:
    """A storage temperature range in whole °C; None where no bound is named."""

    low: int | None
    high: int | None

    def __str__(self) -> str:
        if self.low is None:
            return "any temperature" if self.high is None else f"up to {self.high} °C"
        return f"from {self.low} °C" if self.high is None else f"{self.low} to {self.high} °C"


@dataclass(frozen=True)
class MayDraw:
    """Whether a container may be drawn from now, and until when."""

    allowed: bool
    until: datetime | None
    """First moment at which it may no longer be drawn from; None when nothing limits it."""
    why: str
    """One sentence."""


def beyond_use(limits: Sequence[TimeLimit], infusion_time: Quantity | None = None) -> BeyondUse:
    """The earliest moment that any of `limits` allows; of equal ones the first named decides.

    `infusion_time` is the planned running time; it is needed as soon as a limit counts to the end of the infusion.

    Raises:
        CannotCompute: no limit at all, a limit without start or end, a time without time zone, a missing infusion time,
            or an infusion that lasts longer than its limit.
    """
    if not limits:
        raise CannotCompute(
            "no_limit", "the beyond-use time", "no limit is known for this preparation.", "A pharmacist decides."
        )
    candidates = tuple((limit, _latest_start(limit, infusion_time)) for limit in limits)
    deciding, at = min(candidates, key=lambda candidate: candidate[1])
    return BeyondUse(at, deciding, candidates)


def after_move(
    before: BeyondUse, moved_at: datetime, limits: Sequence[TimeLimit], infusion_time: Quantity | None = None
) -> BeyondUse:
    """The beyond-use time after a move to another place of storage at `moved_at`.

    `limits` are those of the new place, each counted from the move. The time before the move stays a candidate: limits
    are never added up. A preparation past its time cannot be saved by a move.

    Raises:
        CannotCompute: as `beyond_use`, or the time had already passed at the move.
    """
    moved = _aware(moved_at, "the moment of the move")
    if moved >= before.at:
        raise CannotCompute(
            "beyond_use_passed",
            "the beyond-use time after a move",
            "it had already passed when it was moved.",
            "Discard.",
        )
    earlier = TimeLimit(
        f"{before.deciding.name}, before the move", None, until=before.at, source=before.deciding.source
    )
    return beyond_use([earlier, *limits], infusion_time)


def require_inside(kept: Celsius, label: Celsius, name: str) -> None:
    """Refuse a limit that the label grants for a narrower storage range than the place really keeps.

    Raises:
        CannotCompute: `kept` does not lie wholly inside `label` (a 2 to 8 °C refrigerator is not "up to 5 °C").
    """
    low_fits = label.low is None or (kept.low is not None and kept.low >= label.low)
    high_fits = label.high is None or (kept.high is not None and kept.high <= label.high)
    if not (low_fits and high_fits):
        raise CannotCompute(
            "storage_not_covered",
            f"the time limit '{name}'",
            f"it was stated for {label}, and the place of storage keeps {kept}.",
            "A pharmacist decides, with a reason.",
        )


def expiry_end(year: int, month: int, day: int | None, zone: tzinfo) -> datetime:
    """The last second of an expiry date in the site's zone, as UTC; without a day, of the last day of the month."""
    last = monthrange(year, month)[1] if day is None else day
    return datetime(year, month, last, 23, 59, 59, tzinfo=zone).astimezone(UTC)


def may_draw(opened_at: datetime | None, limit: Quantity | None, expiry: datetime | None, now: datetime) -> MayDraw:
    """Whether a container may be drawn from at `now`: its in-use limit from first opening, and its expiry.

    `limit` counts from `opened_at` (both None for an unopened container). A container opened without a known in-use
    limit may not be drawn from. The limit says nothing about the beyond-use time of what is made from it.
    """
    moment = _aware(now, "now")
    if opened_at is not None and limit is None:
        return MayDraw(False, None, "It is open and has no in-use limit: it is not kept after opening.")
    ends: list[tuple[datetime, str]] = []
    if opened_at is not None and limit is not None:
        ends.append((_aware(opened_at, "the first opening") + _span(limit), "its in-use limit after opening"))
    if expiry is not None:
        ends.append((_aware(expiry, "the expiry"), "its expiry"))
    if not ends:
        return MayDraw(True, None, "Unopened, and nothing limits it.")
    until, what = min(ends)
    if moment < until:
        return MayDraw(True, until, f"Until {what}.")
    return MayDraw(False, until, f"It is past {what}.")


def _latest_start(limit: TimeLimit, infusion_time: Quantity | None) -> datetime:
    """The latest start of administration that one limit allows."""
    end = _end(limit)
    if Ends(limit.ends) is Ends.START_OF_ADMIN:
        return end
    if infusion_time is None:
        raise CannotCompute(
            "no_infusion_time",
            f"the time limit '{limit.name}'",
            "it counts to the end of the infusion, whose time is not known.",
        )
    latest = end - _span(infusion_time, up=True)
    if limit.starts_at is not None and latest <= limit.starts_at:
        raise CannotCompute(
            "infusion_outlasts_limit",
            f"the time limit '{limit.name}'",
            f"the infusion takes {infusion_time}, and the limit ends before it could be over.",
            "Shorten the infusion or choose another preparation.",
        )
    return latest


def _end(limit: TimeLimit) -> datetime:
    if (limit.lasts is None) == (limit.until is None):
        raise CannotCompute("bad_limit", f"the time limit '{limit.name}'", "it needs either a duration or an end.")
    if limit.until is not None:
        return _aware(limit.until, limit.name)
    if limit.starts_at is None or limit.lasts is None:
        raise CannotCompute("no_start", f"the time limit '{limit.name}'", "its clock has no start.")
    return _aware(limit.starts_at, limit.name) + _span(limit.lasts)


def _span(duration: Quantity, *, up: bool = False) -> timedelta:
    """A duration as clock time; below a microsecond it is cut on the safe side."""
    exact = duration.amount_in("min") * _MICROSECONDS_IN_A_MINUTE
    if exact < 0:
        raise CannotCompute("negative_duration", "a duration", f"{duration} is below zero.")
    whole = -(-exact.numerator // exact.denominator) if up else exact.numerator // exact.denominator
    return timedelta(microseconds=int(whole))


def _aware(moment: datetime, what: str) -> datetime:
    if moment.tzinfo is None:
        raise CannotCompute("no_time_zone", f"the time of {what}", "it has no time zone.")
    return moment.astimezone(UTC)
