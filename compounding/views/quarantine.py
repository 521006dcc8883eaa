"""What is in quarantine: since when, why and by whom, and who ends it next."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from batch_records.acting import fold
from batch_records.acts import Actor
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.guards_delivering import only_wasted
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.views.strip import drug_line, preparation_line, unbroken

DESIGNATED, RELEASER = "lead", "pharmacist"
"""The roles of the two who end a quarantine, in this order."""


@dataclass(frozen=True)
class Quarantined:
    """One dose in quarantine, in words."""

    number: str
    title: str
    subtitle: str
    patient: str
    location: str
    was: str
    """Its state before."""
    reason: str
    by: str
    """Who put it there, and when."""
    place: str
    beyond_use: str
    closed: str
    """Who closed the investigation, and when; empty while it is open."""
    closed_reason: str
    next: str
    """What ends it, and by whom."""
    only_waste: str
    """Why it is never released; empty where it may be."""
    may: str
    """What the person who looks can do now: close, release or nothing."""
    recall: str = ""
    """Number of the recall that holds it."""


def listed(uow: UnitOfWork, actor: Actor, clock: Clock) -> tuple[Quarantined, ...]:
    """Every dose in quarantine, the longest first. The table finds them; the entries tell."""
    wanted = select(DoseRow.record).where(DoseRow.status == DoseStatus.QUARANTINED.value).order_by(DoseRow.moved_at)
    return tuple(quarantined(uow, uow.entries(record), actor, clock) for record in uow.session.execute(wanted).scalars())


def quarantined(uow: UnitOfWork, entries: Sequence[Entry], actor: Actor, clock: Clock) -> Quarantined:
    """One dose that is or was in quarantine, by its entries, for the person who looks."""
    dose = fold(DOSE, entries)
    put = next(entry for entry in reversed(entries) if entry.kind == "quarantine")
    closed = dose.investigation_closed
    ends = dose.beyond_use_at()
    why = None if dose.recall else only_wasted(dose)
    return Quarantined(
        dose.number,
        unbroken(" ".join(drug_line(dose.planned)).strip()),
        unbroken(preparation_line(dose.planned)),
        dose.patient_shown["name"],
        dose.patient_shown["location"],
        dose.before_quarantine.words,
        str(put.payload["reason"]),
        _who(uow, put, clock),
        dose.place or "not known",
        "not set" if ends is None else clock.moment(ends),
        "" if closed is None else f"{shown_name(uow, closed.person)}, {clock.moment(closed.at)}",
        "" if closed is None else dose.reason,
        _next(dose, why is not None),
        "" if why is None else why.text,
        "" if why is not None else _may(dose, actor),
        dose.recall,
    )


def _who(uow: UnitOfWork, entry: Entry, clock: Clock) -> str:
    name = "Sufficit, as a consequence" if entry.who == "system" else shown_name(uow, entry.who)
    return f"{name}, {clock.moment(entry.at)}"


def _next(dose: Dose, only_waste: bool) -> str:
    if dose.status is not DoseStatus.QUARANTINED:
        return f"The quarantine is over: it is {dose.status.words}"
    if dose.recall:
        return f"Recall {dose.recall} decides: two persons clear it there, or the designated person wastes it"
    if only_waste:
        return "The designated person wastes it"
    if dose.investigation_closed is None:
        return "The designated person closes the investigation"
    return "A pharmacist releases it, or the designated person wastes it"


def _may(dose: Dose, actor: Actor) -> str:
    if dose.status is not DoseStatus.QUARANTINED or dose.recall:
        return ""
    closed = dose.investigation_closed
    if closed is None:
        return "close" if DESIGNATED in actor.roles else ""
    if RELEASER not in actor.roles or closed.person == actor.person:
        return ""
    return "" if actor.person in dose.hands else "release"
