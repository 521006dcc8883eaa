"""A whole file: one bad order holds up no other, the same file twice does nothing twice, every order ends visibly."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from batch_records.acting import Done, Refused, load, perform
from batch_records.acts import Act, Actor
from batch_records.entries import canonical, digest
from batch_records.tables import ENTRIES
from calculations.errors import Fault, Faults
from calculations.quantity import Quantity
from compounding.orders.importing import Outcome, import_orders
from compounding.orders.numbers import order_number
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import MeasureKind, parse_patient, patient_as_data
from compounding.orders.patient_record import NOBODY, PATIENT, DescribePatient, seen
from compounding.orders.tables import MessageRow
from compounding.preparing.numbering import order_record, patient_record
from compounding.reviewing.actions import Accept, Place
from compounding.reviewing.record import ORDER, planned_for, review_content
from compounding.reviewing.tables import OrderRow
from formulary.repository import formulary_in_force
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OFFSET, OKONJO, act_of, acting, do, refused
from tests.support.flow import ADA, CEFTRIAXONE, TOMAS, described_patient

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


def test_the_same_file_from_another_hand_does_nothing_twice_and_says_so(cast_store):
    first = import_orders(cast_store, own(CEFTRIAXONE), act_of(MARLOW))
    entries = count(cast_store, ENTRIES)
    again = import_orders(cast_store, own(CEFTRIAXONE), act_of(DUARTE))
    assert [(one.result, one.number) for one in again] == [(one.result, one.number) for one in first]
    assert all("taken in before" in one.why for one in again)
    assert count(cast_store, ENTRIES) == entries


def test_what_was_refused_once_is_taken_in_when_what_stood_against_it_is_mended(cast_store):
    file = own(CEFTRIAXONE, patients=())
    (early,) = import_orders(cast_store, file, act_of(MARLOW))
    assert (early.result, "Record the patient first" in early.why) == ("refused", True)
    import_orders(cast_store, own(), act_of(MARLOW))
    (barred,) = import_orders(cast_store, file, act_of(OKONJO))
    assert (barred.result, "may not do this" in barred.why) == ("refused", True)
    (later,) = import_orders(cast_store, file, act_of(DUARTE))
    assert later.result == "placed"
    assert import_orders(cast_store, file, act_of(DUARTE)) == (later,)


def test_the_same_message_twice_waits_once(cast_store):
    text = (MESSAGES / "MedicationRequest-medrx0318.json").read_text(encoding="utf-8")
    first = import_orders(cast_store, text, act_of(MARLOW))
    again = import_orders(cast_store, text, act_of(MARLOW))
    assert results(first) == ["waits for an answer"]
    assert again == first
    assert count(cast_store, OrderRow) == 1


@pytest.mark.parametrize(
    "order",
    [
        CEFTRIAXONE | {"prescriber": "Dr.\x00 R. Castell"},
        CEFTRIAXONE | {"dose": {"value": "50", "unit": "mg/kg", "of": 1.5}},
        CEFTRIAXONE | {"dose": {"value": "50", "unit": "mg/kg", "of": ["ceftriaxone"]}},
    ],
)
def test_what_no_record_can_hold_is_refused_in_words(cast_store, order):
    try:
        assert results(import_orders(cast_store, own(order), act_of(MARLOW))) == ["described", "refused"]
    except Fault as fault:
        assert "no record holds" in str(fault)


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
    "text",
    [
        "", "MSH|^~\\&|", "[]", "5", "{}", '{"orders": [], "more": []}', "[" * 100_000, '{"a": NaN', '{"orders": [NaN]}',
        '{"orders": [1e99999999999999999999999999999999999]}',
    ],
)  # fmt: skip
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


REQUEST = (MESSAGES / "MedicationRequest-medrx0318.json").read_text(encoding="utf-8")


def test_a_part_of_a_bundle_is_kept_in_its_very_characters(cast_store):
    number = '"dispenseRequest": {"quantity": {"value": 49.900000000000001, "unit": "mg"}}'
    odd = REQUEST.replace("{", '{ "language" : "en-US", ' + number + ",", 1)
    bundle = '{"resourceType":"Bundle", "type":"collection",\n "entry" :[ {"fullUrl":"urn:x","resource": ' + odd.strip() + " }]}"
    (outcome,) = import_orders(cast_store, bundle, act_of(MARLOW))
    assert outcome.result == "waits for an answer"
    with cast_store.read() as uow:
        assert uow.entries(order_record(outcome.number))[0].payload["received"] == odd.strip()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"resourceType":"Bundle","entry":[],"entry":[]}', "entry"),
        ('{"resourceType":"Bundle","entry":[{"resource":{},"resource":{}}]}', "entry[0].resource"),
        ('{"orders":[],"patients":[],"orders":[]}', "orders"),
    ],
)
def test_a_name_that_stands_twice_in_a_file_is_refused_by_its_path(cast_store, text, path):
    with pytest.raises(Faults) as problem:
        import_orders(cast_store, text, act_of(MARLOW))
    assert [fault.field for fault in problem.value.faults] == [path]


def test_a_name_that_stands_twice_in_one_part_refuses_that_part_by_its_path(cast_store):
    order = json.dumps(CEFTRIAXONE)
    twice = order.replace("{", '{"dose": "1 mg/kg", ', 1)
    text = '{"patients": [' + json.dumps(ADA) + '], "orders": [' + twice + ", " + order + "]}"
    outcomes = import_orders(cast_store, text, act_of(MARLOW))
    assert results(outcomes) == ["described", "refused", "placed"]
    assert "orders[0].dose" in outcomes[1].why
    resource = REQUEST.strip().replace('"status"', '"status": "stopped", "status"', 1)
    (fhir,) = import_orders(cast_store, '{"resourceType":"Bundle","entry":[{"resource":' + resource + "}]}", act_of(MARLOW))
    assert (fhir.result, "status" in fhir.why and "twice" in fhir.why) == ("refused", True)


def test_a_bundle_that_an_earlier_version_took_in_is_not_taken_in_again(cast_store):
    key = "import/" + digest(json.dumps({"original": json.dumps(json.loads(REQUEST))}, sort_keys=True).encode())
    fields = order_as_data(Order.parse(CEFTRIAXONE | {"source": "fhir"}))
    import_orders(cast_store, own(), act_of(MARLOW))
    number = order_number(cast_store, key, NOON, OFFSET)
    assert isinstance(
        perform(cast_store, ORDER, order_record(number), Place(number, fields), act_of(MARLOW, key=key)), Done
    )
    bundle = '{"resourceType":"Bundle","entry":[{"resource":' + REQUEST + "}]}"
    (outcome,) = import_orders(cast_store, bundle, act_of(DUARTE))
    assert (outcome.number, "taken in before" in outcome.why) == (number, True)
    assert count(cast_store, OrderRow) == 1


def digest_of_review(store, number):
    with store.read() as uow:
        state = load(uow, ORDER, order_record(number))
        patient = load(uow, PATIENT, patient_record(ADA["mrn"])).patient
        planned = planned_for(state.current.order, patient, formulary_in_force(uow), NOON, OFFSET)
    return digest(canonical(review_content(planned)))


def review_by(store, member, number):
    reasons = {"remark": "read", "source_is_text": "read"}
    return perform(
        store, ORDER, order_record(number), Accept(1, reasons, content_digest=digest_of_review(store, number)),
        act_of(member, signed=True),
    )  # fmt: skip


def test_who_takes_a_file_in_brought_it_and_the_prescriber_ordered(cast_store):
    _, placed = import_orders(cast_store, own(CEFTRIAXONE), act_of(MARLOW))
    with cast_store.read() as uow:
        version = load(uow, ORDER, order_record(placed.number)).current
    assert version.order is not None
    assert (version.placed_by, version.brought_in, version.order.prescriber) == (MARLOW.person, True, "Dr. R. Castell")


def test_who_brought_a_file_in_could_have_written_it_and_does_not_review_it(cast_store):
    _, placed = import_orders(cast_store, own(CEFTRIAXONE), act_of(MARLOW))
    answer = review_by(cast_store, MARLOW, placed.number)
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "own_order"
    assert isinstance(review_by(cast_store, DUARTE, placed.number), Done)


@pytest.mark.parametrize("prescriber", ["J. Marlow", "j. marlow", "J.  Marlow, RPh", "J. MARLOW RPh"])
def test_who_brought_a_file_in_that_names_them_as_the_prescriber_does_not_review_it(cast_store, prescriber):
    _, placed = import_orders(cast_store, own(CEFTRIAXONE | {"prescriber": prescriber}), act_of(MARLOW))
    answer = review_by(cast_store, MARLOW, placed.number)
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "own_order"
    assert isinstance(review_by(cast_store, DUARTE, placed.number), Done)


def test_who_types_an_order_still_does_not_review_it(cast_store):
    import_orders(cast_store, own(patients=(ADA,)), act_of(MARLOW))
    typed = Place("260414-0001", order_as_data(Order.parse(CEFTRIAXONE)))
    assert isinstance(perform(cast_store, ORDER, order_record("260414-0001"), typed, act_of(MARLOW)), Done)
    answer = review_by(cast_store, MARLOW, "260414-0001")
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "own_order"


def test_a_technician_brings_no_order_in(cast_store):
    import_orders(cast_store, own(patients=(ADA,)), act_of(MARLOW))
    (outcome,) = import_orders(cast_store, own(CEFTRIAXONE, patients=()), act_of(OKONJO))
    assert outcome.result == "refused"


def test_an_incomplete_message_is_brought_in_too(cast_store):
    for file in sorted(MESSAGES.glob("*.json")):
        for outcome in import_orders(cast_store, file.read_text(), act_of(MARLOW)):
            if outcome.result == "waits for an answer":
                with cast_store.read() as uow:
                    assert load(uow, ORDER, order_record(outcome.number)).current.brought_in
                return
    raise AssertionError("no message of the published ones waits for an answer")


def test_a_file_adds_to_what_is_known_of_a_patient_and_takes_nothing_away(cast_store):
    allergic = ADA | {"allergies": [{"text": "penicillin", "code": "penicillins", "reaction": "rash"}], "dialysis": True}
    described_patient(cast_store, allergic)
    later = {"kind": "actual_weight", "amount": {"value": "9.4", "unit": "kg"}, "at": "2026-04-14T09:00:00-04:00"}
    poorer = {name: ADA[name] for name in ("mrn", "family_name", "given_name", "birth_date", "sex")}
    poorer |= {"location": "Peds 14", "measures": [later], "allergies": [{"text": "latex"}]}
    (outcome,) = import_orders(cast_store, json.dumps({"patients": [poorer]}), act_of(MARLOW))
    assert outcome.result == "described"
    with cast_store.read() as uow:
        found = load(uow, PATIENT, patient_record(ADA["mrn"])).patient
    assert [one.text for one in found.allergies] == ["penicillin", "latex"]
    assert (found.location, found.dialysis, len(found.measures)) == ("Peds 14", True, 2)
    assert found.latest(MeasureKind.ACTUAL_WEIGHT).amount == Quantity("9.4", "kg_bw")
    assert (found.lines, found.allergies_asked_at) == (parse_patient(ADA).lines, parse_patient(ADA).allergies_asked_at)


@pytest.mark.parametrize("other", [{"birth_date": "2025-09-05"}, {"family_name": "OTHER", "given_name": "Eve"}])
def test_a_file_that_means_somebody_else_under_the_same_number_is_refused(cast_store, other):
    described_patient(cast_store)
    (outcome,) = import_orders(cast_store, json.dumps({"patients": [ADA | other]}), act_of(MARLOW))
    assert (outcome.result, "Look who is meant" in outcome.why) == ("refused", True)
    with cast_store.read() as uow:
        assert load(uow, PATIENT, patient_record(ADA["mrn"])).patient == parse_patient(ADA)


def test_a_weight_of_a_day_that_has_not_come_is_refused(cast_store):
    future = ADA["measures"][0] | {"at": "2027-04-14T06:00:00-04:00"}
    (outcome,) = import_orders(cast_store, json.dumps({"patients": [ADA | {"measures": [future]}]}), act_of(MARLOW))
    assert (outcome.result, "has not come yet" in outcome.why) == ("refused", True)


def test_of_two_who_describe_a_patient_at_once_the_second_looks_again_and_no_allergy_is_lost(cast_store):
    described_patient(cast_store)
    page = seen(parse_patient(ADA))
    allergic = patient_as_data(parse_patient(ADA | {"allergies": [{"text": "penicillin", "code": "penicillins"}]}))
    do(cast_store, HALLORAN, PATIENT, patient_record(ADA["mrn"]), DescribePatient(allergic, page))
    moved = DescribePatient(patient_as_data(parse_patient(ADA | {"location": "ICU"})), page)
    assert refused(cast_store, HALLORAN, PATIENT, patient_record(ADA["mrn"]), moved) == "patient_changed"
    twin = DescribePatient(patient_as_data(parse_patient(ADA)), NOBODY)
    assert refused(cast_store, HALLORAN, PATIENT, patient_record(ADA["mrn"]), twin) == "patient_changed"


@pytest.mark.parametrize("by", [INTERFACE, acting(CASTELL)])
def test_what_an_interface_or_a_prescriber_brings_in_vain_waits_for_a_pharmacist_too(cast_store, by):
    file = own(CEFTRIAXONE | {"dose": "fifty"}, patients=())
    assert results(import_orders(cast_store, file, Act(by, "interface", NOON, "k", OFFSET))) == ["refused"]
    with cast_store.read() as uow:
        assert [row.state for row in uow.session.execute(select(MessageRow)).scalars()] == ["open"]


@pytest.mark.parametrize("file", ['{"orders": [%s]}', '{"resourceType": "Bundle", "entry": [%s]}'])
def test_a_file_of_more_orders_than_a_day_has_is_refused_as_a_whole(cast_store, file):
    with pytest.raises(Fault, match="at most 1,000"):
        import_orders(cast_store, file % ",".join(["{}"] * 1_001), act_of(MARLOW))
    assert count(cast_store, MessageRow) == 0
