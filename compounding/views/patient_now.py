"""What a checker sees of the patient beside a dose: weight and allergies as now, with what is new since the review."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.orders.patient import Measure, MeasureKind, Patient
from compounding.orders.patient_record import PATIENT
from compounding.planning.excipients import excipient_allergies, excipient_words
from compounding.preparing.dose import Dose
from compounding.preparing.gathering import formulary_of
from compounding.preparing.numbering import patient_record
from compounding.reviewing.new_excipients import containers_of
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.since_review import patient_at_review
from compounding.reviewing.yielding import allergies_shown
from compounding.views.patient_facts import allergy_words
from formulary.excipients import Holds, holds
from formulary.repository import formulary_in_force

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
    return (_weight(now, seen, clock), _allergies(now, seen), *_excipients(uow, now, dose), _line(now, dose))


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


def _excipients(uow: UnitOfWork, now: Patient, dose: Dose) -> list[Row]:
    """Each excipient that the patient is allergic to, by the labels of what is in this dose; nothing without such an allergy."""
    formulary = formulary_of(uow, dose, formulary_in_force(uow))
    codes = excipient_allergies(now, formulary)
    containers = containers_of(uow, dose) if codes else ()
    return [_excipient(dose, code, [(name, holds(formulary, product, code)) for product, name in containers]) for code in codes]


def _excipient(dose: Dose, code: str, found: list[tuple[str, Holds]]) -> Row:
    name = f"Excipient: {excipient_words(code)}"
    held = "; ".join(one for one, how in found if how is Holds.YES)
    silent = "; ".join(one for one, how in found if how is Holds.NOT_STATED)
    if not (held or silent):
        return name, f"none, by the labels of what {'is planned' if dose.open_slots else 'was scanned'}", ""
    words = [f"in {held}" if held else "", f"not stated of {silent}" if silent else ""]
    reviewed = dose.planned.excipients
    let_stand = reviewed is not None and code in (reviewed.held if held else (*reviewed.held, *reviewed.not_stated))
    return name, ". ".join(one for one in words if one), "let stand at the review" if let_stand else NEW


def _line(patient: Patient | None, dose: Dose) -> Row:
    lines = ", ".join(f"{line.name} ({line.kind.value})" for line in patient.lines) if patient else ""
    return "Line", lines or dose.planned.line or "not said", ""
