"""The batch after an entry. What belongs to its making is read by the readers of a dose."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.entries import Entry
from compounding.batches.actions import ACTIONS, MAKING
from compounding.batches.batch import Batch, Labels, Tested, Unit
from compounding.batches.states import OF_MAKING, UnitState
from compounding.batches.states import BatchStatus as B
from compounding.planning.plan_data import from_data
from compounding.preparing import folding as of_dose
from compounding.preparing.dose import Dose, Signed
from compounding.preparing.states import DoseStatus
from compounding.recalls.reasons import recall_in
from compounding.tracing.stays import NOWHERE, followed

Reader = Callable[[Batch, Any, Entry], Batch]


def apply(batch: Batch, entry: Entry) -> Batch:
    """The state after one entry, with where everything lies now. Raises KeyError for a kind that was never released."""
    return _been(_after(batch, entry), entry.at)


def _been(batch: Batch, at: datetime) -> Batch:
    """A batch lies at its hood while it is made; afterwards each unit lies where it was put, until it is gone or a dose."""
    here = NOWHERE if batch.units or batch.work.started_at is None else batch.work.place
    work = replace(batch.work, been=followed(batch.work.been, here, at))
    units = [(u, NOWHERE if u.state in (UnitState.WASTED, UnitState.ASSIGNED) else u.place) for u in batch.units]
    return replace(batch, work=work, units=tuple(replace(u, been=followed(u.been, place, at)) for u, place in units))


def _after(batch: Batch, entry: Entry) -> Batch:
    action = from_data(ACTIONS[entry.kind, entry.version], entry.payload)
    if isinstance(action, MAKING):
        work = of_dose.READERS[entry.kind](batch.work, action, entry)
        return batch.moved(entry.who, entry.at, work=work, status=OF_MAKING[work.status], reason=work.reason)
    return READERS[entry.kind](batch, action, entry)


def _proposed(batch: Batch, a: Any, e: Entry) -> Batch:
    work = Dose(status=DoseStatus.QUEUED, number=a.number, plan=a.plan, draw_up=a.draw_up, queued_at=e.at, place="queue")
    return Batch(
        status=B.PLANNED,
        number=a.number,
        wanted=a.units,
        samples=a.samples,
        retained=a.retained,
        tested=a.tested,
        proposed=a.proposed,
        proposed_by=e.who,
        proposed_at=e.at,
        work=work,
        reason=a.reason,
        asked_because=a.reason,
        moved_by=e.who,
        moved_at=e.at,
    )


def _completed(batch: Batch, a: Any, e: Entry) -> Batch:
    work = of_dose.completed(batch.work, a, e)
    until = work.beyond_use_at()
    units = []
    for serial in range(1, batch.total + 1):
        state = UnitState.QUARANTINE
        for serials, named in ((a.rejected, UnitState.REJECTED), (a.samples, UnitState.SAMPLE), (a.retained, UnitState.RETAINED)):
            state = named if serial in serials else state
        units.append(Unit(serial, state, a.place, storage=work.planned.storage, beyond_use=until))
    made = Signed(e.who, e.at, "made", a.signature or {})
    after = replace(batch, work=work, units=tuple(units), made=made, place=a.place)
    return after.moved(e.who, e.at, status=B.AWAITING_CHECK, reason=a.reason, rejected_because=a.reason)


def _checked(batch: Batch, a: Any, e: Entry) -> Batch:
    status = B.SECOND_CHECK if batch.plan.second_check else B.QUARANTINED
    return batch.moved(
        e.who, e.at, status=status, checked=Signed(e.who, e.at, "checked", a.signature or {}), second=None, differences=()
    )


def _second_check(batch: Batch, a: Any, e: Entry) -> Batch:
    signed = Signed(e.who, e.at, "second check, worked out alone", a.signature or {})
    if a.differences:
        return batch.moved(e.who, e.at, status=B.AWAITING_CHECK, checked=None, differences=a.differences)
    return batch.moved(e.who, e.at, status=B.QUARANTINED, second=signed, differences=())


def _released(batch: Batch, a: Any, e: Entry) -> Batch:
    units = {
        unit.serial: replace(unit, state=UnitState.AVAILABLE, place=a.place)
        for unit in batch.in_state(UnitState.QUARANTINE)
    }
    signed = Signed(e.who, e.at, "released", a.signature or {})
    return batch.with_units(units).moved(e.who, e.at, status=B.RELEASED, released=signed, place=a.place)


def _tested(batch: Batch, a: Any, e: Entry) -> Batch:
    result = Tested(a.test, a.result, a.reference, a.read_on, a.note, e.who, e.at)
    return batch.moved(e.who, e.at, tests=(*batch.tests, result))


def _moved(batch: Batch, a: Any, e: Entry) -> Batch:
    times = {one.serial: one for one in a.times}
    units = {}
    for unit in batch.units:
        if unit.serial in a.serials:
            shorter = times.get(unit.serial)
            moved = replace(unit, place=a.place, storage=a.storage)
            units[unit.serial] = moved if shorter is None else replace(moved, beyond_use=shorter.at, deciding=shorter.deciding)
    return batch.with_units(units).moved(e.who, e.at)


def _each(serials: tuple[int, ...], **changes: Any) -> Callable[[Batch], Batch]:
    def changed(batch: Batch) -> Batch:
        return batch.with_units({unit.serial: replace(unit, **changes) for unit in batch.units if unit.serial in serials})

    return changed


def _held(batch: Batch, a: Any, e: Entry) -> Batch:
    serials = a.serials or tuple(unit.serial for unit in batch.units)
    hold = a.kind == "hold_units"
    units = {u.serial: _stopped(u, a.reason) if hold else _let_go(u) for u in batch.units if u.serial in serials}
    return batch.with_units(units).moved(e.who, e.at, reason=a.reason)


def _stopped(unit: Unit, reason: str) -> Unit:
    own = unit.held if recall_in(reason) and not recall_in(unit.held) else unit.held_before
    return replace(unit, held=reason, held_before=own)


def _let_go(unit: Unit) -> Unit:
    return replace(unit, held=unit.held_before, held_before="")


def _assigned(batch: Batch, a: Any, e: Entry) -> Batch:
    changes = {"state": UnitState.ASSIGNED, "dose": a.dose, "patient": a.patient, "policy": a.policy}
    return _each((a.serial,), **changes)(batch).moved(e.who, e.at)


def _to(status: B) -> Reader:
    return lambda batch, a, e: batch.moved(e.who, e.at, status=status, reason=a.reason)


READERS: dict[str, Reader] = {
    "propose_batch": _proposed,
    "complete_batch": _completed,
    "check_batch": _checked,
    "enter_second_check": _second_check,
    "reject_batch": _to(B.REJECTED),
    "cancel_batch": _to(B.CANCELLED),
    "print_unit_labels": lambda batch, a, e: batch.moved(
        e.who, e.at, printed=batch.printed + len(a.serials), labelled=batch.labelled | set(a.serials)
    ),
    "reconcile_labels": lambda batch, a, e: batch.moved(
        e.who, e.at, labels=Labels(a.used, a.spoiled, a.destroyed, e.who, e.at)
    ),
    "record_test": _tested,
    "release_batch": _released,
    "move_units": _moved,
    "hold_units": _held,
    "free_units": _held,
    "assign_to_dose": _assigned,
    "expire_units": lambda batch, a, e: _each(a.serials, state=UnitState.EXPIRED)(batch).moved(e.who, e.at),
    "waste_units": lambda batch, a, e: _each(a.serials, state=UnitState.WASTED)(batch).moved(e.who, e.at, reason=a.reason),
}
