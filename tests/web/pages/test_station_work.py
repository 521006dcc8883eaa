"""The station: measured steps, confirmations, the way to the check, problems, papers, and who may do what."""


import re
from io import BytesIO

import pytest

from batch_records.pictures import Pictures
from compounding.preparing.actions import CheckStaging, PassInProcess
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from tests.support.at_station import (
    CENTRAL,
    POSTS,
    ROCURONIUM,
    WATER,
    a_picture,
    at,
    heading,
    scan,
)
from tests.support.cast import AMARI, HALLORAN, MARLOW, NOON, OKONJO, do
from tests.support.flow import (
    A_PICTURE,
    code_of,
    dose_now,
    prepared,
    queued_dose,
    staged,
    started,
    step_done,
)
from tests.support.visiting import send, sign_on_as, token_in
from web.services import services

# ---- measuring


def recorded(client, number, volume, step="1", **more):
    return send(client, f"{at(number)}/record", "/station", step=step, volume=volume, **more)


def test_what_the_syringe_shows_is_recorded_with_its_picture(hood, office, cast_store):
    number = started(cast_store)
    answer = recorded(hood, number, "4.8", picture=a_picture())
    assert answer.status_code == 200
    assert heading(answer) == "Step 5 of 8 Draw up cefTRIAXone 100 mg/mL"
    kept = dose_now(cast_store, number).records[0]
    assert str(kept.volume.amount_in("mL")) == "24/5"
    with office.app_context():
        assert Pictures(services().settings.folders["pictures"]).read(kept.picture)
    shown = hood.get(f"/pictures/{kept.picture}.jpg")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")


def test_the_field_of_the_syringe_is_never_filled_in(hood, cast_store):
    number = started(cast_store)
    assert re.search(r'<input id="vol"[^>]* value=""', hood.get(at(number)).text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("6.4", "33.3 % over 4.8 mL: measure again or reject"),
        ("4.85", "cannot show 4.85 mL"),
        ("1,5", "without a comma"),
        ("", "a plain number"),
        ("-4.8", "plain number"),
        ("1e1", "plain number"),
        ("٤.٨", "plain number"),
    ],
)
def test_a_refused_entry_says_why_and_keeps_what_was_typed(hood, cast_store, typed, words):
    number = started(cast_store)
    answer = recorded(hood, number, typed, picture=a_picture())
    assert answer.status_code == 422
    assert words in answer.text
    assert re.search(rf'<input id="vol"[^>]* value="{re.escape(typed)}"', answer.text)
    assert "entry--stop" in answer.text
    assert dose_now(cast_store, number).records == ()


def test_without_a_picture_nothing_is_recorded(hood, cast_store):
    number = started(cast_store)
    answer = recorded(hood, number, "4.8")
    assert answer.status_code == 422
    assert "needs its picture" in answer.text
    assert 'value="4.8"' in answer.text


def test_a_file_that_is_no_picture_is_refused(hood, cast_store):
    number = started(cast_store)
    answer = recorded(hood, number, "4.8", picture=(BytesIO(b"not a picture"), "x.jpg"))
    assert answer.status_code == 422
    assert dose_now(cast_store, number).records == ()


def test_record_pressed_twice_records_once(hood, cast_store):
    number = started(cast_store)
    token = token_in(hood.get("/station").text)
    for _ in range(2):
        form = {"csrf_token": token, "key": "record-once", "step": "1", "volume": "4.8", "picture": a_picture()}
        assert hood.post(f"{at(number)}/record", data=form).status_code == 200
    assert len(dose_now(cast_store, number).records) == 1


def test_a_step_that_is_not_in_focus_is_refused(hood, cast_store):
    number = started(cast_store)
    assert recorded(hood, number, "4.6", step="2", picture=a_picture()).status_code == 409
    assert recorded(hood, number, "4.6", step="x", picture=a_picture()).status_code == 422


def test_weighing_without_a_density_is_refused_in_words(hood, cast_store):
    number = started(cast_store)
    assert recorded(hood, number, "4.8", picture=a_picture()).status_code == 200
    answer = send(hood, f"{at(number)}/record", "/station", step="2", mass="4.6", picture=a_picture())
    assert answer.status_code == 422
    assert "no density" in answer.text
    assert "Weigh it" not in hood.get(at(number)).text


def test_sterile_water_is_weighed_in_by_the_density_that_has_a_source(hood, cast_store):
    number = started(cast_store)
    assert "Weigh it" in hood.get(at(number)).text
    path = f"{at(number)}/record"
    light = send(hood, path, "/station", step="1", mass="0.9", picture=a_picture())
    assert light.status_code == 422
    assert "Less than 1 g is not weighed here" in light.text
    assert send(hood, path, "/station", step="1", mass="4.75", picture=a_picture()).status_code == 200
    (weighed,) = dose_now(cast_store, number).records
    assert (weighed.how, str(weighed.mass), str(weighed.volume)) == ("weighed", "4.75 g", "4.75 mL")


