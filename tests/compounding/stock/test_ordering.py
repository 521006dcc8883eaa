"""Minimum and maximum, differences of a delivery, counts that two persons stand for, and who may write what."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_records.acts import Act, Actor
from calculations.errors import Fault
from compounding.stock import counts, levels, location, lot_actions, purchase
from compounding.stock.counts import COUNT, BeginCount, Count, CountContext, Found, Listed, SubmitCount
from compounding.stock.ledger import Lot
from compounding.stock.levels import LEVEL, Level, SetLevel, needed
from compounding.stock.location import LOCATION, DescribeLocation
from compounding.stock.lot import LOT, AdjustLot, FreeLot, HoldLot, ReceiveLot, ReturnLot, TransferLot, WasteLot
from compounding.stock.money import parse_price, price_words
from compounding.stock.purchase import (
    PURCHASE,
    ClosePurchase,
    DraftPurchase,
    Line,
    PlacePurchase,
    Purchase,
    ReceivePurchase,
    differences,
    shortages,
)
from compounding.stock.receipt import ReceiptContext

AT = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
PLACES = st.sampled_from(["Anteroom", "Hood 1", "Store room"])
PRODUCTS = st.sampled_from(["vial", "bag"])
LEVELS = st.dictionaries(st.tuples(PRODUCTS, PLACES), st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6)


def left(product, found, wanted, usable):
    """What the store room still has above its minimum when all was moved."""
    least = min(wanted.get((product, "Store room"), (0, 0)))
    moved = sum(count for one in found if one.product == product for _, count in one.moves)
    assert moved <= max(usable.get((product, "Store room"), 0) - least, 0)
    return max(usable.get((product, "Store room"), 0) - least, 0) - moved


@given(LEVELS, st.dictionaries(st.tuples(PRODUCTS, PLACES), st.integers(-5, 60)), st.dictionaries(PRODUCTS, st.integers(0, 80)))
def test_the_reorder_list_fills_to_the_maximum_from_the_store_room_first_and_counts_everything_once(wanted, usable, on_order):
    known = [Level(*key, minimum=min(pair), maximum=max(pair)) for key, pair in wanted.items()]
    found = needed(known, usable, on_order, ["Store room"])
    short = [one for one in known if one.maximum and usable.get((one.product, one.location), 0) < one.minimum]
    below = {(one.product, one.location) for one in short}
    assert {(one.product, one.location) for one in found} == below
    for one in found:
        moved = sum(count for _, count in one.moves)
        assert max(one.usable, 0) + moved + one.on_order + one.order == one.maximum
        assert min(one.order, one.on_order) >= 0
        assert one.location not in {source for source, _ in one.moves}
        assert not (one.order and left(one.product, found, wanted, usable))
    for product in ("vial", "bag"):
        assert sum(one.on_order for one in found if one.product == product) <= on_order.get(product, 0)


ORDER = Purchase("1", "Wholesaler", "placed", (Line("vial", "vial of 1 g", 10, 1250), Line("bag", "bag", 5)))


def came(count, damaged=0, price=None, product="vial"):
    aside = "Quarantine" if damaged else ""
    return ReceivePurchase(product, "A1", "2027-10-31", count, damaged, "Store room", price, aside)


def test_a_delivery_as_ordered_has_nothing_to_tell():
    assert differences(ORDER, ORDER.lines[0], came(10, price=1250)) == ()
    assert differences(ORDER, ORDER.lines[1], came(5, price=900, product="bag")) == ()  # ordered without a price


@pytest.mark.parametrize(
    ("delivery", "told"),
    [(came(12), "Over: 12 of vial of 1 g came in all, 10 were ordered."),
     (came(10, 2), "Damaged: 2 of 10 of vial of 1 g, lot A1; put in Quarantine."),
     (came(10, price=1200), "Price: vial of 1 g was invoiced at 12.00, ordered at 12.50: 0.50 less for one.")],
)  # fmt: skip
def test_what_differs_is_told_in_words(delivery, told):
    assert [one.text for one in differences(ORDER, ORDER.lines[0], delivery)] == [told]


QUARANTINE = location.Location("Quarantine", "quarantine", "crt", True)
ACT = Act(Actor("person-buyer", "A. Buyer", frozenset({"buyer"})), "store-1", AT, "key")


@pytest.mark.parametrize("place", [location.Location(), replace(QUARANTINE, kind="hood"), replace(QUARANTINE, active=False)])
def test_damaged_containers_need_a_quarantine_to_lie_in(place):
    assert PURCHASE.check(ORDER, came(10, 2), ACT, ReceiptContext(place)).code == "quarantine_missing"
    assert PURCHASE.check(ORDER, came(10, 2), ACT, ReceiptContext(QUARANTINE)).damaged_place == "Quarantine"


def test_a_draft_that_somebody_else_wrote_meanwhile_is_not_written_over():
    draft = DraftPurchase("1", "Wholesaler", ORDER.lines)
    written = Purchase("1", "Another", "draft", ORDER.lines, drafts=1)
    seen, nowhere = replace(draft, replaces=1), ReceiptContext()
    assert PURCHASE.check(written, draft, ACT, nowhere).code == "written_meanwhile"
    assert PURCHASE.check(replace(written, drafts=2), seen, ACT, nowhere).code == "written_meanwhile"
    assert PURCHASE.check(written, seen, ACT, nowhere) == seen


@pytest.mark.parametrize("line", [Line("vial", "vial", 0), Line("vial", "vial", 10**30), Line("vial", "vial", 1, -1),
                                  Line("vial", "vial", 1, 10**11)])  # fmt: skip
def test_a_line_of_a_slip_of_the_hand_is_refused(line):
    assert PURCHASE.check(Purchase(), DraftPurchase("1", "x", (line,)), ACT, ReceiptContext()).code == "count_wrong"


def test_what_is_short_is_told_when_no_more_comes():
    assert [one.text for one in shortages(ORDER)] == ["Short: 0 of 10 of vial of 1 g came.", "Short: 0 of 5 of bag came."]


@pytest.mark.parametrize(("text", "cents"), [("12.50", 1250), ("12", 1200), ("0.05", 5), ("", None), (" 3.10 ", 310)])
def test_a_price_is_read_as_typed(text, cents):
    assert parse_price(text, "price") == cents


@pytest.mark.parametrize("text", ["12.5", "12,50", "-1.00", "1e3", "012", "1.505", "１２", "12.50 USD"])
def test_a_price_that_could_mean_two_things_is_a_fault(text):
    with pytest.raises(Fault):
        parse_price(text, "price")


def test_an_unknown_price_is_told_as_not_known_and_never_as_nothing():
    assert price_words(None) == "not known"
    assert price_words(0) == "0.00"
    assert price_words(-123456) == "−1,234.56"


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(-5, 5)), min_size=1, max_size=5))
def test_a_count_that_two_agree_on_moves_each_lot_by_its_variance_alone(rows):
    """First figure of a row: what the ledger says; then what is counted; then what moves between count and agreement."""
    lots = tuple(Listed("vial", f"L{index}", "") for index in range(len(rows)))
    found = tuple(
        Found("vial", f"L{index}", counted, expected) for index, (expected, counted, _) in enumerate(rows)
    )
    before = Count("1", "Store room", counts.VARIANCE, lots, found, ("person-okonjo",))
    after = Count("1", "Store room", counts.DONE, lots, found, ("person-okonjo",), "person-amari")
    now = {
        ("vial", f"L{index}"): Lot("vial", f"L{index}", balances={"Store room": expected + later})
        for index, (expected, _, later) in enumerate(rows)
    }
    adjusted = {action.count: record for _, record, action in COUNT.consequences(before, after, None, CountContext("c", now))}
    differing = [(expected + later + counted - expected) for expected, counted, later in rows if counted != expected]
    assert set(adjusted) == {max(count, 0) for count in differing}


ASKED = {
    LOT: (ReceiveLot("vial", "A", "2027-10-31", 1, "x"), AdjustLot(1, "x"), TransferLot(1, "a", "b"), HoldLot("held", "x"),
          WasteLot(1, "a", "expired", "x"), ReturnLot(1, "a", "b", "x"), FreeLot("x")),
    PURCHASE: (DraftPurchase("1", "x", ()), PlacePurchase(), came(1), ClosePurchase("")),
    LEVEL: (SetLevel("vial", "x", 1, 2),),
    LOCATION: (DescribeLocation("x", "hood", "crt", True),),
    COUNT: (BeginCount("1", "x"), SubmitCount(()), counts.ApproveCount("x"), counts.DropCount("x"),
            counts.AddToCount("vial", "A", "2027-10-31"), counts.OpenVariance()),
}  # fmt: skip
TABLES = {
    LOT.name: lot_actions.PERMISSIONS, PURCHASE.name: purchase.PERMISSIONS, LEVEL.name: levels.PERMISSIONS,
    LOCATION.name: location.PERMISSIONS, COUNT.name: counts.PERMISSIONS,
}  # fmt: skip


@pytest.mark.parametrize("role", ["technician", "pharmacist", "nurse", "prescriber", "lead", "buyer", "administrator", "quality"])
def test_every_write_is_refused_to_the_wrong_role(role):
    actor = Actor("person-x", "X", frozenset({role}))
    for record_type, actions in ASKED.items():
        for action in actions:
            refusal = record_type.authorise(actor, action)
            assert (refusal is None) == (role in TABLES[record_type.name][action.kind]), (role, action.kind)
            assert refusal is None or refusal.status == 403
            assert role not in ("nurse", "prescriber", "quality") or refusal is not None


def test_the_reorder_level_has_a_location_that_stock_is_used_from():
    act = Act(Actor("person-x", "X", frozenset({"buyer"})), "store-1", AT, "key")
    for place in (location.Location(), location.Location("Held", "quarantine", "crt", True)):
        assert LEVEL.check(Level(), SetLevel("vial", "Held", 1, 2), act, place).code == "location_wrong"
    hood = location.Location("Hood 1", "hood", "crt", True)
    assert LEVEL.check(Level(), SetLevel("vial", "Hood 1", 3, 2), act, hood).code == "levels_wrong"
