"""Every macro as people meet it: readable, reachable, big enough, at every width, light and dark."""

import pytest

from tests.browser.conftest import serious

pytestmark = pytest.mark.browser

VIEWS = ("all", "station", "stop", "desk", "phone")
WIDTHS = (390, 1280, 1920)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_and_nothing_is_cut_off(page, live, view, scheme):
    page.emulate_media(color_scheme=scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live}/components/{view}")
        assert serious(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_no_page_breaks_the_content_security_policy(page, live):
    said = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for view in VIEWS:
        page.goto(f"{live}/components/{view}")
        page.wait_for_function("document.getElementById('main').tabIndex === -1")
    assert said == []


def test_the_letters_come_along_and_do_not_depend_on_the_device(page, live):
    page.goto(f"{live}/components/station")
    page.wait_for_function("document.fonts.status === 'loaded'")
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    heading = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    faces = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    assert [(face["familyName"], face["isCustomFont"]) for face in faces] == [("Atkinson Hyperlegible Next", True)]


def test_keys_and_decisions_are_big_enough_for_gloves(page, live):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live}/components/station")
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('.keys button, .focus__act .btn')]"
        ".map((b) => { const r = b.getBoundingClientRect(); return [r.width, r.height]; })"
    )
    assert len(sizes) == 14
    assert min(min(size) for size in sizes) >= 72


def test_the_station_needs_no_scrolling_at_its_own_size(page, live):
    page.set_viewport_size({"width": 1280, "height": 800})
    for view in ("station", "stop"):
        page.goto(f"{live}/components/{view}")
        assert page.evaluate("document.documentElement.scrollHeight") <= 800


def test_the_volume_field_starts_empty(page, live):
    page.goto(f"{live}/components/station")
    assert page.locator("#vol").input_value() == ""


def test_a_dialog_takes_the_focus_and_gives_it_back(page, live):
    page.goto(f"{live}/components/all")
    for leave in ("Escape", "button"):
        page.locator("#opener").click()
        assert page.evaluate("document.querySelector('#abandon').contains(document.activeElement)")
        page.keyboard.press("Escape") if leave == "Escape" else page.get_by_role("button", name="Go back").click()
        assert page.evaluate("document.activeElement.id") == "opener"


def test_the_error_summary_takes_the_focus_and_leads_to_its_field(page, live):
    page.goto(f"{live}/components/all")
    page.wait_for_function("document.activeElement.classList.contains('error-summary')")
    page.get_by_role("link", name="Calcium: 982").click()
    assert page.evaluate("document.activeElement.id") == "ca"


def test_the_pin_does_not_stand_on_the_screen(page, live):
    page.goto(f"{live}/components/all")
    for key in "4821":
        page.locator(f"[data-keys-for='e3'] [data-key='{key}']").click()
    assert page.locator("#e3").input_value() == "4821"
    assert page.locator("#e3").get_attribute("type") == "password"
    page.locator("[data-keys-for='e3'] [data-key='clear']").click()
    assert page.locator("#e3").input_value() == ""
