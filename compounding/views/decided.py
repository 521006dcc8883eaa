"""A dose that the check desk has nothing to decide about any more: what became of it, by whom, and what can follow."""

from dataclasses import dataclass
from datetime import datetime

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.guards_returning import REUSE_CONDITIONS
from compounding.preparing.numbering import order_record
from compounding.preparing.states import OUT
from compounding.preparing.states import DoseStatus as S
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.views.check_desk import ENDED_BADLY
from compounding.views.remakes import made_anew

WORDS = {
    S.QUEUED: "Waits to be staged",
    S.HELD: "The order is on hold",
    S.STAGED: "Staged, waits to be made",
    S.IN_PREP: "Being made",
    S.RELEASED: "Checked and released",
    S.DISPENSED: "On its way",
    S.DELIVERED: "Delivered",
    S.ADMINISTERED: "Given",
    S.MISSING: "Missing",
    S.RETURNED: "Returned",
    S.REJECTED: "Rejected",
    S.ABANDONED: "Abandoned",
    S.CANCELLED: "Not needed any more",
    S.EXPIRED: "Past its beyond-use time",
    S.QUARANTINED: "In quarantine",
    S.WASTED: "Wasted",
}


@dataclass(frozen=True)
class Outcome:
    words: str
    by: str
    """Who did the last move and when."""
    reason: str
    place: str
    can_label: bool
    can_remake: bool
    remade_as: str
    """Number of the dose made in its place."""
    remake_of: str
    check_afterwards: bool
    """An emergency release that another pharmacist has not checked yet."""
    checked_afterwards: str
    can_reuse: bool
    why_no_reuse: str
    released: str
    beyond_use: str
    status: S
    changed: tuple[str, ...] = ()
    """What of the patient changed after the release, where no pharmacist has looked at all of it."""
    order: str = ""
    reuse_conditions: tuple[tuple[str, str], ...] = tuple(REUSE_CONDITIONS.items())
    """What the pharmacist confirms before a returned dose is used again."""


def decided_page(uow: UnitOfWork, dose: Dose, act: Act) -> Outcome:
    """What became of the dose, as its entries say."""
    clock = Clock.of(act)
    state = load(uow, ORDER, order_record(dose.order))
    remade = made_anew(uow, dose.order, dose.number)
    needed = state.status is OrderStatus.VERIFIED and dose.order_version in state.standing
    after = dose.afterwards
    return Outcome(
        WORDS.get(dose.status, dose.status.words),
        _who(uow, dose.moved_by, dose.moved_at, clock),
        dose.reason,
        dose.place,
        dose.status is S.RELEASED,
        dose.status in ENDED_BADLY and needed and not remade,
        remade,
        dose.remake_of,
        dose.emergency and after is None,
        "" if after is None else _who(uow, after.person, after.at, clock),
        dose.status is S.RETURNED and not dose.blocked,
        "It was reported missing: it is not given any more. Waste it." if dose.blocked else "",
        "" if dose.released is None else _who(uow, dose.released.person, dose.released.at, clock),
        "" if (ends := dose.beyond_use_at()) is None else clock.moment(ends),
        dose.status,
        dose.changed if dose.to_recheck and dose.status in OUT else (),
        dose.order,
    )


def _who(uow: UnitOfWork, person: str, at: datetime | None, clock: Clock) -> str:
    name = "Sufficit" if person == "system" else shown_name(uow, person)
    return name if at is None else f"{name}, {clock.moment(at)}"
