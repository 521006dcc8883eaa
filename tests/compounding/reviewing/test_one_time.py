"""A one-time formulation: written with its source, approved by a second pharmacist, used for one order version."""

from datetime import timedelta
from typing import Any

import pytest

from batch_records.acting import load
from batch_records.entries import canonical, digest
from compounding.orders.order import order_as_data
from compounding.orders.patient_record import PATIENT
from compounding.preparing.numbering import order_record, patient_record
from compounding.reviewing.actions import Accept, Place
from compounding.reviewing.one_time import (
    ONE_TIME,
    ApproveOneTime,
    WithdrawOneTime,
    WriteOneTime,
    formulary_for,
    needs_one_time,
    one_time_digest,
    one_time_record,
)
from compounding.reviewing.one_time_data import drug_text, template_of
from compounding.reviewing.record import ORDER, planned_for, review_content
from compounding.views.strip import preparation_line
from formulary.drug_record import record_id
from formulary.releasing import DRUG, WithdrawDrug
from formulary.repository import formulary_in_force
from tests.support.cast import CASTELL, DUARTE, IBARRA, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import CEFTRIAXONE, completed, content_digest, dose_now, placed_order

ORDER_NUMBER = "260414-0160"
D10: dict[str, Any] = {**CEFTRIAXONE, "diluent": "D10W", "volume": "250 mL"}
"""Ceftriaxone in dextrose 10 %: no released formulation is made in it."""
RECORD = one_time_record(ORDER_NUMBER, 1)


def written_text(store) -> str:
    """The drug's own first formulation, changed to dextrose 10 % and sourced anew."""
    with store.read() as uow:
        text = template_of(drug_text(uow, "ceftriaxone"))
    text = text.replace('text = ""', 'text = "label, compatibility with dextrose 10 %, read by J. Marlow"', 1)
    text = text.replace('name = "cefTRIAXone minibag, child"', 'name = "cefTRIAXone in dextrose 10 %, one time"')
    text = text.replace("sodium_chloride_0_9", "dextrose_10").replace('volume = "25 mL"', 'volume = "250 mL"')
    text = text.replace(
        '  { solution = "dextrose_5", volume = "250 mL", dose_to = "1660 mg", source = "dose_bounds" },\n', ""
    )
    return text.replace('concentration_low = "10 mg/mL"', 'concentration_low = "1 mg/mL"')


def placed(store) -> str:
    return placed_order(store, D10, number=ORDER_NUMBER)


def written(store, text: str = "") -> None:
    placed(store)
    do(store, MARLOW, ONE_TIME, RECORD, WriteOneTime(ORDER_NUMBER, 1, text or written_text(store)))


def state_of(store):
    with store.read() as uow:
        return load(uow, ONE_TIME, RECORD)


def approved(store) -> None:
    written(store)
    approve = ApproveOneTime(one_time_digest(state_of(store)))
    do(store, DUARTE, ONE_TIME, RECORD, approve, signed=True)


def planned(store, version: int = 1):
    with store.read() as uow:
        order = load(uow, ORDER, order_record(ORDER_NUMBER)).current.order
        patient = load(uow, PATIENT, patient_record(order.patient)).patient
        return planned_for(order, patient, formulary_for(uow, formulary_in_force(uow), ORDER_NUMBER, version), NOON, 0)


def test_without_one_the_order_has_no_formulation(cast_store):
    placed(cast_store)
    assert needs_one_time(planned(cast_store))


def test_written_alone_it_changes_nothing_approved_it_serves_this_order_version_only(cast_store):
    written(cast_store)
    assert needs_one_time(planned(cast_store))
    do(cast_store, DUARTE, ONE_TIME, RECORD, ApproveOneTime(one_time_digest(state_of(cast_store))), signed=True)
    plan = planned(cast_store).plan
    assert plan.one_time
    assert plan.formulation == "one_time_260414_0160_1"
    assert "ONE-TIME FORMULATION" in preparation_line(plan)
    assert needs_one_time(planned(cast_store, version=2))


