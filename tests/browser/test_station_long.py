"""Long names at the station: the whole name stands there, and the scan bar stays in sight at the station's own size."""

import pytest

from tests.browser.conftest import serious
from tests.support.cast import OKONJO
from tests.support.flow import TOMAS, prepared, queued_dose, started
from tests.support.hospital import Hospital, Screen

pytestmark = pytest.mark.browser

LONG_PATIENT = TOMAS | {
    "family_name": "PLACEHOLDER-SPECIMEN VON EXAMPLE", "given_name": "Maximiliana Konstantina",
    "location": "Cardiothoracic intensive care 12",
}  # fmt: skip
TAZOBACTAM = {
    "order_type": "intermittent", "patient": "DEMO-2093", "drug": "piperacillin_tazobactam",
    "dose": {"value": "4.5", "unit": "g", "of": "piperacillin-tazobactam"},
    "route": "IV infusion", "line": "peripheral", "diluent": "NS", "volume": "100 mL", "infuse_over": "30 min",
    "start": "2026-04-15T06:30:00-04:00", "frequency": {"every": "6 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
LONG = {"order": TAZOBACTAM, "patient": LONG_PATIENT}


def holds(screen: Screen) -> None:
    """The scan bar stands whole inside 1280 × 800, nothing scrolls, and no button lies under the bar."""
    bar = screen.page.locator("#scan-bar").bounding_box()
    assert bar["y"] + bar["height"] <= 800
    assert screen.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for button in screen.page.locator(".focus__act .btn:visible").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= bar["y"]
    said = screen.page.locator(".strip").inner_text()
    for whole in ("PLACEHOLDER-SPECIMEN VON EXAMPLE, Maximiliana Konstantina", "piperacillin-tazobactam", "Cardiothoracic"):
        assert whole in said


def test_containers_are_scanned_under_a_long_strip(hospital: Hospital):
    hood = hospital.at_hood(OKONJO, path=f"/station/{queued_dose(hospital.store, **LONG)}")
    holds(hood)
    assert serious(hood.page) == []


def test_volumes_are_typed_under_a_long_strip(hospital: Hospital):
    hood = hospital.at_hood(OKONJO, path=f"/station/{started(hospital.store, **LONG)}")
    hood.page.locator("#vol").wait_for()
    holds(hood)
    sizes = [key.bounding_box()["height"] for key in hood.page.locator(".keys button").all()]
    assert min(sizes) >= 56


def test_the_last_step_stands_under_a_long_strip(hospital: Hospital):
    number = prepared(hospital.store, **LONG)
    hood = hospital.at_hood(OKONJO, path=f"/station/{number}")
    holds(hood)
    hood.keys.scan(f"92{number}")
    hood.heading("Send to the check")
    holds(hood)


def test_a_page_that_is_too_long_scrolls_under_the_scan_bar(hospital: Hospital):
    hood = hospital.at_hood(OKONJO, path=f"/station/{started(hospital.store, **LONG)}")
    hood.page.locator("#vol").wait_for()
    hood.page.set_viewport_size({"width": 1024, "height": 560})
    bar = hood.page.locator("#scan-bar").bounding_box()
    assert bar["y"] + bar["height"] <= 560
