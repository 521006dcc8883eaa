"""What the printed count sheet of a location says: expected counts shown or hidden, as chosen."""

from datetime import datetime
from typing import Any

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from compounding.controlled.counts import items_at
from compounding.controlled.policy import beginning_of_shift
from compounding.documents.build import bands
from compounding.documents.controlled_sheet import ControlledCountRow, ControlledCountSheet
from compounding.documents.dose_documents import Clock, in_words
from compounding.documents.shapes import Printed, Site
from compounding.documents.snapshots import barcode_text, snapshot
from compounding.stock.lot import LOT, lot_record
from formulary.model import Formulary

KIND = "controlled_count_sheet/1"


def count_sheet(
    uow: UnitOfWork, formulary: Formulary, location: str, expected: bool, at: datetime, clock: Clock
) -> dict[str, Any]:
    """The snapshot of a sheet. Raises Faults where no controlled drug lies at the location."""
    items = items_at(uow, location)
    if not items:
        raise Faults([Fault("location", location or "nothing", "a location with controlled drugs")])
    rows = []
    for item in items:
        lot = load(uow, LOT, lot_record(item.product, item.lot))
        there = "1" if item.container else str(lot.at(location))
        rows.append(
            ControlledCountRow(
                schedule=item.schedule,
                product=item.display,
                lot=item.lot,
                expires=in_words(item.expires) if item.expires else "",
                container=item.container,
                expected=there if expected else "",
            )
        )
    site, number = formulary.site, f"{clock.local(at):%y%m%d-%H%M%S}"
    begun = beginning_of_shift(site, at, clock.offset_minutes)
    return snapshot(
        ControlledCountSheet(
            number=number,
            barcode=barcode_text(KIND, number),
            bands=bands(demonstration=site.demonstration, draft=False),
            site=Site(site.name, "pharmacy", site.phone),
            location=location,
            how="With expected counts" if expected else "Blind: expected counts are not printed",
            shift="" if begun is None else f"Shift that began {clock.moment(begun)}",
            rows=rows,
            printed=Printed(clock.moment(at), "1", "", ""),
        )
    )
