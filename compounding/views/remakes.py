"""Which dose was made in place of another, asked of the one order that both belong to."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.record import ORDER


def made_anew(uow: UnitOfWork, order: str, number: str) -> str:
    """Number of the dose that was queued in place of this one and not cancelled again; empty while there is none."""
    record = order_record(order)
    if not any(e.kind == "yield_doses" and e.payload.get("remake_of") == number for e in uow.entries(record)):
        return ""
    for index in range(1, load(uow, ORDER, record).doses + 1):
        other = load(uow, DOSE, dose_record(dose_number(order, index)))
        if other.remake_of == number and other.status is not DoseStatus.CANCELLED:
            return other.number
    return ""
