"""A whole file: one bad order holds up no other, the same file twice does nothing twice, every order ends visibly."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.acts import Act, Actor
from batch_records.tables import ENTRIES
from calculations.errors import Fault
from compounding.orders.importing import Outcome, import_orders
from compounding.preparing.numbering import order_record
from compounding.reviewing.record import ORDER
from compounding.reviewing.tables import OrderRow
from tests.support.cast import CASTELL, MARLOW, NOON, OFFSET, OKONJO, act_of
from tests.support.flow import ADA, CEFTRIAXONE, TOMAS

MESSAGES = Path(__file__).parents[2] / "conformance" / "messages" / "fhir_r4"
INTERFACE = Actor("interface", "Orders in", frozenset({"interface"}))


def own(*orders: object, patients: tuple[object, ...] = (ADA,)) -> str:
    return json.dumps({"patients": list(patients), "orders": list(orders)})


def count(store, what) -> int:
    with store.read() as uow:
        return int(uow.session.execute(select(func.count()).select_from(what)).scalar_one())


def results(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [one.result for one in outcomes]


def test_our_own_form_places_and_describes(cast_store):
    outcomes = import_orders(cast_store, own(CEFTRIAXONE), act_of(MARLOW))
    assert results(outcomes) == ["described", "placed"]
    with cast_store.read() as uow:
        order = load(uow, ORDER, order_record(outcomes[1].number)).current.order
    assert order is not None
    assert (order.drug, order.source) == ("ceftriaxone", "json")


def test_the_same_file_twice_writes_nothing_more(cast_store):
    first = import_orders(cast_store, own(CEFTRIAXONE), act_of(MARLOW))
    entries = count(cast_store, ENTRIES)
    again = import_orders(cast_store, own(CEFTRIAXONE), act_of(MARLOW))
    assert again == first
    assert (count(cast_store, ENTRIES), count(cast_store, OrderRow)) == (entries, 1)


def test_the_same_message_twice_waits_once(cast_store):
    text = (MESSAGES / "MedicationRequest-medrx0318.json").read_text(encoding="utf-8")
    first = import_orders(cast_store, text, act_of(MARLOW))
    again = import_orders(cast_store, text, act_of(MARLOW))
    assert results(first) == ["waits for an answer"]
    assert again == first
    assert count(cast_store, OrderRow) == 1


def test_one_bad_order_holds_up_no_other_and_says_every_fault(cast_store):
    bad = CEFTRIAXONE | {"dose": "1,5 mg", "route": "by mouth"}
    outcomes = import_orders(cast_store, own(bad, CEFTRIAXONE), act_of(MARLOW))
    assert results(outcomes) == ["described", "refused", "placed"]
    assert "order.dose" in outcomes[1].why
    assert "order.route" in outcomes[1].why


def test_an_order_for_somebody_nobody_recorded_is_refused(cast_store):
    (outcome,) = import_orders(cast_store, own(CEFTRIAXONE, patients=()), act_of(MARLOW))
    assert outcome.result == "refused"
    assert "Record the patient first" in outcome.why


def test_a_bundle_is_taken_apart_and_everything_in_it_ends_visibly(cast_store):
    names = sorted(path.stem for path in MESSAGES.glob("Medication*.json"))
    entries = [{"resource": json.loads((MESSAGES / f"{name}.json").read_text(encoding="utf-8"))} for name in names]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    outcomes = import_orders(cast_store, json.dumps(bundle), act_of(MARLOW))
    assert len(outcomes) == len(names)
    assert results(outcomes).count("waits for an answer") == 1
    assert results(outcomes).count("refused") == len(names) - 1
    assert all(one.why for one in outcomes)


@pytest.mark.parametrize(
    "text", ["", "MSH|^~\\&|", "[]", "5", "{}", '{"orders": [], "more": []}', "[" * 100_000, '{"a": NaN']
)
def test_what_is_no_file_of_orders_is_a_fault_of_the_file(cast_store, text):
    with pytest.raises(Fault) as problem:
        import_orders(cast_store, text, act_of(MARLOW))
    assert problem.value.field == "file"


def test_an_interface_may_take_orders_in_and_a_technician_may_not(cast_store):
    act = Act(INTERFACE, "interface", NOON, "interface-1", OFFSET)
    assert results(import_orders(cast_store, own(CEFTRIAXONE), act)) == ["described", "placed"]
    refused = import_orders(cast_store, own(CEFTRIAXONE | {"dose": "40 mg/kg"}, patients=(TOMAS,)), act_of(OKONJO))
    assert results(refused) == ["refused", "refused"]
    assert all("may not do this" in one.why for one in refused)


def test_a_prescriber_may_place_a_complete_order_but_not_take_in_an_incomplete_one(cast_store):
    text = (MESSAGES / "MedicationRequest-medrx0318.json").read_text(encoding="utf-8")
    assert results(import_orders(cast_store, text, act_of(CASTELL))) == ["refused"]
    assert results(import_orders(cast_store, own(CEFTRIAXONE), act_of(CASTELL))) == ["described", "placed"]
