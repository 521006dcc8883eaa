"""What a decision about a delivery looks at beyond its purchase order. Reads; decides nothing."""

from dataclasses import dataclass, field

from batch_records.acting import load
from batch_records.acts import SYSTEM, Act
from batch_records.store import UnitOfWork
from compounding.controlled.policy import received_by_two, schedule_of
from compounding.stock.location import LOCATION, Location, location_record
from compounding.stock.lot import LOT, lot_record
from formulary.repository import formulary_in_force


@dataclass(frozen=True)
class ReceiptContext:
    """Where damaged containers go, who must be there, and how the lot is spelled."""

    damaged_place: Location = field(default_factory=Location)
    """Where damaged containers are put."""
    schedule: str = ""
    """`CII` to `CV` where one person takes in a controlled drug and the house asks for two; empty otherwise."""
    spelled: str = ""
    """How the record of the lot spells its number; empty where there is none yet."""


def receipt_context(uow: UnitOfWork, product: str, lot: str, damaged_place: str, act: Act) -> ReceiptContext:
    """The context of a receipt. What two persons did comes from the system, and is not asked for again."""
    place = load(uow, LOCATION, location_record(damaged_place)) if damaged_place else Location()
    spelled = load(uow, LOT, lot_record(product, lot)).lot
    if act.actor is SYSTEM:
        return ReceiptContext(place, spelled=spelled)
    formulary = formulary_in_force(uow)
    by_two = schedule_of(formulary, product) if received_by_two(formulary.site) else ""
    return ReceiptContext(place, by_two, spelled)
