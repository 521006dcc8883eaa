"""What became known of a patient after an order was accepted, and stops its doses until the order is reviewed anew."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.findings import Grade
from compounding.orders.patient_record import PATIENT
from compounding.planning.patient_findings import allergy_findings
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.situation import Situation
from compounding.preparing.numbering import order_record, patient_record
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
    return tuple(f.title for f in found if f.grade is Grade.HARD and f.title not in seen)
