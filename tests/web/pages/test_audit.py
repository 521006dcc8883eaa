"""Records: search, near misses by code, one record as a story, one entry in full, export, verify beside the requests."""

import zipfile
from io import BytesIO

import pytest
from sqlalchemy import text

from compounding.preparing.actions import Release
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.lot import LOT, AdjustLot, ReceiveLot, lot_record
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, NOVAK, OKONJO, do, refused
from tests.support.flow import completed
from tests.support.visiting import send
from web.verifying import newest

VIAL = "ceftriaxone_500mg_vial"
RECORD = lot_record(VIAL, "DEMO-7")


@pytest.fixture
def busy(cast_store):
    """A lot that was received, and a count that a technician was refused."""
    do(cast_store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "DEMO-7", "2027-10-31", 10, "Room A"))
    assert refused(cast_store, OKONJO, LOT, RECORD, AdjustLot(3, "miscounted")) == "not_allowed"
    return cast_store


def rows_of(page: str) -> list[str]:
    return [part for part in page.split("<tbody>")[-1].split("</tr>") if "<td" in part]


def test_entries_are_found_by_record_person_kind_and_time(at_desk, busy):
    browser = at_desk(ADEYEMI)
    assert len(rows_of(browser.get("/records?record=DEMO-7").text)) == 2
    assert len(rows_of(browser.get(f"/records?record=DEMO-7&person={OKONJO.person}&kind=lot_received").text)) == 1
    assert "Nothing fits." in browser.get(f"/records?record=DEMO-7&person={MARLOW.person}").text
    assert len(rows_of(browser.get("/records?record=DEMO-7&since=2026-04-14&until=2026-04-14").text)) == 2
    assert "Nothing fits." in browser.get("/records?record=DEMO-7&since=2026-04-15").text
    assert "Nothing fits." in browser.get("/records?record=DEMO-7&until=2026-04-13").text


@pytest.mark.parametrize("record", ["DEMO%", "_EMO-7", "' OR 1=1 --", "\\"])
def test_signs_of_a_query_are_only_text(at_desk, busy, record):
    assert "Nothing fits." in at_desk(ADEYEMI).get("/records", query_string={"record": record}).text


def test_only_what_was_refused_with_its_words(at_desk, busy):
    page = at_desk(ADEYEMI).get("/records?refused=yes&record=DEMO-7").text
    assert len(rows_of(page)) == 1
    assert "it is for a buyer or pharmacist" in page


def test_near_misses_are_counted_by_code(at_desk, busy):
    refused(busy, OKONJO, LOT, RECORD, AdjustLot(2, "again"))
    browser = at_desk(ADEYEMI)
    page = browser.get("/records/near-misses").text
    assert "not allowed" in page
    row = next(row for row in rows_of(page) if "not allowed" in row)
    assert ">2</td>" in row
    assert "Count put right" in row
    assert len(rows_of(browser.get("/records?code=not_allowed&record=DEMO-7").text)) == 2
    assert "Nothing was refused in this time." in browser.get("/records/near-misses?since=2026-04-20").text


@pytest.mark.parametrize(
    "path", ["/records?since=yesterday", "/records/near-misses?until=2026-13-40", "/records?until=9999-12-31"]
)
def test_a_day_that_is_none_is_named(at_desk, path):
    answer = at_desk(ADEYEMI).get(path)
    assert answer.status_code == 422
    assert "2026-04-14" in answer.text


def test_a_list_says_what_a_record_is_about_and_keeps_its_id(at_desk, busy):
    browser = at_desk(ADEYEMI)
    [row, *_] = rows_of(browser.get("/records?record=DEMO-7").text)
    assert ">cefTRIAXone 500 mg vial, powder, lot DEMO-7</a>" in row
    assert f"Lot, {RECORD}, entry" in row
    assert "cefTRIAXone 500 mg vial, powder, lot DEMO-7</h1>" in browser.get(f"/records/record/{RECORD}").text
    entry = browser.get(f"/records/entry/1/{RECORD}").text
    assert f"cefTRIAXone 500 mg vial, powder, lot DEMO-7. Entry 1 of 2 in {RECORD}" in entry


def test_kinds_and_types_are_chosen_by_their_words(at_desk, busy):
    page = at_desk(ADEYEMI).get("/records").text
    assert '<option value="lot">Lot</option>' in page
    assert '<option value="lot_adjusted">' not in page  # nobody has done it
    assert '<option value="lot_received">Received</option>' in page


def test_one_record_is_told_as_a_story(at_desk, busy):
    page = at_desk(ADEYEMI).get(f"/records/record/{RECORD}").text
    assert "Received" in page
    assert "T. Okonjo, CPhT" in page
    assert "14 Apr 2026, 13:00:00" in page
    assert "Chain holds" in page


