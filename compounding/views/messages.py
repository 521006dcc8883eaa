"""Messages that could not be placed, as the board counts them and the page of orders from a file lists them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.orders.messages import OPEN
from compounding.orders.schedule import hours
from compounding.orders.tables import MessageRow
from compounding.views.strip import due_text, how_long
from formulary.house.usual_times import MESSAGE_ALARM
from formulary.model import SiteProfile

MOST = 50
"""Messages on one page, the oldest first; the others come up as these are settled."""


@dataclass(frozen=True)
class ListedMessage:
    """One message that waits for somebody."""

    record: str
    what: str
    why: str
    received: str
    age: str
    """`42 min`, `3 h 5 min`."""
    received_at: datetime


@dataclass(frozen=True)
class Waiting:
    """The messages that wait: the oldest of them, and how many there are in all."""

    messages: tuple[ListedMessage, ...]
    count: int


def message_alarm(site: SiteProfile) -> timedelta:
    """How long a message may wait before it is an alarm; a house that has not said it goes by its "due soon"."""
    own = next((row.value for row in site.values if row.name == MESSAGE_ALARM), None)
    return hours(own if own is not None else site.value("due_soon"))


def waiting_messages(uow: UnitOfWork, at: datetime, clock: Clock, most: int = MOST) -> Waiting:
    """Messages that nobody has settled, the oldest first."""
    open_ones = MessageRow.state == OPEN
    rows = uow.session.execute(
        select(MessageRow).where(open_ones).order_by(MessageRow.received_at, MessageRow.record).limit(most)
    ).scalars()
    listed = tuple(
        ListedMessage(
            row.record,
            row.what,
            row.why,
            due_text(row.received_at, at, clock),
            how_long(row.received_at, at).removesuffix(" late"),
            row.received_at,
        )
        for row in rows
    )
    count = uow.session.execute(select(func.count()).select_from(MessageRow).where(open_ones)).scalar_one()
    return Waiting(listed, count)
