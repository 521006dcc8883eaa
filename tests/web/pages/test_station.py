"""The station: what to make next, scans in any order, the stop, lots, and the start."""



import pytest

from batch_records.acting import load
from compounding.preparing.states import DoseStatus
from compounding.rooms import HOOD, DescribeHood, hood_record
from compounding.stock.lot import LOT, HoldLot, lot_record
from tests.support.at_station import BAG, VIAL, WATER, a_picture, at, entries, heading, received, scan
from tests.support.cast import ADEYEMI, MARLOW, OKONJO, do
from tests.support.flow import (
    CEFTRIAXONE,
    TOMAS,
    code_of,
    dose_now,
    queued_dose,
    staged,
)
from tests.support.visiting import send, sign_on_as, token_in
from web.stations import stations


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
