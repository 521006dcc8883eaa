"""What a touched preparation passed on in an opened container: the doses that were drawn from it afterwards, at any hood.

A container carries it from the moment that it was opened by a touched preparation, drawn from by one, kept at a touched place, or
dissolved with a touched lot or from another container that carries it. What was drawn before that moment is not touched.
Reads only; nothing is decided from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.preparing.inside import dissolved_with
from compounding.preparing.numbering import dose_record
from compounding.preparing.tables import UsedRow
from compounding.stock.lot import lot_record
from compounding.stock.lot_names import lot_key
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import Opened, number_scanned, opened_record, source_of
from compounding.stock.tables import OpenedRow
from compounding.tracing.places import LYING, Window, happened, lies, lots_there, opened_there
from compounding.tracing.subject import Subject

Asked = Callable[[Sequence[str]], frozenset[str]]
"""Which of these records of doses the subject touched by itself."""


@dataclass
class Carriers:
    """Which opened containers carry something of a subject, and from which of their draws on."""

    uow: UnitOfWork
    subject: Subject
    window: Window | None
    asked: Asked
    _known: dict[str, int | None] = field(default_factory=dict)

    def since(self, record: str) -> int | None:
        """The first draw, counted from 0, that took something of it; None for a container that carries nothing."""
        if record not in self._known:
            self._known[record] = None
            self._known[record] = self._since(load(self.uow, OPENED, record))
        return self._known[record]

    def doses(self, record: str) -> tuple[str, ...]:
        """Records of the doses that were drawn from a container since it carries it, and of the one that it is staged for."""
        since, found = self.since(record), load(self.uow, OPENED, record)
        if since is None:
            return ()
        drawn = [dose for dose, at in found.draws[since:] if self._looked_at(at)]
        staged = [found.reserved_for] if found.reserved_for and self._staged(found) else []
        return tuple(dose_record(number) for number in (*drawn, *staged))

    def _since(self, found: Opened) -> int | None:
        """By what it was made of, by who had it at a hood, by where it was kept: whatever came first."""
        if not found.number:
            return None
        subject, source = self.subject, dose_record(source_of(found.number))
        of_subject = self._made_of_subject(found, source)
        if subject.product and not of_subject:
            return None
        if of_subject and not (subject.product and (subject.by_making or subject.place)):
            return 0
        if self._dissolved_from_carrier(found, source):
            return 0
        starts = self._at_a_hood(found, source) if subject.by_making else []
        return min([*starts, *self._kept_there(found)], default=None)

    def _made_of_subject(self, found: Opened, source: str) -> bool:
        """Whether it holds a lot that the subject names, or one that lay at its place and was taken from there since."""
        if not self.subject.product and (self.subject.by_making or not lies(self.subject)):
            return False
        if self.subject.product:
            return self._named(found.product, found.lot) or any(
                self._named(scan.product, scan.lot) for scan in dissolved_with(self.uow, found)
            )
        pairs = [(found.product, found.lot), *((scan.product, scan.lot) for scan in dissolved_with(self.uow, found))]
        lay = lots_there(self.uow, self.subject, [lot_record(*pair) for pair in pairs])
        return bool(lay) and bool(self.asked([source]))

    def _named(self, product: str, lot: str) -> bool:
        return product == self.subject.product and lot_key(self.subject.lot) in ("", lot_key(lot))

    def _dissolved_from_carrier(self, found: Opened, source: str) -> bool:
        opened = [opened_record(scan.opened) for scan in dissolved_with(self.uow, found) if scan.opened]
        return any(source in self.doses(record) for record in opened)

    def _at_a_hood(self, found: Opened, source: str) -> list[int]:
        """A touched preparation opened it, or drew from it."""
        drawn = [dose_record(dose) for dose, _ in found.draws]
        ours = self.asked([source, *drawn])
        return [0] if source in ours else [place for place, dose in enumerate(drawn) if dose in ours][:1]

    def _kept_there(self, found: Opened) -> list[int]:
        window = self.window
        if window is None or self.subject.kind not in LYING:
            return []
        if not opened_there(self.uow, window, opened_record(found.number)):
            return []
        since = [place for place, (_, at) in enumerate(found.draws) if happened(at, self.subject, window)]
        return [len(found.draws)] if window.now or not since else since[:1]

    def _looked_at(self, at: datetime) -> bool:
        """What is drawn after a recall was opened was cleared by it."""
        return self.subject.looked_at is None or at <= self.subject.looked_at

    def _staged(self, found: Opened) -> bool:
        from compounding.preparing.record import DOSE

        dose = load(self.uow, DOSE, dose_record(found.reserved_for))
        return any(scan.opened == found.number and self._looked_at(scan.at) for scan in dose.scans)


@dataclass(frozen=True)
class PassedOn:
    """What carries something of a subject besides what it touched by itself."""

    containers: frozenset[str] = frozenset()
    """Records of opened containers, also of those that were thrown away."""
    doses: frozenset[str] = frozenset()
    """Records of doses."""


def passed_on(carriers: Carriers, touched: Select[Any]) -> PassedOn:
    """Everything that was passed on from the preparations of a query, through one container after the other."""
    waiting = set(_beginning(carriers, touched))
    containers: set[str] = set()
    doses: set[str] = set()
    while waiting:
        found = {record for record in waiting if carriers.since(record) is not None}
        containers |= found
        fresh = {dose for record in found for dose in carriers.doses(record)} - doses
        doses |= fresh
        waiting = set(opened_for(carriers.uow, fresh)) - containers
    return PassedOn(frozenset(containers), frozenset(doses))


def passed_to(carriers: Carriers, records: Sequence[str]) -> frozenset[str]:
    """Which of these doses were drawn from a container that carries something."""
    used = select(UsedRow.record, UsedRow.code).where(UsedRow.record.in_(records))
    from_opened = [(record, number_scanned(code)) for record, code in carriers.uow.session.execute(used)]
    return frozenset(record for record, number in from_opened if number and record in carriers.doses(opened_record(number)))


def _beginning(carriers: Carriers, touched: Select[Any]) -> Iterable[str]:
    """Containers that the touched preparations opened; of a hood, person or time also those that they drew from or that lay
    there; of a place those that lay there."""
    uow, subject = carriers.uow, carriers.subject
    of = touched.subquery("touched")
    yield from _opened_by(uow, of.c.record)
    if subject.by_making:
        drawn = select(UsedRow.code).join(of, of.c.record == UsedRow.record).where(UsedRow.code.like("%-%-%-%"))
        numbers = map(number_scanned, uow.session.execute(drawn).scalars())
        yield from (opened_record(number) for number in numbers if number)
    if carriers.window is not None and subject.kind in LYING:
        yield from opened_there(uow, carriers.window)


def opened_for(uow: UnitOfWork, doses: Iterable[str]) -> Iterable[str]:
    """Records of the containers that were kept after these doses."""
    for dose in doses:
        begin = opened_record(dose.partition("-")[2].rpartition("-")[0])
        kept = select(OpenedRow.record).where(OpenedRow.record > f"{begin}-", OpenedRow.record < f"{begin}.")
        yield from uow.session.execute(kept).scalars()


def _opened_by(uow: UnitOfWork, record: ColumnElement[str]) -> Iterable[str]:
    """The same of every dose of a query: the number of a container begins as that of its dose, less the check digit."""
    number = func.substr(record, len(dose_record("")) + 1)
    begin = literal(opened_record("")).concat(func.substr(number, 1, func.length(number) - 2))
    of = select(begin.label("begin")).subquery("opening")
    kept = (OpenedRow.record > of.c.begin.concat("-")) & (OpenedRow.record < of.c.begin.concat("."))
    found = select(OpenedRow.record).join(of, kept)
    return uow.session.execute(found).scalars()
