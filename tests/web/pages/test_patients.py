"""Patients: found by two identifiers, described with measures shown back, nothing defaulted and nothing dropped."""

import re
from typing import Any
from unicodedata import normalize

import pytest

from batch_records.acting import load
from calculations.quantity import Quantity
from compounding.orders.patient import MeasureKind, Patient
from compounding.orders.patient_record import PATIENT
from compounding.preparing.numbering import patient_record
from tests.support.cast import CASTELL, HALLORAN, MARLOW, NOVAK, OKONJO
from tests.support.flow import ADA, TOMAS, described_patient
from tests.support.visiting import find, of_patient, send

WHO = {
    "mrn": "DEMO-7001", "family_name": "DUMMY", "given_name": "Wen", "birth_day": "5", "birth_month": "11",
    "birth_year": "1949", "sex": "male", "location": "CCU 3",
}  # fmt: skip
MEASURED = {"sizes_day": "2026-04-14", "sizes_time": "08:00"}


def known(store, mrn: str) -> Patient | None:
    with store.read() as uow:
        return load(uow, PATIENT, patient_record(mrn)).patient


def record(browser, **fields: str):
    return send(browser, "/patients/new", "/patients/new", **fields)


def at(browser, way: str, mrn: str) -> str:
    """The address of a patient's page."""
    return of_patient(browser.application.extensions["sufficit"].store, f"/patients/{way}", mrn)


def fields_of(browser, mrn: str) -> dict[str, str]:
    """What the form of a change sends untouched."""
    page = browser.get(at(browser, "change", mrn)).text
    fields = dict(re.findall(r'<input class="input"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    fields |= dict(re.findall(r'<input type="hidden" name="(seen)" value="([^"]+)"', page))
    fields |= dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', page))
    return fields


def change(browser, mrn: str, **fields: str):
    path = at(browser, "change", mrn)
    return send(browser, path, path, **fields_of(browser, mrn) | fields)


def test_somebody_is_recorded_with_what_is_known_and_nothing_else(at_desk, cast_store):
    answer = record(at_desk(HALLORAN), **WHO)
    assert answer.status_code == 303
    patient = known(cast_store, "DEMO-7001")
    assert patient is not None
    assert (patient.name, patient.birth_date.isoformat(), patient.location) == ("DUMMY, Wen", "1949-11-05", "CCU 3")
    assert (patient.measures, patient.results, patient.allergies, patient.lines) == ((), (), (), ())
    assert (patient.allergies_asked_at, patient.dialysis, patient.pregnant) == (None, None, None)
    browser = at_desk(MARLOW)
    page = browser.get(at(browser, "of", "DEMO-7001")).text
    assert "not asked" in page
    assert page.count("not recorded") >= 5


def test_recording_twice_with_one_key_is_done_once_and_another_time_is_refused(at_desk, cast_store):
    browser = at_desk(HALLORAN)
    assert record(browser, **WHO).status_code == 303
    again = record(browser, **WHO | {"given_name": "Other"})
    assert again.status_code == 409
    assert "is recorded already" in again.text
    patient = known(cast_store, "DEMO-7001")
    assert patient is not None
    assert patient.given_name == "Wen"


def test_pounds_are_converted_shown_and_confirmed(at_desk, cast_store):
    browser = at_desk(HALLORAN)
    fields = WHO | MEASURED | {"weight": "185", "weight_unit": "lb", "weight_kind": "actual_weight"}
    asked = record(browser, **fields)
    assert asked.status_code == 422
    sentence = "185 lb is 83.915 kg."
    assert sentence in asked.text
    assert known(cast_store, "DEMO-7001") is None
    assert record(browser, **fields | {"weight": "186", "confirmed": sentence}).status_code == 422
    assert record(browser, **fields, confirmed=sentence).status_code == 303
    patient = known(cast_store, "DEMO-7001")
    assert patient is not None
    assert patient.measures[0].amount == Quantity(185, "lb_bw")
    assert "83.91 kg" in browser.get(at(browser, "of", "DEMO-7001")).text


