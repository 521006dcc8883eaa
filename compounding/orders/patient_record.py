"""The patient as a record: each description is a new entry, so what was known at any time stays readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry, canonical, digest
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from calculations.printing import show
from compounding.orders.patient import Measure, Patient, Result, parse_patient, patient_as_data
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
    replaces: str = ""
    """The description that this one was made from: `seen`, or `NOBODY` for the first. Empty where nobody looked at one."""


NOBODY = "nobody"
CHANGED = "Somebody changed this description meanwhile. It stands here as it is now: look, and change it once more."


def seen(patient: Patient | None) -> str:
    """The short digest that tells one description of a patient from another."""
    return NOBODY if patient is None else digest(canonical(patient_as_data(patient)))[:16]


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
    if action.replaces and action.replaces != seen(state.patient):  # what the other one added would be lost
        return Refusal("patient_changed", CHANGED)
    known = () if state.patient is None else _measured(state.patient)
    later = next((one for one in _measured(described) if one.at > act.at and one not in known), None)
    if later is not None:  # it would count as the newest until that day comes, whatever is measured before
        text = f"{show(later.amount)} is said to be of {later.at.isoformat()}, which has not come yet. Look at the time."
        return Refusal("measured_later", text, 422)
    return action


def _measured(patient: Patient) -> tuple[Measure | Result, ...]:
    return (*patient.measures, *patient.results)


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
