"""What the pages of opened containers show: what is there, what may be kept of a preparation, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from batch_records.acting import load
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.keeping import keeping, may_be_kept, rest_of
from compounding.stock.opened import OPENED, kept_as
from compounding.stock.opened_state import AVAILABLE, DISCARDED, IN_HAND, RESERVED, Opened, barcode_of, left_words
from compounding.stock.tables import OpenedRow
from compounding.views.paging import Pages, page_of
from formulary.model import Formulary, StorageCondition

STORAGES = {
    StorageCondition.CRT.value: "room temperature",
    StorageCondition.FRIDGE.value: "refrigerator",
    StorageCondition.FREEZER.value: "freezer",
}
MOST_WORDS = 6


@dataclass(frozen=True)
class ListedOpened:
    """One opened container as a row."""

    number: str
    display: str
    lot: str
    left: str
    until: str
    state: str
    """may be used, staged, over, empty, not known, discarded."""
    reserved_for: str
    place: str


@dataclass(frozen=True)
class Keepable:
    """One container of a preparation: what is left, and where it may be kept until when, or why it is not kept."""

    slot: str
    display: str
    lot: str
    left: str
    choices: tuple[tuple[str, str], ...]
    """Storage and words: `room temperature, until 15 Apr 2026, 01:03`."""
    why: str
    """Why it is not kept."""
    kept: str
    """Its number, where it is kept already."""


def in_words(state: str, until: datetime | None, at: datetime) -> str:
    """How an opened container stands at this moment."""
    if state in (AVAILABLE, RESERVED) and until is not None and at >= until:
        return "over"
    return {AVAILABLE: "may be used", RESERVED: "staged", IN_HAND: "in hand", "spent": "not known"}.get(state, state)


def listed(
    uow: UnitOfWork, at: datetime, clock: Clock, text: str = "", number: str = "1"
) -> tuple[tuple[ListedOpened, ...], Pages]:
    """One page of the opened containers that were not thrown away and hold every typed word, first to run out first."""
    query = select(OpenedRow).where(OpenedRow.state != DISCARDED)
    for word in text.split()[:MOST_WORDS]:
        columns = (OpenedRow.number, OpenedRow.display, OpenedRow.lot, OpenedRow.place, OpenedRow.reserved_for)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    count = uow.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    pages = page_of(number, count)
    shown = query.order_by(OpenedRow.usable_until, OpenedRow.number).offset(pages.skipped).limit(pages.size)
    return tuple(
        ListedOpened(
            row.number,
            row.display,
            row.lot,
            row.left,
            clock.moment(row.usable_until),
            in_words(row.state, row.usable_until, at),
            row.reserved_for,
            row.place,
        )
        for row in uow.session.execute(shown).scalars()
    ), pages


def keepable(uow: UnitOfWork, dose: Dose, formulary: Formulary, at: datetime, clock: Clock) -> tuple[Keepable, ...]:
    """The containers of drug and of diluent that were opened for a preparation."""
    slots = [scan.slot for scan in dose.scans if may_be_kept(scan.slot) and not scan.opened]
    return tuple(_keepable(uow, dose, slot, formulary, at, clock) for slot in slots)


def _keepable(uow: UnitOfWork, dose: Dose, slot: str, formulary: Formulary, at: datetime, clock: Clock) -> Keepable:
    scan = next(one for one in dose.scans if one.slot == slot)
    kept = load(uow, OPENED, kept_as(dose.number, slot))
    rest = rest_of(dose, slot, formulary)
    if isinstance(rest, Refusal):
        return Keepable(slot, scan.display, scan.lot, "", (), rest.text, kept.number)
    volume = None if rest.concentration is None else (rest.left / rest.concentration).to("mL")
    left = show(rest.left) if volume is None else f"{show(rest.left)} in {show(volume)}"
    choices: list[tuple[str, str]] = []
    reasons: list[str] = []
    for storage, words in STORAGES.items():
        found = keeping(rest, formulary, storage, at, clock.offset_minutes, clock.zone)
        if isinstance(found, Refusal):
            reasons.append(found.text)
        else:
            choices.append((storage, f"{words}, until {clock.moment(found.until)}: {found.words}"))
    return Keepable(slot, scan.display, scan.lot, left, tuple(choices), "" if choices else reasons[0], kept.number)


def facts_of(found: Opened, at: datetime, clock: Clock) -> Sequence[tuple[str, str, str]]:
    """What stands on the page of one container, as (name, value, note)."""
    opened = clock.moment(found.opened_at) if found.opened_at else "not known"
    until = clock.moment(found.usable_until) if found.usable_until else "not known"
    rows = [
        ("Left", left_words(found), "" if found.concentration is None else show(found.concentration)),
        ("Use before", until, found.limit),
        ("Opened", opened, f"{found.hood}, ISO class {found.iso_class} air"),
    ]
    if found.reconstituted_at is not None:
        rows.append(("Dissolved", clock.moment(found.reconstituted_at), ""))
    rows += [
        ("Lot", found.lot, f"last day of use {found.expires}"),
        ("Place", found.place, STORAGES.get(found.storage, "")),
        ("State", in_words(found.state, found.usable_until, at), found.reserved_for or found.reason),
        ("For a scanner", barcode_of(found.number), ""),
    ]
    return rows
