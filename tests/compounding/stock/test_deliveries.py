"""One order over several deliveries: back orders, prices, a lot spelled in two ways, cancelled, closed, and opened again."""

from batch_records.acting import load
from compounding.orders.numbers import order_number
from compounding.orders.tables import OrderNumberRow
from compounding.preparing.actions import ScanContainer
from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.record import DOSE
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.stock.numbers import new_number
from compounding.stock.purchase import (
    PURCHASE,
    ClosePurchase,
    DraftPurchase,
    Line,
    PlacePurchase,
    ReceivePurchase,
    ReopenPurchase,
    purchase_record,
)
from compounding.tracing.finding import tally
from compounding.tracing.subject import Subject
from compounding.views.stock_orders import on_order, purchases
from tests.support.cast import ADEYEMI, MARLOW, NOON, OFFSET, OKONJO, do, refused
from tests.support.flow import code_of, queued_dose
from web.doses import Clock

VIAL = "ceftriaxone_500mg_vial"
NUMBER = "260414-001"
RECORD = purchase_record(NUMBER)


def on_it(store, action, by=MARLOW):
    return do(store, by, PURCHASE, RECORD, action)


def came(count, lot="A1", price=None):
    return ReceivePurchase(VIAL, lot, "2028-05-31", count, 0, "Store room", price)


def placed(store):
    on_it(store, DraftPurchase(NUMBER, "Wholesaler", (Line(VIAL, "vial", 10, 1250),)))
    on_it(store, PlacePurchase())


def test_it_comes_in_parts_is_given_up_opened_again_and_ends_with_nothing_short(cast_store):
    placed(cast_store)
    assert on_it(cast_store, came(4)).shown_status == "partly"
    assert [one.text for one in on_it(cast_store, came(1, price=1300)).findings] == [
        "Price: vial was invoiced at 13.00, ordered at 12.50: 0.50 more for one."
    ]
    with cast_store.read() as uow:
        assert on_order(uow) == {VIAL: 5}
    closed = on_it(cast_store, ClosePurchase("no longer made"))
    assert (closed.shown_status, closed.findings[-1].text) == ("closed", "Short: 5 of 10 of vial came.")
    with cast_store.read() as uow:
        assert on_order(uow) == {}
    assert refused(cast_store, OKONJO, PURCHASE, RECORD, came(5)) == "not_placed"
    assert refused(cast_store, MARLOW, PURCHASE, RECORD, ReopenPurchase(" ")) == "reason_missing"
    assert refused(cast_store, OKONJO, PURCHASE, RECORD, ReopenPurchase("came")) == "not_allowed"
    assert [one.kind for one in on_it(cast_store, ReopenPurchase("it came after all")).findings] == ["price"]
    assert refused(cast_store, MARLOW, PURCHASE, RECORD, ReopenPurchase("again")) == "not_closed"
    on_it(cast_store, came(5), OKONJO)
    assert on_it(cast_store, ClosePurchase("")).findings[-1].kind == "price"
    with cast_store.read() as uow:
        assert load(uow, LOT, lot_record(VIAL, "A1")).on_hand == 10


def test_an_order_that_nothing_came_of_was_cancelled_and_a_cancelled_draft_opens_as_a_draft(cast_store):
    on_it(cast_store, DraftPurchase(NUMBER, "Wholesaler", (Line(VIAL, "vial", 10, 1250),)))
    assert on_it(cast_store, ClosePurchase("not needed")).shown_status == "cancelled"
    assert on_it(cast_store, ReopenPurchase("needed")).status == "draft"
    assert refused(cast_store, OKONJO, PURCHASE, RECORD, came(1)) == "not_placed"
    on_it(cast_store, PlacePurchase())
    assert on_it(cast_store, ClosePurchase("supplier has none")).shown_status == "cancelled"
    assert on_it(cast_store, ReopenPurchase("supplier has some")).status == "placed"


def test_two_spellings_of_one_lot_are_told_at_the_receipt_and_found_under_every_one(cast_store):
    placed(cast_store)
    on_it(cast_store, came(2, "MixEd-1a"))
    told = on_it(cast_store, came(2, " mixed-1A "))
    assert "stands in the books as MixEd-1a" in told.findings[-1].text
    bare = ReceiveLot(VIAL, "MIXED-1A", "2028-05-31", 1, "Store room", reason="loan")
    lot = do(cast_store, OKONJO, LOT, lot_record(VIAL, "MIXED-1A"), bare)
    assert (lot.lot, lot.on_hand) == ("MixEd-1a", 5)
    with cast_store.read() as uow:
        entries = uow.entries(lot_record(VIAL, "mixed-1a"))
    assert [entry.payload["spelled"] for entry in entries] == ["", "mixed-1A", "MIXED-1A"]
    scan = ScanContainer(code_of(VIAL, "miXED-1a", "280531"))
    do(cast_store, OKONJO, DOSE, dose_record(queued_dose(cast_store)), scan)
    with cast_store.read() as uow:
        for spelled in ("MixEd-1a", "mixed-1a", "MIXED-1A", " mIxEd-1A "):
            assert tally(uow, Subject("lot", product=VIAL, lot=spelled)).preparations == 1


def test_the_thousandth_order_of_a_day_comes_first_in_the_list(cast_store):
    for number in ("260414-999", "260414-1000", "260414-1001"):
        draft = DraftPurchase(number, "Wholesaler", (Line(VIAL, "vial", 1),))
        do(cast_store, ADEYEMI, PURCHASE, purchase_record(number), draft, NOON)
    with cast_store.read() as uow:
        listed = [row.number for row in purchases(uow, Clock(OFFSET), "open")[0]]
    assert listed == ["260414-1001", "260414-1000", "260414-999"]
    assert new_number(cast_store, "purchase", "a key", NOON, OFFSET) == "260414-1002"


def test_the_thousandth_preparation_order_of_a_day_sorts_after_the_one_before_it(cast_store):
    with cast_store.write() as uow:
        uow.session.add(OrderNumberRow(number="260414-0999", key="before"))
        uow.commit()
    number = order_number(cast_store, "a key", NOON, OFFSET)
    assert number == "260414-1000"
    assert sorted([dose_number(number, 1), dose_number("260414-0999", 1)])[-1] == dose_number(number, 1)
