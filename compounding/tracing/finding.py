"""The preparations that a subject touched, found in the projections. Reads only; nothing is decided from it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all

from batch_records.store import UnitOfWork
from compounding.batches.numbering import batch_record, is_lot_number
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.preparing.numbering import dose_record
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow, UsedRow
from compounding.stock.lot_names import lot_key
from compounding.tracing.next_steps import BLOCKED_OUT, GROUPS, IN_PHARMACY, STANDINGS, next_step, statuses
from compounding.tracing.passed_on import Carriers, passed_on, passed_to
from compounding.tracing.places import LYING, Window, doses_there, taken_from_there, units_there, while_made, window_of
from compounding.tracing.subject import Subject
from compounding.tracing.tables import BeenRow, HandRow, MakingRow

_ORDER = {standing: place for place, standing in enumerate(STANDINGS)}
_OUT = (DoseRow.status == DoseStatus.QUARANTINED.value) & DoseRow.place.not_in(IN_PHARMACY) & (DoseRow.place != DoseRow.hood)
STANDING = case((_OUT, BLOCKED_OUT), else_=DoseRow.status)
"""The status, or `BLOCKED_OUT` for what is in quarantine on a ward or on its way."""


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
    """One of `next_steps.STANDINGS`."""
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
    """Standing -> preparations, in the order in which they press."""


_COLUMNS = (
    DoseRow.record, DoseRow.number, DoseRow.order_number, DoseRow.patient, DoseRow.patient_name, DoseRow.location,
    DoseRow.title, DoseRow.subtitle, STANDING, DoseRow.place, DoseRow.hood, DoseRow.due, DoseRow.completed_by,
    DoseRow.released_by,
)  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """What a subject comes to before the preparations themselves are asked for."""

    subject: Subject
    window: Window | None = None
    """The places that it names."""
    making: ColumnElement[bool] | None = None
    """Which stays at a hood are a making in its time."""
    batches: tuple[str, ...] = ()
    """Records of batches of which every unit is touched."""
    units: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Records of batches of which only some units are: their serial numbers."""
    doses: tuple[str, ...] = ()
    """Records of doses that got something which lay there, or that was passed on in an opened container."""
    containers: frozenset[str] = frozenset()
    """Records of opened containers that carry something of it."""
    only: tuple[str, ...] = ()
    """The records that alone are asked for; empty for all."""

    @property
    def all_batches(self) -> tuple[str, ...]:
        """Records of the batches that were touched, whole or in some units."""
        return tuple(sorted({*self.batches, *self.units}))


def reach_of(uow: UnitOfWork, subject: Subject, only: tuple[str, ...] = ()) -> Reach:
    """What is asked once, however often the preparations are counted and listed; `only`: these records are asked for."""
    asked = uow.session.info.setdefault("reaches", {})
    if uow.writing or (subject, only) not in asked:
        asked[subject, only] = _reach_of(uow, subject, only)
    found: Reach = asked[subject, only]
    return found


def _reach_of(uow: UnitOfWork, subject: Subject, only: tuple[str, ...]) -> Reach:
    own = _own_reach(uow, subject, only)
    if subject.batch:  # nothing of a batch is kept, and no unit is drawn from an opened container
        return own
    carriers = carriers_of(uow, subject)
    if only:
        return replace(own, doses=tuple(sorted({*own.doses, *passed_to(carriers, only)})))
    carried = passed_on(carriers, touched(own))
    return replace(own, doses=tuple(sorted({*own.doses, *carried.doses})), containers=carried.containers)


def carriers_of(uow: UnitOfWork, subject: Subject) -> Carriers:
    """Who tells of each opened container whether it carries something of the subject."""

    def asked(records: Sequence[str]) -> frozenset[str]:
        own = _own_reach(uow, subject, tuple(records))
        return frozenset(uow.session.execute(still(own, records)).scalars())

    return Carriers(uow, subject, window_of(uow, subject), asked)


def _own_reach(uow: UnitOfWork, subject: Subject, only: tuple[str, ...]) -> Reach:
    """The same without what was passed on in opened containers."""
    reach = Reach(subject, window_of(uow, subject), while_made(uow, subject), only=only)
    if subject.batch:
        named = select(BatchRow.record).where(BatchRow.number == lot_key(subject.batch))
        return replace(reach, batches=tuple(uow.session.execute(named).scalars()))
    numbers = taken_from_there(uow, subject, [record.partition("-")[2] for record in only])
    batches = {batch_record(number) for number in numbers if is_lot_number(number)}
    if not subject.place:
        of = _all_of(_criteria(reach)).subquery("touched")
        made = select(of.c.record).where(of.c.record >= "batch-", of.c.record < "batch.")
        batches |= set(uow.session.execute(made).scalars())
    units = _units_there(uow, reach)
    batches |= {record for record, serials in units.items() if 0 in serials}
    doses = tuple(dose_record(number) for number in numbers if not is_lot_number(number))
    some = {record: serials for record, serials in units.items() if record not in batches}
    return replace(reach, batches=tuple(sorted(batches)), units=some, doses=doses)


