"""Importing tables and a drug: drafts for every drug named, or every wrong cell at once and nothing; twice does it once."""

from io import BytesIO

import pytest

from formulary.drug_record import Stage
from formulary.repository import drug_record
from tests.formulary.importing.test_csv_tables import LIMIT, table
from tests.formulary.importing.test_yaml_file import TEXT as YAML
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, OKONJO
from tests.support.visiting import token_in

PAGE = "/formulary/import"
OTHER = {**LIMIT, "drug": "cefazolin", "id": "mine"}


def versions(store, drug="ceftriaxone"):
    with store.read() as uow:
        return drug_record(uow, drug).versions


def take(browser, text, kind="limits", key="import-1", page=PAGE, **more):
    token = token_in(browser.get(page).text)
    raw = text if isinstance(text, bytes) else text.encode()
    form = {"csrf_token": token, "key": key, "kind": kind, "why": "review of 2026", "source": "committee", **more}
    return browser.post(PAGE, data={**form, "file": (BytesIO(raw), "limits.csv")}, content_type="multipart/form-data")


def test_a_table_becomes_a_draft_of_every_drug_it_names(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    answer = take(browser, table(LIMIT, OTHER))
    assert answer.headers["Location"] == "/formulary?show=draft"
    for drug in ("ceftriaxone", "cefazolin"):
        row = versions(cast_store, drug)[2]
        assert (row.stage, row.why, row.source, row.base) == (Stage.LOADED, "review of 2026", "committee", 1)
    page = browser.get("/formulary/drug/ceftriaxone/2").text
    assert "Adult maximum daily dose" in page


def test_one_wrong_cell_keeps_every_drug_out_and_is_told_with_line_column_found_and_expected(at_desk, cast_store):
    answer = take(at_desk(MARLOW), table(LIMIT, {**OTHER, "high": "9,000"}))
    assert answer.status_code == 422
    assert "Nothing was imported" in answer.text
    row = answer.text.split('id="wrong"')[1].split("</table>")[0]
    for words in (">3<", "high", "9,000 mg/day", "without a comma"):
        assert words in row, words
    assert 2 not in versions(cast_store)
    assert "review of 2026" in answer.text


def test_sent_twice_it_is_done_once(at_desk, cast_store):
    browser = at_desk(MARLOW)
    assert [take(browser, table(LIMIT, OTHER)).status_code for _ in range(2)] == [303, 303]
    assert list(versions(cast_store)) == [1, 2]


def test_a_drug_in_yaml_becomes_a_draft(at_desk, cast_store):
    text = YAML.replace("version: 1\n", "version: 2\n", 1).replace('high: "2000 mg/day"', "high: 2500 mg/day", 1)
    answer = take(at_desk(MARLOW), text, "drug")
    assert answer.headers["Location"] == "/formulary/drug/ceftriaxone/2#changes"
    assert versions(cast_store)[2].stage is Stage.LOADED


def test_yaml_that_says_something_in_two_ways_is_refused_with_its_line(at_desk, cast_store):
    answer = take(
        at_desk(MARLOW),
        YAML.replace("version: 1\n", "version: 2\n", 1).replace("hazardous: false", "hazardous: off"),
        "drug",
    )
    assert answer.status_code == 422
    assert "flags.hazardous" in answer.text
    assert "limits.csv, line" in answer.text
    assert 2 not in versions(cast_store)


@pytest.mark.parametrize(
    ("raw", "kind", "more"),
    [
        (b"\xff\xfe", "limits", {}), (b"", "limits", {}), (b"x" * 500_000, "limits", {}), (b"a,b\n", "prices", {}),
        (b"a", "", {}),
        (b"drug: \0", "drug", {}), (b"drug", "limits", {"why": "", "source": ""}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_words(at_desk, cast_store, raw, kind, more):
    answer = take(at_desk(MARLOW), raw, kind, **more)
    assert answer.status_code == 422
    assert "Traceback" not in answer.text
    assert list(versions(cast_store)) == [1]


def test_a_reason_is_needed(at_desk, cast_store):
    answer = take(at_desk(MARLOW), table(LIMIT), why=" ")
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert list(versions(cast_store)) == [1]


@pytest.mark.parametrize("member", [OKONJO, HALLORAN])
def test_who_may_not_draft_does_not_import(at_desk, cast_store, member):
    browser = at_desk(member)
    assert browser.get(PAGE).status_code == 403
    assert take(browser, table(LIMIT), page="/formulary").status_code == 403
    assert list(versions(cast_store)) == [1]
