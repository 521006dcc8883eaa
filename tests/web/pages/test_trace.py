"""The trace in both directions: on the page, as a file, as a printed list, and back from a label."""

import csv
from io import StringIO

import pytest

from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from tests.support.cast import ADEYEMI, CASTELL, DUARTE, HALLORAN, MARLOW, NOON, NOVAK, OKONJO, do
from tests.support.flow import TOMAS, dose_now, paired, queued_dose
from tests.support.visiting import send


def lot_in(store, number, slot=0):
    """Product and lot of a container of a dose."""
    scan = dose_now(store, number).scans[slot]
    return scan.product, scan.lot


def asked(browser, path="/trace", **told):
    return browser.get(path, query_string=told)


def test_a_lot_leads_to_every_preparation_patient_and_next_action(at_desk, cast_store):
    number = paired(cast_store)
    product, lot = lot_in(cast_store, number)
    page = asked(at_desk(MARLOW), kind="lot", product=product, lot=lot.lower()).text
    for words in ("Stop it on its way and fetch it back", "EXAMPLE, Ada", "MRN DEMO-4417", "Peds 12", number, "T. Okonjo, CPhT"):
        assert words in page, words
    assert "Take it off the shelf and hold it" in page
    do(cast_store, HALLORAN, DOSE, dose_record(number), a.Receive("7 West med room"), NOON)
    do(cast_store, HALLORAN, DOSE, dose_record(number), a.StartAdministration(), NOON)
    given = asked(at_desk(MARLOW), kind="lot", product=product, lot=lot).text
    assert "Tell the prescriber and the patient" in given
    assert "No preparation was touched" in asked(at_desk(MARLOW), kind="lot", product=product, lot="OTHER").text


TEST = {"kind": "test", "test": "media fill", "since": "2026-04-01T00:00", "until": "2026-04-15T00:00"}
TOUCHED = (
    ({"kind": "hood", "hood": "hood-1"}, True),
    ({"kind": "hood", "hood": "hood-2"}, False),
    ({"kind": "person", "person": OKONJO.person}, True),
    ({"kind": "person", "person": MARLOW.person}, True),
    ({"kind": "person", "person": DUARTE.person}, False),
    ({"kind": "time", "since": "2026-04-14T12:00", "until": "2026-04-14T14:00"}, True),
    ({"kind": "time", "since": "2026-04-14T14:00", "until": "2026-04-14T15:00"}, False),
    ({"kind": "person", "person": OKONJO.person, "until": "2026-04-14T13:01"}, False),
    (TEST | {"person": OKONJO.person}, True),
    (TEST | {"hood": "hood-2"}, False),
    ({"kind": "place", "place": "ON ITS WAY"}, True),
    ({"kind": "place", "place": "Peds 12"}, False),
)


def test_a_hood_a_person_a_time_a_failed_test_and_a_location_lead_to_what_they_touched(at_desk, cast_store):
    number, browser = paired(cast_store), at_desk(ADEYEMI)
    for told, found in TOUCHED:
        rows = list(csv.DictReader(StringIO(asked(browser, "/trace/file", **told).text)))
        assert [row["number"] for row in rows] == ([number] if found else []), told


def test_the_file_and_the_printed_list_hold_every_preparation(at_desk, cast_store, printer):
    first = paired(cast_store)
    second = queued_dose(cast_store, patient=TOMAS, number="260414-0141", order=a_for_tomas())
    told = {"kind": "person", "person": OKONJO.person}
    browser = at_desk(MARLOW)
    saved = asked(browser, "/trace/file", **told)
    assert saved.headers["Content-Disposition"].endswith('trace-person-person-okonjo.csv"')
    assert first in saved.text
    assert second not in saved.text
    paper = asked(browser, "/trace/call-list.pdf", **told)
    assert paper.status_code == 200
    assert paper.data.startswith(b"%PDF")
    assert asked(browser, "/trace/call-list.pdf", kind="hood", hood="hood-2").status_code == 422


def a_for_tomas():
    from tests.support.flow import CEFTRIAXONE

    return CEFTRIAXONE | {"patient": "DEMO-2093", "dose": "1 g", "volume": "50 mL"}


def test_a_label_leads_back_to_every_lot_person_hood_calculation_and_signature(at_desk, cast_store):
    number = paired(cast_store)
    browser = at_desk(MARLOW)
    for code in (f"91{number}C1", number, f"]d292{number}"):
        answer = send(browser, "/trace/scan", "/trace", code=code)
        assert answer.headers["Location"] == f"/trace/label/{number}"
    page = browser.get(f"/trace/label/{number}").text
    for scan in dose_now(cast_store, number).scans:
        assert scan.lot in page
        assert scan.display in page
    for words in ("T. Okonjo, CPhT", "J. Marlow, RPh", "Hood 1", "dose.per_weight", "Checked and released", "paired the labels"):
        assert words in page, words
    assert f"/records/entry/1/dose-{number}" not in page
    assert 'href="/records/entry/' in page
    assert 'href="/records/' not in at_desk(OKONJO).get(f"/trace/label/{number}").text


def test_a_container_leads_to_its_lot_and_something_else_is_refused(at_desk, cast_store):
    number = paired(cast_store)
    scan = dose_now(cast_store, number).scans[0]
    browser = at_desk(OKONJO)
    answer = send(browser, "/trace/scan", "/trace", code=scan.code)
    assert answer.headers["Location"] == f"/trace?kind=lot&product={scan.product}&lot={scan.lot}"
    wrong = send(browser, "/trace/scan", "/trace", code="<b>nothing")
    assert wrong.status_code == 422
    assert "neither a label of ours" in wrong.text


@pytest.mark.parametrize("told", [{"kind": "lot", "lot": "A1"}, {"kind": "time", "since": "yesterday", "until": "x"}])
def test_what_is_missing_or_wrong_is_said_at_its_field(at_desk, cast_store, told):
    answer = asked(at_desk(MARLOW), **told)
    assert answer.status_code == 422
    assert "field--bad" in answer.text


@pytest.mark.parametrize("member", [HALLORAN, CASTELL, NOVAK])
def test_patients_of_a_trace_are_for_the_pharmacy_and_quality_alone(at_desk, cast_store, member):
    browser = at_desk(member)
    number = paired(cast_store)
    hood = "?kind=hood&hood=hood-1"
    for path in ("/trace", f"/trace/file{hood}", f"/trace/call-list.pdf{hood}", f"/trace/label/{number}"):
        assert browser.get(path).status_code == 403
    assert at_desk(MARLOW).post("/trace").status_code in (400, 405)


def test_a_hood_and_a_person_lead_to_their_trace(at_desk, cast_store):
    lead = at_desk(ADEYEMI)
    assert 'href="/trace?kind=hood&amp;hood=hood-1"' in lead.get("/rooms/hood/hood-1").text
    assert f'href="/trace?kind=person&amp;person={OKONJO.person}"' in lead.get(f"/people/person/{OKONJO.person}").text
    assert "/trace" not in at_desk(NOVAK).get(f"/people/person/{OKONJO.person}").text
