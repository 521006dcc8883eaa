"""What the page of controlled drugs shows: what is there, what waits, and which discrepancies are open."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.controlled.account import unaccounted
from compounding.controlled.cases import CASE, CLOSED, OUTCOMES, difference_words
from compounding.controlled.counts import DONE
from compounding.controlled.policy import beginning_of_shift, controlled_products
from compounding.controlled.tables import CaseRow, ControlledCountRow, ControlledWasteRow, VolumeRow
from compounding.controlled.waste_state import OFFERED
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow, UsedRow
from compounding.stock.tables import BalanceRow, LotRow
from formulary.model import Formulary

S = DoseStatus
UNDER_WAY = (S.QUEUED, S.STAGED, S.IN_PREP, S.IN_PROCESS_CHECK)
"""Vials scanned for these are out of stock and in no account yet."""
TO_ACCOUNT = (S.AWAITING_FINAL_CHECK, S.SECOND_CHECK, S.REJECTED, S.ABANDONED, S.QUARANTINED)
MOST_DOSES, MOST_CASES, MOST_WASTES = 100, 100, 50


@dataclass(frozen=True)
class Held:
    """One product at one location."""

    product: str
    display: str
    schedule: str
    location: str
    containers: int
    opened: str
    """Volume in opened vials: `10 mL`; empty for none."""


@dataclass(frozen=True)
class Place:
    """One location with controlled drugs, and whether it was counted in this shift."""

    name: str
    counted: str
    """When it was counted last; empty for never."""
    by: str
    in_shift: bool
    rows: tuple[Held, ...]


@dataclass(frozen=True)
class WaitingDose:
    number: str
    title: str
    state: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class WaitingWaste:
    number: str
    display: str
    said: str
    person: str
    at: str


@dataclass(frozen=True)
class ListedCase:
    number: str
    display: str
    lot: str
    location: str
    schedule: str
    said: str
    status: str
    opened: str
    due: str
    overdue: bool
    outcome: str


@dataclass(frozen=True)
class Overview:
    places: tuple[Place, ...]
    under_way: int
    """Vials scanned for doses that are not made yet."""
    doses: tuple[WaitingDose, ...]
    wastes: tuple[WaitingWaste, ...]
    cases: tuple[ListedCase, ...]
    shift: str
    """When this shift began; empty where the site set no shifts."""


def volume_words(microlitres: int) -> str:
    """`10 mL`; `−0.5 mL` below zero; empty for nothing."""
    if not microlitres:
        return ""
    said = show(Quantity(abs(microlitres), "mL") / 1000)
    return f"−{said}" if microlitres < 0 else said


def overview(uow: UnitOfWork, formulary: Formulary, at: datetime, clock: Clock) -> Overview:
    """Everything at a glance, the most urgent first."""
    begun = beginning_of_shift(formulary.site, at, clock.offset_minutes)
    products = list(controlled_products(formulary))
    under_way = uow.session.execute(
        select(func.count())
        .select_from(UsedRow)
        .join(DoseRow, DoseRow.record == UsedRow.record)
        .where(UsedRow.product.in_(products), DoseRow.status.in_([one.value for one in UNDER_WAY]))
    ).scalar_one()
    return Overview(
        places=_places(uow, formulary, clock, begun),
        under_way=int(under_way),
        doses=waiting_doses(uow, formulary),
        wastes=_wastes(uow, clock),
        cases=listed_cases(uow, at, clock, closed=False),
        shift="" if begun is None else clock.moment(begun),
    )


def _places(uow: UnitOfWork, formulary: Formulary, clock: Clock, begun: datetime | None) -> tuple[Place, ...]:
    held = held_rows(uow, formulary)
    names = sorted({row.location for row in held})
    counted: dict[str, tuple[datetime, str]] = {}
    rows = uow.session.execute(select(ControlledCountRow).where(ControlledCountRow.status == DONE)).scalars()
    for row in rows:
        if row.done_at is not None and (row.location not in counted or counted[row.location][0] < row.done_at):
            counted[row.location] = (row.done_at, row.counted_by)
    places = []
    for name in names:
        last = counted.get(name)
        by = "" if last is None else " and ".join(shown_name(uow, one) for one in last[1].split(", "))
        in_shift = last is not None and begun is not None and last[0] >= begun
        when = "" if last is None else clock.moment(last[0])
        places.append(Place(name, when, by, in_shift, tuple(row for row in held if row.location == name)))
    return tuple(places)


def held_rows(uow: UnitOfWork, formulary: Formulary) -> list[Held]:
    """Containers and opened volume of every controlled product at every location."""
    products = controlled_products(formulary)
    containers: dict[tuple[str, str], int] = defaultdict(int)
    volumes: dict[tuple[str, str], int] = defaultdict(int)
    for product, location, count in uow.session.execute(
        select(LotRow.product, BalanceRow.location, BalanceRow.count)
        .join(BalanceRow, BalanceRow.record == LotRow.record)
        .where(LotRow.product.in_(list(products)))
    ):
        containers[product, location] += count
    for product, location, microlitres in uow.session.execute(
        select(VolumeRow.product, VolumeRow.location, func.sum(VolumeRow.microlitres))
        .where(VolumeRow.product.in_(list(products)))
        .group_by(VolumeRow.product, VolumeRow.location)
    ):
        volumes[product, location] += int(microlitres)
    found = [
        Held(product, *products[product], location, containers[product, location], volume_words(volumes[product, location]))
        for product, location in sorted({*containers, *volumes})
        if containers[product, location] or volumes[product, location]
    ]
    return sorted(found, key=lambda row: (row.schedule, row.display, row.location))


def waiting_doses(uow: UnitOfWork, formulary: Formulary) -> tuple[WaitingDose, ...]:
    """Doses of which a vial is not accounted for, the newest first."""
    products = list(controlled_products(formulary))
    rows = uow.session.execute(
        select(DoseRow.number)
        .where(
            DoseRow.status.in_([one.value for one in TO_ACCOUNT]),
            DoseRow.record.in_(select(UsedRow.record).where(UsedRow.product.in_(products))),
        )
        .order_by(DoseRow.moved_at.desc())
        .limit(MOST_DOSES)
    ).scalars()
    found = []
    for number in rows:
        dose: Dose = load(uow, DOSE, dose_record(number))
        if said := unaccounted(uow, dose, formulary):
            found.append(WaitingDose(number, dose.planned.title, dose.status.value.replace("_", " "), said))
    return tuple(found)


def _wastes(uow: UnitOfWork, clock: Clock) -> tuple[WaitingWaste, ...]:
    rows = uow.session.execute(
        select(ControlledWasteRow)
        .where(ControlledWasteRow.status == OFFERED)
        .order_by(ControlledWasteRow.offered_at)
        .limit(MOST_WASTES)
    ).scalars()
    return tuple(
        WaitingWaste(row.number, row.display, row.said, shown_name(uow, row.person), clock.moment(row.offered_at))
        for row in rows
    )


def listed_cases(uow: UnitOfWork, at: datetime, clock: Clock, *, closed: bool) -> tuple[ListedCase, ...]:
    """Discrepancies, those due first; closed ones with the newest first."""
    order = CaseRow.closed_at.desc() if closed else CaseRow.opened_at
    wanted = CaseRow.status == CLOSED if closed else CaseRow.status != CLOSED
    rows = uow.session.execute(select(CaseRow).where(wanted).order_by(order).limit(MOST_CASES)).scalars()
    return tuple(
        ListedCase(
            row.number,
            row.display,
            row.lot,
            row.location,
            row.schedule,
            difference_words(load(uow, CASE, row.record).told),
            row.status,
            clock.moment(row.opened_at),
            "" if row.due is None else clock.moment(row.due),
            row.status != CLOSED and row.due is not None and row.due <= at,
            OUTCOMES.get(row.outcome, ""),
        )
        for row in rows
    )


def overdue_cases(uow: UnitOfWork, at: datetime) -> int:
    """Discrepancies that were not closed in their shift."""
    query = select(func.count()).select_from(CaseRow).where(CaseRow.status != CLOSED, CaseRow.due <= at)
    return int(uow.session.execute(query).scalar_one())


def open_cases(uow: UnitOfWork) -> int:
    """Discrepancies that are not closed."""
    return int(uow.session.execute(select(func.count()).select_from(CaseRow).where(CaseRow.status != CLOSED)).scalar_one())


