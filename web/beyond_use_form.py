"""A beyond-use time that a pharmacist sets where it could not be computed: day, time, reason and source from the form."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from calculations.errors import Fault, Faults
from web.services import services

FIELDS = ("bu_day", "bu_time", "bu_reason", "bu_source")


def beyond_use_decided(form: Mapping[str, str]) -> dict[str, Any] | None:
    """What the release carries; None when the form does not ask for it. Raises Faults for a field left out or wrong."""
    if not any(name in form for name in FIELDS):
        return None
    given = {name: form.get(name, "").strip() for name in FIELDS}
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
        local = datetime.strptime(f"{given['bu_day']} {given['bu_time']}", "%Y-%m-%d %H:%M").replace(tzinfo=services().zone)
    except ValueError:
        raise Fault("bu_day", f"{given['bu_day']} {given['bu_time']}", "a day and a time, like 2026-04-24 and 13:41") from None
    at = local.astimezone(UTC).isoformat()
    return {
        "at": at,
        "deciding": f"set by the pharmacist: {given['bu_reason']}",
        "reason": given["bu_reason"],
        "source": given["bu_source"],
        "ends": "START_OF_ADMIN",
        "candidates": [],
    }
