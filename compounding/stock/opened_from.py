"""What an opened container holds besides what its label says: the diluent that it was dissolved with."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.preparing.numbering import dose_record
from compounding.stock.opened_state import opened_record


def dissolved_with(uow: UnitOfWork, number: str) -> tuple[tuple[str, str], ...]:
    """Vials of diluent that went into it, by the scans of the preparation that opened it: id and what each is called."""
    from compounding.preparing.record import DOSE

    kept = next((entry for entry in uow.entries(opened_record(number)) if entry.kind == "container_kept"), None)
    if kept is None:
        return ()
    dose = load(uow, DOSE, dose_record(kept.payload["dose"]))
    if dose.draw_up is None:
        return ()
    steps = [step for step in dose.drawing.steps if step.purpose == "reconstitute" and step.put == kept.payload["slot"]]
    takes = {step.take for step in steps}
    return tuple((scan.product, scan.display) for scan in dose.scans if scan.slot in takes)
