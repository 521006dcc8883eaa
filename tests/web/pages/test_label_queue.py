"""A released label on its way to a print queue: sent once, followed in words, and in hand only when a person says so."""

import threading
from datetime import timedelta

import pytest

from batch_records.acting import Refused, load, perform
from batch_records.acts import SYSTEM, Act
from compounding.preparing.numbering import dose_record
from compounding.preparing.states import DoseStatus as S
from compounding.print_jobs import PRINT_JOB, BeginJob, JobState, job_record
from compounding.printers import PRINTERS, PRINTERS_RECORD, DescribePrinter, StationPrints
from tests.support.cast import DUARTE, HALLORAN, MARLOW, NOON, NOVAK, do
from tests.support.check_desk import passed
from tests.support.fake_printer import fake_printer
from tests.support.flow import TOMAS, completed, dose_now, queued_dose, released
from tests.support.printing import scanned
from tests.support.visiting import send, token_in
from tests.web.pages.test_labels import SECOND
from web.print_queue import PrintQueue

STATIONS = ("desk-1", "desk-2")


@pytest.fixture
def queue(office):
    """The application's queue, asking printers without a pause; nothing of it outlives the test."""
    running = office.extensions["sufficit"]
    made = PrintQueue(running, every=0.005)
    running.extras["print_queue"] = made
    yield made
    made.stop()


def described(store, address, stations=STATIONS, enabled=True, new=True):
    why = "" if new else "a reason"
    told = DescribePrinter("labels-1", "Labels 1", "IV room A", address, ("bag", "minibag"), enabled, new, why)
    do(store, NOVAK, PRINTERS, PRINTERS_RECORD, told)
    for station in stations:
        choice = StationPrints(station, (("minibag", "labels-1"), ("bag", "labels-1")))
        do(store, NOVAK, PRINTERS, PRINTERS_RECORD, choice)


def job_now(store, number, issue=1):
    with store.read() as uow:
        return load(uow, PRINT_JOB, job_record(number, issue))


def ask(browser, number, what, **fields):
    return send(browser, f"/labels/{number}/{what}", f"/labels/{number}", **fields)


def until(holds):
    """Look until it holds: a job is followed as long as the printer is not done with it, so there is no end to wait for."""
    for _ in range(10_000):
        if holds():
            return
        threading.Event().wait(0.001)
    pytest.fail("it never came to hold")


def words(browser, number):
    return " ".join(browser.get(f"/labels/{number}/queue").text.split())


