"""Two recalls of one lot: each says so of the other, and the lot is free only when both have let it go."""

from batch_records.acting import load
from batch_records.verify import report_text, verify_records
from compounding.recalls.actions import AskClearing, ConfirmClearing
from compounding.recalls.looking import recalls_listing
from compounding.recalls.numbering import part_record
from compounding.recalls.part import PART
from compounding.stock.lot import LOT, FreeLot, ReceiveLot, lot_record
from compounding.views.recalls import recall_page
from tests.compounding.recalls.test_recall import LATER, opened
from tests.support.cast import ADEYEMI, DUARTE, MARLOW, OFFSET, OKONJO, acting, do, refused
from web.doses import Clock
from web.record_types import RECORD_TYPES

VIAL = "ceftriaxone_500mg_vial"
RECORD = lot_record(VIAL, "A1")
FIRST, SECOND = "R260414-01", "R260414-02"


def lot_now(store):
    with store.read() as uow:
        return load(uow, LOT, RECORD)


def cleared(store, number):
    do(store, ADEYEMI, PART, part_record(number, 1), AskClearing((), "looked at"), LATER, signed=True)
    do(store, DUARTE, PART, part_record(number, 1), ConfirmClearing((), "good"), LATER, signed=True)


def test_a_lot_that_is_only_held_is_recalled_by_a_suppliers_letter_and_held_again_when_that_lets_it_go(cast_store):
    do(cast_store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "A1", "2028-05-31", 5, "Fridge 2"))
    opened(cast_store, subject="place", place="Fridge 2", reason="warm")
    opened(cast_store, number=SECOND, product=VIAL, lot="A1")
    assert (lot_now(cast_store).state, lot_now(cast_store).recall) == ("recalled", SECOND)
    cleared(cast_store, SECOND)
    assert (lot_now(cast_store).state, lot_now(cast_store).recall) == ("held", FIRST)
    cleared(cast_store, FIRST)
    assert lot_now(cast_store).state == "available"


def test_the_second_takes_over_what_the_first_lets_go_and_both_name_each_other(cast_store):
    do(cast_store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "A1", "2028-05-31", 5, "Fridge 2"))
    opened(cast_store, product=VIAL, lot="a1")
    opened(cast_store, number=SECOND, subject="place", place="Fridge 2", reason="warm")
    with cast_store.read() as uow:
        assert {one.number for one in recalls_listing(uow, [RECORD])} == {FIRST, SECOND}
        for number, other in ((FIRST, SECOND), (SECOND, FIRST)):
            page = recall_page(uow, number, acting(MARLOW), Clock(OFFSET), {})
            assert page is not None
            assert [line.others for line in page.lines] == [(other,)]
    cleared(cast_store, FIRST)
    held = lot_now(cast_store)
    assert (held.state, held.recall, held.reason) == ("held", SECOND, f"Recall {SECOND}: warm")
    assert refused(cast_store, MARLOW, LOT, RECORD, FreeLot("looks good"), LATER) == "in_recall"
    cleared(cast_store, SECOND)
    assert lot_now(cast_store).state == "available"
    report = verify_records(cast_store, RECORD_TYPES)
    assert report.clean, report_text(report)
