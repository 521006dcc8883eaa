"""A nurse's phone reads a label with its camera: seen, not seen, not ours, not allowed, and a picture taken by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType

from compounding.documents.stock import MINIBAG
from tests.browser.conftest import serious
from tests.compounding.documents import examples
from tests.support.camera import code_picture, film, jpeg, photographed
from tests.support.cast import HALLORAN
from tests.support.flow import paired
from tests.support.hospital import Hospital, Screen
from tests.support.printing import picture_of

pytestmark = pytest.mark.browser

ASKS = "--use-fake-ui-for-media-stream"
Phone = Callable[..., Screen]


@pytest.fixture
def phone(
    hospital: Hospital, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Phone]:
    """A nurse's phone whose camera sees a picture; ``allowed`` False: the browser refuses the camera."""
    opened = []

    def start(sees: Any = None, allowed: bool = True) -> Screen:
        flags = list(browser_type_launch_args["args"])
        if sees is not None:
            flags.append(f"--use-file-for-fake-video-capture={film(sees, tmp_path / 'seen.y4m')}")
        if not allowed:
            flags.remove(ASKS)
        browser = browser_type.launch(**{**browser_type_launch_args, "args": flags})
        opened.append(browser)
        return replace(hospital, browser=browser).on_phone(HALLORAN, "/ward")

    yield start
    for browser in opened:
        browser.close()


def printed_label(hospital: Hospital, number: str) -> Any:
    """A dispensing label of this number as it comes out of the printer, photographed a little askew."""
    snapshot = {**examples.ceftriaxone(), "number": number, "barcode": f"(91){number}C1"}
    printer = hospital.app.extensions["sufficit"].extras["printer"]
    return photographed(picture_of(printer.render(snapshot["kind"], snapshot, MINIBAG).pdf).convert("L"), degrees=4)


def test_the_camera_reads_a_label_and_opens_its_dose(hospital: Hospital, phone: Phone):
    number = paired(hospital.store)
    nurse = phone(printed_label(hospital, number))
    nurse.page.get_by_role("link", name="Scan").click()
    nurse.heading("cefTRIAXone")
    assert nurse.page.url.endswith(f"/ward/dose/{number}")


def test_without_a_code_it_goes_on_looking_and_says_how_to_hold_the_phone(hospital: Hospital, phone: Phone):
    nurse = phone(photographed())
    nurse.page.clock.install()
    nurse.go("/ward/camera")
    nurse.sees("Looking for a label")
    assert nurse.page.get_by_role("button", name="Look again").is_hidden()
    nurse.page.clock.run_for(10_000)
    nurse.sees("No code found yet")
    nurse.page.clock.run_for(60_000)
    nurse.sees("The camera rests")
    nurse.press("Look again")
    nurse.sees("Looking for a label")


def test_a_vial_is_not_one_of_our_labels(hospital: Hospital, phone: Phone):
    nurse = phone(photographed(code_picture("(01)00399999010214(17)270331(10)A1")))
    nurse.go("/ward/camera")
    nurse.sees("Not one of our labels")
    nurse.sees("Find the patient instead")


def test_where_the_camera_is_not_allowed_a_picture_taken_by_hand_is_read(hospital: Hospital, phone: Phone, tmp_path: Path):
    number = paired(hospital.store)
    nurse = phone(allowed=False)
    nurse.go("/ward/camera")
    nurse.sees("The camera is not allowed")
    empty, label, text = tmp_path / "empty.jpg", tmp_path / "label.jpg", tmp_path / "notes.txt"
    empty.write_bytes(jpeg(photographed()))
    label.write_bytes(jpeg(photographed(code_picture(f"(91){number}C1")).resize((4000, 2250))))
    text.write_text("no picture")
    choose = nurse.page.get_by_label("Take a picture instead")
    choose.set_input_files(text)
    nurse.sees("This file is no picture")
    choose.set_input_files(empty)
    nurse.sees("No code found")
    choose.set_input_files(label)
    nurse.heading("cefTRIAXone")
    assert nurse.page.url.endswith(f"/ward/dose/{number}")


def test_while_the_network_is_away_it_is_said_and_then_goes_on(hospital: Hospital, phone: Phone):
    number = paired(hospital.store)
    nurse = phone(photographed(code_picture(f"(91){number}C1")))
    nurse.page.route("**/ward/camera", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    nurse.go("/ward/camera")
    nurse.sees("The network is away")
    nurse.page.unroute("**/ward/camera")
    nurse.heading("cefTRIAXone")


def test_a_page_that_is_left_lets_the_camera_go(hospital: Hospital, phone: Phone):
    nurse = phone(photographed())
    nurse.go("/ward/camera")
    nurse.sees("Looking for a label")
    nurse.page.evaluate("window.tracks = document.querySelector('[data-aim-view]').srcObject.getTracks()")
    nurse.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert nurse.page.evaluate("tracks.map((track) => track.readyState)") == ["ended"]


def test_the_page_holds_on_a_phone_in_both_themes(hospital: Hospital, phone: Phone):
    nurse = phone(photographed(code_picture("(01)00399999010214(17)270331(10)A1")))
    for scheme in ("light", "dark"):
        nurse.page.emulate_media(color_scheme=scheme)
        nurse.go("/ward/camera")
        nurse.sees("Not one of our labels")
        assert serious(nurse.page) == [], scheme
        assert nurse.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for button in nurse.page.locator(".aim__do .btn:visible").all():
            assert button.bounding_box()["height"] >= 44
