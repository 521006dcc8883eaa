"""Print queues described, changed with a reason, chosen for a station; by lead and administrator only."""

import pytest

from batch_records.acting import load
from compounding.printers import PRINTERS, PRINTERS_RECORD, LabelPrinter
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, NOVAK
from tests.support.fake_printer import fake_printer
from tests.support.visiting import send, token_in
from web.print_queue import PrintQueue

NEW = {
    "printer": "labels-1", "name": "Labels 1", "place": "IV room A", "address": "ipp://127.0.0.1:1025/ipp/print",
    "stock_bag": "yes", "stock_minibag": "yes", "service": "yes",
}  # fmt: skip
ONE = "/printers/printer/labels-1"


@pytest.fixture(autouse=True)
def queue(office):
    running = office.extensions["sufficit"]
    made = PrintQueue(running)
    running.extras["print_queue"] = made
    yield made
    made.stop()


def printers_now(store):
    with store.read() as uow:
        return load(uow, PRINTERS, PRINTERS_RECORD)


def changed(**fields):
    return {name: value for name, value in {**NEW, **fields}.items() if name != "printer"}


def test_a_printer_is_described(at_desk, cast_store):
    assert send(at_desk(NOVAK), "/printers", "/printers", **NEW).status_code == 303
    assert printers_now(cast_store).by_id["labels-1"] == LabelPrinter(
        "labels-1", "Labels 1", "IV room A", NEW["address"], ("bag", "minibag"), True
    )


def test_the_same_form_sent_twice_describes_once(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    form = {"csrf_token": token_in(browser.get("/printers").text), "key": "one", **NEW}
    assert [browser.post("/printers", data=form).status_code for _ in range(2)] == [303, 303]
    with cast_store.read() as uow:
        assert len(uow.entries(PRINTERS_RECORD)) == 1


def test_a_known_id_is_not_described_again(at_desk):
    browser = at_desk(NOVAK)
    send(browser, "/printers", "/printers", **NEW)
    answer = send(browser, "/printers", "/printers", **NEW)
    assert answer.status_code == 409
    assert "change it on its own page" in answer.text


def test_a_change_needs_a_reason_and_stands_in_the_history(at_desk, cast_store):
    browser = at_desk(NOVAK)
    send(browser, "/printers", "/printers", **NEW)
    assert send(browser, ONE, ONE, **changed(service="no"), reason=" ").status_code == 422
    assert printers_now(cast_store).by_id["labels-1"].enabled
    assert send(browser, ONE, ONE, **changed(service="no"), reason="sent for repair").status_code == 303
    assert not printers_now(cast_store).by_id["labels-1"].enabled
    assert "sent for repair" in browser.get("/printers").text


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("name", " "), ("place", "x" * 61), ("address", "http://labels-1/"), ("address", "ipp://169.254.169.254/latest"),
     ("address", "ipp://labels-1:22/"), ("address", ""), ("service", "maybe"), ("printer", "Labels 1"), ("printer", "")],
)  # fmt: skip
def test_a_wrong_entry_is_refused_and_what_was_typed_stays(at_desk, cast_store, field, wrong):
    answer = send(at_desk(NOVAK), "/printers", "/printers", **{**NEW, field: wrong})
    assert answer.status_code == 422
    assert ('value="IV room A"' if field != "place" else 'value="Labels 1"') in answer.text
    assert printers_now(cast_store).by_id == {}


def test_a_printer_holds_at_least_one_stock(at_desk, cast_store):
    form = {name: value for name, value in NEW.items() if not name.startswith("stock")}
    assert send(at_desk(NOVAK), "/printers", "/printers", **form).status_code == 422
    assert printers_now(cast_store).by_id == {}


def test_a_station_has_its_usual_printer_for_each_stock(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    send(browser, "/printers", "/printers", **NEW)
    choice = {"stock_bag": "labels-1", "stock_minibag": "", "stock_syringe": ""}
    assert send(browser, "/printers/station/desk-1", "/printers", **choice).status_code == 303
    known = printers_now(cast_store)
    assert known.usual_at("desk-1", "bag").id == "labels-1"
    assert known.usual_at("desk-1", "minibag") is None
    assert known.usual_at("desk-2", "bag") is None
    wrong = {**choice, "stock_syringe": "labels-1"}
    answer = send(browser, "/printers/station/desk-1", "/printers", **wrong)
    assert answer.status_code == 422
    assert "does not hold syringe labels" in answer.text
    assert send(browser, "/printers/station/nowhere", "/printers", **choice).status_code == 404


def test_a_printer_that_is_off_is_nobodys_usual_one(at_desk, cast_store):
    browser = at_desk(NOVAK)
    send(browser, "/printers", "/printers", **NEW)
    send(browser, "/printers/station/desk-1", "/printers", stock_bag="labels-1", stock_minibag="", stock_syringe="")
    send(browser, ONE, ONE, **changed(service="no"), reason="repair")
    assert printers_now(cast_store).usual_at("desk-1", "bag") is None


def test_how_each_printer_stands_is_asked_beside_the_request(at_desk, queue):
    browser = at_desk(NOVAK)
    with fake_printer(reasons=("media-empty-error",)) as printer:
        send(browser, "/printers", "/printers", **{**NEW, "address": printer.address})
        browser.get("/printers/live")
        queue.settle()
        assert "paper out" in browser.get("/printers/live").text


def test_a_printer_that_is_off_is_said_to_be(at_desk, queue):
    browser = at_desk(NOVAK)
    send(browser, "/printers", "/printers", **NEW)
    browser.get("/printers/live")
    queue.settle()
    assert "does not answer" in browser.get("/printers/live").text


def step_four(browser):
    """The line of the set-up that asks for printers."""
    page = browser.get("/set-up").text
    return page[page.rindex("<li", 0, page.index("4. Printers")) : page.index("4. Printers")]


def test_the_set_up_asks_until_it_is_answered(at_desk, cast_store):
    browser = at_desk(NOVAK)
    assert "is-good" not in step_four(browser)
    assert send(browser, "/printers/browser", "/printers").status_code == 303
    assert printers_now(cast_store).answered
    assert "is-good" in step_four(browser)


@pytest.mark.parametrize("member", [MARLOW, HALLORAN])
def test_nobody_else_sees_or_changes_them(at_desk, cast_store, member):
    browser = at_desk(member)
    assert browser.get("/printers").status_code == 403
    page = "/queue"
    assert send(browser, "/printers", page, **NEW).status_code == 403
    assert printers_now(cast_store).by_id == {}


def test_choosing_is_no_address(at_desk):
    assert at_desk(NOVAK).get("/printers/station/desk-1").status_code == 405
    assert at_desk(NOVAK).get("/printers/printer/none").status_code == 404
