"""Addresses of print queues: what may be written down as one, and which machines are never contacted through one. Pure."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from calculations.errors import Fault

IPP_PORT = 631
"""The port of both schemes where none is written (RFC 8010, RFC 7472)."""
FIRST_FREE_PORT = 1024
"""Below it only the ports of printing and of the web are taken: a form is no way to knock at other services."""
PORTS = frozenset({80, 443, IPP_PORT})
LONGEST = 200

_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9\-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9\-]{0,62}))*\.?")
_PATH = re.compile(r"(/[A-Za-z0-9_.~\-]+)*/?")
_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24", "224.0.0.0/3",
        "::/128", "fe80::/10", "fec0::/10", "fd00:ec2::/32", "ff00::/8", "64:ff9b::/96",
    )
)  # fmt: skip
"""Link-local, multicast, unspecified and reserved addresses, and those under which clouds tell a machine its secrets."""


@dataclass(frozen=True)
class PrinterAddress:
    """Where a print queue is."""

    scheme: str
    """``ipp`` or ``ipps`` (with TLS)."""
    host: str
    port: int
    path: str

    @property
    def text(self) -> str:
        """As it is written down and told to the printer."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == IPP_PORT else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def read_address(text: str, field: str = "address") -> PrinterAddress:
    """An address as a person typed it: ``ipp://host[:port]/path`` or ``ipps://…``. Raises Fault."""
    expected = "ipp://host/path or ipps://host/path, such as ipp://labels-1.hospital.example/ipp/print"
    if len(text) > LONGEST or not text.isascii() or any(mark.isspace() for mark in text):
        raise Fault(field, text[:60] or "nothing", f"{expected}, at most {LONGEST} characters without spaces")
    try:
        parts = urlsplit(text)
        port = IPP_PORT if parts.port is None else parts.port
        host = parts.hostname or ""
    except ValueError:
        raise Fault(field, text[:60], expected) from None
    named = bool(_HOST.fullmatch(host)) or _is_literal(host)
    plain = "@" not in parts.netloc and "?" not in text and "#" not in text and bool(_PATH.fullmatch(parts.path))
    if parts.scheme not in ("ipp", "ipps") or not named or not plain or ".." in parts.path:
        raise Fault(field, text[:60] or "nothing", expected)
    if port not in PORTS and not FIRST_FREE_PORT <= port <= 65535:
        raise Fault(field, f"port {port}", f"{IPP_PORT}, 80, 443 or a port from {FIRST_FREE_PORT}")
    if _is_literal(host) and never_contacted(host):
        raise Fault(field, host, "the address of a printer, not a link-local, reserved or multicast one")
    return PrinterAddress(parts.scheme, host, port, parts.path or "/")


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def never_contacted(address: str) -> bool:
    """True for an IP address that no printer has, also where it is wrapped into a longer one.

    A name is judged by what it resolves to, each time before it is contacted.
    """
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return never_contacted(str(inner))
    return any(found in network for network in _NEVER if network.version == found.version)
