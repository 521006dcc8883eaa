"""The station: what to make next, scans in any order, the stop, lots, measured steps, papers, and who may do what."""

import re
from io import BytesIO

import pytest

from batch_records.acting import load
from batch_records.pictures import Pictures
from compounding.preparing.actions import CheckStaging, PassInProcess
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.rooms import HOOD, DescribeHood, hood_record
from compounding.stock.lot import LOT, HoldLot, ReceiveLot, lot_record
from tests.support.cast import ADEYEMI, AMARI, HALLORAN, MARLOW, NOON, OKONJO, do
from tests.support.flow import (
    A_PICTURE,
    CEFTRIAXONE,
    TOMAS,
    code_of,
    dose_now,
    prepared,
    queued_dose,
    staged,
    started,
    step_done,
)
from tests.support.pictures import picture
from tests.support.visiting import send, sign_on_as, token_in
from web.services import services
from web.stations import stations

VIAL, WATER, BAG = "ceftriaxone_500mg_vial", "vial_sterile_water_10", "bag_sodium_chloride_0_9_25"
ROCURONIUM = {
    "order_type": "continuous", "patient": "DEMO-2093", "drug": "rocuronium", "dose_rate": "10 mcg/kg/min",
    "route": "IV infusion", "line": "central", "start": "2026-04-14T14:30:00-04:00",
    "frequency": {"continuous": True}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
CENTRAL = TOMAS | {"lines": [{"name": "right jugular", "kind": "central"}]}
POSTS = ("scan", "start", "record", "confirm", "ask-check", "send", "abandon", "undo", "take-apart", "unmeasured", "hand-over")


@pytest.fixture
def hood(office):
    """The technician at hood 1."""
    return sign_on_as(office.test_client(), OKONJO, "hood-1")


def at(number):
    return f"/station/{number}"


def a_picture():
    return (BytesIO(picture()), "picture.jpg")


def scan(client, number, code, **more):
    return send(client, f"/station/{number}/scan", "/station", code=code, **more)


def heading(answer):
    words = re.sub(r"<[^>]+>", " ", re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)[1])
    return " ".join(words.split())


def entries(store, number):
    with store.read() as uow:
        return uow.entries(dose_record(number))


def received(store, product=VIAL, lot="DEMO-T442", place="bin B-07", expires="2027-08-31"):
    do(store, OKONJO, LOT, lot_record(product, lot), ReceiveLot(product, lot, expires, 20, place))


# ---- what to make next


def test_an_empty_list_says_so(hood):
    page = hood.get("/station")
    assert page.status_code == 200
    assert "Nothing waits here." in page.text


def test_the_list_shows_stat_first_and_only_the_next_dose_of_it(hood, cast_store):
    routine = queued_dose(cast_store)
    urgent = CEFTRIAXONE | {"priority": "stat", "start": "2026-04-14T16:00:00-04:00", "frequency": {"every": "12 h"}}
    stat = queued_dose(cast_store, urgent, number="260414-0150")
    page = hood.get("/station").text
    assert page.index(stat) < page.index(routine)
    assert page.count("STAT, ") == 1


def test_a_hazardous_dose_is_listed_where_it_may_be_made_only(office, cast_store):
    number = queued_dose(cast_store)
    do_hazard(cast_store, number)
    assert number not in sign_on_as(office.test_client(), OKONJO, "hood-1").get("/station").text
    assert number in sign_on_as(office.test_client(), OKONJO, "hood-3").get("/station").text


def do_hazard(store, number):
    """Mark the row of a dose as hazardous, as its plan would."""
    from sqlalchemy import update

    from compounding.preparing.tables import DoseRow

    with store.write() as uow:
        uow.session.execute(update(DoseRow).where(DoseRow.number == number).values(know="hazardous"))
        uow.commit()


