"""What the forms of controlled drugs share: a record under a new number, found again by it, and signed by a second person."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import redirect, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, RecordType, load, perform
from batch_records.acts import Act
from batch_records.people import people
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.record_actions import RecordAction
from compounding.stock.numbers import new_number
from web.acting import act_of_other, client_key, read_form
from web.services import now, offset_minutes, store

S = TypeVar("S")


@dataclass(frozen=True)
class Form(Generic[S]):
    """One type of record with a page of its own."""

    record_type: RecordType[S, Any, Any]
    page: str
    """The endpoint that shows one of them."""

    def new_number(self) -> str:
        """The number for a new one; the same for the same request."""
        at = now()
        return new_number(store(), self.record_type.name, client_key(), at, offset_minutes(at))

    def record(self, number: str) -> str:
        """The id of the record with a number."""
        return f"{self.record_type.name}-{number}"

    def known(self, number: str) -> S:
        """As it stands. Raises NotFound for a number that was never given."""
        with store().read() as uow:
            state = load(uow, self.record_type, self.record(number))
        if state == self.record_type.blank():
            raise NotFound
        return state

    def does(self, number: str, action: RecordAction, asked: Act) -> Any:
        """Do it, and back to its page; else the refusal."""
        answer = perform(store(), self.record_type, self.record(number), action, asked)
        return redirect(url_for(self.page, number=number), 303) if isinstance(answer, Done) else answer


def others(uow: UnitOfWork, roles: frozenset[str], without: Container[str]) -> list[tuple[str, str]]:
    """Who may sign as the second person: id and name."""
    return [
        (person, found.name)
        for person, found in people(uow)
        if found.enabled and found.roles & roles and person not in without
    ]


def second_person(field: str, who: str) -> Act:
    """The act of the second person, with their own secret, in the session that is open at this station.

    Raises Fault where nobody was chosen, Refuse for a wrong secret.
    """
    form = read_form([field, f"{field}_secret"])
    if not form[field]:
        raise Fault(field, "nothing", who)
    return act_of_other(form[field], form[f"{field}_secret"])
