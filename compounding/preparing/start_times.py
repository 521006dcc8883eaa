"""Not before, and at the latest: when a dose may be begun, must be begun, released and started on the patient.

From the due time, the time to infuse and the time limits of its plan. What the hospital has not said is left out.
"""

from dataclasses import dataclass
from datetime import datetime

from calculations.beyond_use import BeyondUse, Ends
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.orders.schedule import hours
from compounding.planning.time_rules import preparation_beyond_use
from compounding.preparing.completing import events
from compounding.preparing.dose import Dose
from formulary.house.usual_times import preparation_time_name
from formulary.model import SiteProfile

RELEASE_BY = "release_by"
"""Name of the site's value: how long before it is due a dose should be released."""
_PURPOSES = {"reconstitute": "RECONSTITUTION", "draw": "DRAW", "dilute": "DILUTION"}


@dataclass(frozen=True)
class StartTimes:
    """None: not asked for, or not known."""

    not_before: datetime | None
    """Begun earlier, it would not last until it is due."""
    prepare_by: datetime | None
    """Latest start of the preparation; None where the hospital has not said how long a preparation takes."""
    release_by: datetime | None
    start_by: datetime | None
    """Latest start on the patient: the beyond-use time."""
    ends_by: datetime | None
    """Where the limit that decides holds until the infusion has ended: when it has ended, if started at the latest."""
    limited_by: str
    """Name of the limit that decides `start_by`."""
    provisional: bool
    """`start_by` is what a preparation begun when it was begun, or now, would have: it is set when it is complete."""


def release_by(due: datetime, site: SiteProfile) -> datetime | None:
    """When a dose should be released. None where the hospital has no such value."""
    row = next((row for row in site.values if row.name == RELEASE_BY), None)
    return None if row is None else due - hours(row.value)


def preparation_time(kind: str, site: SiteProfile) -> Quantity | None:
    """How long a preparation for this kind of order takes from its start to its release. None: the hospital has not said it."""
    name = preparation_time_name(kind)
    return next((row.value for row in site.values if row.name == name), None)


def prepare_by(due: datetime, kind: str, site: SiteProfile) -> datetime | None:
    """The latest start of a preparation: its release, less the time it takes. None where the hospital has not said that."""
    takes = preparation_time(kind, site)
    return None if takes is None else (release_by(due, site) or due) - hours(takes)


def start_times(dose: Dose, site: SiteProfile, at: datetime) -> StartTimes:
    """The times of a queued dose at this moment."""
    due = dose.due
    to_begin = due is not None and dose.started_at is None
    to_release = due is not None and dose.released is None
    start, ends, name, provisional = _latest_start(dose, at)
    return StartTimes(
        dose.not_before if to_begin else None,
        prepare_by(due, dose.planned.order_type, site) if due is not None and to_begin else None,
        release_by(due, site) if due is not None and to_release else None,
        start,
        ends,
        name,
        provisional,
    )


def _latest_start(dose: Dose, at: datetime) -> tuple[datetime | None, datetime | None, str, bool]:
    """The latest start on the patient, the end of that infusion where it counts, the limit, and whether it may still change."""
    plan, told = dose.planned, dose.beyond_use
    if told is not None:
        start = dose.beyond_use_at()
        counts = start is not None and told.get("ends") == Ends.END_OF_INFUSION and plan.infuse_over is not None
        ends = start + hours(plan.infuse_over) if counts and start is not None and plan.infuse_over is not None else None
        return start, ends, str(told.get("deciding", "")), False
    found = _as_things_stand(dose, at)
    if found is None:
        return None, None, "", True
    counts = found.deciding.ends == Ends.END_OF_INFUSION and plan.infuse_over is not None
    ends = found.at + hours(plan.infuse_over) if counts and plan.infuse_over is not None else None
    return found.at, ends, found.deciding.name, True


def _as_things_stand(dose: Dose, at: datetime) -> BeyondUse | None:
    """With every clock that was not set yet set at the start: as early as it can turn out, expiries apart."""
    begun = dose.started_at or at
    purposes = {step.purpose for step in dose.drawing.measures}
    clocks = {"PREPARATION_START": begun, "FIRST_PUNCTURE": begun, "DILUTION": begun}
    clocks |= {event: begun for purpose, event in _PURPOSES.items() if purpose in purposes}
    try:
        return preparation_beyond_use(dose.planned, clocks | events(dose), ())
    except CannotCompute:
        return None
