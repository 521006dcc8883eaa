"""Allergies against the drug itself: its classes, what may cross-react, free text, codes that nothing carries, nobody asked."""

from dataclasses import replace
from typing import Any

import pytest

from calculations.errors import Faults
from calculations.findings import Finding, Grade
from compounding.orders.order import Order
from compounding.orders.patient import Allergy, Patient, parse_patient, patient_as_data
from compounding.planning.allergies import allergy_findings, told_apart
from compounding.planning.situation import Situation
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

ADA = patient_of("DEMO-4417")
ORDER: Order = demonstration_order("ceftriaxone")


def found(drug: str, *allergies: Allergy, **changes: Any) -> list[Finding]:
    patient: Patient = replace(ADA, allergies=allergies, **changes)
    return list(told_apart(allergy_findings(Situation(ORDER, patient, formulary(), NOON, 0), formulary().drug(drug))))


def rows(drug: str, *allergies: Allergy) -> list[tuple[str, Grade]]:
    return [(finding.code, finding.grade) for finding in found(drug, *allergies)]


@pytest.mark.parametrize(
    ("coded", "drug", "told"),
    [
        ("penicillins", "ampicillin", [("allergy", Grade.HARD)]),
        ("ampicillin", "piperacillin_tazobactam", [("allergy", Grade.HARD)]),
        ("carboplatin", "oxaliplatin", [("allergy", Grade.HARD)]),
        ("penicillins", "cefazolin", [("allergy_related", Grade.SOFT)]),
        ("ampicillin", "meropenem", [("allergy_related", Grade.SOFT)]),
        ("penicillins", "vancomycin", []),
        ("vancomycin", "cefazolin", []),
    ],
)
def test_a_class_is_compared_with_its_members_and_with_what_may_cross_react(
    coded: str, drug: str, told: list[tuple[str, Grade]]
) -> None:
    assert rows(drug, Allergy(coded, coded)) == told


def test_a_code_that_nothing_in_the_formulary_carries_is_told_as_not_compared() -> None:
    assert rows("ceftriaxone", Allergy("latex", "latex")) == [("allergy_code_unknown", Grade.SOFT)]
    assert rows("ceftriaxone", Allergy("sulfite", "sulfite")) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("swelling after cefTRIAXone", [("allergy_in_text", Grade.HARD)]),
        ("a cephalosporin, long ago", [("allergy_in_text", Grade.HARD)]),
        ("some antibiotic", [("allergy_uncoded", Grade.SOFT)]),
    ],
)
def test_free_text_that_names_the_drug_or_its_class_needs_two_pharmacists(text: str, told: list[tuple[str, Grade]]) -> None:
    assert rows("ceftriaxone", Allergy(text)) == told


def test_free_text_that_reads_like_a_code_says_which() -> None:
    (finding,) = found("ceftriaxone", Allergy("Sulfites in wine"))
    assert finding.mend == "Code it. It reads like sulfite."


def test_several_allergies_each_need_a_reason_of_their_own() -> None:
    assert [code for code, _ in rows("ceftriaxone", Allergy("nuts"), Allergy("some syrup"), Allergy("nuts"))] == [
        "allergy_uncoded",
        "allergy_uncoded.2",
    ]


def test_nobody_asked_is_not_none_known_and_what_is_recorded_is_not_an_answer() -> None:
    (nothing,) = found("ceftriaxone", allergies_asked_at=None)
    assert nothing.title == "Nobody has recorded whether there are allergies"
    told = found("ceftriaxone", Allergy("egg", "egg"), allergies_asked_at=None)
    assert [finding.title for finding in told] == [
        "Allergies are recorded, and not that anybody asked whether these are all"
    ]
    assert found("ceftriaxone") == []


@pytest.mark.parametrize("text", ["NKDA", "None known", "no known allergies."])
def test_an_answer_is_no_allergy(text: str) -> None:
    data = patient_as_data(ADA) | {"allergies": [{"text": text}]}
    with pytest.raises(Faults) as faults:
        parse_patient(data)
    assert "allergies[1].text" in str(faults.value)
    kept = parse_patient(data, kept=True)
    (finding,) = found("ceftriaxone", *kept.allergies)
    assert finding.code == "allergy_uncoded" and finding.mend.startswith("Strike it out")
