"""The strip on top of every page about a dose: the label in small, with how long it is until it is due."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from calculations.printing import show
from compounding.documents.dose_documents import Clock, diluent, in_words
from compounding.planning.plan import ONE_TIME_WORDS, TherapeuticPlan
from compounding.preparing.dose import Dose


@dataclass(frozen=True)
class Strip:
    """Texts of the strip, ready to be shown."""

    drug: str
    amount: str
    """Kept on one line beside the drug; empty where the drug line names several drugs with their amounts."""
    sub: str
    who: str
    who_sub: str
    place: str
    place_sub: str
    due: str
    due_note: str
    late: bool
    stat: bool
    number: str
    title: str
    """Drug and amount in one line, for headings and titles."""


def strip_of(dose: Dose, at: datetime, clock: Clock) -> Strip:
    """The strip of a queued dose at this moment. Raises ValueError for a dose that was never queued."""
    plan, shown = dose.planned, dose.patient_shown
    if dose.due is None:
        raise ValueError("a queued dose has a due time")
    drug, amount = drug_line(plan)
    return Strip(
        drug=drug,
        amount=amount,
        sub=preparation_line(plan),
        who=shown["name"],
        who_sub=f"born {in_words(shown['born'])} · MRN {shown['mrn']}",
        place=shown["location"],
        place_sub=f"No. {dose.number}",
        due=f"Due {due_text(dose.due, at, clock)}",
        due_note=how_long(dose.due, at),
        late=at > dose.due,
        stat=dose.priority == "stat",
        number=dose.number,
        title=f"{drug} {amount}".strip(),
    )


def drug_line(plan: TherapeuticPlan) -> tuple[str, str]:
    """Drug and amount; with several active ingredients all of them with their amounts, and no amount beside."""
    if plan.nutrition is not None:
        return plan.title, ""
    if len(plan.actives) == 1:
        return plan.actives[0].display, show(plan.actives[0].amount)
    named = (f"{active.display} {show(active.amount)}".replace(" ", "\u00a0") for active in plan.actives)
    return ", ".join(named), ""


def preparation_line(plan: TherapeuticPlan) -> str:
    """`in sodium chloride 0.9 % 25 mL, IV infusion`; an undiluted syringe says so."""
    if plan.nutrition is not None:
        line = "central line" if plan.nutrition.central else "peripheral line"
        return f"{show(plan.final_volume, 1)} to infuse, {line}"
    name, volume = diluent(plan)
    mark = f", {ONE_TIME_WORDS}" if plan.one_time else ""
    mark += "".join(f", {one.words}" for one in plan.substituted or ())
    if not name:
        return f"undiluted, {show(plan.final_volume)}, {plan.route}{mark}"
    return f"in {name} {volume}, {plan.route}{mark}"


NEAR = timedelta(days=180)
"""Within this time a day and its month name one day only; farther away the year is said too."""


def due_text(due: datetime, at: datetime, clock: Clock) -> str:
    """`14:30` today, else with its day: `15 Apr, 14:30`, and with the year where that is not plain."""
    day = clock.local(due)
    if day.date() == clock.local(at).date():
        return clock.time(due)
    return f"{day.day} {day:%b}, {clock.time(due)}" if abs(due - at) < NEAR else clock.moment(due)


def due_parts(due: datetime, at: datetime, clock: Clock) -> tuple[str, str]:
    """Time and day of `due_text` apart: `14:30` and nothing, or `14:30` and `15 Apr`."""
    day, _, time = due_text(due, at, clock).rpartition(", ")
    return time, day


def how_long(due: datetime, at: datetime) -> str:
    """`in 24 min`, `in 3 h 12 min`, `in 2 days`, `6 min late`. Whole minutes, never shown as more time than there is."""
    if at >= due:
        passed = (at - due) // timedelta(minutes=1)
        return "now" if passed == 0 else f"{_span(passed)} late"
    return f"in {_span((due - at) // timedelta(minutes=1))}"


def _span(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"


def unbroken(text: str) -> str:
    """The same text in which no number parts from its unit at the end of a line."""
    return re.sub(r"(?<=\d) (?=\S)", "\u00a0", text)
