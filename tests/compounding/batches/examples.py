"""Batches for printing, made without a database: planned, and completed with everything as planned."""

from copy import deepcopy
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from calculations.quantity import Quantity
from compounding.batches.batch import Batch
from compounding.batches.draw_up_units import draw_up_units
from compounding.batches.proposal import keeps_for, propose
from compounding.batches.states import BatchStatus
from compounding.batches.unit_plan import Wanted, plan_unit
from compounding.documents.batch_documents import batch_worksheet_snapshot, unit_labels_snapshot
from compounding.documents.samples import samples
from compounding.documents.shapes import Printed
from compounding.preparing.dose import Dose
from compounding.preparing.states import DoseStatus
from tests.support.batches import LOT, minutes
from tests.support.cast import NOON, OKONJO, act_of
from tests.support.flow import formulary

CEFTRIAXONE = Wanted("ceftriaxone_minibag_adult", Quantity("1", "g"), "sodium_chloride_0_9", Quantity(50, "mL"))
FAMOTIDINE = Wanted("famotidine_push", Quantity("20", "mg"), "sodium_chloride_0_9", Quantity(10, "mL"))
NOREPINEPHRINE = Wanted("norepinephrine_infusion", Quantity("8", "mg"), "dextrose_5", Quantity(250, "mL"))


@cache
def planned(units: int, wanted: Wanted = CEFTRIAXONE, samples: int = 0) -> Batch:
    """A batch as it is proposed, with its arithmetic."""
    plan = plan_unit(formulary(), wanted, tested=bool(samples))
    site = formulary().site
    proposal = propose(42, site.value("batch_history"), keeps_for(plan, NOON), 0, site)
    work = Dose(
        status=DoseStatus.QUEUED, number=LOT, plan=plan, draw_up=draw_up_units(units + samples, plan, formulary()), queued_at=NOON
    )
    return Batch(BatchStatus.PLANNED, LOT, units, samples, 0, bool(samples), proposal, OKONJO.person, NOON, work)


def completed(units: int, wanted: Wanted = CEFTRIAXONE) -> Batch:
    """The same, made by T. Okonjo at hood 1."""
    batch = planned(units, wanted)
    until = {"at": minutes(2_880).isoformat(), "deciding": "stability"}
    work = replace(batch.work, started_at=NOON, preparers=(OKONJO.person,), hood="hood-1", beyond_use=until)
    return replace(batch, work=work)


def worksheet(units: int = 27, samples: int = 3) -> dict[str, Any]:
    """The worksheet of so many minibags of ceftriaxone 1 g."""
    return batch_worksheet_snapshot(planned(units, CEFTRIAXONE, samples), act_of(OKONJO), formulary(), room="IV room A")


def record(**changes: Any) -> dict[str, Any]:
    """The compounding record of a batch of six: one rejected, one a sample, one retained, one held, a label reprinted."""
    return {**deepcopy(samples("batch_record/1")["everything"]), **changes}


def labels(units: int = 2, wanted: Wanted = CEFTRIAXONE) -> dict[str, Any]:
    """The labels of its units."""
    batch, serials = completed(units, wanted), tuple(range(1, units + 1))
    made_by = f"{OKONJO.name}, {OKONJO.credentials}"
    return unit_labels_snapshot(batch, serials, act_of(OKONJO), formulary(), room="IV room A", made_by=made_by)


def high_alert_labels() -> dict[str, Any]:
    """The labels of two bags of norepinephrine."""
    return labels(2, NOREPINEPHRINE)


def syringe_labels() -> dict[str, Any]:
    """The label of one syringe of famotidine, printed again."""
    return labels(1, FAMOTIDINE) | {"printed": asdict(Printed("14 Apr 2026, 13:20", "1", "1", "smeared on the way to the shelf"))}


def full_worksheet(printed: Printed) -> dict[str, Any]:
    """With text in every field: void, reprinted, lots written in."""
    snapshot = worksheet(2, 1) | {"status": "VOID", "printed": asdict(printed)}
    snapshot["containers"][0] |= {"lot": "DEMO-1", "expires": "31 Oct 2026"}
    snapshot["before"] = [{"text": "Warm the vials", "reads": ""}]
    return snapshot


def full_labels(printed: Printed) -> dict[str, Any]:
    """With text in every field: a high-alert drug, reprinted."""
    return labels(1, NOREPINEPHRINE) | {"printed": asdict(printed)}
