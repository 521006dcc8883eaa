"""What a scanned code is: an item of the formulary, with lot and expiry where the code carries them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calculations.errors import Fault
from formulary.identifiers.scan import Scan, read_scan
from formulary.model import Formulary, Item


@dataclass(frozen=True)
class Resolved:
    """An item under the scanner. `lot` and `expires` are empty where the code does not carry them, as on most vials."""

    item: Item
    code: str
    lot: str = ""
    expires: str = ""
    serial: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """A readable code that belongs to nothing in the formulary, or a code that cannot be read."""

    code: str
    why: str
    readable: bool
    ambiguous: bool = False
    """More than one product has this code."""


def resolve(formulary: Formulary, code: str, today: date, links: Mapping[str, str] | None = None) -> Resolved | Unknown:
    """Reads a code and looks it up by GTIN, then by NDC. More than one item for one code is unknown, never guessed.

    `links` (key of a code -> item id) are those that two pharmacists confirmed. They count only where the formulary
    itself knows nothing of the code, and never decide between two products that both have it.
    """
    try:
        scan = read_scan(code, today)
    except Fault as fault:
        return Unknown(code, str(fault), False)
    items = _items(formulary, scan) or _linked(formulary, scan, links or {})
    if len(items) != 1:
        why = "No product of the formulary has this code." if not items else "More than one product has this code."
        return Unknown(code, why, True, ambiguous=bool(items))
    expires = "" if scan.expiry is None else scan.expiry.isoformat()
    return Resolved(items[0], code, scan.lot or "", expires, scan.serial or "", scan.doubts)


def code_key(code: str, today: date) -> str:
    """What a link of a code is kept under: its GTIN, else its NDC; empty when the code names no product at all.

    Ten digits without hyphens leave the NDC open and are kept as they were read.
    """
    try:
        return _key(read_scan(code, today))
    except Fault:
        return ""


def _key(scan: Scan) -> str:
    if scan.gtin is not None:
        return f"gtin-{scan.gtin}"
    if len(scan.ndcs) == 1:
        return f"ndc-{scan.ndcs[0].twelve}"
    return f"ndc10-{scan.text}" if scan.ndcs else ""


def _linked(formulary: Formulary, scan: Scan, links: Mapping[str, str]) -> list[Item]:
    wanted = links.get(_key(scan), "")
    return [item for item in formulary.items if item.id == wanted] if wanted else []


def _items(formulary: Formulary, scan: Scan) -> list[Item]:
    if scan.gtin is not None and (item := formulary.item_with_gtin(scan.gtin)) is not None:
        return [item]
    found = {item.id: item for ndc in scan.ndcs if (item := formulary.item_with_ndc(ndc.eleven)) is not None}
    return list(found.values())
