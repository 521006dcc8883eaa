"""A label read by a phone's camera: what the picture holds decides the answer, and no picture is kept."""

import itertools
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from compounding.documents.stock import BAG, MINIBAG, SYRINGE
from compounding.preparing.numbering import dose_number
from tests.compounding.documents import examples
from tests.support.camera import code_picture, jpeg, photographed
from tests.support.cast import CASTELL, HALLORAN, NOON, NOVAK, OKONJO
from tests.support.flow import paired
from tests.support.printing import picture_of, printer
from tests.support.visiting import token_in
from web.label_camera import LARGEST_PICTURE, MOST_A_MINUTE, Pace, codes_in
from web.pages import label_camera

__all__ = ["printer"]

ONE, OTHER = dose_number("250101-0001", 1), dose_number("250101-0002", 1)


def label(number):
    return photographed(code_picture(f"(91){number}C1"))


def sent(browser, data, **headers):
    token = token_in(browser.get("/ward/camera").text)
    kind = {"Content-Type": "image/jpeg", "X-CSRFToken": token}
    return browser.post("/ward/camera", data=data, headers=kind | headers)


@pytest.fixture
def number(cast_store):
    return paired(cast_store)


@pytest.mark.parametrize("degrees", [0, 90, 200, 17])
def test_a_label_in_the_picture_opens_its_dose(at_desk, number, degrees):
    answer = sent(at_desk(HALLORAN), jpeg(photographed(code_picture(f"(91){number}C1"), degrees=degrees)))
    assert (answer.status_code, answer.json) == (200, {"dose": f"/ward/dose/{number}"})


def test_a_picture_that_lies_on_its_side_is_read_as_it_was_held(at_desk, number):
    exif = Image.Exif()
    exif[0x0112] = 6
    assert sent(at_desk(HALLORAN), jpeg(label(number), exif=exif)).json["dose"].endswith(number)


@pytest.mark.parametrize(
    ("example", "stock"), [(examples.vancomycin, BAG), (examples.ceftriaxone, MINIBAG), (examples.insulin, SYRINGE)]
)
def test_a_whole_printed_label_is_read_a_little_askew(printer, example, stock):
    snapshot = example()
    pdf = printer.render(snapshot["kind"], snapshot, stock).pdf
    seen = jpeg(photographed(picture_of(pdf).convert("L"), degrees=5))
    assert codes_in(seen) == [f"91{snapshot['number']}C{examples.FIRST}"]


@pytest.mark.parametrize(
    ("picture", "code", "words"),
    [
        (photographed(), "no_code", "No code was found"),
        (photographed(code_picture("(01)00399999010214(17)270331(10)A1")), "not_ours", "not the label of one of our"),
        (photographed(code_picture(f"(91){ONE}"), code_picture(f"(91){OTHER}")), "several_labels", "More than one"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(at_desk, number, picture, code, words):
    answer = sent(at_desk(HALLORAN), jpeg(picture))
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert words in answer.json["text"]


def test_our_label_beside_a_vial_is_read(at_desk, number):
    vial = code_picture("(01)00399999010214(17)270331(10)A1")
    assert sent(at_desk(HALLORAN), jpeg(photographed(vial, code_picture(f"(91){number}C1")))).json["dose"].endswith(number)


def test_a_number_that_is_not_known_here_is_said(at_desk, number):
    answer = sent(at_desk(HALLORAN), jpeg(label(OTHER)))
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_number")


def test_no_picture_is_kept(at_desk, number, office):
    settings = office.extensions["sufficit"].settings
    before = {path for path in Path(settings.data_directory).rglob("*") if path.is_file()}
    browser = at_desk(HALLORAN)
    for picture in (label(number), photographed()):
        sent(browser, jpeg(picture))
    assert {path for path in Path(settings.data_directory).rglob("*") if path.is_file()} == before


def a_gif():
    out = BytesIO()
    photographed().save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"no picture at all", a_gif(), jpeg(photographed())[:3000]])
def test_a_file_that_is_no_picture_is_said(at_desk, data):
    answer = sent(at_desk(HALLORAN), data)
    assert (answer.status_code, answer.json["code"]) == (422, "no_picture")


def test_too_many_bytes_are_not_read(at_desk):
    assert sent(at_desk(HALLORAN), b"\xff" * (LARGEST_PICTURE + 1)).status_code == 413


def test_a_small_file_with_a_huge_picture_is_not_decoded(at_desk):
    out = BytesIO()
    Image.new("L", (5000, 5000), 255).save(out, "PNG")
    answer = sent(at_desk(HALLORAN), out.getvalue())
    assert answer.status_code == 422
    assert "5000 × 5000" in answer.json["text"]


def test_too_many_pictures_have_to_wait_a_minute(at_desk, number, office, clock):
    office.extensions["sufficit"].extras["label_camera"] = Pace(most=2)
    browser, other = at_desk(HALLORAN), at_desk(OKONJO)
    answers = [sent(browser, b"x").status_code for _ in range(3)]
    assert answers == [422, 422, 429]
    assert sent(other, b"x").status_code == 422, "each person has a pace of their own"
    clock.advance(seconds=61)
    assert sent(browser, jpeg(label(number))).status_code == 200


def test_the_pace_of_those_who_stopped_is_forgotten():
    pace = Pace(most=1)
    moments = (NOON + timedelta(seconds=61 * step) for step in itertools.count())
    assert all(pace.allows(f"person-{turn}", next(moments)) for turn in range(3))
    assert len(pace._sent) == 1


def test_a_page_that_looks_by_itself_stays_within_the_pace():
    script = (Path(label_camera.__file__).parents[1] / "static" / "js" / "label_camera.js").read_text(encoding="utf-8")
    every = int(script.split("const EVERY = ")[1].split(";")[0])
    assert 60_000 / every < MOST_A_MINUTE


def test_while_others_are_read_it_is_said_and_nothing_is_lost(at_desk, number, monkeypatch):
    browser, taken = at_desk(HALLORAN), [label_camera._reading.acquire() for _ in range(label_camera.AT_ONCE)]
    answer = sent(browser, jpeg(label(number)))
    for _ in taken:
        label_camera._reading.release()
    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert sent(browser, jpeg(label(number))).status_code == 200


@pytest.mark.parametrize("member", [CASTELL, NOVAK])
def test_who_does_not_work_on_the_ward_is_refused(at_desk, member, number):
    browser = at_desk(member)
    assert browser.get("/ward/camera").status_code == 403
    headers = {"X-CSRFToken": token_in(browser.get("/sign-on").text)}
    assert browser.post("/ward/camera", data=jpeg(label(number)), headers=headers).status_code == 403


def test_nobody_signed_on_is_told_so(office, number):
    browser = office.test_client()
    headers = {"X-CSRFToken": token_in(browser.get("/sign-on").text)}
    assert browser.post("/ward/camera", data=jpeg(label(number)), headers=headers).status_code == 401


def test_another_page_cannot_send_pictures(at_desk, number):
    browser = at_desk(HALLORAN)
    assert browser.post("/ward/camera", data=jpeg(label(number))).status_code == 400


def test_only_get_and_post(at_desk):
    browser = at_desk(HALLORAN)
    assert browser.delete("/ward/camera", headers={"X-CSRFToken": token_in(browser.get("/ward").text)}).status_code == 405
