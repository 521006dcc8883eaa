"""A small IPP 2.0 client (RFC 8010, 8011) over `http.client`: send a PDF, ask after a job or a printer, cancel a job.

Ours because two things must be certain that libraries leave open: which machine is contacted (the address is judged after its
name was resolved, and the connection goes to that very address), and whether anything may have reached the printer when it
fails. Nothing is ever tried twice, no redirection is followed, no proxy is asked.
"""

import http.client
import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from compounding.printer_addresses import PrinterAddress, never_contacted

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024
PRINT_JOB, CANCEL_JOB, GET_JOB, GET_PRINTER = 0x0002, 0x0008, 0x0009, 0x000B
JOB_STATES = {3: "pending", 4: "held", 5: "processing", 6: "stopped", 7: "canceled", 8: "aborted", 9: "completed"}
PRINTER_STATES = {3: "idle", 4: "processing", 5: "stopped"}
SURE_REFUSALS = frozenset({0x0501, 0x0502, 0x0503, 0x0506, 0x0507, 0x0509})
"""Errors of the printer after which nothing prints: not supported, unavailable, version, not accepting, busy, no more jobs."""

_INTEGER, _ENUM, _NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x21, 0x23, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_OPERATION, _JOB, _END = b"\x01", b"\x02", b"\x03"
_USER = "sufficit"

Attributes = Mapping[str, tuple[str | int, ...]]


class NotSent(Exception):
    """Certain: nothing is printed. The printer cannot be reached, or it refused."""


class NotKnown(Exception):
    """Something was sent and no answer that can be read came back: it may be printed or not."""


@dataclass(frozen=True)
class Answer:
    """What a printer answered: the status of the operation, and its attributes by name."""

    status: int
    attributes: Attributes

    def number(self, name: str) -> int:
        """The first value of an attribute as a number; 0 without one."""
        value = (self.attributes.get(name) or (0,))[0]
        return value if isinstance(value, int) else 0

    def words(self, name: str) -> tuple[str, ...]:
        """The values of an attribute as text; none where it says ``none``."""
        return tuple(str(value) for value in self.attributes.get(name, ()) if value != "none")


@dataclass(frozen=True)
class JobNow:
    """What a printer says of a job: its state and the reasons, the printer's own among them."""

    state: str
    reasons: tuple[str, ...]


def print_pdf(address: PrinterAddress, pdf: bytes, name: str, media: str) -> int:
    """Send one PDF as one job of one copy, unscaled; gives the printer's number for it. Raises NotSent, NotKnown."""
    operation = _attribute(_NAME, "job-name", name) + _attribute(_MIME, "document-format", "application/pdf")
    job = _attribute(_INTEGER, "copies", 1) + _attribute(_KEYWORD, "print-scaling", "none")
    job += _attribute(_KEYWORD, "media", media)
    answer = _ask(address, PRINT_JOB, operation, job, pdf)
    if 0x0400 <= answer.status <= 0x04FF or answer.status in SURE_REFUSALS:
        raise NotSent(f"the printer refused it (IPP {answer.status:#06x})")
    number = answer.number("job-id")
    if answer.status > 0x00FF or number <= 0:
        raise NotKnown(f"the printer's answer says neither yes nor no (IPP {answer.status:#06x})")
    return number


def job_now(address: PrinterAddress, number: int) -> JobNow:
    """How a job stands. Raises NotSent when the printer cannot be asked, NotKnown when its answer cannot be read."""
    answer = _ask(address, GET_JOB, _attribute(_INTEGER, "job-id", number))
    if answer.status == 0x0406:
        return JobNow("forgotten", ())
    state = JOB_STATES.get(answer.number("job-state"), "")
    if answer.status > 0x00FF or not state:
        raise NotKnown(f"the printer does not say how the job stands (IPP {answer.status:#06x})")
    reasons = answer.words("job-state-reasons")
    if state not in ("completed", "canceled", "aborted"):
        reasons += printer_now(address).reasons
    return JobNow(state, reasons)


def printer_now(address: PrinterAddress) -> JobNow:
    """How the printer itself stands. Raises NotSent, NotKnown as `job_now`."""
    answer = _ask(address, GET_PRINTER, b"")
    state = PRINTER_STATES.get(answer.number("printer-state"), "")
    if answer.status > 0x00FF or not state:
        raise NotKnown(f"this answers, but not as a printer (IPP {answer.status:#06x})")
    return JobNow(state, answer.words("printer-state-reasons"))


