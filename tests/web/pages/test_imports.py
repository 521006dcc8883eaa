"""Orders from a file: every order ends visibly, the same file twice does nothing twice, what is no file is refused."""

import io
import itertools
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from compounding.reviewing.tables import OrderRow
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, OKONJO
from tests.support.flow import ADA, CEFTRIAXONE, TOMAS, described_patient
from tests.support.visiting import send, token_in

MESSAGES = Path(__file__).parents[2] / "conformance" / "messages" / "fhir_r4"
KEYS = itertools.count(1)


def upload(browser, content: bytes, name: str = "orders.json", **fields: str):
    token = token_in(browser.get("/imports").text) if "csrf_token" not in fields else fields["csrf_token"]
    data = {"csrf_token": token, "key": f"upload-{next(KEYS)}", **fields, "file": (io.BytesIO(content), name)}
    return browser.post("/imports", data=data, content_type="multipart/form-data")


def statuses(store) -> dict[str, str]:
    with store.read() as uow:
        return {row.number: row.status for row in uow.session.execute(select(OrderRow)).scalars()}


def own(**more: object) -> bytes:
    return json.dumps({"patients": [ADA], "orders": [CEFTRIAXONE], **more}).encode()


def test_a_fhir_order_waits_for_what_it_leaves_out(at_desk, cast_store):
    content = (MESSAGES / "MedicationRequest-medrx0318.json").read_bytes()
    answer = upload(at_desk(MARLOW), content)
    assert answer.status_code == 200
    assert "waits for an answer" in answer.text
    assert "not said: patient, order_type, start, diluent, volume" in answer.text
    assert list(statuses(cast_store).values()) == ["clarify"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("MedicationRequest-medrx0301", "it is completed"),
        ("MedicationRequest-medrx0321", "it was valid until 2016-01-15"),
        ("MedicationDispense-meddisp0304", "orders nothing"),
        ("MedicationAdministration-medadmin0302", "orders nothing"),
    ],
)
def test_what_never_enters_the_queue_is_refused_with_the_reason(at_desk, cast_store, name, why):
    answer = upload(at_desk(MARLOW), (MESSAGES / f"{name}.json").read_bytes())
    assert answer.status_code == 200
    assert "refused" in answer.text
    assert why in answer.text
    assert statuses(cast_store) == {}


def test_our_own_form_places_orders_and_describes_patients(at_desk, cast_store):
    answer = upload(at_desk(MARLOW), own())
    assert "described" in answer.text
    assert "placed" in answer.text
    assert statuses(cast_store) == {"260414-0001": "clinical_review"}


def test_the_same_file_twice_does_nothing_twice(at_desk, cast_store):
    browser = at_desk(MARLOW)
    first, again = upload(browser, own()), upload(browser, own())
    assert "260414-0001" in first.text
    assert "260414-0001" in again.text
    assert len(statuses(cast_store)) == 1


def test_one_bad_order_does_not_hold_up_the_others(at_desk, cast_store):
    described_patient(cast_store, TOMAS)
    bad = CEFTRIAXONE | {"dose": "50 mg/kq"}
    answer = upload(at_desk(MARLOW), own(orders=[bad, CEFTRIAXONE]))
    assert "order.dose" in answer.text
    assert len(statuses(cast_store)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MSH|^~\\&|not json", "a JSON file"),
        (b"[1, 2]", "a JSON object"),
        (b'{"people": []}', "patients and orders, or a FHIR resource"),
        (b"\xff\xfe\x00", "a text file in UTF-8"),
        (b"", "a JSON file"),
        (b"[" * 100_000, "a JSON"),
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "a JSON file"),
    ],
)
def test_what_is_no_file_of_orders_is_refused_on_the_same_page(at_desk, cast_store, content, said):
    answer = upload(at_desk(MARLOW), content)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Orders from a file" in answer.text
    assert statuses(cast_store) == {}


def test_a_file_that_is_too_large_and_no_file_at_all_are_refused(at_desk, cast_store, monkeypatch):
    monkeypatch.setattr("web.pages.imports.LARGEST_FILE", len(own()) - 1)
    browser = at_desk(MARLOW)
    assert "a file of at most" in upload(browser, own()).text
    assert upload(browser, b"", name="").status_code == 422
    assert statuses(cast_store) == {}


