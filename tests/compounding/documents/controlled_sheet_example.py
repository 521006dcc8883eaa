"""A count sheet of controlled drugs for the tests of printing."""

from typing import Any

from compounding.documents.controlled_inventory import ControlledInventory, InventoryPart, InventoryRow
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


def inventory(rows: int = 2, **other: Any) -> dict[str, Any]:
    """An inventory with so many lots of schedule II, the last of them an opened container, and one of schedule IV."""
    lots = [
        InventoryRow(
            location=f"IV room {'AB'[row % 2]}",
            schedule="CII",
            product="fentaNYL 50 mcg/mL, 20 mL vial (1,000 mcg)",
            lot=f"DEMO-{400 + row}",
            expires="31 Oct 2027",
            container="260414-0140-02-102" if row == rows - 1 else "",
            found=f"{11 + row} containers",
            counted=f"T. Okonjo, CPhT and L. Amari, CPhT, 14 Apr 2026, 13:0{row % 10}, count 260414-00{row % 10}",
            remark="1 fewer than in the ledger: a discrepancy stands for it" if row == rows - 1 else "",
        )
        for row in range(rows)
    ]
    others = InventoryRow(
        location="Satellite", schedule="CIV", product="midazolam 5 mg/mL, 10 mL vial (50 mg)", lot="DEMO-77",
        expires="30 Nov 2027", found="4 containers",
        counted="J. Marlow, RPh, 14 Apr 2026, 13:20, count 260414-004", container="", remark="",
    )  # fmt: skip
    made = {
        "number": "260414-001",
        "barcode": barcode_text("controlled_inventory/1", "260414-001"),
        "bands": ["DEMONSTRATION"],
        "site": Site("Demonstration Hospital", "pharmacy", "555-0140"),
        "day": "14 Apr 2026, at the close of business",
        "status": "NOT COMPLETE: the second person has not signed",
        "parts": [
            InventoryPart(title="Schedule II", rows=lots),
            InventoryPart(title="Schedules III to V", rows=[others]),
        ],
        "signatures": ["Inventory of controlled drugs taken by J. Marlow, RPh, 14 Apr 2026, 19:10"],
        "printed": Printed("14 Apr 2026, 19:12", "1", "", ""),
    }
    return snapshot(ControlledInventory(**(made | other)))