@pytest.mark.parametrize("withdrawn", [False, True])
def test_with_the_acceptance_it_is_spent_and_the_dose_is_made_with_it_also_when_its_drug_is_withdrawn(cast_store, withdrawn):
    approved(cast_store)
    found = planned(cast_store)
    reasons = {finding.code: "agreed" for finding in found.findings if finding.grade == "soft"}
    accept = Accept(1, reasons, content_digest=digest(canonical(review_content(found))))
    do(cast_store, IBARRA, ORDER, order_record(ORDER_NUMBER), accept, station="desk-2", signed=True)
    assert state_of(cast_store).status == "spent"
    assert refused(cast_store, MARLOW, ONE_TIME, RECORD, WithdrawOneTime("no")) == "one_time_spent"
    if withdrawn:
        do(cast_store, MARLOW, DRUG, record_id("ceftriaxone"), WithdrawDrug(1, "wrong"))
    number = completed(cast_store, f"{ORDER_NUMBER}-01-{last_digit(cast_store)}")
    dose = dose_now(cast_store, number)
    assert dose.planned.one_time
    assert content_digest(cast_store, number)


def last_digit(store) -> str:
    from compounding.preparing.numbering import dose_number

    return dose_number(ORDER_NUMBER, 1)[-1]


def test_who_wrote_it_does_not_approve_it_and_a_technician_does_neither(cast_store):
    placed(cast_store)
    write = WriteOneTime(ORDER_NUMBER, 1, written_text(cast_store))
    assert refused(cast_store, OKONJO, ONE_TIME, RECORD, write) == "not_allowed"
    do(cast_store, MARLOW, ONE_TIME, RECORD, write)
    approve = ApproveOneTime(one_time_digest(state_of(cast_store)))
    assert refused(cast_store, MARLOW, ONE_TIME, RECORD, approve, signed=True) == "own_formulation"
    assert refused(cast_store, DUARTE, ONE_TIME, RECORD, approve) == "secret_needed"
    assert refused(cast_store, DUARTE, ONE_TIME, RECORD, ApproveOneTime("x"), signed=True) == "page_stale"


def test_a_new_order_version_needs_its_own(cast_store):
    written(cast_store)
    with cast_store.read() as uow:
        order = load(uow, ORDER, order_record(ORDER_NUMBER)).current.order
    again = Place(ORDER_NUMBER, order_as_data(order))
    do(cast_store, CASTELL, ORDER, order_record(ORDER_NUMBER), again, NOON + timedelta(minutes=1), station="desk-2")
    approve = ApproveOneTime(one_time_digest(state_of(cast_store)))
    assert refused(cast_store, DUARTE, ONE_TIME, RECORD, approve, signed=True) == "order_changed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("[sources]", "[sources"), "one_time_faults"),
        (('source = "one_time"', 'source = "house"'), "one_time_faults"),
        (('volume_tolerance = "0.05 one"', 'volume_tolerance = "0.05 mL"'), "one_time_faults"),
        (("dextrose_10", "dextrose_99"), "one_time_faults"),
        (('order_type = "intermittent"', 'order_type = "continuous"'), "one_time_faults still_stopped"),
    ],
)
def test_what_the_loader_refuses_is_refused_here_too(cast_store, change, code):
    placed(cast_store)
    text = written_text(cast_store).replace(*change)
    assert refused(cast_store, MARLOW, ONE_TIME, RECORD, WriteOneTime(ORDER_NUMBER, 1, text)) in code.split()


def test_an_order_that_a_released_formulation_serves_needs_none(cast_store):
    placed_order(cast_store, CEFTRIAXONE, number=ORDER_NUMBER)
    write = WriteOneTime(ORDER_NUMBER, 1, written_text(cast_store))
    assert refused(cast_store, MARLOW, ONE_TIME, RECORD, write) == "formulation_exists"
