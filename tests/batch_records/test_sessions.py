from collections.abc import Callable
from datetime import timedelta

import pytest

from batch_records.acting import perform
from batch_records.acts import Act, Refusal
from batch_records.guesses import LOCK_AFTER
from batch_records.people import PERSON, ChangeRoles, Disable, Enable, RevokeBadge
from batch_records.people_tables import SESSIONS
from batch_records.person_secrets import PIN
from batch_records.sessions import (
    RULES,
    SignedOn,
    end_session,
    end_sessions_of,
    lock,
    open_sessions,
    session_for,
    sign_off,
    sign_on_with_badge,
    sign_on_with_password,
    unlock,
)
from tests.support.records import EIGHT, rows_of
from tests.support.staff import (
    BADGE,
    NOVAK_PASSWORD,
    OKONJO_PASSWORD,
    OKONJO_PIN,
    Staff,
    confirmed_reset,
    costs_paid,
    full_cost,
)

SOON = EIGHT + timedelta(minutes=1)


def sign_on(staff: Staff, old_token: str = "") -> SignedOn:
    answer = sign_on_with_badge(staff.store, BADGE, OKONJO_PIN, "hood-1", "hood", EIGHT, old_token)
    assert isinstance(answer, SignedOn)
    return answer


def test_badge_and_pin_open_a_session_with_the_persons_roles(staff: Staff) -> None:
    session = session_for(staff.store, sign_on(staff).token, SOON)
    assert session is not None
    assert (session.actor, session.station, session.method, session.locked) == (staff.okonjo, "hood-1", PIN, False)


def test_name_and_password_open_a_session_whatever_the_case_of_the_name(staff: Staff) -> None:
    answer = sign_on_with_password(staff.store, " T.Okonjo ", OKONJO_PASSWORD, "desk-1", "desk", EIGHT)
    assert isinstance(answer, SignedOn)
    assert answer.session.actor == staff.okonjo


@pytest.mark.parametrize(("badge", "pin"), [(BADGE, ""), (BADGE, "9999"), ("B-other", OKONJO_PIN), ("", OKONJO_PIN)])
def test_the_badge_alone_and_the_pin_alone_open_nothing(staff: Staff, badge: str, pin: str) -> None:
    answer = sign_on_with_badge(staff.store, badge, pin, "hood-1", "hood", EIGHT)
    assert isinstance(answer, Refusal)
    assert answer.code == "wrong_secret"
    assert open_sessions(staff.store, EIGHT) == []


def test_an_unknown_name_is_answered_and_locked_like_a_known_one(staff: Staff) -> None:
    answers = {}
    for name in ("t.okonjo", "n.obody"):
        tries = [
            sign_on_with_password(staff.store, name, "not the password", "desk-1", "desk", EIGHT)
            for _ in range(LOCK_AFTER + 1)
        ]
        answers[name] = tries
    assert answers["t.okonjo"] == answers["n.obody"]
    assert [answer.code for answer in answers["n.obody"]] == ["wrong_secret"] * LOCK_AFTER + ["locked_out"]


def test_an_unknown_badge_pays_for_one_comparison_like_a_known_one(staff: Staff) -> None:
    with costs_paid(PIN) as paid:
        sign_on_with_badge(staff.store, BADGE, "9999", "hood-1", "hood", EIGHT)
        assert len(paid) == 1
        sign_on_with_badge(staff.store, "B-nobody", "9999", "hood-1", "hood", EIGHT)
    assert paid[1:] == [full_cost(PIN)]


def test_a_copied_cookie_is_dead_after_log_out(staff: Staff) -> None:
    token = sign_on(staff).token
    copied = str(token)
    sign_off(staff.store, token, SOON)
    assert session_for(staff.store, copied, SOON) is None
    assert isinstance(unlock(staff.store, copied, OKONJO_PIN, SOON), Refusal)


def test_a_session_fixed_before_sign_on_is_worth_nothing(staff: Staff) -> None:
    first = sign_on(staff)
    second = sign_on(staff, old_token=first.token)
    assert second.token != first.token
    assert session_for(staff.store, first.token, SOON) is None
    assert session_for(staff.store, second.token, SOON) is not None


def test_the_database_holds_no_token(staff: Staff) -> None:
    token = sign_on(staff).token
    with staff.store.read() as uow:
        assert token not in str(rows_of(SESSIONS, uow))
        assert session_for(staff.store, rows_of(SESSIONS, uow)[0].token_hash, SOON) is None


