"""Controlled drugs of the demonstration: this shift's blind count of one product, in which a vial is missing."""

from datetime import datetime, timedelta

from batch_records.acting import load
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    BeginControlledCount,
    Counted,
    EnterControlledCount,
    controlled_count_record,
)
from compounding.demonstration.history import Stage
from compounding.demonstration.stock import IV_ROOM
from compounding.stock.lot import LOT, lot_record

PRODUCT = "fentanyl_1000mcg_vial_2"


def counted(stage: Stage, now: datetime) -> None:
    """Two technicians count alone and find the same: one vial fewer than the ledger says. The case waits for two others."""
    if PRODUCT not in {item.id for item in stage.formulary().items}:
        return
    at = now - timedelta(minutes=4)
    number = f"{at + timedelta(minutes=stage.offset_minutes):%y%m%d}-001"
    record = controlled_count_record(number)
    begun = stage.do(
        CONTROLLED_COUNT, record, BeginControlledCount(number, IV_ROOM, PRODUCT), stage.cast["okonjo"], at, "hood-1"
    )
    found = []
    for item in begun.items:
        with stage.store.read() as uow:
            there = load(uow, LOT, lot_record(item.product, item.lot)).at(IV_ROOM)
        found.append(Counted(item.name, there - 1))
    for who in ("okonjo", "amari"):
        entered = EnterControlledCount(tuple(found))
        stage.do(CONTROLLED_COUNT, record, entered, stage.cast[who], at, "hood-1", secret=True)
