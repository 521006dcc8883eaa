"""The ledger of a lot: whatever is done to it, in whatever order, each balance is the sum of its moves."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from batch_records.acts import SYSTEM, Act, Actor, Refusal
from batch_records.entries import Entry
from compounding.stock.ledger import Lot
from compounding.stock.location import Location
from compounding.stock.lot import (
    LOT,
    AdjustLot,
    FreeLot,
    HoldLot,
    ReceiveLot,
    ReturnLot,
    TransferLot,
    UseContainer,
    WasteLot,
)
from compounding.stock.lot_rules import LotContext
from compounding.stock.tables import BalanceRow, MoveRow

AT = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
PHARMACIST = Actor("person-marlow", "J. Marlow", frozenset({"pharmacist"}))
TECHNICIAN = Actor("person-okonjo", "T. Okonjo", frozenset({"technician"}))
LOCATIONS = {
    "Store room": Location("Store room", "store_room", "mixed", True),
    "Anteroom": Location("Anteroom", "anteroom", "crt", True),
    "Hood 1": Location("Hood 1", "hood", "crt", True, "hood-1"),
    "Hood 2": Location("Hood 2", "hood", "crt", True, "hood-2"),
    "Quarantine": Location("Quarantine", "quarantine", "crt", True),
    "Old cupboard": Location("Old cupboard", "store_room", "crt", False),
}
PLACES = st.sampled_from([*LOCATIONS, "a shelf that nobody described"])
COUNTS = st.integers(0, 30)
RECORD = "lot-vial-A1"
CONTEXT = LotContext(LOCATIONS, "Anteroom")


def used(count=1, location=""):
    return UseContainer("260414-0001-01-k", "vial", "A1", "2026-12-31", count, location)


ACTIONS = st.one_of(
    st.builds(ReceiveLot, st.just("vial"), st.just("A1"), st.just("2026-12-31"), COUNTS, PLACES,
              st.none() | st.integers(0, 50_000)),
    st.builds(AdjustLot, COUNTS, st.just("counted"), PLACES | st.just("")),
    st.builds(TransferLot, COUNTS, PLACES, PLACES, st.just("looked at")),
    st.builds(WasteLot, COUNTS, PLACES, st.just("broken"), st.just("dropped")),
    st.builds(ReturnLot, COUNTS, PLACES, st.just("Wholesaler"), st.just("wrong item")),
    st.builds(HoldLot, st.sampled_from(["held", "recalled"]), st.just("particles")),
    st.just(FreeLot("looked at")),
    st.builds(used, st.sampled_from([1, 2, -1])),
)  # fmt: skip


def written(seq, action, at=AT):
    kind, version, payload = LOT.encode(action)
    return Entry(
        RECORD, seq, kind, version, "person-marlow", "hood-1", at, 0, payload, f"key-{seq}", "", record_type="lot"
    )


def act(actor=PHARMACIST, station="hood-1", at=AT):
    return Act(actor, station, at, "key")


def through(state, action, actor=PHARMACIST, at=AT, station="hood-1", seq=1):
    """The state after an action that is allowed, with what its entry adds to the ledger; else the refusal."""
    allowed = LOT.check(state, action, act(SYSTEM if isinstance(action, UseContainer) else actor, station, at), CONTEXT)
    if isinstance(allowed, Refusal):
        return allowed
    entry = written(seq, allowed, at)
    after = LOT.apply(state, entry)
    return after, LOT.entry_rows(state, after, entry)[MoveRow.__table__]


def lot(**balances):
    return Lot("vial", "A1", "2026-12-31", place="Store room", received=True, balances=balances)


@given(st.lists(ACTIONS, max_size=25))
def test_every_balance_is_the_sum_of_its_moves(actions):
    state, sums, worths = Lot(), Counter(), []
    for seq, action in enumerate(actions, start=1):
        outcome = through(state, action, seq=seq)
        if isinstance(outcome, Refusal):
            continue
        state, moves = outcome
        for move in moves:
            sums[move["location"]] += move["count"]
            worths.append((move["count"], move["cents"], state.price))
    stored = {row["location"]: row["count"] for row in LOT.projection_rows(RECORD, state)[BalanceRow.__table__]}
    assert stored == dict(state.balances) == {place: count for place, count in sums.items() if count}
    assert state.on_hand == sum(sums.values())
    assert all((cents is None) == (price is None) for _, cents, price in worths)


@given(st.lists(st.one_of(
    st.builds(ReceiveLot, st.just("vial"), st.just("A1"), st.just("2026-12-31"), st.integers(1, 30), PLACES),
    st.builds(AdjustLot, COUNTS, st.just("counted")),
    st.builds(used, st.sampled_from([1, -1])),
), max_size=20))  # fmt: skip
def test_entries_from_before_there_were_locations_fold_to_the_same_count(actions):
    """They say no location: the count of the lot is what it always was."""
    state, expected = Lot(), 0
    for seq, action in enumerate(actions, start=1):
        state = LOT.apply(state, written(seq, action))
        expected = action.count if isinstance(action, AdjustLot) else expected + (
            action.count if isinstance(action, ReceiveLot) else -action.count
        )
        assert state.on_hand == expected


@given(st.sampled_from(["held", "recalled", "expired", "quarantined"]), st.sampled_from(["hood-1", "bench-1", ""]))
def test_stock_that_may_not_be_used_is_used_by_no_path_yet_counted_moved_returned_and_wasted(why, station):
    place = "Quarantine" if why == "quarantined" else "Store room"
    state = lot(**{place: 10})
    at = datetime(2027, 1, 1, 12, tzinfo=UTC) if why == "expired" else AT
    if why in ("held", "recalled"):
        state = LOT.apply(state, written(1, HoldLot(why, "particles")))
    assert isinstance(through(state, used(), at=at, station=station), Refusal)
    target = "Anteroom" if why == "quarantined" else "Quarantine"
    for action in (
        AdjustLot(9, "counted", place), WasteLot(1, place, "other", "broken"), ReturnLot(1, place, "Wholesaler", "bad"),
        TransferLot(1, place, target, "looked at"), used(-1),
    ):  # fmt: skip
        assert not isinstance(through(state, action, at=at), Refusal), action
    if why != "quarantined":
        refused = through(state, TransferLot(1, place, "Hood 1"), at=at)
        assert refused.code == "only_to_quarantine"


def test_a_container_is_taken_from_the_place_of_work_then_from_the_nearest():
    state = lot(**{"Store room": 5, "Anteroom": 5, "Hood 1": 1, "Hood 2": 5, "Quarantine": 50})
    after, moves = through(state, used())
    assert (moves[0]["location"], after.at("Hood 1")) == ("Hood 1", 0)
    assert through(after, used())[1][0]["location"] == "Anteroom"
    assert through(lot(**{"Store room": 5, "Hood 2": 5}), used())[1][0]["location"] == "Store room"


def test_what_comes_back_goes_to_where_it_was_taken_from():
    assert through(lot(**{"Store room": 5}), used(-1))[1][0]["location"] == "Anteroom"


def test_no_more_leaves_a_location_than_lies_there():
    state = lot(**{"Store room": 3})
    for action in (TransferLot(4, "Store room", "Anteroom"), WasteLot(4, "Store room", "broken", "dropped"),
                   ReturnLot(1, "Anteroom", "Wholesaler", "wrong")):  # fmt: skip
        assert through(state, action).code == "not_enough_there"


def test_a_technician_does_not_take_stock_out_of_quarantine():
    state = lot(Quarantine=3)
    assert through(state, TransferLot(1, "Quarantine", "Anteroom", "fine"), TECHNICIAN).status == 403
    assert through(state, TransferLot(1, "Quarantine", "Anteroom", ""), PHARMACIST).code == "reason_missing"
    assert not isinstance(through(lot(Anteroom=3), TransferLot(1, "Anteroom", "Quarantine"), TECHNICIAN), Refusal)


def test_waste_is_told_in_money_where_the_price_is_known_and_as_not_known_where_it_is_not():
    waste = WasteLot(2, "Store room", "expired", "past its day")
    assert through(lot(**{"Store room": 5}), waste)[1][0]["cents"] is None
    priced = LOT.apply(lot(), written(1, ReceiveLot("vial", "A1", "2026-12-31", 5, "Store room", price=1250)))
    assert through(priced, waste)[1][0]["cents"] == -2500


def test_a_recall_and_a_stop_of_our_own_each_hold_for_themselves():
    own, recall = HoldLot("held", "cracked"), HoldLot("recalled", "Recall R1: particles", recall="R1")
    for order in ((own, recall), (recall, own)):
        state = lot(Anteroom=3)
        for seq, action in enumerate(order, start=1):
            state = through(state, action, seq=seq)[0]
        assert (state.state, state.recall) == ("recalled", "R1")
        assert through(state, FreeLot("looks good")).code == "in_recall"
        let_go = LOT.apply(state, written(3, FreeLot("cleared by the recall")))
        assert (let_go.state, let_go.reason, let_go.recall) == ("held", "cracked", "")
        assert through(let_go, FreeLot("looked at"))[0].state == "available"


def test_spaces_around_a_place_make_no_other_place_and_slips_of_the_hand_are_refused():
    context = LotContext({**LOCATIONS, " Quarantine ": LOCATIONS["Quarantine"], "Hood 1 ": LOCATIONS["Hood 1"]})
    receive = ReceiveLot("vial", " A1 ", "2026-12-31", 5, " Quarantine ")
    done = LOT.check(Lot(), receive, act(), context)
    assert (done.place, done.lot) == ("Quarantine", "A1")
    moved = LOT.check(lot(**{"Hood 1": 3}), TransferLot(1, "Hood 1", "Hood 1 "), act(), context)
    assert moved.code == "target_wrong"
    for wrong in ({"count": -1}, {"count": 10**30}, {"price": -1}, {"price": 10**11}):
        assert isinstance(LOT.check(Lot(), replace(receive, **wrong), act(), context), Refusal), wrong
    assert through(lot(Anteroom=3), AdjustLot(10**30, "counted", "Anteroom")).code == "count_wrong"


def test_nothing_is_put_at_a_location_that_is_closed():
    receive = ReceiveLot("vial", "A1", "2026-12-31", 5, "Old cupboard")
    assert through(Lot(), receive).code == "location_closed"
    assert through(lot(**{"Store room": 5}), TransferLot(1, "Store room", "Old cupboard")).code == "location_closed"
