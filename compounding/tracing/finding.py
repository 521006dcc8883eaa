"""The preparations that a subject touched, found in the projections. Reads only; nothing is decided from it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all

from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.preparing.tables import DoseRow, UsedRow
from compounding.tracing.next_steps import GROUPS, STEPS, next_step, statuses
from compounding.tracing.subject import Subject, lot_spellings
from compounding.tracing.tables import HandRow, MakingRow

PHYSICAL = tuple(status.value for status, step in STEPS.items() if step.group in ("ward", "inside"))
"""Statuses of what lies somewhere: the ones that a location out of its temperature can have touched."""

_ORDER = {status.value: place for place, status in enumerate(STEPS)}


class Found(NamedTuple):
    """One preparation that the subject touched."""

    record: str
    number: str
    order: str
    patient: str
    """Id of the patient."""
    patient_name: str
    location: str
    title: str
    subtitle: str
    status: str
    place: str
    hood: str
    due: datetime
    made_by: str
    """Id of the person; empty while it is not made."""
    released_by: str
    containers: int
    """Containers of the subject's lot or product that went into it; 0 where the subject is no lot."""


@dataclass(frozen=True)
class Tally:
    """How far a subject reaches."""

    preparations: int
    patients: int
    groups: dict[str, int]
    """Group of `next_steps.GROUPS` -> preparations."""
    states: dict[str, int]
    """Status -> preparations, in the order in which they press."""


_COLUMNS = (
    DoseRow.record, DoseRow.number, DoseRow.order_number, DoseRow.patient, DoseRow.patient_name, DoseRow.location,
    DoseRow.title, DoseRow.subtitle, DoseRow.status, DoseRow.place, DoseRow.hood, DoseRow.due, DoseRow.completed_by,
    DoseRow.released_by,
)  # fmt: skip


def batches_of(uow: UnitOfWork, subject: Subject) -> tuple[str, ...]:
    """Records of the batches that the subject touched: their units carry it on to the patients they became."""
    if subject.batch:
        named = select(BatchRow.record).where(BatchRow.number.in_(lot_spellings(subject.batch)))
        return tuple(uow.session.execute(named.order_by(BatchRow.record)).scalars())
    if subject.place:
        there = select(BatchUnitRow.record).where(BatchUnitRow.location == subject.place, BatchUnitRow.dose == "")
        return tuple(uow.session.execute(there.distinct().order_by(BatchUnitRow.record)).scalars())
    of = _all_of(_criteria(subject)).subquery("touched")
    batches = select(of.c.record).where(of.c.record >= "batch-", of.c.record < "batch.").order_by(of.c.record)
    return tuple(uow.session.execute(batches).scalars())


def touched(subject: Subject, batches: Sequence[str]) -> Select[Any]:
    """Record and number of containers of every dose that the subject touched, itself or through `batches`, each once."""
    parts = _criteria(subject)
    found = [_all_of(parts)] if parts else []
    if not found or (batches and not subject.place):  # what lies there is found by its own place
        units = (BatchUnitRow.record.in_(batches), BatchUnitRow.dose != "")
        found.append(_plain(literal("dose-").concat(BatchUnitRow.dose), *units))
    if len(found) == 1:
        return found[0]
    both = union_all(*found).subquery("both")
    return select(both.c.record, func.sum(both.c.containers).label("containers")).group_by(both.c.record)


def _all_of(parts: Sequence[Select[Any]]) -> Select[Any]:
    """What stands in every one of these; the number of containers is that of the first."""
    wanted, *others = parts
    for other in others:
        record = wanted.selected_columns[0]
        wanted = wanted.where(record.in_(select(other.subquery().c.record)))
    return wanted


def _criteria(subject: Subject) -> list[Select[Any]]:
    """One query for each thing that is given; the first one carries the number of containers."""
    found: list[Select[Any]] = []
    if subject.product:
        found.append(_by_container(subject))
    if subject.person:
        found.append(_plain(HandRow.record, HandRow.person == subject.person))
    if subject.place:
        found.append(_at_place(subject))
    elif subject.hood or subject.since or subject.until:
        found.append(_plain(MakingRow.record, *_when_and_where(subject)))
    return found


def _at_place(subject: Subject) -> Select[Any]:
    """What lies there; with a last moment only what lay there then already."""
    wanted = [DoseRow.status.in_(PHYSICAL), func.lower(DoseRow.place) == subject.place.strip().lower()]
    if subject.until is not None:
        wanted.append(DoseRow.moved_at <= subject.until)
    return _plain(DoseRow.record, *wanted)


def _by_container(subject: Subject) -> Select[Any]:
    wanted = [UsedRow.product == subject.product]
    if subject.lot:
        wanted.append(UsedRow.lot.in_(lot_spellings(subject.lot)))
    columns: tuple[Any, ...] = (UsedRow.record, func.count().label("containers"))
    return select(*columns).where(*wanted).group_by(UsedRow.record)


def _plain(record: Any, *wanted: ColumnElement[bool]) -> Select[Any]:
    return select(record.label("record"), literal(0).label("containers")).where(*wanted).distinct()


def _when_and_where(subject: Subject) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [MakingRow.hood == subject.hood] if subject.hood else []
    if subject.since is not None:
        wanted.append(MakingRow.started_at >= subject.since)
    if subject.until is not None:
        wanted.append(MakingRow.started_at <= subject.until)
    return wanted


def _joined(uow: UnitOfWork, subject: Subject, *columns: Any) -> Select[Any]:
    of = touched(subject, batches_of(uow, subject)).subquery("touched")
    return select(*columns, of.c.containers).join(of, of.c.record == DoseRow.record)


def tally(uow: UnitOfWork, subject: Subject) -> Tally:
    """How many preparations and patients, and in which states."""
    rows = uow.session.execute(_joined(uow, subject, DoseRow.status, DoseRow.patient)).all()
    states = Counter(str(status) for status, _, _ in rows)
    groups = Counter(dict.fromkeys(GROUPS, 0))
    for status, count in states.items():
        groups[next_step(status).group] += count
    ordered = dict(sorted(states.items(), key=lambda one: _ORDER[one[0]]))
    return Tally(len(rows), len({patient for _, patient, _ in rows}), dict(groups), ordered)


def preparations(
    uow: UnitOfWork, subject: Subject, group: str = "", skip: int = 0, most: int | None = None
) -> list[Found]:
    """The preparations, those first that press most, then by ward; `group` leaves one group of `GROUPS`."""
    urgency = case(_ORDER, value=DoseRow.status)
    wanted = _joined(uow, subject, *_COLUMNS).order_by(urgency, DoseRow.location, DoseRow.due, DoseRow.number)
    if group:
        wanted = wanted.where(DoseRow.status.in_(statuses(group)))
    if most is not None:
        wanted = wanted.offset(skip).limit(most)
    return [Found._make(row) for row in uow.session.execute(wanted)]


def statuses_of(uow: UnitOfWork, subject: Subject) -> Sequence[tuple[str, str]]:
    """Record and status of everything that the subject touched: what a recall lists."""
    rows = uow.session.execute(_joined(uow, subject, DoseRow.record, DoseRow.status).order_by(DoseRow.record))
    return [(record, status) for record, status, _ in rows]


def still(uow: UnitOfWork, subject: Subject, records: Sequence[str]) -> frozenset[str]:
    """Which of these records the subject touched."""
    of = touched(subject, batches_of(uow, subject)).subquery("touched")
    return frozenset(uow.session.execute(select(of.c.record).where(of.c.record.in_(records))).scalars())
