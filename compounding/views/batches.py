"""What the pages of batches show: the lists, the proposal before it is one, and where one batch stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.entries import canonical, digest
from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from compounding.batches.assigning import Offered, offered
from compounding.batches.batch import Batch
from compounding.batches.guards_labels import to_label
from compounding.batches.recalculated import batch_content
from compounding.batches.states import OPEN, BatchStatus, UnitState
from compounding.batches.tables import BatchRow, BatchUnitRow
from compounding.batches.unit_plan import choices_of, formulations_ahead, made_now
from compounding.batches.units import WARMTH, storages_stated
from compounding.documents.dose_documents import Clock
from compounding.planning.plan import Step
from compounding.preparing.record import DOSE
from compounding.preparing.tables import DoseRow
from compounding.rooms import HOOD, hood_record
from compounding.stock.location import KINDS, MIXED, QUARANTINE
from compounding.stock.location import STORAGES as PLACE_STORAGES
from compounding.stock.tables import LocationRow
from compounding.views.batch_facts import Amounts, amounts_of, batch_facts, pictures_of, ranges
from compounding.views.opened import STORAGES
from compounding.views.paging import Pages, page_of
from formulary.model import Formulary, MasterFormulation
from formulary.model_switch import Alternative

WORDS = {
    BatchStatus.PLANNED: ("Planned", "Scan every container"),
    BatchStatus.STAGED: ("Staged", "Start at a hood"),
    BatchStatus.IN_PREP: ("Being made", "Fill and record"),
    BatchStatus.IN_PROCESS_CHECK: ("Look before mixing", "A pharmacist looks"),
    BatchStatus.AWAITING_CHECK: ("Waits for the check", "A pharmacist checks"),
    BatchStatus.SECOND_CHECK: ("Second check", "A second pharmacist checks alone"),
    BatchStatus.QUARANTINED: ("In quarantine", "Labels, tests, release"),
    BatchStatus.RELEASED: ("Released", "Units may be assigned"),
    BatchStatus.REJECTED: ("Rejected", "Waste its units"),
    BatchStatus.CANCELLED: ("Given up", ""),
}
"""State of a batch in words, and what comes next."""
MOST_DOSES = 60
Choices = tuple[tuple[str, str], ...]
"""Value and words of what can be chosen."""
FIELDS_AT_ONCE = 10
"""Volumes that one page asks for."""


@dataclass(frozen=True)
class ListedBatch:
    number: str
    title: str
    subtitle: str
    units: str
    status: str
    state: str
    next: str
    use_before: str


@dataclass(frozen=True)
class StockLine:
    """Finished units of one lot in one place."""

    lot: str
    title: str
    place: str
    storage: str
    available: int
    held: int
    use_before: str


@dataclass(frozen=True)
class FittingDose:
    """A queued dose for which a finished unit is there."""

    number: str
    title: str
    subtitle: str
    patient: str
    due: str
    unit: Offered


def listed_batches(uow: UnitOfWork, clock: Clock, number: str) -> tuple[tuple[ListedBatch, ...], Pages]:
    """One page of the batches: those that need somebody first, then the newest."""
    row = BatchRow
    count = uow.session.execute(select(func.count()).select_from(row)).scalar_one()
    pages, open_ones = page_of(number, count), [status.value for status in OPEN]
    query = select(row).order_by(row.status.in_(open_ones).desc(), row.proposed_at.desc()).offset(pages.skipped).limit(pages.size)
    found = []
    for one in uow.session.execute(query).scalars():
        state, after = WORDS[BatchStatus(one.status)]
        until = _moment(clock, one.beyond_use_date)
        units = f"{one.units} planned" if not one.finished else f"{one.available} of {one.finished} left"
        found.append(ListedBatch(one.number, one.title, one.subtitle, units, one.status, state, after, until))
    return tuple(found), pages


def finished_stock(uow: UnitOfWork, clock: Clock, at: datetime) -> tuple[StockLine, ...]:
    """Released units that are still here, first to expire first."""
    unit = BatchUnitRow
    query = (
        select(unit.lot, unit.title, unit.location, unit.storage, unit.state, unit.beyond_use_date, func.count())
        .join(BatchRow, BatchRow.record == unit.record)
        .where(unit.state.in_(("available", "held")), unit.dose == "", BatchRow.status == "released", unit.beyond_use_date > at)
        .group_by(unit.lot, unit.title, unit.location, unit.storage, unit.state, unit.beyond_use_date)
        .order_by(unit.beyond_use_date, unit.lot)
    )
    lines: dict[tuple[str, str, str, str, str], list[int]] = {}
    for lot, title, place, storage, state, until, count in uow.session.execute(query):
        pair = lines.setdefault((lot, title, place, storage, _moment(clock, until)), [0, 0])
        pair[state == "held"] += count
    return tuple(
        StockLine(lot, title, place, STORAGES[storage], free, held, until)
        for (lot, title, place, storage, until), (free, held) in lines.items()
    )


def _moment(clock: Clock, at: datetime | None) -> str:
    return "" if at is None else clock.moment(at)


def fitting_doses(uow: UnitOfWork, clock: Clock, at: datetime) -> tuple[FittingDose, ...]:
    """Queued doses for which a finished unit is there, the most urgent first."""
    drugs = select(BatchUnitRow.drug).where(BatchUnitRow.state == "available", BatchUnitRow.beyond_use_date > at)
    rows = uow.session.execute(
        select(DoseRow).where(DoseRow.status == "queued", DoseRow.drug.in_(drugs)).order_by(DoseRow.due).limit(MOST_DOSES)
    ).scalars()
    found = []
    for row in rows:
        units = offered(uow, load(uow, DOSE, row.record), at)
        if units:
            due = clock.moment(row.due)
            found.append(FittingDose(row.number, row.title, row.subtitle, f"{row.patient_name}, {row.location}", due, units[0]))
    return tuple(found)


def formulation_choices(formulary: Formulary) -> list[tuple[str, str]]:
    """Formulations that may be made ahead: id and words."""
    return [(formulation.id, f"{drug.display}: {formulation.name}") for drug, formulation in formulations_ahead(formulary)]


def diluent_choices(formulary: Formulary, formulation: MasterFormulation) -> list[tuple[str, str]]:
    """What a unit can be made in now: value of the field and words."""
    found = []
    switch = formulary.switched(formulation.id)
    if switch is not None and switch.kind is Alternative.DILUENT:
        formulation = made_now(formulary, formulation, switch)
    for choice in choices_of(formulation):
        if choice is None:
            found.append(("undiluted", "undiluted"))
        else:
            words = f"{formulary.solution(choice.solution).display} {show(choice.volume)}"
            found.append((f"{choice.solution}|{show_number(choice.volume.amount_in('mL'))}", words))
    return found


@dataclass(frozen=True)
class Needed:
    """Containers of one product: how many the plan asks for and how many are scanned, with their lots."""

    display: str
    wanted: int
    scanned: int
    lots: str


@dataclass(frozen=True)
class BatchPage:
    batch: Batch
    state: str
    next: str
    facts: tuple[tuple[str, str, str], ...]
    needed: tuple[Needed, ...]
    steps: tuple[Step, ...]
    """Steps that are asked for now: measures together, anything else alone."""
    steps_done: int
    steps_all: int
    undo: int
    """The last step with a record; 0 for none."""
    amounts: Amounts | None
    had_hand: bool
    preparer: bool
    content_digest: str
    storages: Choices
    units: tuple[tuple[str, str, str, str, str, str, str], ...]
    """Serials, state, place, storage, use before, dose, why."""
    waiting: Choices
    """Where its units may wait for the release: name of the location, and words."""
    shelves: Choices
    """Where they may be put at the release."""
    anywhere: Choices
    """Every location in use."""
    hood: str
    """Where it is made; empty before its start."""
    pictures: Choices
    """What each picture shows, and its name: one for what was recorded together."""
    to_label: tuple[int, ...]
    """Units that a label can be printed for."""


def batch_page(uow: UnitOfWork, batch: Batch, person: str, clock: Clock, *, hides: bool) -> BatchPage:
    """Where one batch stands, for this person. `hides`: its figures are not shown to who checks it alone."""
    state, after = WORDS[batch.status]
    records = [record.step for record in batch.work.records]
    made = batch.units and not hides
    return BatchPage(
        batch,
        state,
        after,
        batch_facts(uow, batch, clock),
        _needed(batch),
        _asked_now(batch),
        len(set(records)),
        len(batch.work.drawing.steps),
        max(records, default=0),
        amounts_of(batch) if made else None,
        person in batch.work.hands,
        person in batch.work.preparers,
        digest(canonical(batch_content(batch))) if batch.units else "",
        tuple((one, STORAGES[one]) for one in sorted(storages_stated(batch.plan), key=lambda s: WARMTH[s])),
        tuple(_unit_rows(batch, clock)),
        *_places(uow, batch),
        load(uow, HOOD, hood_record(batch.work.hood)).name or batch.work.hood,
        tuple((one.what, one.name) for one in pictures_of(uow, batch)),
        to_label(batch),
    )


def _places(uow: UnitOfWork, batch: Batch) -> tuple[Choices, Choices, Choices]:
    """The locations in use: for waiting and for use only those that keep the units as they are kept now; and all of them."""
    rows = list(uow.session.execute(select(LocationRow).where(LocationRow.active).order_by(LocationRow.name)).scalars())
    kept = {unit.storage for unit in batch.in_state(UnitState.QUARANTINE)} or {batch.plan.storage}

    def words(chosen: Iterable[LocationRow]) -> Choices:
        return tuple((row.name, f"{row.name}: {KINDS[row.kind]}, {PLACE_STORAGES[row.storage]}") for row in chosen)

    fit = [row for row in rows if row.storage == MIXED or {row.storage} == kept]
    apart = [row for row in fit if row.kind == QUARANTINE]
    return words(apart), words(row for row in fit if row.kind != QUARANTINE), words(rows)


def _needed(batch: Batch) -> tuple[Needed, ...]:
    scans = {scan.slot: scan for scan in batch.work.scans}
    rows: dict[str, list[str]] = {}
    for component in batch.work.drawing.components:
        rows.setdefault(component.product, []).append(component.slot)
    names = {component.product: component.display for component in batch.work.drawing.components}
    return tuple(
        Needed(
            names[product],
            len(slots),
            sum(1 for slot in slots if slot in scans),
            ", ".join(dict.fromkeys(scans[slot].lot for slot in slots if slot in scans)),
        )
        for product, slots in rows.items()
    )


def _asked_now(batch: Batch) -> tuple[Step, ...]:
    """The step in focus, with the measures that follow it."""
    focus = batch.work.current_step
    if focus is None or focus.kind != "measure":
        return () if focus is None else (focus,)
    asked: list[Step] = []
    for step in batch.work.drawing.steps[focus.number - 1 :]:
        if step.kind != "measure" or len(asked) == FIELDS_AT_ONCE:
            break
        asked.append(step)
    return tuple(asked)


def _unit_rows(batch: Batch, clock: Clock) -> Sequence[tuple[str, str, str, str, str, str, str]]:
    """Units of which everything is the same stand on one row."""
    rows: dict[tuple[str, str, str, str, str, str], list[int]] = {}
    for unit in batch.units:
        until = _moment(clock, unit.beyond_use)
        why = unit.held or unit.deciding
        rows.setdefault((unit.shown_state, unit.place, STORAGES[unit.storage], until, unit.dose, why), []).append(unit.serial)
    return [(ranges(serials), *facts) for facts, serials in rows.items()]
