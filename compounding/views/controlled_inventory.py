"""The inventory of controlled drugs as its page and its print show it, and when the next one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from batch_records.store import UnitOfWork
from calculations.days import parse_day
from calculations.printing import show
from compounding.controlled.in_preparation import InPreparation
from compounding.controlled.inventory import (
    MOMENTS,
    SIGNED,
    SIGNED_TOO,
    TAKEN_BY,
    Inventory,
    Line,
    inventories,
)
from compounding.controlled.policy import TWO_PERSONS, inventory_due
from compounding.documents.build import bands
from compounding.documents.controlled_inventory import ControlledInventory, InventoryPart, InventoryRow
from compounding.documents.dose_documents import Clock, in_words
from compounding.documents.shapes import Printed, Site
from compounding.documents.snapshots import barcode_text, snapshot
from compounding.people import shown_name
from formulary.model import Formulary, SiteProfile

KIND = "controlled_inventory/1"
Told = TypeVar("Told", Line, InPreparation)


@dataclass(frozen=True)
class Due:
    """When the next inventory is taken."""

    last: str
    """Day of the last one that two persons signed; empty for none."""
    by: str
    """Empty where none was taken, or the hospital set no interval."""
    overdue: bool


def due(uow: UnitOfWork, site: SiteProfile, today: date) -> Due:
    """By the last inventory that two persons signed, and the house's interval. Without any, one is overdue."""
    last = next((one for one in inventories(uow) if one.status == SIGNED), None)
    if last is None:
        return Due("", "", overdue=True)
    day = parse_day(last.day, "day")
    by = inventory_due(site, day)
    return Due(in_words(last.day), "" if by is None else in_words(by.isoformat()), by is not None and by < today)


def parts(lines: Sequence[Told]) -> list[tuple[str, list[Told]]]:
    """Schedule II apart from the others."""
    second = [line for line in lines if line.schedule in TWO_PERSONS]
    others = [line for line in lines if line.schedule not in TWO_PERSONS]
    return [part for part in (("Schedule II", second), ("Schedules III to V", others)) if part[1]]


def found_words(line: Line) -> str:
    """`10 containers`; of an opened container what its record says is in it."""
    if not line.container:
        return f"{line.count:,} container{'' if line.count == 1 else 's'}"
    if not line.count:
        return "not there"
    volume = "nobody measured what is in it" if line.volume is None else f"{show(line.volume)} by its record"
    return f"1 opened container, {volume}"


def left_words(one: InPreparation) -> str:
    """`not opened, 20 mL`, `opened, 10 mL left by its record`."""
    if not one.opened:
        return "not opened" if one.volume is None else f"not opened, {show(one.volume)}"
    return "opened, nobody measured what is left" if one.volume is None else f"opened, {show(one.volume)} left by its record"


def for_words(one: InPreparation) -> str:
    """For which preparation, and how that stood."""
    return f"preparation {one.dose}, {one.state}"


def counted_words(line: Line, clock: Clock) -> str:
    """Who counted it, when, and in which count."""
    return f"{line.counted_by}, {clock.moment(line.counted_at)}, count {line.counted}"


def remark(line: Line) -> str:
    """How it differed from the ledger; empty where it did not."""
    if not line.difference:
        return ""
    count = abs(line.difference)
    return f"{count} {'fewer' if line.difference < 0 else 'more'} than in the ledger: a discrepancy stands for it"


def day_words(state: Inventory) -> str:
    """`14 Apr 2026, at the close of business`."""
    return f"{in_words(state.day)}, {MOMENTS.get(state.moment, state.moment)}"


def signatures(uow: UnitOfWork, state: Inventory, clock: Clock) -> list[str]:
    """Both signatures as they are printed."""
    told = []
    if state.taken_at is not None:
        told.append(f"{TAKEN_BY} {shown_name(uow, state.taken_by)}, {clock.moment(state.taken_at)}")
    if state.second_at is not None:
        told.append(f"{SIGNED_TOO} {shown_name(uow, state.second)}, {clock.moment(state.second_at)}")
    return told


def paper(uow: UnitOfWork, formulary: Formulary, state: Inventory, at: datetime, clock: Clock) -> dict[str, Any]:
    """The snapshot of the printed inventory."""
    site = formulary.site
    return snapshot(
        ControlledInventory(
            number=state.number,
            barcode=barcode_text(KIND, state.number),
            bands=bands(demonstration=site.demonstration, draft=False),
            site=Site(site.name, "pharmacy", site.phone),
            day=day_words(state),
            status="" if state.status == SIGNED else "NOT COMPLETE: the second person has not signed",
            parts=[
                *(InventoryPart(title=title, rows=[_row(line, clock) for line in lines]) for title, lines in parts(state.lines)),
                *(
                    InventoryPart(title=f"{title}, in preparation when counted", rows=[_out(one) for one in out])
                    for title, out in parts(state.in_preparation)
                ),
            ],
            signatures=signatures(uow, state, clock),
            printed=Printed(clock.moment(at), "1", "", ""),
        )
    )


def _row(line: Line, clock: Clock) -> InventoryRow:
    return InventoryRow(
        location=line.location or "no location",
        schedule=line.schedule,
        product=line.display,
        lot=line.lot,
        expires=in_words(line.expires) if line.expires else "",
        container=line.container,
        found=found_words(line),
        counted=counted_words(line, clock),
        remark=remark(line),
    )


def _out(one: InPreparation) -> InventoryRow:
    return InventoryRow(
        location=f"{one.place}, from {one.location or 'no location'}",
        schedule=one.schedule,
        product=one.display,
        lot=one.lot,
        expires="",
        container=one.container,
        found=left_words(one),
        counted=for_words(one),
        remark="",
    )
