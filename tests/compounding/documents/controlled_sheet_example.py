"""A count sheet of controlled drugs for the tests of printing."""

from typing import Any

from compounding.documents.controlled_sheet import ControlledCountRow, ControlledCountSheet
from compounding.documents.shapes import Printed, Site
from compounding.documents.snapshots import barcode_text, snapshot


def count_sheet(rows: int = 2, **other: Any) -> dict[str, Any]:
    """A sheet with so many lots, the last of them an opened container."""
    lots = [
        ControlledCountRow(
            schedule="CII",
            product="fentaNYL 50 mcg/mL, 20 mL vial (1,000 mcg)",
            lot=f"DEMO-{400 + row}",
            expires="31 Oct 2027",
            container="260414-0140-02-102" if row == rows - 1 else "",
            expected=str(11 + row),
        )
        for row in range(rows)
    ]
    made = {
        "number": "260414-130502",
        "barcode": barcode_text("controlled_count_sheet/1", "260414-130502"),
        "bands": ["DEMONSTRATION"],
        "site": Site("Demonstration Hospital", "pharmacy", "555-0140"),
        "location": "IV room A",
        "how": "With expected counts",
        "shift": "Shift that began 14 Apr 2026, 07:00",
        "rows": lots,
        "printed": Printed("14 Apr 2026, 13:05", "1", "", ""),
    }
    return snapshot(ControlledCountSheet(**(made | other)))
