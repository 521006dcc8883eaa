"""Where the lots of a product lie, which of them is taken first, and why: for telling the hand where to go."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import in_words
from compounding.planning.plan import Component
from compounding.preparing.dose import Dose
from compounding.preparing.gathering import lots_inside
from compounding.preparing.staged_opened import wanted_from
from compounding.stock.candidates import expires_later, lot_candidates
from compounding.stock.fefo import Candidate, choose, in_order
from compounding.stock.lot import LOT, lot_record
from compounding.stock.lot_actions import UseContainer
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import AVAILABLE, Opened, may_be_used
from compounding.stock.tables import MoveRow, OpenedRow

_DAY = re.compile(r"\b[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\b")
MOST = 50
"""Opened containers that are looked at for one product."""


@dataclass(frozen=True)
class Place:
    """One lot of a product that may be used, or an opened container of it."""

    product: str
    lot: str
    expires: str
    """Last day of use, ISO date."""
    words: str
    """Where it lies; may be empty."""
    why: str = ""
    """Why this one is taken first."""
    opened: str = ""
    """Number of the opened container."""

    @property
    def expires_words(self) -> str:
        return in_words(self.expires) if self.expires else "not known"

    @property
    def named(self) -> str:
        """`lot A1`, or `opened container 260414-0140-01k`."""
        return f"opened container {self.opened}" if self.opened else f"lot {self.lot}"


def usable_lots(uow: UnitOfWork, products: Iterable[str], now: datetime, today: date) -> dict[str, list[Place]]:
    """Lots on hand, in date, not stopped and not in quarantine, by product: those that expire first come first."""
    found: dict[str, list[Place]] = {}
    for one in in_order(lot_candidates(uow, products), now, today):
        found.setdefault(one.product, []).append(Place(one.product, one.lot, one.expires, one.location))
    return found


def picks(uow: UnitOfWork, dose: Dose, now: datetime, today: date, station: str = "") -> dict[str, Place]:
    """What to take for each product that is still to be scanned, and why. An opened container first where it is safe."""
    waiting = [dose.drawing.component(slot) for slot in dose.open_slots]
    lots = lot_candidates(uow, {component.product for component in waiting}, station)
    found = {}
    for component in waiting:
        opened = _opened(uow, dose, component, now)
        chosen = choose([*opened, *(one for one in lots if one.product == component.product)], now, today)
        if chosen is not None and component.product not in found:
            one = chosen.candidate
            found[component.product] = Place(one.product, one.lot, one.expires, one.location, chosen.why, one.opened)
    return found


def _opened(uow: UnitOfWork, dose: Dose, component: Component, now: datetime) -> list[Candidate]:
    """Opened containers that this very dose may be drawn from; parenteral nutrition is made from unopened ones."""
    if dose.planned.nutrition is not None:
        return []
    active = next((active for active in dose.planned.actives if active.drug == component.drug), None)
    products = {component.product, *(active.products if active is not None else ())}
    rows = uow.session.execute(
        select(OpenedRow.record)
        .where(OpenedRow.product.in_(products), OpenedRow.state == AVAILABLE, OpenedRow.usable_until > now)
        .order_by(OpenedRow.usable_until)
        .limit(MOST)
    )
    kept = [load(uow, OPENED, record) for record in rows.scalars()]
    return [
        Candidate(one.product, one.lot, one.place, one.expires, opened=one.number, usable_until=one.usable_until)
        for one in kept
        if may_be_used(one, dose.number, dose.patient, now) is None and _enough(dose, component, one) and _not_stopped(uow, one)
    ]


def _not_stopped(uow: UnitOfWork, opened: Opened) -> bool:
    """Neither its own lot nor one that it was dissolved with is held or recalled."""
    lots = (load(uow, LOT, lot_record(opened.product, opened.lot)), *lots_inside(uow, opened))
    return all(lot.state == "available" for lot in lots)


def _enough(dose: Dose, component: Component, opened: Opened) -> bool:
    """Of a drug any rest is used up; a diluent must be enough for every step that draws from it."""
    return not opened.is_diluent or (opened.left is not None and wanted_from(dose.drawing, component.slot) <= opened.left)


def passed_over(uow: UnitOfWork, dose: Dose) -> str:
    """What is told of the container that was scanned last, where another lot expires earlier; else nothing."""
    if not dose.scans or dose.scans[-1].opened:
        return ""
    last = dose.scans[-1]
    reason = uow.session.execute(
        select(MoveRow.reason)
        .where(
            MoveRow.about == dose.number,
            MoveRow.kind == UseContainer.kind,
            MoveRow.product == last.product,
            MoveRow.lot == last.lot,
            MoveRow.count < 0,
        )
        .order_by(MoveRow.at.desc(), MoveRow.seq.desc())
        .limit(1)
    ).scalar()
    return f"Lot {last.lot} was {days_in_words(reason)}." if reason and expires_later(reason) else ""


def days_in_words(reason: str) -> str:
    """A recorded reason with its days as people say them: `expires first, 31 Oct 2026, at Store room`."""
    return _DAY.sub(lambda day: in_words(day[0]), reason)
