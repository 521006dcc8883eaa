"""The worksheet and the unit labels of a batch, from the folded batch. Every figure is shown once and kept as text."""

from collections.abc import Sequence
from typing import Any

from batch_records.acts import Act
from calculations.batch import demand_per_day, total_amount, total_volume_of, units_for
from calculations.formula import recording
from calculations.printing import show, show_number
from compounding.batches.batch import Batch
from compounding.batches.numbering import lot_number, unit_number
from compounding.batches.states import BatchStatus
from compounding.batches.units import kept_so
from compounding.documents.batch_sheets import ContainersToTake, RowToFill
from compounding.documents.build import batch_labels, batch_worksheet
from compounding.documents.dose_documents import (
    FORMS,
    Clock,
    auxiliary,
    diluent,
    drug_lines,
    in_words,
    site_of,
    storage_path,
)
from compounding.documents.record_parts import limit_words
from compounding.documents.shapes import BeyondUse, Maker, Printed
from compounding.documents.sheets import StepToDo, WorkedFigure
from compounding.planning.plan import DrawUpPlan, Step, TherapeuticPlan
from compounding.preparing.dose import Dose
from compounding.views.evidence import product_code
from compounding.views.working import working
from formulary.model import Formulary, Moment

VOID = frozenset({BatchStatus.REJECTED, BatchStatus.CANCELLED})


