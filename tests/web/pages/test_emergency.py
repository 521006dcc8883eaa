"""The emergency release: with a beyond-use time set by hand where there is none, or an earlier one than was computed."""

from datetime import timedelta

import pytest

from compounding.demonstration.orders import orders
from compounding.demonstration.patients import patients
from compounding.preparing.actions import (
    AskInProcessCheck,
    CheckAfterwards,
    Complete,
    PassInProcess,
    Quarantine,
    ReturnDose,
    Reuse,
    Waste,
)
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.sweeping import expire_doses
from tests.support.cast import DUARTE, HALLORAN, IBARRA, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import A_PICTURE, completed, content_digest, dose_now, prepared, queued_dose, step_done
from tests.support.visiting import send

EARLIER = {"bu_day": "2026-04-15", "bu_time": "08:00", "bu_reason": "stood in the sun", "bu_source": "seen by myself"}


def asked(browser, store, number, **fields):
    """Press Release in an emergency."""
    path = f"/check/{number}"
    given = {"content_digest": content_digest(store, number), "secret": IBARRA.password, "emergency_reason": "septic"}
    return send(browser, f"{path}/emergency", path, **(given | fields))


def uncomputed(store):
    """A completed dose of a drug without a stability statement."""
    order = orders(NOON)["caffeine"]
    patient = next(data for data in patients(NOON) if data["mrn"] == order["patient"])
    number = prepared(store, queued_dose(store, order, patient, "260414-0171"), by=IBARRA)
    do(store, IBARRA, DOSE, dose_record(number), AskInProcessCheck())
    do(store, MARLOW, DOSE, dose_record(number), PassInProcess(), signed=True)
    while step_done(store, number, IBARRA):
        pass
    do(store, IBARRA, DOSE, dose_record(number), Complete(f"92{number}", A_PICTURE), NOON, signed=True)
    assert dose_now(store, number).beyond_use_at() is None
    return number


def test_an_earlier_time_set_by_hand_goes_on_the_dose_and_on_the_label(at_check, cast_store):
    number = completed(cast_store, by=IBARRA)
    browser = at_check(IBARRA)
    assert "Only if it must be earlier than 16 Apr 2026, 13:04" in browser.get(f"/check/{number}").text
    assert asked(browser, cast_store, number, **EARLIER).status_code == 303
    dose = dose_now(cast_store, number)
    assert (dose.status, dose.emergency) == (S.RELEASED, True)
    assert dose.beyond_use["reason"] == "stood in the sun"
    assert dose.label["beyond_use"]["at"] == "15 Apr 2026, 08:00"


def test_without_a_time_by_hand_the_computed_one_stands(at_check, cast_store):
    number = completed(cast_store, by=IBARRA)
    blank = dict.fromkeys(EARLIER, "")
    before = dose_now(cast_store, number).beyond_use
    assert asked(at_check(IBARRA), cast_store, number, **blank).status_code == 303
    assert dose_now(cast_store, number).beyond_use == before


def test_a_later_time_than_the_computed_one_is_refused_and_kept_as_typed(at_check, cast_store):
    number = completed(cast_store, by=IBARRA)
    answer = asked(at_check(IBARRA), cast_store, number, **(EARLIER | {"bu_day": "2026-04-17"}))
    assert answer.status_code == 422
    assert "by hand it is only set earlier" in answer.text
    assert 'value="2026-04-17"' in answer.text
    assert 'value="stood in the sun"' in answer.text
    assert dose_now(cast_store, number).status is S.AWAITING_FINAL_CHECK


@pytest.mark.parametrize("left_out", EARLIER)
def test_a_time_by_hand_is_whole_with_reason_and_source(at_check, cast_store, left_out):
    number = completed(cast_store, by=IBARRA)
    answer = asked(at_check(IBARRA), cast_store, number, **(EARLIER | {left_out: " "}))
    assert answer.status_code == 422
    assert f'href="#{left_out}"' in answer.text
    assert f'id="{left_out}"' in answer.text


def test_where_it_cannot_be_computed_the_time_is_required(at_check, cast_store):
    number = uncomputed(cast_store)
    browser = at_check(IBARRA)
    for nothing in ({}, dict.fromkeys(EARLIER, "")):
        assert asked(browser, cast_store, number, **nothing).status_code == 422
    assert dose_now(cast_store, number).status is S.AWAITING_FINAL_CHECK
    assert asked(browser, cast_store, number, **EARLIER).status_code == 303
    dose = dose_now(cast_store, number)
    assert (dose.status, dose.emergency, dose.beyond_use["source"]) == (S.RELEASED, True, "seen by myself")


def test_a_returned_dose_whose_emergency_release_was_found_wrong_is_blocked(at_check, cast_store):
    number = completed(cast_store, by=IBARRA)
    assert asked(at_check(IBARRA), cast_store, number).status_code == 303
    do(cast_store, HALLORAN, DOSE, dose_record(number), ReturnDose("sealed", "at the ward"), NOON)
    do(cast_store, DUARTE, DOSE, dose_record(number), CheckAfterwards(False, "twice the volume"), NOON, signed=True)
    assert dose_now(cast_store, number).status is S.QUARANTINED
    assert refused(cast_store, MARLOW, DOSE, dose_record(number), Reuse("intact"), NOON, signed=True) == "wrong_state"


def test_it_is_an_alarm_on_board_and_desk_until_another_checked_it_and_overdue_after_the_time_of_the_site(
    at_check, cast_store, clock
):
    number = completed(cast_store, by=IBARRA)
    assert asked(at_check(IBARRA), cast_store, number).status_code == 303
    released = dose_now(cast_store, number).released
    board, desk = at_check(MARLOW).get("/queue?show=emergency").text, at_check(MARLOW).get("/check").text
    assert "check it by 15 Apr" in board and "septic" in board and "check overdue" not in board
    assert "Emergency releases, to be checked afterwards, 1 so far" in desk and "check it by 15 Apr" in desk
    clock.now = released.at + timedelta(hours=24)
    assert "check overdue" in at_check(MARLOW).get("/queue?show=emergency").text
    do(cast_store, DUARTE, DOSE, dose_record(number), CheckAfterwards(True, "right"), clock.now, signed=True)
    assert number not in at_check(MARLOW).get("/queue?show=emergency").text


@pytest.mark.parametrize("ended", [S.EXPIRED, S.WASTED, S.QUARANTINED])
def test_the_check_afterwards_is_owed_and_possible_whatever_became_of_the_dose(at_check, cast_store, clock, ended):
    number = completed(cast_store, by=IBARRA)
    assert asked(at_check(IBARRA), cast_store, number).status_code == 303
    record, after = dose_record(number), dose_now(cast_store, number).beyond_use_at()
    if ended is S.EXPIRED:
        expire_doses(cast_store, after, -240)
    elif ended is S.WASTED:
        do(cast_store, OKONJO, DOSE, record, Waste("all of it", "sharps"))
    else:
        do(cast_store, MARLOW, DOSE, record, Quarantine("refrigerator failed"))
    assert dose_now(cast_store, number).status is ended
    clock.now = after
    browser = at_check(DUARTE)
    assert "your check afterwards" in browser.get(f"/check/{number}").text
    said = {"agreed": "yes", "note": "", "secret": DUARTE.password}
    assert send(browser, f"/check/{number}/afterwards", f"/check/{number}", **said).status_code == 303
    assert (dose_now(cast_store, number).status, dose_now(cast_store, number).afterwards.person) == (ended, DUARTE.person)
    assert "Emergency releases, to be checked afterwards" not in browser.get("/check").text