def test_without_a_printer_everything_is_as_it_was(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    assert "Comes out at" not in browser.get(f"/labels/{number}").text
    assert ask(browser, number, "print").status_code == 303
    page = browser.get(f"/labels/{number}").text
    assert "Open the label to print" in page
    assert "Nothing came out" not in page
    assert job_now(cast_store, number).state is JobState.NONE


def test_the_kept_file_comes_out_and_the_question_stays(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        assert ask(browser, number, "print").status_code == 303
        queue.settle()
        assert [scanned(paper)[0][1] for paper in printer.papers] == [f"91{number}C1"]
        assert number.encode() in printer.heads[0]
        assert b"EXAMPLE" not in printer.heads[0]
    assert job_now(cast_store, number).outcome == "completed"
    assert "Labels 1 says it is done. Is the label in hand?" in words(browser, number)
    assert dose_now(cast_store, number).label_in_hand is None
    assert "This copy went to a printer" in ask(browser, number, "open").text  # it does not come out here as well
    assert ask(browser, number, "pair", code=f"91{number}", container=f"92{number}").status_code == 409


def test_a_release_prints_at_the_usual_printer_of_the_station(at_check, queue, cast_store):
    number = completed(cast_store)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        assert passed(at_check(MARLOW), cast_store, number).status_code == 303
        queue.settle()
        assert len(printer.papers) == 1


def test_two_presses_with_one_key_print_one_paper(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        form = {"csrf_token": token_in(browser.get(f"/labels/{number}").text), "key": "pressed-twice"}
        assert [browser.post(f"/labels/{number}/print", data=form).status_code for _ in range(2)] == [303, 303]
        queue.settle()
        assert len(printer.papers) == 1


def test_many_senders_of_one_job_send_it_once(at_check, queue, cast_store):
    number = released(cast_store)
    with fake_printer("slow") as printer:
        described(cast_store, printer.address)
        ask(at_check(MARLOW), number, "print")
        for _ in range(8):
            queue.send(job_record(number, 1))
        assert printer.reached.wait(10)
        printer.let_go.set()
        queue.settle()
        assert len(printer.papers) == 1


def test_a_slow_printer_holds_up_no_page(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer("slow") as printer:
        described(cast_store, printer.address)
        assert ask(browser, number, "print").status_code == 303  # answered while the printer has not
        assert printer.reached.wait(10)
        assert "Being sent to Labels 1" in words(browser, number)
        assert ask(browser, number, "in-hand", in_hand="yes").status_code == 303
        printer.let_go.set()
        queue.settle()
    assert dose_now(cast_store, number).label_in_hand is True


@pytest.mark.parametrize("behaves", ["off", "refuses"])
def test_what_reached_no_printer_is_sent_again_as_the_same_copy(at_check, queue, cast_store, behaves):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer("refuses") as printer:
        described(cast_store, printer.address if behaves == "refuses" else "ipp://127.0.0.1:1025/off")
        ask(browser, number, "print")
        queue.settle()
        said = words(browser, number)
        assert "Not sent to Labels 1" in said
        assert "Nothing was printed" in said
        assert "Send it" in said
        printer.behaves = "well"
        described(cast_store, printer.address, new=False)
        assert ask(browser, number, "send", printer="labels-1").status_code == 303
        queue.settle()
        assert len(printer.papers) == 1
    assert dose_now(cast_store, number).copies == 1
    assert ask(browser, number, "send", printer="labels-1").status_code == 409


@pytest.mark.parametrize("behaves", ["garbage", "hangs_up", "error"])
def test_what_may_have_come_out_is_never_sent_again(at_check, queue, cast_store, behaves):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer(behaves) as printer:
        described(cast_store, printer.address)
        ask(browser, number, "print")
        queue.settle()
        said = words(browser, number)
        assert "Not known whether it printed" in said
        assert "is the label in hand?" in said
        assert "Send it" not in said
        assert ask(browser, number, "send", printer="labels-1").status_code == 409
        queue.settle()
        assert len(printer.jobs) == 1
    assert job_now(cast_store, number).state is JobState.NOT_KNOWN


def test_a_stop_between_sent_and_recorded_leaves_it_not_known(at_check, clock, queue, cast_store, monkeypatch):
    number = released(cast_store)
    browser = at_check(MARLOW)
    record = job_record(number, 1)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        with monkeypatch.context() as stopped:  # the server ends right after the printer took it
            begun = queue._record
            stopped.setattr(queue, "_record", lambda record, what: isinstance(what, BeginJob) and begun(record, what))
            stopped.setattr(queue, "follow", lambda record: None)
            ask(browser, number, "print")
            queue.settle()
        assert len(printer.papers) == 1
        assert "Being sent" in words(browser, number)
        clock.now = NOON + timedelta(seconds=61)
        assert "Not known whether it printed" in words(browser, number)
        queue.send(record)
        queue.settle()
        assert ask(browser, number, "send", printer="labels-1").status_code == 409
        assert len(printer.papers) == 1


def test_what_was_asked_for_before_a_stop_never_comes_out_by_itself_later(
    at_check, clock, queue, cast_store, monkeypatch
):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        with monkeypatch.context() as stopped:
            stopped.setattr(queue, "send", lambda record: None)
            ask(browser, number, "print")
        clock.now = NOON + timedelta(seconds=61)
        queue.send(job_record(number, 1))
        queue.settle()
        assert printer.papers == []
        assert "Not sent to Labels 1" in words(browser, number)
        assert ask(browser, number, "send", printer="labels-1").status_code == 303
        queue.settle()
        assert len(printer.papers) == 1
    act = Act(SYSTEM, "print queue", clock.now, "an-old-sender")
    assert isinstance(perform(cast_store, PRINT_JOB, job_record(number, 1), BeginJob(1), act), Refused)


def test_a_jam_is_said_in_words_and_a_no_takes_the_job_back(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer("jams") as printer:
        described(cast_store, printer.address)
        ask(browser, number, "print")
        while (
            queue.seen(job_record(number, 1)) is None
        ):  # followed until the printer is done, so there is no end to wait for
            threading.Event().wait(0.001)
        assert "Stopped at Labels 1: jammed" in words(browser, number)
        assert ask(browser, number, "in-hand", in_hand="no").status_code == 303
        queue.settle()
        assert 0x0008 in printer.asked
        assert "Given up at Labels 1" in words(browser, number)
        assert ask(browser, number, "print", reason="").status_code == 422
        printer.behaves, printer.state, printer.reasons = "well", "completed", ("none",)
        assert ask(browser, number, "print", reason="jam").status_code == 303
        queue.settle()
        assert len(printer.papers) == 1
    assert dose_now(cast_store, number).copies == 2


def test_a_printer_that_is_switched_off_later_is_said(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer(state="pending") as printer:
        described(cast_store, printer.address)
        ask(browser, number, "print")
        until(lambda: queue.seen(job_record(number, 1)))
        assert "Queued at Labels 1" in words(browser, number)
    until(lambda: queue.seen(job_record(number, 1)).state == "no_answer")
    assert "does not answer now" in words(browser, number)


def test_two_papers_of_one_job_are_still_one_copy(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer("twice") as printer:
        described(cast_store, printer.address)
        ask(browser, number, "print")
        queue.settle()
        assert len(printer.papers) == 2
    assert dose_now(cast_store, number).copies == 1


def test_two_labels_crossed_at_one_printer_do_not_pair(at_check, at_station, queue, cast_store):
    first, second = released(cast_store), released(cast_store, queued_dose(cast_store, SECOND, TOMAS, "260414-0155"))
    here, there = at_check(MARLOW), at_station(DUARTE, "desk-2")
    with fake_printer() as printer:
        described(cast_store, printer.address)
        for browser, number in ((here, first), (there, second)):
            ask(browser, number, "print")
        queue.settle()
        assert len(printer.papers) == 2
    for browser, number, other in ((here, first, second), (there, second, first)):
        assert ask(browser, number, "in-hand", in_hand="yes").status_code == 303
        answer = ask(browser, number, "pair", code=f"91{other}", container=f"92{number}")
        assert answer.status_code == 422
        assert dose_now(cast_store, number).status is S.RELEASED
        with cast_store.read() as uow:
            assert uow.entries(dose_record(number))[-1].payload["code"] == "wrong_label"


def test_only_an_address_that_stands_in_the_record_now_is_contacted(at_check, queue, cast_store, monkeypatch):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as old:
        described(cast_store, old.address)
        with monkeypatch.context() as later:
            later.setattr(queue, "send", lambda record: None)
            ask(browser, number, "print")
        described(cast_store, old.address, enabled=False, new=False)
        queue.send(job_record(number, 1))
        queue.settle()
        assert old.asked == []
    assert "Not sent to Labels 1 (the printer was changed meanwhile)" in words(browser, number)


def test_another_printer_or_the_browser_can_be_chosen(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as printer:
        described(cast_store, printer.address, stations=())
        assert "Labels 1, IV room A" in browser.get(f"/labels/{number}").text
        assert ask(browser, number, "print", printer="elsewhere").status_code == 422
        assert ask(browser, number, "print", printer="browser").status_code == 303
        queue.settle()
        assert printer.asked == []
        assert ask(browser, number, "send", printer="labels-1").status_code == 303
        queue.settle()
        assert len(printer.papers) == 1


def test_a_file_that_was_altered_is_not_sent(at_check, office, queue, cast_store, monkeypatch):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        with monkeypatch.context() as later:
            later.setattr(queue, "send", lambda record: None)
            ask(browser, number, "print")
        folder = office.extensions["sufficit"].settings.folders["documents"]
        next(folder.rglob("*.pdf")).write_bytes(b"%PDF another label")
        queue.send(job_record(number, 1))
        queue.settle()
        assert printer.asked == []
    assert "not what was kept" in words(browser, number)


def test_a_nurse_sends_nothing_and_sending_is_no_address(at_check, queue, cast_store):
    number = released(cast_store)
    assert at_check(HALLORAN).get(f"/labels/{number}/queue").status_code == 403
    assert at_check(MARLOW).get(f"/labels/{number}/send").status_code == 405


def test_the_live_part_comes_again_only_when_it_changed(at_check, queue, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    with fake_printer() as printer:
        described(cast_store, printer.address)
        ask(browser, number, "print")
        queue.settle()
    first = browser.get(f"/labels/{number}/queue")
    again = browser.get(f"/labels/{number}/queue", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
