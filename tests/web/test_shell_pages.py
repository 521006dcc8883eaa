"""Small pages of the shell: health, scanner test, start page."""

import zxingcpp
from PIL import Image
from sqlalchemy.exc import OperationalError

from tests.support.visiting import send, sign_on_novak
from web.pages.scanner_test import GS, SAMPLE, SAMPLE_BRACKETS


def test_health_answers_without_sign_on_and_tells_nothing(client):
    assert client.get("/health/alive").json == {"status": "ok"}
    assert client.get("/health/ready").json == {"status": "ok"}


def test_a_database_that_does_not_answer_is_not_ready(client, staff, monkeypatch):
    def broken():
        raise OperationalError("SELECT 1", {}, OSError("the disk is gone"))

    monkeypatch.setattr(staff.store, "read", broken)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "disk" not in answer.text
    assert client.get("/health/alive").status_code == 200


def test_the_sample_code_reads_as_what_the_test_expects():
    made = zxingcpp.create_barcode(SAMPLE_BRACKETS, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    picture = Image.fromarray(made.to_image(scale=6))
    found = zxingcpp.read_barcodes(picture)[0]
    assert found.symbology_identifier == "]d2"
    assert found.bytes.decode() == SAMPLE


def test_the_scanner_test_shows_the_sample_and_says_what_is_missing(okonjo):
    assert okonjo.get("/scanner-test/sample.svg").mimetype == "image/svg+xml"
    without = send(okonjo, "/scanner-test", page="/scanner-test", code=SAMPLE.replace(GS, "")).text
    assert "FNC1 does not arrive" in without
    assert "No symbology identifier" in without
    right = send(okonjo, "/scanner-test", page="/scanner-test", code="]d2" + SAMPLE).text
    assert "FNC1 arrives." in right
    assert "The sample code arrives unchanged." in right


def test_where_no_page_of_the_work_is_theirs_the_start_page_says_so(client):
    sign_on_novak(client)
    answer = client.get("/")
    assert answer.status_code in {200, 303}
    assert answer.status_code == 303 or "administrator" in answer.text


def test_the_clock_in_the_bar_is_the_sites(okonjo):
    assert 'class="clock"' in okonjo.get("/this-station").text
    assert ">03:00</span>" in okonjo.get("/this-station").text
