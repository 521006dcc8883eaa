"""The patient as a record: each description is a new entry, so what was known at any time stays readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from compounding.orders.patient import Patient, parse_patient
from compounding.orders.tables import ADDRESS_LENGTH, PatientRow
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, encode, not_allowed

if TYPE_CHECKING:
    from compounding.reviewing.telling import Told


@dataclass(frozen=True)
class PatientRecord:
    """The patient as described last; None before the first description."""

    patient: Patient | None = None
    address: str = ""
    """Beginning of the hash of the first description: what stands in addresses."""


@dataclass(frozen=True)
class DescribePatient(RecordAction):
    kind: ClassVar[str] = "patient_described"
    patient: Mapping[str, Any]
    """Canonical data (`patient_as_data`)."""


def _apply(state: PatientRecord, entry: Entry) -> PatientRecord:
    described = parse_patient(from_data(DescribePatient, entry.payload).patient, kept=True)
    return PatientRecord(described, state.address or entry.hash[:ADDRESS_LENGTH])


def _authorise(actor: Actor, action: DescribePatient) -> Refusal | None:
    roles = frozenset({"pharmacist", "nurse", "prescriber", "interface", "administrator"})
    return not_allowed(actor, action.kind, {"patient_described": roles})


def _check(state: PatientRecord, action: DescribePatient, act: Act, context: "Told") -> DescribePatient | Refusal:
    try:
        described = parse_patient(action.patient, kept=True)
    except (Fault, Faults) as faults:
        return Refusal("patient_wrong", str(faults), 422)
    if state.patient is not None and state.patient.mrn != described.mrn:
        return Refusal("patient_other", f"This record belongs to {state.patient.mrn}, not {described.mrn}.", 409)
    return action


def _gather(uow: UnitOfWork, record: str, state: PatientRecord, action: DescribePatient, act: Act) -> "Told":
    from compounding.reviewing.telling import doses_to_tell

    if state.patient is None:
        return ()
    try:
        return doses_to_tell(uow, parse_patient(action.patient, kept=True), act)
    except (Fault, Faults):
        return ()  # `_check` says what is wrong with it


def _consequences(before: PatientRecord, after: PatientRecord, entry: Entry, told: "Told") -> Sequence[Consequence]:
    """Doses that were released and are not given yet are told what of the patient changed."""
    from compounding.preparing.rechecking import AskRecheck
    from compounding.preparing.record import DOSE

    return [(DOSE, record, AskRecheck(changed)) for record, changed in told]


def _rows(record: str, state: PatientRecord) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    patient = state.patient
    if patient is None:
        return {}
    row = {
        "record": record,
        "mrn": patient.mrn,
        "name": patient.name,
        "birth_date": patient.birth_date.isoformat(),
        "location": patient.location,
        "address": state.address,
    }
    return {cast(Table, PatientRow.__table__): [row]}


PATIENT: RecordType[PatientRecord, DescribePatient, "Told"] = RecordType(
    name="patient",
    blank=PatientRecord,
    apply=_apply,
    authorise=_authorise,
    check=_check,
    gather=_gather,
    consequences=_consequences,
    encode=encode,
    projection_tables=(cast(Table, PatientRow.__table__),),
    projection_rows=_rows,
)