def cancel_job(address: PrinterAddress, number: int) -> None:
    """Ask the printer to give a job up; it may be too late. Raises NotSent, NotKnown."""
    _ask(address, CANCEL_JOB, _attribute(_INTEGER, "job-id", number))


def _ask(address: PrinterAddress, operation: int, attributes: bytes, job: bytes = b"", document: bytes = b"") -> Answer:
    head = struct.pack(">BBHI", 2, 0, operation, 1) + _OPERATION
    head += _attribute(_CHARSET, "attributes-charset", "utf-8") + _attribute(
        _LANGUAGE, "attributes-natural-language", "en"
    )
    uri = _attribute(_URI, "printer-uri", address.text)
    user = _attribute(_NAME, "requesting-user-name", _USER)
    asks_after_a_job = operation in (GET_JOB, CANCEL_JOB)  # the job's number stands beside the printer, before the user
    body = head + uri + (attributes + user if asks_after_a_job else user + attributes)
    body += (_JOB + job if job else b"") + _END + document
    connection = _connected(address)
    try:
        connection.request("POST", address.path, body, {"Content-Type": "application/ipp"})
        response = connection.getresponse()
        if 400 <= response.status < 500 and response.status != 408:
            raise NotSent(f"the printer refused it (HTTP {response.status})")
        content = response.read(LARGEST_ANSWER)
        if response.status != 200:
            raise NotKnown(f"the printer answered with HTTP {response.status}")
    except (OSError, http.client.HTTPException) as problem:
        raise NotKnown("the printer did not answer to the end") from problem
    finally:
        connection.close()
    try:
        return read_answer(content)
    except (ValueError, struct.error, IndexError) as problem:
        raise NotKnown("the printer's answer cannot be read") from problem


def _connected(address: PrinterAddress) -> http.client.HTTPConnection:
    """A connection to the printer, made to an address that was judged. Raises NotSent: nothing was sent yet."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotSent("its name is not known to the network") from problem
    places = [str(row[4][0]) for row in found]
    if not places or any(never_contacted(place) for place in places):
        raise NotSent("its name leads to an address that no printer has")
    plain = http.client.HTTPConnection(address.host, address.port, timeout=ANSWER_SECONDS)
    raw = _first_open(places, address.port)
    try:
        raw.settimeout(ANSWER_SECONDS if address.scheme == "ipp" else CONNECT_SECONDS)
        if address.scheme == "ipps":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=address.host)
            raw.settimeout(ANSWER_SECONDS)
    except OSError as problem:  # ssl.SSLError is one
        raw.close()
        raise NotSent("its certificate is not trusted, or it speaks no TLS") from problem
    plain.sock = raw
    return plain


def _first_open(places: list[str], port: int) -> socket.socket:
    for place in dict.fromkeys(places):
        try:
            return socket.create_connection((place, port), CONNECT_SECONDS)
        except OSError:
            continue
    raise NotSent("it cannot be reached: switched off, or not on the network")


def _attribute(tag: int, name: str, value: str | int) -> bytes:
    content = struct.pack(">i", value) if isinstance(value, int) else value.encode()
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(content)) + content


def read_answer(content: bytes) -> Answer:
    """Status and attributes of an IPP answer; a later group never overwrites an earlier one. Raises ValueError."""
    if len(content) < 9 or content[0] not in (1, 2):
        raise ValueError("no IPP answer")
    status = struct.unpack(">H", content[2:4])[0]
    found: dict[str, tuple[str | int, ...]] = {}
    place, name = 8, ""
    while content[place] != _END[0]:
        tag = content[place]
        place += 1
        if tag < 0x10:  # a new group
            continue
        own, place = _chunk(content, place)
        value, place = _chunk(content, place)
        read = struct.unpack(">i", value)[0] if tag in (_INTEGER, _ENUM) else value.decode("utf-8", "replace")
        if own:
            name = own.decode("ascii", "replace")
            found.setdefault(name, (read,))
        elif name:
            found[name] += (read,)
    return Answer(status, found)


def _chunk(content: bytes, place: int) -> tuple[bytes, int]:
    length = struct.unpack(">H", content[place : place + 2])[0]
    end = place + 2 + length
    if end > len(content):
        raise ValueError("an IPP answer that ends too early")
    return content[place + 2 : end], end
