"""What the work needs to know of people."""

from sqlalchemy import select

from batch_records.people import actor_for
from batch_records.people_resets import AT_SERVER
from batch_records.people_tables import PersonRow
from batch_records.store import UnitOfWork


def roles_of(uow: UnitOfWork, person: str) -> frozenset[str]:
    """The roles a person holds now; nothing for somebody who is not known or was disabled."""
    actor = actor_for(uow, person)
    return frozenset() if actor is None else actor.roles


def prescribers(uow: UnitOfWork) -> tuple[tuple[str, str], ...]:
    """The registered prescribers who are not disabled, by name: id and name. A list to choose from; it decides nothing."""
    rows = uow.session.execute(select(PersonRow).where(PersonRow.enabled).order_by(PersonRow.name)).scalars()
    found = ((row.record, actor_for(uow, row.record)) for row in rows if "prescriber" in row.roles)
    return tuple((person, shown_name(uow, person)) for person, actor in found if actor and "prescriber" in actor.roles)


def shown_name(uow: UnitOfWork, person: str) -> str:
    """Name with credentials as printed: `T. Okonjo, CPhT`; the id for somebody who is not known any more."""
    if person == AT_SERVER.person:
        return AT_SERVER.name
    actor = actor_for(uow, person)
    if actor is None:
        return person
    return f"{actor.name}, {actor.credentials}" if actor.credentials else actor.name
