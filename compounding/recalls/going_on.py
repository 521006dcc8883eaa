"""A recall that touched more than fits one unit of work goes on portion by portion, and can be asked again at any time."""

import threading
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from batch_records.acting import Done, load, perform
from batch_records.acts import SYSTEM, Act
from batch_records.entries import canonical, digest
from batch_records.store import Store
from compounding.recalls.listing import not_listed, portion
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL, listing_of, parts_of
from compounding.recalls.tables import RecallRow

_ONE_AT_A_TIME = threading.Lock()
"""One server process: two who ask at once would only list the same portion, and the second be refused."""


def go_on(store: Store, number: str, act: Act, most: int = 1000) -> int:
    """List and hold what no part lists yet, in at most `most` portions; gives how many things are left.

    Safe to repeat: a portion has a record of its own, and a thing is listed once.
    """
    with _ONE_AT_A_TIME:
        left = 0
        for _ in range(most):
            with store.read() as uow:
                recall = load(uow, RECALL, recall_record(number))
                found = not_listed(uow, number, recall.subject) if recall.status == "open" else []
                part = part_record(number, len(parts_of(uow, number)) + 1)
            left = len(found)
            if not found:
                return 0
            wanted = portion(found)
            key = f"{part}/{digest(canonical([one.item for one in wanted]))[:32]}"
            done = perform(store, PART, part, listing_of(recall, wanted), replace(act, key=key, proof=None))
            if not isinstance(done, Done):
                return left
            left -= len(wanted)
        return left


def go_on_with_all(store: Store, at: datetime, offset_minutes: int) -> int:
    """The same for every open recall, by the clock; gives how many recalls have something left."""
    with store.read() as uow:
        numbers = list(uow.session.execute(select(RecallRow.number).where(RecallRow.status != "closed")).scalars())
    act = Act(SYSTEM, "server", at, "recalls go on", offset_minutes)
    return sum(1 for number in numbers if go_on(store, number, act, most=20))
