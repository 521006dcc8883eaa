"""A call list of two preparations, with text in every field."""

from dataclasses import replace
from typing import Any

from compounding.documents.build import bands
from compounding.documents.call_list import CallList, CallListRow
from compounding.documents.shapes import Printed, Site
from compounding.documents.snapshots import barcode_text, snapshot

_FIRST = CallListRow(
    todo="Fetch it back; do not start it",
    state="on the ward",
    patient="EXAMPLE, Ada",
    identifier="MRN DEMO-4417",
    location="Peds 12",
    place="medicine room",
    preparation="cefTRIAXone 460 mg in sodium chloride 0.9 % 25 mL",
    number="260414-0140-01-8",
    due="14 Apr 2026, 14:30",
)
_SECOND = replace(_FIRST, patient="SPECIMEN, Tomas", identifier="MRN DEMO-2093", location="7 West 08", number="260414-0141-01-9")


def calls(printed: Printed) -> dict[str, Any]:
    """The list of one lot."""
    return snapshot(
        CallList(
            number="260414-130501",
            barcode=barcode_text("call_list/1", "260414-130501"),
            bands=bands(demonstration=True, draft=False),
            site=Site("Sufficit Demonstration Hospital", "pharmacy", "555-0100"),
            title="Lot DEMO-1 of cefTRIAXone 500 mg vial",
            part="part 2 of 5",
            counts="902 preparations for 640 patients: 3 out of the pharmacy, 899 given",
            rows=[_FIRST, _SECOND],
            printed=printed,
        )
    )
