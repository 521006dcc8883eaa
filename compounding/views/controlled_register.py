"""The running register of one controlled product at one location: every entry in and out, with the balance after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from batch_records.acting import load
from batch_records.acts import SYSTEM
from batch_records.store import UnitOfWork
from compounding.controlled.cases import CASE, Case, case_record
from compounding.controlled.handling import HANDLING
from compounding.controlled.handling_state import Handling, handling_record
from compounding.controlled.tables import VolumeRow
from compounding.controlled.waste import CONTROLLED_WASTE
from compounding.controlled.waste_state import ControlledWaste, waste_record
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.stock.in_hand import is_in_hand
from compounding.stock.tables import MoveRow
from compounding.views.asked import asked_by
from compounding.views.controlled import volume_words

HEADS = ("At", "What", "Lot", "Containers", "Volume", "For", "Who", "Witness or second person", "Remark",
         "Containers after", "Opened volume after")  # fmt: skip
_MOVED = {
    "lot_received": "received",
    "lot_transferred": "moved",
    "lot_wasted": "wasted out of stock",
    "lot_returned": "returned to the supplier",
    "lot_used": "taken for a dose",
    "lot_adjusted": "put right by a case",
    "lot_put_back": "put back by two persons",
}
BACK_FROM_DOSE = "back from a dose, unopened"
INTO_HAND = "back from a dose, unopened: in hand"
_POURED = {
    "opened": "vial opened",
    "drawn": "drawn into the dose",
    "wasted": "wasted",
    "put_back": "put back unopened",
    "kept": "kept, opened",
    "in_case": "difference in a case",
    "within_tolerance": "difference within the tolerance",
    "carried": "opened container, not begun",
}


@dataclass(frozen=True)
class Line:
    """One entry of the register."""

    at: str
    what: str
    lot: str
    containers: str
    """`+10`, `−1`; empty where only volume moved."""
    volume: str
    about: str
    who: str
    witness: str
    remark: str
    containers_after: int
    volume_after: str

    def cells(self) -> tuple[str, ...]:
        """As a row of a file."""
        return (
            self.at, self.what, self.lot, self.containers, self.volume, self.about, self.who, self.witness, self.remark,
            str(self.containers_after), self.volume_after or "0 mL",
        )  # fmt: skip


@dataclass(frozen=True)
class Register:
    """A period with what there was before it; the lines from the oldest to the newest."""

    before: int
    volume_before: str
    lines: tuple[Line, ...]


def register(
    uow: UnitOfWork, product: str, location: str, since: datetime, until: datetime, clock: Clock
) -> Register:
    """The register from `since` until before `until`. What was there before is summed, not listed."""
    moved = [MoveRow.product == product, MoveRow.location == location]
    poured = [VolumeRow.product == product, VolumeRow.location == location]
    before = _sum(uow, select(func.sum(MoveRow.count)).where(*moved, MoveRow.at < since))
    volume = _sum(uow, select(func.sum(VolumeRow.microlitres)).where(*poured, VolumeRow.at < since))
    moves: Sequence[Any] = (
        *uow.session.execute(select(MoveRow).where(*moved, MoveRow.at >= since, MoveRow.at < until)).scalars(),
        *uow.session.execute(select(VolumeRow).where(*poured, VolumeRow.at >= since, VolumeRow.at < until)).scalars(),
    )
    ordered = sorted(moves, key=lambda row: (row.at, isinstance(row, VolumeRow), row.record, row.seq, row.part))
    names = _Names(uow)
    count, poured_out, lines = before, volume, []
    for row in ordered:
        count += row.count if isinstance(row, MoveRow) else 0
        poured_out += row.microlitres if isinstance(row, VolumeRow) else 0
        lines.append(_line(uow, row, names, clock, count, poured_out))
    return Register(before, volume_words(volume), tuple(lines))


def _sum(uow: UnitOfWork, query: Any) -> int:
    return int(uow.session.execute(query).scalar() or 0)


class _Names:
    """Who an id is, read once each."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._known: dict[str, str] = {"": "", "system": ""}

    def __getitem__(self, person: str) -> str:
        if person not in self._known:
            self._known[person] = shown_name(self._uow, person)
        return self._known[person]


def _line(uow: UnitOfWork, row: Any, names: _Names, clock: Clock, count: int, volume: int) -> Line:
    moved = isinstance(row, MoveRow)
    person, witness = _who(uow, row)
    return Line(
        at=clock.moment(row.at),
        what=_what(row),
        lot=row.lot,
        containers=f"{'+' if row.count > 0 else '−'}{abs(row.count)}" if moved else "",
        volume="" if moved else f"{'+' if row.microlitres > 0 else ''}{volume_words(row.microlitres)}",
        about=row.about,
        who=", ".join(names[one] for one in person),
        witness=names[witness],
        remark=row.reason,
        containers_after=count,
        volume_after=volume_words(volume),
    )


def _what(row: Any) -> str:
    if not isinstance(row, MoveRow):
        return _POURED.get(row.kind, str(row.kind))
    if row.kind == "lot_used" and row.count > 0:
        return INTO_HAND if is_in_hand(row.location) else BACK_FROM_DOSE
    return _MOVED.get(row.kind, str(row.kind))


def _who(uow: UnitOfWork, row: Any) -> tuple[tuple[str, ...], str]:
    """Who did it, and who stood beside. What the system wrote as a consequence is told by whose act it followed from."""
    if row.person != SYSTEM.person:
        return (row.person,), row.witness if isinstance(row, VolumeRow) else ""
    asked = asked_by(uow, row.record, row.seq)
    if asked is None:
        return ("",), ""
    if asked.record.startswith(waste_record("")):
        waste: ControlledWaste = load(uow, CONTROLLED_WASTE, asked.record)
        return (waste.person,), waste.witness
    if asked.record.startswith(handling_record("")):
        handled: Handling = load(uow, HANDLING, asked.record)
        return (handled.person,), handled.second
    if asked.record.startswith(case_record("")):
        case: Case = load(uow, CASE, asked.record)
        return (case.answered_by,), case.confirmed_by
    return (asked.who,), ""
