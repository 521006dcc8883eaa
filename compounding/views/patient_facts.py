"""What a pharmacist must see of a patient beside an order. What was not recorded or not asked is said so, never left out."""

from datetime import date, datetime

from calculations.body_size import bmi, bsa_mosteller
from calculations.errors import CannotCompute
from calculations.printing import show, show_number
from compounding.documents.dose_documents import Clock
from compounding.orders.patient import Allergy, Measure, MeasureKind, Patient

Fact = tuple[str, str, str]
"""Name, value, note."""

NOT_RECORDED = "not recorded"
WEIGHTS = (
    (MeasureKind.DOSING_WEIGHT, "dosing"),
    (MeasureKind.ACTUAL_WEIGHT, "actual"),
    (MeasureKind.BIRTH_WEIGHT, "at birth"),
)
INFANT_DAYS = 366
"""Until then the weeks of pregnancy at birth are shown as well."""


def age_words(patient: Patient, today: date) -> str:
    """`42 years`, `11 months`, `9 days`: the finer the younger."""
    days = patient.age_on(today).days
    if days < 60:
        return f"{days} day{'' if days == 1 else 's'}"
    years = patient.years_on(today)
    if years >= 2:
        return f"{years} years"
    born = patient.birth_date
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return f"{months} months"


def patient_facts(patient: Patient, at: datetime, clock: Clock) -> tuple[Fact, ...]:
    """Age, sizes with date and kind, creatinine, allergies, lines and the rest, as rows."""
    today = clock.local(at).date()
    return (
        ("Age, sex", f"{age_words(patient, today)}, {patient.sex}", ""),
        *_sizes(patient, at, clock),
        *_results(patient, at, clock),
        *_allergies(patient, at, clock),
        ("Lines", lines_words(patient), ""),
        *_states(patient, today),
    )


def short_day(at: datetime, now: datetime, clock: Clock) -> str:
    """`14 Apr`; with its year where that is not this one."""
    there = clock.local(at)
    return f"{there.day} {there:%b}" if there.year == clock.local(now).year else clock.day(at)


def lines_words(patient: Patient) -> str:
    """`port (port), left hand (peripheral)`; said where none is recorded."""
    words = [
        line.name if line.kind.value in line.name else f"{line.name} ({line.kind.value})" for line in patient.lines
    ]
    return ", ".join(words) or NOT_RECORDED


def _sizes(patient: Patient, at: datetime, clock: Clock) -> list[Fact]:
    rows: list[Fact] = []
    for kind, name in WEIGHTS:
        measure = patient.latest(kind)
        if measure is not None:
            rows.append(("Weight", show(measure.amount), f"{name}, {short_day(measure.at, at, clock)}"))
    if not rows:
        rows.append(("Weight", NOT_RECORDED, ""))
    weight, height = patient.latest(MeasureKind.ACTUAL_WEIGHT), patient.latest(MeasureKind.HEIGHT)
    if height is None:
        return [*rows, ("Height", NOT_RECORDED, "")]
    rows.append(("Height", show(height.amount), _height_note(weight, height, short_day(height.at, at, clock))))
    return rows


def _height_note(weight: Measure | None, height: Measure, day: str) -> str:
    if weight is None:
        return day
    try:
        surface = bsa_mosteller(weight.amount, height.amount)
        index = bmi(weight.amount, height.amount)
    except CannotCompute:
        return day
    return f"BMI {show_number(index.number, 1)}, surface {show(surface, 2)}, {day}"


def _results(patient: Patient, at: datetime, clock: Clock) -> list[Fact]:
    creatinine = patient.latest_result("creatinine")
    if creatinine is None:
        rows: list[Fact] = [("Creatinine", NOT_RECORDED, "")]
    else:
        rows = [("Creatinine", show(creatinine.amount), short_day(creatinine.at, at, clock))]
    for name in sorted({result.name for result in patient.results} - {"creatinine"}):
        latest = patient.latest_result(name)
        if latest is not None:
            rows.append((name.capitalize(), show(latest.amount), short_day(latest.at, at, clock)))
    return rows


def allergy_words(allergy: Allergy) -> str:
    """`penicillin (rash, 2011)`; text that nobody coded says so."""
    reaction = f" ({allergy.reaction})" if allergy.reaction else ""
    return f"{allergy.text}{reaction}" + ("" if allergy.code else ", not coded")


def _allergies(patient: Patient, at: datetime, clock: Clock) -> list[Fact]:
    asked = patient.allergies_asked_at
    note = f"asked {short_day(asked, at, clock)}" if asked else "nobody has recorded asking"
    if patient.allergies:
        return [("Allergies", "; ".join(allergy_words(allergy) for allergy in patient.allergies), note)]
    return [("Allergies", "none known" if asked else "not asked", note)]


def _states(patient: Patient, today: date) -> list[Fact]:
    rows: list[Fact] = []
    if patient.age_on(today).days < INFANT_DAYS:
        weeks = patient.gestational_age_weeks
        rows.append(("Born at", NOT_RECORDED if weeks is None else f"{weeks} weeks", "of pregnancy"))
    rows.append(("Dialysis", _yes_no(patient.dialysis), ""))
    if patient.sex != "male" and patient.years_on(today) >= 10:
        rows.append(("Pregnant", _yes_no(patient.pregnant), ""))
    return rows


def _yes_no(value: bool | None) -> str:
    return NOT_RECORDED if value is None else "yes" if value else "no"