def test_the_story_of_a_whole_dose_can_be_read(at_desk, cast_store):
    number = completed(cast_store)
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), Release("0" * 64), signed=True)
    page = at_desk(MARLOW).get(f"/records/record/{dose_record(number)}").text
    for words in ("Dose queued", "Container scanned", "Volume recorded", "Preparation completed", "Refused"):
        assert words in page
    queued = page.split("Dose queued", 1)[1].split("</li>", 1)[0]
    assert "number <b>" in queued and "more in <a" in queued  # the whole plan stands in the entry
    assert queued.count("<b>") == 16


def test_an_entry_shows_who_where_when_payload_and_hash(at_desk, busy):
    with busy.read() as uow:
        first = uow.entries(RECORD)[0]
    page = at_desk(ADEYEMI).get(f"/records/entry/1/{RECORD}").text
    assert first.hash in page
    assert first.key in page
    assert "2026-04-14 17:00:00 UTC" in page
    assert "14 Apr 2026, 13:00:00" in page
    assert "Room A" in page


@pytest.mark.parametrize("path", [f"/records/entry/9/{RECORD}", "/records/entry/0/x", "/records/record/x", "/records/export/x"])
def test_what_does_not_exist_is_not_found(at_desk, busy, path):
    assert at_desk(ADEYEMI).get(path).status_code == 404


def test_a_record_is_exported_as_a_file_that_checks_itself(at_desk, busy):
    answer = at_desk(ADEYEMI).get(f"/records/export/{RECORD}")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert len(archive.read("entries.jsonl").decode().splitlines()) == 2
        assert "__main__.py" in archive.namelist()


def ended(office):
    """The newest check, once it has ended."""
    found = newest(office.extensions["sufficit"])
    assert found is not None
    assert found.done.wait(60)
    return found


def test_all_records_are_verified_beside_the_requests(at_desk, busy, office):
    browser = at_desk(ADEYEMI)
    assert "Not verified since" in browser.get("/records/verify").text
    assert send(browser, "/records/verify", "/records/verify").status_code == 303
    assert ended(office).report.clean
    page = browser.get("/records/verify/state").text
    assert "Nothing was altered" in page
    assert "B. Adeyemi" in page


def test_an_altered_record_is_named(at_desk, busy, office):
    with busy.write() as uow:
        for name in uow.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            uow.session.execute(text(f'DROP TRIGGER "{name}"'))
        uow.session.execute(
            text("UPDATE entries SET payload = replace(payload, 'Room A', 'Room B') WHERE record = :r"), {"r": RECORD}
        )
        uow.commit()
    browser = at_desk(ADEYEMI)
    send(browser, "/records/verify", "/records/verify")
    assert [problem.record for problem in ended(office).report.problems] == [RECORD]
    assert RECORD in browser.get("/records/verify").text
    assert browser.get(f"/records/record/{RECORD}").status_code == 500
    assert "altered" in browser.get(f"/records/record/{RECORD}").text


def test_a_check_that_fails_never_looks_clean(at_desk, office, monkeypatch):
    def broken(*_):
        raise OSError("the disk is gone")

    monkeypatch.setattr("web.verifying.verify_records", broken)
    browser = at_desk(ADEYEMI)
    send(browser, "/records/verify", "/records/verify")
    assert "the disk is gone" in ended(office).failed
    page = browser.get("/records/verify").text
    assert "Not finished" in page
    assert "Nothing was altered" not in page


@pytest.mark.parametrize("member", [OKONJO, HALLORAN])
def test_records_are_for_oversight_and_pharmacists(at_desk, busy, member):
    browser = at_desk(member)
    for path in ("", "/near-misses", f"/record/{RECORD}", f"/entry/1/{RECORD}", f"/export/{RECORD}", "/verify"):
        assert browser.get(f"/records{path}").status_code == 403


def test_a_pharmacist_reads_and_does_not_start_a_verification(at_desk):
    browser = at_desk(MARLOW)
    assert browser.get("/records").status_code == 200
    assert send(browser, "/records/verify", "/records").status_code == 403


def test_a_long_list_comes_in_pages(at_desk, cast_store):
    browser = at_desk(NOVAK)
    first = browser.get("/records?type=drug").text
    assert len(rows_of(first)) == 100
    assert "Older" in first
    second = browser.get("/records?type=drug&page=2").text
    assert rows_of(second)[0] != rows_of(first)[0]
    assert "Newer" in second


def test_reading_writes_nothing(at_desk, busy):
    browser = at_desk(ADEYEMI)
    with busy.read() as uow:
        before = uow.session.execute(text("SELECT count(*), max(hash) FROM entries")).one()
    for path in ("", "/near-misses", f"/record/{RECORD}", f"/entry/1/{RECORD}", f"/export/{RECORD}", "/verify"):
        browser.get(f"/records{path}")
    with busy.read() as uow:
        assert uow.session.execute(text("SELECT count(*), max(hash) FROM entries")).one() == before