def batch_worksheet_snapshot(batch: Batch, act: Act, formulary: Formulary, *, room: str) -> dict[str, Any]:
    """`batch_worksheet/1`: for the hood, filled in by what was scanned already."""
    plan, clock, drawing = batch.plan, Clock.of(act), batch.work.drawing
    name, volume = diluent(plan)
    percent = show_number(plan.volume_tolerance.amount_in("one") * 100, 1)
    return batch_worksheet(
        number=batch.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        status="VOID" if batch.status in VOID else "",
        site=site_of(formulary, room),
        drugs=drug_lines(plan),
        diluent=name,
        diluent_volume=volume,
        total=show(plan.final_volume, 1),
        route=plan.route,
        formulation=plan.formulation_name,
        formulary_version=", ".join(plan.drug_versions),
        units=units_words(batch),
        test="sterility test: quarantine until its result" if batch.tested else "no sterility test: quarantine until the release",
        proposed=_why_so_many(batch),
        cautions=[*auxiliary(plan), *(one.words for one in plan.substituted or ())],
        containers=_containers(batch, formulary),
        supplies=_supplies(drawing),
        figures=batch_figures(batch),
        before=[StepToDo(step.title, "") for step in drawing.steps if _comes_before(step)],
        dissolving=_dissolving(drawing),
        filling=_filling(batch),
        after=[StepToDo(". ".join((step.title, *step.instructions)), "") for step in _closing(drawing)],
        tolerance=f"Outside ±{percent} %: measure again or reject the unit.",
        beyond_use=limit_words(batch.work),
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def units_words(batch: Batch) -> str:
    """`30 units: 27 for patients, 3 samples, 0 retained`."""
    samples = f"{batch.samples} {'sample' if batch.samples == 1 else 'samples'}"
    return f"{batch.total} units: {batch.wanted} for patients, {samples}, {batch.retained} retained"


def _why_so_many(batch: Batch) -> str:
    words = batch.proposed.words if batch.proposed is not None else "no history was counted"
    return f"{words}. {batch.reason}" if batch.reason and batch.status is BatchStatus.PLANNED else words


def batch_figures(batch: Batch) -> list[WorkedFigure]:
    """Every figure of one unit and of all units together, each with its formula, numbers and result."""
    active, proposed = batch.plan.actives[0], batch.proposed
    with recording() as work:
        if proposed is not None:
            units_for(demand_per_day(proposed.doses, proposed.days), proposed.keeps)
        total_amount(active.amount, batch.total)
        total_volume_of(active.drawn_volume, batch.total)
    steps = working((*batch.plan.work, *work.as_data()))
    return [WorkedFigure(w.name, f"{w.rule}: {w.sum}", w.result, w.formula, "") for w in steps]


def _containers(batch: Batch, formulary: Formulary) -> list[ContainersToTake]:
    """Each product, with one row for every lot that was scanned of it and one for what is still to be scanned."""
    rows: dict[tuple[str, str, str], int] = {}
    scans = {scan.slot: scan for scan in batch.work.scans}
    for component in batch.work.drawing.components:
        scan = scans.get(component.slot)
        key = (component.product, "", "") if scan is None else (scan.product, scan.lot, in_words(scan.expires))
        rows[key] = rows.get(key, 0) + 1
    names = {component.product: component.display for component in batch.work.drawing.components}
    return [
        ContainersToTake(names.get(product, product), product_code(formulary, product), str(count), lot, expires)
        for (product, lot, expires), count in rows.items()
    ]


def _supplies(drawing: DrawUpPlan) -> str:
    sizes = [f"{show(step.syringe.capacity)} syringe" for step in drawing.measures if step.syringe is not None]
    return ", ".join(f"{size} for {sizes.count(size)} draws" for size in dict.fromkeys(sizes))


def _dissolving(drawing: DrawUpPlan) -> list[RowToFill]:
    """One row for each container to dissolve: how much of what goes in."""
    rows: dict[str, list[Step]] = {}
    for step in drawing.measures:
        if step.purpose == "reconstitute":
            rows.setdefault(step.put, []).append(step)
    return [
        RowToFill(f"Container {slot.rpartition('-')[2]}", _volumes(steps, drawing, diluent_named=True))
        for slot, steps in rows.items()
    ]


def _filling(batch: Batch) -> list[RowToFill]:
    """One row for each unit: what is taken out of it, drawn into it and added to it."""
    drawing, rows = batch.work.drawing, []
    for serial in range(1, batch.total + 1):
        slot = f"final-{serial}"
        parts = []
        if out := [s for s in drawing.measures if s.take == slot]:
            parts.append(f"out {_volumes(out, drawing)}")
        if drawn := [s for s in drawing.measures if s.put == slot and s.purpose == "draw"]:
            parts.append(", ".join(f"{_ml(s)} from container {s.take.rpartition('-')[2]}" for s in drawn))
        if added := [s for s in drawing.measures if s.put == slot and s.purpose == "dilute"]:
            parts.append(f"add {_volumes(added, drawing, diluent_named=True)}")
        rows.append(RowToFill(f"Unit {serial}", "; ".join(parts)))
    return rows


def _volumes(steps: list[Step], drawing: DrawUpPlan, *, diluent_named: bool = False) -> str:
    words = " + ".join(_ml(step) for step in steps)
    return f"{words} {drawing.component(steps[0].take).display}" if diluent_named else words


def _ml(step: Step) -> str:
    return "" if step.volume is None else show(step.volume)


def _closing(drawing: DrawUpPlan) -> list[Step]:
    return [step for step in drawing.steps if step.kind != "measure" and not _comes_before(step)]


def _comes_before(step: Step) -> bool:
    """What is confirmed before anything is drawn."""
    return step.kind == "confirm" and step.purpose in (Moment.BEFORE_START.value, Moment.BEFORE_DRAWING.value)


def label_to_try(
    plan: TherapeuticPlan, units: int, act: Act, formulary: Formulary, *, room: str, made_by: str, instead: Sequence[str] = ()
) -> dict[str, Any]:
    """The label of the last of so many units as it would print, before anything is made: what fits no stock is never begun."""
    number = lot_number(0, act.at.date(), 999)
    work = Dose(number=number, plan=plan, started_at=act.at, beyond_use={"at": act.at.isoformat()})
    batch = Batch(number=number, wanted=units, work=work)
    return unit_labels_snapshot(batch, (units,), act, formulary, room=room, made_by=made_by, instead=instead)


def unit_labels_snapshot(
    batch: Batch,
    serials: tuple[int, ...],
    act: Act,
    formulary: Formulary,
    *,
    room: str,
    made_by: str,
    reason: str = "",
    instead: Sequence[str] = (),
) -> dict[str, Any]:
    """`batch_labels/1` of these units, which are all kept in the same way until the same time: that of the first is printed.

    `instead`: what says that they are made in place of the usual way (`alternatives`).
    Raises ValueError before the batch is completed: there is no time to print yet.
    """
    clock, began, unit = Clock.of(act), batch.work.started_at, batch.unit(serials[0])
    until = batch.work.beyond_use_at() if unit is None else unit.beyond_use
    if until is None or began is None:
        raise ValueError(f"batch {batch.number} is not completed")
    plan = batch.plan if unit is None else kept_so(batch.plan, unit.storage, formulary)
    name, volume = diluent(plan)
    return batch_labels(
        number=batch.number,
        units=[(f"unit {serial} of {batch.total}", unit_number(batch.number, serial)) for serial in serials],
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        site=site_of(formulary, room),
        drugs=drug_lines(plan),
        dosage_form=FORMS[plan.container_class],
        diluent=name,
        diluent_volume=volume,
        total=show(plan.final_volume, 1),
        concentration=show(plan.concentration),
        route=plan.route,
        beyond_use=BeyondUse(clock.moment(until), plan.storage_words, storage_path(plan, until, clock)),
        auxiliary=auxiliary(plan),
        warnings=[*(["HIGH ALERT"] if "high_alert" in plan.flags else []), *instead],
        made_by=Maker(made_by, clock.moment(began)),
        printed=Printed(clock.moment(act.at), "1", "1" if reason else "", reason),
    )
