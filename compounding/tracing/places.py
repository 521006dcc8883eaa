"""What lay at a place during a time: lots by the ledger, everything else by its stays; and what was taken from there since.

A stay counts when it overlaps the time: what came and left within it, what lay there before and after it. What lies there now
is not asked. Reads the projections only; nothing is decided from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, tuple_

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchUnitRow
from compounding.stock.lot_actions import TransferLot, UseContainer
from compounding.stock.opened import OPENED
from compounding.stock.sending import ArriveLot, SendLot
from compounding.stock.tables import BalanceRow, LocationRow, LotRow, MoveRow
from compounding.tables import HoodRow
from compounding.tracing.stays import place_key
from compounding.tracing.subject import Subject
from compounding.tracing.tables import BeenRow

LYING = ("place", "hood", "test")
"""Kinds of subject that touch what lay there, not only what was made there."""
CARRIED = (TransferLot.kind, SendLot.kind, ArriveLot.kind)
"""Kinds of move that take containers from one location to another."""
MOST_PAIRS = 5_000
"""Lots at locations that are named in one query."""


@dataclass(frozen=True)
class Window:
    """A time at places, as queries ask it."""

    places: tuple[str, ...]
    """As `stays.place_key` spells them."""
    since: datetime | None
    until: datetime | None
    now: bool = False
    """What lies there at this moment; there is no time to ask for."""

    @property
    def stayed(self) -> ColumnElement[bool]:
        """Whether a stay was at one of the places in that time."""
        wanted: list[ColumnElement[bool]] = [BeenRow.place.in_(self.places)]
        if self.now:
            wanted.append(BeenRow.until.is_(None))
        if self.since is not None:
            wanted.append(or_(BeenRow.until.is_(None), BeenRow.until > self.since))
        if self.until is not None:
            wanted.append(BeenRow.since <= self.until)
        return and_(*wanted)


def window_of(uow: UnitOfWork, subject: Subject) -> Window | None:
    """The places and the time of a subject that names a location or a failed hood; None for any other.

    A location without a first moment is asked as it was at the last one, or as it is now. A hood takes with it the locations of
    its station.
    """
    if subject.place:
        since = subject.since or subject.until
        return Window((place_key(subject.place),), since, subject.until, now=since is None)
    if not subject.hood:
        return None
    at_it = uow.session.execute(select(LocationRow.name).where(LocationRow.station == subject.hood)).scalars()
    lying = sorted(map(place_key, at_it)) if lies(subject) else []
    return Window((place_key(subject.hood), *lying), subject.since, subject.until)


def lies(subject: Subject) -> bool:
    """Whether it touches what lay at its places."""
    return subject.kind in LYING and not (subject.product or subject.person or subject.batch)


def while_made(uow: UnitOfWork, subject: Subject) -> ColumnElement[bool] | None:
    """Whether a stay is one at a hood in the subject's time; None without a first moment: then the start alone decides."""
    if subject.since is None:
        return None
    hoods = [str(record).partition("-")[2] for record in uow.session.execute(select(HoodRow.record)).scalars()]
    named = [subject.hood] if subject.hood else hoods
    return Window(tuple(sorted(map(place_key, named))), subject.since, subject.until).stayed


def lots_there(uow: UnitOfWork, subject: Subject, only: Sequence[str] | None = None) -> list[str]:
    """Records of the lots that lay there in that time, by the sum of their moves; `only`: of these alone."""
    window = window_of(uow, subject)
    if window is None or not lies(subject):
        return []
    names = _names(uow, subject, window)
    if window.now:
        there = select(BalanceRow.record).where(BalanceRow.location.in_(names), BalanceRow.count > 0)
        there = there if only is None else there.where(BalanceRow.record.in_(only))
        return sorted(uow.session.execute(there).scalars())
    moves = select(MoveRow.record).where(MoveRow.location.in_(names))
    if only is not None:
        moves = moves.where(MoveRow.record.in_(only))
    if window.until is not None:
        moves = moves.where(MoveRow.at <= window.until)
    came = _sum(MoveRow.count > 0, 1)
    if window.since is not None:
        came = _sum((MoveRow.at > window.since) & (MoveRow.count > 0), 1)
    lay = literal(0) if window.since is None else _sum(MoveRow.at <= window.since, MoveRow.count)
    found = moves.group_by(MoveRow.record, MoveRow.location).having(or_(lay > 0, came > 0))
    return sorted(set(uow.session.execute(found).scalars()))


def _sum(wanted: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((wanted, value), else_=0)), 0)


def _names(uow: UnitOfWork, subject: Subject, window: Window) -> list[str]:
    """The names of stock that are these places, however each was typed."""
    known = uow.session.execute(select(LocationRow.name).union(select(BalanceRow.location))).scalars()
    moved = uow.session.execute(select(LotRow.place).distinct()).scalars()
    return sorted({name for name in (*known, *moved, subject.place.strip()) if place_key(name) in window.places})


