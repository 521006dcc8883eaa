"""Order entry: every kind, faults by field with what was typed kept, what is shown while typing, changes and answers."""

import re
from datetime import UTC, datetime

import pytest

from batch_records.store import Store
from calculations.quantity import Quantity
from calculations.units import parse_unit, unit
from compounding.preparing.numbering import order_record
from tests.support.cast import CASTELL, HALLORAN, LINDQVIST, MARLOW, OKONJO
from tests.support.flow import TOMAS, described_patient, formulary, placed_order
from tests.support.ordering import MARA, VANCOMYCIN, WHEN, numbers, order_of, place, placed
from tests.support.visiting import find, send


@pytest.fixture
def tomas(cast_store) -> None:
    described_patient(cast_store, TOMAS)


def test_an_intermittent_order_is_placed_and_its_number_is_shown(at_desk, cast_store, tomas):
    browser = at_desk(CASTELL)
    answer = place(browser, **VANCOMYCIN)
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "260414-0001" in page
    assert "waits for review" in page
    order = order_of(cast_store, "260414-0001")
    assert order.dose == Quantity(15, "mg/kg", of="vancomycin")
    assert (order.volume, order.infuse_over) == (Quantity(250, "mL"), Quantity(150, "min"))
    assert order.start == datetime(2026, 4, 14, 22, 0, tzinfo=UTC)
    assert order.frequency.every == Quantity(12, "h")
    assert (order.prescriber, order.indication, order.source) == ("Dr. R. Castell", "pneumonia", "form")


def test_pressing_twice_places_one_order(at_desk, cast_store, tomas):
    browser = at_desk(CASTELL)
    first, again = (place(browser, **VANCOMYCIN, key="one-press") for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert numbers(cast_store) == ["260414-0001"]


def test_a_push_is_ordered(at_desk, cast_store, tomas):
    fields = WHEN | {
        "patient": "DEMO-2093",
        "drug": "pantoprazole",
        "dose": "40",
        "repeat": "once",
        "line": "peripheral",
    }
    order = placed(cast_store, at_desk(CASTELL), "push", **fields)
    assert (order.order_type, order.route, order.dose) == ("push", "IV push", Quantity(40, "mg", of="pantoprazole"))
    assert order.frequency.once


def test_a_continuous_infusion_is_ordered_by_rate_and_standard_concentration(at_desk, cast_store, tomas):
    fields = WHEN | {
        "patient": "DEMO-2093", "drug": "norepinephrine", "dose_rate": "0.1", "dose_rate_unit": "mcg/kg/min", "line": "central",
        "concentration": "16", "concentration_unit": "mcg/mL", "purpose": "titration", "priority": "stat",
    }  # fmt: skip
    order = placed(cast_store, at_desk(CASTELL), "continuous", **fields)
    assert order.dose_rate == Quantity("0.1", "mcg/kg/min", of="norepinephrine")
    assert order.concentration == Quantity(16, "mcg/mL", of="norepinephrine")
    assert order.frequency.continuous
    assert order.priority == "stat"


def test_a_large_volume_is_ordered_with_additives(at_desk, cast_store, tomas):
    fields = WHEN | {
        "patient": "DEMO-2093", "drug": "potassium chloride", "dose": "20", "dose_unit": "mEq", "volume": "1000", "rate": "100",
        "diluent": "sodium_chloride_0_9", "repeat": "once", "line": "peripheral",
        "additive_1_drug": "magnesium sulfate", "additive_1_dose": "2", "additive_1_unit": "g",
    }  # fmt: skip
    order = placed(cast_store, at_desk(CASTELL), "large_volume", **fields)
    assert order.dose == Quantity(20, "mEq", of="potassium")
    assert [(one.drug, one.dose) for one in order.additives] == [
        ("magnesium_sulfate", Quantity(2, "g", of="magnesium sulfate"))
    ]


def test_chemotherapy_carries_regimen_cycle_planned_dose_and_reduction(at_desk, cast_store):
    described_patient(cast_store, MARA)
    fields = WHEN | {
        "patient": "DEMO-3358", "drug": "cyclophosphamide", "dose": "562.5", "dose_unit": "mg/m²", "planned": "750",
        "planned_unit": "mg/m²", "reduction": "25", "reduction_reason": "neutropenia", "regimen": "R-CHOP", "cycle": "2",
        "day": "1", "route": "IV infusion", "repeat": "once", "line": "central", "infuse_over": "1", "infuse_over_unit": "h",
        "planned_surface": "1.85", "planned_weight": "72", "planned_on": "2026-03-24",
    }  # fmt: skip
    assert 'href="#planned_on"' in place(at_desk(LINDQVIST), "chemotherapy", **fields | {"planned_on": ""}).text
    order = placed(cast_store, at_desk(LINDQVIST), "chemotherapy", **fields)
    chemotherapy = order.chemotherapy
    assert chemotherapy is not None
    assert (chemotherapy.regimen, chemotherapy.cycle, chemotherapy.day) == ("R-CHOP", 2, 1)
    assert chemotherapy.planned_dose == Quantity(750, "mg/m2", of="cyclophosphamide")
    assert chemotherapy.reduction_percent == Quantity("0.25", "one")
    assert chemotherapy.planned_surface == Quantity("1.85", "m2")
    assert (chemotherapy.planned_weight, str(chemotherapy.planned_on)) == (Quantity(72, "kg_bw"), "2026-03-24")
    assert order.prescriber == "Dr. P. Lindqvist"


def test_a_microdose_is_ordered(at_desk, cast_store, tomas):
    fields = WHEN | {
        "patient": "DEMO-2093", "drug": "gentamicin", "dose": "5", "dose_unit": "mg/kg", "route": "IV infusion",
        "repeat": "every", "every": "48", "line": "central",
    }  # fmt: skip
    assert placed(cast_store, at_desk(CASTELL), "microdose", **fields).frequency.every == Quantity(48, "h")


BAD_NUMBERS = ["05", ".5", "5.", "5.0", "1,000", "1.000,5", "5 000", "1e3", "0x10", "１", "٥", "−5", "+5", "5\u200b", "1/2",
               "5-10", "5±1", "nan", "inf", "1e999", "-0", "9" * 10_000]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NUMBERS, ids=lambda text: ascii(text[:8]))
