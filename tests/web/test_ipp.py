"""The small IPP client against a printer on this machine: what is certain, what is not, and whom it never contacts."""

import contextlib
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.printer_addresses import PrinterAddress, read_address
from tests.support.fake_printer import fake_printer
from web import ipp

PDF = b"%PDF-1.7 a label"


def sent(printer) -> int:
    return ipp.print_pdf(read_address(printer.address), PDF, "label 260414-0153 no. 1", "custom_label_4x3in")


def test_the_very_file_arrives_as_one_copy_that_is_not_scaled():
    with fake_printer() as printer:
        assert sent(printer) == 1
        assert printer.papers == [PDF]
        head = printer.heads[0]
        for part in (
            b"print-scaling\x00\x04none",
            b"copies\x00\x04\x00\x00\x00\x01",
            b"custom_label_4x3in",
            b"application/pdf",
        ):
            assert part in head, part
        assert printer.address.encode() in head


@pytest.mark.parametrize("behaves", ["garbage", "hangs_up", "error"])
def test_an_answer_that_cannot_be_read_is_not_known_and_nothing_is_sent_again(behaves):
    with fake_printer(behaves) as printer:
        with pytest.raises(ipp.NotKnown):
            sent(printer)
        assert len(printer.jobs) == 1


def test_a_printer_that_never_answers_is_not_known_after_a_while(monkeypatch):
    monkeypatch.setattr(ipp, "ANSWER_SECONDS", 0.05)
    with fake_printer("slow") as printer, pytest.raises(ipp.NotKnown):
        sent(printer)


def test_a_printer_that_refuses_printed_nothing():
    with fake_printer("refuses") as printer:
        with pytest.raises(ipp.NotSent, match="refused"):
            sent(printer)
        assert printer.papers == []


def test_a_printer_that_is_off_got_nothing():
    with fake_printer() as printer:
        pass
    with pytest.raises(ipp.NotSent, match="cannot be reached"):
        sent(printer)


@pytest.mark.parametrize("place", ["169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:169.254.169.254"])
def test_a_name_that_leads_to_a_forbidden_address_is_not_contacted(place, monkeypatch):
    family = socket.AF_INET6 if ":" in place else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, socket.SOCK_STREAM, 6, "", (place, 631))])
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was contacted"))
    with pytest.raises(ipp.NotSent, match="no printer has"):
        ipp.printer_now(PrinterAddress("ipp", "innocent.example", 631, "/ipp/print"))


def test_a_printer_without_tls_is_not_talked_to_where_tls_is_asked_for():
    with fake_printer() as printer:
        address = read_address(printer.address.replace("ipp://", "ipps://"))
        printer.let_go.set()
        with pytest.raises(ipp.NotSent, match="TLS"):
            ipp.print_pdf(address, PDF, "label", "custom_label_4x3in")
        assert printer.jobs == []


def test_job_and_printer_are_asked_how_they_stand():
    with fake_printer(state="processing", reasons=("media-empty-error", "cover-open")) as printer:
        address = read_address(printer.address)
        assert ipp.job_now(address, 1).reasons == ("media-empty-error", "cover-open")
        assert ipp.printer_now(address).state == "stopped"
        printer.state = "completed"
        assert ipp.job_now(address, 1) == ipp.JobNow("completed", ())
        printer.behaves = "forgets"
        assert ipp.job_now(address, 1).state == "forgotten"


@given(st.binary(max_size=200))
def test_no_answer_makes_the_reader_fail_in_another_way(content):
    with contextlib.suppress(ValueError, IndexError, struct.error):
        ipp.read_answer(content)