def test_not_measured_needs_a_reason_and_a_picture(hood, cast_store):
    number = started(cast_store)
    path = f"{at(number)}/unmeasured"
    assert send(hood, path, "/station", step="1", reason="the syringe cannot be read").status_code == 422
    assert send(hood, path, "/station", step="1", picture=a_picture()).status_code == 422
    kept = send(hood, path, "/station", step="1", reason="the syringe cannot be read", picture=a_picture())
    assert kept.status_code == 303
    assert dose_now(cast_store, number).unmeasured == (1,)
    assert "not measured" in hood.get(at(number)).text


def test_another_container_while_it_is_made_stops_and_one_of_its_own_does_not(hood, cast_store):
    number = started(cast_store)
    assert "Stop. Not for this preparation." in scan(hood, number, code_of("cefazolin_1000mg_vial")).text
    again = scan(hood, number, code_of(WATER))
    assert "Stop." not in again.text
    assert "belongs to this preparation" in again.text


def test_another_worksheet_is_not_taken_while_one_is_being_made(hood, cast_store):
    number = started(cast_store)
    other = queued_dose(cast_store, number="260414-0153")
    answer = scan(hood, number, f"94{other}")
    assert answer.status_code == 409
    assert f"worksheet of {other}" in answer.text


# ---- look before mixing


def looked_at_and_started(store, number):
    """A pharmacist looks at the containers, then it starts."""
    staged(store, number)
    do(store, MARLOW, DOSE, dose_record(number), CheckStaging(), NOON, signed=True)
    started(store, number)


def test_the_look_before_mixing_is_asked_for_and_goes_on_by_itself(hood, cast_store):
    number = queued_dose(cast_store, ROCURONIUM, CENTRAL, "260414-0160")
    staged(cast_store, number)
    first = hood.get(at(number)).text
    assert "A pharmacist looks at the containers first" in first
    assert "Waiting for the pharmacist" in first
    assert send(hood, f"{at(number)}/start", "/station").status_code == 409
    looked_at_and_started(cast_store, number)
    while step_done(cast_store, number):
        pass
    assert "Ask the pharmacist to look" in hood.get(at(number)).text
    answer = send(hood, f"{at(number)}/ask-check", "/station")
    assert "This goes on by itself." in answer.text
    waiting = hood.get(f"{at(number)}/waiting")
    do(cast_store, MARLOW, DOSE, dose_record(number), PassInProcess(), NOON, signed=True)
    after = hood.get(f"{at(number)}/waiting", headers={"If-None-Match": waiting.headers["ETag"]})
    assert after.status_code == 200
    assert "Passed." in after.text


def test_asking_for_a_look_that_nothing_asks_for_is_refused(hood, cast_store):
    number = started(cast_store)
    assert send(hood, f"{at(number)}/ask-check", "/station").status_code == 409


# ---- the end


def test_the_bag_label_leads_to_the_pin_and_the_pin_sends_it_to_the_check(hood, cast_store):
    number = prepared(cast_store)
    leads = scan(hood, number, f"]d292{number}")
    assert leads.status_code == 303
    page = hood.get(leads.headers["Location"])
    assert heading(page) == "Last step Send to the check"
    label = {"label": f"92{number}", "picture": a_picture()}
    wrong = send(hood, f"{at(number)}/send", "/station", secret="0000", **label)
    assert wrong.status_code == 403
    assert "The PIN or password is not right" in wrong.text
    done = send(hood, f"{at(number)}/send", "/station", secret=OKONJO.pin, label=f"92{number}", picture=a_picture())
    assert (done.status_code, done.headers["Location"]) == (303, f"/station?sent={number}")
    assert dose_now(cast_store, number).status is DoseStatus.AWAITING_FINAL_CHECK
    assert f"{number}</b> is at the check" in hood.get(done.headers["Location"]).text


def test_the_label_of_another_container_stops_at_any_step(hood, cast_store):
    other = queued_dose(cast_store, number="260414-0154")
    for number in (started(cast_store), prepared(cast_store, queued_dose(cast_store, number="260414-0155"))):
        answer = scan(hood, number, f"92{other}")
        assert answer.status_code == 422
        assert "Stop. Wrong label." in answer.text
        assert other in hood.get(at(number)).text
        assert "Stop." not in scan(hood, number, f"92{number}").text


def test_the_right_label_too_early_is_told(hood, cast_store):
    number = started(cast_store)
    answer = scan(hood, number, f"92{number}")
    assert answer.status_code == 409
    assert "when everything is in the container" in answer.text


def test_the_last_page_is_reached_only_at_the_last_step(hood, cast_store):
    number = started(cast_store)
    assert hood.get(f"{at(number)}/send?label=92{number}").status_code == 303


# ---- stop or problem


def test_the_last_record_is_taken_back_with_its_reason(hood, cast_store):
    number = started(cast_store)
    step_done(cast_store, number)
    path = f"{at(number)}/undo"
    assert send(hood, path, "/station", step="1").status_code == 422
    assert send(hood, path, "/station", step="1", reason="typed wrongly").status_code == 303
    assert dose_now(cast_store, number).records == ()


