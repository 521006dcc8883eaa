"""A patient: nothing defaulted, weights as body weights in kg, ages on calendar days, the same value back from a record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Faults
from calculations.quantity import Quantity
from compounding.orders.patient import LineKind, MeasureKind, Patient, parse_patient, patient_as_data

WHO: dict[str, Any] = {
    "mrn": "DEMO-2093", "family_name": "SPECIMEN", "given_name": "Tomas", "birth_date": "1965-02-03", "sex": "male",
    "location": "7 West 08",
}  # fmt: skip
AT = "2026-04-14T06:00:00-04:00"


def measure(value: str, unit: str, kind: str = "actual_weight") -> dict[str, Any]:
    return {"kind": kind, "amount": {"value": value, "unit": unit}, "at": AT}


def wrong(**changes: Any) -> set[str]:
    data = {name: value for name, value in (WHO | changes).items() if value is not None}
    with pytest.raises(Faults) as problem:
        parse_patient(data)
    return {fault.field for fault in problem.value.faults}


def test_what_was_not_said_stays_unknown():
    patient = parse_patient(WHO)
    assert (patient.measures, patient.results, patient.allergies, patient.lines) == ((), (), (), ())
    assert (patient.allergies_asked_at, patient.dialysis, patient.pregnant, patient.gestational_age_weeks) == (
        None,
    ) * 4
    assert patient.latest(MeasureKind.ACTUAL_WEIGHT) is None
    assert patient.latest_result("creatinine") is None


@pytest.mark.parametrize("name", ["mrn", "family_name", "given_name", "birth_date", "sex", "location"])
def test_who_it_is_must_be_said(name):
    assert wrong(**{name: None}) == {f"patient.{name}"}


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"), [("185", "lb", "83.91458845"), ("1120", "g", "1.12"), ("83.2", "kg", "83.2")]
)
def test_a_weight_is_kept_in_kilograms_of_body_weight_exactly(value, unit, kilograms):
    (kept,) = parse_patient(WHO | {"measures": [measure(value, unit)]}).measures
    assert kept.amount == Quantity(kilograms, "kg_bw")
    assert kept.amount.unit.name == "kg_bw"


@pytest.mark.parametrize(
    ("value", "unit", "kind"),
    [
        ("0", "kg", "actual_weight"), ("83,2", "kg", "actual_weight"), ("83.2", "KG", "actual_weight"),
        ("83.2", "", "actual_weight"),
        ("178", "cm", "actual_weight"), ("83.2", "kg", "height"), ("0", "cm", "height"), ("83.2", "kg", "weight"),
        ("83.2", "mg", "dosing_weight"), ("83.2 kg", "kg", "actual_weight"),
    ],
)  # fmt: skip
def test_a_size_that_cannot_be_is_refused(value, unit, kind):
    assert any(field.startswith("patient.measures[1]") for field in wrong(measures=[measure(value, unit, kind)]))


def test_a_height_in_inches_is_kept_in_centimetres():
    (kept,) = parse_patient(WHO | {"measures": [measure("70", "in", "height")]}).measures
    assert kept.amount == Quantity("177.8", "cm")


def test_the_newest_measure_of_a_kind_counts_whatever_the_order():
    rows = [measure("80", "kg") | {"at": f"2026-04-{day}T06:00:00Z"} for day in ("12", "14", "13")]
    rows[1]["amount"] = {"value": "84", "unit": "kg"}
    newest = parse_patient(WHO | {"measures": rows}).latest(MeasureKind.ACTUAL_WEIGHT)
    assert newest is not None
    assert newest.amount == Quantity(84, "kg_bw")


def test_years_are_completed_on_the_birthday():
    patient = parse_patient(WHO)
    assert patient.years_on(date(2026, 2, 2)) == 60
    assert patient.years_on(date(2026, 2, 3)) == 61


def test_a_field_that_nobody_reads_is_refused():
    assert wrong(weight="83.2 kg") == {"patient.weight"}


def test_lines_and_gestational_age_stay_within_their_bounds():
    assert wrong(gestational_age_weeks="50") == {"patient.gestational_age_weeks"}
    assert wrong(lines=[{"name": "neck", "kind": "arterial"}]) == {"patient.lines[1].kind"}
    assert wrong(lines=[{"name": "neck", "kind": "central", "lumens": "9"}]) == {"patient.lines[1].lumens"}


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=30)
MOMENTS = st.integers(0, 10**8).map(
    lambda seconds: (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()
)
POSITIVE = st.fractions(min_value="1/1000", max_value=700, max_denominator=9973)
KNOWN = st.sampled_from(["yes", "no", None])


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """Any valid patient, with fractions that no decimal writes."""
    born = date(2026, 1, 1) - timedelta(days=draw(st.integers(0, 40_000)))
    kinds = draw(st.lists(st.sampled_from(list(MeasureKind)), max_size=5))
    unit = {MeasureKind.HEIGHT: "cm"}
    data: dict[str, Any] = {
        "mrn": draw(TEXTS), "family_name": draw(TEXTS), "given_name": draw(TEXTS), "birth_date": born.isoformat(),
        "sex": draw(st.sampled_from(["female", "male", "unknown"])), "location": draw(TEXTS),
        "gestational_age_weeks": draw(st.none() | st.integers(20, 45).map(str)),
        "measures": [
            {"kind": str(kind), "amount": Quantity(draw(POSITIVE), unit.get(kind, "kg_bw")).as_data(), "at": draw(MOMENTS)}
            for kind in kinds
        ],
        "results": [{"name": draw(TEXTS), "amount": Quantity(draw(POSITIVE), "mg/dL").as_data(), "at": draw(MOMENTS)}],
        "allergies": [{"text": draw(TEXTS), "code": draw(st.just("") | TEXTS), "reaction": draw(st.just("") | TEXTS)}],
        "allergies_asked_at": draw(st.none() | MOMENTS),
        "lines": [{"name": draw(TEXTS), "kind": str(draw(st.sampled_from(list(LineKind)))), "lumens": "2"}],
        "dialysis": draw(KNOWN), "pregnant": draw(KNOWN), "demonstration": draw(KNOWN),
    }  # fmt: skip
    return parse_patient({name: value for name, value in data.items() if value is not None}, kept=True)


@given(patients())
def test_what_a_record_keeps_is_read_back_to_an_equal_patient(patient):
    kept = patient_as_data(patient)
    assert parse_patient(kept, kept=True) == patient
    assert patient_as_data(parse_patient(kept, kept=True)) == kept


def test_a_measure_recorded_again_for_the_same_moment_corrects_the_first():
    slip = parse_patient(WHO | {"measures": [measure("38.2", "kg"), measure("83.2", "kg")]})
    assert slip.latest(MeasureKind.ACTUAL_WEIGHT).amount == Quantity("83.2", "kg_bw")
    results = [{"name": "creatinine", "amount": {"value": value, "unit": "mg/dL"}, "at": AT} for value in ("0.1", "1.1")]
    assert parse_patient(WHO | {"results": results}).latest_result("creatinine").amount == Quantity("1.1", "mg/dL")
