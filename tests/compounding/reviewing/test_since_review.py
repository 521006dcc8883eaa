"""An allergy recorded after the order was accepted stops its doses; one that the reviewers saw does not."""

from dataclasses import replace

from batch_records.acting import load
from batch_records.store import Store
from compounding.demonstration.patients import patients
from compounding.documents.dose_documents import Clock
from compounding.orders.patient import Allergy
from compounding.preparing.actions import ScanContainer, StartPreparation, TakeApart
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.actions import Confirmation
from compounding.reviewing.new_excipients import seen_before
from compounding.reviewing.record import ORDER
from compounding.views.patient_now import patient_rows
from tests.compounding.test_orders import acceptance
from tests.support.cast import CASTELL, DUARTE, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import (
    ADA,
    ORDER_NUMBER,
    code_of,
    described_patient,
    dose_now,
    placed_order,
    queued_dose,
    scanned,
    staged,
)

IRIS = next(one for one in patients(NOON) if one["mrn"] == "DEMO-1120")
SULFITE = IRIS | {"allergies": [{"text": "sulfite", "code": "sulfite", "reaction": "wheeze"}]}
EPINEPHRINE = {
    "order_type": "continuous", "patient": "DEMO-1120", "drug": "epinephrine", "dose_rate": "0.1 mcg/kg/min",
    "route": "IV infusion", "line": "central", "diluent": "D5W", "volume": "250 mL", "start": "2026-04-14T14:30:00-04:00",
    "frequency": {"continuous": True}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
ALLERGIC = ADA | {"allergies": [{"text": "cephalosporins", "code": "cephalosporins"}]}


def test_a_dose_is_not_started_against_an_allergy_recorded_since(cast_store: Store) -> None:
    number = staged(cast_store)
    described_patient(cast_store, ALLERGIC)
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1")) == "new_allergy"
    described_patient(cast_store, ADA | {"allergies": [{"text": "latex", "code": ""}]})
    do(cast_store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1"))


def test_an_allergy_that_two_pharmacists_saw_and_accepted_stops_nothing(cast_store: Store) -> None:
    placed_order(cast_store, patient=ALLERGIC)
    seen = {"reasons": {"allergy": "tolerated last year"}, "confirmation": Confirmation(CASTELL.person)}
    for member in (DUARTE, MARLOW):
        do(cast_store, member, ORDER, order_record(ORDER_NUMBER), acceptance(cast_store, **seen), signed=True)
    number = staged(cast_store, dose_number(ORDER_NUMBER, 1))
    do(cast_store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1"))
    assert dose_now(cast_store, number).status is DoseStatus.IN_PREP


def excipient_row(store: Store, number: str) -> tuple[str, str]:
    """What the check desk says of sulfite in the dose."""
    with store.read() as uow:
        rows = patient_rows(uow, load(uow, ORDER, order_record(ORDER_NUMBER)), dose_now(store, number), Clock(-240))
    return {name: (text, note) for name, text, note in rows}["Excipient: sulfite"]


def test_an_excipient_allergy_recorded_since_stops_what_holds_it_and_not_what_is_free_of_it(cast_store: Store) -> None:
    number = staged(cast_store, queued_dose(cast_store, EPINEPHRINE, IRIS))
    record, start = dose_record(number), StartPreparation("hood-1")
    described_patient(cast_store, SULFITE)
    assert refused(cast_store, OKONJO, DOSE, record, start) == "new_allergy"
    text, note = excipient_row(cast_store, number)
    assert text.startswith("in EPINEPHrine 1 mg/mL, 1 mL vial") and note == "NEW SINCE THE REVIEW"
    do(cast_store, OKONJO, DOSE, record, TakeApart("a vial without sulfite is used"))
    scanned(cast_store, number, "epinephrine_1mg_1ml_sulfite_free_vial")
    while dose_now(cast_store, number).open_slots:
        slot = dose_now(cast_store, number).open_slots[0]
        kind = dose_now(cast_store, number).drawing.component(slot)
        scanned(cast_store, number, kind.product if kind.role == "base" else "epinephrine_1mg_1ml_sulfite_free_vial")
    assert excipient_row(cast_store, number) == ("none, by the labels of what was scanned", "")
    do(cast_store, OKONJO, DOSE, record, start)
    assert dose_now(cast_store, number).status is DoseStatus.IN_PREP


def test_reviewed_with_the_allergy_it_is_made_without_and_the_other_vial_stops_at_its_scan(cast_store: Store) -> None:
    number = queued_dose(cast_store, EPINEPHRINE, SULFITE)
    assert {one.product for one in dose_now(cast_store, number).drawing.components if one.role == "drug"} == {
        "epinephrine_1mg_1ml_sulfite_free_vial"
    }
    other = ScanContainer(code_of("epinephrine_1mg_1ml_vial"))
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), other) == "excipient_not_reviewed"
    staged(cast_store, number)
    do(cast_store, OKONJO, DOSE, dose_record(number), StartPreparation("hood-1"))


def test_what_was_accepted_before_containers_were_judged_one_by_one_still_counts_as_seen(cast_store: Store) -> None:
    queued_dose(cast_store, EPINEPHRINE, IRIS)
    with cast_store.read() as uow:
        version = load(uow, ORDER, order_record(ORDER_NUMBER)).current
    title = "Allergic to sulfite, wheeze; some products of EPINEPHrine contain it"
    before = replace(version, findings=({"code": "allergy_excipient", "title": title, "grade": "soft"},))
    assert seen_before(Allergy("sulfite", "sulfite", "wheeze"), before)
    assert not seen_before(Allergy("benzyl alcohol", "benzyl_alcohol"), before)
