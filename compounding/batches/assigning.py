"""A finished unit for a dose: found by the scan of its label, or offered, first to expire first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from batch_records.acting import Consequence, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.store import UnitOfWork
from calculations.errors import CannotCompute
from compounding.batches.actions import AssignToDose
from compounding.batches.batch import Batch, Unit
from compounding.batches.numbering import batch_record, unit_scanned
from compounding.batches.recalculated import recalculated_units
from compounding.batches.record import BATCH
from compounding.batches.tables import BatchUnitRow
from compounding.batches.units import kept_so, may_be_assigned
from compounding.people import shown_name
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.finished_units import FoundUnit, differences, needed_until
from compounding.preparing.gathering import lots_of
from compounding.reviewing.new_excipients import new_excipients
from compounding.stock.location import LOCATION, location_record
from compounding.stock.lot import Lot
from formulary.excipients import Holds, excipient_codes, holds
from formulary.house.assigning import AssigningPolicy, assigning_policy
from formulary.repository import formulary_in_force, kept_for

MOST_OFFERED = 6


@dataclass(frozen=True)
class Offered:
    """A unit that fits a dose."""

    lot: str
    serial: int
    place: str
    storage: str
    until: datetime
    formulation: str


def unit_under_scanner(uow: UnitOfWork, code: str, at: datetime) -> FoundUnit | None:
    """The unit whose label was scanned, as its batch says now; None for any other code."""
    read = unit_scanned(code)
    if read is None:
        return None
    batch = load(uow, BATCH, batch_record(read[0]))
    unit = batch.unit(read[1])
    return None if unit is None or batch.work.plan is None else _found(uow, batch, unit, at)


def _found(uow: UnitOfWork, batch: Batch, unit: Unit, at: datetime) -> FoundUnit | None:
    try:
        amount = recalculated_units(batch)[unit.serial - 1].found
    except CannotCompute:
        return None
    until = {} if unit.beyond_use is None else {"at": unit.beyond_use.isoformat()}
    decided = {"deciding": unit.deciding, "candidates": []} if unit.deciding else {}
    work = batch.work
    return FoundUnit(
        batch.number,
        unit.serial,
        batch.plan,
        tuple(sorted({scan.product for scan in work.scans if scan.strength is not None})),
        amount,
        {**batch.beyond_use, **decided, **until},
        work.preparers,
        work.hands,
        work.hood,
        work.started_at,
        work.completed_at,
        work.completed_by,
        batch.released,
        unit.storage,
        may_be_assigned(batch, unit, at) or _set_apart(uow, unit),
        lots_of(uow, work),
        tuple(dict.fromkeys((scan.product, scan.display) for scan in work.scans)),
        *_brings(uow, batch),
    )


def _brings(uow: UnitOfWork, batch: Batch) -> tuple[frozenset[str], frozenset[str]]:
    """Excipient classes that something in the units holds, and those that nothing states of something in them."""
    formulary = kept_for(uow, formulary_in_force(uow), batch.plan.drug_versions)
    products = {scan.product for scan in batch.work.scans}
    found = {(code, holds(formulary, product, code)) for product in products for code in excipient_codes(formulary)}
    held, silent = (frozenset(code for code, how in found if how is one) for one in (Holds.YES, Holds.NOT_STATED))
    return held, silent - held


def _set_apart(uow: UnitOfWork, unit: Unit) -> Refusal | None:
    """Nothing is used from a quarantine location, whoever put it there."""
    if not load(uow, LOCATION, location_record(unit.place)).quarantined:
        return None
    return Refusal("unit_set_apart", f"Unit {unit.serial} lies in {unit.place}: nothing is used from a quarantine location.")


def stops_of(uow: UnitOfWork, dose: Dose) -> tuple[tuple[Lot, ...], str]:
    """The lots that the unit of a dose was made from, as they stand now; and why the unit itself is held."""
    if dose.unit is None:
        return (), ""
    batch = load(uow, BATCH, batch_record(dose.unit["lot"]))
    unit = batch.unit(int(dose.unit["serial"]))
    held = "" if unit is None else unit.held
    return lots_of(uow, batch.work), held or ("" if batch.failed is None else batch.failed.words)


def offered(uow: UnitOfWork, dose: Dose, at: datetime) -> tuple[Offered, ...]:
    """Units that fit, first to expire first. The list narrows the search; the batches decide."""
    if dose.plan is None or not dose.planned.actives:
        return ()
    row = BatchUnitRow
    query = (
        select(row.record, row.serial)
        .where(row.drug == dose.planned.drug, row.state == "available", row.beyond_use_date >= needed_until(dose, at))
        .order_by(row.beyond_use_date, row.lot, row.serial)
    )
    found: list[Offered] = []
    fitting: dict[str, tuple[Batch, bool]] = {}
    for record, serial in uow.session.execute(query):
        if record not in fitting:
            batch: Batch = load(uow, BATCH, record)
            fitting[record] = (batch, _fits(uow, dose, batch, serial, at))
        batch, fits = fitting[record]
        unit = batch.unit(serial)
        if not fits or unit is None or unit.beyond_use is None:
            continue
        if may_be_assigned(batch, unit, at) is None and _set_apart(uow, unit) is None:
            found.append(Offered(batch.number, serial, unit.place, unit.storage, unit.beyond_use, batch.plan.formulation))
        if len(found) == MOST_OFFERED:
            break
    return tuple(found)


def by_scan(uow: UnitOfWork, units: Iterable[Offered], actor: Actor) -> AssigningPolicy | None:
    """The released policy under which this person may assign one of the units; None for a pharmacist, who needs none."""
    if "pharmacist" in actor.roles:
        return None
    formulary = formulary_in_force(uow)
    found = (assigning_policy(uow, formulary, one.formulation, actor.roles) for one in units)
    return next((policy for policy in found if policy is not None), None)


def _fits(uow: UnitOfWork, dose: Dose, batch: Batch, serial: int, at: datetime) -> bool:
    """Whether the units of a batch are what was ordered, and nothing that they were made from is stopped."""
    unit = batch.unit(serial)
    found = None if unit is None else _found(uow, batch, unit, at)
    return found is not None and not differences(dose.planned, found) and all(lot.state == "available" for lot in found.lots)


def taken(dose: Dose) -> Consequence:
    """What the batch takes up with the release of a dose that is one of its units: nobody else gets it."""
    unit = dose.unit or {}
    action = AssignToDose(int(unit["serial"]), dose.number, dose.patient, unit.get("policy", ""))
    return BATCH, batch_record(unit["lot"]), action


def with_unit(uow: UnitOfWork, ctx: DoseContext, dose: Dose, action: Any, act: Act) -> DoseContext:
    """The unit under the scanner with everything that is asked of it; without one nothing is added."""
    unit = unit_under_scanner(uow, action.code, act.at)
    if unit is None:
        return ctx
    brought = new_excipients(uow, dose, unit.containers, ctx.formulary)
    ctx = replace(ctx, unit=unit, lots=unit.lots, new_allergies=(*ctx.new_allergies, *brought))
    if "pharmacist" not in act.actor.roles:
        policy = assigning_policy(uow, formulary_in_force(uow), unit.plan.formulation, act.actor.roles)
        ctx = replace(ctx, assigning=policy)
    return replace(ctx, label=label_of_unit(uow, dose, action, act, unit, ctx))


def label_of_unit(uow: UnitOfWork, dose: Dose, action: Any, act: Act, unit: FoundUnit, ctx: DoseContext) -> dict[str, Any]:
    """The patient's label as it would print if this unit is assigned; empty for one that is not what was ordered."""
    from compounding.documents.dose_documents import dispensing_snapshot
    from compounding.preparing.finished_units import assigned, with_facts

    if unit.refusal is not None or differences(dose.planned, unit):
        return {}
    as_it_would_be = assigned(dose, with_facts(action, unit, act), act.actor.person, act.at)
    as_it_is_kept = replace(as_it_would_be, plan=kept_so(dose.planned, unit.storage, ctx.formulary))
    label = dispensing_snapshot(uow, as_it_is_kept, act, ctx.formulary, unit.until)
    return label if ctx.assigning is None else {**label, "checked_by": _checked_by(uow, unit, act, ctx.assigning)}


def _checked_by(uow: UnitOfWork, unit: FoundUnit, act: Act, policy: AssigningPolicy) -> list[dict[str, str]]:
    """On the label of a unit that no pharmacist assigned: who released its batch, and who scanned it under which rules."""
    from compounding.documents.dose_documents import Clock

    clock, scanned = Clock.of(act), f"assigned under house rules {policy.version}"
    found = [{"name": shown_name(uow, act.actor.person), "at": clock.time(act.at), "how": scanned}]
    if unit.released is not None:
        name, at = shown_name(uow, unit.released.person), clock.moment(unit.released.at)
        found.insert(0, {"name": name, "at": at, "how": "batch released"})
    return found
