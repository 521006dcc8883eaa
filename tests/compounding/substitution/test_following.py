"""Switches as records, and the orders that follow them: reviewed again where they are made otherwise, and only there."""

from datetime import timedelta
from typing import Any

import pytest

from batch_records.acting import load
from batch_records.store import Store
from batch_records.types import instant_text
from batch_records.verify import verify_records
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Release
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.record import ORDER
from compounding.substitution.following import ENDED, follow_switches
from compounding.sweeping import sweep
from compounding.views.queue import to_fetch_back
from compounding.views.review_list import waiting_orders
from formulary.repository import formulary_at
from formulary.substitution.record import SUBSTITUTION, Begin, End, record_id
from tests.support.cast import ADEYEMI, AMARI, CASTELL, DUARTE, MARLOW, NOON, NOVAK, OFFSET, Member, do, refused
from tests.support.flow import (
    ORDER_NUMBER,
    TOMAS,
    accepted_order,
    completed,
    content_digest,
    dose_now,
    placed_order,
    queued_dose,
)
from web.record_types import RECORD_TYPES

BAG = "ceftriaxone_minibag_adult"
ONE_GRAM: dict[str, Any] = {
    "order_type": "intermittent", "patient": TOMAS["mrn"], "drug": "ceftriaxone", "dose": "1000 mg", "route": "IV infusion",
    "line": "peripheral", "start": "2026-04-14T14:30:00-04:00", "frequency": {"every": "24 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
HOUR = timedelta(hours=1)


def begin(kind: str = "diluent", to: str = "dextrose_5", hours: int = 48, **other: str) -> Begin:
    until = instant_text(NOON + timedelta(hours=hours))
    return Begin(
        **{"formulation": BAG, "kind": kind, "to": to, "begins": "", "until": until, "reason": "no bags", **other}
    )


def switch(store: Store, action: Begin | End, at: Any = NOON, member: Member = DUARTE) -> Any:
    return do(store, member, SUBSTITUTION, record_id(BAG), action, at, station="desk-2", signed=True)


def not_switched(
    store: Store, action: Begin | End, member: Member = DUARTE, at: Any = NOON, signed: bool = True
) -> str:
    return refused(store, member, SUBSTITUTION, record_id(BAG), action, at, station="desk-2", signed=signed)


def order_of(store: Store) -> Any:
    with store.read() as uow:
        return load(uow, ORDER, order_record(ORDER_NUMBER))


def test_a_reviewed_order_goes_back_to_review_and_its_new_doses_are_made_of_what_is_there(cast_store: Store) -> None:
    first = queued_dose(cast_store, ONE_GRAM, TOMAS)
    switch(cast_store, begin())
    assert follow_switches(cast_store, NOON, OFFSET) == 1
    state = order_of(cast_store)
    assert state.status == "clinical_review"
    assert state.current.again_reason.startswith("Alternative because of shortage: no bags")
    assert dose_now(cast_store, first).status is DoseStatus.HELD
    assert follow_switches(cast_store, NOON, OFFSET) == 0
    accepted_order(cast_store, ORDER_NUMBER, NOON + HOUR)
    plan = order_of(cast_store).current.plan
    assert "dextrose 5 %" in plan.base_display and plan.substituted[0].reason == "no bags"
    assert dose_now(cast_store, first).status is DoseStatus.CANCELLED
    second = dose_now(cast_store, dose_number(ORDER_NUMBER, 2))
    assert second.status is DoseStatus.QUEUED and "dextrose" in second.planned.base_display
    assert follow_switches(cast_store, NOON + HOUR, OFFSET) == 0
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_the_review_list_judges_by_the_alternative_as_long_as_it_is_in_use(cast_store: Store) -> None:
    clock, cast_store.clock = Clock(OFFSET), lambda: NOON

    def listed() -> str:
        with cast_store.read() as uow:
            return waiting_orders(uow, NOON, clock)[0].tag

    placed_order(cast_store, {**ONE_GRAM, "diluent": "sodium_chloride_0_9"}, TOMAS)
    usual = listed()
    switch(cast_store, begin())
    assert listed() == "1 absolute" != usual
    switch(cast_store, End(1, "bags came"))
    assert listed() == usual


def test_an_alternative_that_expires_returns_the_order_to_the_usual_way(cast_store: Store) -> None:
    switch(cast_store, begin(hours=2))
    queued_dose(cast_store, ONE_GRAM, TOMAS)
    assert "dextrose" in order_of(cast_store).current.plan.base_display
    sweep(cast_store, NOON + HOUR, OFFSET)
    assert order_of(cast_store).status == "verified"
    sweep(cast_store, NOON + 2 * HOUR, OFFSET)
    state = order_of(cast_store)
    assert state.status == "clinical_review" and state.current.again_reason.startswith(ENDED)
    accepted_order(cast_store, ORDER_NUMBER, NOON + 3 * HOUR)
    assert "sodium chloride" in order_of(cast_store).current.plan.base_display


def test_a_pharmacist_ends_it_early_and_what_is_past_stays_told(cast_store: Store) -> None:
    switch(cast_store, begin())
    state = switch(cast_store, End(1, "bags came in"), NOON + HOUR, MARLOW)
    assert state.at(NOON + HOUR) is None and state.at(NOON) is not None
    with cast_store.read() as uow:
        assert formulary_at(uow, NOON).switched(BAG) is not None
        assert formulary_at(uow, NOON + HOUR).switched(BAG) is None
    assert not_switched(cast_store, End(1, "again"), at=NOON + 2 * HOUR) == "switch_over"
    assert not_switched(cast_store, End(7, "what")) == "switch_unknown"


def test_where_only_other_vials_are_counted_out_the_review_and_the_doses_stand(cast_store: Store) -> None:
    first = queued_dose(cast_store, ONE_GRAM, TOMAS)
    switch(cast_store, begin("product", "ceftriaxone_500mg_vial"))
    assert follow_switches(cast_store, NOON, OFFSET) == 0
    assert order_of(cast_store).status == "verified" and dose_now(cast_store, first).status is DoseStatus.QUEUED


def test_a_later_begin_is_used_from_then_on(cast_store: Store) -> None:
    switch(cast_store, begin(begins=instant_text(NOON + HOUR)))
    queued_dose(cast_store, ONE_GRAM, TOMAS)
    assert order_of(cast_store).current.plan.substituted is None
    assert follow_switches(cast_store, NOON, OFFSET) == 0
    assert follow_switches(cast_store, NOON + HOUR, OFFSET) == 1


def test_a_dose_that_was_begun_is_finished_and_given_as_it_was_planned(cast_store: Store) -> None:
    first = completed(cast_store, order=ONE_GRAM, patient=TOMAS)
    at = NOON + timedelta(minutes=10)
    switch(cast_store, begin(), at)
    assert follow_switches(cast_store, at, OFFSET) == 1
    accepted_order(cast_store, ORDER_NUMBER, at)
    state = order_of(cast_store)
    assert "dextrose 5 %" in state.current.plan.base_display and state.standing > state.alike
    assert state.doses == 1  # its due time has its dose
    release = Release(content_digest(cast_store, first))
    do(cast_store, MARLOW, DOSE, dose_record(first), release, at, station="desk-1", signed=True)
    dose = dose_now(cast_store, first)
    assert dose.status is DoseStatus.RELEASED and "sodium chloride" in dose.label["diluent"]
    assert not any("ALTERNATIVE" in text for text in dose.label["bands"])
    with cast_store.read() as uow:
        assert to_fetch_back(uow) == []
    switch(cast_store, End(1, "bags came in"), at + HOUR)
    assert follow_switches(cast_store, at + HOUR, OFFSET) == 1
    accepted_order(cast_store, ORDER_NUMBER, at + HOUR)
    assert order_of(cast_store).standing == {1, 2, 3} and order_of(cast_store).alike == {3}


def test_after_another_dose_was_reviewed_too_what_was_begun_stands_no_more(cast_store: Store) -> None:
    completed(cast_store, order=ONE_GRAM, patient=TOMAS)
    switch(cast_store, begin(), NOON + HOUR)
    placed_order(cast_store, ONE_GRAM | {"dose": "2000 mg"}, TOMAS)
    accepted_order(cast_store, ORDER_NUMBER, NOON + HOUR)
    assert order_of(cast_store).standing == {2}


def test_a_standing_order_takes_another_vial_while_the_switch_lasts_and_the_usual_one_again_after_it(
    cast_store: Store,
) -> None:
    often = ONE_GRAM | {"frequency": {"every": "12 h"}}
    first = queued_dose(cast_store, often, TOMAS)
    vials = {"ceftriaxone_1g_vial", "ceftriaxone_500mg_vial"}

    def taken(number: str) -> set[str]:
        return {one.product for one in dose_now(cast_store, number).drawing.components} & vials

    usual = taken(first)
    switch(cast_store, begin("product", "ceftriaxone_500mg_vial", hours=36))
    before = order_of(cast_store).doses
    sweep(cast_store, NOON + 24 * HOUR, OFFSET)
    during = order_of(cast_store).doses
    sweep(cast_store, NOON + 72 * HOUR, OFFSET)
    after = order_of(cast_store).doses
    assert before < during < after and order_of(cast_store).status == "verified"
    newest = [dose_number(ORDER_NUMBER, index) for index in (during, after)]
    assert taken(newest[0]) == {"ceftriaxone_500mg_vial"} and taken(newest[1]) == usual != {"ceftriaxone_500mg_vial"}
    assert (
        dose_now(cast_store, newest[0]).planned.substituted and not dose_now(cast_store, newest[1]).planned.substituted
    )
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_no_alternative_of_an_alternative_whichever_was_decided_first(cast_store: Store) -> None:
    bag, syringe = "insulin_regular_bag", "insulin_regular_syringe"
    instead = begin("formulation", bag, formulation=syringe)
    do(cast_store, DUARTE, SUBSTITUTION, record_id(syringe), instead, NOON, station="desk-2", signed=True)
    further = begin("product", "insulin_regular_100_vial", formulation=bag)
    code = refused(cast_store, DUARTE, SUBSTITUTION, record_id(bag), further, station="desk-2", signed=True)
    assert code == "is_an_alternative"
    back = begin("formulation", syringe, formulation=bag)
    code = refused(cast_store, DUARTE, SUBSTITUTION, record_id(bag), back, station="desk-2", signed=True)
    assert code == "alternative_switched"


@pytest.mark.parametrize("member", [AMARI, CASTELL, ADEYEMI, NOVAK])
def test_nobody_but_a_pharmacist_substitutes(cast_store: Store, member: Member) -> None:
    assert not_switched(cast_store, begin(), member) == "not_allowed"


def test_what_is_no_released_alternative_of_this_formulation_is_refused(cast_store: Store) -> None:
    wrong = [
        begin("formulation", "ceftriaxone_minibag_child"), begin("formulation", "cefazolin_minibag_adult"),
        begin("product", "heparin_1000_units_ml_vial"), begin("diluent", "sterile_water"), begin("formulation", BAG),
        begin("nothing", "dextrose_5"),
    ]  # fmt: skip
    assert {not_switched(cast_store, one) for one in wrong} == {"not_a_choice"}
    assert not_switched(cast_store, begin(reason="  ")) == "reason_missing"
    assert not_switched(cast_store, begin(hours=-1)) == "time_wrong"
    assert not_switched(cast_store, begin(hours=24 * 400)) == "time_wrong"
    assert not_switched(cast_store, begin(until="soon")) == "time_wrong"
    assert not_switched(cast_store, begin(), signed=False) == "secret_needed"
    switch(cast_store, begin())
    assert not_switched(cast_store, begin("product", "ceftriaxone_500mg_vial")) == "switched_already"
