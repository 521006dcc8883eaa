"""The demonstration's nutrition: yesterday's bag and lipid, made and given, and today's order, which waits for review."""

from datetime import datetime, timedelta
from typing import Any

from batch_records.entries import canonical, digest
from compounding.demonstration import history
from compounding.demonstration.history import Stage
from compounding.orders.numbers import order_number
from compounding.orders.patient import parse_patient, patient_as_data
from compounding.orders.patient_record import PATIENT, DescribePatient
from compounding.preparing.actions import (
    AskSecondCheck,
    CheckStaging,
    Complete,
    ConfirmStep,
    EnterSecondCheck,
    RecordVolume,
    StartAdministration,
    StartPreparation,
    WeighContainer,
)
from compounding.preparing.check_page import check_content
from compounding.preparing.numbering import dose_number, dose_record, patient_record
from compounding.preparing.record import DOSE

BABY = "DEMO-9903"
DAY = timedelta(days=1)
_ROWS = (
    ("amino_acids", "3.5 g/kg/day", "3 g/kg/day", "per kg per day"),
    ("dextrose", "10 mg/kg/min", "7 mg/kg/min", "per kg per day"),
    ("lipid", "2.5 g/kg/day", "2 g/kg/day", "per kg per day"),
    ("sodium", "3 mEq/kg/day", "3 mEq/kg/day", "per kg per day"),
    ("potassium", "2 mEq/kg/day", "2 mEq/kg/day", "per kg per day"),
    ("phosphate", "1 mmol/kg/day", "0.8 mmol/kg/day", "per kg per day"),
    ("calcium", "2.5 mEq/kg/day", "2 mEq/kg/day", "per kg per day"),
    ("magnesium", "0.3 mEq/kg/day", "0.3 mEq/kg/day", "per kg per day"),
    ("trace_elements", "0.5 mL/day", "0.5 mL/day", "per day"),
    ("vitamins", "3.25 mL/day", "3.25 mL/day", "per day"),
    ("heparin", "0.5 units/mL", "0.5 units/mL", "per litre"),
)
"""Nutrient, today's amount, yesterday's, basis."""


def tonight(now: datetime) -> datetime:
    """When tonight's bag starts: on the hour, in nine hours or a little less."""
    return (now + timedelta(hours=9)).replace(minute=0, second=0, microsecond=0)


def nutrition_order(now: datetime, *, yesterday: bool = False) -> dict[str, Any]:
    """The order as `Order.parse` reads it."""
    amounts = [
        {"nutrient": nutrient, "amount": before if yesterday else today, "basis": basis}
        for nutrient, today, before, basis in _ROWS
    ]
    start = tonight(now) - (DAY if yesterday else timedelta())
    return {
        "order_type": "parenteral_nutrition", "patient": BABY, "drug": "parenteral_nutrition", "route": "IV infusion",
        "line": "central", "start": start.isoformat(), "frequency": {"once": True}, "prescriber": "Dr. R. Castell",
        "source": "json", "nutrition": {
            "dosing_weight": "1.2 kg", "population": "preterm", "kind": "2-in-1", "line": "central", "lipid_apart": True,
            "total_fluid": "140 mL/kg/day", "others": [{"name": "feeds and flushes", "volume": "9 mL/day"}],
            "amounts": amounts,
        },
    }  # fmt: skip


def yesterdays(stage: Stage, baby: dict[str, Any], now: datetime) -> None:
    """Yesterday's order: placed, accepted, its bag and both lipid containers made, checked by two, and given."""
    then = now - DAY
    _described(stage, baby, then - timedelta(hours=2))
    number = _placed(stage, "nutrition yesterday", nutrition_order(now, yesterday=True), then - timedelta(minutes=95))
    data = nutrition_order(now, yesterday=True)
    history.accept(stage, "nutrition yesterday", _a_day_ago(baby), data, then - timedelta(minutes=80), "duarte")
    for index, after in enumerate((0, 0, 12), start=1):
        dose = dose_number(number, index)
        _made(stage, dose, then + timedelta(minutes=40 * index))
        given = tonight(now) - DAY + timedelta(hours=after)
        history.deliver(stage, dose, "NICU 3", then + timedelta(hours=3, minutes=index))
        nurse = stage.cast["halloran"]
        stage.do(DOSE, dose_record(dose), StartAdministration(), nurse, given, "ward-7w")


