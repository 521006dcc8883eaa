"""Patients as they are looked up: two identifiers in every row, and the whole description of one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock, in_words
from compounding.orders.patient import Patient
from compounding.orders.patient_record import PATIENT
from compounding.orders.tables import PatientRow
from compounding.preparing.numbering import patient_record
from compounding.views.paging import ON_A_PAGE, Pages, page_of
from compounding.views.patient_facts import Fact, patient_facts

MEASURES = {
    "actual_weight": "Weight, actual",
    "dosing_weight": "Weight, dosing",
    "birth_weight": "Weight, at birth",
    "height": "Height",
}


@dataclass(frozen=True)
class FoundPatient:
    """One row of a search."""

    mrn: str
    name: str
    born: str
    location: str


@dataclass(frozen=True)
class PatientPage:
    """One patient with everything that was measured, the newest first."""

    patient: Patient
    born: str
    facts: tuple[Fact, ...]
    measured: tuple[Fact, ...]


def found_patients(
    uow: UnitOfWork, text: str, number: str = "1", size: int = ON_A_PAGE
) -> tuple[list[FoundPatient], Pages]:
    """One page of the patients whose name, number or place holds every typed word, by name."""
    query = select(PatientRow)
    for word in text.replace("·", " ").replace(",", " ").split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        columns = (PatientRow.name, PatientRow.mrn, PatientRow.location)
        query = query.where(or_(*(column.ilike(like) for column in columns)))
    count = uow.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    pages = page_of(number, count, size)
    wanted = query.order_by(PatientRow.name, PatientRow.mrn).offset(pages.skipped).limit(pages.size)
    rows = uow.session.execute(wanted).scalars()
    found = [FoundPatient(row.mrn, row.name, in_words(row.birth_date), row.location) for row in rows]
    return found, pages


def patient_page(uow: UnitOfWork, mrn: str, at: datetime, clock: Clock) -> PatientPage | None:
    """One patient; None for a number that nobody recorded."""
    patient = load(uow, PATIENT, patient_record(mrn)).patient
    if patient is None:
        return None
    rows = [(m.at, MEASURES[m.kind.value], show(m.amount)) for m in patient.measures]
    rows += [(r.at, r.name.capitalize(), show(r.amount)) for r in patient.results]
    rows.sort(reverse=True)
    measured = tuple((name, text, clock.moment(when)) for when, name, text in rows)
    return PatientPage(patient, in_words(patient.birth_date.isoformat()), patient_facts(patient, at, clock), measured)
