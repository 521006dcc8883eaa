"""Vials that were out for a preparation when their location was counted: where, for which dose, opened or not, volume left.
Those that came back and are in hand still are among them.

A vial is told with the location that it was taken from, as of that location's own count: it is neither missed nor told twice.
Reads the records as they stood at that moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from batch_records.acting import RecordType, fold, load
from batch_records.store import UnitOfWork
from calculations.quantity import Quantity
from compounding.controlled.account import ACCOUNT, account_record, taken_from
from compounding.controlled.accountability import Tolerance
from compounding.controlled.policy import controlled_products, schedule_of, schedule_of_drug, tolerance_of
from compounding.controlled.tables import VolumeRow
from compounding.controlled.unsettled import UNDER_WAY, open_accounts
from compounding.controlled.vials import Accounted, DoseVial, accounted, vials_of
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.stock.in_hand import IN_HAND as HAND
from compounding.stock.in_hand import InHand
from compounding.stock.ledger import Lot
from compounding.stock.lot import LOT
from compounding.stock.lot_actions import UseContainer
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import DISCARDED, IN_HAND, RESERVED, Opened, opened_record
from compounding.stock.tables import BalanceRow, MoveRow, OpenedRow
from formulary.model import Formulary, Product

S = DoseStatus
CHECKED = (S.AWAITING_FINAL_CHECK, S.SECOND_CHECK, S.REJECTED, S.ABANDONED, S.QUARANTINED)
"""What is left in their vials may still stand beside them."""


@dataclass(frozen=True)
class InPreparation:
    """One vial."""

    schedule: str
    location: str
    """Where it was taken from."""
    product: str
    display: str
    lot: str
    dose: str
    state: str
    """Of the dose, in words."""
    place: str
    """Where the dose was."""
    opened: int
    """1: something was taken out of it, or it was an opened container."""
    volume: Quantity | None = None
    """mL left in it by the record; None where something was taken out that nobody measured."""
    container: str = ""
    """Number of the opened container that it is."""


def in_preparation(
    uow: UnitOfWork, formulary: Formulary, counted: Mapping[str, datetime], otherwise: datetime
) -> tuple[InPreparation, ...]:
    """Every vial that was out for a preparation, the doses in the order of their numbers.

    `counted`: when each location was counted. `otherwise`: the moment for a location that held nothing more to count.
    """
    tolerance = tolerance_of(formulary.site)
    if not isinstance(tolerance, Tolerance):
        return ()
    moments = sorted({*counted.values(), otherwise})
    numbers, opened = _taken(uow, formulary, moments[0], moments[-1]), _opened(uow, formulary, moments[0])
    lots = _lots_in_hand(uow, formulary, moments[0])
    found: list[InPreparation] = []
    for at in moments:
        kept: list[Opened] = [_as_of(uow, OPENED, record, at) for record in opened]
        staged = {one.number: one for one in kept if one.state == RESERVED}
        back: list[Lot] = [_as_of(uow, LOT, record, at) for record in lots]
        held = [_lot_told(formulary, lot, one) for lot in back for one in lot.in_hand]
        held += [_opened_told(formulary, one) for one in kept if one.state == IN_HAND]
        found += [one for one in held if counted.get(one.location, otherwise) == at]
        for number in sorted({*numbers, *(one.reserved_for for one in staged.values())}):
            dose: Dose = _as_of(uow, DOSE, dose_record(number), at)
            if dose.plan is None:
                continue
            settled = _as_of(uow, ACCOUNT, account_record(number), at).settled
            for one in accounted(dose, vials_of(dose, formulary), settled, tolerance):
                location = _lay_at(uow, one.vial, number, staged)
                if counted.get(location, otherwise) == at and (dose.status in UNDER_WAY or not one.found.closed):
                    found.append(_told(dose, one, location))
    return tuple(sorted(found, key=lambda one: (one.schedule != "CII", one.dose)))


def _told(dose: Dose, one: Accounted, location: str) -> InPreparation:
    vial = one.vial
    place = "staging" if dose.place == "queue" else dose.place
    left = one.found.to_waste if one.found.measured else None
    return InPreparation(
        vial.schedule, location, vial.product, vial.display, vial.lot, dose.number, dose.status.words, place,
        int(vial.touched or bool(vial.opened)), left, vial.opened,
    )  # fmt: skip


BACK = "taken apart or stopped before it was begun"


def _lot_told(formulary: Formulary, lot: Lot, one: InHand) -> InPreparation:
    item = formulary.item(lot.product)
    volume = item.volume.to("mL") if isinstance(item, Product) and item.volume is not None else None
    return InPreparation(
        schedule_of(formulary, lot.product), one.home, lot.product, item.display, lot.lot, one.dose, BACK, one.place, 0, volume
    )


def _opened_told(formulary: Formulary, one: Opened) -> InPreparation:
    return InPreparation(
        schedule_of_drug(formulary, one.drug), one.home, one.product, one.display, one.lot, one.hand_of, BACK, one.place, 1,
        one.volume_left, one.number,
    )  # fmt: skip


def _lay_at(uow: UnitOfWork, vial: DoseVial, number: str, staged: Mapping[str, Opened]) -> str:
    """Where a vial was taken from; an opened container that is drawn from lies where it is kept."""
    if vial.opened:
        return staged[vial.opened].place if vial.opened in staged else load(uow, OPENED, opened_record(vial.opened)).place
    return taken_from(uow, vial.product, vial.lot, number)


def _as_of(uow: UnitOfWork, record_type: RecordType[Any, Any, Any], record: str, at: datetime) -> Any:
    """A record as it stood at a moment."""
    return fold(record_type, (entry for entry in uow.entries(record) if entry.at <= at))


def _taken(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> set[str]:
    """Numbers of the doses that containers were taken for before `until` and that may have held some from `since` on.

    What was over and done with before, and was not touched since, is left out.
    """
    taken = select(MoveRow.about).where(
        MoveRow.product.in_(list(controlled_products(formulary))),
        MoveRow.kind == UseContainer.kind,
        MoveRow.count < 0,
        MoveRow.at <= until,
    )
    poured = select(VolumeRow.record).where(VolumeRow.record.startswith("controlled-"), VolumeRow.at > since)
    later = {record.removeprefix("controlled-") for record in uow.session.execute(poured.distinct()).scalars()}
    numbers = select(DoseRow.number).where(
        DoseRow.number.in_(taken),
        or_(
            DoseRow.status.in_([one.value for one in (*UNDER_WAY, *CHECKED)]),
            DoseRow.moved_at > since,
            DoseRow.number.in_(later | open_accounts(uow)),
        ),
    )
    return set(uow.session.execute(numbers).scalars())


def _lots_in_hand(uow: UnitOfWork, formulary: Formulary, since: datetime) -> Sequence[str]:
    """The lots of which something was in hand from `since` on."""
    now = select(BalanceRow.record).where(BalanceRow.location.startswith(HAND))
    then = select(MoveRow.record).where(
        MoveRow.product.in_(list(controlled_products(formulary))), MoveRow.location.startswith(HAND), MoveRow.at > since
    )
    return sorted({*uow.session.execute(now).scalars(), *uow.session.execute(then).scalars()})


def _opened(uow: UnitOfWork, formulary: Formulary, since: datetime) -> Sequence[str]:
    """The opened containers that may have been staged from `since` on."""
    query = select(OpenedRow.record).where(
        OpenedRow.product.in_(list(controlled_products(formulary))),
        or_(OpenedRow.state != DISCARDED, OpenedRow.usable_until >= since),
    )
    return uow.session.execute(query).scalars().all()