def test_taken_apart_the_containers_go_back(hood, cast_store):
    number = staged(cast_store)
    assert send(hood, f"{at(number)}/take-apart", "/station", other="made tomorrow").status_code == 303
    assert dose_now(cast_store, number).scans == ()


def test_abandoned_with_its_reason_it_is_closed(hood, cast_store):
    number = started(cast_store)
    assert send(hood, f"{at(number)}/abandon", "/station", reason="").status_code == 422
    assert send(hood, f"{at(number)}/abandon", "/station", reason="dropped or leaking").status_code == 303
    assert "Abandoned" in hood.get(at(number)).text


def test_somebody_else_takes_it_over_and_both_are_preparers(office, cast_store):
    number = started(cast_store)
    amari = sign_on_as(office.test_client(), AMARI, "hood-1")
    assert "T. Okonjo, CPhT is making this" in amari.get(at(number)).text
    assert recorded(amari, number, "4.8", picture=a_picture()).status_code == 403
    assert send(amari, f"{at(number)}/hand-over", "/station").status_code == 303
    assert dose_now(cast_store, number).preparers == (OKONJO.person, AMARI.person)
    assert recorded(amari, number, "4.8", picture=a_picture()).status_code == 200


@pytest.mark.parametrize("stage", [queued_dose, staged, started, prepared])
def test_the_problem_page_opens_at_every_stage_with_the_number_to_call(hood, cast_store, stage):
    page = hood.get(f"{at(stage(cast_store))}/problem")
    assert page.status_code == 200
    assert "555-0100" in page.text


# ---- papers


def test_the_in_process_label_prints_from_staging_on(hood, cast_store):
    number = queued_dose(cast_store)
    assert hood.get(f"{at(number)}/label.pdf").status_code == 409
    staged(cast_store, number)
    answer = hood.get(f"{at(number)}/label.pdf")
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert hood.get(f"{at(number)}/dilution-label.pdf").status_code == 409


def test_the_card_has_a_code_for_every_key(hood):
    page = hood.get("/station/card").text
    for code in re.findall(r"/station/card/([A-Z0-9-]+)\.svg", page):
        assert hood.get(f"/station/card/{code}.svg").mimetype == "image/svg+xml"
    assert page.count(".svg") >= 15
    assert hood.get("/station/card/KEY-11.svg").status_code == 404


def test_a_picture_is_taken_in_and_shown_by_its_name_only(hood):
    token = token_in(hood.get("/station").text)
    name = hood.post("/pictures", data={"csrf_token": token, "picture": a_picture()}).json["picture"]
    assert hood.get(f"/pictures/{name}.jpg").status_code == 200
    assert hood.get(f"/pictures/{A_PICTURE}.jpg").status_code == 404
    assert hood.get("/pictures/..%2Fsecret_key.jpg").status_code == 404
    assert hood.post("/pictures", data={"csrf_token": token}).status_code == 422


# ---- who, how, in which state


def test_a_nurse_has_no_station(office, cast_store):
    number = started(cast_store)
    nurse = sign_on_as(office.test_client(), HALLORAN, "ward-7w")
    for path in ("/station", "/station/list", at(number), f"{at(number)}/problem", f"{at(number)}/label.pdf", "/station/card"):
        assert nurse.get(path).status_code == 403, path
    for post in POSTS:
        assert send(nurse, f"{at(number)}/{post}", "/this-station").status_code == 403, post


def test_nothing_is_written_by_looking(hood, cast_store):
    number = started(cast_store)
    for post in POSTS:
        assert hood.get(f"{at(number)}/{post}").status_code in ((200, 303) if post == "send" else (405,)), post
    assert hood.post(at(number), data={"csrf_token": token_in(hood.get("/station").text)}).status_code == 405


@pytest.mark.parametrize("post", ["start", "confirm", "record", "undo", "take-apart", "hand-over", "unmeasured", "ask-check"])
def test_in_the_wrong_state_it_is_refused_in_words(hood, cast_store, post):
    number = prepared(cast_store) if post in ("start", "take-apart") else queued_dose(cast_store)
    fields = {"record": {"step": "1", "volume": "4.8"}, "confirm": {"step": "1"}, "undo": {"step": "1", "reason": "x"},
              "unmeasured": {"step": "1", "reason": "x"}, "take-apart": {"reason": "x"}}.get(post, {})  # fmt: skip
    answer = send(hood, f"{at(number)}/{post}", "/station", **fields)
    assert answer.status_code == 409
    assert "is not possible now" in answer.text


def test_a_form_with_a_field_of_another_form_is_refused(hood, cast_store):
    number = started(cast_store)
    assert send(hood, f"{at(number)}/record", "/station", step="1", volume="4.8", strength="9").status_code == 422


def test_an_empty_pin_is_asked_for(hood, cast_store):
    number = prepared(cast_store)
    label = {"label": f"92{number}", "picture": a_picture()}
    empty = send(hood, f"{at(number)}/send", "/station", secret="", **label)
    assert empty.status_code == 403
    assert "Give the PIN or password" in empty.text
