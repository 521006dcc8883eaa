"""Plays the demonstration's work through the same acts as people do: nothing is inserted past a gate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from batch_records.acting import Done, RecordType, load, perform
from batch_records.acts import Act, Actor
from batch_records.entries import canonical, digest
from batch_records.sealing import stamped
from batch_records.store import Store
from calculations.findings import Grade
from compounding.demonstration.cast import Cast, DemonstrationFailed, accepted
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import day_on_site, parse_patient
from compounding.preparing.actions import (
    AnswerLabelInHand,
    AskInProcessCheck,
    Complete,
    ConfirmStep,
    PairLabels,
    PassInProcess,
    PrintLabel,
    Receive,
    RecordVolume,
    Release,
    ScanContainer,
    StartPreparation,
)
from compounding.preparing.check_page import check_content
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.read_aloud import words_to_read
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Accept, Clarify, Place
from compounding.reviewing.record import ORDER, planned_for, review_content
from compounding.reviewing.yesterday import nutrition_before
from formulary.model import Formulary
from formulary.repository import formulary_in_force


@dataclass
class Stage:
    """Who acts, when, and on what; keys count up so that every act is its own."""

    store: Store
    cast: Cast
    now: datetime
    offset_minutes: int
    picture: Callable[[str], str]
    """Keeps a drawn picture of a step and gives its hash."""
    zone: tzinfo | None = None
    acts: int = 0
    orders: dict[str, str] = field(default_factory=dict)

    def do(
        self, record_type: RecordType[Any, Any, Any], record: str, action: Any, who: Actor, at: datetime, station: str,
        *, secret: bool = False,
    ) -> Any:  # fmt: skip
        """One act; a refusal stops the load."""
        self.acts += 1
        proof = stamped(self.store.pepper, who.person, at, "PIN") if secret else None
        act = Act(who, station, at, f"demonstration/{self.acts}", self.offset_minutes, proof, self.zone)
        answer = perform(self.store, record_type, record, action, act)
        accepted(answer)
        if not isinstance(answer, Done):
            raise DemonstrationFailed("an act gave no answer")
        return answer.state

    def formulary(self) -> Formulary:
        with self.store.read() as uow:
            return formulary_in_force(uow)

    def dose(self, number: str) -> Dose:
        with self.store.read() as uow:
            return load(uow, DOSE, dose_record(number))


def place(stage: Stage, name: str, number: str, data: dict[str, Any], prescriber: str, at: datetime) -> None:
    """The prescriber's order arrives."""
    order = Order.parse(data)
    stage.orders[name] = number
    stage.do(ORDER, order_record(number), Place(number, order_as_data(order)), stage.cast[prescriber], at, "interface")


def accept(stage: Stage, name: str, patient: dict[str, Any], data: dict[str, Any], at: datetime, who: str) -> None:
    """A pharmacist accepts; soft findings carry a reason. An order with a hard finding is asked about instead."""
    record, order = order_record(stage.orders[name]), Order.parse(data)
    with stage.store.read() as uow:
        before = nutrition_before(uow, order, stage.orders[name])
    planned = planned_for(order, parse_patient(patient), stage.formulary(), at, stage.offset_minutes, before)
    stopping = [f for f in planned.findings if f.grade in (Grade.HARD, Grade.ABSOLUTE)]
    if stopping:
        ask(stage, name, f"{stopping[0].title}. {stopping[0].mend}", at, who)
        return
    reasons = {f.code: "judged with the patient's notes" for f in planned.findings if f.grade is Grade.SOFT}
    action = Accept(1, reasons, content_digest=digest(canonical(review_content(planned))))
    stage.do(ORDER, record, action, stage.cast[who], at, "desk-2", secret=True)


def ask(stage: Stage, name: str, question: str, at: datetime, who: str) -> None:
    """Held with a question to the prescriber."""
    stage.do(ORDER, order_record(stage.orders[name]), Clarify(question), stage.cast[who], at, "desk-2")


