"""A no comes back as the same page with what was typed; a bug is a number and nothing else."""

import logging
from datetime import UTC, datetime

import pytest
from flask import Blueprint, render_template_string

import web.sessions
from batch_records.acts import Refusal
from batch_records.entries import AlteredRecord
from batch_records.rendering_refusals import PrintRefused
from calculations.errors import CannotCompute, Fault, Faults
from tests.support.visiting import an_app, token_in
from web.acting import act, client_key, read_form
from web.doses import wall_clock
from web.errors import Refuse, again

PAGE = """{% extends "layouts/plain.html" %}{% block title %}Weight{% endblock %}{% block main %}
<form method="post">{{ ui.act_fields() }}
{{ ui.quantity("weight", "Weight", "kg", typed("weight", "50"), fault=faults.get("weight", "")) }}</form>
{% endblock %}"""

PROBLEMS = {
    "fault": lambda: Fault("weight", "1,5", "1.5 or 15"),
    "faults": lambda: Faults([Fault("weight", "1,5", "1.5 or 15"), Fault("height", "0", "a height")]),
    "refuse": lambda: Refuse(Refusal("own_work", "You made this dose yourself.", 409)),
    "cannot": lambda: CannotCompute(
        "no_curve", "Precipitation", "there is no curve for this product.", "Ask a pharmacist."
    ),
    "bug": lambda: ZeroDivisionError("the patient is EXAMPLE, Ada"),
    "altered": lambda: AlteredRecord("dose-1", 3, "hash"),
    "paper": lambda: PrintRefused("does_not_fit", "in_process_label/1", "2 pages", "at most 1 on this stock"),
}


@pytest.fixture
def app(staff, clock, tmp_path, monkeypatch):
    """An application with a page that says no in every way."""
    made = an_app(staff.store, clock, tmp_path)
    pages = Blueprint("no", __name__, url_prefix="/no")

    @pages.get("/<kind>")
    def page(kind):
        return render_template_string(PAGE)

    @pages.post("/<kind>")
    @again(page)
    def send(kind):
        read_form(["weight"])
        if kind == "returned":
            return Refusal("state", "This dose was rejected at 14:02.", 409)
        raise PROBLEMS[kind]()

    @pages.post("/bare/<kind>")
    def bare(kind):
        raise PROBLEMS[kind]()

    @pages.post("/act")
    def acted():
        made = act()
        return {
            "who": made.actor.person,
            "station": made.station,
            "key": made.key,
            "at": made.at.isoformat(),
            "offset": made.offset_minutes,
            "zone": str(made.zone),
            "autumn": wall_clock(made.at).moment(datetime(2026, 11, 9, 14, 0, tzinfo=UTC)),
        }

    @pages.post("/key")
    def key():
        return client_key()

    made.register_blueprint(pages)
    monkeypatch.setattr(web.sessions, "allowed", lambda endpoint, roles: True)
    return made


def send_weight(client, path, **fields):
    """Send the form of the page."""
    token = token_in(client.get("/no/fault").text)
    return client.post(path, data={"csrf_token": token, "key": "k1", "weight": "1,5", **fields})


def test_a_fault_brings_the_same_page_with_what_was_typed(okonjo):
    answer = send_weight(okonjo, "/no/fault")
    assert answer.status_code == 422
    assert 'value="1,5"' in answer.text
    assert "Weight: “1,5” is refused. Expected: 1.5 or 15." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "1 entry needs you" in answer.text


def test_several_faults_are_all_named_and_lead_to_their_fields(okonjo):
    answer = send_weight(okonjo, "/no/faults")
    assert answer.status_code == 422
    assert "2 entries need you" in answer.text
    assert 'href="#weight"' in answer.text
    assert 'href="#height"' in answer.text


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("returned", 409, "This dose was rejected at 14:02."),
        ("refuse", 409, "You made this dose yourself."),
        ("cannot", 422, "there is no curve for this product. Ask a pharmacist."),
    ],
)
def test_a_rule_that_says_no_is_shown_in_its_own_words_on_the_same_page(okonjo, kind, status, words):
    answer = send_weight(okonjo, f"/no/{kind}")
    assert answer.status_code == status
    assert words in answer.text
    assert 'value="1,5"' in answer.text


def test_the_page_without_a_problem_shows_its_own_value(okonjo):
    page = okonjo.get("/no/fault").text
    assert 'value="50"' in page
    assert "error-summary" not in page


def test_a_no_outside_a_form_has_a_page_of_its_own(okonjo):
    answer = send_weight(okonjo, "/no/bare/refuse")
    assert answer.status_code == 409
    assert "You made this dose yourself." in answer.text


def test_a_part_of_a_page_gets_a_note_and_no_page_inside_the_page(okonjo):
    answer = okonjo.get("/no/such/page", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_a_bug_is_a_number_that_stands_in_the_log_and_tells_nothing_else(okonjo, caplog):
    with caplog.at_level(logging.ERROR, "sufficit"):
        answer = send_weight(okonjo, "/no/bug")
    assert answer.status_code == 500
    assert "EXAMPLE" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    number = caplog.records[0].getMessage().split()[1]
    assert number in answer.text


def test_a_paper_that_does_not_print_says_so_and_is_no_bug(okonjo):
    answer = send_weight(okonjo, "/no/paper")
    assert answer.status_code == 422
    assert "found 2 pages; expected at most 1 on this stock" in answer.text
    assert "was not printed" in answer.text


def test_an_altered_record_is_named_and_stops_the_work(okonjo, caplog):
    with caplog.at_level(logging.CRITICAL, "sufficit"):
        answer = send_weight(okonjo, "/no/altered")
    assert answer.status_code == 500
    assert "dose-1" in answer.text
    assert "altered" in caplog.text


def test_an_act_takes_identity_place_and_time_from_the_server_alone(okonjo):
    forged = {"who": "person-novak", "station": "desk-1", "at": "2020-01-01", "actor": "x"}
    made = send_weight(okonjo, "/no/act", **forged).json
    assert made == {
        "who": "person-okonjo",
        "station": "hood-1",
        "key": "k1",
        "at": "2026-03-01T08:00:00+00:00",
        "offset": -300,
        "zone": "America/New_York",
        "autumn": "9 Nov 2026, 09:00",
    }


@pytest.mark.parametrize("key", ["", "x" * 101, "k\n1", "schlüssel"])
def test_a_request_without_a_usable_key_is_not_done(okonjo, key):
    assert send_weight(okonjo, "/no/key", key=key).status_code == 422


def test_a_missing_field_is_named(okonjo):
    token = token_in(okonjo.get("/no/fault").text)
    answer = okonjo.post("/no/fault", data={"csrf_token": token, "key": "k"})
    assert answer.status_code == 422
    assert "Weight is missing" in answer.text
