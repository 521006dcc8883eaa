"""A shortage of the product without an excipient: reviewed again, the patient who is allergic to it gets the other one."""

from datetime import timedelta

from batch_records.acting import load
from batch_records.store import Store
from batch_records.types import instant_text
from compounding.preparing.actions import ScanContainer
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.record import ORDER
from compounding.substitution.following import follow_switches
from formulary.substitution.record import SUBSTITUTION, Begin, record_id
from tests.compounding.reviewing.test_since_review import EPINEPHRINE, SULFITE
from tests.support.cast import DUARTE, NOON, OFFSET, OKONJO, do, refused
from tests.support.flow import ORDER_NUMBER, accepted_order, code_of, dose_now, queued_dose, staged

USUAL = "epinephrine_1mg_1ml_vial"
WAY, HOUR = "epinephrine_infusion", timedelta(hours=1)


def test_the_other_product_is_used_after_a_switch_and_a_new_review_and_not_before(cast_store: Store) -> None:
    first = queued_dose(cast_store, EPINEPHRINE, SULFITE)
    assert refused(cast_store, OKONJO, DOSE, dose_record(first), ScanContainer(code_of(USUAL))) == "excipient_not_reviewed"
    switch = Begin(WAY, "product", USUAL, "", instant_text(NOON + 48 * HOUR), "none to be had")
    do(cast_store, DUARTE, SUBSTITUTION, record_id(WAY), switch, NOON, station="desk-2", signed=True)
    assert follow_switches(cast_store, NOON, OFFSET) == 1
    with cast_store.read() as uow:
        reason = load(uow, ORDER, order_record(ORDER_NUMBER)).current.again_reason
    assert "EPINEPHrine 1 mg/mL, 1 mL vial holds sulfite" in reason
    accepted_order(cast_store, ORDER_NUMBER, NOON + HOUR)
    assert dose_now(cast_store, first).status is DoseStatus.CANCELLED
    second = dose_number(ORDER_NUMBER, 2)
    assert dose_now(cast_store, second).planned.excipients.held == ("sulfite",)
    staged(cast_store, second)
    assert USUAL in {scan.product for scan in dose_now(cast_store, second).scans}