def _units_there(uow: UnitOfWork, reach: Reach) -> dict[str, tuple[int, ...]]:
    """Serial numbers of the units that lay there, by the record of their batch."""
    subject, found = reach.subject, dict[str, list[int]]()
    if reach.window is not None and subject.kind in LYING and not (subject.product or subject.person):
        for record, serial in uow.session.execute(units_there(reach.window, reach.only)):
            found.setdefault(record, []).append(serial)
    return {record: tuple(sorted(serials)) for record, serials in found.items()}


def touched(reach: Reach) -> Select[Any]:
    """Record and number of containers of every dose that the subject touched, itself or through a batch, each once."""
    parts = [] if reach.subject.batch else _criteria(reach)
    found = [_all_of(parts)] if parts else []
    if not found or reach.batches:
        units = (BatchUnitRow.record.in_(reach.batches), BatchUnitRow.dose != "")
        found.append(_plain(literal("dose-").concat(BatchUnitRow.dose), *units))
    if reach.doses:
        found.append(_plain(DoseRow.record, DoseRow.record.in_(reach.doses)))
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


def _criteria(reach: Reach) -> list[Select[Any]]:
    """One query for each thing that is given; the first one carries the number of containers."""
    subject = reach.subject
    found: list[Select[Any]] = []
    if subject.product:
        found.append(_by_container(reach))
    if subject.person:
        found.append(_plain(HandRow.record, *_by_hand(subject), *_named(HandRow.record, reach)))
    if subject.place and reach.window is not None:
        lay = union_all(*doses_there(reach.window, reach.only)).subquery("lay")
        found.append(_plain(lay.c.record))
    elif reach.making is not None:
        found.append(_in_its_time(reach, reach.making))
    elif subject.hood or subject.until is not None:
        found.append(_plain(MakingRow.record, *_begun(subject), *_named(MakingRow.record, reach)))
    return found


def _in_its_time(reach: Reach, making: ColumnElement[bool]) -> Select[Any]:
    """Made in the subject's time; of a person also what they had their first hand in then, a check of what was made before."""
    subject, made = reach.subject, _plain(BeenRow.record, making, *_named(BeenRow.record, reach))
    if not subject.person or subject.hood or subject.since is None:
        return made
    then = (HandRow.first_at >= subject.since, *_by_hand(subject), *_named(HandRow.record, reach))
    return _plain(union_all(made, _plain(HandRow.record, *then)).subquery("in_its_time").c.record)


def _named(record: Any, reach: Reach) -> list[ColumnElement[bool]]:
    return [record.in_(reach.only)] if reach.only else []


def _by_container(reach: Reach) -> Select[Any]:
    subject = reach.subject
    wanted = [UsedRow.product == subject.product, *_named(UsedRow.record, reach)]
    if subject.lot:
        wanted.append(UsedRow.lot == lot_key(subject.lot))
    columns: tuple[Any, ...] = (UsedRow.record, func.count().label("containers"))
    return select(*columns).where(*wanted).group_by(UsedRow.record)


def _by_hand(subject: Subject) -> list[ColumnElement[bool]]:
    """A hand in it that was there before the last moment; when it was made is asked beside it."""
    wanted: list[ColumnElement[bool]] = [HandRow.person == subject.person]
    return wanted if subject.until is None else [*wanted, HandRow.first_at <= subject.until]


def _plain(record: Any, *wanted: ColumnElement[bool]) -> Select[Any]:
    return select(record.label("record"), literal(0).label("containers")).where(*wanted).distinct()


def _begun(subject: Subject) -> list[ColumnElement[bool]]:
    """Without a first moment: everything that was begun until the last one."""
    wanted: list[ColumnElement[bool]] = [MakingRow.hood == subject.hood] if subject.hood else []
    if subject.until is not None:
        wanted.append(MakingRow.started_at <= subject.until)
    return wanted


def _joined(reach: Reach, *columns: Any) -> Select[Any]:
    of = touched(reach).subquery("touched")
    return select(*columns, of.c.containers).join(of, of.c.record == DoseRow.record)


def tally(uow: UnitOfWork, subject: Subject) -> Tally:
    """How many preparations and patients, and in which states."""
    rows = uow.session.execute(_joined(reach_of(uow, subject), STANDING, DoseRow.patient)).all()
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
    urgency = case(_ORDER, value=STANDING)
    wanted = _joined(reach_of(uow, subject), *_COLUMNS)
    wanted = wanted.order_by(urgency, DoseRow.location, DoseRow.due, DoseRow.number)
    if group:
        wanted = wanted.where(STANDING.in_(statuses(group)))
    if most is not None:
        wanted = wanted.offset(skip).limit(most)
    return [Found._make(row) for row in uow.session.execute(wanted)]


def records_of(reach: Reach, without: Select[Any] | None = None) -> Select[Any]:
    """Records of everything that the subject touched; `without`: records that are left out."""
    of = touched(reach).subquery("touched")
    wanted = select(DoseRow.record).join(of, of.c.record == DoseRow.record)
    return wanted if without is None else wanted.where(DoseRow.record.not_in(without))


def still(reach: Reach, records: Sequence[str]) -> Select[Any]:
    """Which of these records the subject touched."""
    of = touched(reach).subquery("touched")
    return select(of.c.record).where(of.c.record.in_(records))
