"""What of controlled drugs waits for somebody: listed on the page, and asked before a shift is closed.

The lists say which records to look at; what is decided is decided by those records.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.controlled.account import unaccounted
from compounding.controlled.cases import CASE, CLOSED, case_record, difference_words, missing_case
from compounding.controlled.counts import COUNTING, DONE, SECOND, counted_whole, holding
from compounding.controlled.handling_state import SUBJECTS as HANDLED
from compounding.controlled.policy import controlled_products
from compounding.controlled.tables import CaseRow, ControlledCountRow, ControlledWasteRow, VolumeRow
from compounding.controlled.vials import KEPT
from compounding.controlled.waste_state import OFFERED
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow, UsedRow
from compounding.stock.in_hand import IN_HAND, is_in_hand
from compounding.stock.lot import LOT
from compounding.stock.lot_actions import UseContainer
from compounding.stock.opened import OPENED, GiveBackContainer, StageContainer
from compounding.stock.opened_state import DISCARDED
from compounding.stock.tables import BalanceRow, LotRow, OpenedRow
from formulary.model import Formulary

S = DoseStatus
UNDER_WAY = (S.QUEUED, S.HELD, S.STAGED, S.IN_PREP, S.IN_PROCESS_CHECK)
"""Vials scanned for these are out of stock and in no account yet."""
TO_ACCOUNT = (S.AWAITING_FINAL_CHECK, S.SECOND_CHECK, S.REJECTED, S.ABANDONED, S.QUARANTINED, S.EXPIRED, S.WASTED)
"""A dose that was not released leaves this list by its vials being accounted for, and by nothing else."""
TO_WASTE = (S.REJECTED, S.ABANDONED, S.QUARANTINED, S.EXPIRED, S.RETURNED, S.MISSING)
"""What holds a controlled drug in these is destroyed before a witness, or found."""
A_COUNT, A_CASE, A_WASTE, A_HANDLING, A_DOSE, A_HAND = "count", "case", "waste", "handling", "dose", "hand"


@dataclass(frozen=True)
class HandRow:
    """Containers of one lot, or an opened container, that came back from one preparation and are in hand."""

    product: str
    display: str
    schedule: str
    lot: str
    container: str
    """Number of the opened container; empty for unopened ones."""
    count: int
    dose: str
    place: str
    home: str
    record: str
    seq: int
    """The entry by which they came into the hand."""
    taken: int
    """The entry by which they were taken for the preparation."""
    since: datetime


@dataclass(frozen=True)
class Unsettled:
    """One thing that stands against the close of a shift."""

    kind: str
    about: str
    """Number of the count, case, waste, handling or preparation; the location of a count that was not made."""
    words: str


def unsettled(uow: UnitOfWork, formulary: Formulary, begun: datetime) -> tuple[Unsettled, ...]:
    """Everything that stands against closing the shift that began at `begun`."""
    counted, counting = counted_whole(uow, begun), counting_now(uow)
    found = [Unsettled(A_COUNT, number, f"Count {number} at {place} is not finished.") for place, number in counting.items()]
    found += [
        Unsettled(A_COUNT, place, f"{place or 'Stock without a location'} was not counted in this shift.")
        for place in sorted(holding(uow) - set(counting))
        if not is_in_hand(place) and place not in counted
    ]
    for held in in_hand(uow, formulary):
        which = f"opened container {held.container}" if held.container else f"lot {held.lot}"
        found.append(Unsettled(A_HAND, held.dose, f"{held.place}: {held.display}, {which}: two persons put it back."))
    for case in open_case_rows(uow):
        words = difference_words(load(uow, CASE, case.record).told)
        found.append(Unsettled(A_CASE, case.number, f"Discrepancy {case.number} is open: {case.display}, {words}."))
    for offer in offers(uow):
        kind = A_HANDLING if offer.subject in HANDLED else A_WASTE
        found.append(Unsettled(kind, offer.number, f"{offer.display}, {offer.said}: waits for the second person."))
    found += _left_lying(uow, formulary, begun)
    found += [
        Unsettled(A_DOSE, row.number, f"Preparation {row.number}: {' '.join(said)}")
        for row, _, said in doses_to_account(uow, formulary)
    ]
    found += [
        Unsettled(A_DOSE, row.number, f"Preparation {row.number}, {dose.status.words}: to be wasted.")
        for row, dose in doses_to_waste(uow, formulary)
    ]
    return tuple(found)


def under_way(uow: UnitOfWork, formulary: Formulary) -> int:
    """Vials scanned for preparations that are not made yet: out of stock, and in no account."""
    products = list(controlled_products(formulary))
    query = (
        select(func.count())
        .select_from(UsedRow)
        .join(DoseRow, DoseRow.record == UsedRow.record)
        .where(UsedRow.product.in_(products), DoseRow.status.in_([one.value for one in UNDER_WAY]))
    )
    return int(uow.session.execute(query).scalar_one())


def _left_lying(uow: UnitOfWork, formulary: Formulary, begun: datetime) -> list[Unsettled]:
    """Preparations for which a controlled vial was taken in an earlier shift and that are not made yet."""
    products, found = controlled_products(formulary), []
    for row in _doses(uow, formulary, UNDER_WAY):
        dose: Dose = load(uow, DOSE, dose_record(row.number))
        if any(scan.product in products and scan.at < begun for scan in dose.scans):
            words = f"Preparation {row.number}, {dose.status.words}: its vials are out since an earlier shift. Make or end it."
            found.append(Unsettled(A_DOSE, row.number, words))
    return found


def counting_now(uow: UnitOfWork) -> dict[str, str]:
    """The locations that are being counted, each with the number of the count that was begun last."""
    rows = uow.session.execute(
        select(ControlledCountRow.location, ControlledCountRow.number)
        .where(ControlledCountRow.status.in_((COUNTING, SECOND)))
        .order_by(ControlledCountRow.begun_at)
    )
    return {row.location: row.number for row in rows}


def last_counts(uow: UnitOfWork) -> dict[str, tuple[datetime, str]]:
    """When each location was counted last, and by whom."""
    rows = uow.session.execute(
        select(ControlledCountRow).where(ControlledCountRow.status == DONE).order_by(ControlledCountRow.done_at)
    ).scalars()
    return {row.location: (row.done_at, row.counted_by) for row in rows if row.done_at is not None}


def offers(uow: UnitOfWork) -> Sequence[ControlledWasteRow]:
    """Wastes and handlings that wait for their second person, the oldest first."""
    query = select(ControlledWasteRow).where(ControlledWasteRow.status == OFFERED).order_by(ControlledWasteRow.offered_at)
    return uow.session.execute(query).scalars().all()


def open_case_rows(uow: UnitOfWork) -> Sequence[CaseRow]:
    """Discrepancies that are not closed, the oldest first."""
    query = select(CaseRow).where(CaseRow.status != CLOSED).order_by(CaseRow.opened_at)
    return uow.session.execute(query).scalars().all()


def in_hand(uow: UnitOfWork, formulary: Formulary) -> tuple[HandRow, ...]:
    """What is in somebody's hand, out of a preparation that was not begun, until two persons put it back."""
    names = controlled_products(formulary)
    return (*_lots_in_hand(uow, names), *_opened_in_hand(uow, names))


