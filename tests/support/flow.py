"""One dose on its way, as far as a test needs it: ordered, queued, staged, in preparation, completed, released, paired.

Each function does the steps before it too and gives the dose number. Times: ordered at `NOON`, one minute a step.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from batch_records.acting import load
from batch_records.entries import canonical, digest
from batch_records.store import Store
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import parse_patient, patient_as_data
from compounding.orders.patient_record import PATIENT, DescribePatient
from compounding.preparing.actions import (
    AnswerLabelInHand,
    Complete,
    ConfirmStep,
    PairLabels,
    PrintLabel,
    RecordVolume,
    Release,
    ScanContainer,
    StartPreparation,
)
from compounding.preparing.check_page import check_content
from compounding.preparing.dose import Dose
from compounding.preparing.guards_returning import REUSE_CONDITIONS
from compounding.preparing.numbering import dose_number, dose_record, order_record, patient_record
from compounding.preparing.read_aloud import words_to_read
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Accept, Place
from compounding.reviewing.one_time import formulary_for
from compounding.reviewing.record import ORDER, planned_for, review_content
from compounding.reviewing.yesterday import nutrition_before
from formulary.loading import load_formulary
from formulary.model import Formulary
from formulary.repository import formulary_in_force
from tests.support.cast import CASTELL, MARLOW, NOON, OKONJO, Member, do

ADA: dict[str, Any] = {
    "mrn": "DEMO-4417", "family_name": "EXAMPLE", "given_name": "Ada", "birth_date": "2025-05-09", "sex": "female",
    "location": "Peds 12", "allergies_asked_at": "2026-04-14T06:00:00+00:00",
    "lines": [{"name": "left hand", "kind": "peripheral"}],
    "measures": [
        {"kind": "actual_weight", "amount": {"value": "9.2", "unit": "kg"}, "at": "2026-04-14T06:00:00-04:00"},
    ],
}  # fmt: skip
TOMAS: dict[str, Any] = {
    "mrn": "DEMO-2093", "family_name": "SPECIMEN", "given_name": "Tomas", "birth_date": "1965-02-03", "sex": "male",
    "location": "7 West 08", "allergies_asked_at": "2026-04-14T06:00:00+00:00",
    "lines": [{"name": "right arm", "kind": "peripheral"}],
    "measures": [
        {"kind": "actual_weight", "amount": {"value": "83.2", "unit": "kg"}, "at": "2026-04-14T06:00:00-04:00"},
        {"kind": "height", "amount": {"value": "178", "unit": "cm"}, "at": "2026-04-14T06:00:00-04:00"},
    ],
}  # fmt: skip
CEFTRIAXONE: dict[str, Any] = {
    "order_type": "intermittent", "patient": "DEMO-4417", "drug": "ceftriaxone", "dose": "50 mg/kg", "route": "IV infusion",
    "line": "peripheral", "diluent": "NS", "volume": "25 mL", "start": "2026-04-14T14:30:00-04:00",
    "frequency": {"every": "24 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
ORDER_NUMBER = "260414-0140"
A_PICTURE = "0" * 64
"""The name of a picture, for records made below the pages; no file stands behind it."""
LOTS = itertools.count(401)
SOUND = tuple(REUSE_CONDITIONS)
"""All that a pharmacist confirms of a returned dose."""


@cache
def formulary() -> Formulary:
    """The packaged formulary, read once."""
    return load_formulary()


def described_patient(store: Store, patient: Mapping[str, Any] = ADA) -> None:
    """Record a patient."""
    data = patient_as_data(parse_patient(dict(patient)))
    do(store, MARLOW, PATIENT, patient_record(patient["mrn"]), DescribePatient(data), NOON, station="desk-2")


def placed_order(
    store: Store,
    order: Mapping[str, Any] = CEFTRIAXONE,
    patient: Mapping[str, Any] = ADA,
    number: str = ORDER_NUMBER,
    by: Member = CASTELL,
) -> str:
    """A patient and an order that waits for review; gives the order's number."""
    described_patient(store, patient)
    parsed = Order.parse(dict(order))
    do(store, by, ORDER, order_record(number), Place(number, order_as_data(parsed)), NOON, station="desk-2")
    return number


def accepted_order(store: Store, number: str, at: datetime = NOON, by: Member = MARLOW, **reasons: str) -> None:
    """A pharmacist accepts the order as it stands, with a reason for every soft finding."""
    with store.read() as uow:
        uow.at = at
        state = load(uow, ORDER, order_record(number))
        order = state.current.order
        assert order is not None
        patient = load(uow, PATIENT, patient_record(order.patient)).patient
        assert patient is not None
        formulary = formulary_for(uow, formulary_in_force(uow), number, state.current.number)
        planned = planned_for(order, patient, formulary, at, 0, nutrition_before(uow, order, number))
    said = {finding.code: "agreed with the team" for finding in planned.findings if finding.grade == "soft"} | reasons
    content = digest(canonical(review_content(planned)))
    accept = Accept(state.current.number, said, content_digest=content)
    do(store, by, ORDER, order_record(number), accept, at, station="desk-2", signed=True)


