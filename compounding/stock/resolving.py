"""What a scanned code is: an item of the formulary, with lot and expiry where the code carries them."""

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


def resolve(formulary: Formulary, code: str, today: date) -> Resolved | Unknown:
    """Reads a code and looks it up by GTIN, then by NDC. More than one item for one code is unknown, never guessed."""
    try:
        scan = read_scan(code, today)
    except Fault as fault:
        return Unknown(code, str(fault), False)
    items = _items(formulary, scan)
    if len(items) != 1:
        why = "No product of the formulary has this code." if not items else "More than one product has this code."
        return Unknown(code, why, True)
    expires = "" if scan.expiry is None else scan.expiry.isoformat()
    return Resolved(items[0], code, scan.lot or "", expires, scan.serial or "", scan.doubts)


def _items(formulary: Formulary, scan: Scan) -> list[Item]:
    if scan.gtin is not None and (item := formulary.item_with_gtin(scan.gtin)) is not None:
        return [item]
    found = {item.id: item for ndc in scan.ndcs if (item := formulary.item_with_ndc(ndc.eleven)) is not None}
    return list(found.values())
