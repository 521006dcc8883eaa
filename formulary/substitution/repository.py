"""Which switches are in force at a moment, read from their records."""

from datetime import datetime

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from formulary.model import Formulary
from formulary.model_switch import Switch
from formulary.substitution.record import SUBSTITUTION, Substitution, record_id


def substitutions(uow: UnitOfWork, formulary: Formulary) -> tuple[Substitution, ...]:
    """The record of every formulation in force that was ever switched."""
    ids = [record_id(row.id) for drug in formulary.drugs for row in drug.formulations]
    found = uow.session.execute(select(HEADS.c.record).where(HEADS.c.record.in_(ids))).scalars()
    known = (load(uow, SUBSTITUTION, record) for record in sorted(found))
    return tuple(one for one in known if one.periods)


def switches_at(uow: UnitOfWork, formulary: Formulary, moment: datetime) -> tuple[Switch, ...]:
    """The switches in force at a moment."""
    periods = (one.at(moment) for one in substitutions(uow, formulary))
    return tuple(period.switch for period in periods if period is not None)
