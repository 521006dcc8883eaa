"""A one-time formulation in a real browser: one pharmacist writes it, another approves it, and the review shows it."""

from datetime import timedelta

import pytest

from batch_records.acting import load
from compounding.reviewing.one_time import ONE_TIME, one_time_record
from compounding.reviewing.one_time_data import drug_text, template_of
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, MARLOW, NOON, OKONJO
from tests.support.flow import CEFTRIAXONE, placed_order
from tests.support.hospital import Hospital, Screen

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
ORDER = "260414-0160"
PATH = f"/one-time/{ORDER}"


@pytest.fixture
def written(hospital: Hospital) -> str:
    """An order without a formulation; gives the text that a pharmacist writes for it."""
    hospital.clock.now = NOON + timedelta(minutes=20)
    placed_order(hospital.store, {**CEFTRIAXONE, "diluent": "D10W", "volume": "250 mL"}, number=ORDER)
    with hospital.store.read() as uow:
        start = template_of(drug_text(uow, "ceftriaxone"))
    for old, new in (
        ('text = ""', 'text = "label, read by J. Marlow"'),
        ("sodium_chloride_0_9", "dextrose_10"),
        ('volume = "25 mL"', 'volume = "250 mL"'),
        ('concentration_low = "10 mg/mL"', 'concentration_low = "1 mg/mL"'),
    ):
        start = start.replace(old, new, 1 if old == 'text = ""' else -1)
    return start


def holds(screen: Screen) -> None:
    """axe finds nothing, and nothing is cut off, at every width."""
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    assert serious(screen.page) == []


def now(hospital: Hospital):
    with hospital.store.read() as uow:
        return load(uow, ONE_TIME, one_time_record(ORDER, 1)), uow.entries(one_time_record(ORDER, 1))


def test_one_writes_another_approves_and_the_review_shows_it(hospital: Hospital, written: str):
    marlow = hospital.at_desk(MARLOW, "desk-1", f"/review/{ORDER}")
    marlow.page.get_by_role("link", name="One-time formulation").click()
    marlow.heading("One-time formulation")
    holds(marlow)
    marlow.page.fill("#text", written)
    marlow.page.get_by_role("button", name="Put it before a second pharmacist").dblclick()
    marlow.sees("another pharmacist approves it")
    assert marlow.page.get_by_role("button", name="Approve for this order version").count() == 0
    assert len(now(hospital)[1]) == 1
    holds(marlow)
    duarte = hospital.at_desk(DUARTE, "desk-2", PATH)
    duarte.page.fill("#secret", DUARTE.password)
    duarte.page.keyboard.press("Enter")
    assert now(hospital)[0].status == "written", "Enter approves nothing"
    holds(duarte)
    duarte.page.get_by_role("button", name="Approve for this order version").dblclick()
    duarte.sees("Approved")
    state, entries = now(hospital)
    assert (state.status, len(entries)) == ("approved", 2)
    duarte.go(f"/review/{ORDER}")
    duarte.sees("ONE-TIME FORMULATION")


def test_what_is_wrong_is_named_and_the_text_stays(hospital: Hospital, written: str):
    marlow = hospital.at_desk(MARLOW, "desk-1", PATH)
    wrong = written.replace('volume_tolerance = "0.05 one"', 'volume_tolerance = "0.05 mL"')
    marlow.page.fill("#text", wrong)
    marlow.press("Put it before a second pharmacist")
    marlow.sees("volume_tolerance")
    assert marlow.page.locator("#text").input_value().strip() == wrong.strip()
    assert now(hospital)[0].status == ""


def test_a_wrong_password_approves_nothing(hospital: Hospital, written: str):
    marlow = hospital.at_desk(MARLOW, "desk-1", PATH)
    marlow.page.fill("#text", written)
    marlow.press("Put it before a second pharmacist")
    marlow.sees("another pharmacist approves it")
    duarte = hospital.at_desk(DUARTE, "desk-2", PATH)
    duarte.page.fill("#secret", "not the password")
    duarte.press("Approve for this order version")
    duarte.page.locator("[role=alert]").first.wait_for()
    assert now(hospital)[0].status == "written"


def test_a_technician_is_refused(hospital: Hospital, written: str):
    hood = hospital.at_desk(OKONJO, "desk-2", "/queue")
    assert hood.page.goto(hospital.address + PATH).status == 403
    hood.sees("This is not yours to do")
