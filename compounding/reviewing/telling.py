"""A patient described anew: which doses on their way are told that something their order uses is not as it was reviewed."""

from sqlalchemy import select

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.errors import CannotCompute
from compounding.orders.patient import Patient
from compounding.preparing.gathering import formulary_of
from compounding.preparing.numbering import order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import OUT
from compounding.preparing.tables import DoseRow
from compounding.reviewing.record import ORDER
from compounding.reviewing.since_review import changed_since
from compounding.reviewing.states import OrderStatus
from formulary.repository import formulary_in_force

Told = tuple[tuple[str, tuple[str, ...]], ...]
"""Records of doses, each with what is to be told of it; nothing in words where it is again as it was reviewed."""


def doses_to_tell(uow: UnitOfWork, described: Patient, act: Act) -> Told:
    """Released doses of this patient, not given yet, of which something else is to be told than was told before.

    The list narrows the search; the entries decide. What belongs to an order that is not active is stopped or fetched back.
    """
    out = [status.value for status in OUT]
    rows = uow.session.execute(
        select(DoseRow.record).where(DoseRow.patient == described.mrn, DoseRow.status.in_(out)).order_by(DoseRow.record)
    )
    found = []
    for record in rows.scalars():
        dose = load(uow, DOSE, record)
        state = load(uow, ORDER, order_record(dose.order))
        active = state.status is OrderStatus.VERIFIED and dose.order_version in state.standing
        if dose.status not in OUT or not active:
            continue
        try:
            formulary = formulary_of(uow, dose, formulary_in_force(uow))
        except CannotCompute:
            continue  # its one-time formulation cannot be read any more: every act on the dose says so and is stopped
        changed = changed_since(uow, dose.order, formulary, act, described)
        if changed != dose.changed:
            found.append((record, changed))
    return tuple(found)
