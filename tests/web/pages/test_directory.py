"""The NDC directory's pages: state of the import, search, what could not be read, and a product that begins a draft."""

import csv
from io import StringIO

import pytest

from formulary.directory.reading import read_directory
from formulary.drug_record import Stage
from formulary.repository import drug_record
from tests.support.cast import ADEYEMI, CASTELL, HALLORAN, MARLOW, NOVAK, OKONJO
from tests.support.ndc_files import FINISHED, row, table, take_in
from tests.support.visiting import send, token_in

PAGE = "/formulary/directory"
ONE = f"{PAGE}/product/9999-0101_a"
TEXT = f"{ONE}/text?package=9999-0101-01&into=ceftriaxone"
WHY = {"why": "stocked from May on", "source": "purchase list"}
PLACES = (PAGE, f"{PAGE}/unread", f"{PAGE}/unread.csv", ONE, f"{ONE}/text")


@pytest.fixture
def directory(cast_store):
    """The small directory, imported."""
    take_in(cast_store)
    return cast_store


def text_in(page):
    from html import unescape

    return unescape(page.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0])


def ready(page):
    """The text with the new product taken out again: a version that loads."""
    before, _, rest = text_in(page).partition("# Directory:")
    return before + "[[formulations]]" + rest.partition("[[formulations]]")[2]


def versions(store, drug="ceftriaxone"):
    with store.read() as uow:
        return drug_record(uow, drug).versions


def test_before_the_first_import_the_page_says_how_it_comes_in(at_desk):
    browser = at_desk(MARLOW)
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "./sufficit ndc import" in page.text
    assert [browser.get(place).status_code for place in PLACES[1:]] == [404] * 4


@pytest.mark.parametrize("member", [MARLOW, ADEYEMI])
def test_pharmacist_and_lead_see_the_state_of_the_import(at_desk, directory, member):
    page = at_desk(member).get(PAGE).text
    for words in ("7 products and 5 packages", "13 values", "J. Marlow", "unfinished_package.txt", "In use"):
        assert words in page, words


@pytest.mark.parametrize("member", [OKONJO, HALLORAN, CASTELL, NOVAK])
def test_nobody_else_sees_it(at_desk, directory, member):
    browser = at_desk(member)
    assert [browser.get(place).status_code for place in PLACES] == [403] * len(PLACES)
    refused = send(browser, TEXT, "/formulary", text="x")
    assert refused.status_code == 403
    assert "NDC directory" not in browser.get("/formulary").text


def test_a_page_that_only_shows_takes_no_post(at_desk, directory):
    browser = at_desk(MARLOW)
    assert [send(browser, place, TEXT).status_code for place in PLACES[:4]] == [405] * 4


@pytest.mark.parametrize(
    "asked", ["name=inventol", "ndc=012345020101", "labeler=example&form=POWDER", "ndc=012345-0201"]
)
def test_a_product_is_found_and_leads_to_its_page(at_desk, directory, asked):
    browser = at_desk(MARLOW)
    found = browser.get(f"{PAGE}?{asked}").text
    assert "1 product" in found
    assert "9999-0101_a" not in found
    page = browser.get(f"{PAGE}/product/012345-0201_x").text
    assert "012345-0201-01" in page
    assert "1 DRUM in 1 DRUM" in page


def test_nothing_found_and_no_code_are_said_in_words(at_desk, directory):
    browser = at_desk(MARLOW)
    assert "Nothing in the directory fits all of this." in browser.get(f"{PAGE}?name=zzz").text
    wrong = browser.get(f"{PAGE}?ndc=12-x")
    assert wrong.status_code == 422
    assert "an NDC with or without hyphens" in wrong.text
    assert 'value="12-x"' in wrong.text


def test_a_package_that_is_not_listed_is_said(at_desk, directory):
    assert "No package with this code is listed" in at_desk(MARLOW).get(f"{PAGE}?ndc=9999-0101-77").text


def test_a_long_list_comes_in_pages(at_desk, cast_store):
    rows = [row(PRODUCTID=f"9999-{n:04}_o", PRODUCTNDC=f"9999-{n:04}") for n in range(60)]
    take_in(cast_store, read_directory([("p.txt", table(FINISHED, *rows))]))
    browser = at_desk(MARLOW)
    assert "1 to 50 of 60" in browser.get(f"{PAGE}?name=inv").text
    assert "51 to 60 of 60" in browser.get(f"{PAGE}?name=inv&page=2").text
    assert "51 to 60 of 60" in browser.get(f"{PAGE}?name=inv&page=99").text
    assert browser.get(f"{PAGE}?name=inv&page=x%00").status_code == 200


