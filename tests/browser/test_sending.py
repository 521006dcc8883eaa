"""What is scanned or recorded reaches the server once: pressed twice, without network, with a lost answer."""

import pytest

pytestmark = pytest.mark.browser


def reached(page, things, count):
    """Wait until so many things have reached the server."""
    for _ in range(300):
        if len(things) >= count:
            break
        page.wait_for_timeout(20)
    return things


def record(page):
    """The button that records."""
    return page.get_by_role("button", name="Record")


def test_record_is_closed_with_its_reason_until_something_was_typed(at_probe, probe):
    assert record(at_probe).get_attribute("aria-disabled") == "true"
    assert "first type what the syringe shows" in record(at_probe).inner_text()
    record(at_probe).click(force=True)
    at_probe.locator("[data-key='4']").click()
    assert record(at_probe).get_attribute("aria-disabled") is None
    assert probe.records == []


def test_pressing_record_twice_records_once(at_probe, probe):
    for key in ("4", ".", "6"):
        at_probe.locator(f"[data-key='{key}']").click()
    record(at_probe).dblclick()
    at_probe.get_by_role("heading", name="Step 2").wait_for()
    assert probe.records == ["4.6"]


def test_a_picture_from_the_camera_goes_with_the_record(at_probe, probe):
    at_probe.locator("[data-key='5']").click()
    record(at_probe).click()
    at_probe.get_by_role("heading", name="Step 2").wait_for()
    assert [picture[:3] for picture in probe.pictures] == [b"\xff\xd8\xff"]


def test_pressing_save_twice_on_an_ordinary_form_saves_once(at_probe, probe):
    with at_probe.expect_navigation():
        at_probe.get_by_role("button", name="Save").dblclick()
    assert probe.plain == 1


def test_enter_never_records_wherever_the_focus_is(at_probe, keys, probe):
    at_probe.locator("#vol").fill("4.6")
    for place in (at_probe.locator("#vol"), record(at_probe)):
        place.focus()
        keys.enter()
    keys.scan("MARKER-1")
    reached(at_probe, probe.scans, 1)
    assert probe.records == []


def test_typed_digits_survive_a_scan_at_the_same_step_and_not_the_next_step(at_probe, keys, probe):
    at_probe.locator("#vol").fill("4.")
    keys.scan("MARKER-1")
    reached(at_probe, probe.scans, 1)
    at_probe.wait_for_timeout(50)
    assert at_probe.locator("#vol").input_value() == "4."
    probe.step = 2
    keys.scan("MARKER-2")
    at_probe.get_by_role("heading", name="Step 2").wait_for()
    assert at_probe.locator("#vol").input_value() == ""


def test_a_scan_without_network_is_kept_said_so_and_sent_once(at_probe, keys, probe):
    at_probe.context.set_offline(True)
    keys.scan("KEPT-1")
    kept = at_probe.get_by_text("1 scan kept here, not saved yet")
    kept.wait_for()
    keys.scan("KEPT-2")
    at_probe.get_by_role("heading", name="Step 1").wait_for()
    assert probe.scans == []
    assert at_probe.evaluate("localStorage.length + sessionStorage.length") == 0
    at_probe.context.set_offline(False)
    reached(at_probe, probe.scans, 2)
    kept.wait_for(state="detached")
    assert probe.scans == ["KEPT-1", "KEPT-2"]
    at_probe.get_by_text("Scanner ready").wait_for()


def test_a_lost_answer_is_asked_for_again_under_the_same_key(at_probe, keys, probe):
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    at_probe.route("**/probe/scan", lose_the_first_answer)
    keys.scan("ONCE-1")
    reached(at_probe, probe.scans, 2)
    assert probe.scans == ["ONCE-1", "ONCE-1"]
    assert len(set(probe.keys)) == 1


def test_a_slow_answer_is_said_and_the_scan_counts_when_it_comes(at_probe, keys, probe):
    held = []
    at_probe.route("**/probe/scan", lambda route: held.append(route))
    keys.scan("SLOW-1")
    at_probe.get_by_text("waiting for the answer").wait_for()
    assert probe.scans == []
    held[0].continue_()
    at_probe.get_by_text("Scanner ready").wait_for()
    assert probe.scans == ["SLOW-1"]


def test_a_scan_that_the_page_has_no_use_for_is_said(at_probe, keys):
    at_probe.evaluate("document.querySelector('form[data-scan]').remove()")
    keys.scan("NOWHERE-1")
    at_probe.get_by_text("Nothing on this page takes a scan").wait_for()


def test_leaving_the_page_while_something_is_kept_is_asked_about(at_probe, keys, probe):
    asked = []
    at_probe.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    at_probe.locator("h1").click()
    at_probe.context.set_offline(True)
    keys.scan("KEPT-1")
    at_probe.get_by_text("1 scan kept here").wait_for()
    at_probe.close(run_before_unload=True)
    reached(at_probe, asked, 1)
    assert asked == ["beforeunload"]
    at_probe.context.set_offline(False)


def test_tones_follow_what_the_page_says(at_probe, keys, probe):
    at_probe.evaluate(
        "() => { window.heard = []; document.addEventListener('sufficit:tone', (e) => window.heard.push(e.detail.tone)); }"
    )
    for number, tone in enumerate(("right", "wrong"), 1):
        probe.tone = tone
        keys.scan(f"TONE-{number}")
        at_probe.locator(f"[data-tone='{tone}']").wait_for()
    assert at_probe.evaluate("window.heard") == ["right", "wrong"]