def refused_message(browser) -> str:
    """A completed order is taken in and cannot be placed; gives the address of the message."""
    upload(browser, (MESSAGES / "MedicationRequest-medrx0301.json").read_bytes())
    return re.search(r'href="(/imports/message-[0-9a-f]{32})"', browser.get("/imports").text)[1]


def settle(browser, address: str, reason: str, **fields: str):
    return send(browser, f"{address}/settle", address, reason=reason, **fields)


def test_a_message_that_could_not_be_placed_is_kept_as_it_came(at_desk):
    browser = at_desk(MARLOW)
    page = browser.get(refused_message(browser)).text
    assert "it is completed" in page
    assert "medrx0301" in page
    assert "Not placed yet: 1" in browser.get("/imports").text


def test_the_same_message_twice_is_kept_once(at_desk):
    browser = at_desk(MARLOW)
    refused_message(browser)
    refused_message(browser)
    assert "Not placed yet: 1" in browser.get("/imports").text


def test_each_bad_part_of_a_file_is_kept_apart(at_desk):
    browser = at_desk(MARLOW)
    upload(browser, own(orders=[CEFTRIAXONE | {"dose": "50 mg/kq"}, CEFTRIAXONE | {"volume": "wide"}, CEFTRIAXONE]))
    assert "Not placed yet: 2" in browser.get("/imports").text


def test_the_board_counts_what_was_not_placed_and_alarms_when_it_grows_old(at_desk, clock):
    browser = at_desk(MARLOW)
    refused_message(browser)
    board = browser.get("/queue").text
    assert "message not placed" in board
    assert 'href="/imports"' in board
    assert "min old" not in board
    clock.advance(hours=3, minutes=5)
    browser = at_desk(MARLOW)
    board = browser.get("/queue").text
    assert "3 h 5 min old" in board
    assert re.search(r'class="tally__ink"><a[^>]*id="show-messages"', board)
    assert "it is completed" in browser.get("/queue?show=messages").text
    assert 'href="/imports"' not in at_desk(OKONJO).get("/queue").text, "a technician sees it and does not settle it"


def test_a_pharmacist_settles_it_with_a_reason_and_once(at_desk, cast_store):
    browser = at_desk(MARLOW)
    address = refused_message(browser)
    assert settle(browser, address, "   ").status_code == 422
    same = {"key": "settled-once"}
    assert settle(browser, address, "nothing to make: given already", **same).status_code == 303
    assert settle(browser, address, "nothing to make: given already", **same).status_code == 303
    late = settle(at_desk(DUARTE), address, "another word")
    assert late.status_code == 409
    assert "settled already: nothing to make" in late.text
    assert "Not placed yet: 0" in browser.get("/imports").text
    assert "0</b><span>messages not placed" in browser.get("/queue").text
    with cast_store.read() as uow:
        assert [e.kind for e in uow.entries(address.rpartition("/")[2])] == [
            "message_kept", "refused", "message_settled", "refused",
        ]  # fmt: skip


def test_a_message_that_does_not_exist_is_not_found(at_desk):
    browser = at_desk(MARLOW)
    assert browser.get(f"/imports/message-{'0' * 32}").status_code == 404
    assert browser.get("/imports/order-260414-0001").status_code == 404


def test_only_pharmacists_read_and_settle_messages(at_desk):
    address = refused_message(at_desk(MARLOW))
    browser = at_desk(OKONJO)
    assert browser.get(address).status_code == 403
    assert send(browser, f"{address}/settle", "/this-station", reason="mine").status_code == 403


@pytest.mark.parametrize("who", [OKONJO, HALLORAN, CASTELL], ids=lambda member: member.name)
def test_only_pharmacists_take_files_in(at_desk, who):
    browser = at_desk(who)
    assert browser.get("/imports").status_code == 403
    token = token_in(browser.get("/this-station").text)
    assert upload(browser, own(), csrf_token=token).status_code == 403