def test_a_number_that_is_not_plainly_written_is_refused_at_its_field(at_desk, cast_store, tomas, text):
    answer = place(at_desk(CASTELL), **VANCOMYCIN | {"dose": text})
    assert answer.status_code == 422
    assert 'href="#dose"' in answer.text
    assert re.search(r'id="dose"[^>]*aria-invalid="true"', answer.text)
    assert numbers(cast_store) == []


def test_every_fault_is_said_at_once_and_what_was_typed_stays(at_desk, cast_store, tomas):
    fields = VANCOMYCIN | {"dose": "1,5", "volume": "250.0", "start_time": "25:00", "every": "", "drug": "vancomicine"}
    answer = place(at_desk(CASTELL), **fields)
    assert answer.status_code == 422
    for name in ("drug", "volume", "start_time", "every"):
        assert f'href="#{name}"' in answer.text, name
    for kept in ("1,5", "250.0", "25:00", "vancomicine", "pneumonia"):
        assert kept in answer.text, kept
    assert "without a comma" in place(at_desk(CASTELL), **VANCOMYCIN | {"dose": "1,5"}).text


def test_a_unit_is_never_typed_and_only_the_drugs_own_are_taken(at_desk, cast_store, tomas):
    browser = at_desk(CASTELL)
    for chosen in ("mcg", "g/kg", "MG", "units", "mg/kg/min", ""):
        answer = place(browser, **VANCOMYCIN | {"dose_unit": chosen})
        assert answer.status_code == 422, chosen
        assert 'href="#dose"' in answer.text
    assert numbers(cast_store) == []


def test_every_unit_that_a_form_offers_is_read_back_as_itself():
    for drug in formulary().drugs:
        for name in {name for one in drug.formulations for name in one.dose.units}:
            assert parse_unit(unit(name).shown, "dose", drug.of) is unit(name), (drug.id, name)


def test_the_form_says_what_an_amount_counts(at_desk, tomas):
    browser = at_desk(CASTELL)
    page = browser.get("/orders/new/intermittent?drug=piperacillin-tazobactam").text
    assert "of piperacillin-tazobactam" in page
    assert "Doses are stated as the total of piperacillin and tazobactam." in page
    assert "of potassium, in each bag" in browser.get("/orders/new/large_volume?drug=potassium chloride").text


@pytest.mark.parametrize(
    ("day", "wall", "said"),
    [
        ("2026-11-01", "01:30", "clocks change"),
        ("2027-03-14", "02:30", "clocks change"),
        ("2026-04-14", "9:00", "24 h clock"),
    ],
)
def test_a_time_that_means_two_moments_or_none_is_refused(at_desk, tomas, day, wall, said):
    answer = place(at_desk(CASTELL), **VANCOMYCIN | {"start_day": day, "start_time": wall})
    assert answer.status_code == 422
    assert said in answer.text


def test_an_unknown_patient_is_refused_in_words(at_desk, cast_store):
    answer = place(at_desk(CASTELL), **VANCOMYCIN)
    assert answer.status_code == 422
    assert "No patient DEMO-2093 is recorded" in answer.text


def test_a_pharmacist_enters_for_a_prescriber_by_name(at_desk, cast_store, tomas):
    browser = at_desk(MARLOW)
    assert place(browser, **VANCOMYCIN).status_code == 422
    assert placed(cast_store, browser, **VANCOMYCIN, prescriber="Dr. R. Castell").prescriber == "Dr. R. Castell"
    assert "Nobody reviews an order of their own" in browser.get(f"/review/{numbers(cast_store)[0]}").text


