"""First expired, first out: what is taken, what never is, and the reason in words."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from compounding.stock.fefo import Candidate, choose, may_be_taken, passed_over

NOW = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
TODAY = date(2026, 4, 14)

DAYS = st.integers(-40, 400).map(lambda days: (TODAY + timedelta(days=days)).isoformat())
LOTS = st.builds(
    Candidate, st.just("vial"), st.sampled_from("ABCDEF"), st.sampled_from(["Store room", "Hood 1", "Quarantine"]), DAYS,
    state=st.sampled_from(["available", "available", "held", "recalled"]), quarantined=st.booleans(),
    count=st.integers(-2, 5), distance=st.integers(0, 6),
)  # fmt: skip
OPENED = st.builds(
    Candidate, st.just("vial"), st.sampled_from("AB"), st.just("fridge"), DAYS, opened=st.sampled_from(["1", "2"]),
    usable_until=st.none() | st.integers(-600, 600).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)  # fmt: skip
SHELF = st.lists(st.one_of(LOTS, OPENED), max_size=12)


@given(SHELF)
def test_what_may_not_be_used_is_never_chosen(shelf):
    chosen = choose(shelf, NOW, TODAY)
    fit = [one for one in shelf if may_be_taken(one, NOW, TODAY)]
    assert (chosen is None) == (not fit)
    if chosen is None:
        return
    one = chosen.candidate
    assert one.state == "available"
    assert not one.quarantined
    assert one.count > 0
    assert one.expires >= TODAY.isoformat()
    assert not one.opened or one.usable_until > NOW
    assert chosen.why


@given(SHELF)
def test_an_opened_container_comes_first_then_what_expires_first(shelf):
    chosen = choose(shelf, NOW, TODAY)
    fit = [one for one in shelf if may_be_taken(one, NOW, TODAY)]
    opened = [one.usable_until for one in fit if one.opened]
    if opened:
        assert chosen.candidate.usable_until == min(opened)
    elif fit:
        assert chosen.candidate.expires == min(one.expires for one in fit)
        same_day = [one.distance for one in fit if one.expires == chosen.candidate.expires]
        assert chosen.candidate.distance == min(same_day)


@given(SHELF, st.randoms(use_true_random=False))
def test_the_choice_does_not_hang_on_how_the_shelf_was_read(shelf, order):
    mixed = list(shelf)
    order.shuffle(mixed)
    before, after = choose(shelf, NOW, TODAY), choose(mixed, NOW, TODAY)
    assert (before is None) == (after is None)
    if before is not None:
        key = [(one.candidate.lot, one.candidate.expires, one.candidate.opened, one.why) for one in (before, after)]
        assert key[0] == key[1]


@given(SHELF)
def test_whoever_takes_the_unopened_lot_that_is_offered_passes_over_none(shelf):
    chosen = choose([one for one in shelf if not one.opened], NOW, TODAY)
    if chosen is not None:
        assert passed_over(chosen.candidate.lot, chosen.candidate.expires, shelf, NOW, TODAY) is None


def lot(name, expires, **more):
    return Candidate("vial", name, "Store room", expires, **more)


def test_the_reason_is_told_in_words():
    early, late = lot("A", "2026-05-31"), lot("B", "2026-09-30")
    assert choose([late, early], NOW, TODAY).why == "expires before lot B"
    assert choose([early], NOW, TODAY).why == "the only lot that may be used"
    assert choose([early, lot("C", "2026-05-31", distance=3)], NOW, TODAY).why == "expires on the same day as lot C"
    open_one = lot("B", "2026-09-30", opened="260414-0001-01k", usable_until=NOW + timedelta(hours=1))
    assert choose([early, open_one], NOW, TODAY).why == "opened already, and still good: it is used up first"
    assert choose([lot("A", "2026-04-13"), lot("B", "2026-09-30", state="held")], NOW, TODAY) is None


def test_the_last_day_of_use_still_counts():
    assert choose([lot("A", "2026-04-14")], NOW, TODAY) is not None
    assert choose([lot("A", "2026-04-13")], NOW, TODAY) is None


def test_who_takes_a_later_lot_hears_which_one_expires_first():
    early, late = lot("A", "2026-05-31"), lot("B", "2026-09-30")
    assert passed_over("B", "2026-09-30", [late, early], NOW, TODAY) == early
    assert passed_over("B", "2026-09-30", [late, lot("A", "2026-05-31", quarantined=True)], NOW, TODAY) is None
