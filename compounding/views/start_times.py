"""Not before, and at the latest, in words on the site's wall clock."""

from datetime import datetime

from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.start_times import RELEASE_BY, preparation_time, prepare_by, release_by, start_times
from compounding.preparing.states import CLOSED
from compounding.preparing.states import DoseStatus as S
from compounding.views.strip import due_text
from formulary.model import SiteProfile

Fact = tuple[str, str, str]
"""What, when, and why."""
UNSAID = "the hospital has not said how long a preparation takes"
NO_MORE = CLOSED | {S.CANCELLED, S.REJECTED, S.ABANDONED, S.EXPIRED}


def start_facts(dose: Dose, site: SiteProfile, at: datetime, clock: Clock) -> tuple[Fact, ...]:
    """The rows of a dose: not before, begin by, release by, start by. None for a dose that nobody makes or gives any more."""
    if dose.status in NO_MORE:
        return ()
    times = start_times(dose, site, at)
    rows: list[Fact] = []
    if times.not_before is not None:
        why = "made earlier it would not last until it is due"
        rows.append(("Not before", due_text(times.not_before, at, clock), why))
    if dose.started_at is None:
        known, takes = times.prepare_by, preparation_time(dose.planned.order_type, site)
        rows.append(
            ("Begin to make by", "not known", UNSAID) if known is None or takes is None
            else ("Begin to make by", due_text(known, at, clock), f"it takes {show(takes)}")
        )  # fmt: skip
    if times.release_by is not None:
        rows.append(("Release by", due_text(times.release_by, at, clock), f"{_value(site, RELEASE_BY)} before it is due"))
    if times.start_by is not None:
        rows.append(("Must start by", due_text(times.start_by, at, clock), latest_start_words(dose, site, at, clock)))
    return tuple(rows)


def latest_start_words(dose: Dose, site: SiteProfile, at: datetime, clock: Clock) -> str:
    """Why it must be started by then: the limit that decides, the end of the infusion where it counts, what may change."""
    times = start_times(dose, site, at)
    parts = [times.limited_by]
    if times.ends_by is not None:
        parts.append(f"the infusion has to end by {due_text(times.ends_by, at, clock)}")
    if times.provisional:
        begun = "as it was begun" if dose.started_at is not None else "if it is begun now"
        parts.append(f"{begun}; set when it is complete")
    return "; ".join(part for part in parts if part)


def _value(site: SiteProfile, name: str) -> str:
    return next((show(row.value) for row in site.values if row.name == name), "")


def latest_words(due: datetime, kind: str, site: SiteProfile, at: datetime, clock: Clock) -> str:
    """For a list, of a dose for this kind of order that is not made yet: the latest start, or at least the release."""
    begin, release = prepare_by(due, kind, site), release_by(due, site)
    if begin is not None:
        return f"{'begin by' if begin >= at else 'should have begun by'} {due_text(begin, at, clock)}"
    return "" if release is None else f"release by {due_text(release, at, clock)}"
