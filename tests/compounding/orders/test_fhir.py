"""Orders received as FHIR R4: what is read, what is doubted, what never enters the queue."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Faults
from calculations.quantity import Quantity
from compounding.orders.fhir import read_fhir, why_not_for_queue
from compounding.orders.fhir_shape import read_resource
from compounding.orders.fhir_text import read_text

MESSAGES = Path(__file__).parents[2] / "conformance" / "messages" / "fhir_r4"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def official(name: str) -> str:
    return (MESSAGES / f"{name}.json").read_text(encoding="utf-8")


def codes(text: str) -> set[str]:
    return {one.code for one in read_fhir(text).remarks}


def changed(**fields: Any) -> str:
    """The official vancomycin order with other fields; None takes a field away."""
    data = json.loads(official("MedicationRequest-medrx0318")) | fields
    return json.dumps({name: value for name, value in data.items() if value is not None})


def dosage(**fields: Any) -> str:
    data = json.loads(official("MedicationRequest-medrx0318"))["dosageInstruction"][0] | fields
    return changed(dosageInstruction=[{name: value for name, value in data.items() if value is not None}])


def reason(text: str, now: datetime = NOW) -> str | None:
    refused = why_not_for_queue(read_fhir(text), now)
    return refused.code if refused else None


def test_the_vancomycin_order_is_read_field_by_field() -> None:
    order = read_fhir(official("MedicationRequest-medrx0318"))
    (instruction,) = order.dosages
    assert (order.id, order.status, order.patient.name, order.prescriber.name) == (
        "medrx0318", "active", "Donald Duck", "Patrick Pump",
    )  # fmt: skip
    assert order.medication.codes == (("http://hl7.org/fhir/sid/ndc", "0069-2587-10"),)
    assert instruction.dose is not None
    assert instruction.dose.quantity == Quantity(500, "mg")
    assert instruction.dose.path == "dosageInstruction[0].doseAndRate[0].doseQuantity"
    assert instruction.timing.period == Quantity(6, "h")
    assert instruction.method.name.startswith("Push")
    assert order.original == official("MedicationRequest-medrx0318")


def test_the_old_vancomycin_order_enters_the_queue_and_says_what_is_open() -> None:
    text = official("MedicationRequest-medrx0318")
    assert reason(text) is None
    assert codes(text) == {"duration_in_text", "no_start", "no_volume", "no_rate"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MedicationRequest-medrx0322", "status_completed"), ("MedicationRequest-medrx0301", "status_completed"),
        ("MedicationRequest-medrx0321", "past"), ("MedicationDispense-meddisp0304", "not_an_order"),
        ("MedicationAdministration-medadmin0302", "not_an_order"),
    ],
)  # fmt: skip
def test_official_orders_that_are_over_or_are_no_orders_stay_out_of_the_queue(name: str, expected: str) -> None:
    assert reason(official(name)) == expected


@pytest.mark.parametrize(
    "status", ["completed", "stopped", "cancelled", "draft", "on-hold", "entered-in-error", "unknown"]
)
def test_only_an_active_order_enters_the_queue(status: str) -> None:
    assert reason(changed(status=status)) == f"status_{status.replace('-', '_')}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (changed(intent="plan"), "no_order_intent"), (changed(intent="proposal"), "no_order_intent"),
        (changed(intent="instance-order"), None), (changed(doNotPerform=True), "do_not_perform"),
        (changed(dispenseRequest={"validityPeriod": {"end": "2026-11-20"}}), "past"),
        (changed(dispenseRequest={"validityPeriod": {"end": "2026-11"}}), None),
        (dosage(timing={"repeat": {"boundsPeriod": {"end": "2026-11-22T11:59:00Z"}}}), "past"),
        (dosage(timing={"repeat": {"boundsPeriod": {"end": "2026-11-22T12:01:00Z"}}}), None),
        (dosage(route={"coding": [{"code": "26643006", "display": "Oral Route"}]}), "not_intravenous"),
        (dosage(route={"text": "IV"}), None), (dosage(route=None), None),
        (dosage(route=None, text="500 mg q6h"), "no_route"), (dosage(doseAndRate=None), "no_dose"),
        (changed(dosageInstruction=None), "no_route"),
    ],
)  # fmt: skip
def test_an_order_enters_the_queue_only_as_a_standing_iv_order(text: str, expected: str | None) -> None:
    assert reason(text) == expected


def test_an_order_that_ends_today_somewhere_is_not_past() -> None:
    ends = dosage(timing={"repeat": {"boundsPeriod": {"end": "2026-11-21"}}})
    assert reason(ends, datetime(2026, 11, 22, 4, tzinfo=UTC)) is None
    assert reason(ends, datetime(2026, 11, 22, 13, tzinfo=UTC)) == "past"


def test_text_that_disagrees_with_the_fields_becomes_a_remark() -> None:
    assert {"rate_differs", "run_time_differs"} <= codes(official("MedicationDispense-meddisp0304"))
    assert "limit_differs" in codes(official("MedicationRequest-medrx0305"))
    assert "sequence_repeats" in codes(official("MedicationRequest-medrx0321"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "750mg IV q6h"}, "dose_differs"), ({"text": "500mg IV q8h"}, "interval_differs"),
        ({"text": "500mg IV three times daily"}, "interval_differs"),
        ({"text": "500mg IV over 60 min", "doseAndRate": [{"rateQuantity": {"value": 30, "code": "min"}}]},
         "time_differs"),
        ({"text": "in 100 mL IV at 100 mL/h", "doseAndRate": [{"rateQuantity": {"value": 50, "code": "mL/h"}}]},
         "rate_differs"),
        ({"text": "500 mg IV not more than 1 g per day", "maxDosePerPeriod": {
            "numerator": {"value": 2, "code": "g"}, "denominator": {"value": 1, "code": "d"}}}, "limit_differs"),
        ({"text": "500 mg IV for 7 days", "timing": {"repeat": {"boundsDuration": {"value": 3, "code": "d"}}}},
         "duration_differs"),
    ],
)  # fmt: skip
def test_each_kind_of_disagreement_is_noticed(fields: dict[str, Any], code: str) -> None:
    assert code in codes(dosage(**fields))


def test_text_that_says_the_same_in_other_units_is_no_disagreement() -> None:
    assert not {one for one in codes(dosage(text="0.5 g IV every 360 minutes")) if one.endswith("differs")}


def test_unit_codes_are_checked_letter_for_letter_and_doubts_stay_with_the_quantity() -> None:
    (instruction,) = read_fhir(official("MedicationRequest-medrx0322")).dosages
    assert instruction.dose is not None
    assert instruction.dose.quantity == Quantity(20, "mEq")
    assert "mEq is not UCUM" in instruction.dose.doubts[0]
    (given_instruction,) = read_fhir(official("MedicationAdministration-medadmin0302")).dosages
    assert given_instruction.dose is not None
    assert given_instruction.dose.doubts == ()


@pytest.mark.parametrize(
    ("quantity", "read", "doubted"),
    [
        ({"value": 5, "system": "http://unitsofmeasure.org", "code": "mg"}, Quantity(5, "mg"), False),
        ({"value": 5, "unit": "g", "system": "http://unitsofmeasure.org", "code": "mg"}, Quantity(5, "mg"), True),
        ({"value": 5, "unit": "mg"}, Quantity(5, "mg"), False),
        ({"value": 5, "unit": "MG"}, None, False),
        ({"value": 5, "unit": "TAB", "code": "TAB"}, None, False),
        ({"value": 5, "comparator": "<", "code": "mg"}, None, True),
        ({"value": 5, "system": "http://unitsofmeasure.org", "code": "mcg"}, Quantity(5, "mcg"), True),
    ],
)  # fmt: skip
def test_a_unit_is_read_from_its_code_and_never_guessed(
    quantity: dict[str, Any], read: Quantity, doubted: bool
) -> None:
    (instruction,) = read_fhir(dosage(doseAndRate=[{"doseQuantity": quantity}])).dosages
    assert instruction.dose is not None
    assert instruction.dose.quantity == read
    assert bool(instruction.dose.doubts) is doubted


def test_units_of_insulin_are_read_with_a_doubt_because_ucum_means_enzyme_units() -> None:
    first = read_fhir(official("MedicationRequest-medrx0321")).dosages[0]
    assert first.dose is not None
    assert first.dose.quantity == Quantity(10, "units", of="Insulin Aspart (substance)")
    assert "[iU]" in first.dose.doubts[0]


def test_a_number_keeps_every_digit_that_was_sent() -> None:
    text = dosage(doseAndRate=[{"doseQuantity": {"value": 999, "code": "mg"}}]).replace("999", "0.1000000000000000055")
    (instruction,) = read_fhir(text).dosages
    assert instruction.dose is not None
    assert str(instruction.dose.value) == "0.1000000000000000055"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "message"), ("[]", "message"), ("{", "message"), ("[" * 100_000, "message"), ('{"a":1,"a":2}', "a"),
        ('{"resourceType": "Patient"}', "resourceType"), ('{"resourceType": "MedicationRequest"}', ""),
        (changed(status="foo"), "status"), (changed(intent="wish"), "intent"), (changed(subject=None), "subject"),
        (changed(colour="red"), "colour"), (changed(authoredOn="yesterday"), "authoredOn"),
        (changed(medicationCodeableConcept={"text": "x"}), "medication"), (dosage(sequence="first"), "sequence"),
        (dosage(timing={"repeat": {"period": 6, "periodUnit": "fortnight"}}), "periodUnit"),
        (dosage(timing={"repeat": {"period": 10**40, "periodUnit": "h"}}), "message"),
        (changed(authoredOn="2015-01-15").replace('"2015-01-15"', "NaN"), "message"), ("x" * 1_000_001, "message"),
    ],
)  # fmt: skip
def test_what_r4_does_not_allow_is_refused_by_its_field(text: str, field: str) -> None:
    with pytest.raises(Faults) as refused:
        read_resource(text)
    assert any(field in one.field or field in one.expected for one in refused.value.faults)


def test_the_text_reader_knows_its_phrases() -> None:
    said = read_text("4.5 grams in D5W 250 ml. IV every 6 hours. Infuse over 30 min at 8L/min", "piperacillin")
    assert (said.dose, said.volume, said.every) == (Quantity("4.5", "g"), Quantity(250, "mL"), Quantity(6, "h"))
    assert (said.infuse_over, said.rate) == (Quantity(30, "min"), Quantity(8, "L/min"))
    assert said.says_intravenous
    said = read_text("0.05 - 0.1mg/kg IV over 2-5 minutes every 15 minutes as needed", "lorazepam")
    assert (said.dose, said.dose_max) == (Quantity("0.05", "mg/kg"), Quantity("0.1", "mg/kg"))
    assert (said.infuse_over, said.infuse_over_max) == (Quantity(2, "min"), Quantity(5, "min"))
    said = read_text("0.25mg PO every 6-12 hours. Do not exceed more than 4mg per day", "alprazolam")
    assert (said.limit_per_day, said.every_max) == (Quantity(4, "mg"), Quantity(12, "h"))


@given(st.text(max_size=200) | st.text("0123456789. mgLIVqxfor-/every", max_size=120))
def test_no_text_breaks_the_text_reader(text: str) -> None:
    assert read_text(text, "drug").says_intravenous in (True, False)


@pytest.mark.parametrize("kind", [None, [], {}, "", "x", -1, True, 1.5])
def test_a_contained_resource_of_no_known_kind_is_refused_in_words(kind: Any) -> None:
    message = {"resourceType": "MedicationRequest", "contained": [{"resourceType": kind, "id": "m"}]}
    with pytest.raises(Faults):
        read_fhir(json.dumps(message))


@pytest.mark.parametrize("name", ["identifier", "dosageInstruction", "reasonCode", "contained"])
def test_a_name_without_a_value_is_refused_in_words(name: str) -> None:
    text = (MESSAGES / "MedicationRequest-medrx0321.json").read_text(encoding="utf-8")
    with pytest.raises(Faults):
        read_fhir(json.dumps(json.loads(text) | {name: None}))


@pytest.mark.parametrize("name", ["frequency", "frequencyMax", "count"])
@pytest.mark.parametrize("sent", [True, "2", 1.0])
def test_a_count_that_is_no_whole_number_is_refused_in_words(name: str, sent: Any) -> None:
    with pytest.raises(Faults):
        read_fhir(dosage(timing={"repeat": {"frequency": 1, "period": 6, "periodUnit": "h", name: sent}}))
