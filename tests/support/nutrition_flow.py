"""A preterm's nutrition on its way: the order, the bag and its two lipid containers, as far as a test needs them."""

from datetime import timedelta
from typing import Any

from batch_records.store import Store
from calculations.printing import show_number
from compounding.preparing.actions import (
    AnswerLabelInHand,
    AskSecondCheck,
    CheckStaging,
    Complete,
    ConfirmStep,
    EnterSecondCheck,
    PairLabels,
    PrintLabel,
    RecordVolume,
    Release,
    StartPreparation,
    WeighContainer,
)
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.pump_file import pumped_steps
from compounding.preparing.record import DOSE
from tests.support.cast import DUARTE, IBARRA, MARLOW, NOON, OKONJO, Member, do
from tests.support.flow import A_PICTURE, accepted_order, content_digest, dose_now, placed_order, staged

BABY: dict[str, Any] = {
    "mrn": "DEMO-9903", "family_name": "SAMPLE", "given_name": "Baby Boy", "birth_date": "2026-04-09", "sex": "male",
    "location": "NICU 3", "allergies_asked_at": "2026-04-14T06:00:00+00:00", "gestational_age_weeks": "30",
    "lines": [{"name": "PICC", "kind": "central"}],
    "measures": [
        {"kind": "birth_weight", "amount": {"value": "1.2", "unit": "kg"}, "at": "2026-04-09T06:00:00-04:00"},
        {"kind": "actual_weight", "amount": {"value": "1.15", "unit": "kg"}, "at": "2026-04-14T06:00:00-04:00"},
    ],
}  # fmt: skip
PER_KG, PER_DAY, PER_LITRE = "per kg per day", "per day", "per litre"
ROWS: tuple[tuple[str, str, str], ...] = (
    ("amino_acids", "3.5 g/kg/day", PER_KG),
    ("dextrose", "10 mg/kg/min", PER_KG),
    ("lipid", "2.5 g/kg/day", PER_KG),
    ("sodium", "3 mEq/kg/day", PER_KG),
    ("potassium", "2 mEq/kg/day", PER_KG),
    ("phosphate", "1 mmol/kg/day", PER_KG),
    ("calcium", "2.5 mEq/kg/day", PER_KG),
    ("magnesium", "0.3 mEq/kg/day", PER_KG),
    ("trace_elements", "0.5 mL/day", PER_DAY),
    ("vitamins", "3.25 mL/day", PER_DAY),
    ("heparin", "0.5 units/mL", PER_LITRE),
)
NUMBER = "260414-0150"
BAG, LIPIDS = dose_number(NUMBER, 1), (dose_number(NUMBER, 2), dose_number(NUMBER, 3))


def amounts(**changes: str) -> list[dict[str, str]]:
    """The rows, some of them changed; an empty amount leaves the row out."""
    rows = [(name, changes.get(name, amount), basis) for name, amount, basis in ROWS]
    return [{"nutrient": name, "amount": amount, "basis": basis} for name, amount, basis in rows if amount]


def preterm_order(more: dict[str, Any] | None = None, **changes: str) -> dict[str, Any]:
    """The order as plain data. `changes` are rows by nutrient, `more` are fields of the nutrition order."""
    nutrition = {
        "dosing_weight": "1.2 kg", "population": "preterm", "kind": "2-in-1", "line": "central", "lipid_apart": True,
        "total_fluid": "140 mL/kg/day", "others": [{"name": "feeds and flushes", "volume": "9 mL/day"}],
        "amounts": amounts(**changes),
    }  # fmt: skip
    return {
        "order_type": "parenteral_nutrition", "patient": "DEMO-9903", "drug": "parenteral_nutrition",
        "route": "IV infusion", "line": "central", "start": "2026-04-14T20:00:00-04:00", "frequency": {"once": True},
        "prescriber": "Dr. R. Castell", "nutrition": nutrition | (more or {}),
    }  # fmt: skip


def queued_nutrition(store: Store, **changes: str) -> str:
    """Ordered and accepted: the bag and two lipid containers wait. Gives the number of the bag."""
    placed_order(store, preterm_order(**changes), BABY, NUMBER)
    accepted_order(store, NUMBER)
    return BAG


