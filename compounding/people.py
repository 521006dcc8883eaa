"""What the work needs to know of people."""

from batch_records.people import actor_for
from batch_records.store import UnitOfWork


def roles_of(uow: UnitOfWork, person: str) -> frozenset[str]:
    """The roles a person holds now; nothing for somebody who is not known or was disabled."""
    actor = actor_for(uow, person)
    return frozenset() if actor is None else actor.roles


def shown_name(uow: UnitOfWork, person: str) -> str:
    """Name with credentials as printed: `T. Okonjo, CPhT`; the id for somebody who is not known any more."""
    actor = actor_for(uow, person)
    if actor is None:
        return person
    return f"{actor.name}, {actor.credentials}" if actor.credentials else actor.name
