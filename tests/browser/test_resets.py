"""A reset in a real browser: asked for, confirmed by another, chosen alone; and patients found without a word in the address."""

import pytest
from playwright.sync_api import expect

from batch_records.people import load_person
from tests.browser.conftest import serious
from tests.support.cast import ADEYEMI, CASTELL, NOVAK, OKONJO
from tests.support.flow import TOMAS, described_patient
from tests.support.hospital import Hospital, Screen

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))


def fits(screen: Screen) -> None:
    """axe finds nothing, and nothing is cut off, at every width."""
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    assert serious(screen.page) == []


def test_two_people_and_the_person_concerned_set_secrets_anew(hospital: Hospital):
    asking = hospital.at_desk(NOVAK, "desk-1", f"/people/person/{OKONJO.person}")
    asking.page.fill("#reset-reason", "PIN forgotten")
    asking.press("Start a reset")
    asking.sees("First half of the code")
    first = asking.page.locator("#one-time").inner_text()
    fits(asking)
    confirming = hospital.at_desk(ADEYEMI, "desk-2", "/people/resets")
    fits(confirming)
    confirming.page.fill("[name=secret]", ADEYEMI.password)
    confirming.press("Confirm: it is T. Okonjo")
    confirming.sees("Second half of the code")
    second = confirming.page.locator("#one-time").inner_text()
    fits(confirming)
    confirming.go("/people/choose-secrets")
    confirming.page.fill("#one_time", f"{first} {second}")
    for name in ("password", "repeated"):
        confirming.page.fill(f"#{name}", "seven blue kettles")
    fits(confirming)
    confirming.press("Choose these")
    confirming.page.wait_for_url("**/sign-on**")
    with hospital.store.read() as uow:
        assert set(load_person(uow, OKONJO.person).secrets) == {"password"}


def test_a_patient_is_found_and_kept_for_another_kind_of_order_without_a_word_in_the_address(hospital: Hospital):
    described_patient(hospital.store, TOMAS)
    desk = hospital.at_desk(CASTELL, "desk-1", "/orders/new/intermittent")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.locator("#patient").press_sequentially("SPECI")
    desk.page.get_by_role("option", name="SPECIMEN").click()
    desk.page.get_by_role("navigation", name="Kind of order").get_by_role("button").nth(1).click()
    expect(desk.page.locator("#preview")).to_contain_text("SPECIMEN, Tomas")
    assert desk.page.locator("#patient").input_value().startswith("DEMO-2093")
    desk.go("/patients")
    desk.page.locator("[name=q]").fill("DEMO-2093")
    desk.page.locator("[name=q]").press("Enter")
    desk.page.get_by_role("link", name="SPECIMEN, Tomas").click()
    desk.sees("SPECIMEN, Tomas")
    assert len(asked) > 5
    assert [url for url in asked if "2093" in url or "SPECI" in url.upper()] == []
