"""What history says of a unit: such doses released in the last weeks, and units on hand. A person decides."""

from datetime import datetime

from gmpy2 import mpq
from sqlalchemy import func, select

from batch_records.store import UnitOfWork
from calculations.quantity import Quantity
from compounding.batches.proposal import Proposal, keeps_for, propose
from compounding.batches.states import MADE
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.orders.schedule import hours
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.projecting import made_in
from compounding.preparing.tables import DoseRow, FigureRow
from formulary.model import Formulary

MADE_STATES = tuple(status.value for status in MADE)
"""States of a batch whose units may still be given."""


def proposal_for(uow: UnitOfWork, plan: TherapeuticPlan, formulary: Formulary, at: datetime) -> Proposal:
    """What history proposes to make of a unit now. Raises CannotCompute where nobody can say how long it keeps."""
    days = formulary.site.value("batch_history").to("day")
    doses = doses_released(uow, plan, at - hours(days), at)
    return propose(doses, days, keeps_for(plan, at), units_on_hand(uow, plan, at), formulary.site)


def doses_released(uow: UnitOfWork, plan: TherapeuticPlan, since: datetime, until: datetime) -> int:
    """Doses of the same drug, amount and diluent that were released and due in this time, made ahead or not."""
    dose, figure, active = DoseRow, FigureRow, plan.actives[0]
    rows = uow.session.execute(
        select(figure.ordered, figure.unit, func.count())
        .join(dose, dose.record == figure.record)
        .where(dose.drug == plan.drug, dose.subtitle == made_in(plan), dose.released_by != "")
        .where(dose.due >= since, dose.due < until, figure.drug == active.drug)
        .group_by(figure.ordered, figure.unit)
    )
    return sum(count for ordered, unit, count in rows if Quantity(mpq(ordered), unit, active.amount.of) == active.amount)


def units_on_hand(uow: UnitOfWork, plan: TherapeuticPlan, at: datetime) -> int:
    """Finished units of the same formulation, amount and diluent that may still be assigned, or wait for their release."""
    unit, batch = BatchUnitRow, BatchRow
    query = (
        select(func.count())
        .select_from(unit)
        .join(batch, batch.record == unit.record)
        .where(unit.formulation == plan.formulation, unit.title == plan.title, batch.subtitle == made_in(plan))
        .where(unit.state.in_(("available", "quarantine")), unit.beyond_use_date > at, batch.status.in_(MADE_STATES))
    )
    return int(uow.session.execute(query).scalar_one())