def test_a_scales_42_point_0_is_taken_and_shown_back_as_42(at_desk, cast_store):
    browser = at_desk(HALLORAN)
    fields = WHO | MEASURED | {"weight": "42.0", "weight_unit": "kg", "weight_kind": "actual_weight"}
    assert record(browser, **fields).status_code == 303
    assert "42 kg" in browser.get(at(browser, "of", "DEMO-7001")).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"weight": "0", "weight_unit": "kg"}, "weight"),
        ({"weight": "7000", "weight_unit": "kg"}, "weight"),
        ({"weight": "70000", "weight_unit": "g"}, "grams are for newborns"),
        ({"weight": "83,2", "weight_unit": "kg"}, "without a comma"),
        ({"weight": "83.2", "weight_unit": "stone"}, "a unit of the list"),
        ({"weight": "83.2", "weight_unit": ""}, "a unit of the list"),
        ({"weight": "178", "weight_unit": "kg", "height": "178", "height_unit": "cm"}, "the same number"),
        ({"weight": "83.2", "weight_unit": "kg", "weight_kind": ""}, "actual, dosing or birth"),
        ({"weight": "83.2", "weight_unit": "kg", "sizes_time": ""}, "a time on the 24 h clock"),
        ({"weight": "83.2", "weight_unit": "kg", "sizes_time": "23:00"}, "a time that has passed"),
        ({"height": "1.78", "height_unit": "cm"}, "height"),
    ],
)
def test_a_size_that_cannot_be_is_refused_and_what_was_typed_stays(at_desk, cast_store, fields, said):
    typed = WHO | MEASURED | {"weight_kind": "actual_weight"} | fields
    answer = record(at_desk(HALLORAN), **typed)
    assert answer.status_code == 422
    assert said in answer.text.lower()
    assert 'value="DUMMY"' in answer.text
    assert known(cast_store, "DEMO-7001") is None


def test_grams_are_taken_for_a_newborn_and_shown_in_kg(at_desk, cast_store):
    newborn = WHO | {"birth_day": "10", "birth_month": "4", "birth_year": "2026", "gestational_age_weeks": "30"}
    fields = newborn | MEASURED | {"weight": "1120", "weight_unit": "g", "weight_kind": "actual_weight"}
    browser = at_desk(HALLORAN)
    assert "1,120 g is 1.12 kg." in record(browser, **fields).text
    assert record(browser, **fields, confirmed="1,120 g is 1.12 kg.").status_code == 303
    patient = known(cast_store, "DEMO-7001")
    assert patient is not None
    assert patient.measures[0].amount == Quantity("1.12", "kg_bw")
    assert patient.gestational_age_weeks == 30


def test_a_weight_that_jumps_is_confirmed_first(at_desk, cast_store):
    described_patient(cast_store, TOMAS)
    browser = at_desk(HALLORAN)
    fields = MEASURED | {"weight": "60", "weight_unit": "kg", "weight_kind": "actual_weight"}
    asked = change(browser, "DEMO-2093", **fields)
    sentence = "The weight goes from 83.2 kg to 60 kg."
    assert asked.status_code == 422
    assert sentence in asked.text
    assert change(browser, "DEMO-2093", **fields, confirmed=sentence).status_code == 303


def test_a_change_adds_and_drops_nothing(at_desk, cast_store):
    allergy = {"text": "penicillin", "code": "penicillins", "reaction": "rash"}
    described_patient(cast_store, TOMAS | {"allergies": [allergy], "dialysis": False})
    browser = at_desk(HALLORAN)
    more = MEASURED | {
        "weight": "84", "weight_unit": "kg", "weight_kind": "actual_weight", "creatinine": "80", "creatinine_unit": "mcmol/L",
        "results_day": "2026-04-14", "results_time": "07:30", "allergy_text": "latex gloves", "line_name": "right neck",
        "line_kind": "central", "lumens": "3",
    }  # fmt: skip
    assert change(browser, "DEMO-2093", **more).status_code == 303
    patient = known(cast_store, "DEMO-2093")
    assert patient is not None
    assert [m.amount for m in patient.measures if m.kind is MeasureKind.ACTUAL_WEIGHT] == [
        Quantity("83.2", "kg_bw"), Quantity(84, "kg_bw"),
    ]  # fmt: skip
    assert [(one.text, one.code) for one in patient.allergies] == [("penicillin", "penicillins"), ("latex gloves", "")]
    assert [(line.name, line.lumens) for line in patient.lines] == [("right arm", 1), ("right neck", 3)]
    assert patient.dialysis is False
    result = patient.latest_result("creatinine")
    assert result is not None
    assert result.amount == Quantity(80, "mcmol/L")
    assert "latex gloves, not coded" in browser.get(at(browser, "of", "DEMO-2093")).text


def test_what_is_no_longer_so_is_struck_out_and_asking_is_recorded(at_desk, cast_store):
    described_patient(cast_store, TOMAS | {"allergies": [{"text": "penicillin", "code": "penicillins"}]})
    browser = at_desk(MARLOW)
    answer = change(browser, "DEMO-2093", allergy_off_1="yes", line_off_1="yes", allergies_asked="yes")
    assert answer.status_code == 303
    patient = known(cast_store, "DEMO-2093")
    assert patient is not None
    assert (patient.allergies, patient.lines) == ((), ())
    assert patient.allergies_asked_at is not None
    assert patient.allergies_asked_at.isoformat().startswith("2026-04-14T17:00")