def test_what_was_not_read_stands_on_a_page_with_line_field_and_reason(at_desk, directory):
    page = at_desk(MARLOW).get(f"{PAGE}/unread").text
    for words in ("99999-01O6", "line 7", "PRODUCTNDC", "labeler and product with a hyphen", "not in the directory", "20120230"):
        assert words in page, words


def test_the_csv_holds_all_of_it_and_no_formula(at_desk, directory):
    answer = at_desk(MARLOW).get(f"{PAGE}/unread.csv")
    rows = list(csv.reader(StringIO(answer.text)))
    assert answer.mimetype == "text/csv"
    assert "ndc-directory-1-unread.csv" in answer.headers["Content-Disposition"]
    assert rows[0] == ["File", "Line", "Field", "Found", "Expected", "Row"]
    assert len(rows) == 14
    assert ["product.txt", "11", "DEASCHEDULE", "'@CII"] in [row[:4] for row in rows]
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t|%" and cell]


def test_markup_of_a_file_is_text_on_every_page(at_desk, cast_store):
    evil = row(PROPRIETARYNAME="<script>alert(1)</script>", LABELERNAME="</textarea><img src=x>", DEASCHEDULE="<b>")
    take_in(cast_store, read_directory([("p.txt", table(FINISHED, evil))]))
    browser = at_desk(MARLOW)
    for place in (f"{PAGE}?name=script", f"{PAGE}/unread", ONE, f"{ONE}/text"):
        page = browser.get(place).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>" not in page.replace("<b>1</b>", "") or place.startswith(ONE) is False


def test_the_starting_text_is_refused_as_it_is_and_kept_as_typed(at_desk, directory):
    browser = at_desk(MARLOW)
    page = browser.get(TEXT).text
    answer = send(browser, TEXT, TEXT, text=text_in(page) + "# mine\n", **WHY)
    assert answer.status_code == 422
    assert "Nothing was loaded: 16 values are wrong or not filled." in answer.text
    assert "products[4].content" in answer.text
    assert "# mine" in text_in(answer.text)
    assert list(versions(directory)) == [1]


def test_a_drug_of_its_own_begins_with_everything_open(at_desk, directory):
    browser = at_desk(MARLOW)
    page = browser.get(f"{ONE}/text").text
    assert 'id = "inventriaxone_sodium"' in text_in(page)
    answer = send(browser, f"{ONE}/text", f"{ONE}/text", text=text_in(page), **WHY)
    assert answer.status_code == 422
    assert versions(directory, "inventriaxone_sodium") == {}


def test_what_is_filled_becomes_a_draft_and_nothing_more_and_twice_does_it_once(at_desk, directory):
    browser = at_desk(ADEYEMI)
    page = browser.get(TEXT).text
    form = {"csrf_token": token_in(page), "key": "fill-1", "text": ready(page).replace("\n", "\r\n"), **WHY}
    answers = [browser.post(TEXT, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == "/formulary/drug/ceftriaxone/2"
    assert {number: found.stage for number, found in versions(directory).items()} == {
        1: Stage.IN_FORCE,
        2: Stage.LOADED,
    }


def test_a_version_that_was_loaded_meanwhile_is_refused_in_words(at_desk, directory):
    browser = at_desk(MARLOW)
    text = ready(browser.get(TEXT).text)
    send(browser, TEXT, TEXT, text=text, **WHY)
    answer = send(browser, TEXT, TEXT, text=text, **WHY)
    assert answer.status_code == 409
    assert "is not new" in answer.text


@pytest.mark.parametrize(
    "place", [f"{PAGE}/product/none", f"{ONE}/text?package=9999-0101-99", f"{ONE}/text?into=no_such_drug"]
)
def test_what_is_not_there_is_no_page(at_desk, directory, place):
    assert at_desk(MARLOW).get(place).status_code == 404


def test_the_formulary_leads_there_and_holds_nothing_of_it(at_desk, directory):
    page = at_desk(MARLOW).get("/formulary").text
    assert PAGE in page
    assert "nventriaxone" not in page
