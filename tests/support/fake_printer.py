"""A small IPP printer on 127.0.0.1 for tests: it keeps what it was sent, and behaves as it was told to."""

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OK = 0x0000
STATES = {"pending": 3, "processing": 5, "stopped": 6, "canceled": 7, "aborted": 8, "completed": 9}


@dataclass
class FakePrinter:
    """``behaves``: well, slow, refuses, jams, garbage, hangs_up, error or forgets."""

    behaves: str = "well"
    port: int = 0
    path: str = "/ipp/print"
    state: str = "completed"
    """Of each job."""
    reasons: tuple[str, ...] = ("none",)
    """Of the printer."""
    jobs: list[bytes] = field(default_factory=list)
    """The documents, as they came."""
    asked: list[int] = field(default_factory=list)
    """Operations in the order they came."""
    heads: list[bytes] = field(default_factory=list)
    papers: list[bytes] = field(default_factory=list)
    """What came out."""
    let_go: threading.Event = field(default_factory=threading.Event)
    """A slow printer answers when this is set."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when a job is there."""

    @property
    def address(self) -> str:
        return f"ipp://127.0.0.1:{self.port}{self.path}"

    def answer(self, operation: int, body: bytes) -> bytes | None:
        """The IPP answer; None hangs up without one."""
        self.asked.append(operation)
        if operation == 0x0002:
            return self._print(body)
        if operation == 0x0008:
            self.state = "canceled"
            return _ipp(OK, b"")
        if operation == 0x0009:
            if self.behaves == "forgets":
                return _ipp(0x0406, b"")
            return _ipp(OK, b"\x02" + _enum("job-state", STATES[self.state]) + _words("job-state-reasons", ("none",)))
        printer = _enum("printer-state", 5 if self.reasons != ("none",) else 3)
        return _ipp(OK, b"\x04" + printer + _words("printer-state-reasons", self.reasons))

    def _print(self, body: bytes) -> bytes | None:
        if self.behaves == "refuses":
            return _ipp(0x0506, b"")
        head, _, document = body.partition(b"%PDF")
        self.heads.append(head)
        self.jobs.append(b"%PDF" + document)
        self.reached.set()
        if self.behaves == "slow":
            self.let_go.wait(30)
        if self.behaves == "jams":
            self.state, self.reasons = "processing", ("media-jam-error",)
        else:
            self.papers += [self.jobs[-1]] * (2 if self.behaves == "twice" else 1)
        if self.behaves == "hangs_up":
            return None
        if self.behaves == "garbage":
            return b"<html>It works!</html>"
        if self.behaves == "error":
            return _ipp(0x0500, b"")
        return _ipp(OK, b"\x02" + _attribute(0x21, "job-id", struct.pack(">i", len(self.jobs))))


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


def _enum(name: str, value: int) -> bytes:
    return _attribute(0x23, name, struct.pack(">i", value))


def _words(name: str, values: tuple[str, ...]) -> bytes:
    return b"".join(_attribute(0x44, name if first == 0 else "", text.encode()) for first, text in enumerate(values))


def _ipp(status: int, groups: bytes) -> bytes:
    language = _attribute(0x47, "attributes-charset", b"utf-8") + _attribute(0x48, "attributes-natural-language", b"en")
    return struct.pack(">BBHI", 2, 0, status, 1) + b"\x01" + language + groups + b"\x03"


@contextmanager
def fake_printer(behaves: str = "well", **more: object) -> Iterator[FakePrinter]:
    """A printer that is switched on until the end of the block."""
    printer = FakePrinter(behaves, **more)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = printer.answer(struct.unpack(">H", body[2:4])[0], body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/ipp")
            self.send_header("Content-Length", str(len(answer)))
            with suppress(BrokenPipeError):  # whoever asked has given up, as the test wants it to
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    printer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield printer
    finally:
        printer.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
