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

BY_ITSELF = 50
"""Portions that the server goes on with at a time; others write between two of them."""
_ONE_AT_A_TIME = threading.Lock()
"""One server process: two who ask at once would only list the same portion, and the second be refused."""


def go_on(store: Store, number: str, act: Act, most: int = BY_ITSELF) -> int:
    """List and hold what no part lists yet, in at most `most` portions; gives how many things are left.

    Safe to repeat: a portion has a record of its own, and a thing is listed once.
    """
    with _ONE_AT_A_TIME:
        with store.read() as uow:
            recall = load(uow, RECALL, recall_record(number))
            found = not_listed(uow, number, recall.subject) if recall.status == "open" else []
            parts = len(parts_of(uow, number)) if found else 0
        for part in range(parts + 1, parts + 1 + most):
            if not found:
                break
            wanted, record = portion(found), part_record(number, part)
            key = f"{record}/{digest(canonical([one.item for one in wanted]))[:32]}"
            if not isinstance(
                perform(store, PART, record, listing_of(recall, wanted), replace(act, key=key, proof=None)), Done
            ):
                break
            found = [one for one in found if one not in wanted]
        return len(found)


def go_on_with_all(store: Store, at: datetime, offset_minutes: int) -> int:
    """The same for every open recall, by the clock; gives how many recalls have something left."""
    with store.read() as uow:
        numbers = list(uow.session.execute(select(RecallRow.number).where(RecallRow.status != "closed")).scalars())
    act = Act(SYSTEM, "server", at, "recalls go on", offset_minutes)
    return sum(1 for number in numbers if go_on(store, number, act))