@pytest.mark.parametrize("missing", ["mrn", "family_name", "given_name", "birth_year", "sex", "location"])
def test_two_identifiers_and_the_rest_of_who_it_is_are_needed(at_desk, cast_store, missing):
    answer = record(at_desk(HALLORAN), **WHO | {missing: ""})
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text


def test_a_birthday_that_is_none_or_lies_ahead_is_refused(at_desk):
    browser = at_desk(HALLORAN)
    assert record(browser, **WHO | {"birth_day": "31", "birth_month": "2"}).status_code == 422
    assert record(browser, **WHO | {"birth_year": "2027"}).status_code == 422


def test_patients_are_found_by_name_number_and_place(at_desk, cast_store):
    for one in (ADA, TOMAS):
        described_patient(cast_store, one)
    browser = at_desk(OKONJO)
    for text in ("spec", "DEMO-2093", "7 West", "tomas specimen"):
        page = find(browser, "/patients/find", text).text
        assert "SPECIMEN, Tomas" in page, text
        assert "EXAMPLE, Ada" not in page, text
    assert "Nobody fits" in find(browser, "/patients/find", "zz").text


ODD = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "^XZ~", "e\u0301\u0328" * 40, "\u202eevil", "😀"]


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_an_odd_name_is_shown_literally(at_desk, cast_store, name):
    described_patient(cast_store, TOMAS | {"given_name": name})
    browser = at_desk(MARLOW)
    page = browser.get(at(browser, "of", "DEMO-2093")).text
    assert "<script>alert" not in page
    name = normalize("NFC", name)  # records keep text in this form
    assert name.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;") in page


def test_a_name_of_more_than_its_length_is_refused(at_desk, cast_store):
    answer = record(at_desk(HALLORAN), **WHO | {"given_name": "x" * 300})
    assert answer.status_code == 422
    assert "at most 120 characters" in answer.text


def test_who_may_look_and_who_may_describe(at_desk, cast_store):
    described_patient(cast_store, TOMAS)
    browser = at_desk(OKONJO)
    assert browser.get(at(browser, "of", "DEMO-2093")).status_code == 200
    assert at_desk(OKONJO).get("/patients/new").status_code == 403
    assert at_desk(CASTELL).get("/patients/new").status_code == 200
    assert at_desk(NOVAK).get("/patients").status_code == 403
    fields: dict[str, Any] = WHO
    assert send(at_desk(OKONJO), "/patients/new", "/sign-on", **fields).status_code == 403


def test_an_unknown_number_is_no_page_and_looking_never_writes(at_desk):
    browser = at_desk(MARLOW)
    assert browser.get("/patients/of/DEMO-0000").status_code == 404
    assert browser.get("/patients/change/DEMO-0000").status_code == 404
    assert browser.put("/patients/new").status_code == 405


def test_a_form_that_is_older_than_the_description_writes_nothing_over(at_desk, cast_store):
    two = [{"text": "penicillin", "code": "penicillins"}, {"text": "latex", "code": ""}]
    described_patient(cast_store, ADA | {"allergies": two})
    nurse, pharmacist = at_desk(HALLORAN), at_desk(MARLOW)
    old = fields_of(nurse, "DEMO-4417")
    assert change(pharmacist, "DEMO-4417", allergy_off_1="yes", pregnant="yes").status_code == 303
    path = at(nurse, "change", "DEMO-4417")
    answer = send(nurse, path, path, **old | {"location": "Peds 14", "allergy_off_1": "yes", "allergy_text": "eggs"})
    assert answer.status_code == 409
    assert "Somebody changed this description meanwhile" in answer.text
    assert 'value="eggs"' in answer.text
    assert 'name="allergy_off_1" value="yes"><' in answer.text
    patient = known(cast_store, "DEMO-4417")
    assert patient is not None
    assert ([allergy.text for allergy in patient.allergies], patient.pregnant) == (["latex"], True)


def test_the_same_change_sent_twice_is_one_change_and_no_complaint(at_desk, cast_store):
    described_patient(cast_store, ADA)
    browser = at_desk(HALLORAN)
    path, fields = at(browser, "change", "DEMO-4417"), fields_of(browser, "DEMO-4417") | {"allergy_text": "eggs"}
    for _ in range(2):
        assert send(browser, path, path, **fields | {"key": "once"}).status_code == 303
    patient = known(cast_store, "DEMO-4417")
    assert patient is not None
    assert [allergy.text for allergy in patient.allergies] == ["eggs"]
