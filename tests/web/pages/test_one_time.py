"""The page of one-time formulations: written, approved by a second pharmacist, shown at the review."""

from datetime import timedelta

import pytest

from batch_records.acting import load
from compounding.preparing.numbering import dose_number, order_record
from compounding.reviewing.actions import ReviewAgain
from compounding.reviewing.one_time import ONE_TIME, WriteOneTime, one_time_digest, one_time_record
from compounding.reviewing.one_time_data import drug_text, template_of
from compounding.reviewing.record import ORDER as ORDER_TYPE
from tests.support.cast import DUARTE, IBARRA, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import CEFTRIAXONE, accepted_order, dose_now, placed_order
from tests.support.visiting import borrowed_app, send, token_in

ORDER = "260414-0160"
PATH = f"/one-time/{ORDER}"


@pytest.fixture
def visit(cast_store, clock, tmp_path):
    """A browser with a member of the cast signed on; the order has no formulation."""
    clock.now = NOON + timedelta(minutes=20)
    placed_order(cast_store, {**CEFTRIAXONE, "diluent": "D10W", "volume": "250 mL"}, number=ORDER)
    with borrowed_app(cast_store, clock, tmp_path) as app:

        def signed_on(member):
            client = app.test_client()
            fields = {"way": "badge", "badge": member.badge, "pin": member.pin, "station": "desk-1", "next": "/"}
            assert send(client, "/sign-on", **fields).status_code == 303
            return client

        yield signed_on


@pytest.fixture
def text(cast_store):
    with cast_store.read() as uow:
        start = template_of(drug_text(uow, "ceftriaxone"))
    start = start.replace('text = ""', 'text = "label, read by J. Marlow"', 1).replace(
        "sodium_chloride_0_9", "dextrose_10"
    )
    return start.replace('volume = "25 mL"', 'volume = "250 mL"').replace(
        'concentration_low = "10 mg/mL"', 'concentration_low = "1 mg/mL"'
    )


def state_of(store, version=1):
    with store.read() as uow:
        return load(uow, ONE_TIME, one_time_record(ORDER, version))


def test_it_is_written_and_approved_and_the_review_shows_it(visit, text, cast_store):
    marlow, duarte = visit(MARLOW), visit(DUARTE)
    assert PATH in marlow.get(f"/review/{ORDER}").text
    assert "[[formulations]]" in marlow.get(PATH).text
    assert send(marlow, f"{PATH}/write", PATH, version="1", text=text).status_code == 303
    assert "another pharmacist approves it" in marlow.get(PATH).text
    found = one_time_digest(state_of(cast_store))
    assert send(duarte, f"{PATH}/approve", PATH, digest=found, secret=DUARTE.pin).status_code == 303
    assert state_of(cast_store).status == "approved"
    review = duarte.get(f"/review/{ORDER}").text
    assert "ONE-TIME FORMULATION" in review
    assert "One-time formulation" in review


def test_an_order_reviewed_again_is_offered_its_formulation_and_two_pharmacists_stand_behind_it_again(visit, text, cast_store):
    marlow, duarte, later = visit(MARLOW), visit(DUARTE), NOON + timedelta(minutes=21)
    send(marlow, f"{PATH}/write", PATH, version="1", text=text)
    assert send(marlow, f"{PATH}/again", PATH).status_code == 409  # the order repeats no other version
    send(duarte, f"{PATH}/approve", PATH, digest=one_time_digest(state_of(cast_store)), secret=DUARTE.pin)
    accepted_order(cast_store, ORDER, later, IBARRA)
    number = dose_number(ORDER, 1)
    do(cast_store, MARLOW, ORDER_TYPE, order_record(ORDER), ReviewAgain("the allergy was asked about"), later)
    assert dose_now(cast_store, number).status == "held"
    assert "Put it forward again" in marlow.get(PATH).text
    changed = WriteOneTime(ORDER, 2, text + "\n", again_of=1)
    assert refused(cast_store, MARLOW, ONE_TIME, one_time_record(ORDER, 2), changed, later, station="desk-2") == "not_repeated"
    assert send(duarte, f"{PATH}/again", PATH).status_code == 303
    found = one_time_digest(state_of(cast_store, 2))
    assert send(duarte, f"{PATH}/approve", PATH, digest=found, secret=DUARTE.pin).status_code == 403
    assert send(marlow, f"{PATH}/approve", PATH, digest=found, secret=MARLOW.pin).status_code == 303
    assert "Word for word that of version 1" in marlow.get(PATH).text
    accepted_order(cast_store, ORDER, later, IBARRA)
    assert state_of(cast_store, 2).status == "spent"
    assert dose_now(cast_store, number).status == "queued"  # made in the same way: it goes on under its own number


def test_faults_are_told_and_what_was_typed_stays(visit, text, cast_store):
    wrong = text.replace('volume_tolerance = "0.05 one"', 'volume_tolerance = "0.05 mL"')
    answer = send(visit(MARLOW), f"{PATH}/write", PATH, version="1", text=wrong)
    assert answer.status_code == 422
    assert "volume_tolerance" in answer.text
    assert "0.05 mL" in answer.text
    assert state_of(cast_store).status == ""


def test_twice_is_once_and_it_is_withdrawn_with_a_reason(visit, text, cast_store):
    marlow = visit(MARLOW)
    fields = {"csrf_token": token_in(marlow.get(PATH).text), "key": "twice", "version": "1", "text": text}
    assert [marlow.post(f"{PATH}/write", data=fields).status_code for _ in range(2)] == [303, 303]
    with cast_store.read() as uow:
        assert len(uow.entries(one_time_record(ORDER, 1))) == 1
    assert send(marlow, f"{PATH}/withdraw", PATH, reason=" ").status_code == 422
    assert send(marlow, f"{PATH}/withdraw", PATH, reason="another drug").status_code == 303
    assert state_of(cast_store).status == "withdrawn"


def test_technicians_wrong_methods_and_unknown_orders_are_told(visit):
    assert visit(OKONJO).get(PATH).status_code == 403
    marlow = visit(MARLOW)
    assert marlow.get(f"{PATH}/write").status_code == 405
    assert marlow.get("/one-time/260414-9999").status_code == 404
