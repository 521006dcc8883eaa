"""Loads the demonstration into an empty database: set-up, formulary, stock, orders and this morning's work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from batch_records.acting import perform_many
from batch_records.acts import Act
from batch_records.sealing import stamped
from batch_records.store import Store
from compounding.demonstration import batches, controlled, history, nutrition, stock
from compounding.demonstration.cast import (
    CAST,
    DEMONSTRATION_PASSWORD,
    DEMONSTRATION_PIN,
    Cast,
    Member,
    accepted,
    equip,
    register,
)
from compounding.demonstration.history import Stage, lot_of
from compounding.demonstration.orders import orders
from compounding.demonstration.patients import patients
from compounding.orders.numbers import order_number
from compounding.orders.patient import parse_patient, patient_as_data
from compounding.orders.patient_record import PATIENT, DescribePatient
from compounding.preparing.numbering import patient_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from formulary.model import Formulary
from formulary.nutrition.packaged import load_packaged_nutrition, release_packaged_nutrition
from formulary.packaged import load_packaged, release_packaged

KeepPicture = Callable[[bytes], str]
"""Stores a JPEG and gives its hash."""


@dataclass(frozen=True)
class Loaded:
    """What the start of the demonstration prints."""

    members: tuple[Member, ...]
    password: str
    pin: str


def load(
    store: Store, now: datetime, offset_minutes: int, keep_picture: KeepPicture, zone: tzinfo | None = None
) -> Loaded:
    """Everything, in the order in which a hospital does it. `now` in UTC. Raises DemonstrationFailed."""
    began = now - timedelta(hours=32)
    cast = register(store, began)
    _formulary(store, cast, began)
    equip(store, cast, began)
    stage = Stage(store, cast, now, offset_minutes, lambda text: keep_picture(drawn(text)), zone)
    stock.locations(stage, began)
    _stock(store, cast, stage.formulary(), began)
    people = {data["mrn"]: data for data in patients(now)}
    nutrition.yesterdays(stage, people[nutrition.BABY], now)
    _admit(store, cast, list(people.values()), now - timedelta(hours=4))
    _morning(stage, people, now)
    nutrition.todays(stage, now)
    stock.shelves(stage, now)
    controlled.counted(stage, now)
    batches.made_ahead(stage, now)
    return Loaded(CAST, DEMONSTRATION_PASSWORD, DEMONSTRATION_PIN)


def _formulary(store: Store, cast: Cast, at: datetime) -> None:
    """The lead loads the data files; two pharmacists release them, under the demonstration banner."""
    acts = (
        (load_packaged(), "adeyemi", False),
        (release_packaged(), "marlow", True),
        (release_packaged(), "duarte", True),
        (load_packaged_nutrition(), "adeyemi", False),
        (release_packaged_nutrition(), "marlow", True),
        (release_packaged_nutrition(), "duarte", True),
    )
    for number, (steps, key, signs) in enumerate(acts):
        actor = cast[key]
        proof = stamped(store.pepper, actor.person, at, "PIN") if signs else None
        accepted(perform_many(store, steps, Act(actor, "desk-2", at, f"demonstration/formulary/{number}", 0, proof)))


def _stock(store: Store, cast: Cast, formulary: Formulary, at: datetime) -> None:
    """One lot of every container of the formulary, expiring within the coming year."""
    expires = (at.replace(day=1) + timedelta(days=365)).replace(day=1) - timedelta(days=1)
    steps: list[Any] = []
    for item in formulary.items:
        if item.codes.gtin is not None:
            lot = lot_of(item.id)
            action = ReceiveLot(item.id, lot, expires.date().isoformat(), 50, "IV room A")
            steps.append((LOT, lot_record(item.id, lot), action))
    accepted(perform_many(store, steps, Act(cast["reyes"], "store-1", at, "demonstration/stock")))


def _admit(store: Store, cast: Cast, described: list[dict[str, Any]], at: datetime) -> None:
    steps = [
        (PATIENT, patient_record(data["mrn"]), DescribePatient(patient_as_data(parse_patient(data)))) for data in described
    ]
    accepted(perform_many(store, steps, Act(cast["halloran"], "ward-7w", at, "demonstration/patients")))


def _morning(stage: Stage, people: dict[str, dict[str, Any]], now: datetime) -> None:
    """Orders in every state that the boards show."""
    placed, reviewed = now - timedelta(minutes=95), now - timedelta(minutes=80)
    ordered = orders(now)
    for index, (name, data) in enumerate(ordered.items(), start=1):
        prescriber = "lindqvist" if "Lindqvist" in data["prescriber"] else "castell"
        number = order_number(stage.store, f"demonstration/order/{name}", now, stage.offset_minutes)
        history.place(stage, name, number, data, prescriber, placed + timedelta(minutes=index))
    waiting = ("carboplatin", "caffeine")
    for name, data in ordered.items():
        if name not in waiting:
            history.accept(stage, name, people[data["patient"]], data, reviewed, "duarte")
    question = "CARBOplatin for AUC 6: please confirm 900 mg, or 785 mg with creatinine counted as 0.7 mg/dL."
    history.ask(stage, "carboplatin", question, reviewed, "duarte")
    _work(stage, now)


def _work(stage: Stage, now: datetime) -> None:
    """This morning at the hoods: delivered, waiting for the check, being made, staged."""
    steps = (
        ("pantoprazole", "amari", "hood-2", 60, None),
        ("piperacillin", "amari", "hood-2", 45, None),
        ("vancomycin", "okonjo", "hood-1", 30, None),
        ("norepinephrine", "amari", "hood-2", 12, 1),
    )
    for name, who, hood, before, stop in steps:
        number, at = history.first_dose(stage, name), now - timedelta(minutes=before)
        history.scan_all(stage, number, who, at, hood)
        history.prepare(stage, number, who, at + timedelta(minutes=3), hood, steps=stop)
    delivered = history.first_dose(stage, "pantoprazole")
    history.release(stage, delivered, "marlow", now - timedelta(minutes=25))
    history.deliver(stage, delivered, "ED 2", now - timedelta(minutes=10))
    history.scan_all(stage, history.first_dose(stage, "amiodarone"), "amari", now - timedelta(minutes=20), "hood-2")


def drawn(text: str) -> bytes:
    """A drawn stand-in for a photograph, saying that it is one."""
    image = Image.new("RGB", (640, 360), "#e3e9ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 120, 560, 240), outline="#26333e", width=4)
    draw.rectangle((44, 124, 380, 236), fill="#bcd9f5")
    draw.text((40, 40), f"DEMONSTRATION, drawn: {text}", fill="#0f1820")
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