def _lots_in_hand(uow: UnitOfWork, names: dict[str, tuple[str, str]]) -> list[HandRow]:
    query = (
        select(LotRow)
        .where(LotRow.record.in_(select(BalanceRow.record).where(BalanceRow.location.startswith(IN_HAND))))
        .order_by(LotRow.product, LotRow.lot)
    )
    found = []
    for row in uow.session.execute(query).scalars():
        lot, entries = load(uow, LOT, row.record), uow.entries(row.record)
        display, schedule = names.get(row.product, (row.product, ""))
        for one in dict.fromkeys(lot.in_hand):
            moved = [e for e in reversed(entries) if e.kind == UseContainer.kind and e.payload["dose"] == one.dose]
            entry = next(e for e in moved if e.payload.get("location") == one.place)
            taken = next(e.seq for e in moved if int(e.payload["count"]) > 0)
            told = (lot.in_hand.count(one), one.dose, one.place, one.home, row.record, entry.seq, taken, entry.at)
            found.append(HandRow(row.product, display, schedule, row.lot, "", *told))
    return found


def _opened_in_hand(uow: UnitOfWork, names: dict[str, tuple[str, str]]) -> list[HandRow]:
    query = (
        select(OpenedRow)
        .where(OpenedRow.place.startswith(IN_HAND), OpenedRow.state != DISCARDED)
        .order_by(OpenedRow.number)
    )
    found = []
    for row in uow.session.execute(query).scalars():
        held, entries = load(uow, OPENED, row.record), uow.entries(row.record)
        entry = next(e for e in reversed(entries) if e.kind == GiveBackContainer.kind)
        taken = next(e.seq for e in reversed(entries) if e.kind == StageContainer.kind)
        display, schedule = names.get(row.product, (row.display, ""))
        told = (held.hand_of, held.place, held.home, row.record, entry.seq, taken, entry.at)
        found.append(HandRow(row.product, display, schedule, row.lot, row.number, 1, *told))
    return found


