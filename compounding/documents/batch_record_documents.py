"""The compounding record of a batch, from the folded batch and its entries. Every figure is shown once and kept as text."""

from collections.abc import Callable, Iterator
from typing import Any

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.batch import total_volume_of
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.batches.batch import Batch
from compounding.batches.numbering import batch_record
from compounding.batches.states import BatchStatus, UnitState
from compounding.documents.batch_documents import batch_figures, units_words
from compounding.documents.batch_record_sheet import AmountFound, LotUsed, UnitsAlike
from compounding.documents.build import batch_record_sheet
from compounding.documents.dose_documents import FORMS, Clock, diluent, drug_lines, in_words, site_of, storage_path
from compounding.documents.record_documents import refusals_of, signatures_of
from compounding.documents.record_parts import components_recorded, measurements
from compounding.documents.shapes import BeyondUse, Printed
from compounding.documents.sheets import KeptPicture, QualityCheck
from compounding.people import shown_name
from compounding.preparing.dose import Signed
from compounding.rooms import HOOD, hood_record
from compounding.views.batch_facts import amounts_of, pictures_of, ranges, yield_words
from formulary.model import Formulary

Named = Callable[[str], str]


def batch_record_snapshot(uow: UnitOfWork, batch: Batch, act: Act, formulary: Formulary, *, room: str) -> dict[str, Any]:
    """`batch_record/1` of a batch that was started, as its entries tell it now, with what was refused on the way.

    Raises Faults for a batch of which nothing was made: it has no compounding record.
    """
    plan, clock, entries = batch.plan, Clock.of(act), uow.entries(batch_record(batch.number))

    def named(person: str) -> str:
        return "Sufficit" if person == "system" else shown_name(uow, person)

    return batch_record_sheet(
        **_unit(batch),
        number=batch.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        site=site_of(formulary, room),
        prepared=_prepared(uow, batch, clock),
        why_so_many=_why_so_many(batch, named, clock),
        outcome=_outcome(batch, named, clock),
        prepared_by=list(dict.fromkeys(named(person) for person in batch.work.preparers)),
        verified_by=list(dict.fromkeys(named(one.person) for one in _verified(batch))),
        components=_components(batch, formulary, clock, named),
        total_quantity=f"{batch.total} units, {show(total_volume_of(plan.final_volume, batch.total), 1)} together",
        yields=f"{units_words(batch)}. {yield_words(batch) or 'Not completed.'}",
        rejected=_rejected(batch),
        labels=_labels(batch, named, clock),
        beyond_use=_beyond_use(batch, clock),
        beyond_use_reason=str(batch.beyond_use.get("deciding", "")) or "not set",
        unit_rows=_unit_rows(batch, clock),
        amounts=_amounts(batch),
        quality=list(_quality(batch, named, clock)),
        figures=batch_figures(batch),
        measurements=measurements(batch.work, clock, named),
        signatures=signatures_of(entries, clock),
        pictures=[KeptPicture(one.what, clock.moment(one.at), one.name) for one in pictures_of(uow, batch)],
        refusals=refusals_of(entries, clock, named),
        head=entries[-1].hash,
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def _unit(batch: Batch) -> dict[str, Any]:
    """What one unit is, and by which formulation it was made."""
    plan, (name, _) = batch.plan, diluent(batch.plan)
    versions = f"{plan.formulation_name} ({', '.join(plan.drug_versions)})"
    return {
        "drugs": drug_lines(plan),
        "name": f"{plan.display} in {name}" if name else f"{plan.display}, undiluted",
        "strength": f"{show(plan.actives[0].amount)} in {show(plan.final_volume, 1)} ({show(plan.concentration)})",
        "dosage_form": FORMS[plan.container_class],
        "route": plan.route,
        "formulation": "; ".join((versions, *(one.words for one in plan.substituted or ()))),
    }


def _amounts(batch: Batch) -> list[AmountFound]:
    if not batch.units:
        return []
    found = amounts_of(batch).rows
    return [AmountFound(units, amount, off, "inside" if inside else "outside") for units, amount, off, inside in found]


def _prepared(uow: UnitOfWork, batch: Batch, clock: Clock) -> str:
    work = batch.work
    if work.started_at is None:
        return ""
    hoods = ", then ".join(load(uow, HOOD, hood_record(one)).name or one for one, _ in work.hoods)
    until = "" if work.completed_at is None else f" to {clock.moment(work.completed_at)}"
    return f"{clock.moment(work.started_at)}{until}, {hoods}"


def _why_so_many(batch: Batch, named: Named, clock: Clock) -> str:
    words = batch.proposed.words if batch.proposed is not None else "No history was counted"
    by = "" if batch.proposed_at is None else f" Proposed by {named(batch.proposed_by)}, {clock.moment(batch.proposed_at)}."
    return f"{words}.{f' Reason: {batch.asked_because}.' if batch.asked_because else ''}{by}"


def _verified(batch: Batch) -> Iterator[Signed]:
    yield from (one for one in (batch.checked, batch.second, batch.released) if one is not None)


def _outcome(batch: Batch, named: Named, clock: Clock) -> str:
    if batch.released is not None:
        words = f"Released {clock.moment(batch.released.at)}, {named(batch.released.person)}"
        return words if batch.failed is None else f"{words}; afterwards {batch.failed.words}: every unit is stopped"
    ended = batch.status in (BatchStatus.REJECTED, BatchStatus.CANCELLED)
    state = batch.status.words
    how = ""
    if ended and batch.moved_at is not None:
        how = f" {clock.moment(batch.moved_at)}, {named(batch.moved_by)}: {batch.reason}"
    return f"{state[:1].upper()}{state[1:]}{how}"


def _components(batch: Batch, formulary: Formulary, clock: Clock, named: Named) -> list[LotUsed]:
    """One row for each product and lot: how many containers, and what was taken out of all of them together."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for place, scan in enumerate(batch.work.scans):
        rows.setdefault((scan.product, scan.lot, scan.expires), []).append(place)
    single = components_recorded(batch.work, formulary, clock, named)
    found = []
    for places in rows.values():
        first = single[places[0]]
        amount = _taken(batch, [batch.work.scans[place].slot for place in places])
        by = list(dict.fromkeys(named(batch.work.scans[place].by) for place in places))
        how = f"{', '.join(by)}, {clock.moment(batch.work.scans[places[0]].at)}"
        count = str(len(places))
        found.append(LotUsed(first.name, first.code, first.vendor, count, first.lot, first.expires, first.strength, amount, how))
    return found


def _taken(batch: Batch, slots: list[str]) -> str:
    wanted, total = set(slots), Quantity(0, "mL")
    for step in batch.work.drawing.measures:
        record = batch.work.record_of(step.number)
        if step.take in wanted and record is not None and record.volume is not None:
            total = total + record.volume
    return show(total) if total.number else "whole containers"


def _rejected(batch: Batch) -> str:
    serials = [unit.serial for unit in batch.in_state(UnitState.REJECTED)]
    return f"{ranges(serials)}: {batch.rejected_because}" if serials else "none"


def _labels(batch: Batch, named: Named, clock: Clock) -> str:
    if not batch.printed:
        return "none printed"
    told = batch.labels
    if told is None:
        return f"{batch.printed} printed; not accounted for yet"
    figure = f"{told.used} used + {told.spoiled} spoiled + {told.destroyed} destroyed = {told.total}"
    return f"{batch.printed} printed; {figure}, {named(told.by)}, {clock.moment(told.at)}"


def _beyond_use(batch: Batch, clock: Clock) -> BeyondUse:
    ends, plan = batch.work.beyond_use_at(), batch.plan
    if ends is None:
        return BeyondUse("not set", plan.storage_words or "not set", "not set")
    return BeyondUse(clock.moment(ends), plan.storage_words, storage_path(plan, ends, clock))


def _unit_rows(batch: Batch, clock: Clock) -> list[UnitsAlike]:
    rows: dict[tuple[str, ...], list[int]] = {}
    for unit in batch.units:
        until = "not set" if unit.beyond_use is None else clock.moment(unit.beyond_use)
        note = ", ".join(filter(None, (unit.held, unit.deciding, unit.policy)))
        state = f"{unit.state.value}, held" if unit.held else unit.state.value
        rows.setdefault((state, unit.place, until, unit.dose or "none", note), []).append(unit.serial)
    return [UnitsAlike(ranges(serials), *facts) for facts, serials in rows.items()]


def _quality(batch: Batch, named: Named, clock: Clock) -> Iterator[QualityCheck]:
    """The control procedures with their results."""
    work, plan = batch.work, batch.plan
    if work.staging_checked_by:
        yield QualityCheck(
            "Look at the containers", "right drug and strength", "passed", named(work.staging_checked_by), "before the start"
        )
    if work.in_process_passed_by:
        yield QualityCheck("Look before mixing", "right volumes", "passed", named(work.in_process_passed_by), "before mixing")
    if batch.checked is not None:
        at, who = clock.moment(batch.checked.at), named(batch.checked.person)
        percent = show_number(plan.volume_tolerance.amount_in("one") * 100, 1)
        good = sum(1 for one in amounts_of(batch).rows if one[3])
        told = "every unit inside" if good == len(amounts_of(batch).rows) else "see the units outside"
        yield QualityCheck("Recalculation of every unit", f"{amounts_of(batch).ordered} ±{percent} %", told, "Sufficit", at)
        yield QualityCheck("Appearance and container", plan.appearance or "no particles, no leak", "passed", who, at)
    if batch.second is not None:
        at = clock.moment(batch.second.at)
        yield QualityCheck("Second check, alone", "agrees with the first", "agrees", named(batch.second.person), at)
    for one in batch.tests:
        name = f"{one.test.capitalize()}, report {one.reference}{f', {one.note}' if one.note else ''}"
        yield QualityCheck(name, "passed", one.result, named(one.by), f"read {in_words(one.read_on)}")
    if batch.labels is not None:
        figure = f"{batch.labels.used} + {batch.labels.spoiled} + {batch.labels.destroyed} = {batch.labels.total}"
        at = clock.moment(batch.labels.at)
        yield QualityCheck("Labels: used + spoiled + destroyed", f"{batch.printed} printed", figure, named(batch.labels.by), at)

