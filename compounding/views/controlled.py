"""What the page of controlled drugs shows: what is there, what waits, and which discrepancies are open."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.controlled.cases import CASE, CLOSED, OUTCOMES, difference_words
from compounding.controlled.counts import CONTROLLED_COUNT, controlled_count_record, counted_whole
from compounding.controlled.policy import beginning_of_shift, controlled_products, witness_within
from compounding.controlled.tables import CaseRow, VolumeRow
from compounding.controlled.unsettled import (
    HandRow,
    counting_now,
    doses_to_account,
    doses_to_waste,
    in_hand,
    last_counts,
    offers,
    under_way,
)
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.stock.tables import BalanceRow, LotRow
from compounding.views.asked import asked_by
from formulary.model import Formulary

S = DoseStatus
MOST_CASES = 100


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
    """As a whole: one product alone is no count of the location."""
    counting: str
    """Number of a count that is open there: until it is done no figure is shown, so that it stays blind."""
    rows: tuple[Held, ...]


@dataclass(frozen=True)
class WaitingDose:
    number: str
    title: str
    state: str
    said: tuple[str, ...]
    """What is not accounted for; empty for a preparation that waits to be wasted."""
    late: bool = False
    """It stands like this since an earlier shift."""


@dataclass(frozen=True)
class WaitingWaste:
    """A waste, or a lot handled by two, that waits for its second person."""

    number: str
    subject: str
    display: str
    said: str
    person: str
    at: str
    late: bool
    """The time for the second person is over."""


@dataclass(frozen=True)
class WaitingHand:
    """What is in somebody's hand, out of a preparation that was not begun."""

    row: HandRow
    at: str
    by: str
    """By whose act it came back: who took the preparation apart, or stopped its order."""
    taken_by: str
    """Who scanned it for the preparation."""
    late: bool
    """It is in hand since an earlier shift."""
    counting: bool
    """It is being counted: no figure is shown."""


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
    to_waste: tuple[WaitingDose, ...]
    """Whole preparations that wait to be wasted before a witness."""
    wastes: tuple[WaitingWaste, ...]
    in_hand: tuple[WaitingHand, ...]
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
    return Overview(
        places=_places(uow, formulary, clock, begun),
        under_way=under_way(uow, formulary),
        doses=tuple(_waiting(row, dose, said, begun) for row, dose, said in doses_to_account(uow, formulary)),
        to_waste=tuple(_waiting(row, dose, (), begun) for row, dose in doses_to_waste(uow, formulary)),
        wastes=_wastes(uow, formulary, clock, at),
        in_hand=_hands(uow, formulary, clock, begun),
        cases=listed_cases(uow, at, clock, closed=False),
        shift="" if begun is None else clock.moment(begun),
    )


def _places(uow: UnitOfWork, formulary: Formulary, clock: Clock, begun: datetime | None) -> tuple[Place, ...]:
    held = held_rows(uow, formulary)
    names = sorted({row.location for row in held})
    counted, counting = last_counts(uow), counting_now(uow)
    whole = {} if begun is None else counted_whole(uow, begun)
    places = []
    for name in names:
        last = counted.get(name)
        by = "" if last is None else " and ".join(shown_name(uow, one) for one in last[1].split(", "))
        when = "" if last is None else clock.moment(last[0])
        if last is not None and begun is not None and last[0] >= begun and name not in whole:
            when += ", one product alone"
        there = tuple(row for row in held if row.location == name)
        places.append(Place(name, when, by, name in whole, counting.get(name, ""), there))
    return tuple(places)


def products_counted_now(uow: UnitOfWork) -> dict[str, str]:
    """The products on the lists of the counts that are open, each with the number of its count: blind on every page."""
    found = {}
    for number in counting_now(uow).values():
        for item in load(uow, CONTROLLED_COUNT, controlled_count_record(number)).items:
            found[item.product] = number
    return found


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


def _waiting(row: DoseRow, dose: Dose, said: tuple[str, ...], begun: datetime | None) -> WaitingDose:
    late = begun is not None and row.moved_at is not None and row.moved_at < begun
    return WaitingDose(row.number, dose.planned.title, dose.status.words, said, late)


def _wastes(uow: UnitOfWork, formulary: Formulary, clock: Clock, at: datetime) -> tuple[WaitingWaste, ...]:
    within = witness_within(formulary.site)
    until = None if within is None else at - within
    return tuple(
        WaitingWaste(
            row.number,
            row.subject,
            row.display,
            row.said,
            shown_name(uow, row.person),
            clock.moment(row.offered_at),
            until is not None and row.offered_at < until,
        )
        for row in offers(uow)
    )


def _hands(uow: UnitOfWork, formulary: Formulary, clock: Clock, begun: datetime | None) -> tuple[WaitingHand, ...]:
    counting, found = counting_now(uow), []
    for row in in_hand(uow, formulary):
        acts = [asked_by(uow, row.record, seq) for seq in (row.seq, row.taken)]
        by, taken_by = ("" if one is None else shown_name(uow, one.who) for one in acts)
        late = begun is not None and row.since < begun
        found.append(WaitingHand(row, clock.moment(row.since), by, taken_by, late, row.place in counting))
    return tuple(found)


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


