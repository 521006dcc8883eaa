"""The facts of one batch in words: what a unit is, how many came of it, what is in them, who signed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from batch_records.store import UnitOfWork
from calculations.batch import yield_share
from calculations.printing import show, show_number
from compounding.batches.batch import Batch
from compounding.batches.numbering import batch_record
from compounding.batches.recalculated import recalculated_or_reason
from compounding.batches.states import UnitState
from compounding.documents.batch_documents import units_words
from compounding.documents.dose_documents import Clock, in_words
from compounding.people import shown_name
from compounding.preparing.dose import Recorded


@dataclass(frozen=True)
class Amounts:
    """What is in the units, worked out from what was recorded."""

    ordered: str
    rows: tuple[tuple[str, str, str, bool], ...]
    """Units, amount, difference, inside."""
    why_not: str


def batch_facts(uow: UnitOfWork, batch: Batch, clock: Clock) -> tuple[tuple[str, str, str], ...]:
    """What stands on top of the page of a batch: name, value, note."""
    plan, until = batch.plan, batch.work.beyond_use_at()
    rows = [
        ("One unit", f"{plan.title}", f"{plan.base_display}, {show(plan.final_volume, 1)}, {plan.route}"),
        ("Formulation", plan.formulation_name, plan.versions_in_words),
        ("Units", units_words(batch), "" if batch.proposed is None else batch.proposed.words),
        ("Test", "sterility test" if batch.tested else "none", "quarantine until its result" if batch.tested else ""),
        ("Proposed by", shown_name(uow, batch.proposed_by), "" if batch.proposed_at is None else clock.moment(batch.proposed_at)),
    ]
    if until is not None:
        rows.append(("Start before", clock.moment(until), str(batch.beyond_use.get("deciding", ""))))
    return (*rows, *_counted(batch), *_signed(uow, batch, clock))


def yield_words(batch: Batch) -> str:
    """`27 of 30 (90 %): 3 rejected, 24 for patients`; empty before the count."""
    if not batch.units:
        return ""
    bad = len(batch.in_state(UnitState.REJECTED))
    good = len(batch.units) - bad
    share = show_number(yield_share(good, batch.total).amount_in("one") * 100, 1)
    return f"{good} of {batch.total} ({share} %): {bad} rejected, {batch.finished} for patients"


def _counted(batch: Batch) -> Iterator[tuple[str, str, str]]:
    """Yield and labels."""
    if batch.units:
        made, rest = yield_words(batch).split(": ", 1)
        yield "Yield", made, rest
    if batch.printed:
        told = batch.labels
        words = "not reconciled" if told is None else f"{told.used} used, {told.spoiled} spoiled, {told.destroyed} destroyed"
        yield "Labels", f"{batch.printed} printed", words


def _signed(uow: UnitOfWork, batch: Batch, clock: Clock) -> Iterator[tuple[str, str, str]]:
    """Test results and signatures, each with who and when."""
    for one in batch.tests:
        read = f"read {in_words(one.read_on)}, {shown_name(uow, one.by)}"
        yield one.test.capitalize(), one.result, f"report {one.reference}, {read}"
    signatures = {
        "Made by": batch.made,
        "Checked by": batch.checked,
        "Second check by": batch.second,
        "Released by": batch.released,
    }
    for what, signed in signatures.items():
        if signed is not None:
            yield what, shown_name(uow, signed.person), clock.moment(signed.at)


def amounts_of(batch: Batch) -> Amounts:
    """What is in every unit. Units with the same amount stand on one row."""
    results, why = recalculated_or_reason(batch)
    rows: dict[tuple[str, str, bool], list[int]] = {}
    for serial, one in enumerate(results, start=1):
        percent = show_number(abs(one.difference).amount_in("one") * 100, 1)
        sign = "+" if one.difference.number > 0 else "−" if one.difference.number < 0 else ""
        rows.setdefault((show(one.found), f"{sign}{percent} %", one.inside), []).append(serial)
    shown = tuple((ranges(serials), *facts) for facts, serials in rows.items())
    return Amounts(show(batch.plan.actives[0].amount), shown, why)


@dataclass(frozen=True)
class BatchPicture:
    """One picture: of a container whose lot was typed, or of the syringes of steps that were recorded together."""

    what: str
    name: str
    at: datetime


def pictures_of(uow: UnitOfWork, batch: Batch) -> tuple[BatchPicture, ...]:
    """Every picture of the making, each once."""
    found = [
        BatchPicture(f"{entry.payload['display']}, lot {entry.payload['lot']}, typed", entry.payload["picture"], entry.at)
        for entry in uow.entries(batch_record(batch.number))
        if entry.kind == "scan_container" and entry.payload.get("picture")
    ]
    steps: dict[str, list[Recorded]] = {}
    for record in batch.work.records:
        if record.picture:
            steps.setdefault(record.picture, []).append(record)
    for name, records in steps.items():
        numbers = sorted(record.step for record in records)
        alone = f"Step {numbers[0]}, {batch.work.drawing.step(numbers[0]).title}"
        what = alone if len(numbers) == 1 else f"Steps {ranges(numbers)}"
        found.append(BatchPicture(what, name, records[0].at))
    return tuple(found)


def ranges(serials: Sequence[int]) -> str:
    """`1 to 12, 14`."""
    parts: list[list[int]] = []
    for serial in serials:
        if parts and serial == parts[-1][-1] + 1:
            parts[-1].append(serial)
        else:
            parts.append([serial])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in parts)
