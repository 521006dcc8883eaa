"""One batch made ahead this morning: vancomycin bags, released, of which one fits a dose that is queued."""

from datetime import datetime, timedelta
from typing import Any

from batch_records.acting import load
from batch_records.entries import canonical, digest
from calculations.quantity import Quantity
from compounding.batches.actions import (
    CheckBatch,
    CompleteBatch,
    PrintUnitLabels,
    ProposeBatch,
    ReconcileLabels,
    ReleaseBatch,
)
from compounding.batches.batch import Batch
from compounding.batches.numbering import batch_record, next_lot_number
from compounding.batches.proposal import whole_number
from compounding.batches.recalculated import batch_content
from compounding.batches.record import BATCH
from compounding.demonstration.history import Stage, container_code
from compounding.demonstration.stock import COLD_QUARANTINE, SATELLITE
from compounding.preparing.actions import ConfirmStep, RecordVolume, ScanContainer, StartPreparation

MAKER, CHECKER, HOOD = "amari", "marlow", "hood-2"
UNITS = 3


def made_ahead(stage: Stage, now: datetime) -> None:
    """Proposed, made, checked, labelled and released, each by who may."""
    began = now - timedelta(hours=3)
    formulary = stage.formulary()
    site = whole_number(formulary.site, "batch_site_number")
    number = next_lot_number(stage.store, site, "demonstration/batch", began, stage.offset_minutes)
    amount = Quantity("1250", "mg", formulary.drug("vancomycin").of)
    wanted = ProposeBatch(
        number, "vancomycin_bag_adult", amount, UNITS, "sodium_chloride_0_9", Quantity(250, "mL"), reason="start of the week"
    )
    batch = _do(stage, number, wanted, MAKER, began)
    for component in batch.work.drawing.components:
        _do(stage, number, ScanContainer(container_code(formulary, component.product, began.date())), MAKER, began)
    picture = stage.picture(f"{number} syringes")
    batch = _do(stage, number, StartPreparation(HOOD), MAKER, began + timedelta(minutes=5))
    while (step := batch.work.current_step) is not None and step.kind != "label":
        action: Any = ConfirmStep(step.number) if step.volume is None else RecordVolume(step.number, step.volume, picture)
        batch = _do(stage, number, action, MAKER, began + timedelta(minutes=10))
    _do(stage, number, CompleteBatch(COLD_QUARANTINE), MAKER, began + timedelta(minutes=25), secret=True)
    _released(stage, number, began + timedelta(minutes=40))


def _released(stage: Stage, number: str, at: datetime) -> None:
    _do(stage, number, CheckBatch(_digest(stage, number)), CHECKER, at, station="desk-1", secret=True)
    _do(stage, number, PrintUnitLabels("demonstration", tuple(range(1, UNITS + 1))), MAKER, at)
    _do(stage, number, ReconcileLabels(UNITS, 0, 0), MAKER, at)
    release = ReleaseBatch(_digest(stage, number), SATELLITE)
    _do(stage, number, release, CHECKER, at + timedelta(minutes=5), station="desk-1", secret=True)


def _do(
    stage: Stage, number: str, action: Any, who: str, at: datetime, *, station: str = HOOD, secret: bool = False
) -> Batch:
    state: Batch = stage.do(BATCH, batch_record(number), action, stage.cast[who], at, station, secret=secret)
    return state


def _digest(stage: Stage, number: str) -> str:
    with stage.store.read() as uow:
        return digest(canonical(batch_content(load(uow, BATCH, batch_record(number)))))
