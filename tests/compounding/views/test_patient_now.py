"""The check page shows the patient as now, and marks what no reviewer has seen."""

from batch_records.acting import load
from batch_records.store import Store
from compounding.documents.dose_documents import Clock
from compounding.preparing.numbering import order_record
from compounding.reviewing.record import ORDER
from compounding.views.order_words import order_words
from tests.support.flow import ADA, ORDER_NUMBER, described_patient, dose_now, queued_dose


def test_weight_and_allergies_are_those_of_now_with_what_is_new_since_the_review(cast_store: Store) -> None:
    number = queued_dose(cast_store)
    heavier = ADA["measures"][0] | {"amount": {"value": "9.9", "unit": "kg"}}
    described_patient(cast_store, ADA | {"measures": [heavier], "allergies": [{"text": "latex", "code": "latex"}]})
    with cast_store.read() as uow:
        dose, state = dose_now(cast_store, number), load(uow, ORDER, order_record(ORDER_NUMBER))
        shown = {name: (text, note) for name, text, note in order_words(uow, state, dose, Clock(-240)).facts}
    assert shown["Allergies"] == ("latex", "NEW SINCE THE REVIEW: latex")
    assert shown["Weight"][0] == "9.9 kg"
    assert shown["Weight"][1].startswith("NEW SINCE THE REVIEW: was 9.2 kg")


def test_a_patient_who_is_as_reviewed_carries_no_mark(cast_store: Store) -> None:
    number = queued_dose(cast_store)
    with cast_store.read() as uow:
        state = load(uow, ORDER, order_record(ORDER_NUMBER))
        rows = order_words(uow, state, dose_now(cast_store, number), Clock(-240)).facts
    assert ("Allergies", "none known", "") in rows
    assert not any("SINCE THE REVIEW" in note for _, _, note in rows)
