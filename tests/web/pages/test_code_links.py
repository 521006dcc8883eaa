"""The page of unknown codes: raise, link, confirm; each by whom it may be, once, and refused in words otherwise."""

from datetime import timedelta

import pytest

from batch_records.acting import load
from compounding.stock.code_links import CODE_LINK, code_link_record
from tests.support.cast import DUARTE, HALLORAN, MARLOW, NOON, OKONJO
from tests.support.visiting import borrowed_app, send, token_in

CODE = "0100399999990011"
KEY = "gtin-00399999990011"
VIAL = "ceftriaxone_500mg_vial"
SAYS = "ceftriaxone 500 mg vial, another maker"


@pytest.fixture
def visit(cast_store, clock, tmp_path):
    """A browser with a member of the cast signed on, at the check desk or a hood."""
    clock.now = NOON + timedelta(hours=1)
    with borrowed_app(cast_store, clock, tmp_path) as app:

        def signed_on(member, station="desk-1"):
            client = app.test_client()
            fields = {"way": "badge", "badge": member.badge, "pin": member.pin, "station": station, "next": "/"}
            assert send(client, "/sign-on", **fields).status_code == 303
            return client

        yield signed_on


def status_of(store):
    with store.read() as uow:
        return load(uow, CODE_LINK, code_link_record(KEY)).status


def raised(visit):
    client = visit(OKONJO, "hood-1")
    assert send(client, "/codes", "/codes", code=CODE, says=SAYS).status_code == 303
    return client


def linked(visit):
    raised(visit)
    client = visit(MARLOW)
    answer = send(client, f"/codes/{KEY}/link", f"/codes/{KEY}", item=VIAL, evidence="label")
    assert answer.status_code == 303
    return client


def test_a_code_goes_from_raised_to_confirmed_on_the_pages(visit, cast_store):
    linked(visit)
    duarte = visit(DUARTE)
    page = duarte.get(f"/codes/{KEY}").text
    assert SAYS in page
    assert "Confirm: the same product" in page
    answer = send(duarte, f"/codes/{KEY}/confirm", f"/codes/{KEY}", item=VIAL, secret=DUARTE.pin)
    assert answer.status_code == 303
    assert status_of(cast_store) == "confirmed"
    assert "Confirmed" in duarte.get("/codes").text


def test_a_wrong_secret_confirms_nothing(visit, cast_store):
    linked(visit)
    answer = send(visit(DUARTE), f"/codes/{KEY}/confirm", f"/codes/{KEY}", item=VIAL, secret="0000")
    assert answer.status_code in (403, 422)
    assert status_of(cast_store) == "linked"


def test_who_linked_it_is_told_that_another_confirms(visit, cast_store):
    marlow = linked(visit)
    assert "another pharmacist confirms it" in marlow.get(f"/codes/{KEY}").text
    answer = send(marlow, f"/codes/{KEY}/confirm", f"/codes/{KEY}", item=VIAL, secret=MARLOW.pin)
    assert answer.status_code == 403
    assert "Another pharmacist confirms it." in answer.text
    assert status_of(cast_store) == "linked"


def test_what_was_typed_stays_on_the_page(visit, cast_store):
    client = visit(OKONJO, "hood-1")
    answer = send(client, "/codes", "/codes", code="garbage!", says=SAYS)
    assert answer.status_code == 422
    assert "names no product" in answer.text
    assert SAYS in answer.text
    assert "garbage!" in answer.text


def test_the_same_request_twice_raises_it_once(visit, cast_store):
    client = visit(OKONJO, "hood-1")
    fields = {"csrf_token": token_in(client.get("/codes").text), "key": "twice", "code": CODE, "says": SAYS}
    assert [client.post("/codes", data=fields).status_code for _ in range(2)] == [303, 303]
    with cast_store.read() as uow:
        assert len(uow.entries(code_link_record(KEY))) == 1


def test_it_is_withdrawn_with_a_reason(visit, cast_store):
    marlow = linked(visit)
    assert send(marlow, f"/codes/{KEY}/withdraw", f"/codes/{KEY}", reason=" ").status_code == 422
    assert send(marlow, f"/codes/{KEY}/withdraw", f"/codes/{KEY}", reason="another salt").status_code == 303
    assert status_of(cast_store) == "withdrawn"


def test_nobody_else_links_and_wrong_methods_are_told(visit):
    okonjo = raised(visit)
    token = token_in(okonjo.get("/codes").text)
    fields = {"csrf_token": token, "key": "no", "item": VIAL, "evidence": "label"}
    assert okonjo.post(f"/codes/{KEY}/link", data=fields).status_code == 403
    assert okonjo.get(f"/codes/{KEY}/link").status_code == 405
    assert visit(HALLORAN).get("/codes").status_code == 403


def test_a_code_that_nobody_raised_has_no_page(visit):
    assert visit(MARLOW).get("/codes/gtin-00000000000000").status_code == 404