def test_a_prescriber_cannot_order_in_another_name(at_desk, cast_store, tomas):
    order = placed(cast_store, at_desk(CASTELL), **VANCOMYCIN, prescriber="Dr. P. Lindqvist")
    assert order.prescriber == "Dr. R. Castell"


def preview(browser, kind: str = "intermittent", **fields: str):
    return send(browser, f"/orders/preview/{kind}", f"/orders/new/{kind}", **fields)


def entries(store: Store) -> int:
    with store.read() as uow:
        return len(uow.entries(order_record("260414-0001")))


def test_while_typing_the_dose_container_and_rate_are_worked_out_and_nothing_is_kept(at_desk, cast_store, tomas):
    answer = preview(at_desk(CASTELL), **VANCOMYCIN)
    assert answer.status_code == 200
    for text in ("1,250 mg", "sodium chloride 0.9 % 250 mL", "110 mL/h", "SPECIMEN, Tomas", "3 Feb 1965", "83.2 kg"):
        assert text in answer.text, text
    assert "1,248 mg is rounded to 1,250 mg, 0.2 % more" in answer.text
    assert "Nothing is found against it" not in answer.text
    exact = preview(at_desk(CASTELL), **VANCOMYCIN | {"dose": "1250", "dose_unit": "mg"})
    assert "Nothing is found against it" in exact.text
    assert numbers(cast_store) == []
    assert entries(cast_store) == 0


def test_while_typing_the_dose_is_shown_before_time_and_frequency_are_said(at_desk, tomas):
    fields = {name: VANCOMYCIN[name] for name in ("patient", "drug", "dose", "dose_unit", "infuse_over", "line")}
    answer = preview(at_desk(CASTELL), **fields)
    assert "1,250 mg" in answer.text
    assert "Still to say:" in answer.text
    assert "time of the first dose" in answer.text
    assert "First due" not in answer.text


def test_while_typing_findings_and_faults_are_shown(at_desk, tomas):
    browser = at_desk(CASTELL)
    assert "under the usual range" in preview(browser, **VANCOMYCIN | {"dose": "3"}).text
    wrong = preview(browser, **VANCOMYCIN | {"dose": "1,5"}).text
    assert "without a comma" in wrong
    assert "1,250 mg" not in wrong


START = "/orders/new/intermittent"


def test_drugs_are_found_by_any_name_and_shown_in_tall_letters(at_desk):
    browser = at_desk(CASTELL)
    found = find(browser, "/orders/find/drugs", "ceft", START).text
    assert 'data-value="cefTRIAXone"' in found
    assert "Nothing found" in find(browser, "/orders/find/drugs", "qqq", START).text


def test_patients_are_found_with_two_identifiers(at_desk, tomas):
    found = find(at_desk(CASTELL), "/orders/find/patients", "spec", START).text
    for text in ("SPECIMEN, Tomas", "DEMO-2093", "3 Feb 1965", "7 West 08"):
        assert text in found


def test_the_fields_follow_the_drug(at_desk, tomas):
    browser = at_desk(CASTELL)
    fields = send(browser, "/orders/choices/continuous", "/orders/new/continuous", drug="norepinephrine").text
    assert "mcg/kg/min" in fields
    assert "standard: 16 mcg/mL, 32 mcg/mL" in fields
    other = send(browser, "/orders/choices/intermittent", "/orders/new/continuous", drug="norepinephrine").text
    assert "No released formulation of norepinephrine for this kind of order" in other


@pytest.mark.parametrize("who", [OKONJO, HALLORAN], ids=lambda member: member.name)
def test_only_prescribers_and_pharmacists_order(at_desk, who):
    browser = at_desk(who)
    assert browser.get("/orders/new/intermittent").status_code == 403
    assert send(browser, "/orders/new/intermittent", "/sign-on", **VANCOMYCIN).status_code == 403


def test_a_technician_neither_holds_nor_stops(at_desk, cast_store):
    number = placed_order(cast_store)
    for what in ("hold", "stop", "resume"):
        assert send(at_desk(OKONJO), f"/orders/{number}/{what}", "/sign-on").status_code == 403


@pytest.mark.parametrize("path", ["/orders/x/hold", "/orders/x/stop", "/orders/x/resume", "/orders/preview/push"])
def test_what_is_done_is_never_asked_for_by_its_address(at_desk, path):
    assert at_desk(MARLOW).get(path).status_code == 405


def test_an_unknown_kind_or_number_is_no_page(at_desk):
    browser = at_desk(MARLOW)
    for path in ("/orders/new/soup", "/orders/260414-9999", "/orders/260414-9999/change", "/orders/260414-9999/answer"):
        assert browser.get(path).status_code == 404, path


def test_a_field_that_the_form_does_not_have_is_refused(at_desk, cast_store, tomas):
    assert place(at_desk(CASTELL), **VANCOMYCIN, source="fhir").status_code == 422
    assert numbers(cast_store) == []
