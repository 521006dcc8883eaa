"""The count sheet of controlled drugs at one location: product, lot, counted, signatures. As many pages as it takes."""

from dataclasses import dataclass

from compounding.documents.shapes import Printed, Site, maybe


@dataclass(frozen=True, kw_only=True)
class ControlledCountRow:
    """One lot, or one opened container."""

    schedule: str
    product: str
    lot: str
    expires: str = maybe()
    container: str = maybe()
    """Number of an opened container."""
    expected: str = maybe()
    """Empty on a blind sheet."""


@dataclass(frozen=True, kw_only=True)
class ControlledCountSheet:
    """``controlled_count_sheet/1``."""

    number: str
    barcode: str
    bands: list[str]
    site: Site
    location: str
    how: str
    """``blind: expected counts are not printed``, or ``with expected counts``."""
    shift: str = maybe()
    rows: list[ControlledCountRow]
    printed: Printed