def units_there(window: Window, only: Sequence[str] = ()) -> Select[Any]:
    """Record and serial number of every unit of a batch that lay there; serial 0 is a batch while it was made there."""
    of_batches = (BeenRow.record >= "batch-", BeenRow.record < "batch.")
    columns: tuple[Any, ...] = (BeenRow.record, BeenRow.serial)
    found = select(*columns).where(window.stayed, *of_batches).distinct()
    return found.where(BeenRow.record.in_(only)) if only else found


def doses_there(window: Window, only: Sequence[str] = ()) -> list[Select[Any]]:
    """Records of the doses that lay there, and of those that a unit which lay there became."""
    lay = select(BeenRow.record).where(window.stayed, BeenRow.record >= "dose-", BeenRow.record < "dose.")
    unit = (BatchUnitRow.record == BeenRow.record) & (BatchUnitRow.serial == BeenRow.serial)
    became = select(literal("dose-").concat(BatchUnitRow.dose)).select_from(BeenRow).join(BatchUnitRow, unit)
    both = [lay, became.where(window.stayed, BatchUnitRow.dose != "")]
    return [one.where(BeenRow.record.in_(only)) for one in both] if only else both


def opened_there(uow: UnitOfWork, window: Window, only: str = "") -> list[str]:
    """Records of the opened containers that were kept there in that time; `only`: this record alone is asked for."""
    kept = select(BeenRow.record).where(window.stayed, BeenRow.record >= "opened-", BeenRow.record < "opened.")
    kept = kept.where(BeenRow.record == only) if only else kept
    return list(uow.session.execute(kept.distinct().order_by(BeenRow.record)).scalars())


def taken_from_there(uow: UnitOfWork, subject: Subject, only: Sequence[str] = ()) -> tuple[str, ...]:
    """Numbers of the doses and batches that got something which lay there: containers of its lots, draws of its opened ones.
    `only`: of these alone.

    What was put somewhere else since is followed to there. Until the subject's own last look, if it has one: what is used
    after a recall was opened was cleared by it.
    """
    window = window_of(uow, subject)
    if window is None or not lies(subject) or window.now:
        return ()
    found = {about for about in _used(uow, subject, window, only) if about}
    for record in opened_there(uow, window):
        found |= {dose for dose, at in load(uow, OPENED, record).draws if happened(at, subject, window)}
    return tuple(sorted(found & set(only) if only else found))


def happened(at: datetime, subject: Subject, window: Window) -> bool:
    """Whether it happened after the time began and before the last look."""
    begun = window.since is None or at >= window.since
    return begun and (subject.looked_at is None or at <= subject.looked_at)


def _used(uow: UnitOfWork, subject: Subject, window: Window, only: Sequence[str]) -> list[str]:
    wanted = [MoveRow.kind == UseContainer.kind, MoveRow.count < 0]
    lots = None
    if only:
        wanted.append(MoveRow.about.in_(only))
        lots = list(uow.session.execute(select(MoveRow.record).where(*wanted).distinct()).scalars())
    pairs = _spread(uow, lots_there(uow, subject, lots), _names(uow, subject, window), window)
    if not pairs:
        return []
    if window.since is not None:
        wanted.append(MoveRow.at >= window.since)
    if subject.looked_at is not None:
        wanted.append(MoveRow.at <= subject.looked_at)
    about: list[str] = []
    for start in range(0, len(pairs), MOST_PAIRS):
        at_these = tuple_(MoveRow.record, MoveRow.location).in_(pairs[start : start + MOST_PAIRS])
        about += uow.session.execute(select(MoveRow.about).where(at_these, *wanted).distinct()).scalars()
    return about


def _spread(uow: UnitOfWork, lots: Sequence[str], names: Sequence[str], window: Window) -> list[tuple[str, str]]:
    """Lots and locations at which something of what lay there can be by now."""
    pairs = {(lot, name) for lot in lots for name in names}
    for start in range(0, len(lots), MOST_PAIRS):
        of = (MoveRow.record.in_(lots[start : start + MOST_PAIRS]), MoveRow.kind.in_(CARRIED))
        since = () if window.since is None else (MoveRow.at >= window.since,)
        columns = (MoveRow.record, MoveRow.seq, MoveRow.location, MoveRow.count)
        left = ("", 0)
        rows = select(*columns).where(*of, *since).order_by(MoveRow.record, MoveRow.seq, MoveRow.part)
        for record, seq, location, count in uow.session.execute(rows):
            if count < 0:
                left = (record, seq) if (record, location) in pairs else ("", 0)
            elif left == (record, seq):
                pairs.add((record, location))
    return sorted(pairs)
