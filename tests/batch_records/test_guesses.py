"""Wrong secrets: guessing is slow, and nobody shuts another person out by typing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from batch_records.acting import Done
from batch_records.acts import Act, Refusal, SecretProof
from batch_records.guesses import (
    LOCK_AFTER,
    LOCK_FOR,
    MANY,
    PER_DAY_UNREGISTERED,
    PER_MINUTE,
    SHUT_AFTER,
    Typed,
    guessed_accounts,
    is_shut,
)
from batch_records.people_tables import ATTEMPTS
from batch_records.person_secrets import PASSWORD, PIN, prove_secret, set_secret, try_secret
from batch_records.sessions import SignedOn, sign_on_with_badge, sign_on_with_password
from batch_records.store import Store
from tests.support.records import EIGHT, rows_of
from tests.support.staff import BADGE, OKONJO_PASSWORD, OKONJO_PIN, Staff, costs_paid, full_cost

HOOD = Typed("hood-1")
OTHER_HOOD = Typed("hood-2")
OWN = Typed("hood-1", session="a" * 64, person="person-okonjo")
OTHERS = Typed("desk-1", session="b" * 64, person="person-novak")
OTHERS_LATER = Typed("desk-2", session="c" * 64, person="person-novak")


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refusal) else "right"


def guess(staff: Staff, typed: Typed, times: int = 1, secret: str = "9999", at: datetime = EIGHT) -> list[str]:
    return [code(prove_secret(staff.store, staff.okonjo.person, secret, at, typed)) for _ in range(times)]


def right(staff: Staff, typed: Typed, at: datetime = EIGHT) -> str:
    return guess(staff, typed, secret=OKONJO_PIN, at=at)[0]


def looked_at(store: Store) -> int:
    with store.read() as uow:
        return sum(row.result != "locked" for row in rows_of(ATTEMPTS, uow))


def test_after_too_many_wrong_tries_the_right_secret_waits_at_that_station(staff: Staff) -> None:
    assert guess(staff, HOOD, LOCK_AFTER) == ["wrong_secret"] * LOCK_AFTER
    assert right(staff, HOOD) == "locked_out"
    assert right(staff, HOOD, EIGHT + LOCK_FOR - timedelta(seconds=1)) == "locked_out"
    assert right(staff, HOOD, EIGHT + LOCK_FOR) == "right"


def test_at_another_station_the_person_goes_on(staff: Staff) -> None:
    guess(staff, HOOD, 3 * LOCK_AFTER)
    assert right(staff, OTHER_HOOD) == "right"


def guessed_before(staff: Staff, origin: str, times: int, at: datetime) -> None:
    """Wrong PINs that were looked at, written as `begin_try` leaves them."""
    account = f"{staff.okonjo.person}/{PIN}"
    row = {"account": account, "at": at, "station": origin.partition("/")[2], "origin": origin, "result": "bad"}
    with staff.store.write() as uow:
        uow.session.execute(insert(ATTEMPTS), [row] * times)
        uow.commit()


def test_a_days_guesses_from_browsers_that_are_no_station_end_and_touch_no_station(staff: Staff) -> None:
    browser = Typed("desk-7", registered=False)
    guessed_before(staff, "unregistered/desk-5", PER_DAY_UNREGISTERED - 1, EIGHT - timedelta(hours=5))
    assert guess(staff, browser) == ["wrong_secret"]
    assert right(staff, browser) == "too_many_today"
    assert right(staff, HOOD) == "right"
    assert right(staff, OWN) == "right"
    assert right(staff, browser, EIGHT + timedelta(days=1, seconds=1)) == "right"


def test_many_wrong_pins_over_days_shut_pin_sign_on_until_the_password_is_given(staff: Staff) -> None:
    guessed_before(staff, "station/hood-9", SHUT_AFTER - 1, EIGHT - timedelta(days=3))
    assert right(staff, OTHER_HOOD) == "right"  # a right PIN does not start the count anew
    later = EIGHT + timedelta(hours=1)
    assert guess(staff, HOOD, at=later) == ["wrong_secret"]
    assert right(staff, OTHER_HOOD, later) == "pin_shut"
    assert right(staff, OWN, later) == "right"
    with staff.store.read() as uow:
        account = f"{staff.okonjo.person}/{PIN}"
        assert is_shut(uow, account, later)
        assert [one.shut for one in guessed_accounts(uow, EIGHT - timedelta(days=4)) if one.account == account] == [True]
    assert guess(staff, OTHER_HOOD, secret=OKONJO_PASSWORD, at=later) == ["right"]
    assert right(staff, OTHER_HOOD, later) == "right"


def test_a_newly_chosen_pin_opens_what_was_shut(staff: Staff) -> None:
    guessed_before(staff, "station/hood-9", SHUT_AFTER, EIGHT - timedelta(hours=1))
    assert right(staff, HOOD) == "pin_shut"
    act = Act(staff.okonjo, "hood-1", EIGHT, "anew")
    assert isinstance(set_secret(staff.store, PIN, "2581", act), Done)
    assert guess(staff, HOOD, secret="2581") == ["right"]


def test_wrong_tries_elsewhere_do_not_stop_the_persons_open_session(staff: Staff) -> None:
    for station in range(2 * PER_MINUTE):
        guess(staff, Typed(f"hood-{station}"), LOCK_AFTER)
    assert guess(staff, OWN, 3) == ["wrong_secret"] * 3
    assert right(staff, OWN) == "right"


def test_five_wrong_tries_in_a_session_stop_that_session_alone(staff: Staff) -> None:
    assert guess(staff, OWN, LOCK_AFTER + 1)[-1] == "locked_out"
    assert right(staff, OWN) == "locked_out"
    assert right(staff, replace(OWN, session="d" * 64)) == "right"
    assert right(staff, HOOD) == "right"


def test_a_browser_that_only_says_where_it_stands_does_not_stop_that_station(staff: Staff) -> None:
    guess(staff, Typed("hood-1", registered=False), 3 * LOCK_AFTER)
    assert right(staff, HOOD) == "right"


def test_a_witness_field_stops_whoever_types_and_not_whose_secret_it_is(staff: Staff) -> None:
    assert guess(staff, OTHERS, LOCK_AFTER + 1) == ["wrong_secret"] * LOCK_AFTER + ["locked_out"]
    assert right(staff, OTHERS_LATER) == "locked_out"
    assert [right(staff, typed) for typed in (HOOD, OTHER_HOOD, OWN)] == ["right"] * 3


def test_a_guesser_is_stopped_over_all_names_and_by_no_right_secret_of_a_friend(staff: Staff) -> None:
    for number in range(LOCK_AFTER - 1):
        prove_secret(staff.store, f"person-{number}", "9999", EIGHT, OTHERS)
    assert right(staff, OTHERS) == "right"
    assert guess(staff, OTHERS) == ["wrong_secret"]
    assert right(staff, OTHERS) == "locked_out"


def test_tries_on_the_password_do_not_keep_the_badge_holder_out(staff: Staff) -> None:
    guess(staff, HOOD, LOCK_AFTER, secret="a wrong password")
    assert guess(staff, HOOD, secret=OKONJO_PASSWORD) == ["locked_out"]
    assert right(staff, HOOD) == "right"


def test_a_good_try_starts_the_count_anew(staff: Staff) -> None:
    for minute in range(2):
        at = EIGHT + timedelta(minutes=minute)
        assert guess(staff, HOOD, LOCK_AFTER - 1, at=at) == ["wrong_secret"] * (LOCK_AFTER - 1)
        assert right(staff, HOOD, at) == "right"


def test_no_more_guesses_a_minute_are_looked_at_however_many_stations_there_are(staff: Staff) -> None:
    before = looked_at(staff.store)
    for station in range(30):
        guess(staff, Typed(f"hood-{station}"), LOCK_AFTER)
    assert looked_at(staff.store) - before <= PER_MINUTE
    assert code(prove_secret(staff.store, staff.okonjo.person, OKONJO_PIN, EIGHT, Typed("hood-99"))) == "try_later"


def test_the_ceiling_over_all_places_passes_within_a_minute_and_locks_nothing(staff: Staff) -> None:
    for station in range(30):
        guess(staff, Typed(f"hood-{station}"))
    assert right(staff, Typed("hood-99"), EIGHT + timedelta(minutes=1)) == "right"


def test_a_station_where_the_person_works_is_not_held_up_by_guesses_elsewhere(staff: Staff) -> None:
    assert right(staff, HOOD, EIGHT - timedelta(days=3)) == "right"
    for station in range(30):
        guess(staff, Typed(f"desk-{station}"))
    assert right(staff, OTHER_HOOD) == "try_later"
    assert right(staff, HOOD) == "right"


def test_the_known_station_gives_no_free_guesses_after_the_first(staff: Staff) -> None:
    right(staff, HOOD, EIGHT - timedelta(days=3))
    for station in range(30):
        guess(staff, Typed(f"desk-{station}"))
    assert guess(staff, HOOD, 3) == ["wrong_secret", "try_later", "try_later"]


def test_every_try_is_kept_for_the_audit(staff: Staff) -> None:
    guess(staff, HOOD)
    right(staff, OWN)
    guess(staff, OTHERS)
    with staff.store.read() as uow:
        kept = [(row.account, row.station, row.origin, row.result) for row in rows_of(ATTEMPTS, uow)]
    account = f"{staff.okonjo.person}/PIN"
    assert kept[-3:] == [
        (account, "hood-1", "station/hood-1", "bad"),
        (account, "hood-1", f"session/{OWN.session}", "good"),
        (account, "desk-1", "guesser/person-novak", "bad"),
    ]


def test_many_wrong_tries_are_told_and_a_few_are_not(staff: Staff) -> None:
    guess(staff, HOOD, 2, secret="a wrong password")
    guess(staff, OTHER_HOOD, MANY)
    with staff.store.read() as uow:
        (told,) = guessed_accounts(uow, EIGHT)
        assert guessed_accounts(uow, EIGHT + timedelta(seconds=1)) == []
    assert (told.account, told.wrong, told.unlooked) == (f"{staff.okonjo.person}/PIN", LOCK_AFTER, MANY - LOCK_AFTER)
    assert told.stations == ("hood-2",)


@pytest.mark.parametrize("method", [PIN, PASSWORD])
def test_a_name_that_nobody_has_waits_like_a_known_one(staff: Staff, method: str) -> None:
    def answers(person: str | None, named: str) -> list[object]:
        return [
            try_secret(staff.store, person, named, method, "9999", EIGHT, Typed(f"hood-{number // 6}"))
            for number in range(18)
        ]

    assert answers(staff.okonjo.person, "t.okonjo") == answers(None, "n.obody")


def test_a_witness_that_nobody_is_pays_for_one_comparison_like_one_who_is(staff: Staff) -> None:
    with costs_paid(PIN) as paid:
        for person in (staff.okonjo.person, "person-nobody-at-all"):
            prove_secret(staff.store, person, "9999", EIGHT, OWN)
    assert len(paid) == 2
    assert paid[1] == full_cost(PIN)


def test_badge_and_pin_open_another_station_while_the_first_is_guessed_at(staff: Staff) -> None:
    for _ in range(3 * LOCK_AFTER):
        sign_on_with_badge(staff.store, BADGE, "9999", "hood-1", "hood", EIGHT)
        sign_on_with_password(staff.store, "t.okonjo", "a wrong password", "desk-1", "desk", EIGHT)
    assert isinstance(sign_on_with_badge(staff.store, BADGE, OKONJO_PIN, "hood-2", "hood", EIGHT), SignedOn)
    assert isinstance(prove_secret(staff.store, staff.okonjo.person, OKONJO_PIN, EIGHT, OWN), SecretProof)
