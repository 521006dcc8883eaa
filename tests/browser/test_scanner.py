"""A scan counts wherever the focus is, keeps FNC1, and is never taken for typing; typing is never taken for a scan."""

import pytest

from tests.support.wedge import GS

pytestmark = pytest.mark.browser

CODE = f"]d20103004096531029172805311 0ABC123{GS}21SER0001".replace(" ", "")


def scanned(page, probe, count=1):
    """Wait until the server has had so many scans."""
    page.wait_for_function("() => true")
    for _ in range(100):
        if len(probe.scans) >= count:
            break
        page.wait_for_timeout(20)
    return probe.scans


def test_a_scan_keeps_fnc1(at_probe, keys, probe):
    keys.scan(CODE)
    assert scanned(at_probe, probe) == [CODE]


def test_two_scans_are_two_with_keys_of_their_own(at_probe, keys, probe):
    keys.scan("FIRST-1")
    keys.scan("SECOND-2")
    assert scanned(at_probe, probe, 2) == ["FIRST-1", "SECOND-2"]
    assert len(set(probe.keys)) == 2


def test_a_scan_never_types_into_the_field_that_has_the_focus(at_probe, keys, probe):
    at_probe.locator("#elsewhere").fill("typed before")
    keys.scan(CODE)
    assert scanned(at_probe, probe) == [CODE]
    at_probe.wait_for_timeout(50)
    assert at_probe.evaluate("document.activeElement.id") == "elsewhere"
    assert at_probe.locator("#elsewhere").input_value() == "typed before"


def test_a_scan_does_not_change_what_stands_in_the_volume_field(at_probe, keys, probe):
    at_probe.locator("#vol").fill("4.6")
    at_probe.locator("#vol").focus()
    keys.scan(CODE)
    assert scanned(at_probe, probe) == [CODE]
    assert at_probe.locator("#vol").input_value() == "4.6"


def test_what_a_person_types_is_no_scan(at_probe, keys, probe):
    at_probe.locator("#elsewhere").focus()
    keys.type("vancomycin", enter=True)
    assert at_probe.locator("#elsewhere").input_value() == "vancomycin"
    keys.scan("MARKER-1")
    assert scanned(at_probe, probe) == ["MARKER-1"]


def test_a_scan_presses_no_button_that_has_the_focus(at_probe, keys, probe):
    at_probe.get_by_role("button", name="Save").focus()
    keys.scan("WITH SPACE 1")
    assert scanned(at_probe, probe) == ["WITH SPACE 1"]
    assert probe.plain == 0


def test_a_second_suffix_right_after_a_scan_presses_nothing(at_probe, keys, probe):
    at_probe.get_by_role("button", name="Save").focus()
    keys.scan("CODE-1234")
    keys.press("Enter")
    assert scanned(at_probe, probe) == ["CODE-1234"]
    assert probe.plain == 0


def test_a_control_character_in_a_code_presses_no_hotkey(at_probe, keys, probe):
    at_probe.evaluate("""() => { window.let_through = [];
      const note = (e) => { if (!e.defaultPrevented) window.let_through.push(e.key); };
      addEventListener("keydown", (e) => { if (e.ctrlKey) setTimeout(() => note(e)); }, true); }""")
    keys.hotkey_in_scan("ABC", "o", "DEF")
    assert scanned(at_probe, probe) == ["ABCDEF"]
    assert at_probe.evaluate("window.let_through") == []


def test_a_prefix_set_up_for_the_scanner_is_no_part_of_the_code(at_probe, keys, probe):
    at_probe.evaluate("document.body.dataset.scannerPrefix = '~'")
    at_probe.locator("#elsewhere").focus()
    keys.scan("~ABC123")
    assert scanned(at_probe, probe) == ["ABC123"]
    assert at_probe.locator("#elsewhere").input_value() == ""


def test_a_scanner_that_ends_with_tab_is_read_where_the_station_says_so(at_probe, keys, probe):
    at_probe.evaluate("document.body.dataset.scannerSuffix = 'Tab'")
    keys.scan("ABC-TAB-1", suffix="Tab")
    assert scanned(at_probe, probe) == ["ABC-TAB-1"]


def test_cards_with_key_codes_stand_for_the_keys_on_the_screen(at_probe, keys, probe):
    for code in ("KEY 4", "KEY POINT", "KEY 7", "KEY BACK", "KEY 6"):
        keys.scan(code)
    assert at_probe.locator("#vol").input_value() == "4.6"
    assert probe.scans == []
    keys.scan("KEY RECORD")
    at_probe.get_by_role("heading", name="Step 2").wait_for()
    assert probe.records == ["4.6"]
