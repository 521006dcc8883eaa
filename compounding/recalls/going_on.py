"""A recall that touched more than fits one unit of work goes on portion by portion, and can be asked again at any time.

Nothing that it touches can be used meanwhile: `looking` asks every open recall before anything is released, handed on or given.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from batch_records.acting import Done, load, perform
from batch_records.acts import SYSTEM, Act
from batch_records.entries import canonical, digest
from batch_records.store import Store
from compounding.recalls import listing
from compounding.recalls.actions import Touched
from compounding.recalls.holding import standing
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL, listing_of
from compounding.recalls.tables import RecallRow, RecallTaskRow

BY_ITSELF = 40
"""Portions that the server goes on with before it looks whether another recall waits."""
AT_A_LOOK = 20
"""Portions that are looked up together."""
REST_SECONDS = 0.01
"""Between two portions of the server: requests come first."""
ASKED = threading.Event()
"""Set by whoever leaves something to be listed: the server goes on at once instead of at its next minute."""
_ONE_AT_A_TIME = threading.Lock()
"""One server process: two who ask at once would only list the same portion, and the second be refused."""


def go_on(
    store: Store, number: str, act: Act, most: int = BY_ITSELF, seconds: float | None = None, rest: float = 0.0
) -> int:
    """List and hold what no part lists yet, in at most `most` portions or so many seconds; gives how many things are left.

    Safe to repeat and to stop anywhere: a portion is one unit of work with a record of its own, and a thing is listed once.
    Who finds somebody else at it leaves it to them.
    """
    if _ONE_AT_A_TIME.acquire(blocking=False):
        try:
            _list_portions(store, number, act, most, _until(seconds), rest)
        finally:
            _ONE_AT_A_TIME.release()
    with store.read() as uow:
        recall = load(uow, RECALL, recall_record(number))
        return listing.count_unlisted(uow, number, recall.touching) if recall.status == "open" else 0


def _until(seconds: float | None) -> Callable[[], bool]:
    end = None if seconds is None else time.monotonic() + seconds
    return lambda: end is not None and time.monotonic() >= end


def _list_portions(
    store: Store, number: str, act: Act, most: int, over: Callable[[], bool], rest: float
) -> None:
    done = 0
    while done < most and not over():
        with store.read() as uow:
            recall = load(uow, RECALL, recall_record(number))
            if recall.status != "open":
                return
            wanted = listing.AT_ONCE * min(AT_A_LOOK, most - done)
            waiting = listing.portions(listing.things(uow, number, recall.touching, wanted))
            parts = select(func.count(RecallTaskRow.record.distinct())).where(RecallTaskRow.recall == number)
            first = int(uow.session.execute(parts).scalar_one()) + 1
        if not waiting:
            return
        for part, wanted_now in enumerate(waiting, start=first):
            read_before(store, wanted_now)
            record = part_record(number, part)
            key = f"{record}/{digest(canonical([one.item for one in wanted_now]))[:32]}"
            step = replace(act, key=key, proof=None)
            if over() or not isinstance(perform(store, PART, record, listing_of(recall, wanted_now), step), Done):
                return
            done += 1
            if rest:
                time.sleep(rest)


def read_before(store: Store, wanted: Sequence[Touched]) -> None:
    """Read and fold each record before the writer's turn is taken: there only what was added since is read."""
    with store.read() as uow:
        for one in wanted:
            standing(uow, one)


def go_on_with_all(store: Store, at: datetime, offset_minutes: int, rest: float = REST_SECONDS) -> int:
    """The same for every open recall, by the clock; gives how many recalls have something left."""
    with store.read() as uow:
        numbers = list(uow.session.execute(select(RecallRow.number).where(RecallRow.status != "closed")).scalars())
    act = Act(SYSTEM, "server", at, "recalls go on", offset_minutes)
    return sum(1 for number in numbers if go_on(store, number, act, rest=rest))
