"""An allergy recorded after the order was accepted stops its doses; one that the reviewers saw does not."""

from batch_records.store import Store
from compounding.preparing.actions import StartPreparation
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.actions import Confirmation
from compounding.reviewing.record import ORDER
from tests.compounding.test_orders import acceptance
from tests.support.cast import CASTELL, DUARTE, MARLOW, OKONJO, do, refused
from tests.support.flow import ADA, ORDER_NUMBER, described_patient, dose_now, placed_order, staged

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
