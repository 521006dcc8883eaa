"""A dose with a controlled drug for tests: fentaNYL in a syringe, from vials of a lot that was received."""

from datetime import datetime, timedelta
from typing import Any

from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.controlled.waste_state import OfferWaste, WitnessWaste, waste_record
from compounding.preparing.actions import AskSecondCheck, EnterSecondCheck, Release, ScanContainer
from compounding.preparing.actions_delivering import AnswerLabelInHand, PairLabels, PrintLabel
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from tests.support.cast import AMARI, DUARTE, MARLOW, NOON, OKONJO, Member, do
from tests.support.flow import (
    ORDER_NUMBER,
    TOMAS,
    completed,
    content_digest,
    dose_now,
    formulary,
    queued_dose,
    scanned,
)

VIAL = "fentanyl_1000mcg_vial_2"
LOT_NUMBER = "DEMO-CII"
PLACE = "IV room A"
FENTANYL: dict[str, Any] = {
    "order_type": "continuous", "patient": "DEMO-2093", "drug": "fentanyl", "dose_rate": "50 mcg/h",
    "route": "IV infusion", "line": "peripheral", "volume": "30 mL", "start": "2026-04-14T14:30:00-04:00",
    "prescriber": "Dr. R. Castell",
}  # fmt: skip
SOON = NOON + timedelta(minutes=20)


def received(store: Store, count: int = 10, place: str = PLACE) -> None:
    """Containers of the lot at a location."""
    do(store, OKONJO, LOT, lot_record(VIAL, LOT_NUMBER), ReceiveLot(VIAL, LOT_NUMBER, "2027-10-31", count, place), NOON)


def code_of_vial() -> str:
    """What a vial of the lot says to a scanner."""
    return f"01{formulary().product(VIAL).codes.gtin}17271031" + f"10{LOT_NUMBER}"


def staged_vials(store: Store, order: str = ORDER_NUMBER) -> str:
    """A dose of 30 mL of fentaNYL with two vials of 20 mL of the lot scanned; gives its number."""
    number = queued_dose(store, FENTANYL, TOMAS, order)
    for _ in range(2):
        do(store, OKONJO, DOSE, dose_record(number), ScanContainer(code_of_vial()), NOON + timedelta(minutes=2))
    while slots := dose_now(store, number).open_slots:
        scanned(store, number, dose_now(store, number).drawing.component(slots[0]).product)
    return number


def made_of_vials(store: Store) -> str:
    """The lot received, and a dose made of two of its vials that waits for its check."""
    received(store)
    return completed(store, staged_vials(store))


def offered(store: Store, number: str, volume: str, reason: str = "", by: Member = OKONJO, **more: Any) -> Any:
    """The rest of the second vial shown for waste."""
    told = OfferWaste(
        "260414-001", "vial", "controlled", dose=number, slot="drug-2", volume=Quantity(volume, "mL"), reason=reason
    )
    return do(store, by, CONTROLLED_WASTE, waste_record("260414-001"), told, SOON, signed=True, **more)


def wasted(store: Store, number: str, volume: str, reason: str = "", witness: Member = AMARI) -> Any:
    """The rest of the second vial wasted before a witness."""
    offered(store, number, volume, reason)
    return do(store, witness, CONTROLLED_WASTE, waste_record("260414-001"), WitnessWaste(), SOON, signed=True)


def second_check(store: Store, number: str, at: datetime = SOON) -> None:
    """Both pharmacists check, each alone; what is left is the release."""
    digest, record, plan = content_digest(store, number), dose_record(number), dose_now(store, number).planned
    do(store, MARLOW, DOSE, record, AskSecondCheck(digest), at, station="desk-1", signed=True)
    found = EnterSecondCheck(
        plan.drug,
        {active.drug: active.drawn_volume.as_data() for active in plan.actives},
        plan.base_display or "undiluted",
        plan.final_volume,
    )
    do(store, DUARTE, DOSE, record, found, at, station="desk-2", signed=True)


def release_of(store: Store, number: str) -> Release:
    """The release of the dose as it stands."""
    beyond = (NOON + timedelta(hours=8)).isoformat()
    decided = None if dose_now(store, number).beyond_use_at() else {"at": beyond, "reason": "maker's letter on file"}
    return Release(content_digest(store, number), decided)


def released_vials(store: Store) -> str:
    """A dose of two vials, the rest of the second wasted before a witness, released."""
    number = made_of_vials(store)
    wasted(store, number, "10")
    second_check(store, number)
    do(store, MARLOW, DOSE, dose_record(number), release_of(store, number), SOON, station="desk-1", signed=True)
    return number


def paired_vials(store: Store) -> str:
    """The same, labelled and on its way."""
    number = released_vials(store)
    record = dose_record(number)
    do(store, MARLOW, DOSE, record, PrintLabel("0" * 64, issue=1), SOON, station="desk-1")
    do(store, MARLOW, DOSE, record, AnswerLabelInHand(True), SOON, station="desk-1")
    do(store, OKONJO, DOSE, record, PairLabels(f"92{number}", f"91{number}C1"), SOON)
    return number
