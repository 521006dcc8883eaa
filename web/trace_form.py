"""What a trace starts from, as a form or an address names it; moments on the site's wall clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from batch_records.people import people
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from compounding.tracing.subject import KINDS, SAYS, Subject, subject_of
from compounding.views.lots import item_names
from compounding.views.trace import Shown, hood_names
from formulary.repository import formulary_in_force
from web.doses import wall_clock
from web.services import now, services

TEXTS = ("product", "lot", "batch", "hood", "person", "place", "test")
FIELDS = ("kind", *TEXTS, "since", "until")
SHOWN: dict[str, tuple[str, ...]] = {
    "lot": ("product", "lot", "hood", "since", "until"),
    "product": ("product", "hood", "since", "until"),
    "batch": ("batch",),
    "hood": ("hood", "since", "until"),
    "person": ("person", "since", "until"),
    "time": ("since", "until", "hood", "person"),
    "test": ("test", "since", "until", "hood", "person", "batch"),
    "place": ("place", "since", "until"),
}
"""Kind -> fields that its form has, in order; the needed ones first."""


def subject_in(told: Mapping[str, str]) -> Subject:
    """The subject of a form or an address. Raises Faults."""
    moments: dict[str, datetime | None] = {}
    faults = []
    for name in ("since", "until"):
        try:
            moments[name] = moment_in(told.get(name, ""), name)
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    return subject_of(told, moments["since"], moments["until"])


def moment_in(text: str, field: str) -> datetime | None:
    """``2026-04-14T13:00`` on the site's clock as an instant; nothing for nothing. Raises Fault."""
    if not text.strip():
        return None
    try:
        there = datetime.fromisoformat(text.strip())
        if there.tzinfo is not None:
            raise ValueError
        return there.replace(tzinfo=services().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Fault(field, text[:40], f"{SAYS[field]}, as day and time like 2026-04-14T13:00") from None


def address_of(subject: Subject) -> dict[str, str]:
    """The arguments that bring the same trace again."""
    told = {name: text for name in ("kind", *TEXTS) if (text := getattr(subject, name))}
    for name in ("since", "until"):
        at = getattr(subject, name)
        if at is not None:
            told[name] = at.astimezone(services().zone).strftime("%Y-%m-%dT%H:%M")
    return told


def shown_by(uow: UnitOfWork) -> Shown:
    """Names of people, hoods and products for one page."""
    return Shown(uow, wall_clock(now()), item_names(formulary_in_force(uow)))


def choices(uow: UnitOfWork, kind: str, told: Mapping[str, str]) -> dict[str, Any]:
    """What the form of a kind offers."""
    items = sorted(item_names(formulary_in_force(uow)).items(), key=lambda pair: pair[1].casefold())
    persons = sorted(((person, found.name) for person, found in people(uow)), key=lambda one: one[1])
    return {
        "kinds": KINDS,
        "kind": kind,
        "fields": SHOWN[kind],
        "told": {name: told.get(name, "") for name in FIELDS},
        "options": {
            "product": items,
            "hood": sorted(hood_names(uow).items()),
            "person": persons,
        },
    }
