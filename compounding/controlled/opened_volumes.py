"""An opened controlled container that came back from a preparation: its volume is in the ledger where it is. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from batch_records.entries import Entry
from compounding.controlled.accountability import microlitres
from compounding.controlled.tables import VolumeRow, volume_row
from compounding.record_actions import table_of
from compounding.stock.opened_state import Opened

VOLUMES = table_of(VolumeRow)
CARRIED = "carried"


def carried(before: Opened, after: Opened, entry: Entry) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """The moves of volume when a container gets into a hand, and when two persons put it back."""
    volume = after.volume_left
    if before.place == after.place or not before.number or volume is None:
        return {}
    rows = [
        volume_row(
            entry, part, product=after.product, lot=after.lot, location=place, kind=CARRIED,
            microlitres=sign * microlitres(volume), about=after.number, person=entry.who,
            reason="in hand, out of a preparation" if after.home else "put back by two persons",
        )
        for part, (place, sign) in enumerate(((before.place, -1), (after.place, 1)), start=1)
    ]  # fmt: skip
    return {VOLUMES: rows}