def made(store: Store, number: str, by: Member = OKONJO) -> Dose:
    """Staged, made step by step as planned, and completed."""
    record, at = dose_record(number), NOON + timedelta(minutes=4)
    staged(store, number, by)
    if dose_now(store, number).planned.staging_check:
        do(store, DUARTE, DOSE, record, CheckStaging(), at, station="desk-1", signed=True)
    do(store, by, DOSE, record, StartPreparation("hood-1"), at)
    while nutrition_step_done(store, number, by):
        pass
    dose: Dose = do(store, by, DOSE, record, Complete(f"92{number}", A_PICTURE), at, signed=True)
    return dose


def nutrition_step_done(store: Store, number: str, by: Member = OKONJO) -> bool:
    """The step in focus, as planned; False when only the label is left."""
    dose, record, at = dose_now(store, number), dose_record(number), NOON + timedelta(minutes=5)
    step = dose.current_step
    if step is None or step.kind in ("label", "check"):
        return False
    if step.kind == "measure" and step.volume is not None:
        do(store, by, DOSE, record, RecordVolume(step.number, step.volume, A_PICTURE), at)
    elif step.kind == "weigh" and step.expected_mass is not None:
        do(store, by, DOSE, record, WeighContainer(step.number, step.expected_mass, A_PICTURE), at)
    else:
        code = f"93{number}C{step.number}" if step.kind == "scan" else ""
        do(store, by, DOSE, record, ConfirmStep(step.number, A_PICTURE, code), at)
    return True


def second_entry(dose: Dose) -> EnterSecondCheck:
    """What the second pharmacist, alone, works out when everything is right."""
    plan = dose.planned
    volumes = {active.drug: active.drawn_volume.as_data() for active in plan.actives}
    return EnterSecondCheck(plan.drug, volumes, "undiluted", plan.final_volume)


def released_nutrition(store: Store, number: str) -> Dose:
    """Checked by two pharmacists, each alone, and released."""
    record, at = dose_record(number), NOON + timedelta(minutes=10)
    made(store, number)
    ask = AskSecondCheck(content_digest(store, number))
    do(store, MARLOW, DOSE, record, ask, at, station="desk-1", signed=True)
    do(store, IBARRA, DOSE, record, second_entry(dose_now(store, number)), at, station="desk-2", signed=True)
    release = Release(content_digest(store, number), _decided(dose_now(store, number)))
    dose: Dose = do(store, MARLOW, DOSE, record, release, at, station="desk-1", signed=True)
    return dose


def _decided(dose: Dose) -> dict[str, str] | None:
    """What the pharmacist sets where no curve covers the mixture and the time cannot be computed."""
    if dose.beyond_use_at() is not None:
        return None
    ends = (NOON + timedelta(hours=23)).isoformat()
    return {"at": ends, "reason": "pharmacist's decision on calcium with phosphate", "source": "maker's letter on file"}


def paired_nutrition(store: Store, number: str) -> Dose:
    """Labelled, both labels scanned as a pair, on its way."""
    record, at = dose_record(number), NOON + timedelta(minutes=11)
    released_nutrition(store, number)
    do(store, MARLOW, DOSE, record, PrintLabel("0" * 64, issue=1), at, station="desk-1")
    do(store, MARLOW, DOSE, record, AnswerLabelInHand(True), at, station="desk-1")
    dose: Dose = do(store, OKONJO, DOSE, record, PairLabels(f"92{number}", f"91{number}C1"), at)
    return dose


def started_nutrition(store: Store, number: str, by: Member = OKONJO) -> Dose:
    """Staged, looked at, started: the first step is next."""
    record, at = dose_record(number), NOON + timedelta(minutes=4)
    staged(store, number, by)
    if dose_now(store, number).planned.staging_check:
        do(store, DUARTE, DOSE, record, CheckStaging(), at, station="desk-1", signed=True)
    dose: Dose = do(store, by, DOSE, record, StartPreparation("hood-1"), at)
    return dose


def pump_file(dose: Dose, more: str = "", **changed: str) -> str:
    """The compounder's file when it pumped as planned. `changed`: whole cells of the row of a source slot, as name=value."""
    lots = {scan.slot: scan for scan in dose.scans}
    lines = ["dose,source,lot,volume_ml,interrupted,replaced"]
    for step in pumped_steps(dose):
        assert step.volume is not None
        scan = lots[step.take]
        row = [dose.number, scan.product, scan.lot, show_number(step.volume.amount_in("mL")).replace(",", ""), "no", "no"]
        lines.append(changed.get(step.take.replace("-", "_"), ",".join(row)))
    return "\n".join([*lines, *([more] if more else [])]) + "\n"
