"""What became known of a patient after an order was accepted, and stops its doses until the order is reviewed anew."""

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.findings import Grade
from compounding.nutrition.allergies import source_allergies
from compounding.orders.patient import Patient
from compounding.orders.patient_record import PATIENT
from compounding.planning.allergies import allergy_findings
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.preparing.numbering import order_record, patient_record
from compounding.reviewing.measures_since import measures_since, stopping
from compounding.reviewing.order_state import OrderVersion
from compounding.reviewing.record import ORDER
from formulary.model import Formulary


def new_allergies(uow: UnitOfWork, order_number: str, plan: TherapeuticPlan, formulary: Formulary) -> tuple[str, ...]:
    """Coded allergies against the drugs of this plan that no pharmacist saw when the order was accepted, in words."""
    state = load(uow, ORDER, order_record(order_number))
    if not state.versions:
        return ()
    version, order, accepted = state.current, state.current.order, state.current.accepted_at
    patient = None if order is None else load(uow, PATIENT, patient_record(order.patient)).patient
    if order is None or patient is None or accepted is None:
        return ()
    seen = {str(finding["title"]) for finding in version.findings}
    situation = Situation(order, patient, formulary, accepted, 0)
    drugs = [drug for drug in formulary.drugs if drug.id in {active.drug for active in plan.actives}]
    found = [finding for drug in drugs for finding in allergy_findings(situation, drug)]
    if plan.nutrition is not None and formulary.nutrition is not None:
        sources = [draw.product for draw in plan.nutrition.draws]
        found += source_allergies(patient, sources, formulary.nutrition, formulary)
    return tuple(f.title for f in found if f.grade is Grade.HARD and f.title not in seen)


def changed_since(
    uow: UnitOfWork, order_number: str, formulary: Formulary, act: Act, described: Patient | None = None
) -> tuple[str, ...]:
    """Weights, heights and results that the order uses and that are not as they were at its review, in words.

    `described` is the patient as now where that is just being recorded.
    """
    found = _reviewed_and_now(uow, order_number, formulary, act, described)
    return () if found is None else measures_since(*found)


def grave_since(uow: UnitOfWork, order_number: str, formulary: Formulary, act: Act) -> tuple[str, ...]:
    """Findings for two, or for nobody, that the patient as now gives and the one at the review did not, in words."""
    found = _reviewed_and_now(uow, order_number, formulary, act, None)
    return () if found is None else stopping(found[0], plan_order(found[0]), found[1])


def _reviewed_and_now(
    uow: UnitOfWork, order_number: str, formulary: Formulary, act: Act, described: Patient | None
) -> tuple[Situation, Patient] | None:
    """The order with its patient as reviewed, and the patient as now; None where nothing can have changed."""
    state = load(uow, ORDER, order_record(order_number))
    if not state.versions or state.current.order is None or state.current.accepted_at is None:
        return None
    order = state.current.order
    seen = patient_at_review(uow, order.patient, state.current)
    now = described or load(uow, PATIENT, patient_record(order.patient)).patient
    if seen is None or now is None or seen == now:
        return None
    return Situation(order, seen, formulary, act.at, act.offset_minutes), now


def patient_at_review(uow: UnitOfWork, mrn: str, version: OrderVersion) -> Patient | None:
    """The patient as described when the version was accepted; None where nothing was recorded until then."""
    entries, accepted = uow.entries(patient_record(mrn)), version.accepted_at
    if version.patient_entries:
        entries = entries[: version.patient_entries]
    elif accepted is not None:
        entries = [entry for entry in entries if entry.at <= accepted]
    state = PATIENT.blank()
    for entry in entries:
        state = PATIENT.apply(state, entry)
    return state.patient
