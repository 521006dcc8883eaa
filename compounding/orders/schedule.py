"""When doses of an order are due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gmpy2 import mpq

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.reading import Fields

SHORTEST = Quantity(1, "min")
"""Nobody makes and gives doses closer together: a shorter time is a slip, and would fill the queue."""


@dataclass(frozen=True)
class Frequency:
    """How often. `every` None means once, or, for a continuous infusion, as long as it runs."""

    every: Quantity | None = None
    """Time between two doses, in hours."""
    doses: int | None = None
    """How many in all, when the order says so."""
    continuous: bool = False

    @property
    def once(self) -> bool:
        return self.every is None and not self.continuous

    @property
    def per_day(self) -> mpq | None:
        """Doses in 24 h, or None for a single dose or a continuous infusion."""
        return None if self.every is None else mpq(24) / self.every.amount_in("h")


def read_frequency(part: Fields | None, fields: Fields, *, continuous: bool) -> Frequency:
    """Reads `{"every": {"value": "12", "unit": "h"}}`, `{"once": true}`; a continuous infusion needs none."""
    if continuous:
        return Frequency(continuous=True)
    if part is None:
        fields.note("frequency", "nothing", 'how often, like {"every": {"value": "12", "unit": "h"}} or {"once": true}')
        return Frequency()
    part.known("every", "once", "doses")
    once = part.flag("once") is True
    every = part.quantity("every", required=not once, like="12 h")
    doses = part.whole("doses", required=False, least=1, most=500)
    if once and every is not None:
        part.note("every", "both once and every", "one of the two")
    if every is not None and (every.unit.dimension != Quantity(1, "h").unit.dimension or every.number <= 0):
        part.note("every", f"{every.number} {every.unit.shown}", "a time between doses, like 12 h")
        every = None
    elif every is not None and not part.kept and every < SHORTEST:
        part.note("every", show(every), f"at least {show(SHORTEST)} between doses")
        every = None
    return Frequency(None if every is None else every.to("h"), 1 if once else doses)


def frequency_as_data(frequency: Frequency) -> dict[str, Any]:
    if frequency.once or frequency.continuous:
        return {"once": True} if frequency.once else {}
    data: dict[str, Any] = {} if frequency.every is None else {"every": frequency.every.as_data()}
    return data if frequency.doses is None else data | {"doses": str(frequency.doses)}


def due_times(
    frequency: Frequency, start: datetime, stop: datetime | None, until: datetime, after: datetime | None = None
) -> Iterator[datetime]:
    """The due times from `start` to the first of `stop` and `until`, both left out, in order; of those before `after` the
    last at most, so that an order that has run for years is counted as fast as a new one.

    Counted on instants, so a change of the clocks neither doubles nor drops a dose.
    """
    end = until if stop is None else min(stop, until)
    if frequency.once or frequency.continuous or frequency.every is None:
        if start < end:
            yield start
        return
    step = hours(frequency.every)
    start = start.astimezone(UTC)  # in a zone with changing clocks Python adds wall-clock hours
    number = 0 if after is None else max(0, (after - start) // step)
    moment = start + step * number
    while moment < end and (frequency.doses is None or number < frequency.doses):
        yield moment
        number += 1
        moment = start + step * number


def last_due_time(frequency: Frequency, start: datetime, stop: datetime | None) -> datetime | None:
    """The last of `due_times` however far one looks; the start where there is none at all, None where there is no end."""
    if frequency.every is None:
        return start
    doses = frequency.doses
    step = hours(frequency.every)
    if stop is not None:
        until_stop = max(1, -((start - stop) // step))
        doses = until_stop if doses is None else min(doses, until_stop)
    return None if doses is None else start.astimezone(UTC) + step * (doses - 1)


def hours(duration: Quantity) -> timedelta:
    """A duration as a time difference, to the microsecond."""
    microseconds = duration.amount_in("h") * 3_600_000_000
    return timedelta(microseconds=int(microseconds))
