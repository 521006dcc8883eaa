"""A list that stays live never moves the focus and never touches what is being typed."""

import pytest

pytestmark = pytest.mark.browser


def test_a_changed_list_is_shown_without_loading_the_page(at_probe, probe):
    probe.rows.append("third")
    at_probe.locator("#third").wait_for()
    at_probe.get_by_text("Live, updated").wait_for()


def test_the_focus_stays_on_its_row_when_rows_come_before_it(at_probe, probe):
    at_probe.locator("#second").focus()
    probe.rows.insert(0, "urgent")
    at_probe.locator("#urgent").wait_for()
    assert at_probe.evaluate("document.activeElement.id") == "second"


def test_what_is_being_typed_stays_and_the_change_waits(at_probe, probe):
    at_probe.locator("#filter").fill("vanco")
    probe.rows.append("third")
    before = probe.polls
    while probe.polls < before + 3:
        at_probe.wait_for_timeout(20)
    assert at_probe.locator("#filter").input_value() == "vanco"
    assert at_probe.evaluate("document.activeElement.id") == "filter"
    assert at_probe.locator("#third").count() == 0
    at_probe.locator("#filter").fill("")
    at_probe.locator("#elsewhere").focus()
    at_probe.locator("#third").wait_for()


def test_a_search_while_typing_carries_the_token_and_shows_what_was_found(at_probe, probe):
    at_probe.locator("#look").press_sequentially("vanco")
    at_probe.get_by_text("found vanco", exact=True).wait_for()
    assert at_probe.evaluate("document.activeElement.id") == "look"


def test_a_list_that_lost_the_network_says_so(at_probe, probe):
    at_probe.context.set_offline(True)
    at_probe.get_by_text("Not live: the network is away").wait_for()
    at_probe.context.set_offline(False)
    at_probe.get_by_text("Live, updated").wait_for()