def open_accounts(uow: UnitOfWork) -> frozenset[str]:
    """Numbers of the doses of whose vials the ledger of volumes still holds something."""
    accounts = (
        select(VolumeRow.record)
        .where(VolumeRow.record.startswith("controlled-"), ~((VolumeRow.kind == KEPT) & (VolumeRow.microlitres > 0)))
        .group_by(VolumeRow.record)
        .having(func.sum(VolumeRow.microlitres) != 0)
    )
    return frozenset(record.removeprefix("controlled-") for record in uow.session.execute(accounts).scalars())


def doses_to_account(uow: UnitOfWork, formulary: Formulary) -> list[tuple[DoseRow, Dose, tuple[str, ...]]]:
    """Doses of which a vial is not accounted for, with what is open, the oldest first: whatever became of the dose itself."""
    open_ones = open_accounts(uow)
    found = []
    for row in _doses(uow, formulary, TO_ACCOUNT):
        if row.released_by or (row.number not in open_ones and row.status in (S.EXPIRED, S.WASTED)):
            continue
        dose: Dose = load(uow, DOSE, dose_record(row.number))
        if said := unaccounted(uow, dose, formulary):
            found.append((row, dose, said))
    return found


def doses_to_waste(uow: UnitOfWork, formulary: Formulary) -> list[tuple[DoseRow, Dose]]:
    """Preparations with a controlled drug that are not used any more and still stand somewhere, the oldest first."""
    rows = [row for row in _doses(uow, formulary, TO_WASTE) if row.status != S.MISSING or not _settled(uow, row.number)]
    return [(row, load(uow, DOSE, dose_record(row.number))) for row in rows]


def _settled(uow: UnitOfWork, number: str) -> bool:
    """Whether the discrepancy of a missing dose is closed: it is lost, and nobody waits for it any more."""
    return bool(load(uow, CASE, case_record(missing_case(number))).status == CLOSED)


def _doses(uow: UnitOfWork, formulary: Formulary, states: Sequence[DoseStatus]) -> Sequence[DoseRow]:
    products = list(controlled_products(formulary))
    rows = uow.session.execute(
        select(DoseRow)
        .where(
            DoseRow.status.in_([one.value for one in states]),
            DoseRow.record.in_(select(UsedRow.record).where(UsedRow.product.in_(products))),
        )
        .order_by(DoseRow.moved_at)
    )
    return rows.scalars().all()
