"""What a checker sees of the patient beside a dose: weight and allergies as now, with what is new since the review."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.orders.patient import Measure, MeasureKind, Patient
from compounding.orders.patient_record import PATIENT
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import patient_record
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.since_review import patient_at_review
from compounding.reviewing.yielding import allergies_shown
from compounding.views.patient_facts import allergy_words

Row = tuple[str, str, str]
WEIGHTS = ((MeasureKind.DOSING_WEIGHT, "Dosing weight"), (MeasureKind.ACTUAL_WEIGHT, "Weight"))
NEW = "NEW SINCE THE REVIEW"


def patient_rows(uow: UnitOfWork, state: OrderRecord, dose: Dose, clock: Clock) -> tuple[Row, ...]:
    """Weight, allergies and line: name, text, note."""
    version = state.current if state.current.accepted_at is not None else state.versions[dose.order_version - 1]
    now = load(uow, PATIENT, patient_record(dose.patient)).patient
    seen = patient_at_review(uow, dose.patient, version)
    if now is None:
        allergies = ("Allergies", dose.patient_shown["allergies"], "as of the plan: no patient is recorded")
        return (("Weight", "not recorded", ""), allergies, _line(now, dose))
    return (_weight(now, seen, clock), _allergies(now, seen), _line(now, dose))


def _weight(now: Patient, seen: Patient | None, clock: Clock) -> Row:
    for kind, name in WEIGHTS:
        measure, before = now.latest(kind), None if seen is None else seen.latest(kind)
        if measure is not None:
            measured = f"measured {clock.moment(measure.at)}"
            return name, show(measure.amount), _marked(measure, before, measured) if seen is not None else measured
    return "Weight", "not recorded", ""


def _marked(measure: Measure, before: Measure | None, measured: str) -> str:
    if before is not None and before.amount == measure.amount:
        return measured
    was = "not recorded" if before is None else show(before.amount)
    return f"{NEW}: was {was}; {measured}"


def _allergies(now: Patient, seen: Patient | None) -> Row:
    if seen is None:
        return "Allergies", allergies_shown(now), ""
    new = [allergy_words(one) for one in now.allergies if one not in seen.allergies]
    gone = [allergy_words(one) for one in seen.allergies if one not in now.allergies]
    notes = [f"{NEW}: {'; '.join(new)}"] if new else []
    notes += [f"no more since the review: {'; '.join(gone)}"] if gone else []
    return "Allergies", allergies_shown(now), ". ".join(notes)


def _line(patient: Patient | None, dose: Dose) -> Row:
    lines = ", ".join(f"{line.name} ({line.kind.value})" for line in patient.lines) if patient else ""
    return "Line", lines or dose.planned.line or "not said", ""
