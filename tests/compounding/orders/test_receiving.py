"""From a FHIR message to our own order: what it says is taken, what it leaves out is listed, nothing is filled in."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calculations.quantity import Quantity
from compounding.orders.fhir import NotForQueue, read_fhir
from compounding.orders.receiving import Draft, drug_of, receive
from tests.support.flow import formulary

MESSAGES = Path(__file__).parents[2] / "conformance" / "messages" / "fhir_r4"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OFFICIAL = sorted(path.stem for path in MESSAGES.glob("*.json"))


def official(name: str) -> str:
    return (MESSAGES / f"{name}.json").read_text(encoding="utf-8")


def received(text: str, patients: dict[str, str] | None = None) -> Draft | NotForQueue:
    return receive(read_fhir(text), formulary(), patients or {}, NOW)


def changed(**fields: Any) -> str:
    """The official vancomycin order with other fields; None takes a field away."""
    data = json.loads(official("MedicationRequest-medrx0318")) | fields
    return json.dumps({name: value for name, value in data.items() if value is not None})


def complete() -> str:
    """The vancomycin order for a patient of ours, with a start and a rate."""
    data = json.loads(official("MedicationRequest-medrx0318"))
    data["subject"] = {"reference": "Patient/DEMO-2093"}
    instruction = data["dosageInstruction"][0]
    instruction["timing"]["repeat"]["boundsPeriod"] = {"start": "2026-11-22T18:00:00-05:00"}
    return json.dumps(data)


@pytest.mark.parametrize("name", OFFICIAL)
def test_every_official_message_ends_as_a_draft_or_with_a_reason(name):
    found = received(official(name))
    assert isinstance(found, NotForQueue) == (name != "MedicationRequest-medrx0318")
    if isinstance(found, NotForQueue):
        assert found.reason


def test_the_vancomycin_message_says_drug_dose_and_frequency_and_leaves_the_rest_open():
    draft = received(official("MedicationRequest-medrx0318"))
    assert isinstance(draft, Draft)
    assert not draft.complete
    assert draft.missing == ("patient", "order_type", "start", "diluent", "volume")
    assert draft.fields["drug"] == "vancomycin"
    assert Quantity.from_data(draft.fields["dose"]) == Quantity(500, "mg", of="vancomycin")
    assert Quantity.from_data(draft.fields["frequency"]["every"]) == Quantity(6, "h")
    assert draft.fields["original"].endswith("500mg IV q6h x 3 days")
    assert "line" not in draft.fields
    assert "volume" not in draft.fields


def test_a_known_patient_and_a_start_are_taken_from_the_message():
    draft = received(complete(), {"DEMO-2093": "DEMO-2093"})
    assert isinstance(draft, Draft)
    assert draft.fields["patient"] == "DEMO-2093"
    assert draft.fields["start"] == "2026-11-22T18:00:00-05:00"
    assert draft.missing == ("order_type", "diluent", "volume")


def test_a_patient_nobody_recorded_is_never_guessed_from_the_name():
    draft = received(changed(subject={"display": "SPECIMEN, Tomas"}), {"DEMO-2093": "DEMO-2093"})
    assert isinstance(draft, Draft)
    assert "patient" in draft.missing


@pytest.mark.parametrize("status", ["completed", "stopped", "cancelled", "draft", "entered-in-error", "unknown"])
def test_what_is_not_active_never_enters(status):
    assert isinstance(received(changed(status=status)), NotForQueue)


def test_what_is_no_intravenous_preparation_is_refused_with_the_reason():
    data = json.loads(official("MedicationRequest-medrx0318"))
    oral = {"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral route"}
    data["dosageInstruction"][0] |= {"route": {"coding": [oral]}, "text": "500mg PO q6h"}
    found = received(json.dumps(data))
    assert isinstance(found, NotForQueue)
    assert "no IV preparation" in found.reason
    assert "Oral route" in found.reason


def test_a_drug_that_the_formulary_does_not_have_stays_open():
    data = json.loads(official("MedicationRequest-medrx0318"))
    data["contained"][0]["code"] = {"text": "unobtainium"}
    found = received(json.dumps(data))
    assert isinstance(found, Draft)
    assert "drug" in found.missing
    assert drug_of(read_fhir(json.dumps(data)), formulary()) is None


def test_a_drug_is_found_by_the_product_code_of_our_own_list():
    data = json.loads(official("MedicationRequest-medrx0318"))
    product = formulary().product("ceftriaxone_500mg_vial")
    coding = {"system": "http://hl7.org/fhir/sid/ndc", "code": product.codes.ndc, "display": "a name that says nothing"}
    data["contained"][0]["code"] = {"coding": [coding]}
    found = drug_of(read_fhir(json.dumps(data)), formulary())
    assert found is not None
    assert found.id == "ceftriaxone"


def test_what_the_fields_say_and_our_order_does_not_hold_is_told_and_never_lost():
    data = json.loads(official("MedicationRequest-medrx0318"))
    first = data["dosageInstruction"][0]
    first |= {"asNeededBoolean": True, "maxDosePerAdministration": {"value": 600, "unit": "mg", "code": "mg"}}
    first["timing"]["repeat"] |= {"count": 9, "boundsPeriod": {"start": "2026-11-20", "end": "2026-11-30"}}
    data["dosageInstruction"].append(first | {"sequence": 2, "text": "loading dose"})
    found = received(json.dumps(data))
    assert isinstance(found, Draft)
    told = " / ".join(found.fields["remarks"])
    for words in ("2 instructions", "as needed", "9 doses", "starts on 2026-11-20", "ends on 2026-11-30", "at most 600 mg"):
        assert words in told, words
    assert "instructions" not in " ".join(received(official("MedicationRequest-medrx0318")).fields["remarks"])
