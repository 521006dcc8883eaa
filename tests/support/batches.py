"""One batch on its way, as far as a test needs it. Each function does the steps before it too and gives the lot number."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batch_records.acting import Refused, load, perform_many
from batch_records.entries import canonical, digest
from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.batches.actions import (
    CheckBatch,
    CompleteBatch,
    PrintUnitLabels,
    ProposeBatch,
    ReconcileLabels,
    RecordTest,
    ReleaseBatch,
)
from compounding.batches.batch import Batch
from compounding.batches.guards_labels import to_label
from compounding.batches.numbering import batch_record, lot_number
from compounding.batches.recalculated import batch_content
from compounding.batches.record import BATCH
from compounding.preparing.actions import ConfirmStep, RecordVolume, ScanContainer, StartPreparation
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from tests.support.cast import ADEYEMI, MARLOW, NOON, OKONJO, Member, act_of, do
from tests.support.flow import code_of
from tests.support.stores import PEPPER

FORMULATION = "ceftriaxone_minibag_adult"
LOT = lot_number(1, NOON.date(), 1)
WAITING, SHELF, COLD = "Quarantine shelf", "IV room shelf", "7 West refrigerator"
PLACES = ((WAITING, "quarantine", "crt"), (SHELF, "anteroom", "crt"), (COLD, "satellite", "fridge"))
"""Where finished units wait, where they are put, and a ward: name, kind and storage."""
PICTURE = "ab" * 32
"""Name of a picture of the syringes."""
STOCK: dict[str, Any] = {
    "formulation": FORMULATION, "amount": Quantity("1", "g"), "units": 3, "solution": "sodium_chloride_0_9",
    "volume": Quantity(50, "mL"), "reason": "the ward asked for them",
}  # fmt: skip
"""Three minibags of ceftriaxone 1 g in 50 mL."""

FOR_TOMAS: dict[str, Any] = {
    "order_type": "intermittent", "patient": "DEMO-2093", "drug": "ceftriaxone", "dose": "1 g", "route": "IV infusion",
    "line": "peripheral", "diluent": "NS", "volume": "50 mL", "start": "2026-04-14T14:30:00-04:00",
    "frequency": {"every": "24 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
"""An order of such a minibag."""


def minutes(number: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=number)


def batch_now(store: Store, number: str = LOT) -> Batch:
    """The batch as it stands."""
    with store.read() as uow:
        return load(uow, BATCH, batch_record(number))


def on_batch(store: Store, member: Member, action: Any, at: datetime, number: str = LOT, **act: Any) -> Batch:
    """Do one thing to a batch; a refusal fails the test."""
    state: Batch = do(store, member, BATCH, batch_record(number), action, at, **act)
    return state


def located(store: Store, *more: tuple[str, str, str]) -> None:
    """The locations of finished units are described, once each: where they wait, where they are put, and any other."""
    with store.read() as uow:
        known = {name for name, _, _ in (*PLACES, *more) if load(uow, LOCATION, location_record(name)).name}
    steps = [
        (LOCATION, location_record(name), DescribeLocation(name, kind, storage, True))
        for name, kind, storage in (*PLACES, *more)
        if name not in known
    ]
    if steps:
        answer = perform_many(store, steps, act_of(ADEYEMI, NOON, station="desk-1"))
        assert not isinstance(answer, Refused), answer.refusal.text


@pytest.fixture(scope="session")
def released_template(cast_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which the batch is released, to be copied."""
    path = tmp_path_factory.mktemp("batch") / "released.db"
    shutil.copyfile(cast_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    released_batch(store)
    store.close()
    return path


@pytest.fixture
def released_store(released_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh copy of the database in which the batch is released."""
    path = tmp_path / "released.db"
    shutil.copyfile(released_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    yield store
    store.close()


def proposed(store: Store, number: str = LOT, **wanted: Any) -> str:
    """It has its lot number, and its units can be put somewhere."""
    located(store)
    on_batch(store, OKONJO, ProposeBatch(number, **STOCK | wanted), NOON, number)
    return number


def staged_batch(store: Store, number: str = LOT, **wanted: Any) -> str:
    """Every container is scanned."""
    batch = batch_now(store, proposed(store, number, **wanted))
    while batch.work.open_slots:
        product = batch.work.drawing.component(batch.work.open_slots[0]).product
        batch = on_batch(store, OKONJO, ScanContainer(code_of(product, "MADE-1")), minutes(1), number)
    return number


def made_batch(store: Store, number: str = LOT, **wanted: Any) -> str:
    """Every step up to the count is done."""
    staged_batch(store, number, **wanted)
    batch = on_batch(store, OKONJO, StartPreparation("hood-1"), minutes(2), number)
    while (step := batch.work.current_step) is not None and step.kind != "label":
        action = ConfirmStep(step.number) if step.volume is None else RecordVolume(step.number, step.volume, PICTURE)
        batch = on_batch(store, OKONJO, action, minutes(3), number)
    return number


def completed_batch(store: Store, number: str = LOT, done: CompleteBatch | None = None, **wanted: Any) -> str:
    """Made and counted: it waits for the check."""
    made_batch(store, number, **wanted)
    on_batch(store, OKONJO, done or CompleteBatch(WAITING), minutes(5), number, signed=True)
    return number


def batch_digest(store: Store, number: str = LOT) -> str:
    """Digest of what the page shows now."""
    return digest(canonical(batch_content(batch_now(store, number))))


def labelled_batch(store: Store, number: str = LOT, done: CompleteBatch | None = None, **wanted: Any) -> str:
    """Checked, and every label is accounted for."""
    completed_batch(store, number, done, **wanted)
    on_batch(store, MARLOW, CheckBatch(batch_digest(store, number)), minutes(6), number, station="desk-1", signed=True)
    batch = batch_now(store, number)
    serials = to_label(batch)
    on_batch(store, OKONJO, PrintUnitLabels("0" * 64, serials), minutes(7), number)
    on_batch(store, OKONJO, ReconcileLabels(len(serials), 0, 0), minutes(7), number)
    return number


def released_batch(store: Store, number: str = LOT, done: CompleteBatch | None = None, **wanted: Any) -> str:
    """Its units may be assigned."""
    labelled_batch(store, number, done, **wanted)
    if wanted.get("tested"):
        passed = RecordTest("sterility", "passed", "LAB-1", "2026-04-14")
        on_batch(store, MARLOW, passed, minutes(8), number, station="desk-1", signed=True)
    release = ReleaseBatch(batch_digest(store, number), SHELF)
    on_batch(store, MARLOW, release, minutes(8), number, station="desk-1", signed=True)
    return number