def todays(stage: Stage, now: datetime) -> None:
    """Today's order, which waits for the pharmacist."""
    _placed(stage, "nutrition", nutrition_order(now), now - timedelta(minutes=20))


def _placed(stage: Stage, name: str, data: dict[str, Any], at: datetime) -> str:
    number = order_number(stage.store, f"demonstration/order/{name}", at, stage.offset_minutes)
    history.place(stage, name, number, data, "castell", at)
    return number


def _a_day_ago(baby: dict[str, Any]) -> dict[str, Any]:
    """The same baby as described the day before: nothing of today was measured yet."""
    earlier = [
        {**one, "at": (datetime.fromisoformat(one["at"]) - DAY).isoformat()} if one["kind"] != "birth_weight" else one
        for one in baby["measures"]
    ]
    asked = (datetime.fromisoformat(baby["allergies_asked_at"]) - DAY).isoformat()
    return {**baby, "measures": earlier, "allergies_asked_at": asked}


def _described(stage: Stage, baby: dict[str, Any], at: datetime) -> None:
    action = DescribePatient(patient_as_data(parse_patient(_a_day_ago(baby))))
    stage.do(PATIENT, patient_record(BABY), action, stage.cast["halloran"], at, "ward-7w")


def _made(stage: Stage, number: str, at: datetime) -> None:
    """One container, staged, looked at, made step by step as planned, checked by two pharmacists alone, and labelled."""
    record, maker = dose_record(number), stage.cast["okonjo"]
    history.scan_all(stage, number, "okonjo", at, "hood-1")
    if stage.dose(number).planned.staging_check:
        stage.do(DOSE, record, CheckStaging(), stage.cast["duarte"], at + timedelta(minutes=5), "desk-2", secret=True)
    moment = at + timedelta(minutes=6)
    stage.do(DOSE, record, StartPreparation("hood-1"), maker, moment, "hood-1")
    while (step := stage.dose(number).current_step) is not None and step.kind != "label":
        moment += timedelta(seconds=30)
        picture = stage.picture(f"{number} step {step.number}")
        action: Any = ConfirmStep(step.number, picture, f"93{number}C{step.number}" if step.kind == "scan" else "")
        if step.kind == "measure" and step.volume is not None:
            action = RecordVolume(step.number, step.volume, picture)
        elif step.kind == "weigh" and step.expected_mass is not None:
            action = WeighContainer(step.number, step.expected_mass, picture)
        stage.do(DOSE, record, action, maker, moment, "hood-1")
    done = Complete(f"92{number}", stage.picture(f"{number} finished"))
    stage.do(DOSE, record, done, maker, moment + timedelta(seconds=30), "hood-1", secret=True)
    _checked(stage, number, moment + timedelta(minutes=3))


def _checked(stage: Stage, number: str, at: datetime) -> None:
    record, dose = dose_record(number), stage.dose(number)
    ask = AskSecondCheck(digest(canonical(check_content(dose))))
    stage.do(DOSE, record, ask, stage.cast["marlow"], at, "desk-1", secret=True)
    plan = dose.planned
    volumes = {active.drug: active.drawn_volume.as_data() for active in plan.actives}
    found = EnterSecondCheck(plan.drug, volumes, "undiluted", plan.final_volume)
    stage.do(DOSE, record, found, stage.cast["ibarra"], at + timedelta(minutes=2), "desk-2", secret=True)
    history.release(stage, number, "marlow", at + timedelta(minutes=4))