Ending = Callable[[Staff], object]
ACT_AT = SOON


def _perform(action: object) -> Ending:
    return lambda staff: perform(
        staff.store, PERSON, staff.okonjo.person, action, Act(staff.novak, "desk-1", ACT_AT, "end")
    )


@pytest.mark.parametrize(
    "ending",
    [
        _perform(Disable("left")),
        _perform(RevokeBadge("stolen")),
        lambda staff: confirmed_reset(staff, ACT_AT),
        lambda staff: end_sessions_of(staff.store, staff.okonjo.person, ACT_AT, "ended by an administrator"),
    ],
    ids=["disabled", "badge revoked", "reset", "ended"],
)
def test_losing_access_ends_every_session_at_the_next_request_and_for_good(staff: Staff, ending: Ending) -> None:
    token = sign_on(staff).token
    ending(staff)
    assert session_for(staff.store, token, SOON) is None
    perform(staff.store, PERSON, staff.okonjo.person, Enable("back"), Act(staff.novak, "desk-1", SOON, "enable"))
    assert session_for(staff.store, token, SOON) is None


def test_a_changed_role_holds_at_the_next_request(staff: Staff) -> None:
    token = sign_on(staff).token
    _perform(ChangeRoles(frozenset({"lead"}), "promoted"))(staff)
    session = session_for(staff.store, token, SOON)
    assert session is not None
    assert session.actor.roles == {"lead"}


def test_a_station_left_alone_locks_and_keeps_the_session(staff: Staff) -> None:
    token = sign_on(staff).token
    idle = EIGHT + RULES.idle_at("hood")
    locked = session_for(staff.store, token, idle)
    assert locked is not None
    assert locked.locked
    assert isinstance(unlock(staff.store, token, "9999", idle), Refusal)
    assert isinstance(unlock(staff.store, token, NOVAK_PASSWORD, idle), Refusal)
    opened = unlock(staff.store, token, OKONJO_PIN, idle)
    assert isinstance(opened, SignedOn)
    assert (opened.session.locked, opened.session.started) == (False, EIGHT)
    assert session_for(staff.store, token, idle) is None


def test_work_keeps_a_session_open_and_a_page_refreshing_itself_does_not(staff: Staff) -> None:
    token = sign_on(staff).token
    half = RULES.idle_at("hood") / 2
    working = session_for(staff.store, token, EIGHT + half)
    assert working is not None
    session_for(staff.store, token, EIGHT + 2 * half, active=False)
    still = session_for(staff.store, token, EIGHT + 3 * half - timedelta(seconds=1), active=False)
    left = session_for(staff.store, token, EIGHT + 3 * half, active=False)
    assert still is not None
    assert left is not None
    assert (still.locked, left.locked) == (False, True)


def test_a_locked_session_is_not_opened_by_using_it(staff: Staff) -> None:
    token = sign_on(staff).token
    lock(staff.store, token)
    for minutes in (1, 2):
        session = session_for(staff.store, token, EIGHT + timedelta(minutes=minutes))
        assert session is not None
        assert session.locked


def test_idle_time_depends_on_the_kind_of_station(staff: Staff) -> None:
    answer = sign_on_with_badge(staff.store, BADGE, OKONJO_PIN, "ward-3", "ward", EIGHT)
    assert isinstance(answer, SignedOn)
    session = session_for(staff.store, answer.token, EIGHT + RULES.idle_at("ward"))
    assert session is not None
    assert session.locked
    assert RULES.idle_at("ward") < RULES.idle_at("hood")


def test_no_session_outlives_the_absolute_limit(staff: Staff) -> None:
    token = sign_on(staff).token
    at = EIGHT
    while at + timedelta(minutes=10) < EIGHT + RULES.absolute:
        at += timedelta(minutes=10)
        assert session_for(staff.store, token, at) is not None
    assert session_for(staff.store, token, EIGHT + RULES.absolute) is None


def test_sessions_are_listed_and_one_of_them_ended(staff: Staff) -> None:
    first, second = sign_on(staff), sign_on(staff)
    listed = open_sessions(staff.store, SOON, staff.okonjo.person)
    assert {session.token_hash for session in listed} == {first.session.token_hash, second.session.token_hash}
    assert open_sessions(staff.store, SOON, staff.novak.person) == []
    end_session(staff.store, first.session.token_hash, SOON, "ended by the person")
    assert [session.token_hash for session in open_sessions(staff.store, SOON)] == [second.session.token_hash]