def first_dose(stage: Stage, name: str) -> str:
    """The number of an order's first dose."""
    return dose_number(stage.orders[name], 1)


def scan_all(stage: Stage, number: str, who: str, at: datetime, hood: str) -> None:
    """Every container that the draw-up plan lists, with its full code."""
    formulary = stage.formulary()
    for offset, component in enumerate(stage.dose(number).drawing.components):
        code = container_code(formulary, component.product, at.date())
        action = ScanContainer(code)
        stage.do(DOSE, dose_record(number), action, stage.cast[who], at + timedelta(seconds=20 * offset), hood)


def container_code(formulary: Formulary, product: str, today: date) -> str:
    """A GS1 element string for a demonstration container: GTIN, an expiry a year ahead, a lot of its own."""
    expires = today.replace(year=today.year + 1, day=1) - timedelta(days=1)
    lot = lot_of(product)
    return f"]d201{formulary.item(product).codes.gtin}17{expires:%y%m%d}10{lot}"


def lot_of(product: str) -> str:
    """The demonstration lot of a product: short, stable, and marked."""
    return f"DEMO-{product[0].upper()}{sum(product.encode()) % 900 + 100}"


def prepare(stage: Stage, number: str, who: str, at: datetime, hood: str, *, steps: int | None = None) -> None:
    """Start, and record each step as planned; a pharmacist looks where the formulation asks. `steps` stops early."""
    record, actor = dose_record(number), stage.cast[who]
    stage.do(DOSE, record, StartPreparation(hood), actor, at, hood)
    moment, done = at, 0
    while (step := stage.dose(number).current_step) is not None and step.kind != "label":
        if steps is not None and done >= steps:
            return
        moment += timedelta(minutes=1)
        if step.kind == "measure" and step.volume is not None:
            picture = stage.picture(f"{number} step {step.number}")
            aloud = words_to_read(stage.dose(number), step.number)
            stage.do(DOSE, record, RecordVolume(step.number, step.volume, picture, aloud), actor, moment, hood)
        elif step.kind == "check":
            stage.do(DOSE, record, AskInProcessCheck(), actor, moment, hood)
            stage.do(DOSE, record, PassInProcess(), stage.cast["ibarra"], moment, hood, secret=True)
        else:
            stage.do(DOSE, record, ConfirmStep(step.number), actor, moment, hood)
        done += 1
    moment += timedelta(minutes=1)
    picture = stage.picture(f"{number} finished")
    stage.do(DOSE, record, Complete(f"92{number}", picture), actor, moment, hood, secret=True)


def release(stage: Stage, number: str, who: str, at: datetime) -> None:
    """A pharmacist without a hand in it passes, prints, and both labels are paired."""
    record, actor = dose_record(number), stage.cast[who]
    content = digest(canonical(check_content(stage.dose(number))))
    stage.do(DOSE, record, Release(content), actor, at, "desk-1", secret=True)
    stage.do(DOSE, record, PrintLabel("demonstration", issue=1), actor, at, "desk-1")
    stage.do(DOSE, record, AnswerLabelInHand(True), actor, at, "desk-1")
    later = at + timedelta(minutes=1)
    another_day = day_on_site(later, stage.offset_minutes) != _made_on(stage, number)
    pair = PairLabels(f"92{number}", f"91{number}C1", inspected_again=another_day)
    stage.do(DOSE, record, pair, stage.cast["amari"], later, "desk-1")


def _made_on(stage: Stage, number: str) -> date:
    """The site's day on which it was completed: after midnight it is looked at again."""
    completed = stage.dose(number).completed_at
    return day_on_site(completed or stage.now, stage.offset_minutes)


def deliver(stage: Stage, number: str, place_name: str, at: datetime) -> None:
    """Scanned where it is used."""
    stage.do(DOSE, dose_record(number), Receive(place_name), stage.cast["halloran"], at, "ward-7w")
