"""A shortage and a label's template in a real browser; their pages, and that of the contradictions, at every width."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious
from tests.support.cast import DUARTE, MARLOW
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1920, 1080))
LABEL = "/formulary/templates/dispensing_label-1"
BAG = "/formulary/alternatives/ceftriaxone_minibag_adult"


def holds(screen, path: str, *, accessible: bool = True) -> None:
    """Nothing runs out of the page at any width, and no rule of accessibility is broken seriously."""
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert not accessible or serious(screen.page) == [], (path, width)


def test_an_alternative_begins_and_a_template_is_compared_print_beside_print(hospital: Hospital):
    screen = hospital.at_desk(MARLOW, "desk-1", BAG)
    page = screen.page
    page.set_default_timeout(60_000)  # a template is tried on every paper
    holds(screen, BAG)
    page.get_by_label("Instead", exact=True).select_option(label="Diluent: dextrose 5 %")
    page.get_by_label("Shortage", exact=True).fill("no bags of saline since 12 Apr")
    page.locator("#until_day").fill("2026-04-30")
    page.locator("#until_time").fill("08:00")
    page.get_by_label("Your PIN or password").fill(MARLOW.pin)
    screen.press("Use the alternative")
    expect(page.get_by_role("heading", name="Made instead now: dextrose 5 %")).to_be_visible()
    holds(screen, "in use")
    for path in ("/formulary/alternatives", "/formulary/consistency", "/formulary/templates", f"{LABEL}/0/edit"):
        screen.go(path)
        holds(screen, path)
    markup = page.get_by_label("Markup (page.html)")
    text = markup.input_value()
    markup.fill(text.replace('{{ d.beyond_use.at.within("p", "big nb") }}', ""))
    page.get_by_label("Reason of the change").fill("plain words for the ward")
    page.get_by_label("Source", exact=True).fill("labelling group, 3 Apr 2026")
    screen.press("Try it and save as version 1")
    expect(page.get_by_role("table", name="Faults")).to_contain_text("missing: beyond-use time and storage")
    page.get_by_label("Markup (page.html)").fill(
        text.replace("Do not use after: start before", "Start before, never after")
    )
    screen.press("Try it and save as version 1")
    expect(page.get_by_text("DRAFT. Nothing is printed with this version.")).to_be_visible()
    expect(page.locator("details[open] iframe")).to_have_count(2)
    expect(page.locator("#lines ins").first).to_contain_text("Start before, never after")
    holds(screen, "draft of a template", accessible=False)  # the browser's own viewer of PDF is inside
    other = hospital.at_desk(DUARTE, "desk-2", f"{LABEL}/1")
    other.page.get_by_label("I read every value and its source").check()
    other.page.get_by_label("Your PIN or password").fill(DUARTE.pin)
    other.press("Release, first of two")
    expect(other.page.get_by_text("You were the first to release it.")).to_be_visible()
