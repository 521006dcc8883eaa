"""What two pharmacists and the prescriber passed at the review stands in the compounding record."""

from compounding.documents.dose_documents import Clock
from compounding.documents.record_parts import findings_passed
from compounding.reviewing.order_state import OrderVersion
from compounding.reviewing.states import OrderStatus
from tests.support.doses import NOON


def test_a_hard_finding_stands_in_the_record_with_its_reason_its_two_pharmacists_and_who_confirmed_it() -> None:
    found = (
        {"code": "allergy", "grade": "hard", "title": "Allergy: cephalosporins"},
        {"code": "old_weight", "grade": "soft", "title": "The weight is old"},
    )
    version = OrderVersion(
        1, OrderStatus.VERIFIED, NOON, "castell", findings=found, reasons={"allergy": "tolerated last year"},
        prescriber_confirmed="Dr. R. Castell", accepted_by=("duarte", "marlow"), accepted_at=NOON,
    )  # fmt: skip
    [row] = findings_passed(version, Clock(-240), str.title)
    assert row.procedure == "Finding at the review: Allergy: cephalosporins"
    assert row.result == "tolerated last year; confirmed by Dr. R. Castell"
    assert (row.by, row.at) == ("Duarte and Marlow", "13:00")
