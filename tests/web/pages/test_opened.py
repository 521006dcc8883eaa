"""The pages of opened containers: keep a rest, see its clock and its barcode, throw it away."""

from datetime import timedelta

import pytest

from batch_records.acting import load
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import barcode_of, container_number, opened_record
from tests.support.cast import HALLORAN, NOON, OKONJO
from tests.support.flow import completed
from tests.support.printing import scanned, text_of
from tests.support.visiting import borrowed_app, send, token_in


@pytest.fixture
def visit(cast_store, clock, tmp_path):
    """A browser with a member of the cast signed on."""
    clock.now = NOON + timedelta(minutes=20)
    with borrowed_app(cast_store, clock, tmp_path) as app:

        def signed_on(member, station="hood-1"):
            client = app.test_client()
            fields = {"way": "badge", "badge": member.badge, "pin": member.pin, "station": station, "next": "/"}
            assert send(client, "/sign-on", **fields).status_code == 303
            return client

        yield signed_on


@pytest.fixture
def dose(cast_store):
    """A dose at the check: 40 mg of 500 are left in its vial."""
    return completed(cast_store)


def keep(client, dose, **fields):
    sent = {"slot": "drug-1", "storage": "crt", "place": "hood 1 shelf"} | fields
    return send(client, f"/opened/keep/{dose}", f"/opened/keep/{dose}", **sent)


def state_of(store, dose):
    with store.read() as uow:
        return load(uow, OPENED, opened_record(container_number(dose, "drug-1")))


def test_a_rest_is_kept_and_shown_with_its_number_and_limit(visit, dose, cast_store):
    client = visit(OKONJO)
    page = client.get(f"/opened/keep/{dose}").text
    assert "40 mg in 0.4 mL" in page
    assert "room temperature, until 15 Apr 2026, 01:03" in page
    assert keep(client, dose).status_code == 303
    number = state_of(cast_store, dose).number
    shown = client.get(f"/opened/container/{number}").text
    assert number in shown
    assert f"96{number}" in shown
    assert "15 Apr 2026, 01:03" in shown
    assert "<svg" in client.get(f"/opened/container/{number}/code.svg").text
    assert number in client.get("/opened").text
    assert "Kept as" in client.get(f"/opened/keep/{dose}").text


def test_the_label_of_a_kept_rest_says_what_it_is_since_when_by_whom_and_until_when(visit, dose):
    client = visit(OKONJO)
    keep(client, dose)
    number = container_number(dose, "drug-1")
    assert client.get(f"/opened/container/{number}/label.pdf").status_code == 404  # nothing was printed yet
    assert printed(client, number).status_code == 303
    assert f"/opened/container/{number}/label.pdf" in client.get(f"/opened/container/{number}").text
    answer = client.get(f"/opened/container/{number}/label.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (text,) = text_of(answer.data)
    words = " ".join(text.split())
    for told in ("OPENED CONTAINER, DO NOT GIVE", "cefTRIAXone", "40 mg in 0.4 mL", "T. Okonjo", "15 Apr 2026, 01:03",
                 "hood 1 shelf", "Room temperature", "14 Apr 2026", number):  # fmt: skip
        assert told in words, told
    assert scanned(answer.data) == [("]d2", barcode_of(number))]


def printed(client, number, **fields):
    return send(client, f"/opened/container/{number}/print", f"/opened/container/{number}", **fields)


def test_every_copy_of_the_label_is_counted_and_a_reprint_has_its_reason(visit, dose, cast_store):
    client = visit(OKONJO)
    keep(client, dose)
    number = container_number(dose, "drug-1")
    assert printed(client, number).status_code == 303
    assert printed(client, number).status_code == 422
    assert state_of(cast_store, dose).labels == 1
    assert printed(client, number, print_reason="torn").status_code == 303
    assert state_of(cast_store, dose).labels == 2
    assert "2 copies printed" in client.get(f"/opened/container/{number}").text
    (text,) = text_of(client.get(f"/opened/container/{number}/label.pdf").data)
    assert "torn" in text


def test_a_nurse_prints_no_label_and_an_unknown_container_has_none(visit, dose):
    number = container_number(dose, "drug-1")
    assert visit(HALLORAN).get(f"/opened/container/{number}/label.pdf").status_code == 403
    assert visit(OKONJO).get(f"/opened/container/{number}/label.pdf").status_code == 404


def test_keeping_without_a_storage_is_refused_and_what_was_typed_stays(visit, dose, cast_store):
    answer = keep(visit(OKONJO), dose, storage="", place="top shelf")
    assert answer.status_code == 422
    assert "Say where it is kept" in answer.text
    assert "top shelf" in answer.text
    assert state_of(cast_store, dose).state == ""


def test_the_same_request_twice_keeps_it_once(visit, dose, cast_store):
    client = visit(OKONJO)
    token = token_in(client.get(f"/opened/keep/{dose}").text)
    fields = {"csrf_token": token, "key": "twice", "slot": "drug-1", "storage": "crt", "place": "shelf"}
    assert [client.post(f"/opened/keep/{dose}", data=fields).status_code for _ in range(2)] == [303, 303]
    with cast_store.read() as uow:
        assert len(uow.entries(opened_record(container_number(dose, "drug-1")))) == 1


def test_it_is_thrown_away_with_a_reason_and_leaves_the_list(visit, dose, cast_store):
    client = visit(OKONJO)
    keep(client, dose)
    number = state_of(cast_store, dose).number
    path = f"/opened/container/{number}"
    assert send(client, f"{path}/discard", path, reason=" ", stream="sharps").status_code == 422
    assert send(client, f"{path}/discard", path, reason="end of the day", stream="sharps").status_code == 303
    assert state_of(cast_store, dose).state == "discarded"
    assert number not in client.get("/opened").text


def test_nurses_wrong_methods_and_unknown_numbers_are_told(visit, dose):
    assert visit(HALLORAN).get("/opened").status_code == 403
    client = visit(OKONJO)
    assert client.get("/opened/container/260414-0140-01-019").status_code == 404
    assert client.get("/opened/keep/260414-0140-01-0").status_code == 404
    assert client.get(f"/opened/container/{container_number(dose, 'drug-1')}/discard").status_code == 405
    assert keep(client, dose, slot="final").status_code == 404
