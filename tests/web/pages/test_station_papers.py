"""The in-process label and the worksheet come out at the printer of the station; without one they open in the browser."""

import pytest

from compounding.demonstration.orders import orders
from compounding.demonstration.patients import patients
from compounding.print_papers import DILUTION, LABEL, WORKSHEET
from compounding.printers import PRINTERS, PRINTERS_RECORD, DescribePrinter, StationPrints
from tests.support.cast import HALLORAN, NOON, NOVAK, OKONJO, do
from tests.support.fake_printer import fake_printer
from tests.support.flow import queued_dose, staged, started
from tests.support.printing import text_of
from tests.support.visiting import send, token_in
from web.print_queue import PrintQueue


@pytest.fixture
def queue(office):
    """The application's queue, asking printers without a pause; nothing of it outlives the test."""
    running = office.extensions["sufficit"]
    made = PrintQueue(running, every=0.005)
    running.extras["print_queue"] = made
    yield made
    made.stop()


def described(store, address):
    told = DescribePrinter("room-1", "Room 1", "IV room A", address, ("minibag", "syringe", "sheet"), True, True, "")
    do(store, NOVAK, PRINTERS, PRINTERS_RECORD, told)
    do(store, NOVAK, PRINTERS, PRINTERS_RECORD, StationPrints("hood-1", tuple((stock, "room-1") for stock in told.stocks)))


def sent(browser, number, paper, **fields):
    return send(browser, f"/station/{number}/papers", f"/station/{number}/papers", paper=paper, **fields)


def test_label_and_worksheet_come_out_at_the_printer_of_the_station_once(at_station, queue, cast_store):
    number = staged(cast_store)
    browser = at_station(OKONJO, "hood-1")
    with fake_printer() as printer:
        described(cast_store, printer.address)
        assert "Print at Room 1" in browser.get(f"/station/{number}/papers").text
        form = {"csrf_token": token_in(browser.get(f"/station/{number}/papers").text), "key": "once", "paper": LABEL}
        answers = [browser.post(f"/station/{number}/papers", data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        queue.settle()
        assert len(printer.papers) == 1
        assert number in text_of(printer.papers[0])[0]
        assert "Room 1 says it is done" in browser.get(answers[0].headers["Location"]).text
        assert sent(browser, number, WORKSHEET).status_code == 303
        queue.settle()
        assert len(printer.papers) == 2
        assert b"EXAMPLE" not in printer.heads[1]
        assert sent(browser, number, LABEL).status_code == 422  # a second label without a reason
        assert sent(browser, number, LABEL, reason="torn").status_code == 303
        assert sent(browser, number, WORKSHEET).status_code == 303
        queue.settle()
        again = " ".join(" ".join(text_of(printer.papers[2])).split())
        assert "copy 2, REPRINT 1: torn" in again
        page = browser.get(f"/station/{number}/papers").text
        assert page.count("2 printed") == 2 and "Print copy 3 at Room 1" in page


def test_the_label_of_a_dilution_comes_out_at_the_stations_printer_and_is_counted(at_station, queue, cast_store):
    order = orders(NOON)["gentamicin"]
    patient = next(data for data in patients(NOON) if data["mrn"] == order["patient"])
    number = started(cast_store, order=order, patient=patient)
    browser = at_station(OKONJO, "hood-1")
    with fake_printer() as printer:
        described(cast_store, printer.address)
        for reason, copy in (("", "copy 1, no reprint"), ("lost", "copy 2, REPRINT 1: lost")):
            assert sent(browser, number, DILUTION, reason=reason).status_code == 303
            queue.settle()
            words = " ".join(" ".join(text_of(printer.papers[-1])).split())
            assert copy in words and "INTERMEDIATE" in words.upper()
        assert sent(browser, number, DILUTION).status_code == 422
    assert "2 printed" in browser.get(f"/station/{number}/papers").text


def test_what_cannot_come_out_is_refused_in_words(at_station, queue, cast_store):
    number = queued_dose(cast_store)
    browser = at_station(OKONJO, "hood-1")
    assert "no printer is chosen for it here" in browser.get(f"/station/{number}/papers").text
    assert "No printer is chosen" in (refused := sent(browser, number, WORKSHEET)).text
    assert refused.status_code == 409
    with fake_printer() as printer:
        described(cast_store, printer.address)
        assert sent(browser, number, LABEL).status_code == 409  # nothing is scanned yet
        assert sent(browser, number, "record").status_code == 404
        queue.settle()
        assert printer.papers == []
    assert browser.put(f"/station/{number}/papers").status_code == 405
    assert at_station(HALLORAN, "desk-1").get(f"/station/{number}/papers").status_code == 403
