"""The inventory of controlled drugs as of a day: what was counted, by location and drug, schedule II apart, with signatures."""

from dataclasses import dataclass

from compounding.documents.shapes import Printed, Site, maybe


@dataclass(frozen=True, kw_only=True)
class InventoryRow:
    """One lot, or one opened container, at one location."""

    location: str
    schedule: str
    product: str
    lot: str
    expires: str = maybe()
    container: str = maybe()
    """Number of an opened container."""
    found: str
    """``10 containers``, ``1 opened container, 12 mL by its record``."""
    counted: str
    """By whom, when, and in which count."""
    remark: str = maybe()
    """What differed from the ledger, with its discrepancy."""


@dataclass(frozen=True, kw_only=True)
class InventoryPart:
    """Schedule II, or the others."""

    title: str
    rows: list[InventoryRow]


@dataclass(frozen=True, kw_only=True)
class ControlledInventory:
    """``controlled_inventory/1``."""

    number: str
    barcode: str
    bands: list[str]
    site: Site
    day: str
    """``14 Apr 2026, at the close of business``."""
    status: str = maybe()
    """What is still missing: the signature of the second person."""
    parts: list[InventoryPart]
    signatures: list[str]
    """``Inventory of controlled drugs taken by J. Marlow, RPh, 14 Apr 2026, 19:10``."""
    printed: Printed
