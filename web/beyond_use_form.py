"""A beyond-use time that a pharmacist sets, where it could not be computed or to shorten it: day, time, reason, source."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from calculations.days import parse_clock, parse_day
from calculations.errors import Fault, Faults
from web.services import services

FIELDS = ("bu_day", "bu_time", "bu_reason", "bu_source")


def beyond_use_decided(form: Mapping[str, str], required: bool = True) -> dict[str, Any] | None:
    """What the release carries; None when the form does not ask for it, or nothing was entered where nothing is required.

    Raises Faults for a field left out or wrong.
    """
    if not any(name in form for name in FIELDS):
        return None
    given = {name: form.get(name, "").strip() for name in FIELDS}
    if not required and not any(given.values()):
        return None
    expected = {
        "bu_day": "the last day it may be started, like 2026-04-24",
        "bu_time": "the time on that day, like 13:41",
        "bu_reason": "on what the time rests",
        "bu_source": "where that is written",
    }
    faults = [Fault(name, "nothing", expected[name]) for name in FIELDS if not given[name]]
    if faults:
        raise Faults(faults)
    try:
        day, clock = parse_day(given["bu_day"], "bu_day"), parse_clock(given["bu_time"], "bu_time")
        at = datetime.combine(day, clock, services().zone).astimezone(UTC).isoformat()
    except OverflowError:
        raise Fault("bu_day", given["bu_day"], expected["bu_day"]) from None
    return {
        "at": at,
        "deciding": f"set by the pharmacist: {given['bu_reason']}",
        "reason": given["bu_reason"],
        "source": given["bu_source"],
        "ends": "START_OF_ADMIN",
        "candidates": [],
    }
