"""How each kind of thing is held and let go: always by an action of its own record."""

from dataclasses import dataclass

from batch_records.acting import Consequence, load
from batch_records.store import UnitOfWork
from compounding.batches.actions import FreeUnits, HoldUnits
from compounding.batches.batch import Batch
from compounding.batches.record import BATCH as BATCH_RECORD
from compounding.batches.states import MADE, BatchStatus, UnitState
from compounding.preparing.actions_delivering import LiftQuarantine, Quarantine
from compounding.preparing.record import DOSE as DOSE_RECORD
from compounding.preparing.states import DoseStatus
from compounding.recalls.actions import Listed, Touched
from compounding.recalls.reasons import hold_reason, recall_in
from compounding.recalls.tasks import BATCH, DOSE, HELD, LOT, OF_STATUS, OPENED, OVER, STOCK
from compounding.stock.lot import LOT as LOT_RECORD
from compounding.stock.lot import FreeLot, HoldLot
from compounding.stock.opened import OPENED as OPENED_RECORD
from compounding.stock.opened import FreeContainer, HoldContainer
from compounding.stock.opened_state import DISCARDED


@dataclass(frozen=True)
class Standing:
    """How a thing stands now."""

    category: str
    holdable: bool
    """It can be held now and nobody holds it yet."""
    recall: str = ""
    """Number of the recall that holds it."""
    gone: bool = False
    """Destroyed, thrown away or used up: what `destroyed` may be said of."""
    hands: frozenset[str] = frozenset()
    """Persons who made it: they do not clear it."""
    serials: tuple[int, ...] = ()
    """Units of a batch that are to be held, where these are not all."""
    held_serials: tuple[int, ...] = ()
    """Units of a batch that a recall holds."""
    only_held: bool = False
    """A lot that a recall holds without recalling it: one that recalls it stops it in its own name."""


def standing(uow: UnitOfWork, touched: Touched) -> Standing:
    """How a thing stands, by its own entries."""
    if touched.what == DOSE:
        dose = load(uow, DOSE_RECORD, touched.item)
        category = OF_STATUS[dose.status]
        free = dose.status is not DoseStatus.QUARANTINED
        gone = dose.status is DoseStatus.WASTED
        return Standing(category, category in HELD and free, dose.recall, gone, dose.hands)
    if touched.what == OPENED:
        opened = load(uow, OPENED_RECORD, touched.item)
        gone = opened.state == DISCARDED
        return Standing(OVER if gone else STOCK, not gone and not opened.held, opened.held, gone)
    if touched.what == BATCH:
        return _of_batch(load(uow, BATCH_RECORD, touched.item), touched)
    if touched.what == LOT:
        lot = load(uow, LOT_RECORD, touched.item)
        only_held = bool(lot.recall) and lot.state == "held"
        return Standing(STOCK, not lot.recall, lot.recall, lot.on_hand <= 0, only_held=only_held)
    raise ValueError(f"a recall does not know what a {touched.what} is")


def _of_batch(batch: Batch, touched: Touched) -> Standing:
    """Units that became doses are listed as these. A batch that is not made yet is given up, or held once it is made."""
    hands = batch.work.hands
    if batch.status not in MADE:
        gone = batch.status in (BatchStatus.CANCELLED, BatchStatus.REJECTED, BatchStatus.NEW)
        return Standing(OVER if gone else STOCK, False, gone=gone, hands=hands)
    named, place = touched.serials, touched.place
    there = [
        unit
        for unit in batch.in_state(UnitState.QUARANTINE, UnitState.AVAILABLE)
        if (not place or unit.place == place) and (not named or unit.serial in named)
    ]
    numbers = {unit.serial: recall_in(unit.held) for unit in batch.units}
    held = tuple(serial for serial, number in numbers.items() if number)
    free = [unit for unit in there if not numbers[unit.serial]]  # a stop of our own is no reason to leave any of them out
    return Standing(
        STOCK if there else OVER,
        bool(free),
        numbers[held[0]] if held else "",
        not there,
        hands,
        tuple(unit.serial for unit in free) if place or named or held else (),
        held,
    )


def hold(one: Listed, number: str, why: str, lot_state: str) -> Consequence:
    """The action that holds a thing."""
    reason = hold_reason(number, why)
    if one.what == DOSE:
        return DOSE_RECORD, one.item, Quarantine(reason, number)
    if one.what == OPENED:
        return OPENED_RECORD, one.item, HoldContainer(number, reason)
    if one.what == BATCH:
        return BATCH_RECORD, one.item, HoldUnits(reason, one.serials)
    return LOT_RECORD, one.item, HoldLot(lot_state, reason, one.product, one.lot, number)


def let_go(item: str, what: str, number: str, why: str, now: Standing) -> Consequence:
    """The action that lets a thing go again, where it is and as it was."""
    reason = hold_reason(number, f"cleared, {why}")
    if what == DOSE:
        return DOSE_RECORD, item, LiftQuarantine(reason)
    if what == OPENED:
        return OPENED_RECORD, item, FreeContainer(reason)
    if what == BATCH:
        return BATCH_RECORD, item, FreeUnits(reason, now.held_serials)
    return LOT_RECORD, item, FreeLot(reason)


def as_listed(touched: Touched, found: Standing, lot_state: str) -> Listed:
    """A thing as it is listed and held."""
    held = int(found.holdable or (found.only_held and lot_state == "recalled"))
    return Listed(touched.item, touched.what, found.category, held, touched.product, touched.lot, found.serials)
