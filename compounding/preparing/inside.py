"""What is inside an opened container besides the lot on its label: what it was dissolved with when it was opened."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.preparing.dose import Dose, Scanned
from compounding.preparing.numbering import dose_record
from compounding.stock.opened_state import Opened, slot_of, source_of


def opening_dose(uow: UnitOfWork, found: Opened) -> Dose:
    """The preparation that opened a container."""
    from compounding.preparing.record import DOSE

    return load(uow, DOSE, dose_record(source_of(found.number)))


def dissolved_with(uow: UnitOfWork, found: Opened) -> tuple[Scanned, ...]:
    """The containers that an opened one was dissolved from; none for a solution or a diluent."""
    return () if found.reconstituted_at is None else put_into(opening_dose(uow, found), slot_of(found.number))


def named_inside(uow: UnitOfWork, found: Opened) -> tuple[tuple[str, str], ...]:
    """The same as id and what each is called."""
    return tuple((scan.product, scan.display) for scan in dissolved_with(uow, found))


def put_into(dose: Dose, slot: str) -> tuple[Scanned, ...]:
    """The containers of a preparation that what stands in one slot was dissolved from. Pure."""
    taken = {step.take for step in dose.drawing.measures if step.purpose == "reconstitute" and step.put == slot}
    return tuple(scan for scan in dose.scans if scan.slot in taken)