def queued_dose(
    store: Store,
    order: Mapping[str, Any] = CEFTRIAXONE,
    patient: Mapping[str, Any] = ADA,
    number: str = ORDER_NUMBER,
) -> str:
    """A dose in the queue; gives its number."""
    placed_order(store, order, patient, number)
    accepted_order(store, number)
    return dose_number(number, 1)


def dose_now(store: Store, number: str) -> Dose:
    """The dose as it stands."""
    with store.read() as uow:
        return load(uow, DOSE, dose_record(number))


def code_of(item_id: str, lot: str = "", expires: str = "271031") -> str:
    """A GS1 code of an item as a scanner sends it, with expiry and lot unless `lot` is a hyphen."""
    gtin = formulary().item(item_id).codes.gtin
    assert gtin is not None, f"{item_id} has no GTIN"
    return f"01{gtin}" if lot == "-" else f"01{gtin}17{expires}10{lot or f'DEMO-{next(LOTS)}'}"


def scanned(store: Store, number: str, product: str, by: Member = OKONJO, at: datetime = NOON) -> Dose:
    """One container scanned for a dose."""
    scan = ScanContainer(code_of(product))
    state: Dose = do(store, by, DOSE, dose_record(number), scan, at)
    return state


def staged(store: Store, number: str = "", by: Member = OKONJO, **queued: Any) -> str:
    """Every container of the dose is scanned."""
    number = number or queued_dose(store, **queued)
    while True:
        dose = dose_now(store, number)
        if not dose.open_slots:
            return number
        scanned(store, number, dose.drawing.component(dose.open_slots[0]).product, by, NOON + timedelta(minutes=2))


def started(store: Store, number: str = "", by: Member = OKONJO, hood: str = "hood-1", **queued: Any) -> str:
    """Being made at a hood."""
    number = staged(store, number, by, **queued)
    do(store, by, DOSE, dose_record(number), StartPreparation(hood), NOON + timedelta(minutes=3), station=hood)
    return number


def step_done(store: Store, number: str, by: Member = OKONJO, at: datetime = NOON + timedelta(minutes=4)) -> bool:
    """Do the step in focus as planned; False when only the label is left, or a check."""
    step = dose_now(store, number).current_step
    if step is None or step.kind in ("label", "check"):
        return False
    if step.kind == "measure":
        assert step.volume is not None
        aloud = words_to_read(dose_now(store, number), step.number)
        record = RecordVolume(step.number, step.volume, A_PICTURE, aloud)
        do(store, by, DOSE, dose_record(number), record, at, station=dose_now(store, number).hood)
    else:
        code = f"93{number}" if step.kind == "scan" else ""
        confirm = ConfirmStep(step.number, A_PICTURE, code)
        do(store, by, DOSE, dose_record(number), confirm, at, station=dose_now(store, number).hood)
    return True


def prepared(store: Store, number: str = "", by: Member = OKONJO, **queued: Any) -> str:
    """Every step up to the label is done."""
    number = started(store, number, by, **queued)
    while step_done(store, number, by):
        pass
    return number


def completed(store: Store, number: str = "", by: Member = OKONJO, **queued: Any) -> str:
    """Waits for the final check."""
    number = prepared(store, number, by, **queued)
    at, hood = NOON + timedelta(minutes=9), dose_now(store, number).hood
    do(store, by, DOSE, dose_record(number), Complete(f"92{number}", A_PICTURE), at, signed=True, station=hood)
    return number


def content_digest(store: Store, number: str) -> str:
    """Digest of what the check page shows now."""
    return digest(canonical(check_content(dose_now(store, number))))


def released(store: Store, number: str = "", by: Member = MARLOW, **queued: Any) -> str:
    """Checked and released by a pharmacist who had no hand in it."""
    number = completed(store, number, **queued)
    release = Release(content_digest(store, number))
    do(store, by, DOSE, dose_record(number), release, NOON + timedelta(minutes=10), station="desk-1", signed=True)
    return number


def paired(store: Store, number: str = "", **queued: Any) -> str:
    """Labelled, both labels scanned as a pair, on its way."""
    number = released(store, number, **queued)
    at, record = NOON + timedelta(minutes=11), dose_record(number)
    do(store, MARLOW, DOSE, record, PrintLabel("0" * 64, issue=1), at, station="desk-1")
    do(store, MARLOW, DOSE, record, AnswerLabelInHand(True), at, station="desk-1")
    do(store, OKONJO, DOSE, record, PairLabels(f"92{number}", f"91{number}C1"), at)
    return number