def test_the_live_rows_answer_with_nothing_new_when_nothing_is_new(hood, cast_store):
    queued_dose(cast_store)
    first = hood.get("/station/list")
    assert hood.get("/station/list", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("code", ["94{}", "]d294{}", "{}", "92{}"])
def test_a_worksheet_a_label_or_the_number_takes_the_dose_in_hand(hood, cast_store, code):
    number = queued_dose(cast_store)
    answer = send(hood, "/station/scan", "/station", code=code.format(number))
    assert (answer.status_code, answer.headers["Location"]) == (303, at(number))


def test_what_is_no_worksheet_is_refused_in_words_and_kept_in_the_field(hood):
    answer = send(hood, "/station/scan", "/station", code="0100399999010115")
    assert answer.status_code == 422
    assert "no worksheet" in answer.text
    assert 'value="0100399999010115"' in answer.text


@pytest.mark.parametrize("number", ["1", "260414-0140-01-9", "260414-0140-01-8"])
def test_a_number_that_no_dose_has_is_not_found(hood, number):
    assert hood.get(at(number)).status_code == 404
    assert scan(hood, number, "0100399999010115").status_code == 404


# ---- scanning


def test_containers_are_scanned_in_any_order_and_the_last_one_stages(hood, cast_store):
    number = queued_dose(cast_store)
    for item, then in ((WATER, "Scan the bag"), (VIAL, "Scan the bag"), (BAG, "Start")):
        answer = scan(hood, number, code_of(item))
        assert answer.status_code == 200
        assert heading(answer).endswith(then)
    assert dose_now(cast_store, number).status is DoseStatus.STAGED


def test_a_scan_sent_twice_under_one_key_counts_once(hood, cast_store):
    number = queued_dose(cast_store)
    token, code = token_in(hood.get("/station").text), code_of(BAG)
    for _ in range(2):
        assert hood.post(f"{at(number)}/scan", data={"csrf_token": token, "key": "once", "code": code}).status_code == 200
    assert [e.kind for e in entries(cast_store, number)].count("scan_container") == 1


def test_a_wrong_drug_stops_names_both_and_outlives_a_reload(hood, cast_store):
    number = queued_dose(cast_store)
    received(cast_store)
    answer = scan(hood, number, code_of("cefazolin_1000mg_vial", "DEMO-Z207", "271130"))
    assert answer.status_code == 422
    for page in (answer, hood.get(at(number))):
        assert "Stop. Wrong drug." in page.text
        assert "ce<mark>FAZ</mark>olin" in page.text
        assert "cef<mark>TRIAX</mark>one" in page.text
        assert "lot DEMO-Z207, expires 30 Nov 2027" in page.text
        assert "bin B-07, lot DEMO-T442 was put there" in page.text
        assert 'data-tone="wrong"' in page.text
    assert dose_now(cast_store, number).scans == ()


def test_the_near_miss_keeps_what_was_under_the_scanner(hood, cast_store):
    number = queued_dose(cast_store)
    code = code_of("cefazolin_1000mg_vial", "DEMO-Z207", "271130")
    scan(hood, number, code)
    told = entries(cast_store, number)[-1].payload
    assert told["code"] == "wrong_container"
    assert told["details"] == {
        "code": code, "product": "cefazolin_1000mg_vial", "display": "ceFAZolin 1 g vial, powder", "drug": "cefazolin",
        "lot": "DEMO-Z207", "expires": "2027-11-30",
    }  # fmt: skip


def test_the_right_scan_ends_the_stop(hood, cast_store):
    number = queued_dose(cast_store)
    scan(hood, number, code_of("cefazolin_1000mg_vial"))
    answer = scan(hood, number, code_of(VIAL))
    assert answer.status_code == 200
    assert "Stop." not in answer.text
    assert 'data-tone="right"' in answer.text
    assert "Stop." not in hood.get(at(number)).text


def test_expired_held_and_taken_containers_stop_with_their_own_words(hood, cast_store):
    number = queued_dose(cast_store)
    assert "Stop. Expired." in scan(hood, number, code_of(VIAL, "DEMO-OLD", "250131")).text
    received(cast_store, lot="DEMO-H1", expires="2027-10-31")
    do(cast_store, MARLOW, LOT, lot_record(VIAL, "DEMO-H1"), HoldLot("held", "particles seen in this lot"))
    held = scan(hood, number, code_of(VIAL, "DEMO-H1"))
    assert "Stop. This lot is on hold." in held.text
    assert "particles seen in this lot" in held.text
    for_tomas = CEFTRIAXONE | {"patient": "DEMO-2093", "dose": "460 mg", "volume": "50 mL"}
    other = queued_dose(cast_store, for_tomas, TOMAS, "260414-0151")
    mine = f"{code_of(VIAL, 'DEMO-S1')}\u001d21SER1"
    assert scan(hood, other, mine).status_code == 200
    assert "Stop. Taken for another patient." in scan(hood, number, mine).text


def test_an_unknown_barcode_stops_and_an_unreadable_one_only_asks_again(hood, cast_store):
    number = queued_dose(cast_store)
    assert "Stop. Unknown barcode." in scan(hood, number, "0100312345678906").text
    page = scan(hood, number, "0100399999010116").text
    assert "Stop." not in page
    assert "cannot be read" in page


def test_a_hostile_code_is_shown_as_text(hood, cast_store):
    number = queued_dose(cast_store)
    page = scan(hood, number, "<script>alert(1)</script>").text
    assert "<script>alert" not in page
    assert scan(hood, number, "A" * 100_000).status_code == 422


# ---- lots


def test_a_code_without_a_lot_asks_for_it_and_that_is_no_near_miss(hood, cast_store):
    number = queued_dose(cast_store)
    received(cast_store)
    before = len(entries(cast_store, number))
    answer = scan(hood, number, code_of(VIAL, "-"))
    assert answer.status_code == 200
    assert heading(answer) == "This code carries no lot Which lot is on the cefTRIAXone 500 mg vial?"
    assert "DEMO-T442" in answer.text
    assert len(entries(cast_store, number)) == before


def test_a_received_lot_is_picked_and_counts_as_read(hood, cast_store):
    number = queued_dose(cast_store)
    received(cast_store)
    assert scan(hood, number, code_of(VIAL, "-"), pick="DEMO-T442|2027-08-31").status_code == 200
    kept = dose_now(cast_store, number).scans[0]
    assert (kept.lot, kept.expires, kept.typed) == ("DEMO-T442", "2027-08-31", False)


def test_a_typed_lot_needs_a_picture_and_keeps_what_was_typed(hood, cast_store):
    number = queued_dose(cast_store)
    typed = {"lot": "T9", "day": "", "month": "8", "year": "2027"}
    answer = scan(hood, number, code_of(VIAL, "-"), **typed)
    assert answer.status_code == 422
    assert "needs a picture" in answer.text
    assert 'value="T9"' in answer.text
    assert scan(hood, number, code_of(VIAL, "-"), **typed, picture=a_picture()).status_code == 200
    kept = dose_now(cast_store, number).scans[0]
    assert (kept.lot, kept.expires, kept.typed) == ("T9", "2027-08-31", True)


def test_a_lot_that_only_pretends_to_be_received_counts_as_typed(hood, cast_store):
    number = queued_dose(cast_store)
    assert scan(hood, number, code_of(VIAL, "-"), pick="INVENTED|2027-08-31").status_code == 422
    assert dose_now(cast_store, number).scans == ()


@pytest.mark.parametrize(
    "typed",
    [{"day": "31", "month": "2", "year": "2027"}, {"month": "", "year": "2027"}, {"month": "13", "year": "2027"}],
)
def test_a_day_that_there_is_not_is_refused_and_what_was_typed_stays(hood, cast_store, typed):
    number = queued_dose(cast_store)
    answer = scan(hood, number, code_of(VIAL, "-"), lot="T9", **typed)
    assert answer.status_code == 422
    assert 'value="T9"' in answer.text


# ---- start


def test_start_needs_a_hood_and_says_so(office, cast_store):
    number = staged(cast_store)
    bench = sign_on_as(office.test_client(), OKONJO, "bench-1")
    answer = send(bench, f"{at(number)}/start", "/station")
    assert answer.status_code == 409
    assert "not a hood" in answer.text
    assert dose_now(cast_store, number).status is DoseStatus.STAGED


def test_start_at_a_hood_out_of_service_is_refused(hood, cast_store):
    number = staged(cast_store)
    closed = DescribeHood("Hood 1", "IV room A", "2", False, False, "filter changed")
    do(cast_store, ADEYEMI, HOOD, hood_record("hood-1"), closed)
    answer = send(hood, f"{at(number)}/start", "/station")
    assert answer.status_code == 409
    assert "filter changed" in answer.text


def test_start_at_the_hood_of_this_station_whatever_the_form_says(hood, cast_store):
    number = staged(cast_store)
    assert send(hood, f"{at(number)}/start", "/station", hood="hood-3").status_code == 422
    assert send(hood, f"{at(number)}/start", "/station").status_code == 200
    assert dose_now(cast_store, number).hood == "hood-1"


def test_the_label_on_the_bag_starts_it_by_scanner_alone(hood, cast_store):
    number = staged(cast_store)
    assert heading(scan(hood, number, f"92{number}")).startswith("Step 4 of 8")
    assert dose_now(cast_store, number).status is DoseStatus.IN_PREP


def test_the_label_of_another_dose_starts_nothing(hood, cast_store):
    number = staged(cast_store)
    other = queued_dose(cast_store, number="260414-0152")
    assert scan(hood, number, f"92{other}").status_code == 422
    assert dose_now(cast_store, number).status is DoseStatus.STAGED


def test_every_hood_station_has_exactly_one_hood_record(office, cast_store):
    with office.test_request_context():
        hoods = [station.id for station in stations() if station.kind == "hood"]
    with cast_store.read() as uow:
        assert [load(uow, HOOD, hood_record(hood)).name for hood in hoods] == ["Hood 1", "Hood 2", "Hood 3"]


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
    answer = send(hood, f"{at(number)}/record", "/station", step="1", mass="4.8", picture=a_picture())
    assert answer.status_code == 422
    assert "no density" in answer.text
    assert "Weigh it" not in hood.get(at(number)).text


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


# ---- paralytic, look before mixing


def looked_at_and_started(store, number):
    """A pharmacist looks at the containers, then it starts."""
    staged(store, number)
    do(store, MARLOW, DOSE, dose_record(number), CheckStaging(), NOON, signed=True)
    started(store, number)


def test_a_paralyzing_drug_is_confirmed_at_every_draw_and_a_pharmacist_looks(hood, cast_store):
    number = queued_dose(cast_store, ROCURONIUM, CENTRAL, "260414-0160")
    looked_at_and_started(cast_store, number)
    while (step := dose_now(cast_store, number).current_step).purpose != "draw":
        if step.kind == "confirm":
            assert "paralyzes" in hood.get(at(number)).text
        step_done(cast_store, number)
    assert "paralyzes" in hood.get(at(number)).text
    volume = str(float(step.volume.amount_in("mL"))).removesuffix(".0")
    without = recorded(hood, number, volume, step=str(step.number), picture=a_picture())
    assert without.status_code == 422
    assert "read aloud" in without.text
    said = recorded(hood, number, volume, step=str(step.number), picture=a_picture(), confirmed="rocuronium read aloud")
    assert said.status_code == 200
    assert entries(cast_store, number)[-1].payload["confirmed"] == "rocuronium read aloud"


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
    assert "That is not right" in wrong.text
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


# ---- pictures


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
