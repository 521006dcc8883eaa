"""Print queues as data of the site: what is an address, who may say so, and what is refused."""

import pytest

from calculations.errors import Fault
from compounding.printer_addresses import never_contacted, read_address

GOOD = {
    "ipp://labels-1.hospital.example/ipp/print": ("ipp", "labels-1.hospital.example", 631, "/ipp/print"),
    "ipps://10.1.2.3": ("ipps", "10.1.2.3", 631, "/"),
    "ipp://127.0.0.1:8631/printers/bag": ("ipp", "127.0.0.1", 8631, "/printers/bag"),
    "ipp://[2001:db8::7]:9100/ipp": ("ipp", "2001:db8::7", 9100, "/ipp"),
}


@pytest.mark.parametrize("text", GOOD)
def test_an_address_of_a_printer_is_read_and_written_back(text):
    found = read_address(text)
    assert (found.scheme, found.host, found.port, found.path) == GOOD[text]
    assert read_address(found.text) == found


@pytest.mark.parametrize(
    "text",
    ["", "labels-1", "http://labels-1/ipp", "https://labels-1/", "file:///etc/passwd", "socket://10.1.2.3:9100", "ipp://",
     "ipp:///ipp/print", "ipp://user:pw@labels-1/", "ipp://labels-1/?a=b", "ipp://labels-1/#x", "ipp://labels-1/../x",
     "ipp://labels-1:22/", "ipp://labels-1:5432 /", "ipp://labels-1:99999/", "ipp://labels-1:0/", "ipp://la bels/",
     "ipp://labels-1/a\r\nX: y", "ipp://169.254.169.254/latest", "ipp://[fe80::1]/", "ipp://[fe80::1%25eth0]/",
     "ipp://[::ffff:169.254.169.254]/", "ipp://0.0.0.0/", "ipp://224.0.0.1/", "ipp://[fd00:ec2::254]/",
     "ipp://100.100.100.200/", "ipp://drücker/", "ipp://" + "a" * 300],
)  # fmt: skip
def test_what_is_no_address_of_a_printer_is_refused(text):
    with pytest.raises(Fault):
        read_address(text)


@pytest.mark.parametrize("inside", ["2002:a9fe:a9fe::1", "::ffff:169.254.1.1", "64:ff9b::a9fe:a9fe", "fe80::1%eth0"])
def test_a_forbidden_address_wrapped_in_a_longer_one_is_found(inside):
    assert never_contacted(inside)


@pytest.mark.parametrize("place", ["10.0.0.9", "192.168.1.7", "127.0.0.1", "::1", "2001:db8::1"])
def test_the_addresses_that_printers_have_are_not_forbidden(place):
    assert not never_contacted(place)
